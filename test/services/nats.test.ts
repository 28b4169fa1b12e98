import { randomUUID } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { JetStreamManager } from '@nats-io/jetstream'
import { connect } from '@nats-io/transport-node'
import type { NatsConnection } from '@nats-io/transport-node'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { MisconfiguredError, NotTakenError } from '../../server/ingest/transport.ts'
import { natsTransport } from '../../server/ingest/transports/nats.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { runTransport } from '../ingest/transports/transport-context.ts'
import type { RunningTransport } from '../ingest/transports/transport-context.ts'

const source = 'nats://127.0.0.1:4222'

let stream: string
let root: string
let connection: NatsConnection
let manager: JetStreamManager
const running: RunningTransport[] = []

beforeEach(async () => {
  const name = randomUUID()
  stream = `YIPING-TEST-${name}`
  root = `yiping-test.${name}`
  connection = await connect({ servers: '127.0.0.1:4222' })
  manager = await jetstreamManager(connection)
  await manager.streams.add({ name: stream, subjects: [`${root}.>`] })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.stop()))
  await manager.streams.delete(stream).catch(() => undefined)
  await connection.close()
})

type Setting = NonNullable<Parameters<typeof runTransport>[2]>
function run(options: object, setting: Setting = {}, at = source): RunningTransport {
  const transport = runTransport(natsTransport, at, { options: { subjects: [`${root}.>`], ...options }, ...setting })
  running.push(transport)
  return transport
}
const publish = async (...texts: readonly string[]): Promise<void> => {
  for (const text of texts) await jetstream(connection).publish(`${root}.a`, text)
}
const texts = (transport: RunningTransport): readonly string[] => transport.deliveries.map(({ text }) => text)

describe('NATS JetStream', () => {
  it('brings what the stream holds and what comes, and acknowledges it', async () => {
    await publish('1', '2')
    const transport = run({ stream })
    await vi.waitFor(() => expect(texts(transport)).toEqual(['1', '2']), 5_000)
    await publish('3')
    await vi.waitFor(() => expect(texts(transport)).toEqual(['1', '2', '3']), 5_000)
    expect(transport.deliveries[0]?.origin).toBe(`${root}.a`)
    await vi.waitFor(async () => {
      const { num_ack_pending, num_pending, config } = await manager.consumers.info(stream, 'yiping-river-here')
      expect({ num_ack_pending, num_pending, max_ack_pending: config.max_ack_pending }).toEqual({
        num_ack_pending: 0,
        num_pending: 0,
        max_ack_pending: 500,
      })
    }, 5_000)
  })

  it('goes on after a pause where it was, with changed options', async () => {
    const first = run({ stream })
    await publish('1')
    await vi.waitFor(() => expect(texts(first)).toEqual(['1']), 5_000)
    await vi.waitFor(async () => expect((await manager.consumers.info(stream, 'yiping-river-here')).num_ack_pending).toBe(0))
    await first.stop()
    await publish('2')
    const second = run({ stream, maxAckPending: 7, subjects: [`${root}.a`] })
    await vi.waitFor(() => expect(texts(second)).toEqual(['2']), 5_000)
    expect((await manager.consumers.info(stream, 'yiping-river-here')).config).toMatchObject({
      max_ack_pending: 7,
      filter_subject: `${root}.a`,
    })
  })

  it('begins with what is new when told to', async () => {
    await publish('old')
    const transport = run({ stream, from: 'new' })
    await vi.waitFor(async () => expect(await manager.consumers.info(stream, 'yiping-river-here')).toBeDefined(), 5_000)
    await publish('new')
    await vi.waitFor(() => expect(texts(transport)).toEqual(['new']), 5_000)
  })

  it('gets again, later, what could not be taken', async () => {
    let isFull = true
    const transport = run(
      { stream },
      {
        deliver: () => {
          if (isFull) throw new NotTakenError('the disk is full')
        },
      },
    )
    await publish('kept')
    await vi.waitFor(async () => expect((await manager.consumers.info(stream, 'yiping-river-here')).num_redelivered).toBe(1), 10_000)
    isFull = false
    await vi.waitFor(() => expect(texts(transport)).toEqual(['kept']), 10_000)
  }, 30_000)

  it('gets again what was under way when the connection was lost', async () => {
    const proxy = await startTcpProxy(4222)
    const hanging = new Promise<void>(() => undefined)
    let isOffered = false
    const first = run({ stream, ackWaitSeconds: 1 }, { deliver: () => ((isOffered = true), hanging) }, `nats://127.0.0.1:${String(proxy.port)}`)
    await publish('kept')
    await vi.waitFor(() => expect(isOffered).toBe(true), 5_000)
    proxy.cut()
    await first.stop()
    const second = run({ stream, ackWaitSeconds: 1 })
    await vi.waitFor(() => expect(texts(second)).toEqual(['kept']), 10_000)
    await proxy.close()
  })

  it('says that the connection, the stream or the consumer is gone', async () => {
    const proxy = await startTcpProxy(4222)
    const cut = run({ stream }, {}, `nats://127.0.0.1:${String(proxy.port)}`)
    await publish('1')
    await vi.waitFor(() => expect(texts(cut)).toEqual(['1']), 5_000)
    proxy.cut()
    expect((await cut.failure).message).toMatch(/^127\.0\.0\.1:\d+: /)
    await proxy.close()
    expect((await run({ stream: 'YIPING-NONE' }).failure).message).toBe(
      '127.0.0.1:4222: there is no stream "YIPING-NONE"; name one of its streams, or have it made',
    )
    const deleted = run({ stream })
    await vi.waitFor(() => expect(deleted.lives()).toBeGreaterThan(0))
    await vi.waitFor(async () => expect((await manager.consumers.info(stream, 'yiping-river-here')).num_waiting).toBe(1), 5_000)
    await manager.consumers.delete(stream, 'yiping-river-here')
    expect((await deleted.failure).message).toMatch(/^127\.0\.0\.1:4222: .*consumer/)
  }, 60_000)
})

describe('plain NATS', () => {
  it('brings what comes, and holds it until it is recorded', async () => {
    const clock = new ManualClock()
    let isFull = true
    const transport = run(
      { queueGroup: 'walls' },
      {
        clock,
        deliver: () => {
          if (isFull) throw new NotTakenError('the disk is full')
        },
      },
    )
    await vi.waitFor(() => expect(transport.lives()).toBe(1), 5_000)
    // the subscription is on its way on the same connection as the answer to this
    await vi.waitFor(
      async () =>
        expect(await connection.request(`${root}.a`, 'x', { timeout: 50 }).catch((error: unknown) => String(error))).not.toContain('no responders'),
      5_000,
    )
    isFull = false
    await vi.waitFor(() => {
      clock.advance(1_000)
      expect(texts(transport)).toEqual(expect.arrayContaining(['x']))
    })
  })

  it('goes nowhere that feedHosts does not name, and says who is not there', async () => {
    expect(await run({}, { allow: [] }).failure).toBeInstanceOf(MisconfiguredError)
    expect((await run({}, {}, 'nats://127.0.0.1:1').failure).message).toMatch(/^127\.0\.0\.1:1: .*refused|nothing listens/)
  })
})
