import type { Limits, QuantityDefinition } from '../../../../contract/configuration.ts'
import type { Place } from '../../../../contract/fact-field.ts'
import type { FeedHealth, SensorState } from '../../../../contract/topic.ts'
import type { Instant } from '../../../../contract/time.ts'
import { secondMs } from '../../../../contract/time.ts'
import { distanceKm } from '../../map/geodesy.ts'
import type { GlyphName } from '../../ui/glyph-name.ts'
import { formatNumber } from '../../ui/format.ts'
import { fresh } from '../../ui/quality.ts'
import type { Quality } from '../../ui/quality.ts'

/** 传感: what sensors measure, worst first. Pure. */

/** The limit that a value is measured against, and on which side it must stay. */
export interface LimitPhrase {
  /** below `sensors.` */
  readonly key: 'limit' | 'alertLevel' | 'guaranteeLevel' | 'least'
  readonly n: string
}

export interface SensorLine {
  readonly id: string
  readonly state: SensorState
  readonly definition: QuantityDefinition | undefined
  readonly tone: 'plain' | 'yellow' | 'red'
  /** over the limit, or not of this moment */
  readonly glyph: GlyphName | undefined
  readonly quality: Quality
  readonly value: string
  readonly limit: LimitPhrase | undefined
}

export interface SensorRooms {
  readonly quantities: readonly QuantityDefinition[]
  /** ids of the district's sectors in their order */
  readonly sectors: readonly string[]
  /** show only these; undefined shows all */
  readonly only: readonly string[] | undefined
  readonly feeds: ReadonlyMap<string, FeedHealth>
  readonly now: Instant
  /** only those within reach of here, nearest first behind those over their limit; undefined shows all */
  readonly near: Place | undefined
}

/** what is measured farther away says little of a place */
export const nearKm = 5

const tones = { normal: 'plain', over: 'yellow', urgent: 'red' } as const
/** 2 before 10, as people count */
const names = new Intl.Collator('zh', { numeric: true })
const standings: readonly SensorState['standing'][] = ['urgent', 'over', 'normal']

/** Every measured quantity of the sectors asked for: over the limit first, then nearest first, or in the order of the sectors; then by name. */
export function sensorLines(sensors: Iterable<SensorState>, rooms: SensorRooms): readonly SensorLine[] {
  const definitions = new Map(rooms.quantities.map((quantity) => [quantity.id, quantity]))
  const rank = ({ sector }: SensorState): number => {
    const index = sector === undefined ? -1 : rooms.sectors.indexOf(sector)
    return index < 0 ? rooms.sectors.length : index
  }
  const km = ({ place }: SensorState): number => (rooms.near === undefined ? 0 : place === undefined ? Infinity : distanceKm(place, rooms.near))
  return [...sensors]
    .filter((sensor) => isAskedFor(sensor, rooms.only) && km(sensor) <= nearKm)
    .sort(
      (a, b) =>
        standings.indexOf(a.standing) - standings.indexOf(b.standing) ||
        km(a) - km(b) ||
        rank(a) - rank(b) ||
        names.compare(a.name, b.name) ||
        names.compare(a.id, b.id),
    )
    .map((state) => lineOf(state, definitions.get(state.quantity), rooms))
}

const isAskedFor = ({ sector }: SensorState, only: readonly string[] | undefined): boolean =>
  only === undefined || (sector !== undefined && only.includes(sector))

/** Which lines turn, and which stay on every page: those over their limit, as long as they leave half of the rows to the others. */
export function pinned(lines: readonly SensorLine[], rows: number): { readonly stay: readonly SensorLine[]; readonly turn: readonly SensorLine[] } {
  const over = lines.filter(({ tone }) => tone !== 'plain').length
  const stay = lines.length <= rows ? 0 : Math.min(over, Math.floor(rows / 2))
  return { stay: lines.slice(0, stay), turn: lines.slice(stay) }
}

function lineOf(state: SensorState, definition: QuantityDefinition | undefined, { feeds, now }: SensorRooms): SensorLine {
  const quality = qualityOfSensor(state, definition, feeds.get(state.feed), now)
  const tone = tones[state.standing]
  return {
    id: state.id,
    state,
    definition,
    tone,
    glyph: tone !== 'plain' ? tone : quality.state === 'stale' || quality.state === 'down' ? quality.state : undefined,
    quality,
    value: formatNumber(state.value, definition?.decimals ?? 1),
    limit: limitOf(state, definition),
  }
}

/** A reading older than its quantity allows is stale, whatever its feed does; with its feed down it is the last one seen. */
export function qualityOfSensor(
  { observedAt, corrected }: Pick<SensorState, 'observedAt' | 'corrected'>,
  definition: Pick<QuantityDefinition, 'staleSeconds'> | undefined,
  feed: Pick<FeedHealth, 'state' | 'since'> | undefined,
  now: Instant,
): Quality {
  if (feed?.state === 'down') return { state: 'down', since: feed.since }
  const everyMs = (definition?.staleSeconds ?? Infinity) * secondMs
  if (now - observedAt > everyMs) return { state: 'stale', since: observedAt, everyMs }
  return corrected === undefined ? fresh : { state: 'corrected', ...corrected }
}

/** The limit passed; where none is, the one it must not pass next. A river's limits have names of their own. */
function limitOf({ value, limits, quantity }: SensorState, definition: QuantityDefinition | undefined): LimitPhrase | undefined {
  const { low, lowLow, high, highHigh }: Limits = limits
  const write = (limit: number): string => writeLimit(limit, definition?.decimals ?? 1)
  const upper = (limit: number, isHighest: boolean): LimitPhrase => {
    const river = isHighest ? 'guaranteeLevel' : 'alertLevel'
    return { key: quantity === 'water-level' ? river : 'limit', n: write(limit) }
  }
  if (lowLow !== undefined && value < lowLow) return { key: 'least', n: write(lowLow) }
  if (low !== undefined && (value < low || (high === undefined && highHigh === undefined))) return { key: 'least', n: write(low) }
  if (highHigh !== undefined && (high === undefined || value > highHigh)) return upper(highHigh, true)
  return high === undefined ? undefined : upper(high, false)
}

/** One decimal where the quantity has any, more only where the limit has them. */
function writeLimit(limit: number, decimals: number): string {
  const own = String(limit).split('.')[1]?.length ?? 0
  return formatNumber(limit, Math.max(own, Math.min(1, decimals)))
}

/** Least span of a sparkline: ten steps of the quantity's own resolution, so that noise stays flat. */
export const sparkSpan = (definition: Pick<QuantityDefinition, 'decimals'> | undefined): number => 10 * 10 ** -(definition?.decimals ?? 1)
