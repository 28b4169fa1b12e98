import { randomUUID } from 'node:crypto'
import { MisconfiguredError } from '../../transport.ts'
import type { TransportContext } from '../../transport.ts'
import { basicAuthorization, userOf } from '../credentials.ts'
import type { Exchange } from './exchange.ts'
import { createTokens } from './oauth.ts'
import type { HttpPollOptions } from './options.ts'
import type { HttpRequest } from './request.ts'
import { signRequest } from './signature.ts'
import { timeText } from './time-text.ts'

export interface Authorizer {
  authorize(request: HttpRequest): Promise<HttpRequest>
  /** The upstream answered 401. @returns whether another try, with new credentials, makes sense */
  renew(): boolean
}

export function createAuthorizer(context: TransportContext<HttpPollOptions>, exchange: Exchange): Authorizer {
  const { auth } = context.options
  if (auth.type === 'oauth2') {
    const tokens = createTokens(auth, context, exchange)
    return { authorize: async (request) => withAuthorization(request, `Bearer ${await tokens.token()}`), renew: () => tokens.forget() }
  }
  return { authorize: (request) => Promise.resolve(authorizeAtOnce(request, auth, context)), renew: () => false }
}

function authorizeAtOnce(
  request: HttpRequest,
  auth: Exclude<HttpPollOptions['auth'], { type: 'oauth2' }>,
  context: TransportContext<HttpPollOptions>,
): HttpRequest {
  switch (auth.type) {
    case 'none':
      return request
    case 'basic':
      return withAuthorization(request, basicAuthorization(requiredUser(context.url), context.secret(auth.passwordSecret)))
    case 'bearer':
      return withAuthorization(request, `Bearer ${context.secret(auth.tokenSecret)}`)
    case 'hmac': {
      const timestamp = timeText(context.clock.now(), auth.timestamp?.format ?? 'ms', context.feed.zone)
      return signRequest(request, auth, { key: context.secret(auth.keySecret), timestamp, nonce: randomUUID() })
    }
  }
}

function requiredUser(url: URL): string {
  const user = userOf(url)
  if (user === undefined) throw new MisconfiguredError('transport.auth: basic needs a user in source, as in https://user@example.cn/')
  return user
}

function withAuthorization(request: HttpRequest, authorization: string): HttpRequest {
  return { ...request, headers: { ...request.headers, authorization } }
}
