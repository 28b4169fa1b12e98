import type { Configuration } from '../../../../contract/configuration.ts'
import type { CheckedFigure, EntryItemKey, EntryProblem, EntryRow } from '../../../../contract/entry.ts'
import type { Instant } from '../../../../contract/time.ts'
import { localTime } from '../../../../contract/time.ts'
import type { EntryState } from '../../../../contract/decision.ts'
import { memberOf } from '../../i18n/member-of.ts'
import { blockOfSigner } from '../rankings/model.ts'
import type { Signer } from '../rankings/model.ts'

/** 填报 as the desk shows it. Pure. */

/** What a figure is of, in the page's language. */
export interface ItemWords {
  readonly title: string
  /** empty for the district as a whole */
  readonly member: string
  readonly unitOfMeasure: string
}

export const keyOf = ({ indicator, input, of }: EntryItemKey): string => [indicator ?? `/${input ?? ''}`, ...(of === undefined ? [] : [of])].join('/')

type Naming = Pick<Configuration, 'indicators' | 'inputs' | 'units' | 'sectors' | 'themes'>

/** Names as they stand in the template: the long ones, for the one who fills in. What is not configured any more keeps its id. */
export function itemWords(configuration: Naming, isEnglish: boolean): (item: EntryItemKey) => ItemWords {
  const { indicators, inputs } = configuration
  const nameOf = (named: { readonly name: string; readonly nameEn: string } | undefined, id: string): string =>
    named === undefined ? id : isEnglish ? named.nameEn : named.name
  return ({ indicator, input, of }) => {
    const id = indicator ?? input ?? ''
    const found = (indicator === undefined ? inputs : indicators).find((definition) => definition.id === id)
    const unitOfMeasure = (isEnglish ? found?.unitOfMeasureEn : found?.unitOfMeasure) ?? ''
    return { title: nameOf(found, id), member: of === undefined ? '' : nameOf(memberOf(configuration, input, of), of), unitOfMeasure }
  }
}

/** `2026-10` of an instant in the zone. */
export function monthOf(at: Instant, zone: string): string {
  const { year, month } = localTime(at, zone)
  return `${String(year)}-${String(month).padStart(2, '0')}`
}

/** `count` months, the given one first, back in time. */
export function monthsBack(last: string, count: number): readonly string[] {
  const index = Number(last.slice(0, 4)) * 12 + Number(last.slice(5)) - 1
  return Array.from({ length: count }, (_, back) => {
    const month = index - back
    return `${String(Math.floor(month / 12))}-${String((month % 12) + 1).padStart(2, '0')}`
  })
}

export type RowState = EntryRow['state'] | 'waiting'

/** A row with what the screens know besides: an entry that waits has it for this month. */
export function statesOf(
  rows: readonly EntryRow[],
  entries: Iterable<EntryState>,
  at: Instant,
): readonly (EntryRow & { readonly shown: RowState })[] {
  const waiting = new Set(
    [...entries].filter(({ state }) => state === 'proposed').flatMap(({ figures }) => figures.filter((one) => one.at === at).map(keyOf)),
  )
  return rows.map((row) => ({ ...row, shown: row.state !== 'given' && waiting.has(keyOf(row)) ? 'waiting' : row.state }))
}

/** Entries that wait, the oldest first, and those decided, the latest first. */
export function sortEntries(entries: Iterable<EntryState>): { readonly waiting: readonly EntryState[]; readonly decided: readonly EntryState[] } {
  const all = [...entries]
  return {
    waiting: all.filter(({ state }) => state === 'proposed').sort((one, other) => one.proposedAt - other.proposedAt),
    decided: all.filter(({ state }) => state !== 'proposed').sort((one, other) => (other.decidedAt ?? 0) - (one.decidedAt ?? 0)),
  }
}

/** Why whoever looks cannot decide so; undefined when they can. */
export function blockOfDecision(
  entry: EntryState,
  decision: 'approve' | 'reject' | 'withdraw',
  signer: Signer | undefined,
): 'unknown' | 'role' | 'name' | 'own' | undefined {
  const block = blockOfSigner(signer)
  if (block !== undefined) return block
  return decision === 'approve' && signer?.name === entry.proposedBy ? 'own' : undefined
}

const leap = 10

/** Ten times more or less than what stands: most often another unit. Told, never refused. */
export function isLeap({ value, latest }: Pick<CheckedFigure, 'value' | 'latest'>): boolean {
  if (latest === undefined || latest.value === 0 || value === 0) return false
  const ratio = Math.abs(value / latest.value)
  return ratio >= leap || ratio <= 1 / leap
}

/** What a check brought together: of a figure that is there already the later value counts. */
export function mergeFigures(known: readonly CheckedFigure[], more: readonly CheckedFigure[]): readonly CheckedFigure[] {
  const replaced = new Set(more.map(keyOf))
  return [...known.filter((figure) => !replaced.has(keyOf(figure))), ...more]
}

/** Remarks of the rows as a note: as much as a note may have. */
export function noteOf(figures: readonly CheckedFigure[], title: (figure: CheckedFigure) => string): string {
  const told = figures.flatMap((figure) => (figure.remark === undefined ? [] : [`${title(figure)}：${figure.remark}`]))
  return told.join('；').slice(0, 200)
}

/** Where a problem stands: a cell, one of the form's figures, or the file. */
export const placeOf = ({ row, column }: EntryProblem): 'place' | 'formPlace' | 'file' =>
  row === undefined ? 'file' : column === undefined ? 'formPlace' : 'place'
