import { Agent, buildConnector, request } from 'undici'
import type { LookupAddress } from 'node:dns'

export interface GuardedFetch {
  readonly fetch: (url: string, signal: AbortSignal) => Promise<{ readonly status: number; readonly body: Buffer }>
  readonly close: () => Promise<void>
}

/** longer than any answer that is wanted */
const longestAnswer = 2 * 1024 * 1024

/**
 * GET over connections to addresses that were looked at; redirects are not followed.
 * @param resolve throws for a host that is not allowed
 */
export function createGuardedFetch(resolve: (host: string, port: number) => Promise<LookupAddress>): GuardedFetch {
  const agent = new Agent({
    connections: 6,
    connect: (target, callback) => {
      const port = Number(target.port === '' ? (target.protocol === 'https:' ? 443 : 80) : target.port)
      resolve(target.hostname, port).then(
        // the name stays in the handshake
        ({ address }) => buildConnector({ servername: target.hostname })({ ...target, hostname: address }, callback),
        (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
      )
    },
  })
  return {
    async fetch(url, signal) {
      const { statusCode, body } = await request(url, { dispatcher: agent, signal, headers: { 'user-agent': 'yiping' } })
      const pieces: Buffer[] = []
      let length = 0
      for await (const piece of body) {
        // as: undici's bodies give Buffers
        pieces.push(piece as Buffer)
        length += (piece as Buffer).length
        if (length > longestAnswer) throw new Error('the answer is too long for a picture')
      }
      return { status: statusCode, body: Buffer.concat(pieces) }
    },
    close: () => agent.destroy(),
  }
}
