import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { z } from 'zod'

/** 字符编码: how the bytes of text formats become text. */

const names = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const
type Encoding = (typeof names)[number]

/** The option `encoding` of the codecs for text. GBK and GB2312 are parts of GB18030. */
export const encodingSchema = z.enum(['auto', ...names, 'gbk', 'gb2312'])
export type AskedEncoding = z.infer<typeof encodingSchema>

/** Words for the option where `auto` is usual. */
export const autoEncoding = encodingSchema
  .default('auto')
  .describe('字符编码 · encoding: auto is the byte order mark, else UTF-8 where the bytes are UTF-8, else the charset of Content-Type, else GB18030')

export interface DecodedText {
  /** without a byte order mark */
  readonly text: string
  readonly encoding: Encoding
  /** some bytes are not of this encoding; U+FFFD stands for them */
  readonly isDamaged: boolean
}

const aliases: Readonly<Record<string, Encoding>> = {
  'utf-8': 'utf-8',
  utf8: 'utf-8',
  'us-ascii': 'utf-8',
  gb18030: 'gb18030',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  'utf-16': 'utf-16le',
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
}

/** One of our encodings by any of its usual names; undefined for others. */
export function encodingNamed(name: string): Encoding | undefined {
  const key = name.trim().toLowerCase()
  return Object.hasOwn(aliases, key) ? aliases[key] : undefined
}

/** `text/csv; charset="GBK"` → type `text/csv`, charset `gbk`. */
export function parseContentType(header: string | undefined): { readonly type: string; readonly charset: string | undefined } {
  const [type = '', ...parameters] = (header ?? '').toLowerCase().split(';')
  const named = parameters.map((parameter) => parameter.split('=')).find(([name]) => name?.trim() === 'charset')
  return { type: type.trim(), charset: named?.[1]?.replaceAll('"', '').trim() }
}

const marks: readonly (readonly [Encoding, readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

function markOf(bytes: Buffer): readonly [Encoding, number] | undefined {
  const found = marks.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte))
  return found === undefined ? undefined : [found[0], found[1].length]
}

/**
 * Bytes as text. A byte order mark decides over everything but an encoding that was asked for by name.
 * @param declared charset of the Content-Type, or of an XML declaration; ignored where it is none we know
 */
export function decodeText(bytes: Buffer, asked: AskedEncoding, declared: string | undefined): DecodedText {
  const mark = markOf(bytes)
  const wanted = asked === 'auto' ? undefined : encodingNamed(asked)
  const encoding = wanted ?? mark?.[0] ?? guess(bytes, declared === undefined ? undefined : encodingNamed(declared))
  const unmarked = mark?.[0] === encoding ? bytes.subarray(mark[1]) : bytes
  return (wanted === undefined ? decodeMixed(unmarked, encoding) : undefined) ?? decodeAs(unmarked, encoding)
}

/**
 * An upstream that changes its encoding in the middle of a file: each line in its own. GB18030 takes nearly any bytes, so what is well-formed
 * UTF-8 must be told first. Undefined where one encoding serves all lines, as it nearly always does.
 */
function decodeMixed(bytes: Buffer, encoding: Encoding): DecodedText | undefined {
  if ((encoding !== 'utf-8' && encoding !== 'gb18030') || isUtf8(bytes)) return undefined
  const lines = linesOf(bytes).map((line) => ({ line, encoding: lineEncoding(line) }))
  if (new Set(lines.flatMap((each) => each.encoding ?? [])).size < 2) return undefined
  const decoded = lines.map((each) => decodeAs(each.line, each.encoding ?? encoding))
  return { text: decoded.map(({ text }) => text).join(''), encoding, isDamaged: decoded.some(({ isDamaged }) => isDamaged) }
}

function linesOf(bytes: Buffer): readonly Buffer[] {
  const lines: Buffer[] = []
  let from = 0
  while (from < bytes.length) {
    const end = bytes.indexOf(0x0a, from)
    const next = end === -1 ? bytes.length : end + 1
    lines.push(bytes.subarray(from, next))
    from = next
  }
  return lines
}

