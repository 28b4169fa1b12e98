import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { NotTakenError } from '../../../server/ingest/transport.ts'
import { webSocketTransport } from '../../../server/ingest/transports/websocket.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { testCertificate } from './test-certificate.ts'
import { runTransport } from './transport-context.ts'
import type { RunningTransport } from './transport-context.ts'

let http: Server
let upstream: WebSocketServer
let source: string
const running: RunningTransport[] = []

beforeEach(async () => {
  http = createServer()
  upstream = new WebSocketServer({ server: http })
  source = `ws://127.0.0.1:${String(await listen(http))}/stream?topic=1`
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.stop()))
  for (const client of upstream.clients) client.terminate()
  upstream.close()
  http.closeAllConnections()
  http.close()
})

async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  return (server.address() as AddressInfo).port
}
function run(...given: Parameters<typeof runTransport> extends [unknown, ...infer Rest] ? Rest : never): RunningTransport {
  const transport = runTransport(webSocketTransport, ...given)
  running.push(transport)
  return transport
}
async function connection(): Promise<{ socket: WebSocket; request: IncomingMessage; received: string[] }> {
  // what a WebSocketServer tells of a connection
  const [socket, request] = (await once(upstream, 'connection')) as [WebSocket, IncomingMessage]
  const received: string[] = []
  socket.on('message', (message: Buffer) => received.push(message.toString('utf8')))
  return { socket, request, received }
}
const texts = (transport: RunningTransport): string[] => transport.deliveries.map(({ text }) => text)

