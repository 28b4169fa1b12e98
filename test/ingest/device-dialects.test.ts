import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { quantitySchema } from '../../contract/configuration.ts'
import { factSchema } from '../../contract/fact.ts'
import { feedSchema } from '../../contract/feed.ts'
import type { Codec } from '../../server/ingest/codec.ts'
import { hj212 as hj212Codec } from '../../server/ingest/codecs/hj212.ts'
import { encodeFrame as encodeHj212 } from '../../server/ingest/codecs/hj212/segment.ts'
import { jt808 as jt808Codec } from '../../server/ingest/codecs/jt808.ts'
import { encodeFrame as encodeJt808 } from '../../server/ingest/codecs/jt808/frame.ts'
import { sl651 as sl651Codec } from '../../server/ingest/codecs/sl651.ts'
import { encodeUp } from '../../server/ingest/codecs/sl651/frame.ts'
import type { Dialect, DialectContext } from '../../server/ingest/dialect.ts'
import { hj212 } from '../../server/ingest/feeds/hj212.ts'
import { jt808 } from '../../server/ingest/feeds/jt808.ts'
import { sl651 } from '../../server/ingest/feeds/sl651.ts'
import { hex, itemsOf, valuesOf } from './codecs/stream.ts'

const feed = feedSchema.parse({
  id: 'devices',
  name: '设备',
  shortName: '设备',
  nameEn: 'Devices',
  district: '620802',
  source: 'tcp://0.0.0.0:9212',
  dialect: 'any',
  zone: 'Asia/Shanghai',
  demo: true,
  cadenceSeconds: 60,
  contact: '值班室',
})
// these dialects ask for nothing of the registry
const context = { feed, origin: '127.0.0.1', receivedAt: 0 } as unknown as DialectContext

const file = new URL('../../config/quantities.yaml', import.meta.url)
const shipped = z.strictObject({ quantities: z.array(quantitySchema) }).parse(parse(readFileSync(file, 'utf8'))).quantities
const quantities = new Set(shipped.map(({ id }) => id))

/** From bytes to facts, as the runner does it; each must fit the contract. */
async function factsOf<Options>(codec: Codec<Options>, dialect: Dialect, bytes: Buffer, options: unknown = {}): Promise<readonly unknown[]> {
  const messages = valuesOf(itemsOf(codec.openStream!(codec.options.parse(options)), bytes))
  const mapped = await Promise.all(messages.map(async (message) => dialect.map(dialect.message.parse(message), context)))
  return mapped.flat().map((fact) => factSchema.parse(fact))
}

/** What a mapping throws, as the rejection has it. */
const refusalOf = (mapping: Promise<unknown>): Promise<unknown> =>
  mapping.then(
    () => undefined,
    (error: unknown) => error,
  )

const at = Date.UTC(2026, 10, 23, 6, 21, 8)

