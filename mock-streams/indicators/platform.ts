import { dayMs, dayNumberOf, dayOfMonth, firstDayOfYear, hourMs, localHour, minuteMs, startOfDayNumber, timeText, weekdayOf } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import type { Platform } from '../platform.ts'
import { dataAndChecks } from './data-and-checks.ts'
import type { DataItem } from './data-item.ts'
import type { Member } from './members.ts'
import { startOfYear } from './progress.ts'
import { rowOf } from './row.ts'
import { peopleAndServices } from './service-items.ts'

export const dataItems: readonly DataItem[] = [...peopleAndServices, ...dataAndChecks]

/** The past is told week by week, the last month day by day (trends show 30 days), the last days as if live. */
const dailyDays = 32
const fullDays = 3
/** Figures are true at the full hour and sent a little later. */
const delayMs = 2 * minuteMs
const morning = 8

/** One number is reported wrong on Tuesdays and put right on Wednesdays at ten. */
const corrected = { code: 'YH03', name: '柳湖镇人民政府', times: 1.03, weekday: 2, hour: 10 } as const

/** The indicator platform of the simulated city: a batch each hour, most numbers in the morning's. */
export function indicatorPlatform(city: City): Platform {
  // asked without a start, everything is told in full
  let startDay = Number.NEGATIVE_INFINITY
  return {
    feed: 'indicators',
    messagesBetween(from, to) {
      const batches: object[] = []
      const first = Math.ceil((from - delayMs) / hourMs) * hourMs
      for (let at = first; at + delayMs < to; at += hourMs) {
        const rows = rowsAt(city.seed, at, startDay)
        if (rows.length > 0) batches.push({ batchNo: `ZB${timeText(at).replaceAll(/\D/g, '').slice(0, 10)}`, rows })
      }
      return batches
    },
    backfillFrom(now) {
      startDay = dayNumberOf(now)
      return startOfDayNumber(Math.min(firstDayOfYear(startDay), startDay - dailyDays))
    },
    heartbeat: (at) => ({ batchNo: `ZB-HB-${timeText(at).replaceAll(/\D/g, '')}`, rows: [] }),
    heartbeatMs: 5 * minuteMs,
  }
}

function rowsAt(seed: number, at: number, startDay: number): readonly object[] {
  const [day, hour] = [dayNumberOf(at), Math.round(localHour(at))]
  if (at === startOfYear(at)) return dataItems.filter(({ isBatch }) => !isBatch).flatMap((each) => rowsOf(seed, each, at))
  const due = dataItems.filter((each) => isDue(each, day, hour, startDay))
  const previous = day < startDay - fullDays ? slotBefore(day, startDay) : undefined
  return [...due.flatMap((each) => rowsOf(seed, each, at, previous)), ...correctionAt(seed, day, hour)]
}

function isDue({ rhythm }: DataItem, day: number, hour: number, startDay: number): boolean {
  if (hour !== morning) return rhythm === 'hourly' && day >= startDay - 1
  if (rhythm === 'weekly') return weekdayOf(day) === 1
  if (rhythm === 'monthly') return dayOfMonth(day) === 1
  return isTold(day, startDay)
}

const isTold = (day: number, startDay: number): boolean => day >= startDay - dailyDays || weekdayOf(day) === 1

/** When a daily number was told before: what has not changed since is not told again in the past. */
function slotBefore(day: number, startDay: number): number {
  const first = firstDayOfYear(day)
  for (let before = day - 1; before >= first; before -= 1) if (isTold(before, startDay)) return startOfDayNumber(before) + morning * hourMs
  return startOfDayNumber(first)
}

/** @param previous when it was told before, where only what is new is told */
function rowsOf(seed: number, each: DataItem, at: number, previous?: number): readonly object[] {
  const isNewOnly = previous !== undefined && (each.rhythm === 'daily' || each.rhythm === 'hourly')
  return each.members.flatMap((member, index) => {
    const value = toldAt(seed, each, member, at)
    // the first one is told each time: what stands still for weeks has no curve otherwise
    if (value === undefined || (isNewOnly && index > 0 && toldAt(seed, each, member, previous) === value)) return []
    return [rowOf(seed, each, member, { at, value })]
  })
}

const isCorrected = ({ code }: DataItem, { names: [name] }: Member): boolean => code === corrected.code && name === corrected.name

/** As it is told first: on Tuesdays one is wrong. */
function toldAt(seed: number, each: DataItem, member: Member, at: number): number | undefined {
  const value = each.valueAt(seed, member, at)
  const isWrong = value !== undefined && at !== startOfYear(at) && weekdayOf(dayNumberOf(at)) === corrected.weekday && isCorrected(each, member)
  return isWrong ? Math.round(value * corrected.times) : value
}

/** On Wednesdays, yesterday's wrong number again, as it should have been. */
function correctionAt(seed: number, day: number, hour: number): readonly object[] {
  if (weekdayOf(day) !== corrected.weekday + 1 || hour !== corrected.hour) return []
  const at = startOfDayNumber(day) - dayMs + morning * hourMs
  return dataItems.flatMap((each) =>
    each.members
      .filter((member) => isCorrected(each, member))
      .flatMap((member) => {
        const value = each.valueAt(seed, member, at)
        return value === undefined ? [] : [rowOf(seed, each, member, { at, value })]
      }),
  )
}
