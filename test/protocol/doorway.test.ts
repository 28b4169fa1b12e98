import { once } from 'node:events'
import { Agent, createServer, request } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDoorway } from '../../server/push/doorway.ts'

let server: Server
let agent: Agent
let doorway: { close(): void }

beforeEach(async () => {
  server = createServer((incoming, response) => {
    const pieces: Buffer[] = []
    incoming.on('data', (piece: Buffer) => pieces.push(piece))
    incoming.on('end', () => response.end(`${incoming.method ?? ''} ${incoming.headers.authorization ?? ''} ${Buffer.concat(pieces).toString()}`))
  })
  doorway = openDoorway({
    httpServer: server,
    path: '/live',
    turnAway: () => ({ status: '401 Unauthorized', reason: 'not here' }),
    enter: (_request, socket) => socket.destroy(),
  })
  agent = new Agent({ keepAlive: true, maxSockets: 1 })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => {
  agent.destroy()
  doorway.close()
  server.close()
})

/** As Java's HttpClient asks a server it does not know yet. */
const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA' }

function post(body: string, headers: Readonly<Record<string, string>>): Promise<string> {
  return new Promise((resolve, reject) => {
    const { port } = server.address() as AddressInfo
    const asked = request({ port, host: '127.0.0.1', agent, method: 'POST', path: '/api/intake/hotline', headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
      answer.on('end', () => resolve(`${String(answer.statusCode)} ${text}`))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

test.each(['', '{"msgType":"HEARTBEAT"}', '"热线" '.repeat(100_000)])(
  'a request that offers HTTP/2 is answered as one that does not, with its whole body, and so are those after it',
  async (body) => {
    const headers = { authorization: 'Bearer token', 'content-length': String(Buffer.byteLength(body)) }
    for (const more of [offer, {}, offer]) expect(await post(body, { ...headers, ...more })).toBe(`200 POST Bearer token ${body}`)
  },
)

test('a body in chunks comes through as well', async () => {
  expect(await post('[1, 2]', { ...offer, 'transfer-encoding': 'chunked' })).toBe('200 POST  [1, 2]')
})
