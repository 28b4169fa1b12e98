import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jt808 } from '../../../server/ingest/codecs/jt808.ts'
import { encodeFrame, jt808Framing, readFrame, uint16 } from '../../../server/ingest/codecs/jt808/frame.ts'
import type { Header } from '../../../server/ingest/codecs/jt808/frame.ts'
import { anyBytes, answersOf, hex, itemsOf, limits, messagesOf, origin, pieceSizes, refusalsOf, streamOf, valuesOf } from './stream.ts'

const options = jt808.options.parse({})
const open = (given: unknown = {}) => jt808.openStream!(jt808.options.parse(given))
const read = (bytes: Buffer, sizes?: readonly number[]) => itemsOf(open(), bytes, sizes)

const readme = hex(jt808.sample.body)
const lock =
  hex(`7E 02 00 00 52 00 20 02 60 43 23 00 A4 00 02 00 00 00 0C 00 02 01 58 B9 1B 06 CB 70 61 00 46 00 00 00 59 21 09 22 16 37 58 01 04 00 00 00 01
  03 02 00 00 25 04 00 00 00 01 30 01 11 31 01 10 E3 01 00 D5 1B 02 20 02 60 43 23 27 95 93 78 61 60 00 12 20 00 00 12 34 27 95 93 78 61 58 00 12 86 7E`)

const header: Header = { id: 0x0200, edition: 2013, encryption: 0, phone: '013912345678', serial: 7 }
const header2019: Header = { ...header, edition: 2019, protocol: 1, phone: '00000000013912345678' }
/** 28 bytes of a located position, from the alarm bits to the time */
const place = hex('00000000 00000003 021DB5A0 065B3C10 0554 0258 005A 261123142108')
const frame = (body: Buffer, over: Partial<Header> = {}): Buffer => encodeFrame({ header: { ...header, ...over }, body })
const fixed = {
  alarmBits: 0,
  alarms: [],
  statusBits: 3,
  isIgnitionOn: true,
  isLocated: true,
  latitude: 35.501472,
  longitude: 106.642448,
  altitude: 1_364,
  speed: 60,
  heading: 90,
  time: '2026-11-23T14:21:08+08:00',
}
const located = { ...fixed, extra: {}, unknown: {} }
/** What terminals are told, taken apart again. */
const told = (items: ReturnType<typeof read>, isTaken = true) =>
  answersOf(items, isTaken).map((answer) => {
    const parsed = readFrame(hex(answer).subarray(0, -1))
    return parsed.ok ? { id: parsed.value.header.id, serial: parsed.value.header.serial, body: parsed.value.body.toString('hex') } : parsed.error
  })

