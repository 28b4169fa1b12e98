import type { PlaybackStretch } from '../../contract/playback.ts'
import { mostPlaybackSteps } from '../../contract/playback.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName } from '../../contract/topic.ts'
import type { Clock } from '../core/clock.ts'
import { ProblemError, sendJson } from './problem.ts'
import { refused, wholeNumberIn } from './query.ts'
import type { Route } from './route.ts'
import { pastInstantIn, topicsOf } from './state.ts'

export interface PlaybackRooms {
  readonly historian: {
    stretch(asked: {
      readonly topics: readonly TopicName[]
      readonly after: number
      readonly from: Instant
      readonly until: Instant
      readonly stepMs: number
    }): Promise<PlaybackStretch | undefined>
  }
  readonly isTopic: (name: string) => boolean
  readonly clock: Clock
}

/** GET /api/playback?topics=a,b&after=seq&from=instant&until=instant&step=ms: how the past went on (contract/playback.ts). */
export function playbackRoute({ historian, isTopic, clock }: PlaybackRooms): Route {
  return {
    method: 'GET',
    path: '/api/playback',
    access: 'wall',
    handler: async (_request, response, { query }) => {
      const topics = topicsOf(query.get('topics'), isTopic)
      const after = wholeNumberIn(query, 'after', [1, Number.MAX_SAFE_INTEGER])
      if (after === undefined) throw refused('after', 'missing; the `seq` that /api/state or the stretch before has answered with')
      const stretch = await historian.stretch({ topics, after, ...rangeIn(query, clock.now()) })
      if (stretch === undefined)
        throw new ProblemError(
          'not-found',
          `after: ${String(after)} is not the log's entry at \`from\`; take the seq that /api/state answers with for that instant`,
        )
      sendJson(response, 200, stretch)
    },
  }
}

function rangeIn(query: URLSearchParams, now: Instant): { readonly from: Instant; readonly until: Instant; readonly stepMs: number } {
  const [from, until] = [pastInstantIn(query, 'from', now), pastInstantIn(query, 'until', now)]
  if (from === undefined || until === undefined) throw refused(from === undefined ? 'from' : 'until', 'missing; an instant that is over')
  if (until <= from || until - from > dayMs) throw refused('until', 'it must be after `from`, and no more than a day after it')
  const stepMs = wholeNumberIn(query, 'step', [100, hourMs])
  if (stepMs === undefined) throw refused('step', 'missing; milliseconds of the past between two steps, from 100 to 3600000')
  if ((until - from) / stepMs <= mostPlaybackSteps) return { from, until, stepMs }
  throw refused('step', `that makes more than ${String(mostPlaybackSteps)} steps; ask for a shorter stretch, or for longer steps`)
}
