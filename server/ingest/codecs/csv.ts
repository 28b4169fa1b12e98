import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type { Refusal } from '../../../contract/rejection.ts'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, Codec, DecodeLimits, Message, RawMessage } from '../codec.ts'
import { likelyDelimiter, readRecord } from './csv-records.ts'
import type { CsvMarks, CsvRecord } from './csv-records.ts'
import { decodeRefusal, quoted, refuseBody, tooManyMessages } from './decode-refusal.ts'
import { columnNames, mostColumns, namedRow, numberedColumns, usualNulls } from './named-row.ts'
import { autoEncoding, damagedByte, decodeText, parseContentType } from './text-encoding.ts'
import type { DecodedText } from './text-encoding.ts'

const options = z.strictObject({
  encoding: autoEncoding,
  delimiter: z
    .string()
    .min(1)
    .max(4)
    .default('auto')
    .describe('分隔符 · delimiter; auto is the one of , ; | and tab that stands most often in the first line'),
  header: z
    .union([z.boolean(), z.array(z.string().min(1)).min(1).max(mostColumns)])
    .default(true)
    .describe('列名 · names of the columns: true takes them from the first row, false calls them c1, c2, c3, a list gives them'),
  skipLines: z.int().min(0).max(1_000).default(0).describe('表头前要跳过的行数（标题、制表单位） · lines before the header that say nothing'),
  footerLines: z
    .int()
    .min(0)
    .max(1_000)
    .default(0)
    .describe('末尾不算数的行数（合计、制表人） · rows at the end that are no messages, such as totals'),
  quote: z
    .union([z.string().length(1), z.literal('none')])
    .default('"')
    .describe('引号 · quotation mark; none: quotes are text'),
  trim: z.boolean().default(true).describe('去掉单元格首尾空白 · cuts blanks around cells'),
  nulls: z
    .array(z.string())
    .default([...usualNulls])
    .describe('表示“无”的文字，该列即缺省 · texts that mean nothing: such a cell is left out of its row'),
})
type Options = z.infer<typeof options>

/** Rows read in one turn of the event loop: a few milliseconds. */
const sliceSize = 2_000

async function decode(raw: RawMessage, given: Options, { mostMessages }: DecodeLimits): Promise<Result<readonly Message[], BodyRefusal>> {
  const decoded = decodeText(raw.body, given.encoding, parseContentType(raw.contentType).charset)
  const file = new CsvFile(decoded, given)
  const problem = file.readHeader()
  if (problem !== undefined) return refuseBody(raw, problem)
  // what is cut off at the end is read too
  const most = mostMessages + given.footerLines
  for (let row = 1; file.readRow(); row += 1) {
    if (file.messages.length > most) return refuseBody(raw, tooManyMessages('body', mostMessages))
    if (row % sliceSize === 0) await nextTurn()
  }
  return ok(given.footerLines === 0 ? file.messages : file.messages.slice(0, -given.footerLines))
}

/** One file while it is read, row by row. */
class CsvFile {
  readonly messages: Message[] = []
  readonly #text: string
  readonly #decoded: DecodedText
  readonly #options: Options
  readonly #marks: CsvMarks
  readonly #nulls: ReadonlySet<string>
  readonly #hasNul: boolean
  #names: readonly string[] | undefined
  #at = 0
  #line = 1

