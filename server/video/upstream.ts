import { Agent, buildConnector, request as send } from 'undici'
import type { Dispatcher } from 'undici'
import { secondMs } from '../../contract/time.ts'
import type { VideoTrouble } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'
import { withDeadline } from './deadline.ts'
import { StreamTrouble } from './trouble.ts'

/** Where streams of one platform may come from. */
export interface MediaHosts {
  /**
   * The address to connect to, looked at and found allowed; undefined where the platform's streams may not come from there.
   * @throws when the name cannot be resolved
   */
  resolve(host: string, port: number): Promise<{ readonly address: string } | undefined>
}

export interface Fetched {
  readonly body: Buffer
  readonly contentType: string
  /** 200, or 206 with its range */
  readonly status: number
  readonly contentRange: string | undefined
  /** where it came from in the end, after redirects */
  readonly address: string
}

/** How one thing is asked for. */
export interface Asking {
  /** bytes of the longest answer that is read */
  readonly most: number
  /** the whole answer must be there within this time, however it drips */
  readonly withinMs: number
  /** `bytes=0-719` */
  readonly range?: string | undefined
  /** credentials and the like: sent to `headersFor` alone */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** the host's name that they are for */
  readonly headersFor?: string
}

const mostRedirects = 3
/** connections to one host at a time; more wait their turn */
const mostConnections = 64
const connectWithinMs = 5 * secondMs
export const mostPlaylistBytes = 512 * 1024
export const mostSegmentBytes = 32 * 1024 * 1024

/** Types a stream is made of. Anything else, a sign-in page above all, is not handed to a browser. */
const mediaTypes = /^(video\/|audio\/|application\/(octet-stream|mp4|vnd\.apple\.mpegurl|x-mpegurl)|binary\/octet-stream|text\/(vtt|plain)|$)/i

/** Fetches from one platform and from nowhere else. */
export class Upstream {
  readonly #clock: Clock
  readonly #agent: Agent
  readonly #failures = new Map<VideoTrouble, number>()

  constructor({ clock, hosts }: { readonly clock: Clock; readonly hosts: MediaHosts }) {
    this.#clock = clock
    this.#agent = guardedAgent(hosts)
  }

  /** answers that did not come, since the start, by the trouble that became of each */
  get failures(): ReadonlyMap<VideoTrouble, number> {
    return this.#failures
  }

  /** @throws StreamTrouble when the host is another, the answer late, too long, cut short, of a strange type or not a success */
  async fetch(address: string, asking: Asking): Promise<Fetched> {
    try {
      return await withDeadline(this.#clock, asking.withinMs, (signal) => this.#follow(address, asking, signal))
    } catch (error) {
      const trouble =
        error instanceof StreamTrouble ? error : new StreamTrouble('platform-down', 'the media server does not answer', { cause: error })
      this.#failures.set(trouble.state, (this.#failures.get(trouble.state) ?? 0) + 1)
      throw trouble
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  async #follow(start: string, asking: Asking, signal: AbortSignal): Promise<Fetched> {
    const { answer, url } = await askFollowing(this.#agent, start, asking, signal)
    return await take(answer, url, { ...asking, signal })
  }
}

/** Asks, and follows redirects. The body is still to be read, or discarded. @throws StreamTrouble, or what the connection throws */
export async function askFollowing(
  agent: Agent,
  start: string,
  asking: Pick<Asking, 'range' | 'headers' | 'headersFor'>,
  signal: AbortSignal,
): Promise<{ readonly answer: Dispatcher.ResponseData; readonly url: URL }> {
  let url = new URL(start)
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const answer = await send(withoutCredentials(url), { dispatcher: agent, headers: headersTo(url, asking), signal })
    const { location } = answer.headers
    const isRedirect = answer.statusCode >= 300 && answer.statusCode < 400 && typeof location === 'string'
    if (!isRedirect) return { answer, url }
    discard(answer.body)
    url = redirected(location, url)
  }
  throw new StreamTrouble('no-stream', `the media server redirects more than ${String(mostRedirects)} times`)
}

export const foreignHost = (): StreamTrouble =>
  new StreamTrouble('no-stream', 'the stream comes from a host that is neither the platform nor one of its mediaHosts')

/** Connects to the address that was looked at: a name that changes its meaning afterwards leads nowhere. */
export function guardedAgent(hosts: MediaHosts): Agent {
  const connector = buildConnector({ timeout: connectWithinMs })
  return new Agent({
    connections: mostConnections,
    connect: (target, callback) => {
      const connecting = async (): Promise<void> => {
        const found = await hosts.resolve(target.hostname.replace(/^\[|\]$/g, ''), portOf(target))
        if (found === undefined) throw foreignHost()
        connector({ ...target, hostname: found.address }, callback)
      }
      connecting().catch((error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null))
    },
  })
}

const portOf = ({ port, protocol }: { readonly port: string; readonly protocol: string }): number =>
  Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port)

function withoutCredentials(url: URL): string {
  const open = new URL(url)
  open.username = ''
  open.password = ''
  return open.href
}

function headersTo(url: URL, { range, headers, headersFor }: Pick<Asking, 'range' | 'headers' | 'headersFor'>): Record<string, string> {
  const { username, password } = url
  const basic = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return {
    'accept-encoding': 'identity',
    ...(username !== '' && { authorization: `Basic ${basic}` }),
    ...(url.hostname === headersFor && headers),
    ...(range !== undefined && { range }),
  }
}

function redirected(location: string, from: URL): URL {
  const url = URL.canParse(location, from.href) ? new URL(location, from) : undefined
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && from.protocol === 'http:')) return url
  throw new StreamTrouble('no-stream', 'the media server redirects to what is no address, or no longer encrypted')
}

