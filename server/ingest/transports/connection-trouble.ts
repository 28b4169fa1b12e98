const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there; is it running, and is the port right?',
  ECONNRESET: 'it broke the connection off',
  EPIPE: 'it broke the connection off',
  UND_ERR_SOCKET: 'it broke the connection off',
  ETIMEDOUT: 'it does not answer; is a firewall in between?',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer; is a firewall in between?',
  UND_ERR_HEADERS_TIMEOUT: 'it took the request and does not answer',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'it sent less than it announced, or more',
  EHOSTUNREACH: 'no route leads there; is the network up?',
  ENETUNREACH: 'no route leads there; is the network up?',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it shows a certificate that it signed itself; give that certificate in transport.tls.caFile',
  SELF_SIGNED_CERT_IN_CHAIN: 'it shows a certificate of a CA that is not known here; give the CA in transport.tls.caFile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'it shows a certificate of a CA that is not known here; give the CA in transport.tls.caFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'it shows a certificate of a CA that is not known here; give the CA in transport.tls.caFile',
  CERT_HAS_EXPIRED: 'its certificate has run out; whoever runs it must renew it',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet; compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name; give that name in transport.tls.serverName',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this port; use the scheme without encryption, or its other port',
  EPROTO: 'TLS could not be agreed upon; is this the port for encrypted connections?',
}

/**
 * What a failed connection means, for people: who, what, and what to do about it.
 * @param place host and port, or an address without user and query
 */
export function connectionTrouble(place: string, error: unknown): Error {
  const code = codeOf(error)
  const said = error instanceof Error ? error.message : String(error)
  const meaning = code === undefined ? undefined : words[code]
  if (meaning !== undefined && code !== undefined) return new Error(`${place}: ${meaning} (${code})`, { cause: error })
  const reason = said === '' ? (code ?? 'the connection failed') : said
  return new Error(`${place}: ${reason.slice(0, 300)}`, { cause: error })
}

/** The code of an error, or of what caused it, or of the first of several tries. */
function codeOf(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 3) return undefined
  if ('code' in error && typeof error.code === 'string' && error.code in words) return error.code
  const inner = error instanceof AggregateError ? (error.errors as unknown[])[0] : error.cause
  return codeOf(inner, depth + 1) ?? ('code' in error && typeof error.code === 'string' ? error.code : undefined)
}

/** Foreign text for a message: on one line, quoted and cut. */
export function quoted(text: string, most = 200): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return JSON.stringify(line.length > most ? `${line.slice(0, most)}…` : line)
}
