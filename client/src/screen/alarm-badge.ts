import type { AlarmSummary } from '../../../contract/alarm.ts'
import { priorities } from '../../../contract/incident.ts'
import type { Priority } from '../../../contract/incident.ts'
import { textWidthEm } from '../ui/text-width.ts'

/** 告警 on a wall: how many wait, by priority, and the newest of the most pressing in words. Pure. */
export interface AlarmBadge {
  readonly counts: readonly { readonly priority: Priority; readonly count: number }[]
  /** the newest urgent or important one; empty where only lesser ones wait */
  readonly newest: string
  /** said as long as it lasts */
  readonly flood: string
}

export interface BadgeWords {
  readonly newest: (alarm: NonNullable<AlarmSummary['newest']>) => string
  readonly flood: (flood: NonNullable<AlarmSummary['flood']>) => string
}

/** Undefined when nobody needs to look. */
export function alarmBadge(summary: AlarmSummary | undefined, words: BadgeWords): AlarmBadge | undefined {
  if (summary === undefined) return undefined
  const { unacknowledged, newest, flood } = summary
  const counts = priorities.map((priority) => ({ priority, count: unacknowledged[priority] })).filter(({ count }) => count > 0)
  if (counts.length === 0 && flood === undefined) return undefined
  const isPressing = newest?.priority === 'urgent' || newest?.priority === 'important'
  return { counts, newest: newest !== undefined && isPressing ? words.newest(newest) : '', flood: flood === undefined ? '' : words.flood(flood) }
}

/** Shape, figure and the gaps around each count; em of the label. */
const countEm = 2.6
const gapEm = 2

/** What it takes of a line, em of its type. */
export function badgeWidthEm(badge: AlarmBadge | undefined, title: string): number {
  if (badge === undefined) return 0
  return (
    gapEm +
    countEm * badge.counts.length +
    [title, badge.newest, badge.flood].reduce((sum, text) => sum + (text === '' ? 0 : textWidthEm(text) + 1), 0)
  )
}
