import { dayMs, instantOf, localTime, minuteMs, startOfDay } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber, monthNumber } from './calendar.ts'

/**
 * What time it is in a district, as the log tells it. A live district goes by when entries were recorded; one that replays a recording
 * goes by the latest instant its facts speak of. Never goes back.
 */
export class DistrictTime {
  readonly zone: string
  /** 0 before the first entry */
  now: Instant = 0
  /** when the latest entry was recorded, whatever the district goes by */
  recorded: Instant = 0
  /** business day and month of `now`, and the minute since 1970 */
  day = 0
  month = 0
  minute = 0
  /** first instants of that business day and month */
  dayStartsAt: Instant = 0
  monthStartsAt: Instant = 0
  /** business day of `recorded` */
  recordedDay = 0
  #lostAt: Instant | undefined
  #dayEndsAt: Instant = 0

  constructor(zone: string) {
    this.zone = zone
  }

  /** 时钟可信: false from when the server learns that its clock is wrong until it is right again. */
  get isTrusted(): boolean {
    return this.#lostAt === undefined
  }

  /** `now`, or while the clock is not trusted the last instant that was: what was overdue by then stays so, and nothing more becomes overdue. */
  get trustedNow(): Instant {
    return this.#lostAt ?? this.now
  }

  /** @param at what time it truly was by then; a clock that ran ahead may have told a later `now` already */
  loseTrust(at: Instant): void {
    this.#lostAt ??= Math.min(this.now, at)
  }

  regainTrust(): void {
    this.#lostAt = undefined
  }

  /**
   * Moves on to `now` and `recorded`; an earlier instant changes nothing.
   * @returns whether anything moved
   */
  reach(now: Instant, recorded: Instant): boolean {
    if (now <= this.now && recorded <= this.recorded) return false
    if (recorded > this.recorded) {
      this.recorded = recorded
      this.recordedDay = dayNumber(recorded, this.zone)
    }
    if (now <= this.now) return true
    this.now = now
    this.minute = Math.floor(now / minuteMs)
    if (now >= this.#dayEndsAt) this.#beginDay()
    return true
  }

  #beginDay(): void {
    const { year, month } = localTime(this.now, this.zone)
    this.day = dayNumber(this.now, this.zone)
    this.month = monthNumber(this.now, this.zone)
    this.dayStartsAt = startOfDay(this.now, this.zone)
    this.monthStartsAt = instantOf({ year, month, day: 1, hour: 0, minute: 0, second: 0 }, this.zone)
    // days of summer time's change are an hour shorter or longer: half a day on is tomorrow in any case
    this.#dayEndsAt = startOfDay(this.dayStartsAt + 1.5 * dayMs, this.zone)
  }
}
