import type { Instant } from '../../../../contract/time.ts'
import type { TransportContext } from '../../transport.ts'
import { quoted } from '../connection-trouble.ts'
import { basicAuthorization } from '../credentials.ts'
import { textAt } from './answer-path.ts'
import type { Exchange } from './exchange.ts'
import { parseJson } from './parse-json.ts'
import type { OauthOptions } from './options.ts'
import type { HttpRequest } from './request.ts'

/** Tokens of OAuth 2 client credentials (RFC 6749, §4.4), kept until shortly before they run out. */
export interface Tokens {
  token(): Promise<string>
  /** Forgets the token. @returns whether there was one, from an earlier request: a fresh one that is refused stays refused */
  forget(): boolean
}

const longestMarginMs = 60_000
const usualLifeSeconds = 300

export function createTokens(
  options: OauthOptions,
  context: Pick<TransportContext<unknown>, 'secret' | 'clock'>,
  exchange: Pick<Exchange, 'ask'>,
): Tokens {
  let kept: { readonly token: string; readonly renewAt: Instant; isUsed: boolean } | undefined
  return {
    async token() {
      if (kept !== undefined && context.clock.now() < kept.renewAt) {
        kept.isUsed = true
        return kept.token
      }
      const { token, lifeMs } = await fetchToken(options, context, exchange)
      kept = { token, renewAt: context.clock.now() + lifeMs - Math.min(longestMarginMs, lifeMs / 10), isUsed: false }
      return token
    },
    forget() {
      const wasUsed = kept?.isUsed === true
      kept = undefined
      return wasUsed
    },
  }
}

async function fetchToken(
  options: OauthOptions,
  context: Pick<TransportContext<unknown>, 'secret'>,
  exchange: Pick<Exchange, 'ask'>,
): Promise<{ readonly token: string; readonly lifeMs: number }> {
  const { status, body, address } = await exchange.ask(tokenRequest(options, context.secret(options.clientSecret)))
  const text = body.toString('utf8')
  const answer = parseJson(text)
  const token = textAt(answer, options.tokenPath)
  // the answer may hold a token under another name: only what the standard says of an error is told
  if (status >= 400)
    throw new Error(`${address}: no token, ${String(status)} ${quoted(textAt(answer, 'error_description') ?? textAt(answer, 'error') ?? '')}`)
  if (token === undefined) throw new Error(`${address}: the answer has no token at ${options.tokenPath}; give its place in transport.auth.tokenPath`)
  const life = Number(textAt(answer, options.expiresPath) ?? usualLifeSeconds)
  return { token, lifeMs: (Number.isFinite(life) && life > 0 ? life : usualLifeSeconds) * 1_000 }
}

function tokenRequest(options: OauthOptions, clientSecret: string): HttpRequest {
  const { clientId, clientAuth, scope } = options
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === undefined ? {} : { scope }) })
  if (clientAuth === 'body') {
    form.set('client_id', clientId)
    form.set('client_secret', clientSecret)
  }
  return {
    method: 'POST',
    url: new URL(options.tokenUrl),
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(clientAuth === 'basic' ? { authorization: basicAuthorization(encodeURIComponent(clientId), encodeURIComponent(clientSecret)) } : {}),
    },
    body: form.toString(),
  }
}
