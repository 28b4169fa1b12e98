import { createHash } from 'node:crypto'

/** A server's challenge (RFC 7616). */
export interface DigestChallenge {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | undefined
  readonly algorithm: 'MD5' | 'SHA-256'
  readonly isSession: boolean
  readonly hasQop: boolean
}

/** The Digest challenge among the ways that a WWW-Authenticate header offers; undefined when there is none that we can answer. */
export function digestChallenge(header: string): DigestChallenge | undefined {
  const offers = header
    .split(/(?:^|,)\s*(?=Digest\s)/i)
    .filter((offer) => /^Digest\s/i.test(offer))
    .flatMap((offer) => challengeOf(offer) ?? [])
  return offers.find(({ algorithm }) => algorithm === 'SHA-256') ?? offers[0]
}

function challengeOf(offer: string): DigestChallenge | undefined {
  const given = parametersOf(offer)
  const [, hash, session] = /^(MD5|SHA-256)(-sess)?$/i.exec(given.get('algorithm') ?? 'MD5') ?? []
  const [realm, nonce, qop] = [given.get('realm'), given.get('nonce'), given.get('qop')]
  if (hash === undefined || realm === undefined || nonce === undefined) return undefined
  const hasQop = /(^|,)\s*auth\s*(,|$)/i.test(qop ?? '')
  if (qop !== undefined && !hasQop) return undefined
  const algorithm = hash.toUpperCase() === 'MD5' ? 'MD5' : 'SHA-256'
  return { realm, nonce, opaque: given.get('opaque'), algorithm, isSession: session !== undefined, hasQop }
}

/** By name in lower case; of two the first, since other offers may follow. */
function parametersOf(offer: string): ReadonlyMap<string, string> {
  const parameters = [...offer.matchAll(/([a-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi)].reverse()
  return new Map(parameters.map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '']))
}

export interface DigestRequest {
  readonly user: string
  readonly password: string
  readonly method: 'GET' | 'POST'
  /** path and query */
  readonly uri: string
  /** how often this challenge has been answered, from 1 */
  readonly count: number
  /** of ours, never the same twice */
  readonly clientNonce: string
}

/** Authorization header that answers a challenge. */
export function digestAuthorization(challenge: DigestChallenge, request: DigestRequest): string {
  const hash = (text: string): string =>
    createHash(challenge.algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text, 'utf8')
      .digest('hex')
  const { realm, nonce, algorithm, isSession, hasQop, opaque } = challenge
  const { user, password, method, uri, clientNonce } = request
  const count = request.count.toString(16).padStart(8, '0')
  const plain = hash(`${user}:${realm}:${password}`)
  const secret = isSession ? hash(`${plain}:${nonce}:${clientNonce}`) : plain
  const asked = hash(`${method}:${uri}`)
  const response = hash(hasQop ? [secret, nonce, count, clientNonce, 'auth', asked].join(':') : [secret, nonce, asked].join(':'))
  const quoted = (name: string, value: string): string => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`
  return [
    `Digest ${quoted('username', user)}`,
    quoted('realm', realm),
    quoted('nonce', nonce),
    quoted('uri', uri),
    `algorithm=${algorithm}${isSession ? '-sess' : ''}`,
    ...(hasQop ? ['qop=auth', `nc=${count}`] : []),
    ...(hasQop || isSession ? [quoted('cnonce', clientNonce)] : []),
    quoted('response', response),
    ...(opaque === undefined ? [] : [quoted('opaque', opaque)]),
  ].join(', ')
}
