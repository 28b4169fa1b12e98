import type { IncomingHttpHeaders } from 'node:http'
import { Agent, buildConnector, request as send } from 'undici'
import type { Dispatcher } from 'undici'
import { unbracketed } from '../../host-guard.ts'
import { tlsConnection } from '../../tls-options.ts'
import { MisconfiguredError } from '../../transport.ts'
import type { TransportContext } from '../../transport.ts'
import { connectionTrouble } from '../connection-trouble.ts'
import { readBounded, TooLongError } from './bounded-body.ts'
import type { HttpPollOptions } from './options.ts'
import type { HttpRequest } from './request.ts'

export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** of the request that was answered in the end, without its query */
  readonly address: string
}

/** Sends requests and reads answers, over connections that the host guard has looked at. */
export interface Exchange {
  /** @throws what became of it, in words, with the address but without its query */
  ask(request: HttpRequest): Promise<HttpAnswer>
  close(): Promise<void>
}

const mostRedirects = 3
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export function createExchange(context: TransportContext<HttpPollOptions>): Exchange {
  const agent = guardedAgent(context)
  return {
    async ask(first) {
      let request = first
      for (let redirected = 0; ; redirected += 1) {
        const answer = await askOnce(request, agent, context)
        const { location } = answer.headers
        if (!redirects.has(answer.status) || typeof location !== 'string') return answer
        if (redirected === mostRedirects) throw new Error(`${answer.address}: it was redirected more than ${String(mostRedirects)} times`)
        const next = redirectedRequest(request, { location, status: answer.status })
        if (next.url.host !== request.url.host) await checkRedirect(answer.address, next.url, context)
        request = next
      }
    },
    close: () => agent.destroy(),
  }
}

/** Connects to the address that the guard looked at; the name stays in Host and in the handshake. */
function guardedAgent(context: TransportContext<HttpPollOptions>): Agent {
  const { connectSeconds, timeoutSeconds, tls } = context.options
  return new Agent({
    connections: 2,
    headersTimeout: timeoutSeconds * 1_000,
    bodyTimeout: timeoutSeconds * 1_000,
    connect: (target, callback) => {
      const host = unbracketed(target.hostname)
      const connecting = async (): Promise<void> => {
        const { address } = await context.hosts.resolve(host, portOf(target))
        const secured = target.protocol === 'https:' ? tlsConnection(tls, host, context) : {}
        buildConnector({ ...secured, timeout: connectSeconds * 1_000 })({ ...target, hostname: address }, callback)
      }
      connecting().catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null))
    },
  })
}

function portOf({ port, protocol }: { readonly port: string; readonly protocol: string }): number {
  return Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port)
}

/**
 * The guard looks again as the connection is made. It says how to allow a host, which is not for an upstream to ask: whoever reads the trouble
 * would be talked into letting it lead us anywhere.
 */
async function checkRedirect(from: string, url: URL, { hosts }: TransportContext<HttpPollOptions>): Promise<void> {
  try {
    await hosts.resolve(unbracketed(url.hostname), portOf(url))
  } catch (error) {
    if (!(error instanceof MisconfiguredError)) throw error
    throw new Error(`${from}: it redirected us to ${url.host.slice(0, 60)}, where feedHosts lets no feed go: ask the provider why`, { cause: error })
  }
}

async function askOnce(request: HttpRequest, dispatcher: Dispatcher, context: TransportContext<HttpPollOptions>): Promise<HttpAnswer> {
  const address = request.url.origin + request.url.pathname
  const { messageBytes } = context.feed.limits
  const late = new AbortController()
  const cancel = context.clock.after(context.options.timeoutSeconds * 1_000, () => late.abort())
  try {
    const { statusCode, headers, body } = await send(request.url.href, {
      method: request.method,
      headers: request.headers,
      body: request.body ?? null,
      signal: AbortSignal.any([context.signal, late.signal]),
      dispatcher,
    })
    const encoding = headers['content-encoding']
    return { status: statusCode, headers, body: await readBounded(body, typeof encoding === 'string' ? encoding : undefined, messageBytes), address }
  } catch (error) {
    if (error instanceof MisconfiguredError) throw error
    if (late.signal.aborted) throw new Error(`${address}: no whole answer within ${String(context.options.timeoutSeconds)} s`)
    if (error instanceof TooLongError)
      throw new Error(`${address}: the answer has ${error.message}; ask for smaller pages (transport.paging), or raise limits.messageBytes`)
    throw connectionTrouble(address, error)
  } finally {
    cancel()
  }
}

/** Where a redirect leads. Credentials stay with the host they are for; an encrypted request never goes on in clear. */
function redirectedRequest(request: HttpRequest, { location, status }: { readonly location: string; readonly status: number }): HttpRequest {
  const from = request.url.origin + request.url.pathname
  if (!URL.canParse(location, request.url.href)) throw new Error(`${from}: it was redirected to no address`)
  const url = new URL(location, request.url)
  if (url.protocol !== 'https:' && (url.protocol !== 'http:' || request.url.protocol === 'https:'))
    throw new Error(`${from}: it was redirected to ${url.protocol}//${url.host}, which is not encrypted; that is not followed`)
  url.username = ''
  url.password = ''
  const isAsked = status === 307 || status === 308 || request.method === 'GET'
  const kept = url.origin === request.url.origin ? request.headers : openHeaders(request.headers)
  if (isAsked) return { ...request, url, headers: kept }
  return { method: 'GET', url, headers: Object.fromEntries(Object.entries(kept).filter(([name]) => name !== 'content-type')), body: undefined }
}

/** Only what surely is no credential. */
function openHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const open = new Set(['accept', 'accept-encoding', 'accept-language', 'content-type', 'user-agent'])
  return Object.fromEntries(Object.entries(headers).filter(([name]) => open.has(name)))
}