  constructor(decoded: DecodedText, given: Options) {
    this.#text = decoded.text
    this.#decoded = decoded
    this.#options = given
    this.#nulls = new Set(given.nulls)
    this.#hasNul = this.#text.includes('\0')
    const newline = this.#text.includes('\n') ? '\n' : '\r'
    const quote = given.quote === 'none' ? undefined : given.quote
    this.#skipLines(given.skipLines, newline)
    this.#skipBlankLines(newline)
    const delimiter = given.delimiter === 'auto' ? likelyDelimiter(this.#text, this.#at, quote) : given.delimiter
    this.#marks = { delimiter, quote, newline }
  }

  /** Finds the names of the columns. @returns why there are none */
  readHeader(): Refusal | undefined {
    const { header } = this.#options
    if (Array.isArray(header)) this.#names = columnNames(header)
    if (header !== true) return undefined
    if (this.#at >= this.#text.length) return undefined
    const line = `line ${String(this.#line)}`
    const record = this.#next()
    const names = this.#cellsOf(record, line)
    if (!names.ok) return names.error
    if (names.value.length > mostColumns)
      return decodeRefusal('bad-shape', `${line}: a header of more than ${String(mostColumns)} columns; check codec.delimiter`)
    this.#names = columnNames(names.value)
    return undefined
  }

  /** Reads one more row. @returns false at the end */
  readRow(): boolean {
    if (this.#at >= this.#text.length) return false
    const place = `line ${String(this.#line)}`
    const record = this.#next()
    if (record.cells?.length === 1 && record.cells[0]?.trim() === '') return true
    const row = this.#rowOf(record, place)
    if (!row.ok)
      this.messages.push({ refusal: row.error, text: this.#textOf(record), place, ...(this.#names === undefined ? {} : { columns: this.#names }) })
    else if (row.value !== undefined) this.messages.push({ value: row.value, place })
    return true
  }

  #rowOf(record: CsvRecord, place: string): Result<Record<string, string> | undefined, Refusal> {
    const cells = this.#cellsOf(record, place)
    if (!cells.ok) return cells
    this.#names ??= numberedColumns(Math.min(cells.value.length, mostColumns))
    const names = this.#names
    if (cells.value.length !== names.length) return fail(ragged(place, cells.value.length, names))
    return ok(namedRow(names, cells.value, (cell) => this.#nulls.has(cell)))
  }

  #cellsOf(record: CsvRecord, place: string): Result<readonly string[], Refusal> {
    if (record.cells === undefined) {
      const cure = 'close it, double it, or set codec.quote: none'
      return fail(decodeRefusal('bad-syntax', `${place}: ${record.problem ?? 'not readable'}; ${cure}`))
    }
    const unreadable = this.#unreadable(record, place)
    if (unreadable !== undefined) return fail(unreadable)
    return ok(this.#options.trim ? record.cells.map((cell) => cell.trim()) : record.cells)
  }

  #unreadable(record: CsvRecord, place: string): Refusal | undefined {
    const { isDamaged, encoding } = this.#decoded
    if (!isDamaged && !this.#hasNul) return undefined
    const text = this.#textOf(record)
    if (text.includes('\0')) return decodeRefusal('bad-syntax', `${place}: holds a NUL character; send text, or name the encoding (codec.encoding)`)
    const damaged = isDamaged ? damagedByte(text, encoding) : undefined
    if (damaged === undefined) return undefined
    return decodeRefusal('bad-encoding', `${place}, byte ${String(damaged)}: not ${encoding}; send the character whole, or name codec.encoding`)
  }

  #next(): CsvRecord {
    const record = readRecord(this.#text, this.#at, this.#marks)
    this.#at = record.end
    this.#line += record.lines
    return record
  }

  #textOf = (record: CsvRecord): string => this.#text.slice(record.start, record.end).replace(/[\r\n]+$/, '')

  #skipLines(count: number, newline: string): void {
    for (let skipped = 0; skipped < count && this.#at < this.#text.length; skipped += 1) this.#skipLine(newline)
  }

  #skipLine(newline: string): void {
    const end = this.#text.indexOf(newline, this.#at)
    this.#at = end === -1 ? this.#text.length : end + 1
    this.#line += 1
  }

  #skipBlankLines(newline: string): void {
    while (/^[ \t]*\r?(?:\n|\r|$)/.test(this.#text.slice(this.#at, this.#at + 200)) && this.#at < this.#text.length) this.#skipLine(newline)
  }
}

function ragged(place: string, found: number, names: readonly string[]): Refusal {
  const told = `${place}: ${String(found)} cells under ${String(names.length)} columns (${quoted(names.join(', '))})`
  return decodeRefusal('bad-shape', `${told}; send one cell per column, and put cells that hold the delimiter in quotation marks`)
}

/** Rows of separated values, as spreadsheets and exchange platforms export them. Cells stay text; nothing is computed. */
export const csv: Codec<Options> = {
  name: 'csv',
  summary: {
    zh: 'CSV：每行一条消息，按列名取值；自动识别分隔符与 GBK/UTF-8；列数不符的行单独退回',
    en: 'CSV: one message per row, by column name; finds delimiter and encoding by itself; a ragged row is refused by itself',
  },
  options,
  sample: {
    options: { skipLines: 1, footerLines: 1 },
    body: '平凉市国控断面水质日报\n断面名称,采样时间,经度,纬度,氨氮(mg/L)\n八里桥,2026-11-23 08:00,106.71,35.53,0.42\n崆峒峡,2026-11-23 08:00,106.52,35.55,—\n制表人：监测站,,,,\n',
    note: { zh: '首行是标题，末行是制表人；“—”即该列缺省', en: 'A title before the header, a footer after the rows; — leaves the column out' },
  },
  isBinary: false,
  decode,
}