describe('WebSocket', () => {
  it('delivers text, binary and fragmented messages in order', async () => {
    const connecting = connection()
    const transport = run(source)
    const { socket } = await connecting
    socket.send('text')
    socket.send(Buffer.from('binary'))
    socket.send('in ', { fin: false })
    socket.send('pieces', { fin: true })
    await vi.waitFor(() => expect(texts(transport)).toEqual(['text', 'binary', 'in pieces']))
    const { host } = new URL(source)
    expect(transport.deliveries[0]?.origin).toBe(`ws://${host}/stream`)
    expect(transport.lives()).toBe(1)
  })

  it('tells who it is, and what it wants to hear', async () => {
    const connecting = connection()
    upstream.options.handleProtocols = (protocols) => [...protocols][1] ?? false
    run(source.replace('//', '//user@'), {
      options: {
        headers: { 'X-Client': 'yiping' },
        headerSecrets: { 'X-Key': 'key' },
        querySecrets: { token: 'token' },
        passwordSecret: 'password',
        subprotocols: ['v1', 'v2'],
        subscribe: ['hello', { op: 'subscribe', token: '{{secret:token}}' }],
      },
      secrets: { key: 'K', token: 'a"b', password: 'pass' },
    })
    const { socket, request, received } = await connecting
    await vi.waitFor(() => expect(received).toEqual(['hello', '{"op":"subscribe","token":"a\\"b"}']))
    expect(request.headers).toMatchObject({ 'x-client': 'yiping', 'x-key': 'K', authorization: 'Basic dXNlcjpwYXNz' })
    expect(request.url).toBe('/stream?topic=1&token=a%22b')
    expect(socket.protocol).toBe('v2')
  })

  it('reads no more than can be recorded, and loses nothing of a flood', async () => {
    const connecting = connection()
    let underWay = 0
    let most = 0
    const transport = run(source, {
      deliver: async () => {
        most = Math.max(most, ++underWay)
        await new Promise(setImmediate)
        underWay -= 1
      },
    })
    const { socket } = await connecting
    const sent = Array.from({ length: 5_000 }, (_, number) => String(number))
    for (const message of sent) socket.send(message)
    await vi.waitFor(() => expect(transport.deliveries).toHaveLength(5_000), 4_000)
    expect(texts(transport)).toEqual(sent)
    expect(most).toBeLessThanOrEqual(500)
  })

  it('holds what cannot be recorded now, as it does not come again', async () => {
    const clock = new ManualClock()
    const connecting = connection()
    const transport = run(source, {
      clock,
      deliver: (_raw, count) => {
        if (count < 3) throw new NotTakenError('the disk is full')
      },
    })
    const { socket } = await connecting
    socket.send('kept')
    await vi.waitFor(() => {
      clock.advance(1_000)
      expect(texts(transport)).toEqual(['kept'])
    })
  })

  it('hands on what it had received before the connection was lost', async () => {
    const connecting = connection()
    let take: () => void = () => undefined
    const taken = new Promise<void>((resolve) => (take = resolve))
    const transport = run(source, { deliver: () => taken })
    const { socket } = await connecting
    socket.send('last words')
    const closed = once(socket, 'close')
    socket.close(1012, 'restart')
    await closed
    take()
    expect((await transport.failure).message).toMatch(/^127\.0\.0\.1:\d+: it closed the connection \(1012 "restart"\)$/)
    expect(texts(transport)).toEqual(['last words'])
  })

  it('refuses a message that is too large, and leaves its trace', async () => {
    const connecting = connection()
    const transport = run(source, { messageBytes: 1_000 })
    const { socket } = await connecting
    socket.send('small')
    socket.send('x'.repeat(20_000_000))
    expect((await transport.failure).message).toContain('Max payload size exceeded')
    expect(texts(transport)).toEqual(['small'])
    expect(transport.messages).toEqual([
      {
        refusal: {
          stage: 'receive',
          code: 'too-large',
          detail: 'the message has more than 1000 bytes; raise limits.messageBytes, or ask for smaller messages',
        },
        text: '',
      },
    ])
  })

  it('gives up an upstream that answers no ping, and keeps one that does', async () => {
    const clock = new ManualClock()
    const connecting = connection()
    const transport = run(source, { clock, options: { pingSeconds: 10 } })
    const { socket } = await connecting
    for (const lives of [2, 3, 4]) {
      await vi.waitFor(() => {
        if (transport.lives() < lives) clock.advance(transport.lives() === 0 ? 0 : 10_000)
        expect(transport.lives()).toBeGreaterThanOrEqual(lives)
      })
    }
    socket.pause()
    clock.advance(10_000)
    clock.advance(10_000)
    expect((await transport.failure).message).toMatch(/no answer to a ping within 10 s$/)
  })

  it('says what an upstream answers that does not let it in', async () => {
    upstream.options.verifyClient = (_info, done) => done(false, 403, 'no such  customer')
    expect((await run(source).failure).message).toMatch(/: it answered 403: "no such customer"; is the address right, and are we let in\?$/)
  })

  it('fails in words when nobody is there, or somebody else', async () => {
    const { port } = new URL(source)
    const answering = createServer((_request, response) => response.end('<html>'))
    const otherPort = String(await listen(answering))
    expect((await run(`ws://127.0.0.1:${otherPort}/`).failure).message).toMatch(/it answered 200: "<html>"/)
    answering.close()
    http.close()
    expect((await run(source).failure).message).toContain(`127.0.0.1:${port}: nothing listens there`)
  })

  it('goes nowhere that feedHosts does not name', async () => {
    expect((await run(source, { allow: [] }).failure).name).toBe('MisconfiguredError')
  })

  it('closes its connection when it is ended, though the upstream hangs', async () => {
    const connecting = connection()
    const transport = run(source)
    const { socket } = await connecting
    const closed = once(socket, 'close')
    await transport.stop()
    await closed
    await expect(transport.ended).resolves.toBeUndefined()
    const hanging = createServer()
    hanging.on('upgrade', () => undefined)
    const port = String(await listen(hanging))
    const upgrading = once(hanging, 'upgrade')
    const waiting = run(`ws://127.0.0.1:${port}/`)
    await upgrading
    await waiting.stop()
    await expect(waiting.ended).resolves.toBeUndefined()
    hanging.close()
  })

  it('speaks TLS, and checks whom it speaks to', async () => {
    const secured = createHttpsServer(testCertificate)
    const securedUpstream = new WebSocketServer({ server: secured })
    securedUpstream.on('connection', (socket) => socket.send('secret'))
    const at = `wss://localhost:${String(await listen(secured))}/`
    const transport = run(at, { options: { tls: { caFile: 'ca.pem' } }, certificates: { 'ca.pem': testCertificate.cert } })
    await vi.waitFor(() => expect(texts(transport)).toEqual(['secret']))
    expect((await run(at).failure).message).toContain('it shows a certificate that it signed itself')
    const insecure = run(at, { options: { tls: { insecure: true } } })
    await vi.waitFor(() => expect(texts(insecure)).toEqual(['secret']))
    expect(insecure.warnings).toHaveLength(1)
    await Promise.all([transport.stop(), insecure.stop()])
    securedUpstream.close()
    secured.close()
  })
})
