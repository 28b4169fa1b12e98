import { rawKeptBytes } from '../../../contract/rejection.ts'
import type { Refusal, RejectionCode } from '../../../contract/rejection.ts'
import { fail } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { BodyRefusal, RawMessage } from '../codec.ts'
import { tooMany } from '../json-text.ts'
import { legible } from '../legible-text.ts'
import { parseContentType } from './text-encoding.ts'

/** Why bytes are no message. `detail` names the place, the reason and the cure. */
export const decodeRefusal = (code: RejectionCode, detail: string): Refusal => ({ stage: 'decode', code, detail })

/** A body refused as a whole, with its beginning as legible as it can be made. */
export function refuseBody(raw: RawMessage, refusal: Refusal): Result<never, BodyRefusal> {
  return fail({ refusal, text: legible(raw.body.subarray(0, 2 * rawKeptBytes), parseContentType(raw.contentType).charset) })
}

/** A body with more messages than `most`. `place` is what holds them: `body`, `data.list`, `sheet 1`. */
export const tooManyMessages = (place: string, most: number): Refusal => decodeRefusal('too-large', tooMany(place, most))

const longestQuote = 80

/** Foreign text for a refusal: quoted, and cut at 80 characters. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text)
}
