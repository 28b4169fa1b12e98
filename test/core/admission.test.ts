import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factSchema } from '../../contract/fact.ts'
import { dayMs, secondMs } from '../../contract/time.ts'
import { createAdmission } from '../../server/core/admission.ts'
import { feedHealth, incident, reading, start, tick, videoSource, workOrder } from '../support/facts.ts'
import { feedWith, smallRegistry } from '../support/feed-setting.ts'

const hotline = feedWith({}, { id: 'hotline' })
const vehicle = { kind: 'vehicle', id: 'B7', at: start, place: [106.7, 35.5], speed: 40 }
const sensorReading = { kind: 'sensor-reading', sensor: 'A7', quantity: 'pm25', at: start, value: 35 }
const warning = { kind: 'warning', id: 'N1', at: start, action: 'issue', level: 'blue', expiresAt: start + dayMs }

/** Judged alone, by a feed without a past. */
const decide = (candidate: unknown, from = hotline) => {
  const admitted = createAdmission({ feed: from, registry: smallRegistry, last: () => undefined })
    .session(start)
    .admit(candidate)
  if ('unchanged' in admitted) throw new Error('nothing to be unchanged from')
  return admitted
}
const refusalOf = (candidate: unknown, from = hotline) => {
  const decided = decide(candidate, from)
  return decided.ok ? undefined : decided.error
}

describe('given a candidate of the right shape', () => {
  test.each([workOrder({ key: 'k' }), reading(), incident({ note: '已到场' }), videoSource({ heading: 90 }), sensorReading, vehicle, warning])(
    'when it is a $kind, then it is admitted as it is',
    (fact) => {
      expect(decide(fact)).toEqual({ ok: true, value: fact })
    },
  )

  test('when its place is [0, 0], then it is admitted without a place', () => {
    expect(decide(workOrder({ place: [0, 0] }))).toEqual({ ok: true, value: workOrder() })
  })

  test.each([
    [0, 106.7],
    [106.7, 0],
  ])('when its place is only half zero (%d, %d), then the place stays', (longitude, latitude) => {
    const order = workOrder({ place: [longitude, latitude / 2] })
    expect(decide(order)).toEqual({ ok: true, value: order })
  })
})

describe('given a vehicle', () => {
  test('when its place is [0, 0], then it is refused: it says nothing else', () => {
    expect(refusalOf({ ...vehicle, place: [0, 0] })).toEqual({
      stage: 'admit',
      code: 'bad-place',
      detail:
        'place: found [0, 0], which terminals send for an unknown position, expected where the vehicle was; leave such messages out by the mapping',
    })
  })
})

describe('given a candidate under the name of a person', () => {
  test.each([
    [workOrder({ id: '张三13800138000' }), 'id: found a mobile number'],
    [workOrder({ key: '11010519491231002X' }), 'key: found an identity card'],
    [{ ...sensorReading, sensor: '138-0013-8000' }, 'sensor: found a mobile number'],
    [{ ...warning, references: ['W1', '13800138000'] }, 'references: found a mobile number'],
    [{ ...vehicle, id: '甘L12345' }, 'id: found a plate'],
  ])('when it is %o, then it is refused, with the cure', (fact, found) => {
    const refused = refusalOf(fact)
    expect(refused).toMatchObject({ stage: 'admit', code: 'unknown-value' })
    expect(refused?.detail).toBe(`${found}, expected a name that is nobody's; ${refused?.detail.split('; ')[1] ?? ''}`)
    expect(refused?.detail).toMatch(/; let the mapping take another number, such as that of the (?:order|terminal)$/)
  })

  test.each(['20261124123456100', '620802202611240012', 'SR 1-870704831', 'urn:oid:2.49.0.1.156.0', '城管-12', '6222021234567890128'])(
    'when it is an order %s, then it is nobody’s',
    (id) => {
      expect(decide(workOrder({ id }))).toEqual({ ok: true, value: workOrder({ id }) })
    },
  )

  test('when a vehicle is named by its plate, then it goes by an alias, the same however the plate is written', () => {
    const alias = (plate: string): string => `v-${String(plate.length)}-${plate.slice(-1)}`
    const session = createAdmission({ feed: hotline, registry: smallRegistry, last: () => undefined, alias }).session(start)
    const ids = ['甘L12345', '甘L·12345', '甘l12345', '甘Ｌ１２３４５'].map((id) => session.admit({ ...vehicle, id, key: `${id}/7` }))
    for (const admitted of ids) expect(admitted).toEqual({ ok: true, value: { ...vehicle, id: 'v-7-5', key: 'v-7-5/7' } })
  })
})

