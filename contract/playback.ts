import type { Patch } from './protocol.ts'
import type { Instant } from './time.ts'
import type { Entity, TopicName } from './topic.ts'

/**
 * 回放: the past on a screen, folded by the server.
 * GET /api/state?topics=…&at=…                          where it begins
 * GET /api/playback?topics=…&after=&from=&until=&step=  how it went on: PlaybackStretch
 */

/** What had changed since the step before by `at`; each entity once, at its latest state. */
export interface PlaybackStep {
  /** of the last entry recorded by then */
  readonly seq: number
  readonly at: Instant
  readonly patches: Readonly<Record<TopicName, Patch>>
}

export interface PlaybackStretch {
  /** of the last entry recorded at or before `until`: what the next stretch comes after */
  readonly seq: number
  /** how far it reaches: less far than asked where too much happened */
  readonly until: Instant
  /** oldest first; steps in which nothing changed are left out */
  readonly steps: readonly PlaybackStep[]
}

/** Topics as of the last entry recorded at or before an instant: the answer of /api/state. */
export interface StateAnswer {
  readonly seq: number
  readonly at: Instant
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

/** of one stretch */
export const mostPlaybackSteps = 240
