import type { LedgerNote, Transport, TransportContext } from '../transport.ts'
import { highestOf, textAt, textsAt, valuesAt } from './http-poll/answer-path.ts'
import { createAuthorizer } from './http-poll/authorization.ts'
import type { Authorizer } from './http-poll/authorization.ts'
import { createExchange } from './http-poll/exchange.ts'
import type { Exchange, HttpAnswer } from './http-poll/exchange.ts'
import { httpPollSchema } from './http-poll/options.ts'
import type { HttpPollOptions } from './http-poll/options.ts'
import { parseJson } from './http-poll/parse-json.ts'
import { refusalOf } from './http-poll/refusal.ts'
import { createRepeats } from './http-poll/repeats.ts'
import { nextRequest } from './http-poll/request.ts'
import type { Reach } from './http-poll/request.ts'
import { aheadWords, dayBefore, isAhead } from './high-water.ts'
import { pause } from './patient-delivery.ts'

type Context = TransportContext<HttpPollOptions>

/** Asks an HTTP interface again and again. How far it was read is kept together with the facts, so a restart goes on where it was. */
export const httpPollTransport: Transport<HttpPollOptions> = {
  name: 'http-poll',
  schemes: ['http', 'https'],
  summary: {
    zh: 'HTTP 轮询：ETag、分页、游标、增量时间；Basic、Bearer、HMAC 签名、OAuth2 客户端凭证',
    en: 'HTTP polling: ETag, pages, cursors, high-water values; Basic, Bearer, HMAC signatures, OAuth 2 client credentials',
  },
  options: httpPollSchema,
  usualCodec: 'json',
  sample: `source: https://data.example.cn/api/stations
transport:
  pollSeconds: 60
  # from YIPING_SECRET_STATIONS_TOKEN or <data>/secrets/stations-token
  auth: { type: bearer, tokenSecret: stations-token }
  paging: { style: page, param: pageNo, sizeParam: pageSize, size: 100, items: data.list }
  since: { param: updatedAfter, path: 'data.list[].updatedAt' }
codec: json
`,
  async run(context) {
    const { pollSeconds } = context.options
    const poller = createPoller(context)
    try {
      // feeds that start together do not ask together for ever
      await pause(context, Math.random() * Math.min(5_000, pollSeconds * 100))
      while (!context.signal.aborted) {
        const startedAt = context.clock.now()
        await poller.poll()
        await pause(context, Math.max(0, startedAt + pollSeconds * 1_000 - context.clock.now()))
      }
    } catch (error) {
      // an aborted request is how this was ended, not a failure
      if (!context.signal.aborted) throw error
    } finally {
      await poller.close()
    }
  },
}

interface Poller {
  /** Asks for all there is now, in as many pages as it takes. */
  poll(): Promise<void>
  close(): Promise<void>
}

const cursorKey = 'http-poll:cursor'
const sinceKey = 'http-poll:since'

function createPoller(context: Context): Poller {
  const { options, ledger } = context
  const { paging } = options
  const exchange = createExchange(context)
  const authorizer = createAuthorizer(context, exchange)
  const tags = createTags(options)
  const repeats = createRepeats()
  let reach: Reach = {
    page: paging.style === 'page' ? paging.from : undefined,
    cursor: paging.style === 'cursor' ? (ledger.get(cursorKey) ?? paging.start) : undefined,
    since: options.since === undefined ? undefined : (ledger.get(sinceKey) ?? options.since.start),
  }
  /** the highest of the pages read so far; taken over with the last, as pages need not be in order */
  let highest = reach.since
  return {
    async poll() {
      await goBackFromAhead(reach.since, context)
      for (let count = 0; count < options.maxPages && !context.signal.aborted; count += 1) {
        const answer = await ask(nextPage(), { exchange, authorizer })
        const isNew = isWorthReading(answer, context)
        const step = isNew
          ? stepOf(answer.body, { context, reach, highest })
          : { reach: firstPage(options, { ...reach, since: highest }), highest, isLast: true, repeated: [] }
        const isRepeated = step.note === undefined && repeats.areKnown(step.repeated)
        if (isNew && !isRepeated) await context.deliver({ body: answer.body, origin: answer.address, contentType: contentTypeOf(answer) }, step.note)
        repeats.remember(step.repeated)
        tags.keep(answer)
        reach = step.reach
        highest = step.highest
        if (step.isLast) return
      }
    },
    close: () => exchange.close(),
  }

  function nextPage(): ReturnType<typeof nextRequest> {
    const request = nextRequest(context, reach)
    return { ...request, headers: { ...request.headers, ...tags.headers() } }
  }
}

async function ask(
  request: ReturnType<typeof nextRequest>,
  { exchange, authorizer }: { readonly exchange: Exchange; readonly authorizer: Authorizer },
): Promise<HttpAnswer> {
  const answer = await exchange.ask(await authorizer.authorize(request))
  return answer.status === 401 && authorizer.renew() ? exchange.ask(await authorizer.authorize(request)) : answer
}

