import { feedReasons } from '../../contract/fact.ts'
import type { FeedHealthFact, FeedReason, FeedState } from '../../contract/fact.ts'
import { dayOf, minuteMs, secondMs } from '../../contract/time.ts'
import type { Day, Instant } from '../../contract/time.ts'
import type { FeedHealth as RecordedHealth } from '../../contract/topic.ts'
import type { Clock } from '../core/clock.ts'
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
  /** A platform that we ask is there, and had nothing for us: no trouble of the connection, and no news either. */
  answered(id: string): void
  /** A platform that we ask could not be reached, did not answer, or cannot be asked as we are. `detail` without addresses and secrets. */
  failed(id: string, reason?: FeedReason, detail?: string): void
  /** From now on it should be heard; by another cadence or zone, what is known of it stays. */
  watch(feed: Watched): void
  unwatch(id: string): void
  stateOf(id: string): FeedState
  totals(): readonly FeedTotals[]
  close(): void
}

/** Records a change of state at once; a moved count of rejections at most once a minute. */
export function createFeedWatch({ before, clock, record }: FeedWatchOptions): FeedWatch {
  const recorded = new Map(before.feeds.map((feed) => [feed.id, feed]))
  const watches = new Map<string, Watch>()
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
    answered: (id) => on(id, (watch) => watch.answered()),
    failed: (id, reason, detail) => on(id, (watch) => watch.failed(reason, detail)),
    watch(feed) {
      const known = watches.get(feed.id)
      if (known?.isOf(feed) === true) return
      const told = known?.said ?? recorded.get(feed.id)
      watches.set(feed.id, new Watch(feed, known === undefined ? before.at : clock.now(), told, clock))
    },
    unwatch: (id) => void watches.delete(id),
    stateOf: (id) => watches.get(id)?.state ?? 'waiting',
    totals: () => [...watches.values()].map((watch) => watch.totals()),
    close: stop,
  }
}

interface Said {
  readonly standing: Standing
  readonly rejectedToday: number
}

/** What of a feed's health the log knows. */
type Known = Pick<RecordedHealth, 'state' | 'reason' | 'detail' | 'rejectedToday'>

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

  constructor(feed: Watched, recordedAt: Instant, recorded: Known | undefined, clock: Clock) {
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

  answered(): void {
    this.#health.answered(this.#clock.now())
  }

  failed(reason: FeedReason | undefined, detail: string | undefined): void {
    this.#health.failed(reason, detail)
  }

  isOf({ cadenceSeconds, zone }: Watched): boolean {
    return this.#feed.cadenceSeconds === cadenceSeconds && this.#feed.zone === zone
  }

  get state(): FeedState {
    return this.#health.standing.state
  }

  get said(): Known {
    const { standing, rejectedToday } = this.#said
    return { ...standing, rejectedToday }
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
    const { standing: said } = this.#said
    const hasMoved = standing.reason !== said.reason || standing.detail !== said.detail || rejectedToday !== this.#said.rejectedToday
    if (!hasTurned && !(hasMoved && now >= this.#mayRepeatAt)) return undefined
    this.#said = { standing, rejectedToday }
    this.#mayRepeatAt = now + minuteMs
    const { state, reason, detail } = standing
    return {
      kind: 'feed-health',
      feed: this.#feed.id,
      at: now,
      state,
      ...(reason === undefined ? {} : { reason }),
      ...(detail === undefined ? {} : { detail: detail.slice(0, 200) }),
      rejectedToday,
    }
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

function standingOf(recorded: Known | undefined): Standing {
  return { state: recorded?.state ?? 'waiting', reason: feedReasons.find((reason) => reason === recorded?.reason), detail: recorded?.detail }
}