describe('given a candidate of the wrong shape', () => {
  test.each([
    ['a field nobody named', { ...workOrder(), phone: '1' }, /fact: found the fields "?phone/],
    ['an unknown stage', { ...workOrder(), stage: 'lost' }, /stage: found "lost", expected/],
    ['a missing id', { kind: 'work-order', at: start, stage: 'received' }, /id: found nothing, expected/],
    ['a place outside the world', { ...workOrder(), place: [200, 0] }, /place\.0: found 200/],
    ['a list for a value', { ...reading(), value: [1] }, /value: found a list/],
    ['an object for a value', { ...reading(), value: {} }, /value: found an object/],
    ['a value that is no number', { ...reading(), value: Number.NaN }, /value: found/],
    ['a function', { ...reading(), value: () => 1 }, /value: found function/],
    ['a text', 'hello', /fact: found "hello"/],
    ['nothing', undefined, /fact: found nothing/],
    ['null', null, /fact: found null/],
    ['an unknown kind', { kind: 'rumour' }, /kind: found "rumour"/],
    ['a field inside a text', { ...workOrder(), place: '106,35' }, /place: found "106,35"/],
  ])('when it has %s, then the refusal names the place and what was found', (_, candidate, detail) => {
    expect(refusalOf(candidate)).toMatchObject({ stage: 'admit', code: 'bad-shape', detail: expect.stringMatching(detail) as unknown })
  })

  test('when the wrong value is long and personal, then it is quoted short and masked', () => {
    const { detail = '' } = refusalOf({ ...workOrder(), stage: `13812345678${'x'.repeat(5_000)}` }) ?? {}
    expect(detail.length).toBeLessThan(500)
    expect(detail).not.toContain('13812345678')
  })
})

describe('given a fact that only the server may record', () => {
  test.each([tick(start), feedHealth()])('when a feed sends a $kind, then it is refused', (fact) => {
    expect(refusalOf(fact)).toMatchObject({ code: 'unknown-value', detail: expect.stringContaining(fact.kind) as unknown })
  })
})

describe('given a work order’s channel and town', () => {
  test('when they are known in the feed’s district, or not said, then it is taken', () => {
    for (const fact of [workOrder(), workOrder({ channel: 'hotline-12345', subdistrict: '620802001' })]) expect(refusalOf(fact)).toBeUndefined()
  })

  test.each([
    [
      'a channel nobody knows',
      { channel: 'hotline' },
      /^channel: found "hotline", expected .* these are: negative-review, .*, hotline-12345, quality-check; let the/,
    ],
    ['a channel of another district', { channel: 'la-311' }, /^channel: found "la-311", expected the id of a channel of district 620802/],
    ['a town nobody knows', { subdistrict: '620802999' }, /^subdistrict: found "620802999", expected the code .* such as 620802/],
  ])('when it has %s, then the refusal names what there is', (_, given, detail) => {
    expect(refusalOf(workOrder(given))).toMatchObject({ code: 'unknown-member', detail: expect.stringMatching(detail) as unknown })
  })
})

describe('given the instants of a candidate', () => {
  const old = feedWith({ maxAgeDays: 7 })

  test.each([
    ['exactly as far ahead as the feed may be', workOrder({ at: start + 300 * secondMs }), hotline, undefined],
    ['further ahead', workOrder({ at: start + 301 * secondMs }), hotline, 'from-the-future'],
    ['as old as the feed takes', workOrder({ at: start - 7 * dayMs }), old, undefined],
    ['older', workOrder({ at: start - 7 * dayMs - 1 }), old, 'too-old'],
    ['very old, from a feed that takes any age', workOrder({ at: start - 3_000 * dayMs }), hotline, undefined],
    ['in seconds', workOrder({ at: start / 1_000 }), hotline, 'bad-instant'],
    ['in microseconds', workOrder({ at: start * 1_000 }), hotline, 'bad-instant'],
    ['due before 1992', incident({ dueAt: Date.UTC(1991, 11, 31) }), hotline, 'bad-instant'],
    ['due after 2100', workOrder({ dueAt: Date.UTC(2100, 0, 2) }), hotline, 'bad-instant'],
    ['extended beyond 2100', workOrder({ extension: { state: 'granted', until: Date.UTC(2100, 0, 2) } }), hotline, 'bad-instant'],
    ['extended until an instant in seconds', workOrder({ extension: { state: 'asked', until: start / 1_000 } }), hotline, 'bad-instant'],
    ['extended into next year', workOrder({ extension: { state: 'granted', until: start + 300 * dayMs } }), hotline, undefined],
    ['lasting beyond 2100', { ...warning, expiresAt: Date.UTC(2100, 0, 2) }, hotline, 'bad-instant'],
    ['beginning before 1992', { ...warning, onsetAt: 0 }, hotline, 'bad-instant'],
    ['due next year', workOrder({ dueAt: start + 300 * dayMs }), hotline, undefined],
  ])('when it is %s, then it is judged so', (_, fact, from, code) => {
    expect(refusalOf(fact, from)?.code).toBe(code)
  })
})

describe('given an instant that is refused', () => {
  test('when it is ahead or old, then the refusal names the key of the feed that decides', () => {
    expect(refusalOf(workOrder({ at: start + 400 * secondMs }))?.detail).toBe(
      "at: found 2026-11-23T06:36:40.000Z, 400 s ahead of our clock, expected at most 300 s; check the upstream's clock and zone, or raise admission.maxAheadSeconds of feed hotline",
    )
    expect(refusalOf(workOrder({ at: start - 8 * dayMs }), feedWith({ maxAgeDays: 7 }))?.detail).toBe(
      'at: found 2026-11-15T06:30:00.000Z, 8.0 days old, expected at most 7 days; raise admission.maxAgeDays of feed air to take it',
    )
  })
})

describe('given a reading', () => {
  test('when its indicator is unknown, then the refusal names those that begin alike', () => {
    expect(refusalOf(reading({ indicator: 'satisfaction_rate' }))).toEqual({
      stage: 'admit',
      code: 'unknown-indicator',
      detail: 'indicator: found "satisfaction_rate", expected the id of an indicator in config/indicators such as satisfaction_hotline, satisfaction',
    })
    expect(refusalOf(reading({ indicator: 'zzz' }))?.detail).toBe('indicator: found "zzz", expected the id of an indicator in config/indicators')
  })

  test.each([
    [100, undefined],
    [0, undefined],
    [100.1, 'out-of-range'],
    [-0.1, 'out-of-range'],
  ])('when its value is %d in a range of 0 to 100, then %s', (value, code) => {
    expect(refusalOf(reading({ value }))?.code).toBe(code)
  })

  test('when its value is outside, then the refusal says what would be inside', () => {
    expect(refusalOf(reading({ value: 980 }))?.detail).toBe(
      "value: found 980 for satisfaction, expected 0 to 100 %; check the unit, or the indicator's range",
    )
    expect(refusalOf(reading({ indicator: 'satisfaction_hotline', value: 9 }))?.detail).toContain('expected 0 to 5; check')
    expect(refusalOf(reading({ indicator: 'data_growth', value: -5e12 }))).toBeUndefined()
  })
})

describe('given a reading of a sensor', () => {
  test('when its quantity is unknown, then the refusal names those that begin alike', () => {
    expect(refusalOf({ ...sensorReading, quantity: 'water_level' })).toEqual({
      stage: 'admit',
      code: 'unknown-quantity',
      detail:
        'quantity: found "water_level", expected the id of a quantity in config/quantities.yaml such as water-level; let the mapping turn it into one, or add it there and start the server again',
    })
  })

  test('when its value is not plausible, then the refusal says what would be', () => {
    expect(refusalOf({ ...sensorReading, value: -1 })).toEqual({
      stage: 'admit',
      code: 'out-of-range',
      detail:
        'value: found -1 for pm25 of "A7", expected 0 to 1500 µg/m³; check the instrument and the unit, or the plausible range in config/quantities.yaml',
    })
  })
})

describe("given a feed's own ranges", () => {
  const ranged = feedWith({ ranges: { A7: [0, 10], pm25: [0, 100], satisfaction: [50, 100], '*': [-5, 5] } })

  test.each([
    [{ ...sensorReading, value: 11 }, '"A7"', '0 to 10'],
    [{ ...sensorReading, sensor: 'B', value: 101 }, '"pm25"', '0 to 100'],
    [{ ...sensorReading, sensor: 'constructor', quantity: 'pm10', value: 6 }, '"*"', '-5 to 5'],
    [reading({ value: 49 }), '"satisfaction"', '50 to 100'],
  ])('when a value is outside, then the most particular one is named', (fact, name, expected) => {
    expect(refusalOf(fact, ranged)).toEqual({
      stage: 'admit',
      code: 'out-of-range',
      detail: `value: found ${String(fact.value)}, expected ${expected}; check the instrument and the unit, or change ranges[${name}] under admission of feed air`,
    })
  })

  test('when it is inside, then the wider one is not asked', () => {
    expect(refusalOf({ ...sensorReading, sensor: 'B', value: 50 }, ranged)).toBeUndefined()
  })
})

describe('given anything at all', () => {
  test('when it is admitted, then it is a fact; when it is not, then there is a reason; it never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.record({ kind: fc.constantFrom('work-order', 'reading', 'incident'), id: fc.anything(), at: fc.anything() })),
        (candidate) => {
          const decided = decide(candidate)
          if (decided.ok) expect(factSchema.safeParse(decided.value).success).toBe(true)
          else expect(decided.error.detail).not.toBe('')
        },
      ),
    )
  })
})
