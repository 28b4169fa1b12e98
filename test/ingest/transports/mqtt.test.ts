import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { Aedes } from 'aedes'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mqttTransport } from '../../../server/ingest/transports/mqtt.ts'
import { isMatching, sharedFilter } from '../../../server/ingest/transports/mqtt-topic.ts'
import { NotTakenError } from '../../../server/ingest/transport.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { testCertificate } from './test-certificate.ts'
import { runTransport } from './transport-context.ts'
import type { RunningTransport } from './transport-context.ts'

let broker: Aedes
let server: Server
let source: string
let packetTypes: number[]
const sockets = new Set<Socket>()
const running: RunningTransport[] = []

beforeEach(async () => {
  packetTypes = []
  broker = await Aedes.createBroker()
  server = createServer((socket) => {
    sockets.add(socket)
    socket.on('data', (bytes: Buffer) => packetTypes.push(bytes.readUInt8() >> 4))
    broker.handle(socket)
  })
  source = `mqtt://127.0.0.1:${String(await listen(server))}`
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.stop()))
  for (const socket of sockets) socket.destroy()
  sockets.clear()
  await new Promise<void>((resolve) => broker.close(resolve))
  server.close()
})

async function listen(listening: Server): Promise<number> {
  listening.listen(0, '127.0.0.1')
  await once(listening, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  return (listening.address() as AddressInfo).port
}
function run(...given: Parameters<typeof runTransport> extends [unknown, ...infer Rest] ? Rest : never): RunningTransport {
  const transport = runTransport(mqttTransport, ...given)
  running.push(transport)
  return transport
}
function publish(topic: string, payload: string, more: { qos?: 0 | 1 | 2; retain?: boolean } = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    const packet = { cmd: 'publish' as const, topic, payload, qos: more.qos ?? 1, retain: more.retain ?? false, dup: false }
    broker.publish(packet, (error) => (error ? reject(error) : resolve()))
  })
}
const subscribed = (): Promise<unknown> => once(broker, 'subscribe')
/** PUBACKs and PUBRECs that the broker got, by the first four bits of what came together. */
const acknowledgements = (): number => packetTypes.filter((type) => type === 4 || type === 5).length

