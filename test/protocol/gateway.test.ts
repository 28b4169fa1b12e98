import { once } from 'node:events'
import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { HelloAnswer } from '../../contract/protocol.ts'
import type { BareClient, LiveServer } from '../support/live-server.ts'
import { connectBare, startLiveServer, until } from '../support/live-server.ts'
import { town } from '../support/fake-source.ts'

const towns = 'subdistricts@620802'
const feeds = 'feeds@620802'

let server: LiveServer
let clients: BareClient[]
let isSignedIn: boolean

beforeEach(async () => {
  isSignedIn = true
  clients = []
  server = await startLiveServer({ authorise: () => isSignedIn })
})

afterEach(async () => {
  for (const client of clients) client.close()
  await server.close()
})

async function connect(): Promise<BareClient> {
  const client = await connectBare(server.port)
  clients.push(client)
  return client
}

function snapshotOf(answer: HelloAnswer): Extract<HelloAnswer, { type: 'snapshot' }> {
  if (answer.type !== 'snapshot') throw new Error(`expected a snapshot, got ${JSON.stringify(answer)}`)
  return answer
}

function positionOf(answer: HelloAnswer): { epoch: string; seq: number } {
  const { epoch, seq } = snapshotOf(answer)
  return { epoch, seq }
}

/** What the server answers to a WebSocket handshake: an HTTP status. */
function handshake(path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket', 'Sec-WebSocket-Version': '13', 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' }
    request({ port: server.port, host: '127.0.0.1', path, headers })
      .on('upgrade', (response, socket) => {
        socket.destroy()
        resolve({ status: response.statusCode ?? 0, body: '' })
      })
      .on('response', (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, body })
        })
      })
      .on('error', reject)
      .end()
  })
}

describe('the door', () => {
  test('[P1.1] a WebSocket on /live comes in; any other path is not found', async () => {
    expect((await handshake('/live/?EIO=4&transport=websocket')).status).toBe(101)
    expect((await handshake('/elsewhere')).status).toBe(404)
    expect((await handshake('/lively/?EIO=4&transport=websocket')).status).toBe(404)
  })

  test('[P1.1] long polling is not served, by upgrade or by request', async () => {
    expect((await handshake('/live/?EIO=4&transport=polling')).status).toBe(400)
  })

  test('[P1.2] without a session the handshake is refused with 401 and a sentence', async () => {
    isSignedIn = false
    expect(await handshake('/live/?EIO=4&transport=websocket')).toEqual({ status: 401, body: 'there is no valid session: sign in again' })
  })

  test('[P1.2] a session that ends takes its sockets with it within a minute', async () => {
    const client = await connect()
    await client.hello([towns])
    isSignedIn = false
    server.clock.advance(60_000)
    await client.closed()
    expect(server.gateway.stats.sockets).toBe(0)
  })

  test('[P1.2] a session that somebody ends takes its sockets with it at once, and no others', async () => {
    await server.close()
    let ended = ''
    server = await startLiveServer({ authorise: ({ headers }) => headers.cookie !== ended })
    const open = async (cookie: string): Promise<WebSocket> => {
      const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/live/?EIO=4&transport=websocket`, { headers: { cookie } })
      await once(socket, 'message')
      socket.send('40')
      await once(socket, 'message')
      return socket
    }
    const sockets = [await open('a'), await open('b')] as const
    ended = 'a'
    const closed = once(sockets[0], 'close')
    server.gateway.reauthorise()
    await closed
    expect([server.gateway.stats.sockets, sockets[1].readyState]).toEqual([1, WebSocket.OPEN])
    sockets[1].terminate()
  })

  test('[P1.2] a check that throws refuses with 500 and leaves those inside alone', async () => {
    const inside = await connect()
    await inside.hello([towns])
    await server.close()
    server = await startLiveServer({
      authorise: () => {
        throw new Error('the session records are closed')
      },
    })
    expect((await handshake('/live/?EIO=4&transport=websocket')).status).toBe(500)
  })

  test('[P1.2] when every place is taken the handshake is refused with 503, until one is free', async () => {
    await server.close()
    server = await startLiveServer({ mostSockets: 2 })
    const [first] = [await connect(), await connect()]
    expect(await handshake('/live/?EIO=4&transport=websocket')).toMatchObject({
      status: 503,
      body: expect.stringContaining('all 2 places') as unknown,
    })
    first.close()
    let status = 503
    while (status === 503) ({ status } = await handshake('/live/?EIO=4&transport=websocket'))
    expect(status).toBe(101)
  })

  test('[P1.9] the terms of the connection: a peer that vanished is gone in 25 s, a message is at most 16 KiB', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${String(server.port)}/live/?EIO=4&transport=websocket`)
    const first = await new Promise<string>((resolve) => {
      socket.once('message', (message: Buffer) => {
        resolve(message.toString())
      })
    })
    socket.terminate()
    expect(JSON.parse(first.slice(1))).toMatchObject({ pingInterval: 10_000, pingTimeout: 15_000, maxPayload: 16_384, upgrades: [] })
    expect(socket.extensions).toBe('')
  })

  test('[P1.6] a socket that says no hello within 10 s is cut off', async () => {
    const client = await connect()
    server.clock.advance(9_999)
    expect(client.socket.connected).toBe(true)
    server.clock.advance(1)
    await client.closed()
  })
})