async function take(answer: Dispatcher.ResponseData, url: URL, { most, range, signal }: Asking & { readonly signal: AbortSignal }): Promise<Fetched> {
  const { statusCode: status, headers, body } = answer
  const contentType = textOf(headers['content-type']).split(';')[0]?.trim() ?? ''
  const refusal = refusalOf(status) ?? typeRefusalOf(contentType, textOf(headers['content-encoding']))
  if (refusal !== undefined) {
    discard(body)
    throw refusal
  }
  const whole = await read(body, { announced: Number(textOf(headers['content-length']) || 0), most, signal })
  const contentRange = textOf(headers['content-range']) || undefined
  const cut = status === 200 && range !== undefined ? cutOut(whole, range) : undefined
  return { body: whole, contentType, status, contentRange, ...cut, address: url.href }
}

/** Breaks off an answer. Its stream says so as an error, to whoever listens: without anybody, to the whole process. */
export function discard(body: Dispatcher.ResponseData['body']): void {
  body.on('error', () => undefined).destroy()
}

const textOf = (header: string | readonly string[] | undefined): string => (typeof header === 'string' ? header : (header?.[0] ?? ''))

function refusalOf(status: number): StreamTrouble | undefined {
  if (status === 200 || status === 206) return undefined
  const state = status >= 500 ? 'platform-down' : status === 401 || status === 403 ? 'no-permission' : status === 429 ? 'busy' : 'no-stream'
  return new StreamTrouble(state, `the media server answers ${String(status)}`)
}

function typeRefusalOf(contentType: string, encoding: string): StreamTrouble | undefined {
  if (mediaTypes.test(contentType) && /^(identity)?$/i.test(encoding)) return undefined
  return new StreamTrouble('no-stream', 'the media server answers with something that is no stream')
}

/** The body as a whole or not at all: half a segment is a broken picture. */
async function read(
  body: Dispatcher.ResponseData['body'],
  { announced, most, signal }: { readonly announced: number; readonly most: number; readonly signal: AbortSignal },
): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  try {
    // an answer's body without an encoding set yields buffers
    for await (const piece of body as AsyncIterable<Buffer>) {
      length += piece.length
      if (Math.max(length, announced) > most) {
        discard(body)
        break
      }
      pieces.push(piece)
    }
  } catch (error) {
    if (length === 0 || signal.aborted) throw error
    throw new StreamTrouble('no-stream', 'the media server broke off in the middle', { cause: error })
  }
  if (Math.max(length, announced) > most) throw new StreamTrouble('no-stream', `the answer is longer than ${String(most)} bytes`)
  return Buffer.concat(pieces, length)
}

/** What a server that does not know ranges should have sent. Of a whole that ends before the range begins, the whole. */
function cutOut(whole: Buffer, range: string): Pick<Fetched, 'body' | 'status' | 'contentRange'> | undefined {
  const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
  const first = Number(from)
  const last = Math.min(to === '' ? Infinity : Number(to), whole.length - 1)
  if (from === '' || first > last) return undefined
  // a copy: a view would hold the whole for as long as it is kept
  const body = Buffer.from(whole.subarray(first, last + 1))
  return { body, status: 206, contentRange: `bytes ${String(first)}-${String(last)}/${String(whole.length)}` }
}