describe('JT/T 808', () => {
  it('reads the published position', () => {
    expect(valuesOf(read(readme))).toEqual([
      {
        message: 'position',
        id: '0200',
        vehicle: expect.stringMatching(/^v-[0-9a-f]{12}$/) as string,
        edition: 2013,
        serial: 126,
        position: {
          alarmBits: 1,
          alarms: ['紧急报警'],
          statusBits: 2,
          isIgnitionOn: false,
          isLocated: true,
          latitude: 12.222222,
          longitude: 132.444444,
          altitude: 40,
          speed: 6,
          heading: 0,
          time: '2018-10-15T10:10:10+08:00',
          extra: { mileage: 10, fuel: 12.5 },
          unknown: {},
        },
      },
    ])
  })

  it('reads the position of a real lock, and keeps what its maker added', () => {
    expect(valuesOf(read(lock))).toMatchObject([
      {
        position: {
          alarmBits: 0x20000,
          // bit 17 was reserved before 2019
          alarms: [],
          latitude: 22.591771,
          longitude: 113.995873,
          heading: 89,
          time: '2021-09-22T16:37:58+08:00',
          extra: { mileage: 0.1, recorderSpeed: 0, signalBits: 1, signalStrength: 17, satellites: 16 },
          unknown: { E3: '00', D5: '022002604323279593786160001220000012342795937861580012' },
        },
      },
    ])
  })

  it('reads the header of 2019, south and west, and the alarms of that edition', () => {
    const body = Buffer.from(place)
    body.writeUInt32BE(0x20002, 0)
    body.writeUInt32BE(0b1110, 4)
    const items = read(encodeFrame({ header: header2019, body }))
    expect(valuesOf(items)).toMatchObject([
      { edition: 2019, position: { alarms: ['超速报警', '右转盲区异常报警'], latitude: -35.501472, longitude: -106.642448, isIgnitionOn: false } },
    ])
    const [answer = ''] = answersOf(items)
    const parsed = readFrame(hex(answer).subarray(0, -1))
    expect(parsed).toMatchObject({ ok: true, value: { header: { edition: 2019, protocol: 1, phone: header2019.phone } } })
  })

  it('names a vehicle after a hash of its terminal, the same in both editions; or after the last six digits', () => {
    const both = valuesOf(read(Buffer.concat([frame(place), encodeFrame({ header: header2019, body: place })])))
    const [first, second] = both as readonly { vehicle: string }[]
    expect(first?.vehicle).toBe(second?.vehicle)
    expect(JSON.stringify(both)).not.toContain('13912345678')
    expect(valuesOf(itemsOf(open({ terminal: 'last-six' }), frame(place)))).toMatchObject([{ vehicle: 'v-345678' }])
    const [salted] = valuesOf(itemsOf(open({ salt: 'a' }), frame(place))) as readonly { vehicle: string }[]
    expect(salted?.vehicle).not.toBe(first?.vehicle)
  })

  it('tells the fleet by the longest prefix', () => {
    const fleets = { '139': 'bus', '139123': 'patrol' }
    expect(valuesOf(itemsOf(open({ fleets }), frame(place)))).toMatchObject([{ fleet: 'patrol' }])
    expect(valuesOf(itemsOf(open({ fleets: { '138': 'bus' } }), frame(place)))[0]).not.toHaveProperty('fleet')
  })

  it('registers, logs in, and answers with serials of its own', () => {
    const items = read(
      Buffer.concat([
        frame(Buffer.alloc(40), { id: 0x0100, serial: 1 }),
        frame(Buffer.from('yiping'), { id: 0x0102, serial: 2 }),
        frame(Buffer.alloc(0), { id: 0x0002, serial: 3 }),
        frame(place, { serial: 4 }),
        frame(Buffer.alloc(0), { id: 0x0003, serial: 5 }),
        frame(Buffer.alloc(5), { id: 0x0001, serial: 6 }),
        frame(Buffer.alloc(5), { id: 0x0900, serial: 7 }),
      ]),
    )
    expect(valuesOf(items).map((value) => (value as { message: string }).message)).toEqual([
      'register',
      'authenticate',
      'heartbeat',
      'position',
      'log-out',
      'other',
      'other',
    ])
    expect(told(items)).toEqual([
      { id: 0x8100, serial: 0, body: `000100${Buffer.from('yiping').toString('hex')}` },
      { id: 0x8001, serial: 1, body: '0002010200' },
      { id: 0x8001, serial: 2, body: '0003000200' },
      { id: 0x8001, serial: 3, body: '0004020000' },
      { id: 0x8001, serial: 4, body: '0005000300' },
      { id: 0x8001, serial: 5, body: '0007090003' },
    ])
  })

  it('answers that it failed when nothing could be recorded, and a registration with nothing', () => {
    expect(told(read(frame(place)), false)).toEqual([{ id: 0x8001, serial: 0, body: '0007020001' }])
    expect(told(read(frame(Buffer.alloc(40), { id: 0x0100 })), false)).toEqual([])
  })

  it('reads a batch position by position: a bad one is refused by itself, each can be sent again alone', () => {
    const part = (body: Buffer): Buffer => Buffer.concat([uint16(body.length), body])
    const items = read(frame(Buffer.concat([hex('0003 01'), part(place), part(place.subarray(0, 20)), part(place)]), { id: 0x0704 }))
    const one = { message: 'position', id: '0200', isSupplement: true, position: located }
    expect(valuesOf(items)).toMatchObject([one, one])
    expect(messagesOf(items)[1]).toMatchObject({
      refusal: { stage: 'decode', code: 'bad-shape', detail: 'position: 20 bytes; send at least 28, from the alarm bits to the time' },
      place: 'frame 1, position 2',
    })
    expect(told(items)).toEqual([{ id: 0x8001, serial: 0, body: '0007070400' }])
    expect(valuesOf(read(hex(messagesOf(items)[0]?.text ?? '')))).toMatchObject([{ position: located }])
  })

  it('says where a batch cannot be told apart', () => {
    const items = read(frame(Buffer.concat([hex('0003 00'), uint16(28), place, uint16(500)]), { id: 0x0704 }))
    expect(valuesOf(items)).toHaveLength(1)
    expect(refusalsOf(items)).toEqual(['frame 1, position 2: its length does not fit; it and what follows cannot be told apart; send true lengths'])
    expect(refusalsOf(read(frame(hex('0003'), { id: 0x0704 })))).toHaveLength(1)
  })

  it('puts split messages together and answers each packet', () => {
    const body = Buffer.concat([hex('0002 00'), uint16(28), place, uint16(28), place])
    const packet = (index: number, part: Buffer): Buffer => frame(part, { id: 0x0704, serial: 40 + index, packet: { total: 2, index } })
    const items = read(Buffer.concat([packet(2, body.subarray(30)), packet(1, body.subarray(0, 30))]))
    expect(valuesOf(items)).toHaveLength(2)
    expect(told(items).map((answer) => 'body' in answer && answer.body)).toEqual(['002a070400', '0029070400'])
    expect(refusalsOf(read(packet(1, body)))).toEqual(['packets 2 of 2 never came; the device should send the whole message again'])
    expect(refusalsOf(read(packet(3, body)))).toEqual(['packet 3 of 2: number packets from 1'])
  })

  it('answers every packet of a picture, and holds none', () => {
    const packet = (index: number): Buffer => frame(Buffer.alloc(900), { id: 0x0801, serial: index, packet: { total: 9, index } })
    const items = read(Buffer.concat([1, 2, 3].map(packet)))
    expect(messagesOf(items)).toEqual([])
    expect(answersOf(items)).toHaveLength(3)
  })

  it('refuses encrypted bodies in words, and says so to the terminal', () => {
    const items = read(frame(place, { encryption: 1 }))
    expect(refusalsOf(items)).toEqual([
      'body: encrypted (attributes, bits 10-12), which cannot be read here; set the terminal to send in clear, over a private network',
    ])
    expect(told(items)).toEqual([{ id: 0x8001, serial: 0, body: '0007020003' }])
  })

  it.each([
    ['a length beyond the end', '01FF00', { extra: {}, unknown: { rest: '01FF00' } }],
    ['the wrong length for a known item', '0102000A300117', { extra: { signalStrength: 23 }, unknown: { '01': '000A' } }],
    ['a lone id', '300117FF', { extra: { signalStrength: 23 }, unknown: { rest: 'FF' } }],
  ])('keeps the position when an extra item has %s', (_, tail, expected) => {
    expect(valuesOf(read(frame(Buffer.concat([place, hex(tail)]))))).toMatchObject([{ position: { ...located, ...expected } }])
  })

  it('leaves out a time that is none', () => {
    const body = Buffer.from(place)
    hex('261323142108').copy(body, 22)
    expect((valuesOf(read(frame(body)))[0] as { position: object }).position).not.toHaveProperty('time')
  })

  it('refuses damage in words, and reads on', () => {
    const damaged = Buffer.from(frame(place))
    damaged[20] = (damaged[20] ?? 0) ^ 1
    const wrongEscape = hex('7E0200 7D05 7E')
    const good = frame(place)
    const items = read(Buffer.concat([hex('AABB'), damaged, wrongEscape, good.subarray(0, 20), good]))
    expect(valuesOf(items)).toMatchObject([{ position: located }])
    expect(refusalsOf(items)).toEqual([
      '2 bytes that belong to no frame; a frame stands between two bytes 7E',
      expect.stringMatching(/^checksum: found [0-9A-F]{2}, right for these 40 bytes is [0-9A-F]{2}; damaged on its way$/) as string,
      'escape: 7D is followed by neither 01 nor 02; escape 7E as 7D02 and 7D as 7D01',
      expect.stringMatching(/^checksum/) as string,
    ])
  })

  it('refuses a header that does not fit its length', () => {
    const parsed = readFrame(frame(place).subarray(0, -1))
    expect(parsed.ok).toBe(true)
    const short = Buffer.from(frame(place))
    // one byte less stated, and the checksum put right
    short[4] = (short[4] ?? 0) ^ 1
    short[short.length - 2] = (short[short.length - 2] ?? 0) ^ 1
    expect(refusalsOf(read(short))).toEqual(['attributes: say 29 bytes of body, found 28; send the true length'])
  })

  it('takes frames that share one flag between them', () => {
    const good = frame(place)
    expect(valuesOf(read(Buffer.concat([good, good.subarray(1)])))).toHaveLength(2)
  })

  it('drops a frame without an end at its greatest length', () => {
    const decoder = open()
    const items = [...decoder.push(hex('7E')), ...decoder.push(Buffer.alloc(3_000, 1)), ...decoder.push(frame(place))]
    expect(refusalsOf(items)[0]).toBe('3001 bytes without an end: no frame is longer than 2092; check that the device speaks this protocol')
    expect(valuesOf(items)).toMatchObject([{ position: located }])
    expect(jt808Framing.longestFrame).toBe(2_092)
  })

  it('decodes a recorded body', async () => {
    expect(await jt808.decode({ body: readme, ...origin }, options, limits)).toEqual({ ok: true, value: messagesOf(read(readme)) })
  })
})

