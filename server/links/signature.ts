import { createHmac, timingSafeEqual } from 'node:crypto'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { MisconfiguredError } from '../ingest/transport.ts'

/** Signed webhooks after the Standard Webhooks (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`, as `v1,<base64>`. */

/** How far the sender's clock may be from ours: an older request could be one that somebody kept and sends again. */
export const toleranceMs = 5 * minuteMs

const prefix = 'whsec_'
const fewestBytes = 24

/** @param secret `whsec_` and base64, as most platforms hand it out, or any other text as it is. @throws MisconfiguredError for one that can be guessed */
function keyOf(secret: string): Buffer {
  const key = secret.startsWith(prefix) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'utf8')
  if (key.length >= fewestBytes) return key
  throw new MisconfiguredError(`the secret has ${String(key.length)} bytes, which can be guessed; share one of ${String(fewestBytes)} or more`)
}

const signatureOf = (key: Buffer, id: string, seconds: string, body: Buffer): Buffer =>
  createHmac('sha256', key).update(`${id}.${seconds}.`).update(body).digest()

/** The headers that prove who sent a body, and when. */
export function signedHeaders(
  secret: string,
  { id, at, body }: { readonly id: string; readonly at: Instant; readonly body: Buffer },
): Record<string, string> {
  const seconds = String(Math.floor(at / secondMs))
  const signature = signatureOf(keyOf(secret), id, seconds, body).toString('base64')
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` }
}

export interface SignedRequest {
  readonly id: string | undefined
  readonly timestamp: string | undefined
  /** one or more, separated by blanks: while a secret is changed there are two */
  readonly signature: string | undefined
  readonly body: Buffer
}

/** Why a request is not believed; undefined when it is. Never says what would have been right. @throws MisconfiguredError */
export function disbelief(secret: string, { id, timestamp, signature, body }: SignedRequest, now: Instant): string | undefined {
  if (id === undefined || !/^[\x21-\x7e]{1,128}$/.test(id)) return 'webhook-id: missing, or not 1 to 128 visible ASCII characters'
  if (timestamp === undefined || !/^\d{1,12}$/.test(timestamp)) return 'webhook-timestamp: missing, or not the seconds since 1970'
  if (signature === undefined) return 'webhook-signature: missing; sign id.timestamp.body with HMAC-SHA256 and send v1,<base64>'
  const offMs = now - Number(timestamp) * secondMs
  if (Math.abs(offMs) > toleranceMs) {
    const side = offMs > 0 ? 'old' : 'ahead'
    return `webhook-timestamp: ${String(Math.round(Math.abs(offMs) / secondMs))} s ${side}, at most ${String(toleranceMs / secondMs)} s are taken; sign anew at each attempt, and compare the clocks`
  }
  const expected = signatureOf(keyOf(secret), id, timestamp, body)
  const isRight = signature.split(' ').some((one) => isSame(one, expected))
  return isRight
    ? undefined
    : 'webhook-signature: is not of this body under the secret that we share; compare the secrets, and sign the bytes that are sent'
}

function isSame(signature: string, expected: Buffer): boolean {
  if (!signature.startsWith('v1,')) return false
  const given = Buffer.from(signature.slice('v1,'.length), 'base64')
  return given.length === expected.length && timingSafeEqual(given, expected)
}
