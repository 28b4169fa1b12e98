import { createHmac } from 'node:crypto'

/**
 * Headers of a signed Artemis request (海康 iSecure Center OpenAPI, AK/SK): base64 of HMAC-SHA256 over method, Accept, Content-Type, the named
 * x-ca headers in alphabetical order and the path with its query, each on a line.
 */
export function signedHeaders(request: {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly key: string
  readonly secret: string
  readonly nonce: string
  readonly timestamp: number
}): Record<string, string> {
  const accept = '*/*'
  const contentType = 'application/json'
  const named = { 'x-ca-key': request.key, 'x-ca-nonce': request.nonce, 'x-ca-timestamp': String(request.timestamp) }
  const lines = [request.method, accept, contentType, ...Object.entries(named).map(([name, value]) => `${name}:${value}`), request.path]
  return {
    accept,
    'content-type': contentType,
    ...named,
    'x-ca-signature-headers': Object.keys(named).join(','),
    'x-ca-signature': createHmac('sha256', request.secret).update(lines.join('\n'), 'utf8').digest('base64'),
  }
}
