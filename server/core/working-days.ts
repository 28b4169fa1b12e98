import type { CalendarFile } from '../../contract/configuration.ts'
import type { Instant } from '../../contract/time.ts'

/** A due time, and whether it was counted beyond the last year whose holidays are published. */
export interface Due {
  readonly at: Instant
  readonly isProvisional: boolean
}

/**
 * 工作日历: which days are worked. Days are day numbers (server/core/calendar.ts). Without a file for a year, Mondays to Fridays are worked
 * there and everything counted through it is provisional.
 */
export interface WorkCalendar {
  /** first and last year settled by a file; undefined without any */
  readonly years: readonly [first: number, last: number] | undefined
  isWorkingDay(day: number): boolean
  isProvisional(day: number): boolean
  /**
   * End of the `count`-th working day after the day of `from`, which is not counted itself (民法典 第二百零一条): the last millisecond of that
   * day in `zone`.
   */
  dueAfter(from: Instant, count: number, zone: string): Due
  /** Working days after the day of `from` up to and including the day of `to`; negative when `to` lies before `from`. */
  between(from: Instant, to: Instant, zone: string): number
  /** When the last working day before a due time begins: the start of the due day, where that is worked, else of the last worked day before. */
  lastDayBefore(due: Instant, zone: string): Instant
}

/** @param files those of config/calendar; a day that a file without `year` names overrides what a year's file says of it */
export declare function createWorkCalendar(files: readonly CalendarFile[]): WorkCalendar
