import { feedReasons } from '../../contract/fact.ts'
import type { FeedHealthFact } from '../../contract/fact.ts'
import { dayOf, minuteMs, secondMs } from '../../contract/time.ts'
import type { Day, Instant } from '../../contract/time.ts'
import type { FeedHealth as RecordedHealth } from '../../contract/topic.ts'
import type { Clock } from '../core/clock.ts'
import type { Registry } from '../core/registry.ts'
import { FeedHealth } from './feed-health.ts'
import type { Receipt, Standing } from './feed-health.ts'

/** A feed, or a video platform, that should be heard. */
export interface Watched {
  readonly id: string
  readonly cadenceSeconds: number
  /** of its district: a business day's rejections are counted in it */
  readonly zone: string
}

/** Since the process started, for metrics. */
export interface FeedTotals {
  readonly id: string
  readonly facts: number
  readonly rejected: number
  readonly heardAt: Instant | undefined
}

export interface FeedWatchOptions {
  readonly watched: readonly Watched[]
  /** what the topic `feeds` said when the world was loaded, over all districts, and the instant of the world's last entry */
  readonly before: { readonly at: Instant; readonly feeds: readonly RecordedHealth[] }
  readonly clock: Clock
  /** puts a fact on the log; when it cannot, the watch says it again a minute later */
  readonly record: (fact: FeedHealthFact) => Promise<unknown>
}

/** 供数状况: knows of every feed whether it is heard, and records it when that changes. */
export interface FeedWatch {
  /** Ids that are not watched are ignored. */
  received(id: string, receipt: Receipt): void
  /** A platform that we ask could not be reached, or did not answer. */
  failed(id: string): void
  totals(): readonly FeedTotals[]
  close(): void
}

/** Everything configured that should be heard: feeds by their cadence, video platforms by how often their catalogue is asked for. */
export function watchedOf(registry: Registry): readonly Watched[] {
  const zoneOf = (district: string): string => registry.districts.get(district)?.zone ?? 'UTC'
  const feeds = [...registry.feeds.values()].map(({ id, cadenceSeconds, district }) => ({ id, cadenceSeconds, zone: zoneOf(district) }))
  const platforms = [...registry.videoPlatforms.values()].map(({ id, catalogueSeconds, district }) => ({
    id,
    cadenceSeconds: catalogueSeconds,
    zone: zoneOf(district),
  }))
  return [...feeds, ...platforms]
}

/** Records a change of state at once; a moved count of rejections at most once a minute. */
export function createFeedWatch({ watched, before, clock, record }: FeedWatchOptions): FeedWatch {
  const recorded = new Map(before.feeds.map((feed) => [feed.id, feed]))
  const watches = new Map(watched.map((feed) => [feed.id, new Watch(feed, before.at, recorded.get(feed.id), clock)]))
  const tell = (watch: Watch): void => {
    const fact = watch.news()
    if (fact !== undefined) record(fact).catch(() => watch.unsaid())
  }
  const stop = clock.every(secondMs, () => {
    for (const watch of watches.values()) {
      watch.passed()
      tell(watch)
    }
  })
  const on = (id: string, act: (watch: Watch) => void): void => {
    const watch = watches.get(id)
    if (watch === undefined) return
    act(watch)
    tell(watch)
  }
  return {
    received: (id, receipt) => on(id, (watch) => watch.received(receipt)),
    failed: (id) => on(id, (watch) => watch.failed()),
    totals: () => [...watches.values()].map((watch) => watch.totals()),
    close: stop,
  }
}

interface Said {
  readonly standing: Standing
  readonly rejectedToday: number
}

/** One feed: its health, its counts, and what of them the log has been told. */
class Watch {
  readonly #feed: Watched
  readonly #clock: Clock
  readonly #health: FeedHealth
  #day: Day
  #rejectedToday: number
  #said: Said
  #mayRepeatAt: Instant
  #facts = 0
  #rejected = 0
  #heardAt: Instant | undefined

  constructor(feed: Watched, recordedAt: Instant, recorded: RecordedHealth | undefined, clock: Clock) {
    const now = clock.now()
    const standing = standingOf(recorded)
    this.#feed = feed
    this.#clock = clock
    this.#health = new FeedHealth(feed.cadenceSeconds, standing, now)
    this.#day = dayOf(recordedAt, feed.zone)
    this.#rejectedToday = recorded?.rejectedToday ?? 0
    this.#said = { standing, rejectedToday: this.#rejectedToday }
    this.#mayRepeatAt = now
  }

  received(receipt: Receipt): void {
    this.#turnDay()
    this.#rejectedToday += receipt.rejected
    this.#facts += receipt.facts
    this.#rejected += receipt.rejected
    this.#heardAt = this.#clock.now()
    this.#health.heard(receipt, this.#heardAt)
  }

  failed(): void {
    this.#health.failed()
  }

  passed(): void {
    this.#turnDay()
    this.#health.passed(this.#clock.now())
  }

  /** The fact to record now, if any; taken as said until `unsaid`. */
  news(): FeedHealthFact | undefined {
    const now = this.#clock.now()
    const { standing } = this.#health
    const rejectedToday = this.#rejectedToday
    const hasTurned = standing.state !== this.#said.standing.state
    const hasMoved = standing.reason !== this.#said.standing.reason || rejectedToday !== this.#said.rejectedToday
    if (!hasTurned && !(hasMoved && now >= this.#mayRepeatAt)) return undefined
    this.#said = { standing, rejectedToday }
    this.#mayRepeatAt = now + minuteMs
    const { state, reason } = standing
    return { kind: 'feed-health', feed: this.#feed.id, at: now, state, ...(reason === undefined ? {} : { reason }), rejectedToday }
  }

  unsaid(): void {
    // no count is -1: the same state with any count is news again, when the minute is over
    this.#said = { standing: this.#said.standing, rejectedToday: -1 }
  }

  totals(): FeedTotals {
    return { id: this.#feed.id, facts: this.#facts, rejected: this.#rejected, heardAt: this.#heardAt }
  }

  #turnDay(): void {
    const day = dayOf(this.#clock.now(), this.#feed.zone)
    if (day === this.#day) return
    this.#day = day
    this.#rejectedToday = 0
  }
}

function standingOf(recorded: RecordedHealth | undefined): Standing {
  return { state: recorded?.state ?? 'waiting', reason: feedReasons.find((reason) => reason === recorded?.reason) }
}
