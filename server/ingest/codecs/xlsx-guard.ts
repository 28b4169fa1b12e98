import { unzipSync } from 'fflate'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import { decodeRefusal } from './decode-refusal.ts'

const mostEntries = 1_000
/** Sheets pack 20 to 50 times; what packs more, and is not small, was made to harm. */
const greatestRatio = 300
const smallEntry = 1_048_576

/** Compound files: .xls before 2007, and every workbook with a password. */
const compoundFile = Buffer.from([0xd0, 0xcf, 0x11, 0xe0])
const zipFile = Buffer.from([0x50, 0x4b, 0x03, 0x04])
const encryptedPart = Buffer.from('EncryptedPackage', 'utf16le')

/**
 * Whether a body is a workbook that is safe to unpack. Sizes are read from the archive's directory: the unpacker makes room for exactly what
 * stands there, so an entry that lies about its size is cut, and does not grow.
 * @param mostBytes that it may unpack to
 * Errors: in words, what it is instead, or why it is not unpacked.
 */
export function guardWorkbook(body: Buffer, mostBytes: number): Result<undefined, Refusal> {
  const header = body.subarray(0, 4)
  if (header.equals(compoundFile)) return fail(body.includes(encryptedPart) ? encrypted : old)
  if (!header.equals(zipFile)) return fail(notWorkbook)
  const sum = new Sum(mostBytes)
  try {
    unzipSync(body, { filter: (entry) => sum.add(entry) })
  } catch {
    // a broken directory: nothing of it can be found
    return fail(decodeRefusal('bad-compression', 'body: the archive is broken; send the whole .xlsx file'))
  }
  if (sum.problem !== undefined) return fail(decodeRefusal('too-large', `body: ${sum.problem}`))
  return sum.hasWorkbook ? ok(undefined) : fail(notWorkbook)
}

class Sum {
  problem: string | undefined
  hasWorkbook = false
  readonly #most: number
  #bytes = 0
  #entries = 0

  constructor(most: number) {
    this.#most = most
  }

  /** @returns false: nothing is unpacked here */
  add({ name, size, originalSize }: { readonly name: string; readonly size: number; readonly originalSize: number }): boolean {
    this.#entries += 1
    if (name === 'xl/workbook.xml') this.hasWorkbook = true
    // pictures and the like, workbooks inside the workbook among them, are never unpacked
    if (name.endsWith('.xml') || name.endsWith('.rels')) this.#bytes += originalSize
    this.problem ??= this.#problem(size, originalSize)
    return false
  }

  #problem(size: number, originalSize: number): string | undefined {
    if (this.#entries > mostEntries) return `holds more than ${String(mostEntries)} entries; save the sheet as a workbook of its own`
    if (originalSize > smallEntry && originalSize > size * greatestRatio)
      return `one of its entries unpacks to more than ${String(greatestRatio)} times its size; save the sheet anew, or as CSV`
    if (this.#bytes <= this.#most) return undefined
    return `unpacks to more than ${String(this.#most)} bytes; send it in several files, or raise limits.messageBytes`
  }
}

const encrypted = decodeRefusal('bad-compression', 'body: a workbook with a password; save it without one')
const old = decodeRefusal('unsupported-media-type', 'body: an .xls file of Excel 97-2003; save it as .xlsx (Excel, WPS: 另存为), or as CSV')
const notWorkbook = decodeRefusal('bad-syntax', 'body: no .xlsx workbook; save it as .xlsx (Excel, WPS: 另存为), or name the codec it is written in')
