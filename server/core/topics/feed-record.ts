import type { feedFactKinds, FeedHealthFact, FeedState } from '../../../contract/fact.ts'
import { minuteMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import type { Label } from '../feed-registration.ts'
import { IntervalCoverage } from './interval-coverage.ts'
import { MinuteRate } from './minute-rate.ts'
import { UpTime } from './up-time.ts'

/** What time it is by our own clock, for accounts that are kept in minutes, days and months. */
export interface AccountTime {
  readonly at: Instant
  readonly dayStartsAt: Instant
  /** milliseconds for which the server has recorded so far */
  readonly watchedMs: number
}

type Kind = (typeof feedFactKinds)[number]

type Told = { -readonly [Key in keyof Omit<FeedHealth, 'label'>]: FeedHealth[Key] }

interface RecordDump {
  readonly told: Told
  readonly cadenceSeconds: number
  readonly rate: ReturnType<MinuteRate['dump']>
  readonly coverage: ReturnType<IntervalCoverage['dump']>
  readonly upTime: ReturnType<UpTime['dump']>
}

/** Shares are told in ten-thousandths, rounded down: 100 % is said only where nothing was missed. */
const rounded = (share: number | undefined): number | undefined => (share === undefined ? undefined : Math.floor(share * 10_000) / 10_000)

const coverageFor = (cadenceSeconds: number): IntervalCoverage => new IntervalCoverage(Math.max(minuteMs, cadenceSeconds * secondMs))

const waiting = (id: string, since: Instant): Told => ({
  id,
  state: 'waiting',
  since,
  reason: undefined,
  detail: undefined,
  lastFactAt: undefined,
  lastObservedAt: undefined,
  factsToday: 0,
  rejectedToday: 0,
  perMinute: 0,
  completeness: undefined,
  upThisMonth: undefined,
  mainOf: [],
})

/** What is known of one feed's health. Moved on in place: it changes with every fact, and is copied only when it is looked at. */
export class FeedRecord {
  readonly #told: Told
  readonly #rate = new MinuteRate()
  readonly #upTime = new UpTime()
  #coverage: IntervalCoverage
  #cadenceSeconds: number

  /** @param since 0 before the first entry of the log */
  constructor(id: string, cadenceSeconds: number, since: Instant) {
    this.#told = waiting(id, since)
    this.#cadenceSeconds = cadenceSeconds
    this.#coverage = coverageFor(cadenceSeconds)
  }

  get id(): string {
    return this.#told.id
  }

  /** False until anything was heard of it. */
  get isHeard(): boolean {
    return this.#told.lastFactAt !== undefined || this.#told.state !== 'waiting'
  }

  /** As it is now. */
  entity(label: Label): FeedHealth {
    return { ...this.#told, label }
  }

  /** A fact of it was recorded at `at`, which it observed at `observedAt`. */
  heard(at: Instant, observedAt: Instant): void {
    const told = this.#told
    told.lastFactAt = at
    told.lastObservedAt = Math.max(told.lastObservedAt ?? 0, observedAt)
    told.factsToday += 1
    this.#rate.add()
    this.#coverage.heard(at)
  }

  report({ at, state, reason, detail, rejectedToday }: FeedHealthFact, time: AccountTime): void {
    const told = this.#told
    if (state !== told.state) {
      told.since = at
      this.#turn(state, time)
    }
    told.state = state
    told.reason = reason
    told.detail = detail
    told.rejectedToday = rejectedToday
  }

  /** A new cadence: intervals of its length are counted from now on. The one it had changes nothing. */
  expect(cadenceSeconds: number, time: AccountTime): void {
    if (cadenceSeconds === this.#cadenceSeconds) return
    this.#cadenceSeconds = cadenceSeconds
    this.#coverage = coverageFor(cadenceSeconds)
    this.#coverage.turn(this.#told.state === 'up', time.at)
    this.begin(time)
  }

  begin({ at, dayStartsAt }: AccountTime): void {
    if (this.#told.since === 0) this.#told.since = at
    this.#coverage.begin(dayStartsAt, at)
  }

  beginDay({ dayStartsAt }: AccountTime): void {
    this.#told.factsToday = 0
    this.#told.rejectedToday = 0
    this.#coverage.begin(dayStartsAt, dayStartsAt)
  }

  beginMonth({ watchedMs }: AccountTime): void {
    this.#upTime.beginMonth(watchedMs)
  }

  /** Nobody watched from `until` on, up to now. */
  resume(until: Instant, { at, dayStartsAt }: AccountTime): void {
    this.#coverage.reach(until)
    this.#coverage.resume(dayStartsAt, at)
  }

  /** A minute has begun, `passed` minutes after the one before: figures that follow from the clock are told anew. @returns whether any moved */
  turnMinute(passed: number, { at, watchedMs }: AccountTime): boolean {
    const told = this.#told
    const { perMinute, completeness, upThisMonth } = told
    this.#rate.turn(passed)
    this.#coverage.reach(at)
    told.perMinute = this.#rate.perMinute
    told.completeness = rounded(this.#coverage.share)
    told.upThisMonth = rounded(this.#upTime.share(watchedMs))
    return told.perMinute !== perMinute || told.completeness !== completeness || told.upThisMonth !== upThisMonth
  }

  /** @returns whether that is new */
  tellShares(mainOf: readonly Kind[]): boolean {
    if (mainOf.join() === this.#told.mainOf.join()) return false
    this.#told.mainOf = mainOf
    return true
  }

  dump(): RecordDump {
    return {
      told: { ...this.#told },
      cadenceSeconds: this.#cadenceSeconds,
      rate: this.#rate.dump(),
      coverage: this.#coverage.dump(),
      upTime: this.#upTime.dump(),
    }
  }

  /** A record that goes on as the dumped one. */
  static restore(dump: unknown): FeedRecord {
    // our own dump, whose version the world has checked
    const { told, cadenceSeconds, rate, coverage, upTime } = dump as RecordDump
    const record = new FeedRecord(told.id, cadenceSeconds, told.since)
    Object.assign(record.#told, told)
    record.#rate.restore(rate)
    record.#coverage.restore(coverage)
    record.#upTime.restore(upTime)
    return record
  }

  #turn(state: FeedState, { at, watchedMs }: AccountTime): void {
    const isUp = state === 'up'
    if (isUp === (this.#told.state === 'up')) return
    this.#coverage.turn(isUp, at)
    this.#upTime.turn(isUp, watchedMs)
  }
}
