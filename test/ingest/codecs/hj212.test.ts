import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hj212 } from '../../../server/ingest/codecs/hj212.ts'
import { encodeFrame, parseItems } from '../../../server/ingest/codecs/hj212/segment.ts'
import { anyBytes, answersOf, itemsOf, limits, messagesOf, origin, pieceSizes, refusalsOf, streamOf, valuesOf } from './stream.ts'

const open = () => hj212.openStream!({})
const read = (text: string | Buffer, sizes?: readonly number[]) => itemsOf(open(), Buffer.from(text), sizes)

const command = '##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n'
const water =
  '##0139ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817000;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&4980\r\n'
const trap =
  '##0136ST=32;CN=2011;PW=123456;MN=LD130133000015;CP=&&DataTime=20160824003817;B01-Rtd=36.91;011-Rtd=231.0,011-Flag=N;060-Rtd=1.803,060-Flag=N&&4980\r\n'

const waterValue = {
  st: '32',
  cn: '2011',
  mn: 'LD130133000015',
  dataTime: '20160824003817000',
  fields: {},
  factors: { B01: { Rtd: '36.91' }, '011': { Rtd: '231.0', Flag: 'N' }, '060': { Rtd: '1.803', Flag: 'N' } },
}

const device = { st: '32', cn: '2011', pw: '123456', mn: 'M1' }
const split = (index: number, cp: string): Buffer => encodeFrame({ ...device, qn: '20261123142108001', flag: 7, packet: { total: 3, index }, cp })
const one = encodeFrame({ ...device, qn: '20261123142108001', flag: 5, cp: 'DataTime=20261123142108;w01018-Rtd=12' })

describe('HJ 212', () => {
  it('reads the published frames', () => {
    expect(valuesOf(read(command + water))).toEqual([
      {
        qn: '20160801085857223',
        st: '32',
        cn: '1062',
        mn: '010000A8900016F000169DC0',
        flag: 5,
        fields: { RtdInterval: '30' },
        factors: {},
      },
      waterValue,
    ])
  })

  it('keeps the frame as it came, and where it stood', () => {
    expect(messagesOf(read(water))).toEqual([{ value: waterValue, text: water.trimEnd(), place: 'frame 1' }])
  })

  it('refuses the widely copied sample with the wrong CRC, naming both, and reads on behind it', () => {
    const items = read(trap + water)
    expect(refusalsOf(items)).toEqual([
      'CRC: found "4980", right for these 136 characters is 3C00; damaged on its way, or its length or CRC is made wrongly',
    ])
    expect(valuesOf(items)).toEqual([waterValue])
    expect(valuesOf(read(trap.replace('4980', '3c00')))).toMatchObject([{ dataTime: '20160824003817' }])
  })

  it('answers 9014 when bit 0 of Flag asks for it, with the version of its Flag', () => {
    const items = read(one)
    const answer = encodeFrame({ ...device, qn: '20261123142108001', st: '91', cn: '9014', flag: 4, cp: '' })
    expect(answersOf(items)).toEqual([answer.toString('hex').toUpperCase()])
    expect(answer.toString()).toBe('##0065QN=20261123142108001;ST=91;CN=9014;PW=123456;MN=M1;Flag=4;CP=&&&&65C0\r\n')
    expect(answersOf(read(one), false)).toEqual([])
  })

  it('answers a notice with 9013, answers with nothing, and who does not ask with nothing', () => {
    const clock = read(encodeFrame({ ...device, cn: '1013', flag: 5, cp: 'PolId=w01018' }))
    expect(Buffer.from(answersOf(clock)[0] ?? '', 'hex').toString()).toContain('CN=9013')
    expect(answersOf(read(encodeFrame({ ...device, cn: '9013', flag: 5, cp: 'ExeRtn=1' })))).toEqual([])
    expect(answersOf(read(water))).toEqual([])
  })

  it('puts packets together in whatever order they come, and answers each', () => {
    const items = read(Buffer.concat([split(3, 'w21003-Rtd=1.5'), split(1, 'DataTime=20261123142108'), split(2, 'w01018-Rtd=12')]))
    expect(valuesOf(items)).toMatchObject([{ dataTime: '20261123142108', factors: { w01018: { Rtd: '12' }, w21003: { Rtd: '1.5' } } }])
    expect(answersOf(items)).toHaveLength(3)
  })

  it('needs only the last packet again when a split message could not be recorded', () => {
    const decoder = open()
    const first = decoder.push(Buffer.concat([1, 2, 3].map((index) => split(index, `w01018-Rtd=${String(index)}`))))
    expect(answersOf(first, false)).toEqual([])
    expect(valuesOf(decoder.push(split(3, 'w01018-Rtd=3')))).toHaveLength(1)
  })

  it('says which packets never came', () => {
    const items = read(Buffer.concat([split(1, 'DataTime=20261123142108'), split(3, 'w01018-Rtd=12')]))
    expect(refusalsOf(items)).toEqual(['packets 2 of 3 never came; the device should send the whole message again'])
  })

  it('keeps the good items beside a bad one, and says which was bad', () => {
    const items = read(encodeFrame({ ...device, flag: 5, cp: 'DataTime=20261123142108;w01018-Rtd=12,Flag=N;?!;a34004-Avg=3' }))
    expect(valuesOf(items)).toMatchObject([{ factors: { w01018: { Rtd: '12', Flag: 'N' }, a34004: { Avg: '3' } } }])
    expect(refusalsOf(items)).toEqual(['CP: "?!" cannot be read; send name=value, or factor-name=value'])
    expect(answersOf(items)).toHaveLength(1)
  })

  it.each([
    ['CN: missing or too long; send the command, such as CN=2011', { ...device, cn: '' }],
    ['MN: missing or too long; send the number of the device, at most 64 characters', { ...device, mn: '' }],
    ['PNUM="3", PNO="4": no packet number; send PNO from 1 to PNUM', { ...device, packet: { total: 3, index: 4 } }],
  ])('refuses in words: %s', (detail, segment) => {
    expect(refusalsOf(read(encodeFrame({ ...segment, cp: '' })))).toEqual([detail])
  })

  it('finds the next frame after a length that claims it', () => {
    const items = read(`##9139${water.slice(6)}${water}`)
    expect(valuesOf(items)).toEqual([waterValue])
    expect(refusalsOf(items)).toEqual(['length: says 9139 characters of data, but the line ends after 139; send the true length'])
  })

  it('gives a good frame at once, though one before it was cut short', () => {
    const decoder = open()
    decoder.push(Buffer.from(water.slice(0, 60)))
    expect(valuesOf(decoder.push(Buffer.from(water)))).toEqual([waterValue])
  })

  it('tells of half a frame at the end', () => {
    expect(refusalsOf(read(water.slice(0, 60)))).toEqual([
      '60 bytes: the connection ended in the middle of a frame; the device should send it again, whole',
    ])
  })

  it('holds little of a flood, tells of it now and then, and reads the frame behind it', () => {
    const flood = Buffer.alloc(20 * 1024 * 1024, 'x')
    const items = itemsOf(open(), Buffer.concat([flood, Buffer.from(water)]), [65_536])
    expect(valuesOf(items)).toEqual([waterValue])
    const told = refusalsOf(items)
    expect(told).toHaveLength(320)
    expect(told[0]).toBe('65536 bytes that belong to no frame; a frame is ## with four digits of length, the data and four digits of CRC')
    expect(messagesOf(items).every((message) => (message.text ?? '').length <= 1_024)).toBe(true)
  })

  it('decodes a recorded body through the same decoder, and its own sample', async () => {
    const sample = await hj212.decode({ body: Buffer.from(hj212.sample.body), ...origin }, {}, limits)
    expect(sample).toEqual({ ok: true, value: messagesOf(read(water)) })
    expect(await hj212.decode({ body: Buffer.from(water + water), ...origin }, {}, { ...limits, mostMessages: 1 })).toMatchObject({
      ok: false,
      error: { refusal: { code: 'too-large' } },
    })
  })

  it('takes names apart that mean something to JavaScript', () => {
    expect(parseItems('constructor=1;toString-Rtd=2;__proto__=3')).toEqual({
      fields: { constructor: '1' },
      factors: { toString: { Rtd: '2' } },
      unread: ['__proto__=3'],
    })
  })
})

