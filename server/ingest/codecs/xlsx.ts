import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { rawKeptBytes } from '../../../contract/rejection.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { decodeRefusal, tooManyMessages } from './decode-refusal.ts'
import { columnNames, mostColumns, namedRow, usualNulls } from './named-row.ts'
import { readSheetRows } from './sheet.ts'
import type { Cell } from './sheet.ts'
import { guardWorkbook } from './xlsx-guard.ts'
import { sampleWorkbook } from './xlsx-sample.ts'

const rowCount = z.int().min(0).max(10_000)

const options = z.strictObject({
  sheet: z
    .union([z.string().min(1), z.int().min(1)])
    .default(1)
    .describe('工作表名或序号（从 1 起） · name of the sheet, or its number from 1'),
  headerRow: z.int().min(1).max(10_000).default(1).describe('列名所在行，从 1 起 · the row that holds the names of the columns, from 1'),
  skipRows: rowCount.default(0).describe('列名与数据之间跳过的行数 · rows between the names and the data'),
  columns: z
    .array(z.string().min(1))
    .min(1)
    .max(mostColumns)
    .optional()
    .describe('直接给出列名，数据从 headerRow 起 · names of the columns; the data then begin at headerRow'),
  footerRows: rowCount.default(0).describe('末尾不算数的行数（合计、制表人） · rows at the end that are no messages'),
  fillDown: z
    .array(z.string())
    .default([])
    .describe('合并单元格所在列：空格取上一行的值 · columns with merged cells: an empty one takes the value above'),
  nulls: z
    .array(z.string())
    .default([...usualNulls])
    .describe('表示“无”的文字，该列即缺省 · texts that mean nothing: such a cell is left out of its row'),
})
type Options = z.infer<typeof options>

const timeoutMs = 30_000

async function decode(raw: RawMessage, given: Options, limits: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const messages = await messagesOf(raw, given, limits)
  if (messages.ok) return messages
  return fail({ refusal: messages.error, text: raw.body.subarray(0, rawKeptBytes).toString('hex') })
}

async function messagesOf(raw: RawMessage, given: Options, limits: DecodeLimits): Promise<Result<readonly Message[], Refusal>> {
  const safe = guardWorkbook(raw.body, limits.mostBytes)
  if (!safe.ok) return safe
  const beside = given.headerRow + given.skipRows + given.footerRows
  const rows = await readSheetRows(raw.body, given.sheet, { queue: 'feeds', mostRows: limits.mostMessages + beside, timeoutMs })
  if (!rows.ok) return rows
  const names = namesOf(rows.value, given)
  if (!names.ok) return names
  const messages = await rowMessages(rows.value, names.value, given)
  return messages.length > limits.mostMessages ? fail(tooManyMessages(placeOf(given.sheet), limits.mostMessages)) : ok(messages)
}

const placeOf = (sheet: string | number): string => `sheet ${typeof sheet === 'string' ? JSON.stringify(sheet) : String(sheet)}`

function namesOf(rows: readonly (readonly Cell[])[], { columns, headerRow, sheet }: Options): Result<readonly string[], Refusal> {
  if (columns !== undefined) return ok(columnNames(columns))
  const header = rows[headerRow - 1]?.map((cell) => textOf(cell))
  const place = `${placeOf(sheet)} row ${String(headerRow)}`
  if (header?.some((name) => name !== '') !== true)
    return rows.length === 0 ? ok([]) : fail(decodeRefusal('bad-shape', `${place}: no names of columns; say where they are in codec.headerRow`))
  return header.length > mostColumns
    ? fail(decodeRefusal('too-large', `${place}: more than ${String(mostColumns)} columns; save only those in use`))
    : ok(columnNames(header))
}

/** Rows told in one turn of the event loop: a few milliseconds. */
const sliceSize = 2_000

async function rowMessages(rows: readonly (readonly Cell[])[], names: readonly string[], given: Options): Promise<readonly Message[]> {
  const filling: Filling = { names, filled: new Set(given.fillDown), above: [] }
  const nulls = new Set<unknown>(given.nulls)
  const messages: Message[] = []
  const first = given.headerRow - (given.columns === undefined ? 0 : 1) + given.skipRows
  for (let index = first; index < rows.length - given.footerRows; index += 1) {
    const value = rowOf(rows[index] ?? [], filling, nulls)
    if (value !== undefined) messages.push({ value, place: `${placeOf(given.sheet)} row ${String(index + 1)}` })
    if (index % sliceSize === 0) await nextTurn()
  }
  return messages
}

function rowOf(cells: readonly Cell[], filling: Filling, nulls: ReadonlySet<unknown>): Record<string, Value> | undefined {
  if (cells.every((cell) => cell === null)) return undefined
  const whole = cells.map((cell, column) => valueOf(fromAbove(cell, column, filling)))
  return namedRow(filling.names, whole, (cell) => cell === null || nulls.has(cell))
}

interface Filling {
  readonly names: readonly string[]
  readonly filled: ReadonlySet<string>
  /** the latest cell of each column */
  readonly above: Cell[]
}

/** A merged cell holds its value in its first row alone. */
function fromAbove(cell: Cell, column: number, { names, filled, above }: Filling): Cell {
  if (!filled.has(names[column] ?? '')) return cell
  if (cell !== null) above[column] = cell
  return cell ?? above[column] ?? null
}

type Value = string | number | boolean | null

/** A date cell holds a local time without a zone, in days and fractions that do not come out even: it is told to the second, as text. */
function valueOf(cell: Cell): Value {
  if (!(cell instanceof Date)) return typeof cell === 'string' ? cell.trim() : cell
  const at = Math.round(cell.getTime() / 1_000) * 1_000
  if (!Number.isFinite(at)) return null
  const text = new Date(at).toISOString().slice(0, 19).replace('T', ' ')
  // a time of day alone is a fraction of day zero
  return text.startsWith('1899-12-') ? text.slice(11) : text
}

const textOf = (cell: Cell): string => String(valueOf(cell) ?? '')

/** Rows of one sheet of a workbook (Excel 2007 and later, WPS). Formulas are never computed: their stored value counts. */
export const xlsx: Codec<Options> = {
  name: 'xlsx',
  summary: {
    zh: 'XLSX：一个工作表，每行一条消息，按列名取值；日期成“2026-11-23 14:21:08”；公式取存下的值，错误值即缺省',
    en: 'XLSX: one sheet, one message per row, by column name; dates as local time in text; stored values of formulas; errors left out',
  },
  options,
  sample: {
    options: { sheet: '水质', headerRow: 2, fillDown: ['河流'] },
    body: sampleWorkbook,
    note: { zh: '首行是标题；“河流”列合并了单元格', en: 'A title above the names; the column 河流 has merged cells' },
  },
  isBinary: true,
  decode,
}
