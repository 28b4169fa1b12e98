/** A text as it reads, however its letters and digits are written. */
export interface PlainView {
  readonly text: string
  /** where in the text as it is written the character at `index` stands; its end for the index behind the last */
  at(index: number): number
}

/** Full-width letters, circled and foreign digits, references of HTML, escapes of addresses, what cannot be seen. */
const unusual = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|&(?:#|[a-z]{2,6};)|%[0-9A-Fa-f]{2}|\p{Cf}|[^\P{Nd}0-9]|\p{No}|[\u2160-\u217f]/u
const parts = /&#(\d{1,7});?|&#[xX]([0-9a-fA-F]{1,6});?|&(nbsp|ensp|emsp|thinsp|zwnj|zwj);|%([2-7][0-9A-Fa-f])|\p{Cf}+|[^]/gu

/** The text as it reads in plain letters and digits; undefined when it is written in them. */
export function viewOf(text: string): PlainView | undefined {
  if (!unusual.test(text)) return undefined
  let plain = ''
  const starts: number[] = []
  for (const found of text.matchAll(parts)) {
    const read = readPart(found)
    plain += read
    for (let index = 0; index < read.length; index += 1) starts.push(found.index)
  }
  return { text: plain, at: (index) => starts[index] ?? text.length }
}

function readPart({ 0: part, 1: decimal, 2: hex, 3: blank, 4: percent }: RegExpExecArray): string {
  if (decimal !== undefined || hex !== undefined) return referred(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal), part)
  if (blank !== undefined) return blank.startsWith('zw') ? '' : ' '
  if (percent !== undefined) return String.fromCharCode(Number.parseInt(percent, 16))
  if (/^[\x20-\x7e\u4e00-\u9fa5]$/.test(part)) return part
  if (/^\p{Cf}/u.test(part)) return ''
  if (/^\p{Nd}/u.test(part)) return digitOf(part)
  return part.normalize('NFKC')
}

const referred = (code: number, part: string): string => (code >= 0x20 && code <= 0x10ffff ? String.fromCodePoint(code).normalize('NFKC') : part)

/** Digits of every script stand in tens, in order, beginning at 0 or at 6 of their row. */
function digitOf(part: string): string {
  const plain = part.normalize('NFKC')
  if (/^[0-9]$/.test(plain)) return plain
  const code = part.codePointAt(0) ?? 0
  const nibble = code & 0xf
  return String(/\p{Nd}/u.test(String.fromCodePoint(code - nibble)) ? nibble : nibble - 6)
}