/** Undefined where a line says nothing of it: Latin letters alone, or two bytes that are a character in both, as 联通 in GBK. */
function lineEncoding(line: Buffer): 'utf-8' | 'gb18030' | undefined {
  if (!line.some((byte) => byte > 0x7f)) return undefined
  if (isUtf8(line)) return line.some((byte) => byte >= 0xe0) ? 'utf-8' : undefined
  // Chinese in GB18030 hardly ever makes a character of three bytes in UTF-8; a UTF-8 line with a cut character has many
  const text = line.toString('utf8')
  const whole = text.match(/[\u0800-\ufffc]/g)?.length ?? 0
  return whole > 0 && whole >= (text.match(/\ufffd/g)?.length ?? 0) ? 'utf-8' : 'gb18030'
}

function guess(bytes: Buffer, declared: Encoding | undefined): Encoding {
  if (declared === 'utf-16le' || declared === 'utf-16be') return declared
  const wide = wideEncoding(bytes)
  if (wide !== undefined) return wide
  if (isUtf8(bytes) || isUtf8WithDamage(bytes)) return 'utf-8'
  return declared === undefined || declared === 'utf-8' ? 'gb18030' : declared
}

const looked = 4_096

/** UTF-16 without a mark: half of the bytes of Latin letters, digits and separators are zero. */
function wideEncoding(bytes: Buffer): Encoding | undefined {
  const zeros: [number, number] = [0, 0]
  const length = Math.min(looked, bytes.length)
  for (let at = 0; at < length; at += 1) if (bytes[at] === 0) zeros[at % 2 === 0 ? 0 : 1] += 1
  const [even, odd] = zeros
  if (odd * 5 > length && even * 20 < length) return 'utf-16le'
  return even * 5 > length && odd * 20 < length ? 'utf-16be' : undefined
}

/** UTF-8 in which a few characters were cut, as fixed-width exports do; text of another encoding is damage almost everywhere. */
function isUtf8WithDamage(bytes: Buffer): boolean {
  const text = bytes.subarray(0, 64 * looked).toString('utf8')
  let damaged = 0
  let whole = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === 0xfffd) damaged += 1
    else if (code > 0x7f) whole += 1
  }
  return damaged * 4 < whole
}

function decodeAs(bytes: Buffer, encoding: Encoding): DecodedText {
  if (encoding === 'utf-8' && isUtf8(bytes)) return { text: bytes.toString('utf8'), encoding, isDamaged: false }
  try {
    const text = new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, encoding, isDamaged: false }
  } catch {
    // bytes that are not of it: they are shown as U+FFFD, and the rows they stand in are refused one by one
    return { text: new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes), encoding, isDamaged: true }
  }
}

/** Text as bytes that a codec with this option `encoding` reads as the same text. */
export function encodeText(text: string, asked: unknown): Buffer {
  const encoding = typeof asked === 'string' ? encodingNamed(asked) : undefined
  return encoding === undefined ? Buffer.from(text, 'utf8') : iconv.encode(text, encoding)
}

/** Where the first damage of a text stands, counted in bytes of its line, from 1; undefined where there is none. */
export function damagedByte(line: string, encoding: Encoding): number | undefined {
  const at = line.indexOf('\uFFFD')
  return at === -1 ? undefined : iconv.encode(line.slice(0, at), encoding).length + 1
}

/** The line and byte of a damaged document's first damage, in words for a refusal. */
export function damagePlace({ text, encoding }: DecodedText): string {
  const at = Math.max(0, text.indexOf('\uFFFD'))
  const start = text.lastIndexOf('\n', at) + 1
  const line = text.slice(0, start).split('\n').length
  return `line ${String(line)}, byte ${String(damagedByte(text.slice(start, at + 1), encoding) ?? 1)}`
}
