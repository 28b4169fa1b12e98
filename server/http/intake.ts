import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ProblemKind } from '../../contract/problem.ts'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { IndexedRefusal, Refusal } from '../../contract/rejection.ts'
import type { Result } from '../../contract/result.ts'
import { secondMs } from '../../contract/time.ts'
import { announcedLength, readBody } from './body.ts'
import { BusyError } from './in-flight.ts'
import type { Hold, InFlight } from './in-flight.ts'
import { problem, sendJson, sendProblem } from './problem.ts'
import type { Problem } from './problem.ts'
import type { Route } from './route.ts'

/** Answer of POST /api/intake/{feed}. */
export interface IntakeAnswer {
  /** facts recorded: durable when the answer is sent */
  readonly accepted: number
  /** facts this feed had told before in exactly these words */
  readonly duplicates: number
  readonly rejected: readonly IndexedRefusal[]
  /** the log's last number */
  readonly seq: number
}

interface Headers {
  readonly contentType: string | undefined
  readonly contentEncoding: string | undefined
  readonly reserve: (bytes: number) => void
}

/** What became of a request that was understood: its good facts are durable. */
interface Taken extends Omit<IntakeAnswer, 'seq'> {
  /** undefined when nothing was to be recorded */
  readonly seq: number | undefined
}

/** What this route needs of the rooms behind it. */
export interface IntakeRooms {
  /** ingest: the feeds as they run */
  readonly feeds: {
    /** whether the feed runs and is one that sends to us */
    accepts(feed: string): boolean
    /** ms that the feed should wait before it sends more: it has used up what its cap allows */
    pause(feed: string): number
    receive(feed: string, received: Buffer, headers: Headers): Promise<Result<Taken, Refusal>>
    refuseCut(feed: string, refusal: Refusal, beginning: Buffer, headers: Headers): Promise<void>
  }
  readonly world: { readonly seq: number }
  readonly inFlight: InFlight
}

const largestRequest = 10 * 1024 * 1024
/** A little more than is kept, so that masking can look past the cut. */
const readWhenCut = 2 * rawKeptBytes

const tooLarge: Refusal = {
  stage: 'receive',
  code: 'too-large',
  detail: `body: more than ${String(largestRequest)} bytes; send it in several requests, or compressed with gzip`,
}

const busy = problem('busy', 'more of this feed is under way than the server holds at once; send the same again in a second')
const tooFast = problem('busy', 'this feed sends more messages than limits.messagesPerSecond of its configuration allows; send the same again later')
const fetched = problem('not-found', 'this feed is not sent here: its configuration says where the server gets it from')

/**
 * The way in for what upstream systems push. A request is answered with 202 only after its facts are durable; what of it was refused is kept
 * and told; a request refused as a whole is kept too.
 */
export function intakeRoute(rooms: IntakeRooms): Route {
  return {
    method: 'POST',
    path: '/api/intake/:feed',
    access: 'feed',
    handler: async (request, response, { params }) => {
      const feed = params['feed'] ?? ''
      if (!rooms.feeds.accepts(feed)) {
        sendProblem(response, fetched)
        return
      }
      const pauseMs = rooms.feeds.pause(feed)
      if (pauseMs > 0) {
        response.setHeader('retry-after', String(Math.ceil(pauseMs / secondMs)))
        sendProblem(response, tooFast)
        return
      }
      const hold = rooms.inFlight.hold(feed)
      try {
        await take(new Delivery(rooms, feed, request, hold), response)
      } catch (error) {
        if (!(error instanceof BusyError)) throw error
        sendProblem(response, busy)
      } finally {
        hold.release()
      }
    },
  }
}

async function take(delivery: Delivery, response: ServerResponse): Promise<void> {
  const outcome = await delivery.outcome()
  if (outcome === 'gone') return
  if ('refused' in outcome) sendProblem(response, refusedProblem(outcome.refused))
  else sendJson(response, 202, outcome)
}

function refusedProblem({ stage, code, detail }: Refusal): Problem {
  const kindOf = (): ProblemKind => {
    if (code === 'too-large') return 'too-large'
    // a charset that was named and that we do not read is an unsupported type; broken bytes are a bad request
    return code === 'unsupported-media-type' || (code === 'bad-encoding' && stage === 'receive') ? 'unsupported-media-type' : 'bad-request'
  }
  return problem(kindOf(), detail, { code })
}

/** One request of a feed, on its way to the log. */
class Delivery {
  readonly #rooms: IntakeRooms
  readonly #feed: string
  readonly #request: IncomingMessage
  readonly #hold: Hold

  constructor(rooms: IntakeRooms, feed: string, request: IncomingMessage, hold: Hold) {
    this.#rooms = rooms
    this.#feed = feed
    this.#request = request
    this.#hold = hold
  }

  async outcome(): Promise<IntakeAnswer | { readonly refused: Refusal } | 'gone'> {
    const { feeds, world } = this.#rooms
    const { outcome, bytes } = await this.#read()
    if (outcome === 'gone') return 'gone'
    if (outcome === 'cut') {
      await feeds.refuseCut(this.#feed, tooLarge, bytes, this.#headers())
      return { refused: tooLarge }
    }
    const received = await feeds.receive(this.#feed, bytes, this.#headers())
    return received.ok ? { ...received.value, seq: received.value.seq ?? world.seq } : { refused: received.error }
  }

  async #read(): ReturnType<typeof readBody> {
    const announced = announcedLength(this.#request)
    // what is announced is reserved at once: better no than no in the middle
    if (announced !== undefined) this.#hold.reserve(Math.min(announced, largestRequest))
    const reserve = announced === undefined ? this.#hold.reserve : () => undefined
    return await readBody(this.#request, { limit: largestRequest, keptWhenCut: readWhenCut, reserve })
  }

  #headers(): Headers {
    const { 'content-type': contentType, 'content-encoding': contentEncoding } = this.#request.headers
    return { contentType, contentEncoding, reserve: this.#hold.reserve }
  }
}
