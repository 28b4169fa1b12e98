import { once } from 'node:events'
import { createServer } from 'node:net'
import { Aedes } from 'aedes'
import { Agenda, trendMs } from '../agenda.ts'
import { minuteMs } from '../calendar.ts'
import { listen, untilAborted } from '../listening.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
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
      await Promise.race([speak(broker, surroundings), untilAborted(signal)])
    } finally {
      await new Promise<void>((resolve) => broker.close(() => resolve()))
      server.close()
    }
  },
}

/** The past is told once somebody listens: a broker keeps nothing for subscribers that it never saw. */
async function speak(broker: Aedes, surroundings: Surroundings): Promise<void> {
  await once(broker, 'subscribe', { signal: surroundings.signal })
  const { city } = surroundings
  const publish = (topic: string, message: object): Promise<void> => publishTo(broker, topic, message)
  const tellManholes = everyDevice({ everyMs: minuteMs, backfillMs: trendMs }, surroundings, (at) =>
    manholes.map((device) => publish(`iot/manhole/${device.id}/up`, manholeMessage(device, city, at))),
  )
  const tellLamps = everyDevice({ everyMs: 5 * minuteMs, backfillMs: trendMs }, surroundings, (at) =>
    lampCabinets.map((device) => publish(`iot/lamp/${device.id}/up`, lampMessage(device, city, at))),
  )
  await Promise.all([tellManholes, tellLamps])
}

async function everyDevice(
  rhythm: ConstructorParameters<typeof Agenda>[0],
  surroundings: Surroundings,
  tell: (at: number) => readonly Promise<void>[],
): Promise<void> {
  const agenda = new Agenda(rhythm, surroundings)
  for (let at = await agenda.due(); at !== undefined; at = await agenda.due()) {
    await Promise.all(tell(at))
    agenda.done()
  }
}

function publishTo(broker: Aedes, topic: string, message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const packet = { cmd: 'publish', topic, payload: Buffer.from(JSON.stringify(message)), qos: 1, retain: false, dup: false } as const
    broker.publish(packet, (error) => (error === undefined ? resolve() : reject(error)))
  })
}
