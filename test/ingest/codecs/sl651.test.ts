import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sl651 } from '../../../server/ingest/codecs/sl651.ts'
import { modbusCrc } from '../../../server/ingest/codecs/frames/crc16.ts'
import { bcdValue, encodeElement } from '../../../server/ingest/codecs/sl651/elements.ts'
import { encodeUp, readFrame, sl651Framing } from '../../../server/ingest/codecs/sl651/frame.ts'
import { anyBytes, answersOf, hex, itemsOf, limits, messagesOf, origin, pieceSizes, refusalsOf, streamOf, valuesOf } from './stream.ts'

const open = (given: unknown = {}) => sl651.openStream!(sl651.options.parse(given))
const read = (bytes: Buffer, sizes?: readonly number[]) => itemsOf(open(), bytes, sizes)

const heartbeat = hex('7E7E01001234567812342F0008020003591011155111036BCA')
const timed = hex(sl651.sample.body)
const test = hex('7E7E010012345678123430002B020003591011154947F1F1001234567848F0F0591011154920190000052619000005392300000127381211150320FA')
const timedValue = {
  station: '0011223344',
  function: '32',
  serial: 52,
  sentAt: '2017-07-18 11:00:16',
  stationClass: 'H',
  readings: [
    { element: '20', observedAt: '2017-07-18 11:00:00', value: 4 },
    { element: '26', observedAt: '2017-07-18 11:00:00', value: 4 },
    { element: '39', observedAt: '2017-07-18 11:00:00', value: 10.49 },
    { element: '38', observedAt: '2017-07-18 11:00:00', value: 10.99 },
  ],
}

const head = { centre: 1, station: '0012345678', password: '1234' }
const begin = hex('0007 261123142000 F1F1001234567848 F0F02611231400')
const report = (elements: string, code = 0x32): Buffer => encodeUp({ ...head, code, body: Buffer.concat([begin, hex(elements)]) })
const readingsOf = (bytes: Buffer) =>
  (valuesOf(read(bytes))[0] as { readings: readonly { element: string; observedAt: string; value: number }[] }).readings
const plain = (bytes: Buffer) => readingsOf(bytes).map(({ element, value }) => [element, value])

