import type { ReportDocument, ReportFigure, ReportSection, ReportState } from '../../../../contract/report.ts'
import { localTime } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import { blockOfSigner } from '../rankings/model.ts'
import type { Signer } from '../rankings/model.ts'

/** 专报 as the desk shows it. Pure. */

/** Months, the newest first. */
export const monthsOf = (states: Iterable<ReportState>): readonly ReportState[] =>
  [...states].sort((one, other) => (one.month < other.month ? 1 : -1))

/** How a month stands to its day: issued is done with; due today and overdue count from the day it is due. `reminded`: a reminder has passed. */
export type DueStanding = 'issued' | 'overdue' | 'today' | 'reminded' | 'ahead'

export function dueStanding({ state, dueAt, remindAt }: ReportState, now: Instant, zone: string): DueStanding {
  if (state === 'issued') return 'issued'
  if (now > dueAt) return 'overdue'
  if (isSameDay(now, dueAt, zone)) return 'today'
  return remindAt.some((at) => at <= now) ? 'reminded' : 'ahead'
}

function isSameDay(one: Instant, other: Instant, zone: string): boolean {
  const [a, b] = [localTime(one, zone), localTime(other, zone)]
  return a.year === b.year && a.month === b.month && a.day === b.day
}

/** The reminder that comes next; undefined after the last, and for what is issued. */
export const nextReminder = ({ state, remindAt }: ReportState, now: Instant): Instant | undefined =>
  state === 'issued' ? undefined : remindAt.find((at) => at > now)

/** Why whoever looks may not change this report; undefined when they may. */
export function blockOfChange({ state }: ReportState, signer: Signer | undefined): 'issued' | 'unknown' | 'role' | 'name' | undefined {
  return state === 'issued' ? 'issued' : blockOfSigner(signer)
}

/** A section's text as it is written in a box: a line for each paragraph. */
export const textOf = ({ paragraphs }: ReportSection): string => paragraphs.map((runs) => runs.map(({ text }) => text).join('')).join('\n')

/** The data behind a section's numbers, each once, in the order of the text. */
export function figuresOf({ paragraphs }: ReportSection, { figures }: ReportDocument): readonly ReportFigure[] {
  const byId = new Map(figures.map((figure) => [figure.id, figure]))
  const named = new Set(paragraphs.flat().flatMap(({ figure }) => figure ?? []))
  return [...named].flatMap((id) => byId.get(id) ?? [])
}