describe('MQTT', () => {
  it('delivers messages of every QoS with their topic', async () => {
    const ready = subscribed()
    const transport = run(source, { options: { topics: [{ filter: 'a/+', qos: 2 }] } })
    await ready
    for (const qos of [0, 1, 2] as const) await publish(`a/${String(qos)}`, `message ${String(qos)}`, { qos })
    await vi.waitFor(() => expect(transport.deliveries).toHaveLength(3))
    expect(transport.deliveries).toEqual([0, 1, 2].map((qos) => ({ text: `message ${String(qos)}`, origin: `a/${String(qos)}` })))
    expect(transport.lives()).toBe(1)
  })

  it.each([1, 2] as const)('acknowledges QoS %i only when the message is recorded', async (qos) => {
    const ready = subscribed()
    let record: () => void = () => undefined
    const recorded = new Promise<void>((resolve) => (record = resolve))
    let isOffered = false
    const offered = { deliver: () => ((isOffered = true), recorded) }
    const transport = run(source, { options: { topics: [{ filter: 'a', qos }] }, ...offered })
    await ready
    await publish('a', 'x', { qos })
    await vi.waitFor(() => expect(isOffered).toBe(true))
    expect(acknowledgements()).toBe(0)
    record()
    await vi.waitFor(() => expect(acknowledgements()).toBe(1))
    expect(transport.deliveries).toEqual([{ text: 'x', origin: 'a' }])
  })

  it('gets again what was not taken, and what came while it was away', async () => {
    const options = { topics: ['a'] }
    const ready = subscribed()
    const first = run(source, {
      options,
      deliver: () => {
        throw new NotTakenError('the disk is full')
      },
    })
    await ready
    await publish('a', 'first')
    expect(await first.failure).toBeInstanceOf(NotTakenError)
    await publish('a', 'second')
    const second = run(source, { options })
    await vi.waitFor(() => expect(second.deliveries.map(({ text }) => text)).toEqual(['first', 'second']))
  })

  it('has many messages under way, but no more than it may, and acknowledges them in order', async () => {
    const acknowledged: number[] = []
    const offered: (() => void)[] = []
    const ready = subscribed()
    broker.on('ack', (packet) => {
      if ('payload' in packet) acknowledged.push(Number(String(packet.payload)))
    })
    run(source, { options: { topics: ['a'], receiveMaximum: 5 }, deliver: () => new Promise<void>((resolve) => offered.push(resolve)) })
    await ready
    for (let number = 0; number < 8; number += 1) await publish('a', String(number))
    await vi.waitFor(() => expect(offered).toHaveLength(5))
    for (const take of offered.splice(0).reverse()) take()
    await vi.waitFor(() => expect(offered).toHaveLength(3))
    for (const take of offered) take()
    await vi.waitFor(() => expect(acknowledged).toEqual([0, 1, 2, 3, 4, 5, 6, 7]))
  })

  it('holds QoS 0, which does not come again, until it can be recorded', async () => {
    const clock = new ManualClock()
    const ready = subscribed()
    let tries = 0
    const transport = run(source, {
      clock,
      options: { topics: [{ filter: 'a', qos: 0 }] },
      deliver: () => {
        tries += 1
        if (tries < 3) throw new NotTakenError('the disk is full')
      },
    })
    await ready
    await publish('a', 'x', { qos: 0 })
    await vi.waitFor(() => {
      clock.advance(1_000)
      expect(transport.deliveries).toEqual([{ text: 'x', origin: 'a' }])
    })
    expect(tries).toBe(3)
  })

  it.each(['accept', 'ignore'] as const)('%ss retained messages when told to', async (retained) => {
    await publish('a', 'kept', { retain: true })
    const ready = subscribed()
    const transport = run(source, { options: { topics: ['a'], retained } })
    await ready
    await publish('a', 'new')
    const expected = retained === 'accept' ? ['kept', 'new'] : ['new']
    await vi.waitFor(() => expect(transport.deliveries.map(({ text }) => text)).toEqual(expected))
  })

  it('takes its name from feed and installation, and its password from a secret', async () => {
    const seen: unknown[] = []
    broker.authenticate = (client, username, password, done) => {
      seen.push([client.id, username, password?.toString('utf8')])
      done(null, true)
    }
    const ready = subscribed()
    run(source.replace('//', '//us%65r@'), { options: { topics: ['a'], passwordSecret: 'iot' }, secrets: { iot: 'pass' } })
    await ready
    expect(seen).toEqual([['yiping-river-here', 'user', 'pass']])
  })

  it('says that it is not let in, and to which topics', async () => {
    broker.authenticate = (_client, _username, _password, done) => done(Object.assign(new Error('no'), { returnCode: 5 }), false)
    expect((await run(source, { options: { topics: ['a'] } }).failure).message).toMatch(/^127\.0\.0\.1:\d+: Connection refused: Not authorized$/)
    broker.authenticate = (_client, _username, _password, done) => done(null, true)
    broker.authorizeSubscribe = (_client, _subscription, callback) => callback(null, null)
    expect((await run(source, { options: { topics: ['secret/#'] } }).failure).message).toMatch(/secret\/#|Unspecified error/)
  })

  it('fails when the broker dies, is not there, or hangs', async () => {
    const ready = subscribed()
    const transport = run(source, { options: { topics: ['a'] } })
    await ready
    for (const socket of sockets) socket.destroy()
    expect((await transport.failure).message).toMatch(/broke the connection off/)
    const hanging = createServer((socket) => void sockets.add(socket))
    const port = await listen(hanging)
    expect((await run(`mqtt://127.0.0.1:${String(port)}`, { options: { topics: ['a'], connectSeconds: 0.05 } }).failure).message).toContain(
      'connack timeout',
    )
    await new Promise((resolve) => {
      hanging.close(resolve)
      for (const socket of sockets) socket.destroy()
    })
    expect((await run(`mqtt://127.0.0.1:${String(port)}`, { options: { topics: ['a'] } }).failure).message).toBe(
      `127.0.0.1:${String(port)}: nothing listens there; is it running, and is the port right? (ECONNREFUSED)`,
    )
  })

  it('fails in words on bytes that are not MQTT', async () => {
    const babbling = createServer((socket) => {
      sockets.add(socket)
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    })
    const port = await listen(babbling)
    expect((await run(`mqtt://127.0.0.1:${String(port)}`, { options: { topics: ['a'] } }).failure).message).toMatch(/^127\.0\.0\.1:\d+: /)
    babbling.close()
  })

  it('says goodbye and closes its connection when it is ended', async () => {
    const ready = subscribed()
    const transport = run(source, { options: { topics: ['a'], cleanStart: true } })
    await ready
    const gone = once(broker, 'clientDisconnect')
    await transport.stop()
    await gone
    await expect(transport.ended).resolves.toBeUndefined()
  })

  it('ends at once when the broker does not answer', async () => {
    const hanging = createServer((socket) => void sockets.add(socket))
    const port = await listen(hanging)
    const connected = once(hanging, 'connection')
    const transport = run(`mqtt://127.0.0.1:${String(port)}`, { options: { topics: ['a'] } })
    await connected
    await transport.stop()
    await expect(transport.ended).resolves.toBeUndefined()
    hanging.close()
  })

  it('goes nowhere that feedHosts does not name', async () => {
    expect((await run(source, { options: { topics: ['a'] }, allow: ['iot.example.cn'] }).failure).name).toBe('MisconfiguredError')
  })

  it('speaks TLS, and checks whom it speaks to', async () => {
    const secured = createTlsServer(testCertificate, (socket) => {
      sockets.add(socket)
      broker.handle(socket)
    })
    const port = await listen(secured)
    const at = `mqtts://localhost:${String(port)}`
    const ready = subscribed()
    const transport = run(at, { options: { topics: ['a'], tls: { caFile: 'ca.pem' } }, certificates: { 'ca.pem': testCertificate.cert } })
    await ready
    await publish('a', 'secret')
    await vi.waitFor(() => expect(transport.deliveries).toEqual([{ text: 'secret', origin: 'a' }]))
    expect((await run(at, { options: { topics: ['a'] } }).failure).message).toBe(
      `localhost:${String(port)}: it shows a certificate that it signed itself; give that certificate in transport.tls.caFile (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    )
    await transport.stop()
    secured.close()
  })
})

describe('MQTT topics', () => {
  it.each([
    ['a/b', 'a/b', true],
    ['a/b', 'a/+', true],
    ['a/b', '#', true],
    ['a', 'a/#', true],
    ['a/b/c', 'a/#', true],
    ['a/b', '$share/g/a/+', true],
    ['/a', '+/a', true],
    ['$SYS/x', '$SYS/#', true],
    ['a/b', 'a', false],
    ['a', 'a/b', false],
    ['a/b/c', 'a/+', false],
    ['A/b', 'a/b', false],
    ['$SYS/x', '#', false],
    ['$SYS/x', '+/x', false],
  ])('%s under %s: %j', (topic, filter, expected) => {
    expect(isMatching(topic, filter)).toBe(expected)
  })

  it('are shared by naming the group', () => {
    expect([sharedFilter('a/#', 'walls'), sharedFilter('a/#', undefined)]).toEqual(['$share/walls/a/#', 'a/#'])
  })
})