describe('hello', () => {
  test('[P1.3] is answered with a snapshot of exactly the topics asked for', async () => {
    server.source.put(towns, town('a', 1), town('b', 2))
    server.source.put(feeds, town('x', 9))
    const client = await connect()
    const answer = await client.hello([towns])
    expect(answer).toEqual({
      type: 'snapshot',
      epoch: 'epoch-1.1',
      seq: 0,
      now: server.clock.now(),
      build: 'build-1',
      topics: { [towns]: JSON.parse(JSON.stringify([town('a', 1), town('b', 2)])) as unknown },
    })
  })

  test('[P1.5] the order of the topics and repetitions do not matter: one room', async () => {
    const [one, two] = [await connect(), await connect()]
    await one.hello([feeds, towns, feeds])
    await two.hello([towns, feeds])
    expect(server.gateway.stats.rooms).toBe(1)
  })

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'hello'],
    ['no topics', { protocol: 1, topics: [] }],
    ['too many topics', { protocol: 1, topics: Array.from({ length: 65 }, () => towns) }],
    ['a topic that is no string', { protocol: 1, topics: [{ toString: 'x' }] }],
    ['a long topic', { protocol: 1, topics: ['x'.repeat(129)] }],
    ['a key too many', { protocol: 1, topics: [towns], __proto__x: 1 }],
    ['a broken since', { protocol: 1, topics: [towns], since: { epoch: 'epoch-1.1', seq: -1 } }],
    ['an unknown topic', { protocol: 1, topics: ['__proto__'] }],
    ['a topic without district', { protocol: 1, topics: ['feeds'] }],
    ['another protocol', { protocol: 2, topics: [towns] }],
  ])('[P1.4] %s is answered with incompatible and a reason', async (_name, payload) => {
    const client = await connect()
    const answer = await client.say(payload)
    expect(answer).toMatchObject({ type: 'incompatible', build: 'build-1' })
    expect(answer.type === 'incompatible' && answer.reason.length).toBeGreaterThan(10)
  })

  test('[P1.4] after a refusal the same socket may say a better hello', async () => {
    const client = await connect()
    await client.say({ protocol: 1, topics: ['nonsense'] })
    expect((await client.hello([towns])).type).toBe('snapshot')
  })

  test('[P1.4] a reason repeats no more than a little of what it was sent', async () => {
    const client = await connect()
    const answer = await client.say({ protocol: 1, topics: ['y'.repeat(128)] })
    expect(JSON.stringify(answer).length).toBeLessThan(300)
  })
})

describe('what a client may not do', () => {
  test('[P9.1] any event but hello ends the connection', async () => {
    const client = await connect()
    await client.hello([towns])
    // Not in the vocabulary of the wire: that is the point.
    ;(client.socket as unknown as { emit: (event: string, payload: unknown) => void }).emit('command', { close: 'incident 1' })
    await client.closed()
    expect(server.gateway.stats.sockets).toBe(0)
  })

  test('[P1.4] a hello without a way to answer it ends the connection', async () => {
    const client = await connect()
    ;(client.socket as unknown as { emit: (event: string, payload: unknown) => void }).emit('hello', { protocol: 1, topics: [towns] })
    await client.closed()
  })

  test('[P1.7] a flood of hellos ends the connection', async () => {
    const client = await connect()
    for (let count = 0; count <= 100; count++) client.say({ protocol: 1, topics: [towns] }).catch(() => undefined)
    await client.closed()
  })

  test.each([
    ['not a packet', 'garbage'],
    ['a broken event', '42["hello"'],
    ['a reserved event', '42["disconnect"]'],
    ['an event that is no array', '42{"a":1}'],
    ['an attachment that never comes', '451-["hello",{"_placeholder":true,"num":0}]'],
    ['another namespace', '40/admin,'],
    ['an answer to nothing', '43999999999999999999[]'],
    ['an enormous ack id', '42999999999999999999999["hello"]'],
    ['more than 16 KiB', `42["hello","${'x'.repeat(20_000)}"]`],
    ['a binary message', Buffer.from([0, 255, 1, 2])],
  ])('[P1.8] raw bytes: %s harms nobody else', async (_name, bytes) => {
    const neighbour = await connect()
    await neighbour.hello([towns])
    const hostile = new WebSocket(`ws://127.0.0.1:${String(server.port)}/live/?EIO=4&transport=websocket`)
    hostile.on('error', () => undefined)
    await new Promise((resolve) => hostile.once('open', resolve))
    hostile.send('40')
    await new Promise<void>((resolve) => {
      hostile.on('message', (message: Buffer) => {
        if (message.toString().startsWith('40{')) resolve()
      })
    })
    hostile.send(bytes)
    server.source.put(towns, town('a', 1))
    server.gateway.changed()
    expect((await neighbour.nextFrame()).seq).toBe(1)
    hostile.terminate()
    await until(() => server.gateway.stats.sockets === 1)
  })
})

