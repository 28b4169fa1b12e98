import type { Place } from '../../contract/fact.ts'
import { gcj02ToWgs84 } from '../core/coordinates.ts'
import { MapError } from './dialect.ts'
import { readPlace, roundTo, roundToBlock } from './feeds/upstream-place.ts'
import { noteText } from './feeds/upstream-text.ts'
import { readLocalTime } from './feeds/upstream-time.ts'

/** What mappings can call besides JSONata's own functions. Each answers undefined for what is not there, and refuses what it cannot read. */

type MappingFunction = (...given: unknown[]) => unknown

const shown = (given: unknown): string => ((JSON.stringify(given) as string | undefined) ?? 'nothing').slice(0, 80)
const isNothing = (given: unknown): boolean => given === undefined || given === null || (typeof given === 'string' && given.trim() === '')

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/
/** Seconds since 1970 have ten digits from 2001 to 2286, milliseconds thirteen. Twelve are a date written together, and not read as either. */
const epoch = /^(\d{10}|\d{13})$/

/** `$instant(given)`: ISO with its zone, seconds or milliseconds since 1970, or a local time of the feed's zone. */
function instant(given: unknown, zone: string): number | undefined {
  if (isNothing(given)) return undefined
  const text = String(given).trim()
  if (epoch.test(text)) return Number(text) * (text.length === 10 ? 1_000 : 1)
  if (!isoInstant.test(text)) return readLocalTime(text, '$instant', zone, /[AP]M$/.test(text) ? 'american' : 'year-first')
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  throw new MapError('bad-instant', `$instant: ${shown(given)} is no time that exists; send it as "2026-11-23T14:21:08+08:00"`)
}

const systems: Readonly<Record<string, (place: Place) => Place>> = {
  wgs84: (place) => place,
  // six decimals are a decimetre
  gcj02: (place) => roundTo(gcj02ToWgs84(place), 6),
}

/** `$place(longitude, latitude, system)`: WGS-84; the system is "wgs84" where it is left out, or "gcj02" (火星坐标). */
function place(longitude: unknown, latitude: unknown, system: unknown = 'wgs84'): Place | undefined {
  const convert = typeof system === 'string' && Object.hasOwn(systems, system) ? systems[system] : undefined
  if (convert === undefined)
    throw new MapError('unknown-value', `$place: no system is called ${shown(system)}; there are ${Object.keys(systems).join(', ')}`)
  const read = readPlace(longitude, latitude, ['$place longitude', '$place latitude'])
  return read === undefined ? undefined : convert(read)
}

const multipliers: Readonly<Record<string, number>> = { 万: 1e4, 亿: 1e8 }

/** `$figure(text)`: a number as people write them: full-width digits, thousands commas, %, 万 and 亿; undefined for "", "-", "—" and "/". */
function figure(given: unknown): number | undefined {
  if (typeof given === 'number' || isNothing(given)) return typeof given === 'number' ? given : undefined
  const text = String(given).normalize('NFKC').trim().replace(/,/g, '')
  if (/^[-—/]+$/.test(text)) return undefined
  const [, digits = '', unit = ''] = /^([+-]?\d+(?:\.\d+)?)([万亿%]?)$/.exec(text) ?? []
  if (digits === '') throw new MapError('unknown-value', `$figure: ${shown(given)} is not a number; leave it empty where there is none`)
  // 15 digits hold what was written; the rest is the multiplication's own noise
  return Number((Number(digits) * (multipliers[unit] ?? 1)).toPrecision(15))
}

/** `$choice(given, table, usual)`: the word of ours for one of theirs; without `usual` an unknown one is refused. */
function choice(given: unknown, table: unknown, usual: unknown): unknown {
  if (isNothing(given)) return usual
  const key = String(given)
  if (typeof table === 'object' && table !== null && Object.hasOwn(table, key)) return Reflect.get(table, key)
  if (usual !== undefined) return usual
  const known = typeof table === 'object' && table !== null ? Object.keys(table).slice(0, 12).join(', ') : 'no table'
  throw new MapError('unknown-value', `$choice: ${shown(given)} is not one of ${known}; add it to the mapping's table`)
}

const isPlace = (given: unknown): given is Place => Array.isArray(given) && given.length === 2 && given.every((part) => typeof part === 'number')

/** What would make two runs of one message differ, or take without bound. */
function takenAway(name: string, cure: string): MappingFunction {
  return () => {
    throw new MapError('bad-shape', `$${name} is not there in a mapping; ${cure}`)
  }
}

/** @param zone of local times, the feed's */
export function mappingFunctions(zone: string): Readonly<Record<string, MappingFunction>> {
  return {
    instant: (given: unknown) => instant(given, zone),
    place: (longitude: unknown, latitude: unknown, system: unknown) => place(longitude, latitude, system),
    block: (given: unknown) => (isPlace(given) ? roundToBlock(given) : undefined),
    figure: (given: unknown) => figure(given),
    choice: (given: unknown, table: unknown, usual: unknown) => choice(given, table, usual),
    mask: (given: unknown) => (isNothing(given) ? undefined : noteText(String(given))),
    eval: takenAway('eval', 'write the expression itself'),
    now: takenAway('now', 'take the time from the message'),
    millis: takenAway('millis', 'take the time from the message'),
    random: takenAway('random', 'a fact is what the upstream said'),
    shuffle: takenAway('shuffle', 'a fact is what the upstream said'),
    pad: takenAway('pad', 'facts need no padding'),
  }
}