describe('SL 651', () => {
  it('reads the published frames', () => {
    expect(valuesOf(read(Buffer.concat([heartbeat, timed])))).toEqual([
      { station: '0012345678', function: '2F', serial: 3, sentAt: '2059-10-11 15:51:11', readings: [] },
      timedValue,
    ])
  })

  it('answers reports as published: the station before the centre, its serial and time given back, ESC to keep the line', () => {
    expect(answersOf(read(timed))).toEqual(['7E7E00112233440503E83280080200341707181100161BE5D4'])
    expect(answersOf(read(test))).toEqual(['7E7E00123456780112343080080200035910111549471B75D4'])
  })

  it('ends with EOT where stations may hang up, and with NAK what could not be recorded', () => {
    const ending = (items: ReturnType<typeof read>, isTaken: boolean) => answersOf(items, isTaken).map((answer) => answer.slice(-6, -4))
    expect(ending(itemsOf(open({ stayOnline: false }), timed), true)).toEqual(['04'])
    expect(ending(read(timed), false)).toEqual(['15'])
  })

  it('answers neither heartbeats nor what it was asked for', () => {
    const query = encodeUp({ ...head, code: 0x37, body: Buffer.concat([begin, encodeElement(0x39, 1.5, 8, 3)]) })
    expect(answersOf(read(Buffer.concat([heartbeat, query])))).toEqual([])
    expect(plain(query)).toEqual([['39', 1.5]])
  })

  it.each([0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x37, 0x38, 0x3a])('reads elements of function %i', (code) => {
    expect(plain(report('3923 00010490', code))).toEqual([['39', 10.49]])
  })

  it('answers a picture and reads nothing of it', () => {
    const items = read(report('F3F3 FFD8FFE000', 0x36))
    expect(valuesOf(items)).toMatchObject([{ function: '36', readings: [] }])
    expect(answersOf(items)).toHaveLength(1)
  })

  it('reads negatives, and leaves out what is marked as invalid', () => {
    expect(plain(report('0219 FF0125 3923 FFFFFFFF 2723 AAAAAAAA 3812 1250'))).toEqual([
      ['02', -12.5],
      ['38', 12.5],
    ])
    expect(refusalsOf(read(report('3923 FFFFFFFF')))).toEqual([])
  })

  it('keeps the elements beside one that is no BCD, and says which', () => {
    const items = read(report('3923 0001ABCD 3812 1250'))
    expect(valuesOf(items)).toMatchObject([{ readings: [{ element: '38', value: 12.5 }] }])
    expect(refusalsOf(items)).toEqual(['element 39: 0001ABCD is no BCD; send each element as mark, length byte and BCD'])
    expect(answersOf(items)).toHaveLength(1)
  })

  it('steps over unknown elements by their length, those of makers too', () => {
    expect(plain(report('7712 1234 FF0112 5678 4520 0000C3FF 3812 1250'))).toEqual([
      ['77', 12.34],
      ['FF01', 56.78],
      ['38', 12.5],
    ])
  })

  it('keeps what came before an element that runs beyond the end', () => {
    const items = read(report('3812 1250 3923 0001'))
    expect(valuesOf(items)).toMatchObject([{ readings: [{ element: '38', value: 12.5 }] }])
    expect(refusalsOf(items)).toEqual(['element 39: 39230001 runs beyond the end of the report; send each element as mark, length byte and BCD'])
  })

  it('reads twelve spans of five minutes, each at its end', () => {
    const rain = readingsOf(report('F460 000102030405060708090AFF', 0x34))
    expect(rain).toHaveLength(11)
    expect(rain[0]).toEqual({ element: 'F4', observedAt: '2026-11-23 13:05:00', value: 0 })
    expect(rain[10]).toEqual({ element: 'F4', observedAt: '2026-11-23 13:55:00', value: 1 })
    expect(readingsOf(report(`F5C0 ${'0064'.repeat(11)}FFFF`, 0x34))).toHaveLength(11)
    expect(readingsOf(report(`F5C0 ${'0064'.repeat(12)}`, 0x34)).at(-1)).toEqual({ element: 'F5', observedAt: '2026-11-23 14:00:00', value: 1 })
  })

  it('reads an even-interval report: one element, a step, and its values in a row', () => {
    expect(readingsOf(report('0418 000005 3923 00001000 00002000 00003000', 0x31))).toEqual([
      { element: '39', observedAt: '2026-11-23 14:00:00', value: 1 },
      { element: '39', observedAt: '2026-11-23 14:05:00', value: 2 },
      { element: '39', observedAt: '2026-11-23 14:10:00', value: 3 },
    ])
    expect(plain(report('0418 000005 3923 00001000 3812 1250', 0x31))).toEqual([
      ['39', 1],
      ['38', 12.5],
    ])
  })

  it('leaves values out whose observation time is none', () => {
    const items = read(encodeUp({ ...head, code: 0x32, body: hex('0007 261123142000 F0F02613231400 3812 1250') }))
    expect(valuesOf(items)).toMatchObject([{ readings: [] }])
    expect(refusalsOf(items)[0]).toContain('element F0: 2613231400 is no time')
  })

  it('puts a report in packets together, and answers the last', () => {
    const body = Buffer.concat([begin, hex('3923 00010490 3812 1250')])
    const packet = (index: number, part: Buffer): Buffer => encodeUp({ ...head, code: 0x34, packet: { total: 2, index }, body: part })
    const [first, second] = [packet(1, body.subarray(0, 27)), packet(2, body.subarray(27))]
    const items = read(Buffer.concat([first, second]))
    expect(valuesOf(items)).toMatchObject([{ serial: 7, readings: [{ value: 10.49 }, { value: 12.5 }] }])
    expect(answersOf(items)).toHaveLength(1)
    expect(answersOf(items)[0]).toContain('0007261123142000')
    expect(refusalsOf(read(first))).toEqual(['packets 2 of 2 never came; the device should send the whole message again'])
    expect(refusalsOf(read(packet(3, body)))).toEqual(['packet 3 of 2: number packets from 1'])
  })

  it('takes either count of a split length: with its packet numbers, or without', () => {
    const counted = encodeUp({ ...head, code: 0x34, packet: { total: 1, index: 1 }, body: Buffer.concat([begin, hex('3812 1250')]) })
    const uncounted = Buffer.from(counted)
    uncounted.writeUInt16BE(uncounted.readUInt16BE(11) - 3, 11)
    uncounted.writeUInt16BE(modbusCrc(uncounted.subarray(0, -2)), uncounted.length - 2)
    expect([plain(counted), plain(uncounted)]).toEqual([[['38', 12.5]], [['38', 12.5]]])
  })

  it('answers the last packet of a picture with the serial of the first, and holds none', () => {
    const packet = (index: number, part: Buffer): Buffer => encodeUp({ ...head, code: 0x36, packet: { total: 3, index }, body: part })
    const items = read(Buffer.concat([packet(1, begin), packet(2, Buffer.alloc(900)), packet(3, Buffer.alloc(9))]))
    expect(messagesOf(items)).toEqual([])
    expect(answersOf(items)).toHaveLength(1)
    expect(answersOf(items)[0]).toContain('0007261123142000')
  })

  it('refuses a wrong CRC naming both, and reads on', () => {
    const wrong = Buffer.from(timed)
    wrong[wrong.length - 1] = 0
    const items = read(Buffer.concat([wrong, timed]))
    expect(refusalsOf(items)).toEqual([
      'CRC: found A400, right for these 58 bytes is A421 (high byte first); damaged on its way, or its length is wrong',
    ])
    expect(valuesOf(items)).toEqual([timedValue])
  })

  it('gives a good frame at once, though the length of one before it is damaged', () => {
    const long = Buffer.from(timed)
    long[11] = 0x0f
    const items = open().push(Buffer.concat([long, timed]))
    expect(valuesOf(items)).toEqual([timedValue])
    expect(refusalsOf(items)).toEqual(['60 bytes: a whole frame begins before this one has ended; it was cut short or its length is damaged'])
  })

  it.each([
    ['direction: found 8; stations send 0 (up)', 11, 0x80],
    ['start mark: found 05; send 02, or 16 for one of several packets', 13, 0x05],
  ])('refuses in words: %s', (detail, at, value) => {
    const wrong = Buffer.from(timed)
    wrong[at] = value
    expect(refusalsOf(read(Buffer.concat([wrong, timed])))).toEqual([detail])
  })

  it('says what to do about the ASCII mode, and about a body too short', () => {
    expect(refusalsOf(read(Buffer.from('\u000101001234567812342F')))).toEqual([expect.stringContaining('set the station to HEX') as string])
    expect(refusalsOf(read(encodeUp({ ...head, code: 0x32, body: hex('0001') })))).toEqual([
      'body: 2 bytes; send at least a serial number and a time, 8 bytes',
    ])
  })

  it('tells a line full of marks as noise, once in so many bytes, and reads the good frame behind it', () => {
    const noise = Buffer.alloc(200_000, 0x7e)
    const items = read(Buffer.concat([noise, timed]))
    expect(valuesOf(items)).toEqual(valuesOf(read(timed)))
    expect(refusalsOf(items).length).toBeLessThan(6)
    expect(refusalsOf(items)[0]).toMatch(/^\d+ bytes that belong to no frame/)
  })

  it('leaves the event loop to others while it decodes a long recording', async () => {
    let turns = 0
    const counting = setInterval(() => (turns += 1), 0)
    const decoded = await sl651.decode({ body: Buffer.alloc(200_000, 0x7e), ...origin }, sl651.options.parse({}), limits)
    clearInterval(counting)
    expect(decoded.ok).toBe(true)
    expect(turns).toBeGreaterThan(3)
  })

  it('decodes a recorded body', async () => {
    expect(await sl651.decode({ body: timed, ...origin }, sl651.options.parse({}), limits)).toEqual({ ok: true, value: messagesOf(read(timed)) })
  })
})