describe('frames', () => {
  test('[P2.1] seq grows by one per frame, and a frame holds the changes of its own topics only', async () => {
    const client = await connect()
    const { epoch } = positionOf(await client.hello([towns]))
    server.source.put(towns, town('a', 1))
    server.source.put(feeds, town('x', 1))
    server.gateway.changed()
    const first = await client.nextFrame()
    server.clock.advance(16)
    server.source.remove(towns, 'a')
    server.gateway.changed()
    const second = await client.nextFrame()
    expect(first).toEqual({
      epoch,
      seq: 1,
      now: server.clock.now() - 16,
      patches: { [towns]: { upsert: [JSON.parse(JSON.stringify(town('a', 1)))] } },
    })
    expect(second).toEqual({ epoch, seq: 2, now: server.clock.now(), patches: { [towns]: { remove: ['a'] } } })
  })

  test('[P2.2] [P3.2] what changes within a window travels in one frame, each entity once at its latest', async () => {
    const client = await connect()
    await client.hello([towns, feeds])
    server.source.put(towns, town('first', 1))
    server.gateway.changed()
    await client.nextFrame()
    for (let open = 1; open <= 50; open++) {
      server.source.put(towns, town('a', open))
      server.source.put(feeds, town('x', open))
      server.gateway.changed()
    }
    server.clock.advance(250)
    expect((await client.nextFrame()).patches).toEqual({
      [towns]: { upsert: [JSON.parse(JSON.stringify(town('a', 50)))] },
      [feeds]: { upsert: [JSON.parse(JSON.stringify(town('x', 50)))] },
    })
  })

  test('[P2.5] an idle room gets an empty frame each second', async () => {
    const client = await connect()
    await client.hello([towns])
    server.clock.advance(1_000)
    expect(await client.nextFrame()).toMatchObject({ seq: 1, patches: {} })
    server.clock.advance(1_000)
    expect(await client.nextFrame()).toMatchObject({ seq: 2, patches: {} })
    expect(client.frames).toEqual([])
  })

  test('[P2.5] a room whose topics are idle gets its heartbeat while another is busy', async () => {
    const [busy, idle] = [await connect(), await connect()]
    await busy.hello([towns])
    await idle.hello([feeds])
    for (let step = 1; step <= 10; step++) {
      server.source.put(towns, town('a', step))
      server.gateway.changed()
      server.clock.advance(100)
      await busy.nextFrame()
    }
    expect(await idle.nextFrame()).toMatchObject({ seq: 1, patches: {} })
  })

  test('[P2.5] an administrator who sets the clock back does not silence the server', async () => {
    const client = await connect()
    await client.hello([towns])
    let shift = 0
    const now = server.clock.now.bind(server.clock)
    server.clock.now = () => now() + shift
    shift = -3_600_000
    server.clock.advance(1_000)
    expect((await client.nextFrame()).patches).toEqual({})
  })

  test('[P2.3] a frame is one emit per socket: two rooms of one flush both arrive, every time', async () => {
    const [one, two] = [await connect(), await connect()]
    await one.hello([towns])
    await two.hello([towns, feeds])
    for (let step = 1; step <= 40; step++) {
      server.source.put(towns, town('a', step))
      server.gateway.changed()
      expect((await one.nextFrame()).seq).toBe(step)
      expect((await two.nextFrame()).seq).toBe(step)
      server.clock.advance(250)
    }
    expect(server.gateway.stats).toMatchObject({ framesSent: 80, framesDropped: 0 })
  })
})

