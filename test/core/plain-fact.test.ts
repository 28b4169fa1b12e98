import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factSchema, readingQualities, vehicleTypes, workOrderStages } from '../../contract/fact.ts'
import { plainFact } from '../../server/core/plain-fact.ts'
import { incident, input, reading, start, tick, workOrder } from '../support/facts.ts'

/** Values that are right for some field, values on either side of every limit, and values of no field. */
const text = fc.oneof(fc.string(), ...[0, 1, 128, 129, 200, 201].map((length) => fc.constant('名'.repeat(length))))
const number = fc.oneof(
  fc.constantFrom(
    start,
    0,
    -0,
    -1,
    1.5,
    90,
    90.1,
    360,
    360.1,
    400,
    400.1,
    180,
    180.1,
    -180.1,
    8_640_000_000_000_000,
    8_640_000_000_000_001,
    2 ** 60,
    Infinity,
    Number.NaN,
  ),
  fc.double(),
)
const word = fc.constantFrom<string>(
  ...workOrderStages,
  ...readingQualities,
  ...vehicleTypes,
  'work-order',
  'reading',
  'input',
  'sensor-reading',
  'vehicle',
  'tick',
  'lost',
)
const degrees = fc.constantFrom(0, 90, 90.1, -90, -90.1, 180, 180.1, -180, -180.1)
const place = fc.oneof({ weight: 4, arbitrary: fc.tuple(degrees, degrees) }, fc.array(number, { maxLength: 3 }))
const other = fc.constantFrom<unknown>(undefined, null, true, '1', [], {}, 1n)
const anything = fc.oneof<fc.Arbitrary<unknown>[]>(text, number, word, place, other)

const order = workOrder({ channel: 'c', title: '', type: 't', unit: 'u', subdistrict: 's', place: [106.6, 35.5], dueAt: start, key: 'k' })
const value = reading({ unit: 'u', numerator: 1, denominator: 2, key: 'k' })
const part = input({ of: 'u', key: 'k' })
const measured = { kind: 'sensor-reading', sensor: 'A7', quantity: 'pm25', at: start, value: 35 }
const marked = { ...measured, quality: 'fault', name: '东关站', subdistrict: 's', place: [106.6, 35.5], key: 'k' }
const vehicle = { kind: 'vehicle', id: 'B7', at: start, place: [106.6, 35.5] }
const bus = { ...vehicle, speed: 40, heading: 90, type: 'bus', name: '7路', unit: 'u', alarm: '超速', key: 'k' }

/** `fact` with a few fields changed, one perhaps that no fact has. */
const like = (fact: object): fc.Arbitrary<unknown> =>
  fc.dictionary(fc.constantFrom(...Object.keys(fact), 'phone'), anything, { maxKeys: 3 }).map((changes) => ({ ...fact, ...changes }))

const candidates = fc.oneof(...[order, workOrder(), value, part, measured, marked, vehicle, bus].map(like), other)

const shuffled = (fact: object): unknown => Object.fromEntries(Object.entries(fact).reverse())

describe('given any candidate', () => {
  test('when it is taken over without the schema, then the schema would have made the very same of it', () => {
    let taken = 0
    fc.assert(
      fc.property(candidates, (candidate) => {
        const plain = plainFact(candidate)
        if (plain === undefined) return
        taken += 1
        expect(factSchema.safeParse(candidate)).toEqual({ success: true, data: plain })
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(2_000)
  })
})

describe('given a fact that comes by the thousand', () => {
  test.each([workOrder(), order, reading(), value, part, measured, marked, vehicle, bus])(
    'when it is right, then the schema need not be asked',
    (fact) => {
      expect(plainFact(fact)).toEqual(fact)
    },
  )

  test.each([order, value, part, marked, bus])('when its fields come in another order, then it is the same text as from the schema', (fact) => {
    expect(JSON.stringify(plainFact(shuffled(fact)))).toBe(JSON.stringify(factSchema.parse(shuffled(fact))))
  })
})

describe('given a fact of another kind', () => {
  test.each([incident(), tick(start), { kind: 'rumour' }, 'work-order'])('when it comes, then the schema is asked', (candidate) => {
    expect(plainFact(candidate)).toBeUndefined()
  })
})
