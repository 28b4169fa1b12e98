import { createHmac } from 'node:crypto'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { Clock } from '../core/clock.ts'
import { maskJson } from '../core/masking-json.ts'
import { maskRaw, maskRow } from '../core/masking-raw.ts'
import { lettersOfMark, markLetters } from '../core/mark.ts'
import type { Mark } from '../core/mark.ts'
import { beginning, maskText } from '../core/masking.ts'

/** 脱敏: makes what upstreams say fit to be kept, logged and shown: without personal data and without secrets. All total. */
export interface Privacy {
  /**
   * The first 64 KiB of what was received as text.
   * @param columns of the table that it is a row of, where they do not fit it
   */
  text(text: string, columns?: readonly string[]): string
  /** A decoded message as JSON, so that it can be sent through again; the first 64 KiB of it when `isWhole` is false. */
  json(value: unknown): { readonly text: string; readonly isWhole: boolean }
  /** words of a message for people: an error, an origin */
  words(text: string): string
  /** our own words, in which an upstream's may be quoted that are masked already */
  withoutSecrets(text: string): string
  /** the same name for the same thing each time, which says nothing of it */
  alias(text: string): string
}

export interface PrivacyOptions {
  /** takes secrets out */
  readonly redact: (text: string) => string
  readonly mark: Mark
  readonly alias: (text: string) => string
  readonly clock: Pick<Clock, 'now'>
}

export function createPrivacy({ redact, mark, alias, clock }: PrivacyOptions): Privacy {
  return {
    text(text, columns) {
      const clean = redact(beginning(text, 2 * rawKeptBytes))
      // masked before the cut, so that a number cut in half is not taken for none
      return firstKept(columns === undefined ? maskRaw(clean, mark) : maskRow(clean, columns, mark))
    },
    json(value) {
      const { text, isCut } = maskJson(value, { mark, redact, now: clock.now(), most: 2 * rawKeptBytes })
      const kept = firstKept(text)
      return { text: kept, isWhole: !isCut && kept.length === text.length }
    },
    words: (text) => maskText(redact(beginning(text, longestWords))),
    withoutSecrets: redact,
    alias,
  }
}

const longestWords = 2_000

function firstKept(text: string): string {
  if (Buffer.byteLength(text) <= rawKeptBytes) return text
  const bytes = Buffer.from(text).subarray(0, rawKeptBytes)
  // a character the cut went through is left out
  return new TextDecoder().decode(bytes, { stream: true })
}

/**
 * Names for what is hidden: two different things have two different ones, and nobody tells which without the key. Without a key they could
 * be told by trying: there are not many telephone numbers.
 */
export function keyedNames(key: string): Pick<PrivacyOptions, 'mark' | 'alias'> {
  const digest = (purpose: string, text: string): Buffer => createHmac('sha256', key).update(`${purpose}\n${text}`, 'utf8').digest()
  return {
    mark: (hidden) => `***${lettersOf(digest('mark', hidden))}`,
    alias: (text) => `v-${digest('alias', text).toString('hex').slice(0, 12)}`,
  }
}

function lettersOf(digest: Buffer): string {
  return Array.from(digest.subarray(0, lettersOfMark), (byte) => markLetters[byte % markLetters.length]).join('')
}
