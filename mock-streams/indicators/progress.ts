import { dayMs, dayNumberOf, dayOfMonth, daysOfMonth, firstDayOfYear, localHour, shareOfYear, startOfDayNumber } from '../calendar.ts'
import { dice } from '../chance.ts'
import { clamp, mix } from '../city/course.ts'
import type { Member } from './members.ts'

/** How far a year's work is: the stories of this city. Everything is a pure function of seed, member and instant, and never goes back within a year. */

/** Share of the year that is done: nothing at midnight of 1 January, later as at the end of the day. */
export const yearShare = (at: number): number => (at === startOfYear(at) ? 0 : shareOfYear(at))

export const startOfYear = (at: number): number => startOfDayNumber(firstDayOfYear(dayNumberOf(at)))

/** Three towns that do next to nothing from the end of February to June, and have made up for it by October. */
const laggards = new Set(['大秦乡人民政府', '麻武乡人民政府', '白庙乡人民政府'])
const lagging = [
  [0, 0],
  [0.15, 0.15],
  [0.45, 0.2],
  [0.6, 0.4],
  [0.76, 0.76],
  [1, 1],
] as const

function along(course: readonly (readonly [number, number])[], share: number): number {
  const index = Math.max(
    1,
    course.findIndex(([x]) => x >= share),
  )
  const [[x0, y0] = [0, 0], [x1, y1] = [1, 1]] = [course[index - 1], course[index]]
  return mix(y0, y1, (share - x0) / (x1 - x0))
}

/** Each member has a pace of its own, at most so far from the usual one. */
const ownPace = 0.03

/** What a member has done of its year's work, 1 all of it. */
export function memberShare(seed: number, member: Member, at: number): number {
  const share = yearShare(at)
  const [name] = member.names
  const pace = 1 + ownPace * (2 * dice(seed, 'pace', name)() - 1)
  return pace * (laggards.has(name) ? along(lagging, share) : share)
}

/** 扎堆: most of a month's work is done in the month, the rest on one day of it. */
export function bunchedShare(at: number, { day, hour, weight }: { readonly day: number; readonly hour: number; readonly weight: number }): number {
  const today = dayNumberOf(at)
  const [first, days] = [today - dayOfMonth(today) + 1, daysOfMonth(today)]
  const begin = workedShare(startOfDayNumber(first))
  const end = workedShare(startOfDayNumber(first + days))
  // at the very turn of the year the month is that of the new one
  const passed = clamp((at - startOfDayNumber(first)) / (days * dayMs), 0, 1)
  const isDone = at >= startOfDayNumber(first + day - 1) + hour * 3_600_000
  return begin + ((end < begin ? 1 : end) - begin) * ((1 - weight) * passed + (isDone ? weight : 0))
}

/** Share of the year that has passed, where work is done from eight to six. */
export function workedShare(at: number): number {
  const day = dayNumberOf(at)
  const first = firstDayOfYear(day)
  const today = clamp((localHour(at) - 8) / 10, 0, 1)
  return (day - first + today) / (firstDayOfYear(first + 366) - first)
}