const marks = [0x02, 0x18, 0x1a, 0x20, 0x27, 0x38, 0x39]
const anyElement = fc.record({ mark: fc.constantFrom(...marks), value: fc.integer({ min: -999_999, max: 999_999 }), decimals: fc.nat(3) })
const anyReport = fc.array(anyElement, { minLength: 1, maxLength: 8 }).map((elements) => ({
  readings: elements.map(({ mark, value, decimals }) => ({
    element: mark.toString(16).toUpperCase().padStart(2, '0'),
    observedAt: '2026-11-23 14:00:00',
    value: Number((value / 10 ** decimals).toFixed(decimals)),
  })),
  bytes: encodeUp({
    ...head,
    code: 0x32,
    body: Buffer.concat([begin, ...elements.map(({ mark, value, decimals }) => encodeElement(mark, value / 10 ** decimals, 8, decimals))]),
  }),
}))
const anyFrame = fc
  .record({
    centre: fc.nat(255),
    station: fc.stringMatching(/^\d{10}$/),
    password: fc.stringMatching(/^[0-9A-F]{4}$/),
    code: fc.nat(255),
    packet: fc.option(fc.integer({ min: 1, max: 9 }).map((index) => ({ total: 9, index }))),
    body: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  })
  .map(({ packet, ...frame }) => ({ ...frame, ...(packet === null ? {} : { packet }) }))

