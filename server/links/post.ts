import { Agent, buildConnector, request } from 'undici'
import type { LookupAddress } from 'node:dns'
import type { LinkDefinition } from '../../contract/link.ts'
import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { beginning, maskText } from '../core/masking.ts'
import type { Letter } from '../core/topics/link-record.ts'
import { unbracketed } from '../ingest/host-guard.ts'
import { MisconfiguredError } from '../ingest/transport.ts'
import { connectionTrouble } from '../ingest/transports/connection-trouble.ts'
import type { Posted } from './courier.ts'
import { askedPause } from './retry-plan.ts'
import { signedHeaders } from './signature.ts'

export interface PostRooms {
  readonly clock: Clock
  /** @throws for a host that app.yaml does not allow */
  readonly resolve: (host: string, port: number) => Promise<LookupAddress>
  readonly secret: (name: string) => string
}

/** Sends one message. Never rejects. */
export interface Poster {
  post(link: LinkDefinition, letter: Letter): Promise<Posted>
  close(): Promise<void>
}

const longestReason = 200
/** what a system may answer that we read; nothing of it is needed */
const mostAnswerBytes = 4_096
/** It answers, and does not take this very message: it may take others. */
const ofThisMessage: ReadonlySet<number> = new Set([400, 406, 409, 413, 415, 422])

const meanings: Readonly<Record<number, string>> = {
  401: 'it does not believe our signature; compare the secret on both sides',
  403: 'it does not let us in; compare the secret on both sides, and ask them whether we are admitted',
  404: 'nothing takes messages at this address; compare url in config/links',
  410: 'it says that this address is gone for good; ask them for the new one',
  429: 'it has too much to do at once',
}

export function createPoster(rooms: PostRooms): Poster {
  const agent = guardedAgent(rooms.resolve)
  return {
    async post(link, letter) {
      try {
        return await send(rooms, agent, link, letter)
      } catch (error) {
        const { message } = error instanceof MisconfiguredError ? error : connectionTrouble(new URL(link.url).host, error)
        return { is: 'away', reason: beginning(message.replace(/^source: /, 'url: '), longestReason) }
      }
    },
    close: () => agent.destroy(),
  }
}

/** Connects to the address that the guard looked at; the name stays in Host and in the handshake. */
function guardedAgent(resolve: PostRooms['resolve']): Agent {
  return new Agent({
    connections: 2,
    connect: (target, callback) => {
      const host = unbracketed(target.hostname)
      const port = Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port)
      resolve(host, port).then(
        ({ address }) => buildConnector({ servername: host })({ ...target, hostname: address }, callback),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      )
    },
  })
}

/** Redirects are not followed: nobody but us says where what we tell goes. */
async function send({ clock, secret }: PostRooms, agent: Agent, link: LinkDefinition, { id, body }: Letter): Promise<Posted> {
  const bytes = Buffer.from(body)
  const late = new AbortController()
  const cancel = clock.after(link.timeoutSeconds * secondMs, () => late.abort())
  try {
    const {
      statusCode,
      headers,
      body: answer,
    } = await request(link.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'yiping',
        ...signedHeaders(secret(link.secret), { id, at: clock.now(), body: bytes }),
      },
      body: bytes,
      signal: late.signal,
      dispatcher: agent,
    })
    const said = await beginningOf(answer)
    if (statusCode >= 200 && statusCode < 300) return { is: 'taken' }
    const reason = reasonOf(statusCode, said)
    if (ofThisMessage.has(statusCode)) return { is: 'refused', reason }
    const { 'retry-after': retryAfter } = headers
    return { is: 'away', reason, askedMs: askedPause(typeof retryAfter === 'string' ? retryAfter : undefined, clock.now()) }
  } catch (error) {
    if (late.signal.aborted) return { is: 'away', reason: `no whole answer within ${String(link.timeoutSeconds)} s` }
    throw error
  } finally {
    cancel()
  }
}

async function beginningOf(answer: AsyncIterable<unknown>): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of answer) {
    // as: undici's bodies give Buffers
    pieces.push(piece as Buffer)
    length += (piece as Buffer).length
    if (length > mostAnswerBytes) break
  }
  return Buffer.concat(pieces).subarray(0, mostAnswerBytes).toString('utf8')
}

/** The status, what it means, and its own words: foreign text, on one line, masked and cut. */
function reasonOf(status: number, said: string): string {
  const words = beginning(maskText(said.replace(/[\p{C}\s]+/gu, ' ').trim()), 80)
  const meaning =
    meanings[status] ??
    (status >= 500 ? 'it has a fault of its own' : status >= 300 && status < 400 ? 'it sends us elsewhere, which is not followed' : '')
  return beginning([`HTTP ${String(status)}`, meaning, words].filter((part) => part !== '').join(' · '), longestReason)
}