describe('HJ 212, its meaning', () => {
  const air = (cp: string, over: Partial<Parameters<typeof encodeHj212>[0]> = {}): Promise<readonly unknown[]> =>
    factsOf(hj212Codec, hj212, encodeHj212({ st: '22', cn: '2011', mn: 'AIR0001', flag: 5, cp: `DataTime=20261123142108;${cp}`, ...over }))
  const reading = { kind: 'sensor-reading', sensor: 'AIR0001', at, quality: 'good' }

  it('says the published frame: flow from L/s, and codes of 2005', async () => {
    const facts = await factsOf(hj212Codec, hj212, Buffer.from(hj212Codec.sample.body))
    const water = { kind: 'sensor-reading', sensor: 'LD130133000015', at: Date.UTC(2016, 7, 23, 16, 38, 17), quality: 'good' }
    expect(facts).toEqual([
      // keys that look like numbers come first, by JavaScript's order
      { ...water, quantity: 'flow', value: 0.03691 },
      { ...water, quantity: 'cod', value: 231 },
      { ...water, quantity: 'ammonia-nitrogen', value: 1.803 },
    ])
  })

  it('knows every factor it names in the shipped quantities', async () => {
    const codes = ['a34004', 'a34002', 'a21026', 'a01001', 'w01018', 'w21003', 'w00000', '011', '060', 'B01']
    const facts = (await air(codes.map((code) => `${code}-Rtd=1`).join(';'))) as readonly { quantity: string }[]
    expect(facts).toHaveLength(codes.length)
    expect(facts.filter(({ quantity }) => !quantities.has(quantity))).toEqual([])
  })

  it.each([
    ['N', 'good'],
    ['M', 'maintenance'],
    ['F', 'maintenance'],
    ['C', 'calibration'],
    ['D', 'fault'],
    ['B', 'fault'],
    ['T', 'suspect'],
    ['S', 'suspect'],
    ['?', 'suspect'],
  ])('marks a value flagged %s as %s', async (flag, quality) => {
    expect(await air(`a34004-Rtd=35,a34004-Flag=${flag}`)).toEqual([{ ...reading, quantity: 'pm25', value: 35, quality }])
  })

  it('takes the mean of an hour, and of minutes, and nothing of a day', async () => {
    const cp = 'a34004-Min=1,a34004-Avg=35,a34004-Max=70'
    expect(await air(cp, { cn: '2061' })).toEqual([{ ...reading, quantity: 'pm25', value: 35 }])
    expect(await air(cp, { cn: '2051' })).toEqual([{ ...reading, quantity: 'pm25', value: 35 }])
    expect(await air(cp, { cn: '2031' })).toEqual([])
    expect(await air(cp)).toEqual([])
  })

  it('reads SO2 of flue gas in mg/m³', async () => {
    expect(await air('a21026-Rtd=0.5', { st: '31' })).toEqual([{ ...reading, quantity: 'so2', value: 500 }])
    expect(await air('02-Rtd=0.5', { st: '31' })).toEqual([{ ...reading, quantity: 'so2', value: 500 }])
    expect(await air('a21026-Rtd=12')).toEqual([{ ...reading, quantity: 'so2', value: 12 }])
  })

  it('says nothing for heartbeats, answers, and messages without factors', async () => {
    expect(await air('', { cn: '9015' })).toEqual([])
    expect(await air('QnRtn=1', { cn: '9011' })).toEqual([])
    expect(await air('')).toEqual([])
  })

  it('leaves unknown factors out beside known ones, and says which they were when there is no other', async () => {
    expect(await air('a99999-Rtd=1;a34004-Rtd=35')).toHaveLength(1)
    expect(await refusalOf(air('a99999-Rtd=1;w99999-Rtd=2'))).toMatchObject({
      code: 'unknown-quantity',
      detail: expect.stringContaining('CP: none of the factors a99999, w99999 is known here') as string,
    })
  })

  it('leaves one bad number out beside a good one, and says so when there is no other', async () => {
    expect(await air('a34002-Rtd=x;a34004-Rtd=35')).toHaveLength(1)
    expect(await refusalOf(air('a34002-Rtd=x'))).toMatchObject({
      code: 'unknown-value',
      detail: 'a34002-Rtd: "x" is not a number; send it in plain digits',
    })
  })

  it('refuses a time that is none', async () => {
    const mapping = factsOf(hj212Codec, hj212, encodeHj212({ cn: '2011', mn: 'A', cp: 'DataTime=2026;a34004-Rtd=1' }))
    expect(await refusalOf(mapping)).toMatchObject({
      code: 'bad-instant',
      detail: 'DataTime: "2026" is not a time; send 14 or 17 digits, as "20261123142108", in Asia/Shanghai',
    })
  })

  it('keeps the milliseconds of 17 digits', async () => {
    const facts = await factsOf(hj212Codec, hj212, encodeHj212({ cn: '2011', mn: 'A', cp: 'DataTime=20261123142108007;a34004-Rtd=1' }))
    expect(facts).toMatchObject([{ at: at + 7 }])
  })
})