const name = fc.stringMatching(/^[a-z]{2}\d{3}$/)
const text = fc.stringMatching(/^[0-9A-Za-z.]{1,8}$/)
const factors = fc.dictionary(name, fc.dictionary(fc.constantFrom('Rtd', 'Avg', 'Min', 'Max', 'Flag'), text, { minKeys: 1 }), {
  minKeys: 1,
  noNullPrototype: true,
})
const message = fc.record({
  qn: fc.stringMatching(/^\d{17}$/),
  st: fc.constantFrom('21', '22'),
  cn: fc.constantFrom('2011', '2061'),
  mn: text,
  flag: fc.nat(255),
  factors,
})
const encoded = message.map(({ factors: given, ...head }) => {
  const cp = Object.entries(given).map(([code, named]) =>
    Object.entries(named)
      .map(([key, value]) => `${code}-${key}=${value}`)
      .join(','),
  )
  return { value: { ...head, fields: {}, factors: given }, bytes: encodeFrame({ ...head, flag: head.flag & ~2, pw: '1', cp: cp.join(';') }) }
})

describe('HJ 212, any input', () => {
  it('decodes what it encodes', () => {
    fc.assert(
      fc.property(fc.array(encoded, { maxLength: 5 }), pieceSizes, (given, sizes) => {
        const items = read(Buffer.concat(given.map(({ bytes }) => bytes)), sizes)
        expect(valuesOf(items)).toEqual(given.map(({ value }) => ({ ...value, flag: value.flag & ~2 })))
        expect(refusalsOf(items)).toEqual([])
      }),
    )
  })

  it('never throws, and gives the same items however the bytes are cut', () => {
    const stream = streamOf(
      encoded.map(({ bytes }) => bytes),
      [0x23, 0x0d, 0x0a],
    )
    fc.assert(
      fc.property(stream, pieceSizes, (bytes, sizes) => {
        const whole = read(bytes)
        expect(valuesOf(read(bytes, sizes))).toEqual(valuesOf(whole))
        answersOf(whole)
      }),
      { numRuns: 300 },
    )
  })

  it('never loses a good frame beside noise', () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, encoded, (before, after, { bytes, value }) => {
        const noise = (given: Buffer): Buffer => Buffer.from(given.toString('latin1').replaceAll('#', '.'), 'latin1')
        const items = read(Buffer.concat([noise(before), bytes, noise(after)]))
        expect(valuesOf(items)).toEqual([{ ...value, flag: value.flag & ~2 }])
      }),
    )
  })
})
