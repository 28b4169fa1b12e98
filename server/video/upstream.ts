import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { withDeadline } from './deadline.ts'
import { readBody } from './read-body.ts'

/** What was wrong with an answer of a media server. `status` is 0 when there was none. Messages carry no address. */
export class UpstreamError extends Error {
  override readonly name = 'UpstreamError'
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
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

export interface UpstreamOptions {
  readonly fetch: typeof globalThis.fetch
  readonly clock: Clock
  /** the only hosts that are ever asked; their ports may differ, as those of gateway and media server do */
  readonly hostnames: readonly string[]
}

const answerWithinMs = 8 * secondMs
const mostRedirects = 3
export const mostPlaylistBytes = 512 * 1024
export const mostSegmentBytes = 16 * 1024 * 1024

/** Types a stream is made of. Anything else, a sign-in page above all, is not handed to a browser. */
const mediaTypes = /^(video\/|audio\/|application\/(octet-stream|mp4|vnd\.apple\.mpegurl|x-mpegurl)|binary\/octet-stream|text\/(vtt|plain)|$)/i

/** Fetches from one platform and from nowhere else. */
export class Upstream {
  readonly #options: UpstreamOptions

  constructor(options: UpstreamOptions) {
    this.#options = options
  }

  /** @throws UpstreamError when the host is another, the answer late, too long, of a strange type or not a success */
  async fetch(address: string, limits: { readonly most: number; readonly range?: string | undefined }): Promise<Fetched> {
    return await withDeadline(this.#options.clock, answerWithinMs, async (signal) => {
      try {
        return await this.#follow(address, limits, signal)
      } catch (error) {
        if (error instanceof UpstreamError) throw error
        throw new UpstreamError(0, 'the media server does not answer', { cause: error })
      }
    })
  }

  async #follow(
    start: string,
    { most, range }: { readonly most: number; readonly range?: string | undefined },
    signal: AbortSignal,
  ): Promise<Fetched> {
    let address = start
    for (let hop = 0; hop <= mostRedirects; hop++) {
      this.#guard(address)
      const answer = await this.#options.fetch(address, { redirect: 'manual', signal, headers: range === undefined ? {} : { range } })
      const next = redirectOf(answer, address)
      if (next === undefined) return await take(answer, address, most)
      await answer.body?.cancel()
      address = next
    }
    throw new UpstreamError(0, `more than ${String(mostRedirects)} redirects`)
  }

  #guard(address: string): void {
    const url = new URL(address)
    const isOurs = (url.protocol === 'http:' || url.protocol === 'https:') && this.#options.hostnames.includes(url.hostname)
    if (!isOurs) throw new UpstreamError(0, 'the platform names another host than its own: refused')
  }
}

function redirectOf(answer: Response, address: string): string | undefined {
  const location = answer.headers.get('location')
  return answer.status >= 300 && answer.status < 400 && location !== null ? new URL(location, address).href : undefined
}

async function take(answer: Response, address: string, most: number): Promise<Fetched> {
  if (answer.status !== 200 && answer.status !== 206) {
    await answer.body?.cancel()
    throw new UpstreamError(answer.status, `the media server answers ${String(answer.status)}`)
  }
  const contentType = (answer.headers.get('content-type') ?? '').split(';')[0]?.trim() ?? ''
  if (!mediaTypes.test(contentType)) {
    await answer.body?.cancel()
    throw new UpstreamError(415, 'the media server answers with something that is no stream')
  }
  return {
    body: await readBody(answer, most),
    contentType,
    status: answer.status,
    contentRange: answer.headers.get('content-range') ?? undefined,
    address,
  }
}
