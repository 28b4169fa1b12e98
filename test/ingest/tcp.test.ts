import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { feedSchema } from '../../contract/feed.ts'
import type { Codec, Message } from '../../server/ingest/codec.ts'
import { hj212 } from '../../server/ingest/codecs/hj212.ts'
import { encodeFrame } from '../../server/ingest/codecs/hj212/segment.ts'
import { jt808 } from '../../server/ingest/codecs/jt808.ts'
import { encodeFrame as encodeJt808 } from '../../server/ingest/codecs/jt808/frame.ts'
import { sl651 } from '../../server/ingest/codecs/sl651.ts'
import type { Delivered, TransportContext } from '../../server/ingest/transport.ts'
import { MisconfiguredError, NotTakenError } from '../../server/ingest/transport.ts'
import { tcp } from '../../server/ingest/transports/tcp.ts'
import type { TcpOptions } from '../../server/ingest/transports/tcp.ts'
import { addressRanges, isAddressRange } from '../../server/ingest/transports/tcp/address-ranges.ts'
import { ManualClock } from '../support/manual-clock.ts'

interface Bench {
  readonly port: number
  readonly clock: ManualClock
  /** every message delivered, with its device */
  readonly delivered: (readonly [Message, string])[]
  /** what the next deliveries wait for, or throw */
  hold: () => Promise<void>
  readonly run: Promise<void>
  stop(): Promise<void>
}

interface Setting {
  readonly codec?: Pick<Codec, 'openStream'>
  readonly transport?: Record<string, unknown>
  readonly host?: string
  readonly port?: number
  readonly alive?: () => void
}

/** with its options as they are when the feed gives none */
const streaming = <Options>(codec: Codec<Options>): Pick<Codec, 'openStream'> => ({ openStream: () => codec.openStream!(codec.options.parse({})) })

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const feedOf = (source: string) =>
  feedSchema.parse({
    id: 'devices',
    name: '设备',
    shortName: '设备',
    nameEn: 'Devices',
    district: '620802',
    source,
    dialect: 'hj212',
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 60,
    contact: '值班室',
  })

const refuse = (): never => {
  throw new Error('a listener asks for nothing of this')
}

