import { randomUUID } from 'node:crypto'
import { connectAsync } from 'mqtt'
import type { MqttClient } from 'mqtt'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotTakenError } from '../../server/ingest/transport.ts'
import { mqttTransport } from '../../server/ingest/transports/mqtt.ts'
import { runTransport } from '../ingest/transports/transport-context.ts'
import type { RunningTransport } from '../ingest/transports/transport-context.ts'

const source = 'mqtt://127.0.0.1:1883'

let root: string
let clientId: string
let publisher: MqttClient
const running: RunningTransport[] = []

beforeEach(async () => {
  root = `yiping-test/${randomUUID()}`
  clientId = `yiping-test-${randomUUID()}`
  publisher = await connectAsync(source, { reconnectPeriod: 0, connectTimeout: 5_000 })
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.stop()))
  await publisher.publishAsync(`${root}/retained`, '', { retain: true })
  await publisher.endAsync()
  // what the broker keeps for us is forgotten by starting clean
  for (const protocolVersion of [4, 5] as const) await (await connectAsync(source, { clientId, clean: true, protocolVersion })).endAsync()
})

type Setting = NonNullable<Parameters<typeof runTransport>[2]>
/** Starts a feed of everything below `root`, and waits until the broker has taken its subscription. */
async function run(options: object, setting: Setting = {}): Promise<RunningTransport> {
  const transport = runTransport(mqttTransport, source, { options: { clientId, topics: [`${root}/#`], ...options }, ...setting })
  running.push(transport)
  // a retained message comes right behind the acknowledged subscription
  await publisher.publishAsync(`${root}/retained`, 'ready', { qos: 1, retain: true })
  await vi.waitFor(() => expect(transport.deliveries.length).toBeGreaterThan(0), 5_000)
  return transport
}
const texts = (transport: RunningTransport): readonly string[] => transport.deliveries.map(({ text }) => text).filter((text) => text !== 'ready')

describe.each([4, 5] as const)('Mosquitto, MQTT protocol version %i', (protocolVersion) => {
  it('brings messages of every QoS', async () => {
    const transport = await run({ protocolVersion, topics: [{ filter: `${root}/#`, qos: 2 }] })
    for (const qos of [0, 1, 2] as const) await publisher.publishAsync(`${root}/a`, String(qos), { qos })
    await vi.waitFor(() => expect(texts(transport)).toEqual(['0', '1', '2']), 5_000)
    expect(transport.deliveries.at(-1)?.origin).toBe(`${root}/a`)
  })

  it.each([1, 2] as const)('sends again what of QoS %i was not taken, and what came while the feed was away', async (qos) => {
    const options = { protocolVersion, topics: [{ filter: `${root}/#`, qos }] }
    const first = await run(options, {
      deliver: (raw) => {
        if (raw.body.toString() === 'second') throw new NotTakenError('the disk is full')
      },
    })
    await publisher.publishAsync(`${root}/a`, 'first', { qos })
    await vi.waitFor(() => expect(texts(first)).toEqual(['first']))
    await publisher.publishAsync(`${root}/a`, 'second', { qos })
    expect(await first.failure).toBeInstanceOf(NotTakenError)
    await publisher.publishAsync(`${root}/a`, 'third', { qos })
    const second = await run(options)
    await vi.waitFor(() => expect(texts(second)).toEqual(['second', 'third']), 5_000)
  })

  it('loses nothing of a burst that is larger than what may be under way', async () => {
    const transport = await run({ protocolVersion, receiveMaximum: 10 })
    const sent = Array.from({ length: 500 }, (_, number) => String(number))
    await Promise.all(sent.map((text) => publisher.publishAsync(`${root}/a`, text, { qos: 1 })))
    await vi.waitFor(() => expect(texts(transport)).toEqual(sent), 10_000)
  })

  it('shares a subscription', async () => {
    const options = { protocolVersion, group: `g-${randomUUID()}`, cleanStart: true, retained: 'accept' }
    // shared subscriptions get no retained messages: both are ready when both have had a message
    const both = [1, 2].map((number) =>
      runTransport(mqttTransport, source, { options: { ...options, clientId: `${clientId}-${String(number)}`, topics: [`${root}/#`] } }),
    )
    running.push(...both)
    let sent = 0
    await vi.waitFor(async () => {
      await publisher.publishAsync(`${root}/a`, String(sent++), { qos: 1 })
      expect(both.every((transport) => transport.deliveries.length > 0)).toBe(true)
    }, 10_000)
    const before = both.map((transport) => transport.deliveries.length).reduce((sum, count) => sum + count)
    for (let number = 0; number < 20; number += 1) await publisher.publishAsync(`${root}/a`, `shared ${String(number)}`, { qos: 1 })
    await vi.waitFor(() => expect(both.map((transport) => transport.deliveries.length).reduce((sum, count) => sum + count)).toBe(before + 20), 5_000)
  })

  it('says that somebody else took the name', async () => {
    const transport = await run({ protocolVersion })
    const other = await connectAsync(source, { clientId, clean: false, reconnectPeriod: 0, protocolVersion })
    expect((await transport.failure).message).toMatch(/another client took our clientId|broke the connection off/)
    await other.endAsync()
  })
})