describe('SL 651, its meaning', () => {
  const station = (elements: string, code = 0x34): Promise<readonly unknown[]> => {
    const body = hex(`0007 261123142000 F1F1001234567848 F0F02611231400 ${elements}`)
    return factsOf(sl651Codec, sl651, encodeUp({ centre: 1, station: '0012345678', password: '1234', code, body }))
  }
  const reading = { kind: 'sensor-reading', sensor: '0012345678', at: Date.UTC(2026, 10, 23, 6, 0) }

  it('says the published report: the level and the voltage, and no rain of an hour', async () => {
    const published = { kind: 'sensor-reading', sensor: '0011223344', at: Date.UTC(2017, 6, 18, 3, 0) }
    expect(await factsOf(sl651Codec, sl651, hex(sl651Codec.sample.body))).toEqual([
      { ...published, quantity: 'water-level', value: 10.49 },
      { ...published, quantity: 'voltage', value: 10.99 },
    ])
  })

  it('says flow, temperature and rain of an hour, all of shipped quantities', async () => {
    const facts = (await station('2723 00012345 0219 FF0125 1A19 000045')) as readonly { quantity: string }[]
    expect(facts).toEqual([
      { ...reading, quantity: 'flow', value: 12.345 },
      { ...reading, quantity: 'temperature', value: -12.5 },
      { ...reading, quantity: 'rain-hour', value: 4.5 },
    ])
    expect(facts.filter(({ quantity }) => !quantities.has(quantity))).toEqual([])
  })

  it('adds up twelve spans of five minutes, when all are there and the hour itself is not', async () => {
    expect(await station('F460 010101010101010101010102')).toEqual([{ ...reading, quantity: 'rain-hour', value: 1.3 }])
    expect(await station('F460 0101010101010101010101FF')).toEqual([])
    expect(await station('F460 010101010101010101010102 1A19 000013')).toHaveLength(1)
  })

  it('says nothing for heartbeats and pictures', async () => {
    expect(await station('', 0x2f)).toEqual([])
    expect(await station('F3F3 FFD8', 0x36)).toEqual([])
  })
})

describe('JT/T 808, its meaning', () => {
  const header = { id: 0x0200, edition: 2013, encryption: 0, phone: '013912345678', serial: 7 } as const
  const position = (body: string, options: unknown = {}): Promise<readonly unknown[]> =>
    factsOf(jt808Codec, jt808, encodeJt808({ header, body: hex(body) }), options)
  const located = '00000000 00000003 021DB5A0 065B3C10 0554 0258 005A 261123142108'

  it('says where a vehicle was, never whose it is', async () => {
    const facts = await position(located, { terminal: 'last-six', fleets: { '139': 'bus' } })
    expect(facts).toEqual([{ kind: 'vehicle', id: 'v-345678', at, place: [106.642448, 35.501472], speed: 60, heading: 90, type: 'bus' }])
    expect(JSON.stringify(await position(located))).not.toContain('13912345678')
  })

  it('says its alarms in words', async () => {
    expect(await position(located.replace('00000000', '00000003'))).toMatchObject([{ alarm: '紧急报警、超速报警' }])
    const all = (await position(located.replace('00000000', 'FFFFFFFF'))) as readonly { alarm: string }[]
    expect(all[0]?.alarm.length).toBeLessThanOrEqual(200)
  })

  it('says nothing without a fix, without a place, and for all that is no position', async () => {
    expect(await position(located.replace('00000003', '00000001'))).toEqual([])
    expect(await position(located.replace('021DB5A0 065B3C10', '00000000 00000000'))).toEqual([])
    const heartbeat = encodeJt808({ header: { ...header, id: 2 }, body: Buffer.alloc(0) })
    expect(await factsOf(jt808Codec, jt808, heartbeat)).toEqual([])
  })

  it('leaves out a speed and a heading that no vehicle has', async () => {
    const [fact] = await position(located.replace('0258 005A', 'FFFF FFFF'))
    expect(fact).toEqual({ kind: 'vehicle', id: expect.any(String) as string, at, place: [106.642448, 35.501472] })
  })

  it.each([
    ['bad-instant', located.replace('261123', '261323'), {}, 'position.time: not a time'],
    ['bad-place', located.replace('021DB5A0', '0BEBC200'), {}, 'are no coordinates'],
    ['unknown-value', located, { fleets: { '139': 'tank' } }, 'fleets: "tank" is not one of bus, coach'],
  ])('refuses with %s', async (code, body, options, detail) => {
    expect(await refusalOf(position(body, options))).toMatchObject({ code, detail: expect.stringContaining(detail) as string })
  })
})