/** What was read up to may lie ahead since before a clock was set back, or an older version of ours took it. @throws that it did, once it is mended */
async function goBackFromAhead(since: string | undefined, context: Context): Promise<void> {
  const now = context.clock.now()
  if (since === undefined || !isAhead(since, context.feed, now)) return
  const from = dayBefore(now, since, context.feed.zone)
  await context.deliverMessages([], '', { key: sinceKey, value: from })
  throw new Error(aheadWords('transport.since', since, from))
}

/** Whether there is something in an answer; none of it, or the same as before, is a sign of life. @throws when it refuses us */
function isWorthReading(answer: HttpAnswer, context: Context): boolean {
  if (answer.status !== 304 && (answer.status < 200 || answer.status >= 300)) throw refusalOf(answer, context.clock.now())
  context.alive()
  return answer.status !== 304 && answer.body.length > 0
}

function contentTypeOf({ headers }: HttpAnswer): string | undefined {
  return headers['content-type']
}

interface Step {
  readonly reach: Reach
  readonly highest: string | undefined
  readonly isLast: boolean
  readonly note?: LedgerNote
  /** all that an answer lists, when some of it lies ahead of our clock: it comes again at every poll */
  readonly repeated: readonly unknown[]
}

interface Reading {
  readonly context: Context
  readonly reach: Reach
  readonly highest: string | undefined
}

/** How far an answer brings us. One that is not JSON brings us nowhere: it is handed on, and its codec says what is wrong. */
function stepOf(body: Buffer, { context, reach, highest }: Reading): Step {
  const { options } = context
  const { paging, since } = options
  if (paging.style === 'none' && since === undefined) return { reach, highest, isLast: true, repeated: [] }
  const answer = parseJson(body.toString('utf8'))
  if (paging.style === 'cursor') return cursorStep(paging.path, { answer, reach, highest })
  const { highest: higher, repeated } = sinceStep(answer, { context, reach, highest })
  const isLast = paging.style === 'none' || countAt(answer, paging.items) < paging.size
  if (!isLast) return { reach: { ...reach, page: (reach.page ?? 0) + 1 }, highest: higher, isLast, repeated }
  const note = since === undefined || higher === undefined || higher === reach.since ? {} : { note: { key: sinceKey, value: higher } }
  return { reach: firstPage(options, { ...reach, since: higher }), highest: higher, isLast, repeated, ...note }
}

function sinceStep(answer: unknown, { context, highest }: Reading): Pick<Step, 'highest' | 'repeated'> {
  const { options, feed, clock } = context
  if (options.since === undefined) return { highest, repeated: [] }
  const found = textsAt(answer, options.since.path)
  const past = found.filter((value) => !isAhead(value, feed, clock.now()))
  return { highest: highestOf(past, highest), repeated: past.length === found.length ? [] : listedAt(answer, options.since.path) }
}

function cursorStep(
  path: string,
  { answer, reach, highest }: { readonly answer: unknown; readonly reach: Reach; readonly highest: string | undefined },
): Step {
  const cursor = textAt(answer, path)
  if (cursor === undefined || cursor === reach.cursor) return { reach, highest, isLast: true, repeated: [] }
  return { reach: { ...reach, cursor }, highest, isLast: false, repeated: [], note: { key: cursorKey, value: cursor } }
}

function firstPage({ paging }: HttpPollOptions, reach: Reach): Reach {
  return paging.style === 'page' ? { ...reach, page: paging.from } : reach
}

/** What the values at a path stand in: `data.list[].updatedAt` → the elements of `data.list`. */
function listedAt(answer: unknown, path: string): readonly unknown[] {
  const end = path.lastIndexOf('[]')
  return end < 0 ? [answer] : valuesAt(answer, path.slice(0, end + '[]'.length))
}

function countAt(answer: unknown, path: string): number {
  const [list] = valuesAt(answer, path)
  return Array.isArray(list) ? list.length : 0
}

interface Tags {
  headers(): Record<string, string>
  keep(answer: HttpAnswer): void
}

/** ETag and Last-Modified of the last answer that was taken. Only where one request is all there is: a page's tag says nothing of the next. */
function createTags({ conditional, paging, since }: HttpPollOptions): Tags {
  let headers: Record<string, string> = {}
  if (!conditional || paging.style !== 'none' || since !== undefined) return { headers: () => ({}), keep: () => undefined }
  return {
    headers: () => headers,
    keep({ status, headers: { etag, 'last-modified': lastModified } }) {
      if (status === 304) return
      headers = {
        ...(typeof etag === 'string' ? { 'if-none-match': etag } : {}),
        ...(typeof lastModified === 'string' ? { 'if-modified-since': lastModified } : {}),
      }
    },
  }
}
