import { createHash } from 'node:crypto'
import type { Message } from '../../codec.ts'
import type { Row } from './session.ts'

export interface RowRules {
  /** columns that name a row to people */
  readonly named: readonly string[]
  readonly jsonColumns: readonly string[]
  readonly mostBytes: number
}

const longestName = 80

/** A row as a message; one that is too large, or whose JSON cannot be read, as a refusal. */
export function messageOf(row: Row, rules: RowRules): Message {
  const place = placeOf(row, rules.named)
  if (row.size > rules.mostBytes) {
    const detail = `${place}: about ${String(row.size)} bytes; this feed takes ${String(rules.mostBytes)} at most: name the columns that are needed in transport.columns, or raise limits.messageBytes`
    return { refusal: { stage: 'receive', code: 'too-large', detail }, text: place, place }
  }
  const value = { ...row.value }
  for (const column of rules.jsonColumns) {
    const text = value[column]
    if (typeof text !== 'string') continue
    try {
      value[column] = JSON.parse(text) as unknown
    } catch (error) {
      const why = error instanceof Error ? error.message.slice(0, longestName) : ''
      const detail = `${place}, column ${column}: not JSON (${why}); have it mended, or take it out of transport.jsonColumns`
      return { refusal: { stage: 'decode', code: 'bad-syntax', detail }, text: JSON.stringify(row.value), place }
    }
  }
  return { value, place }
}

function placeOf(row: Row, named: readonly string[]): string {
  const parts = named.map((column) => `${column}=${row.literal(column)?.text ?? 'NULL'}`)
  const words = `row ${parts.join(', ')}`
  return words.length > longestName ? `${words.slice(0, longestName)}…` : words
}

/** 12 bytes of SHA-256 in base64: two rows with the same are the same row. */
export const rowHash = (row: Row): string => createHash('sha256').update(JSON.stringify(row.value)).digest('base64').slice(0, 16)
