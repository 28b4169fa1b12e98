import { createHash, createHmac } from 'node:crypto'
import type { HmacOptions } from './options.ts'
import type { HttpRequest } from './request.ts'

/** What a signature needs besides the request: told from outside, so that it can be tested against published examples. */
export interface SignatureParts {
  readonly key: string
  /** as it goes into the header */
  readonly timestamp: string
  readonly nonce: string
}

/** The request with the headers that sign it. */
export function signRequest(request: HttpRequest, options: HmacOptions, { key, timestamp, nonce }: SignatureParts): HttpRequest {
  const headers = {
    ...request.headers,
    ...named(options.keyIdHeader, options.keyId),
    ...named(options.timestamp?.header, timestamp),
    ...named(options.nonceHeader, nonce),
  }
  const parts = options.sign.map((part) => signedPart(part, { ...request, headers }, { options, timestamp, nonce }))
  const signature = createHmac(options.algorithm, key).update(parts.join(options.separator), 'utf8').digest(options.encoding)
  return { ...request, headers: { ...headers, [options.header.toLowerCase()]: `${options.prefix}${signature}` } }
}

function named(header: string | undefined, value: string | undefined): Record<string, string> {
  return header === undefined || value === undefined ? {} : { [header.toLowerCase()]: value }
}

interface Signing {
  readonly options: HmacOptions
  readonly timestamp: string
  readonly nonce: string
}

function signedPart(part: string, request: HttpRequest, { options, timestamp, nonce }: Signing): string {
  const { url, body = '' } = request
  const parts: Readonly<Record<string, () => string>> = {
    method: () => request.method,
    path: () => url.pathname + url.search,
    pathname: () => url.pathname,
    query: () => sortedQuery(url),
    host: () => url.host,
    timestamp: () => timestamp,
    nonce: () => nonce,
    keyId: () => options.keyId ?? '',
    body: () => body,
    bodyDigest: () => digest(body, options.bodyDigest),
  }
  return parts[part]?.() ?? namedPart(part, request)
}

/** `header:x` is the header's value, `line:x` is `x:value`, `text:x` is x itself. */
function namedPart(part: string, { headers }: HttpRequest): string {
  const colon = part.indexOf(':')
  const kind = part.slice(0, colon)
  const rest = part.slice(colon + 1)
  if (kind === 'text') return rest
  const value = headers[rest.toLowerCase()] ?? ''
  return kind === 'line' ? `${rest.toLowerCase()}:${value}` : value
}

function sortedQuery(url: URL): string {
  const query = new URLSearchParams(url.search)
  query.sort()
  return query.toString()
}

function digest(body: string, how: HmacOptions['bodyDigest']): string {
  const [algorithm, encoding] = how.split('-')
  return createHash(algorithm === 'md5' ? 'md5' : 'sha256')
    .update(body, 'utf8')
    .digest(encoding === 'hex' ? 'hex' : 'base64')
}
