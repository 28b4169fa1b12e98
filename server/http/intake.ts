import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Fact } from '../../contract/fact.ts'
import { rawKeptBytes } from '../../contract/rejection.ts'
import type { IndexedRefusal, Refusal, Rejection } from '../../contract/rejection.ts'
import type { Result } from '../../contract/result.ts'
import type { Clock } from '../core/clock.ts'
import { announcedLength, readBody } from './body.ts'
import { BusyError } from './in-flight.ts'
import type { Hold, InFlight } from './in-flight.ts'
import { problem, sendJson, sendProblem } from './problem.ts'
import type { Problem, ProblemKind } from './problem.ts'
import type { Log } from './log.ts'
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

type KeptRefusal = IndexedRefusal & { readonly raw: string }

/** What this route needs of the rooms behind it. */
export interface IntakeRooms {
  readonly feeds: ReadonlyMap<string, FeedDefinition>
  /** ingest: bytes of a feed to facts */
  readonly intake: {
    translate(
      feed: FeedDefinition,
      received: Buffer,
      headers: Headers,
    ): Promise<
      Result<
        { readonly facts: readonly Fact[]; readonly refusals: readonly KeptRefusal[]; readonly faults: readonly unknown[] },
        Refusal & { readonly raw: string }
      >
    >
    keptText(received: Buffer, headers: Headers): Promise<string>
  }
  readonly recorder: {
    record(feed: string, facts: readonly Fact[]): Promise<{ readonly accepted: number; readonly duplicates: number; readonly seq: number }>
  }
  readonly rejections: { keep(rejections: readonly Omit<Rejection, 'id'>[]): void }
  readonly watch: { received(feed: string, receipt: { readonly facts: number; readonly rejected: number }): void }
  readonly world: { readonly seq: number }
  readonly inFlight: InFlight
  readonly clock: Clock
  readonly log: Log
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
      const feed = rooms.feeds.get(params['feed'] ?? '')
      if (feed === undefined) throw new Error('a feed with a token is not configured')
      const hold = rooms.inFlight.hold(feed.id)
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
  readonly #feed: FeedDefinition
  readonly #request: IncomingMessage
  readonly #hold: Hold

  constructor(rooms: IntakeRooms, feed: FeedDefinition, request: IncomingMessage, hold: Hold) {
    this.#rooms = rooms
    this.#feed = feed
    this.#request = request
    this.#hold = hold
  }

  async outcome(): Promise<IntakeAnswer | { readonly refused: Refusal } | 'gone'> {
    const { outcome, bytes } = await this.#read()
    if (outcome === 'gone') return 'gone'
    if (outcome === 'cut') return this.#refuseWhole({ ...tooLarge, raw: await this.#rooms.intake.keptText(bytes, this.#headers()) })
    const translated = await this.#rooms.intake.translate(this.#feed, bytes, this.#headers())
    if (!translated.ok) return this.#refuseWhole(translated.error)
    const { facts, refusals, faults } = translated.value
    for (const fault of faults) this.#rooms.log('error', 'a dialect failed on a message', { feed: this.#feed.id, fault: describe(fault) })
    const recorded = await this.#record(facts)
    this.#keep(refusals)
    this.#rooms.watch.received(this.#feed.id, { facts: facts.length, rejected: refusals.length })
    return { ...recorded, rejected: refusals.map(({ index, stage, code, detail }) => ({ index, stage, code, detail })) }
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

  async #record(facts: readonly Fact[]): Promise<{ accepted: number; duplicates: number; seq: number }> {
    if (facts.length === 0) return { accepted: 0, duplicates: 0, seq: this.#rooms.world.seq }
    const { accepted, duplicates, seq } = await this.#rooms.recorder.record(this.#feed.id, facts)
    return { accepted, duplicates, seq }
  }

  #refuseWhole({ stage, code, detail, raw }: Refusal & { readonly raw: string }): { readonly refused: Refusal } {
    this.#keep([{ stage, code, detail, raw }])
    this.#rooms.watch.received(this.#feed.id, { facts: 0, rejected: 1 })
    return { refused: { stage, code, detail } }
  }

  #keep(refusals: readonly (Refusal & { readonly raw: string })[]): void {
    if (refusals.length === 0) return
    const { clock, rejections, log } = this.#rooms
    const at = clock.now()
    try {
      rejections.keep(refusals.map(({ stage, code, detail, raw }) => ({ feed: this.#feed.id, at, stage, code, detail, raw })))
    } catch (error) {
      // the facts of the same request are durable already, and the sender is told what was refused
      log('error', 'refused messages could not be kept', { feed: this.#feed.id, count: refusals.length, error: describe(error) })
    }
  }
}

const describe = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
