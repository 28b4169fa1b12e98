import { monthPattern } from '../../contract/entry.ts'
import type { EntryProblem, EntryProblemCode } from '../../contract/entry.ts'
import type { Cell } from '../ingest/codecs/sheet.ts'
import { toAscii } from '../ingest/mapping/words.ts'
import { headers, labels, templateVersion } from './template.ts'
import { columnLetters } from './workbook-marks.ts'
import type { CellFault, CellRange } from './workbook-marks.ts'
import type { ReturnedSheet } from './workbook.ts'

/** One row of the table, or one figure of the form. */
export interface TableRow {
  /** from 1, as the spreadsheet counts */
  readonly row: number
  /** letters of the column that its value stands in; undefined for the form */
  readonly column: string | undefined
  /** 编号; empty where there is none */
  readonly name: string
  readonly cell: Cell
  readonly isPercentCell: boolean
  /** the range that it is merged into, such as `E7:E9` */
  readonly merged: string | undefined
  /** why its cell is empty although something stands there */
  readonly fault: CellFault | undefined
  readonly remark: string | undefined
}

/** A returned table, not judged yet. */
export interface ReadTable {
  /** YYYY-MM; undefined where the file does not say it */
  readonly month: string | undefined
  readonly version: string | undefined
  readonly district: string | undefined
  readonly rows: readonly TableRow[]
}

/** The header stands near the top, however many lines somebody put above it. */
const headerWithin = 30

/** Finds the table of a sheet by the names of its columns, wherever these stand now. Undefined where there is none. */
export function readTable({ rows, marks }: ReturnedSheet): ReadTable | undefined {
  const top = rows.slice(0, headerWithin)
  const header = top.findIndex((cells) => columnOf(cells, headers.id) !== -1 && columnOf(cells, headers.value) !== -1)
  if (header === -1) return undefined
  const names = rows[header] ?? []
  const [id, value, remark] = [headers.id, headers.value, headers.remark].map((name) => columnOf(names, name))
  const at: Columns = { id: id ?? -1, value: value ?? -1, remark: remark ?? -1 }
  const above = top.slice(0, header)
  const merged = mergedRows(marks.merges, at.value + 1, rows.length)
  const told = (label: string): Cell => cellBeside(above, label)
  return {
    month: monthIn(told(labels.month)),
    version: textOf(told(labels.version)) || undefined,
    district: textOf(told(labels.district)) || undefined,
    rows: rows.slice(header + 1).map((cells, index) => rowOf({ cells, row: header + 2 + index, at, marks, merged })),
  }
}

interface Columns {
  readonly id: number
  readonly value: number
  readonly remark: number
}

interface RowPlace {
  readonly cells: readonly Cell[]
  readonly row: number
  readonly at: Columns
  readonly marks: ReturnedSheet['marks']
  readonly merged: ReadonlyMap<number, string>
}

function rowOf({ cells, row, at, marks, merged }: RowPlace): TableRow {
  const column = columnLetters(at.value + 1)
  const remark = textOf(cells[at.remark] ?? null)
  return {
    row,
    column,
    name: textOf(cells[at.id] ?? null),
    cell: cells[at.value] ?? null,
    isPercentCell: marks.percents.has(`${column}${String(row)}`),
    merged: merged.get(row),
    fault: marks.faults.get(`${column}${String(row)}`),
    remark: remark === '' ? undefined : remark.slice(0, 200),
  }
}

/** The range that each row of a column is merged into: one walk down, however many ranges there are and however they overlap. */
function mergedRows(merges: readonly CellRange[], column: number, lastRow: number): ReadonlyMap<number, string> {
  const over = merges
    .filter(({ fromColumn, toColumn }) => column >= fromColumn && column <= toColumn)
    .toSorted((one, other) => one.fromRow - other.fromRow)
  const merged = new Map<number, string>()
  let reaching: CellRange | undefined
  let next = 0
  for (let row = 1; row <= lastRow; row += 1) {
    for (let range = over[next]; range !== undefined && range.fromRow <= row; range = over[(next += 1)])
      if (reaching === undefined || range.toRow > reaching.toRow) reaching = range
    if (reaching !== undefined && row <= reaching.toRow) merged.set(row, reaching.name)
  }
  return merged
}

/** Nothing that is looked up here is longer; what is, costs no time. */
const longestText = 400

/** What of a cell can be seen, in one line. */
const textOf = (cell: Cell): string =>
  toAscii((cell instanceof Date ? cell.toISOString().slice(0, 10) : String(cell ?? '')).slice(0, longestText).replace(/\p{Cf}+/gu, '')).replace(
    /\s+/g,
    ' ',
  )

/** 编号（勿改） is found as 编号 too: what stands in brackets is for people. */
const bare = (text: string): string =>
  toAscii(text)
    .replace(/\(.*\)$/, '')
    .trim()

const columnOf = (cells: readonly Cell[], name: string): number =>
  cells.findIndex((cell) => typeof cell === 'string' && bare(textOf(cell)) === bare(name))

function cellBeside(rows: readonly (readonly Cell[])[], label: string): Cell {
  for (const cells of rows) {
    const at = cells.findIndex((cell) => typeof cell === 'string' && textOf(cell) === label)
    if (at !== -1) return cells[at + 1] ?? null
  }
  return null
}

/** 2026-10, 2026年10月, 2026/10, or a date that a spreadsheet made of it. */
function monthIn(cell: Cell): string | undefined {
  const [, year, month] = /^(\d{4})\s*[-年/.]\s*(\d{1,2})(?:\D|$)/.exec(textOf(cell)) ?? []
  const written = `${year ?? ''}-${(month ?? '').padStart(2, '0')}`
  return monthPattern.test(written) ? written : undefined
}

/** A problem of the whole file. */
export const fileProblem = (code: EntryProblemCode, found = '', expected = ''): EntryProblem => ({
  code,
  row: undefined,
  column: undefined,
  found: found.slice(0, 80),
  expected,
})

/** Whether the table is the one that was handed out, for this district. */
export function tableProblem({ version, district, month }: ReadTable, expected: string): EntryProblem | undefined {
  if (version !== templateVersion) return fileProblem('wrong-version', version, templateVersion)
  if (district !== expected) return fileProblem('other-district', district, expected)
  return month === undefined ? fileProblem('no-month', '', 'YYYY-MM') : undefined
}
