import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { LiveSession } from '../../client/src/live/session.ts'
import { socketIoWire } from '../../client/src/live/socket-io-wire.ts'
import type { LiveServer } from '../support/live-server.ts'
import { connectBare, startLiveServer, until } from '../support/live-server.ts'
import { town } from '../support/fake-source.ts'
import { ManualClock } from '../support/manual-clock.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'

/** The session a screen runs, over real Socket.IO on loopback, through a network that the test can break. Its time is the test's. */
const towns = 'subdistricts@620802'

let server: LiveServer
let proxy: TcpProxy
let screen: { session: LiveSession; timers: ManualClock; builds: string[] }
let isSignedIn: boolean

beforeEach(async () => {
  isSignedIn = true
  server = await startLiveServer({ authorise: () => isSignedIn })
  proxy = await startTcpProxy(server.port)
  const timers = new ManualClock(0)
  const builds: string[] = []
  const session = new LiveSession({
    openWire: socketIoWire({ url: `http://127.0.0.1:${String(proxy.port)}`, isSignedIn: () => Promise.resolve(isSignedIn) }),
    timers,
    beforeRepaint: (task) => {
      task()
    },
    chance: () => 0,
    onCommit: () => undefined,
    onLink: () => undefined,
    onBuild: (build) => builds.push(build),
  })
  screen = { session, timers, builds }
})

afterEach(async () => {
  screen.session.close()
  await proxy.close()
  await server.close()
})

const open = (id: string): unknown => JSON.parse(JSON.stringify(screen.session.held(towns)?.get(id) ?? null))
const openOf = (id: string): unknown => (screen.session.held(towns)?.get(id) as { open: number } | undefined)?.open
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

/** Lets the screen's time pass while the network works, a millisecond per turn of the event loop. */
const untilInTime = (condition: () => boolean): Promise<void> =>
  until(() => {
    screen.timers.advance(1)
    return condition()
  })

async function watchTowns(): Promise<void> {
  screen.session.subscribe([towns])
  await until(() => screen.session.link.state === 'live')
}

function change(id: string, value: number): void {
  server.source.put(towns, town(id, value))
  server.gateway.changed()
  server.clock.advance(250)
}

describe('a broken network', () => {
  test('[P4.3] cut off for ten minutes: the screen repaints from a snapshot with no touch', async () => {
    server.source.put(towns, town('a', 1), town('old', 1))
    await watchTowns()
    proxy.cut()
    await until(() => server.gateway.stats.sockets === 0)
    server.source.remove(towns, 'old')
    for (let minute = 1; minute <= 10; minute++) {
      change('a', minute)
      change(`m${String(minute)}`, minute)
      server.clock.advance(60_000)
      for (let second = 0; second < 60; second++) {
        screen.timers.advance(1_000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    expect(screen.session.link.state).toBe('stalled')
    expect(open('old')).toEqual(json(town('old', 1)))
    expect(server.gateway.stats.rooms).toBe(0)
    proxy.restore()
    await untilInTime(() => screen.session.link.state === 'live')
    expect(json([...(screen.session.held(towns)?.values() ?? [])])).toEqual(json(server.source.read([towns])[towns]))
  })

  test('[P4.2] cut off for seconds: the screen catches up with what it missed', async () => {
    await watchTowns()
    proxy.cut()
    await until(() => server.gateway.stats.sockets === 0)
    for (let step = 1; step <= 8; step++) change('a', step)
    proxy.restore()
    await untilInTime(() => screen.session.held(towns)?.get('a') !== undefined)
    expect(open('a')).toEqual(json(town('a', 8)))
    change('b', 1)
    await until(() => screen.session.held(towns)?.has('b') === true)
  })

  test('[P4.1] a server that was restarted is another epoch: the screen takes its snapshot and hears its build', async () => {
    const { source, port } = server
    source.put(towns, town('a', 1), town('gone', 1))
    await watchTowns()
    await server.close()
    source.remove(towns, 'gone')
    server = await startLiveServer({ source, port, epoch: 'epoch-2', build: 'build-2', authorise: () => isSignedIn })
    await untilInTime(() => screen.session.held(towns)?.has('gone') === false)
    expect(screen.builds.at(-1)).toBe('build-2')
    expect(screen.session.link.state).toBe('live')
  })

  test('[P5.5] a session that ended is told apart from a network that broke, and mends when it is renewed', async () => {
    await watchTowns()
    isSignedIn = false
    server.clock.advance(60_000)
    await untilInTime(() => screen.session.link.cause?.kind === 'unauthorised')
    isSignedIn = true
    await untilInTime(() => screen.session.link.state === 'live')
  })
})

describe('a slow screen', () => {
  test('[P2.7] costs bounded memory, slows nobody, and catches up by itself', async () => {
    const large = (id: string, open: number) => ({ ...town(id, open), topType: 'x'.repeat(200_000) })
    const rounds = 100
    await watchTowns()
    const slow = server.connections[0]
    const healthy = await connectBare(server.port)
    await healthy.hello([towns])
    proxy.pause()
    for (let round = 1; round <= rounds; round++) {
      server.source.put(towns, large('a', round))
      server.gateway.changed()
      server.clock.advance(250)
      expect((await healthy.nextFrame()).seq).toBe(round)
      // What Node holds for the slow one: never more than the one frame that was being written.
      expect(slow?.writableLength).toBeLessThan(2 * 200_000)
    }
    const { framesSent, framesDropped } = server.gateway.stats
    expect(framesSent + framesDropped).toBe(2 * rounds)
    expect(framesDropped).toBeGreaterThan(rounds / 3)
    proxy.resume()
    await untilInTime(() => {
      server.clock.advance(1)
      return openOf('a') === rounds
    })
    healthy.close()
  })

  test('[P4.6] one that asks and does not read is owed the answer on its way and the last', async () => {
    server.source.put(towns, { ...town('a', 1), topType: 'x'.repeat(8_000_000) })
    const greedy = await connectBare(proxy.port)
    const [connection] = server.connections
    if (connection === undefined) throw new Error('nobody came')
    const answered: number[] = []
    proxy.pause()
    for (let question = 1; question <= 5; question++) {
      const heardBytes = connection.bytesRead
      greedy.hello([towns]).then(
        () => answered.push(question),
        // never answered: the connection's end says so
        () => undefined,
      )
      await until(() => connection.bytesRead > heardBytes)
      await new Promise((resolve) => setImmediate(resolve))
      server.clock.advance(1_000)
    }
    expect(connection.writableLength).toBeGreaterThan(0)
    proxy.resume()
    await until(() => answered.includes(5))
    expect(answered).toEqual([1, 5])
    greedy.close()
  })
})