describe('catching up', () => {
  test('[P4.2] a position that the ring covers is answered with exactly the frames after it', async () => {
    const witness = await connect()
    const since = positionOf(await witness.hello([towns]))
    for (let step = 1; step <= 5; step++) {
      server.source.put(towns, town('a', step))
      server.gateway.changed()
      server.clock.advance(250)
    }
    const client = await connect()
    const answer = await client.hello([towns], { ...since, seq: 2 })
    expect(answer).toMatchObject({ type: 'catch-up', build: 'build-1', now: server.clock.now(), frames: [{ seq: 3 }, { seq: 4 }, { seq: 5 }] })
    expect(await client.hello([towns], { ...since, seq: 5 })).toMatchObject({ type: 'catch-up', frames: [] })
  })

  test('[P4.3] a position of another epoch, of the future, or older than a minute is answered with a snapshot', async () => {
    const witness = await connect()
    const since = positionOf(await witness.hello([towns]))
    server.source.put(towns, town('a', 1))
    server.gateway.changed()
    const answerTo = async (position: { epoch: string; seq: number }): Promise<string> => (await (await connect()).hello([towns], position)).type
    expect(await answerTo({ epoch: 'epoch-0.1', seq: 0 })).toBe('snapshot')
    expect(await answerTo({ ...since, seq: 2 })).toBe('snapshot')
    expect(await answerTo({ ...since, seq: 0 })).toBe('catch-up')
    server.clock.advance(60_001)
    expect(await answerTo({ ...since, seq: 0 })).toBe('snapshot')
  })

  test('[P4.1] a position in one set of topics means nothing in another', async () => {
    const client = await connect()
    const since = positionOf(await client.hello([towns]))
    expect((await (await connect()).hello([towns, feeds], since)).type).toBe('snapshot')
  })

  test('[P2.6] a room outlives its last socket by a minute, then its positions are void', async () => {
    const client = await connect()
    const since = positionOf(await client.hello([towns]))
    client.close()
    await until(() => server.gateway.stats.sockets === 0)
    server.source.put(towns, town('a', 1))
    server.gateway.changed()
    server.clock.advance(30_000)
    expect(await (await connect()).hello([towns], since)).toMatchObject({ type: 'catch-up', frames: [{ seq: 1 }] })
    for (const other of clients) other.close()
    await until(() => server.gateway.stats.sockets === 0)
    server.clock.advance(61_000)
    expect(server.gateway.stats.rooms).toBe(0)
    const answer = await (await connect()).hello([towns], since)
    expect(positionOf(answer).epoch).not.toBe(since.epoch)
  })

  test('[P4.4] a snapshot taken between a change and its flush, and the frame after it, lose nothing', async () => {
    const witness = await connect()
    await witness.hello([towns])
    server.source.put(towns, town('a', 1), town('b', 1))
    server.gateway.changed()
    server.source.put(towns, town('a', 2))
    server.source.remove(towns, 'b')
    server.gateway.changed()
    const client = await connect()
    const answer = snapshotOf(await client.hello([towns]))
    expect(answer.seq).toBe(1)
    expect(answer.topics[towns]).toEqual([JSON.parse(JSON.stringify(town('a', 2)))])
    server.clock.advance(250)
    expect(await client.nextFrame()).toMatchObject({ seq: 2, patches: { [towns]: { upsert: [{ id: 'a', open: 2 }], remove: ['b'] } } })
  })

  test('[P4.5] a second snapshot waits until the first is a second old; frames go on meanwhile', async () => {
    const client = await connect()
    await client.hello([towns])
    let isAnswered = false
    const second = client.hello([feeds]).then((answer) => {
      isAnswered = true
      return answer
    })
    // The refusal of a third hello is answered at once: when it is here, the second has been heard.
    await client.say({ protocol: 1, topics: ['nonsense'] })
    server.source.put(towns, town('a', 1))
    server.gateway.changed()
    expect((await client.nextFrame()).patches).toHaveProperty(towns)
    server.clock.advance(999)
    await client.say({ protocol: 1, topics: ['nonsense'] })
    expect(isAnswered).toBe(false)
    server.clock.advance(1)
    expect(Object.keys(snapshotOf(await second).topics)).toEqual([feeds])
  })

  test('[P4.6] of several hellos that wait, the last is answered', async () => {
    const client = await connect()
    await client.hello([towns])
    let isAnswered = false
    client.hello([feeds]).then(
      () => (isAnswered = true),
      // never answered: the connection's end says so
      () => undefined,
    )
    const last = client.hello([towns, feeds])
    await client.say({ protocol: 1, topics: ['nonsense'] })
    server.clock.advance(1_000)
    expect(Object.keys(snapshotOf(await last).topics)).toEqual([feeds, towns])
    expect(isAnswered).toBe(false)
  })
})

describe('closing', () => {
  test('disconnects everybody and leaves no timer', async () => {
    const client = await connect()
    await client.hello([towns])
    await server.gateway.close()
    await client.closed()
    expect(server.gateway.stats.sockets).toBe(0)
    server.clock.advance(120_000)
    expect(client.frames).toEqual([])
  })
})
