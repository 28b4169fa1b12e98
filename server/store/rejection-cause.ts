import { createHash } from 'node:crypto'
import type { Refusal } from '../../contract/rejection.ts'

/** Stands for a value. */
const mark = '#'

// a quote that was cut short ends at its ellipsis
const quoted = /"(?:[^"\\…]|\\.)*(?:"|…|$)|“[^”…]*(?:”|…|$)|(?<![\p{L}\d])'[^'…]*(?:'(?!\p{L})|…)/gsu
const word = /[\p{L}\d_]+/gu
const hexadecimal = /^[\da-f]+$/i
/** 2026-11-23 14:21:08, -5.2, 1,000: parts of one value */
const parts = /[-+]?#(?:[-+.,:/ ]{1,2}#)*/g

/**
 * 同因: names what refusals have in common that differ only in values: quoted texts, numbers, indexes, line numbers. Places keep their names:
 * `rows[3].tjrq` and `rows[17].tjrq` are one cause, `rows[3].zxdw` is another.
 * @returns 16 hexadecimal digits, the same on every machine
 */
export function causeOf({ stage, code, detail }: Refusal): string {
  return createHash('sha256')
    .update(`${stage}\n${code}\n${withoutValues(detail)}`)
    .digest('hex')
    .slice(0, 16)
}

function withoutValues(detail: string): string {
  return detail.replace(quoted, mark).replace(word, withoutDigits).replace(parts, mark)
}

function withoutDigits(text: string): string {
  if (!/\d/.test(text)) return text
  return hexadecimal.test(text) ? mark : text.replace(/\d+/g, mark)
}
