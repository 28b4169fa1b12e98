import type { CheckedFigure, EntryProblem, EntryProblemCode, LatestValue } from '../../contract/entry.ts'
import type { Cell } from '../ingest/codecs/sheet.ts'
import { readFigure } from './cell-number.ts'
import type { ReadFigure } from './cell-number.ts'
import type { EntryItem } from './items.ts'
import type { TableRow } from './read-table.ts'

/** What is known of the figures that may be entered for one month. */
export interface JudgeSetting {
  /** by 编号 */
  readonly items: ReadonlyMap<string, EntryItem>
  /** ids of indicators and inputs that are configured but not filled in by people, as 编号 without a member */
  readonly others: ReadonlySet<string>
  readonly latest: (item: EntryItem) => LatestValue | undefined
  /** the feed that reports it, by its name; undefined where nobody but people does */
  readonly givenBy: (item: EntryItem) => string | undefined
  /** who proposed a figure of the same month that still waits for a second person */
  readonly waitingWith: (item: EntryItem) => string | undefined
  /** why admission would not take it, in its own words; undefined when it would */
  readonly refusal: (item: EntryItem, value: number) => string | undefined
}

export interface Judged {
  readonly figures: readonly CheckedFigure[]
  readonly problems: readonly EntryProblem[]
  readonly skipped: number
}

type Verdict = { readonly item: EntryItem; readonly value: number } | { readonly problem: EntryProblem } | undefined

/** Judges rows in their order. Of two different values for one figure neither is taken. Total. */
export function judgeRows(rows: readonly TableRow[], setting: JudgeSetting): Judged {
  const problems: EntryProblem[] = []
  const taken = new Map<string, CheckedFigure>()
  const torn = new Set<string>()
  let skipped = 0
  for (const row of rows) {
    const verdict = judgeRow(row, setting)
    if (verdict === undefined) skipped += row.name === '' ? 0 : 1
    else if ('problem' in verdict) problems.push(verdict.problem)
    else {
      const { item, value } = verdict
      const first = taken.get(item.name)
      if (first === undefined) taken.set(item.name, { ...item.key, row: row.row, value, remark: row.remark, latest: setting.latest(item) })
      else if (first.value !== value) {
        torn.add(item.name)
        problems.push(problemOf(row, 'two-values', String(first.row)))
      }
    }
  }
  return { figures: [...taken].filter(([name]) => !torn.has(name)).map(([, figure]) => figure), problems, skipped }
}

function judgeRow(row: TableRow, setting: JudgeSetting): Verdict {
  // a merged cell holds its value in its first row alone: the others only look empty
  if (row.merged !== undefined && (row.name !== '' || row.cell !== null)) return { problem: problemOf(row, 'merged', row.merged) }
  const item = setting.items.get(row.name)
  const read = readFigure({ cell: row.cell, isPercentCell: row.isPercentCell, unitOfMeasure: item?.unitOfMeasure ?? '' })
  if (read.is === 'none' && row.fault === undefined) return undefined
  if (item === undefined) return { problem: unknownProblem(row, setting) }
  const feed = setting.givenBy(item)
  return feed === undefined ? judgeRead(row, item, read, setting) : { problem: problemOf(row, 'given-by-feed', feed) }
}

function judgeRead(row: TableRow, item: EntryItem, read: ReadFigure, setting: JudgeSetting): Verdict {
  if (row.fault !== undefined) return { problem: problemOf(row, row.fault.code, item.unitOfMeasure) }
  if (read.is === 'none') return undefined
  if (read.is === 'problem') return { problem: problemOf(row, read.code, read.expected) }
  const problem = valueProblem(row, item, read.value, setting)
  return problem === undefined ? { item, value: read.value } : { problem }
}

function valueProblem(row: TableRow, item: EntryItem, value: number, { waitingWith, refusal }: JudgeSetting): EntryProblem | undefined {
  const { range, unitOfMeasure } = item
  if (range !== undefined && (value < range[0] || value > range[1])) {
    return problemOf(row, 'out-of-range', `${String(range[0])} – ${String(range[1])} ${unitOfMeasure}`.trimEnd())
  }
  const other = waitingWith(item)
  if (other !== undefined) return problemOf(row, 'waiting', other)
  const refused = refusal(item, value)
  return refused === undefined ? undefined : problemOf(row, 'refused', refused)
}

function unknownProblem(row: TableRow, { items, others }: JudgeSetting): EntryProblem {
  const { name } = row
  if (name === '') return problemOf(row, 'no-id', '')
  const [kind = '', id = ''] = name.split('/')
  const whole = `${kind}/${id}`
  if (others.has(whole)) return problemOf(row, 'not-entered', '', name)
  const isKnown = [...items.keys()].some((known) => known === whole || known.startsWith(`${whole}/`))
  return problemOf(row, isKnown ? 'unknown-member' : 'unknown-id', '', name)
}

function problemOf(
  { row, column, cell, fault }: TableRow,
  code: EntryProblemCode,
  expected: string,
  found = fault?.found ?? textOf(cell),
): EntryProblem {
  return { code, row, column, found: found.slice(0, 80), expected }
}

const textOf = (cell: Cell): string => (cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? ''))