async function start({ codec = streaming(hj212), transport = {}, host = '127.0.0.1', port: given, alive }: Setting = {}): Promise<Bench> {
  const port = given ?? (await freePort())
  const clock = new ManualClock()
  const controller = new AbortController()
  const delivered: (readonly [Message, string])[] = []
  const source = `tcp://${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  const bench = { hold: () => Promise.resolve() }
  const context: TransportContext<TcpOptions> = {
    feed: feedOf(source),
    url: new URL(source),
    options: tcp.options.parse(transport),
    secret: refuse,
    certificate: refuse,
    installation: 'here',
    warn: refuse,
    hosts: { resolve: refuse },
    folder: refuse,
    ledger: { get: refuse, keys: refuse },
    clock,
    signal: controller.signal,
    openStream: () => codec.openStream!({}),
    deliver: refuse,
    deliverMessages: async (messages, origin): Promise<Delivered> => {
      await bench.hold()
      delivered.push(...messages.map((message) => [message, origin] as const))
      return { facts: messages.length, rejected: 0 }
    },
    alive: alive ?? (() => undefined),
    answered: () => undefined,
    listening: () => undefined,
  }
  const run = tcp.run(context)
  const stop = async (): Promise<void> => {
    controller.abort()
    await run.catch(() => undefined)
  }
  stops.push(stop)
  return Object.assign(bench, { port, clock, delivered, run, stop })
}

const report = (mn: string, flag = 5): Buffer =>
  encodeFrame({ qn: '20261123142108001', st: '32', cn: '2011', pw: '1', mn, flag, cp: 'DataTime=20261123142108;w01018-Rtd=12' })
const answerTo = (mn: string): string => encodeFrame({ qn: '20261123142108001', st: '91', cn: '9014', pw: '1', mn, flag: 4, cp: '' }).toString()

/** A device; `heard` is all it was answered. The listener may not be up yet: it tries again, as devices do. */
async function device(port: number, host = '127.0.0.1'): Promise<Socket & { heard: string }> {
  for (;;) {
    const socket = connect({ port, host })
    const isUp = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    if (!isUp) continue
    socket.on('error', () => undefined)
    const heard = Object.assign(socket, { heard: '' })
    socket.on('data', (bytes: Buffer) => (heard.heard += bytes.toString('latin1')))
    return heard
  }
}

const devicesOf = ({ delivered }: Bench) => delivered.map(([message]) => ('value' in message ? (message.value as { mn: string }).mn : 'refused'))
const refusalsOf = ({ delivered }: Bench) => delivered.flatMap(([message]) => ('refusal' in message ? [message.refusal.detail] : []))
const until = vi.waitFor

describe('TCP listener', () => {
  it('delivers what a device sends, and answers when it is durable', async () => {
    const bench = await start()
    let release: () => void = () => undefined
    bench.hold = () => new Promise((resolve) => (release = resolve))
    const socket = await device(bench.port)
    socket.write(report('M1'))
    const waiting = release
    await until(() => expect(release).not.toBe(waiting))
    expect(socket.heard).toBe('')
    release()
    await until(() => expect(socket.heard).toBe(answerTo('M1')))
    expect(bench.delivered).toMatchObject([[{ value: { mn: 'M1' }, place: 'frame 1' }, '127.0.0.1']])
    socket.destroy()
  })

  it('keeps two devices apart whose bytes are interleaved', async () => {
    const bench = await start()
    const [one, two] = [await device(bench.port), await device(bench.port)]
    const [first, second] = [report('M1'), report('M2')]
    for (let at = 0; at < first.length; at += 10) {
      one.write(first.subarray(at, at + 10))
      two.write(second.subarray(at, at + 10))
      await new Promise(setImmediate)
    }
    await until(() => expect([one.heard, two.heard]).toEqual([answerTo('M1'), answerTo('M2')]))
    one.destroy()
    two.destroy()
  })

  it('answers a device that has closed its half, and tells of the half frame it left', async () => {
    const bench = await start()
    const socket = await device(bench.port)
    socket.end(Buffer.concat([report('M1'), report('M2').subarray(0, 30)]))
    await once(socket, 'close')
    expect(socket.heard).toBe(answerTo('M1'))
    expect(devicesOf(bench)).toEqual(['M1', 'refused'])
    expect(refusalsOf(bench)).toEqual(['30 bytes: the connection ended in the middle of a frame; the device should send it again, whole'])
  })

  it('keeps the good frame of a device that dies in the next', async () => {
    const bench = await start()
    const socket = await device(bench.port)
    socket.write(Buffer.concat([report('M1'), report('M2').subarray(0, 30)]))
    await until(() => expect(socket.heard).toBe(answerTo('M1')))
    socket.resetAndDestroy()
    await until(() => expect(refusalsOf(bench)).toHaveLength(1))
    expect(devicesOf(bench)).toEqual(['M1', 'refused'])
  })

  it('survives a flood of garbage and 20 MB without an end, with little in memory, and serves the others meanwhile', async () => {
    const bench = await start({ codec: streaming(jt808) })
    const [flooder, good] = [await device(bench.port), await device(bench.port)]
    flooder.write(Buffer.from([0x7e]))
    const flood = Buffer.alloc(1024 * 1024, 1)
    for (let part = 0; part < 20; part += 1) if (!flooder.write(flood)) await once(flooder, 'drain')
    good.write(Buffer.from(jt808.sample.body, 'hex'))
    await until(() => expect(good.heard).not.toBe(''))
    flooder.end()
    await once(flooder, 'close')
    expect(refusalsOf(bench)[0]).toContain('without an end')
    expect(bench.delivered.every(([message]) => (message.text ?? '').length <= 200_000)).toBe(true)
    good.destroy()
  })

  it('closes a device that sends a byte now and then but never a frame, and keeps one that speaks', async () => {
    const bench = await start({ transport: { idleSeconds: 60 } })
    const [slow, good] = [await device(bench.port), await device(bench.port)]
    const closed = once(slow, 'close')
    const frame = report('M1')
    for (let at = 0; at < 6; at += 1) {
      slow.write(frame.subarray(at, at + 1))
      good.write(report(`M${String(at)}`))
      await until(() => expect(good.heard.split('9014')).toHaveLength(at + 2))
      bench.clock.advance(11_000)
    }
    await closed
    good.write(report('M9'))
    await until(() => expect(good.heard).toContain('MN=M9'))
    good.destroy()
  })

  it('closes a device that never reads its answers, and says so', async () => {
    // each piece is answered with more than a socket holds
    const answer = (): Buffer => Buffer.alloc(16 * 1024 * 1024)
    const talkative = {
      openStream: () => ({ push: () => [{ message: undefined, answer }], end: () => [] }),
    }
    const bench = await start({ codec: talkative })
    const socket = (await device(bench.port)).pause()
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('.')
    await until(() =>
      expect(refusalsOf(bench)).toEqual([
        'device 127.0.0.1: has not read 65536 bytes of answers, so its connection is closed; mend its reading, or let it ask for no answers',
      ]),
    )
    socket.resume()
    await closed
  })

  it('reads no more of a device than a few deliveries while nothing becomes durable', async () => {
    const bench = await start()
    let calls = 0
    let release: () => void = () => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    bench.hold = () => {
      calls += 1
      return held
    }
    const socket = await device(bench.port)
    for (let index = 0; index < 12; index += 1) {
      socket.write(report(`M${String(index)}`))
      // one piece each: the listener gets a turn to read it
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    }
    await until(() => expect(calls).toBe(4))
    release()
    await until(() => expect(socket.heard.split('9014')).toHaveLength(13))
    expect(devicesOf(bench)).toEqual(Array.from({ length: 12 }, (_, index) => `M${String(index)}`))
    socket.destroy()
  })

  it('does not answer what could not be recorded; the device sends it again', async () => {
    const bench = await start()
    let isFull = true
    bench.hold = () => (isFull ? Promise.reject(new NotTakenError('the disk is full')) : Promise.resolve())
    const socket = await device(bench.port)
    socket.write(report('M1'))
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    isFull = false
    socket.write(report('M2'))
    await until(() => expect(socket.heard).toContain('MN=M2'))
    socket.write(report('M1'))
    await until(() => expect(socket.heard).toContain('MN=M1'))
    expect(devicesOf(bench)).toEqual(expect.arrayContaining(['M1', 'M2']))
    socket.destroy()
  })

  it('tells a terminal in so many words that it failed', async () => {
    const bench = await start({ codec: streaming(jt808) })
    bench.hold = () => Promise.reject(new NotTakenError('the disk is full'))
    const socket = await device(bench.port)
    socket.write(Buffer.from(jt808.sample.body, 'hex'))
    await until(() => expect(socket.heard).not.toBe(''))
    // serial and id of what is answered, then 1: failed
    expect(Buffer.from(socket.heard, 'latin1').toString('hex')).toContain('7d02020001')
    socket.destroy()
  })

  it('holds what a device sent that waits for no answer, until it can be recorded', async () => {
    const bench = await start()
    let tries = 0
    bench.hold = () => (++tries < 3 ? Promise.reject(new NotTakenError('the disk is full')) : Promise.resolve())
    const socket = await device(bench.port)
    socket.write(report('M1', 4))
    await until(() => {
      bench.clock.advance(5_000)
      expect(devicesOf(bench)).toEqual(['M1'])
    })
    expect(tries).toBe(3)
    socket.destroy()
  })

  it('turns away an address that is not allowed, and tells of it once', async () => {
    const bench = await start({ transport: { allowFrom: ['10.62.0.0/16'] } })
    for (let time = 0; time < 3; time += 1) {
      const socket = await device(bench.port)
      await once(socket, 'close')
    }
    await until(() => expect(refusalsOf(bench)).toEqual(['device 127.0.0.1: is not in allowFrom; add it there if it is a device of this feed']))
  })

  it('keeps to its numbers of connections', async () => {
    const bench = await start({ transport: { maxConnectionsPerAddress: 1 } })
    const first = await device(bench.port)
    first.write(report('M1'))
    await until(() => expect(first.heard).not.toBe(''))
    const second = await device(bench.port)
    await once(second, 'close')
    await until(() => expect(refusalsOf(bench)[0]).toContain('maxConnectionsPerAddress'))
    first.end()
    await once(first, 'close')
    const third = await device(bench.port)
    third.write(report('M3'))
    await until(() => expect(third.heard).not.toBe(''))
    third.destroy()
  })

  it('listens on IPv6, and knows IPv4 in its dress', async () => {
    const bench = await start({ host: '::' })
    const [six, four] = [await device(bench.port, '::1'), await device(bench.port, '127.0.0.1')]
    six.write(report('M6'))
    four.write(report('M4'))
    await until(() => expect([six.heard, four.heard]).toEqual([answerTo('M6'), answerTo('M4')]))
    expect(bench.delivered.map(([, origin]) => origin).sort()).toEqual(['127.0.0.1', '::1'])
    six.destroy()
    four.destroy()
  })

  it('takes packets whose message is not whole as a sign of life', async () => {
    const alive = vi.fn()
    const bench = await start({ alive })
    const socket = await device(bench.port)
    socket.write(encodeFrame({ qn: '1', st: '32', cn: '2011', mn: 'M1', flag: 7, packet: { total: 2, index: 1 }, cp: 'DataTime=20261123142108' }))
    await until(() => expect(alive).toHaveBeenCalled())
    expect(bench.delivered).toEqual([])
    socket.destroy()
  })

  it('answers what is under way when it is stopped, and leaves no socket and no port behind', async () => {
    const bench = await start()
    let release: () => void = () => undefined
    bench.hold = () => new Promise((resolve) => (release = resolve))
    const waiting = release
    const socket = await device(bench.port)
    const closed = once(socket, 'close')
    socket.write(Buffer.concat([report('M1'), report('M2').subarray(0, 30)]))
    await until(() => expect(release).not.toBe(waiting))
    const stopped = bench.stop()
    release()
    await Promise.all([stopped, closed])
    expect(socket.heard).toBe(answerTo('M1'))
    expect(refusalsOf(bench)).toEqual([])
    const again = await start({ port: bench.port })
    const next = await device(again.port)
    next.destroy()
  })

  it('says in words that a port is taken', async () => {
    const bench = await start()
    await device(bench.port).then((socket) => socket.destroy())
    const second = await start({ port: bench.port })
    await expect(second.run).rejects.toThrow(
      `port ${String(bench.port)} of 127.0.0.1 is taken by another program or another feed; stop it, or give another port`,
    )
  })

  it('fails with what a delivery throws that it should not', async () => {
    const bench = await start()
    bench.hold = () => Promise.reject(new Error('a bug'))
    const socket = await device(bench.port)
    socket.write(report('M1'))
    await expect(bench.run).rejects.toThrow('a bug')
    if (!socket.destroyed) await once(socket, 'close')
    expect(socket.heard).toBe('')
  })

  it('does not listen when it is stopped already', async () => {
    const signal = AbortSignal.abort()
    const url = new URL(`tcp://127.0.0.1:${String(await freePort())}`)
    const context = { url, signal, openStream: () => hj212.openStream!({}), options: tcp.options.parse({}) }
    // the rest of a context is never asked for
    await tcp.run(context as unknown as TransportContext<TcpOptions>)
    const server = createServer().listen(Number(url.port), '127.0.0.1')
    await once(server, 'listening')
    server.close()
  })

  it.each([
    ['a codec that reads no stream', 'tcp://127.0.0.1:9212', undefined, 'codec: cannot read a stream'],
    ['a name', 'tcp://example:9212', () => sl651.openStream!({ stayOnline: true }), 'source: "example" is no address'],
    ['no port', 'tcp://127.0.0.1', () => sl651.openStream!({ stayOnline: true }), 'source: names no port'],
  ])('is misconfigured with %s', async (_, source, openStream, words) => {
    const context = { url: new URL(source), signal: new AbortController().signal, openStream, options: tcp.options.parse({}) }
    // the rest of a context is never asked for
    const run = tcp.run(context as unknown as TransportContext<TcpOptions>)
    await expect(run).rejects.toThrow(MisconfiguredError)
    await expect(run).rejects.toThrow(words)
  })

  it('serves vehicles that register, and stations, as well', async () => {
    const bench = await start({ codec: streaming(jt808) })
    const socket = await device(bench.port)
    const header = { id: 0x0100, edition: 2013, encryption: 0, phone: '013912345678', serial: 1 } as const
    socket.write(encodeJt808({ header, body: Buffer.alloc(37) }))
    await until(() => expect(Buffer.from(socket.heard, 'latin1').toString('hex')).toContain('8100'))
    expect(JSON.stringify(bench.delivered.map(([message]) => 'value' in message && message.value))).not.toContain('13912345678')
    socket.destroy()
  })
})

describe('address ranges', () => {
  it('knows addresses and ranges of both families', () => {
    const allowed = addressRanges(['10.62.0.0/16', '192.168.1.7', 'fd00::/8', '::1'])
    const asked = ['10.62.3.4', '::ffff:10.62.3.4', '10.63.0.1', '192.168.1.7', '192.168.1.8', 'fd12::1', 'fd12::1%eth0', 'fe80::1', '::1', '', 'x']
    expect(asked.filter(allowed)).toEqual(['10.62.3.4', '::ffff:10.62.3.4', '192.168.1.7', 'fd12::1', 'fd12::1%eth0', '::1'])
  })

  it('knows what is none', () => {
    const texts = ['10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', 'fd00::/129', 'host', '10.0.0/8', '']
    expect(texts.filter(isAddressRange)).toEqual([])
  })
})
