import { dayMs, dayNumberOf, dayText, hourMs, localHour, minuteMs, startOfDayNumber, timeText, weekdayOf } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import type { Platform } from '../platform.ts'
import type { Measure, Rhythm } from './measures.ts'
import { measures } from './measures.ts'

/** Trends show 30 days; a month more than that holds every monthly figure. */
const backfillDays = 32
/** Figures are true at the full hour and sent a little later. */
const delayMs = 2 * minuteMs
const morning = 8

/** One measure is reported wrong on Tuesdays and put right on Wednesdays at ten. */
const corrected = { code: '16', wrongBy: 3.4, weekday: 2, hour: 10 } as const

function isDue(rhythm: Rhythm, day: number, hour: number): boolean {
  if (rhythm === 'hourly') return true
  if (hour !== morning) return false
  if (rhythm === 'daily') return true
  return rhythm === 'weekly' ? weekdayOf(day) === 1 : dayText(day).endsWith('-01')
}

/** The indicator platform of the simulated city: a batch each hour, most figures in the morning's. */
export function indicatorPlatform(city: City): Platform {
  return {
    feed: 'indicators',
    messagesBetween(from, to) {
      const batches: object[] = []
      const first = Math.ceil((from - delayMs) / hourMs) * hourMs
      for (let at = first; at + delayMs < to; at += hourMs) batches.push(batchAt(city, at))
      return batches
    },
    backfillFrom: (now) => startOfDayNumber(dayNumberOf(now)) - backfillDays * dayMs,
    heartbeat: (at) => ({ batchNo: `ZB-HB-${timeText(at).replaceAll(/\D/g, '')}`, rows: [] }),
    heartbeatMs: 5 * minuteMs,
  }
}

function batchAt(city: City, at: number): object {
  const day = dayNumberOf(at)
  const hour = Math.round(localHour(at))
  const due = measures.filter(({ rhythm }) => isDue(rhythm, day, hour)).map((measure) => rowOf(city, measure, at, true))
  return { batchNo: `ZB${timeText(at).replaceAll(/\D/g, '').slice(0, 10)}`, rows: [...due, ...correctionsAt(city, day, hour)] }
}

/** On Wednesdays, yesterday's wrong figure again, as it should have been. */
function correctionsAt(city: City, day: number, hour: number): readonly object[] {
  if (weekdayOf(day) !== corrected.weekday + 1 || hour !== corrected.hour) return []
  const yesterday = startOfDayNumber(day - 1) + morning * hourMs
  return measures.filter(({ code }) => code === corrected.code).map((measure) => rowOf(city, measure, yesterday, false))
}

function rowOf(city: City, measure: Measure, at: number, mayBeWrong: boolean): object {
  const { value, numerator, denominator } = measure.figureAt(city.seed, at)
  const isWrong = mayBeWrong && measure.code === corrected.code && weekdayOf(dayNumberOf(at)) === corrected.weekday
  return {
    zbbm: measure.code,
    zbz: String(isWrong ? Number((value + corrected.wrongBy).toFixed(1)) : value),
    ...(numerator === undefined ? {} : { fz: String(numerator) }),
    ...(denominator === undefined ? {} : { fm: String(denominator) }),
    tjrq: timeText(at),
    dw: measure.unit,
  }
}