const anyHeader = fc.record({
  id: fc.nat(0xffff),
  edition: fc.constantFrom(2013 as const, 2019 as const),
  encryption: fc.nat(7),
  serial: fc.nat(0xffff),
  packet: fc.option(fc.integer({ min: 1, max: 9 }).map((index) => ({ total: 9, index }))),
  digits: fc.stringMatching(/^\d{20}$/),
})
const anyFrame = fc.tuple(anyHeader, fc.uint8Array({ maxLength: 300 })).map(([{ packet, digits, edition, ...head }, body]) => ({
  header: {
    ...head,
    edition,
    phone: digits.slice(0, edition === 2019 ? 20 : 12),
    ...(edition === 2019 ? { protocol: 1 } : {}),
    ...(packet === null ? {} : { packet }),
  },
  body: Buffer.from(body),
}))

describe('JT/T 808, any input', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(anyFrame, (given) => {
        const bytes = encodeFrame(given)
        const cut = jt808Framing.cut(bytes)
        expect(cut).toEqual({ kind: 'frame', length: bytes.length - 1 })
        expect(readFrame(bytes.subarray(0, -1))).toEqual({ ok: true, value: given })
      }),
    )
  })

  it('never throws, and gives the same items however the bytes are cut', () => {
    fc.assert(
      fc.property(streamOf(anyFrame.map(encodeFrame), [0x7e, 0x7d]), pieceSizes, (bytes, sizes) => {
        const whole = read(bytes)
        expect(messagesOf(read(bytes, sizes))).toEqual(messagesOf(whole))
        answersOf(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('never loses a position to what its maker added', () => {
    fc.assert(
      fc.property(anyBytes, (tail) => {
        expect(valuesOf(read(frame(Buffer.concat([place, tail]))))).toMatchObject([{ position: fixed }])
      }),
    )
  })

  it('never loses a good frame beside noise', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (before, after) => {
        const items = read(Buffer.concat([before, frame(place), after]))
        expect(valuesOf(items)).toContainEqual(expect.objectContaining({ position: located }))
      }),
    )
  })
})
