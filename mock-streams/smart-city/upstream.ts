import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import type { Subscription } from 'aedes'
import { Agenda, trendMs } from '../agenda.ts'
import { minuteMs } from '../calendar.ts'
import type { City } from '../city/scenario.ts'
import { listen, untilAborted } from '../listening.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import type { Device } from './devices.ts'
import { lampCabinets, lampMessage, manholeMessage, manholes } from './devices.ts'

/** 智慧城市: an MQTT broker with its devices. Topics are iot/manhole/<device>/up and iot/lamp/<device>/up. */
export const smartCity: Upstream = {
  feed: 'smart-city',
  secretName: 'demo-smart-city',
  async run(surroundings, password) {
    const { ports, signal } = surroundings
    const broker = await Aedes.createBroker({
      authenticate: (_client, user, given, done) => done(null, user === 'yiping' && given?.toString() === password),
      // devices speak from inside; whoever connects may listen only
      authorizePublish: (_client, _packet, done) => done(new Error('this broker takes no messages from outside')),
    })
    const server = createServer((socket) => void broker.handle(socket))
    await listen(server, ports.smartCity, 'smart-city')
    try {
      await Promise.race([Promise.all(fleets.map((fleet) => speak(broker, fleet, surroundings))), untilAborted(signal)])
    } finally {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      server.close()
    }
  },
}

interface Fleet {
  readonly devices: readonly Device[]
  /** its topics are `<stem>/<device>/up` */
  readonly stem: string
  readonly everyMs: number
  readonly messageAt: (device: Device, city: City, at: number) => object
}

const fleets: readonly Fleet[] = [
  { devices: manholes, stem: 'iot/manhole', everyMs: minuteMs, messageAt: manholeMessage },
  { devices: lampCabinets, stem: 'iot/lamp', everyMs: 5 * minuteMs, messageAt: lampMessage },
]

/** The past is told once somebody listens: a broker keeps nothing for subscribers that it never saw. */
async function speak(broker: Aedes, { devices, stem, everyMs, messageAt }: Fleet, surroundings: Surroundings): Promise<void> {
  await untilHeard(broker, stem, surroundings.signal)
  const agenda = new Agenda({ everyMs, backfillMs: trendMs }, surroundings)
  for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
    for (const device of devices) await publish(broker, `${stem}/${device.id}/up`, messageAt(device, surroundings.city, at))
    agenda.done()
  }
}

async function untilHeard(broker: Aedes, stem: string, signal: AbortSignal): Promise<void> {
  const isOurs = ({ topic }: Subscription): boolean => stem.startsWith((topic.split(/[+#]/)[0] ?? '').replace(/\/$/, ''))
  for (;;) {
    // the broker's own event: a list of subscriptions, then the client
    const [subscriptions] = (await once(broker, 'subscribe', { signal })) as [readonly Subscription[]]
    if (subscriptions.some(isOurs)) return
  }
}

function publish(broker: Aedes, topic: string, message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(JSON.stringify(message)), qos: 1, retain: false, dup: false } as const
    broker.publish(packet, (error?: Error | null) => (error instanceof Error ? reject(error) : resolve()))
  })
}
