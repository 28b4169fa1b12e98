import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { readSheet } from 'read-excel-file/universal'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'

/** Every row of a table, the first included, as a spreadsheet shows them: empty ones are there too, so that row 3 is rows[2]. */
export type Table = readonly (readonly string[])[]

/**
 * A CSV file (UTF-8 with or without a byte order mark, else GB18030) or the first sheet of an XLSX workbook, all cells as text. Numbers keep
 * the digits that the file has.
 * Errors: in words for people, with the cure.
 */
export async function readTable(name: string, bytes: Buffer): Promise<Result<Table, string>> {
  return /\.xlsx$/i.test(name) ? await readWorkbook(bytes) : readCsv(bytes)
}

async function readWorkbook(bytes: Buffer): Promise<Result<Table, string>> {
  try {
    // the digits as they stand: as a number a code of 20 digits would lose its last ones
    const rows = await readSheet(new Uint8Array(bytes).buffer, { parseNumber: (digits) => digits })
    return ok(rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell).trim()))))
  } catch {
    // what the reader says is meant for programmers
    return fail('not readable as an .xlsx workbook: open it and save it anew as .xlsx (Excel, WPS: 另存为), without a password')
  }
}

function readCsv(bytes: Buffer): Result<Table, string> {
  const text = textOf(bytes)
  if (text === undefined) return fail('neither UTF-8 nor GB18030: save it as CSV UTF-8')
  try {
    return ok(parse(text, { delimiter: delimiterOf(text), relax_column_count: true, trim: true }))
  } catch (error) {
    const line = error instanceof CsvError && typeof error['lines'] === 'number' ? `line ${String(error['lines'])}: ` : ''
    return fail(`${line}a quotation mark is not closed, or text stands beside one: close it, or double it`)
  }
}

function textOf(bytes: Buffer): string | undefined {
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes)
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes)
  } catch {
    // told by the caller
    return undefined
  }
}

/** Spreadsheets write what the machine's region is used to: the one that stands most often in the first line that holds any. */
function delimiterOf(text: string): string {
  const line = text.split(/\r?\n/).find((each) => /[,;\t]/.test(each)) ?? ''
  const [first] = [',', ';', '\t'].sort((one, other) => line.split(other).length - line.split(one).length)
  return first ?? ','
}
