import { longStandingMs } from '../../../contract/alarm.ts'
import type { AlarmWeek } from '../../../contract/alarm.ts'
import type { AlarmRules } from '../../../contract/alarm-rule.ts'
import { priorities } from '../../../contract/incident.ts'
import type { Priority } from '../../../contract/incident.ts'
import { dayMs, hourMs, minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { AlarmRecord } from './alarm-record.ts'

export const weekMs = 7 * dayMs
const spanMs = 10 * minuteMs
const mostLongest = 20
const mostWorst = 10

/** Announced alarms by spans of ten minutes since 1970, the last week's, oldest first. */
export type Spans = readonly (readonly [span: number, count: number])[]

/** One more in the span or hour of `at`; those of more than a week before are dropped. */
function counted(spans: Spans, at: Instant, lengthMs: number): Spans {
  const span = Math.floor(at / lengthMs)
  const first = Math.floor((at - weekMs) / lengthMs)
  const found = spans.find(([each]) => each === span)
  const others = spans.filter(([each]) => each !== span && each > first)
  return [...others, [span, (found?.[1] ?? 0) + 1] as const].sort(([one], [other]) => one - other)
}

export const withSpan = (spans: Spans, at: Instant): Spans => counted(spans, at, spanMs)
export const withHour = (hours: AlarmRecord['hours'], at: Instant): AlarmRecord['hours'] => counted(hours, at, hourMs)

interface Week {
  readonly records: Iterable<AlarmRecord>
  readonly spans: Spans
  readonly rules: AlarmRules
  /** when the log begins */
  readonly firstAt: Instant
  readonly now: Instant
}

/** 告警周报 as it stands at `now`; the hour in which the week begins is counted whole. */
export function weekOf({ records, spans, rules, firstAt, now }: Week): AlarmWeek {
  const from = Math.max(now - weekMs, Math.min(firstAt, now))
  const rows = [...records].map((record) => ({
    record,
    rule: rules.rules.find(({ id }) => id === record.rule),
    announced: since(record.hours, from),
  }))
  const announced = rows.reduce((sum, row) => sum + row.announced, 0)
  const ofPriority = (priority: Priority): number => rows.reduce((sum, row) => sum + (row.rule?.priority === priority ? row.announced : 0), 0)
  const standing = rows.map(({ record }) => record).filter((each) => each.isStanding && now - each.raisedAt > longStandingMs)
  const isChattering = ({ chatteredAt }: AlarmRecord): boolean => chatteredAt > from
  return {
    from,
    to: now,
    announced,
    // of less than an hour a rate would say too much
    perHour: announced / Math.max(1, (now - from) / hourMs),
    byPriority: Object.fromEntries(priorities.map((priority) => [priority, ofPriority(priority)])) as Record<Priority, number>,
    standing: standing.length,
    longest: standing
      .sort((one, other) => one.raisedAt - other.raisedAt || (one.id < other.id ? -1 : 1))
      .slice(0, mostLongest)
      .map(({ id, rule, told, raisedAt }) => ({ id, rule, name: told.name, raisedAt })),
    chattering: rows.filter(({ record }) => isChattering(record)).length,
    floodShare: floodShareOf(spans, rules, { from, to: now }),
    worst: rows
      .filter((row) => row.announced > 0)
      .sort((one, other) => other.announced - one.announced || (one.record.id < other.record.id ? -1 : 1))
      .slice(0, mostWorst)
      .map(({ record, rule, announced: count }) => ({
        id: record.id,
        rule: record.rule,
        name: record.told.name,
        priority: rule?.priority ?? 'notice',
        announced: count,
        share: count / announced,
        isChattering: isChattering(record),
      })),
  }
}

/** The hour of `from` is counted whole: what is kept is no finer. */
const since = (hours: AlarmRecord['hours'], from: Instant): number =>
  hours.reduce((sum, [hour, count]) => sum + (hour >= Math.floor(from / hourMs) ? count : 0), 0)

function floodShareOf(spans: Spans, { flood }: AlarmRules, { from, to }: { readonly from: Instant; readonly to: Instant }): number {
  const [first, last] = [Math.floor(from / spanMs), Math.floor(to / spanMs)]
  const most = (flood.alarms * spanMs) / (flood.minutes * minuteMs)
  return spans.filter(([span, count]) => span >= first && count > most).length / (last - first + 1)
}
