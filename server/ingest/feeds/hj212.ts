import { z } from 'zod'
import type { ReadingQuality } from '../../../contract/fact.ts'
import type { Dialect } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readDigitTime } from './device-time.ts'

/** What the codec hj212 makes of one message. */
const message = z.looseObject({
  cn: z.string().max(20),
  mn: z.string().min(1).max(64),
  dataTime: z.string().max(40).optional(),
  factors: z.record(z.string(), z.record(z.string(), z.string())),
})
type Hj212 = z.infer<typeof message>

interface Factor {
  readonly quantity: string
  /** what one unit of the factor is in the quantity's unit; the factor's unit is that of HJ 212-2017, appendix B */
  readonly scale: number
}

const same = (quantity: string): Factor => ({ quantity, scale: 1 })

/** Factors of HJ 212-2017, appendix B, and their codes of 2005. In ambient air (ST=22) µg/m³; in flue gas (ST=31) the standard has mg/m³. */
const factors: Readonly<Record<string, Factor>> = {
  a34004: same('pm25'),
  a34002: same('pm10'),
  a21026: same('so2'),
  a01001: same('temperature'),
  w01018: same('cod'),
  w21003: same('ammonia-nitrogen'),
  // L/s
  w00000: { quantity: 'flow', scale: 0.001 },
  '011': same('cod'),
  '060': same('ammonia-nitrogen'),
  // of 2005: B01 is the flow of waste water in L/s
  B01: { quantity: 'flow', scale: 0.001 },
}

/** Codes of 2005 that stand for air; there 02 is SO2 of flue gas in mg/m³. */
const flueFactors: Readonly<Record<string, Factor>> = {
  a21026: { quantity: 'so2', scale: 1_000 },
  '02': { quantity: 'so2', scale: 1_000 },
}
const flueGas = '31'

/** 数据标记, HJ 212-2017 table 8 */
const qualities: Readonly<Record<string, ReadingQuality>> = {
  N: 'good',
  M: 'maintenance',
  // the source has stopped: what the instrument shows is kept, and not judged
  F: 'maintenance',
  S: 'suspect',
  C: 'calibration',
  d: 'fault',
  D: 'fault',
  T: 'suspect',
  B: 'fault',
}

/** Commands that carry data, with the sub-field in which each has its value: of an instant, or the mean of a span. */
const valueFields: Readonly<Record<string, readonly string[]>> = {
  '2011': ['Rtd'],
  '2051': ['Avg', 'Rtd'],
  '2061': ['Avg'],
}

const factorOf = (code: string, st: unknown): Factor | undefined => {
  const table = st === flueGas && Object.hasOwn(flueFactors, code) ? flueFactors : factors
  return Object.hasOwn(table, code) ? table[code] : undefined
}

function factsOf(given: Hj212, fields: readonly string[], zone: string): readonly unknown[] {
  const known = Object.entries(given.factors).flatMap(([code, named]) => {
    const factor = factorOf(code, given['st'])
    return factor === undefined ? [] : [{ code, named, factor }]
  })
  const codes = Object.keys(given.factors)
  if (known.length === 0 && codes.length > 0) {
    const listed = codes.slice(0, 8).join(', ') + (codes.length > 8 ? ', …' : '')
    throw new MapError('unknown-quantity', `CP: none of the factors ${listed} is known here; known are ${Object.keys(factors).join(', ')}`)
  }
  if (known.length === 0) return []
  const at = readDigitTime(given.dataTime ?? '', 'DataTime', zone)
  const read = known.map(({ code, named, factor }) => factOf({ sensor: given.mn, at, code, named, factor }, fields))
  const broken = read.find((each) => typeof each === 'string')
  const facts = read.filter((each) => typeof each !== 'string')
  if (facts.length === 0 && typeof broken === 'string') throw new MapError('unknown-value', broken)
  return facts.filter((each) => each !== undefined)
}

interface Reading {
  readonly sensor: string
  readonly at: number
  readonly code: string
  readonly named: Readonly<Record<string, string>>
  readonly factor: Factor
}

/** A fact; undefined when the factor has no value in this message; a text when what stands there is none. */
function factOf({ sensor, at, code, named, factor }: Reading, fields: readonly string[]): object | string | undefined {
  const name = fields.find((field) => (named[field] ?? '') !== '')
  if (name === undefined) return undefined
  const value = Number(named[name])
  if (!Number.isFinite(value)) return `${code}-${name}: ${JSON.stringify(named[name]?.slice(0, 40))} is not a number; send it in plain digits`
  const flag = named['Flag'] ?? 'N'
  return {
    kind: 'sensor-reading',
    sensor,
    quantity: factor.quantity,
    at,
    // 15 digits hold what was written; the rest is the multiplication's own noise
    value: Number((value * factor.scale).toPrecision(15)),
    quality: qualities[flag] ?? 'suspect',
  }
}

/** Readings of HJ 212 devices: the device's number is the sensor's. Answers, heartbeats and day figures say nothing we show. */
export const hj212: Dialect = {
  name: 'hj212',
  carries: ['sensor-reading'],
  message,
  map(given, { feed }) {
    // `given` is what `message` made of it: the runner parses before it maps
    const said = given as Hj212
    const fields = Object.hasOwn(valueFields, said.cn) ? valueFields[said.cn] : undefined
    return fields === undefined ? [] : factsOf(said, fields, feed.zone)
  },
}
