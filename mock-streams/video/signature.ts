import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** AK/SK checking as the Artemis gateway publishes it. */

export interface ArtemisError {
  readonly code: string
  readonly msg: string
}

const skewMs = 15 * 60_000

const one = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value)

/**
 * The text that is signed: method, then Accept, Content-MD5, Content-Type and Date (each a line, where sent), the named headers, the path.
 */
export function textToSign(method: string, path: string, headers: IncomingHttpHeaders): string {
  const plain = ['accept', 'content-md5', 'content-type', 'date'].flatMap((name) => one(headers[name]) ?? [])
  const named = (one(headers['x-ca-signature-headers']) ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
    .sort()
    .map((name) => `${name}:${one(headers[name]) ?? ''}`)
  return [method, ...plain, ...named, path].join('\n')
}

/** Checks one request; a nonce is good once. */
export class SignatureCheck {
  readonly #key: string
  readonly #secret: string
  readonly #seen = new Map<string, number>()

  constructor(key: string, secret: string) {
    this.#key = key
    this.#secret = secret
  }

  /** @returns the published error, or undefined when the request is signed well */
  refuse(method: string, path: string, headers: IncomingHttpHeaders, now: number): ArtemisError | undefined {
    const key = one(headers['x-ca-key'])
    if (key === undefined || key === '') return { code: '0x02401000', msg: 'AppKey is empty' }
    if (key !== this.#key) return { code: '0x02401001', msg: 'Partner of the AppKey does not exist' }
    const given = one(headers['x-ca-signature'])
    if (given === undefined || given === '') return { code: '0x02401002', msg: 'Signature is empty' }
    const text = textToSign(method, path, headers)
    const wanted = createHmac('sha256', this.#secret).update(text, 'utf8').digest()
    const sent = Buffer.from(given, 'base64')
    const isRight = sent.length === wanted.length && timingSafeEqual(sent, wanted)
    if (!isRight || !this.#isTimely(headers, now)) {
      return { code: '0x02401003', msg: `api AK/SK signature authentication failed,Invalid Signature! and StringToSign: ${text}` }
    }
    return undefined
  }

  #isTimely(headers: IncomingHttpHeaders, now: number): boolean {
    const timestamp = one(headers['x-ca-timestamp'])
    if (timestamp !== undefined && !(Math.abs(Number(timestamp) - now) <= skewMs)) return false
    const nonce = one(headers['x-ca-nonce'])
    if (nonce === undefined) return true
    for (const [old, at] of this.#seen) if (now - at > skewMs) this.#seen.delete(old)
    if (this.#seen.has(nonce)) return false
    this.#seen.set(nonce, now)
    return true
  }
}
