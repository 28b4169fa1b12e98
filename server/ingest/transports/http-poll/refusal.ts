import type { Instant } from '../../../../contract/time.ts'
import { TryLaterError } from '../../transport.ts'
import { quoted } from '../connection-trouble.ts'
import type { HttpAnswer } from './exchange.ts'

const meanings: Readonly<Record<number, string>> = {
  400: 'it does not understand the request',
  401: 'it does not know us: are user, secret and clock right?',
  403: 'it does not let us read this: we need the right to',
  404: 'there is nothing at this address',
  405: 'it wants another method (transport.method)',
  407: 'a proxy in between wants credentials',
  415: 'it wants another content type (transport.contentType)',
  429: 'we ask too often; raise transport.pollSeconds',
  500: 'it failed',
  502: 'the gateway does not reach it',
  503: 'it is out of service for now',
  504: 'the gateway does not reach it',
}

/** An answer that is none, in words, with what it says itself; with Retry-After, when to ask again. */
export function refusalOf({ status, headers, body, address }: HttpAnswer, now: Instant): Error {
  const meaning = meanings[status] === undefined ? '' : `, ${meanings[status]}`
  const said = body.length === 0 ? '' : `; it says ${quoted(body.subarray(0, 4_096).toString('utf8'))}`
  const text = `${address}: ${String(status)}${meaning}${said}`
  const afterMs = status === 429 || status === 503 ? retryAfterMs(headers['retry-after'], now) : undefined
  return afterMs === undefined ? new Error(text) : new TryLaterError(text, afterMs)
}

const longestMs = 3_600_000

/** Retry-After in seconds or as a date; at most an hour, as a wrong clock could say years. */
function retryAfterMs(header: string | string[] | undefined, now: Instant): number | undefined {
  if (typeof header !== 'string') return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - now
  return Number.isFinite(ms) ? Math.min(longestMs, Math.max(0, ms)) : undefined
}
