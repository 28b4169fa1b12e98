import type { TransportContext } from '../../transport.ts'
import { configuredHeaders } from '../credentials.ts'
import { fillTemplate } from '../template.ts'
import type { Escape } from '../template.ts'
import type { HttpPollOptions } from './options.ts'
import { timeText } from './time-text.ts'

export interface HttpRequest {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  /** names in lower case */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
}

/** How far we have read: what the next request asks for. */
export interface Reach {
  readonly page: number | undefined
  readonly cursor: string | undefined
  readonly since: string | undefined
}

/** The request for what comes next, not yet authorised. */
export function nextRequest(context: TransportContext<HttpPollOptions>, reach: Reach): HttpRequest {
  const { options } = context
  const values = valuesOf(context, reach)
  const url = new URL(context.url)
  url.username = ''
  url.hash = ''
  for (const [name, value] of queryOf(context, values)) url.searchParams.set(name, value)
  const body = options.method === 'GET' ? undefined : bodyOf(context, values)
  return {
    method: options.method,
    url,
    headers: {
      accept: '*/*',
      'accept-encoding': 'gzip, br',
      ...(body === undefined ? {} : { 'content-type': options.contentType }),
      ...configuredHeaders(options, context),
    },
    body,
  }
}

type Values = Readonly<Record<'page' | 'size' | 'cursor' | 'since' | 'now', string | undefined>>

function valuesOf({ options, clock, feed }: TransportContext<HttpPollOptions>, reach: Reach): Values {
  const { paging } = options
  return {
    page: reach.page === undefined ? undefined : String(reach.page),
    size: paging.style === 'page' ? String(paging.size) : undefined,
    cursor: reach.cursor,
    since: reach.since,
    now: timeText(clock.now(), options.timeFormat, feed.zone),
  }
}

function queryOf(context: TransportContext<HttpPollOptions>, values: Values): readonly (readonly [string, string])[] {
  const { options } = context
  const { paging, since } = options
  const reach = [
    paging.style === 'page' && ([paging.param, values.page] as const),
    paging.style === 'page' && ([paging.sizeParam, values.size] as const),
    paging.style === 'cursor' && ([paging.param, values.cursor] as const),
    [since?.param, values.since] as const,
  ].filter((pair): pair is readonly [string, string] => pair !== false && pair[0] !== undefined && pair[1] !== undefined)
  const written = Object.entries(options.query).map(
    ([name, text]) => [name, fillTemplate(text, values, { secrets: context, escape: 'none' })] as const,
  )
  const hidden = Object.entries(options.querySecrets).map(([name, secretName]) => [name, context.secret(secretName)] as const)
  return [...written, ...reach, ...hidden]
}

function bodyOf(context: TransportContext<HttpPollOptions>, values: Values): string | undefined {
  const { body, contentType } = context.options
  return body === undefined ? undefined : fillTemplate(body, values, { secrets: context, escape: escapeOf(contentType) })
}

function escapeOf(contentType: string): Escape {
  if (contentType.includes('json')) return 'json'
  return contentType.includes('x-www-form-urlencoded') ? 'url' : 'none'
}
