import { minuteMs } from '../../contract/time.ts'
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
  /** business day of `recorded` */
  recordedDay = 0

  constructor(zone: string) {
    this.zone = zone
  }

  /** Moves on to `now` and `recorded`; an earlier instant changes nothing. */
  reach(now: Instant, recorded: Instant): void {
    if (recorded > this.recorded) {
      this.recorded = recorded
      this.recordedDay = dayNumber(recorded, this.zone)
    }
    if (now <= this.now) return
    this.now = now
    this.minute = Math.floor(now / minuteMs)
    this.day = dayNumber(now, this.zone)
    this.month = monthNumber(now, this.zone)
  }
}
