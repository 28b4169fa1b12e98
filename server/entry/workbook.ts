import type { EntryProblemCode } from '../../contract/entry.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { readSheetRows } from '../ingest/codecs/sheet.ts'
import type { Cell } from '../ingest/codecs/sheet.ts'
import { guardWorkbook } from '../ingest/codecs/xlsx-guard.ts'
import { sheetName } from './template.ts'
import { indexWorkbook, OverfullError } from './workbook-marks.ts'
import type { SheetMarks } from './workbook-marks.ts'

/** One sheet as it came back. */
export interface ReturnedSheet {
  readonly name: string
  /** from row 1, column A, empty ones among them */
  readonly rows: readonly (readonly Cell[])[]
  readonly marks: SheetMarks
}

/** A template unpacks to some hundred thousand. */
const mostUnpackedBytes = 8 * 1024 * 1024
const limits = { queue: 'desk', mostRows: 20_000, timeoutMs: 20_000 } as const

/**
 * Reads a returned file: its sheet 填报, or its first one where it was renamed. Formulas are never computed: their stored value counts.
 * Errors: what the file is instead.
 */
export async function readWorkbook(bytes: Buffer): Promise<Result<ReturnedSheet, EntryProblemCode>> {
  if (bytes.length === 0) return fail('empty-file')
  const kind = kindOf(bytes)
  if (kind !== 'workbook') return fail(kind)
  const safe = guardWorkbook(bytes, mostUnpackedBytes)
  if (!safe.ok) return fail(safe.error.code === 'too-large' ? 'too-large' : safe.error.code === 'bad-syntax' ? 'not-a-workbook' : 'damaged-workbook')
  const found = findSheet(bytes)
  if (!found.ok) return found
  const { number, name, marks } = found.value
  const rows = await readSheetRows(bytes, number, limits)
  if (!rows.ok) return fail(rows.error.code === 'too-large' || rows.error.code === 'too-slow' ? 'too-large' : 'damaged-workbook')
  return ok({ name, rows: rows.value, marks })
}

const encryptedPart = Buffer.from('EncryptedPackage', 'utf16le')

function kindOf(bytes: Buffer): 'workbook' | EntryProblemCode {
  const header = bytes.subarray(0, 4).toString('latin1')
  if (header === 'PK\u0003\u0004') return 'workbook'
  if (header !== '\u00d0\u00cf\u0011\u00e0') return 'not-a-workbook'
  return bytes.includes(encryptedPart) ? 'locked-workbook' : 'old-workbook'
}

/** The sheet that is read, its number from 1. */
function findSheet(bytes: Buffer): Result<{ readonly number: number; readonly name: string; readonly marks: SheetMarks }, EntryProblemCode> {
  try {
    const index = indexWorkbook(bytes)
    const number = Math.max(0, index.sheets.indexOf(sheetName)) + 1
    return ok({ number, name: index.sheets[number - 1] ?? '', marks: index.marks(number) })
  } catch (error) {
    // a part that cannot be unpacked: to whoever sent it the file is damaged
    return fail(error instanceof OverfullError ? error.code : 'damaged-workbook')
  }
}