describe('SL 651, any input', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(anyReport, pieceSizes, ({ bytes, readings }, sizes) => {
        expect(valuesOf(read(bytes, sizes))).toMatchObject([{ readings }])
      }),
    )
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const bytes = encodeUp(frame)
        expect(sl651Framing.cut(bytes)).toEqual({ kind: 'frame', length: bytes.length })
        expect(readFrame(bytes)).toEqual(frame)
      }),
    )
  })

  it('never throws, and gives the same values however the bytes are cut', () => {
    fc.assert(
      fc.property(streamOf(anyFrame.map(encodeUp), [0x7e, 0x02]), pieceSizes, (bytes, sizes) => {
        const whole = read(bytes)
        expect(valuesOf(read(bytes, sizes))).toEqual(valuesOf(whole))
        answersOf(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('reads any bytes as elements without throwing', () => {
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(0x31, 0x32, 0x34), (tail, code) => {
        const items = read(encodeUp({ ...head, code, body: Buffer.concat([begin, hex('3812 1250'), tail]) }))
        expect(valuesOf(items)).toMatchObject([{ station: '0012345678' }])
        expect(plain(report('3812 1250 ' + tail.toString('hex'), code))[0]).toEqual(['38', 12.5])
      }),
    )
  })

  it('never loses a good frame beside noise', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (before, after) => {
        const noise = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => (byte === 0x7e ? 0x7d : byte)))
        expect(valuesOf(read(Buffer.concat([noise(before), timed, noise(after)])))).toEqual([timedValue])
      }),
    )
  })

  it('reads BCD as it is written', () => {
    fc.assert(
      fc.property(fc.nat(99_999_999), fc.nat(7), (value, decimals) => {
        expect(bcdValue(Buffer.from(String(value).padStart(8, '0'), 'hex'), decimals)).toBe(Number(`${String(value)}e-${String(decimals)}`))
      }),
    )
  })
})
