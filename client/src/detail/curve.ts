import type { CurvePoint, IndicatorDetail } from '../../../contract/drill.ts'
import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { hourMs, instantOf, localTime } from '../../../contract/time.ts'
import { staleAfter } from '../../../contract/topic.ts'
import { isImplied } from '../ui/mark-bar.ts'

/** 年内曲线: what is drawn of an indicator's year, in its shown scale. Pure. */

export type Spot = readonly [at: Instant, value: number]

export interface YearCurve {
  readonly from: Instant
  readonly to: Instant
  readonly low: number
  readonly high: number
  readonly interval: number
  /** broken where no value came in time */
  readonly lines: readonly (readonly Spot[])[]
  /** lowest and highest of each bucket, where they are apart; as the lines are broken */
  readonly bands: readonly (readonly (readonly [at: Instant, low: number, high: number])[])[]
  /** where the line is broken */
  readonly gaps: readonly (readonly [Instant, Instant])[]
  readonly pace: readonly Spot[]
  readonly last: Spot | undefined
  readonly target: { readonly value: number; readonly isDashed: boolean } | undefined
  readonly projection: { readonly value: number; readonly low: number; readonly high: number } | undefined
  readonly corrections: readonly { readonly at: Instant; readonly from: number; readonly to: number; readonly receivedAt: Instant }[]
  /** all but the first */
  readonly versions: readonly { readonly at: Instant; readonly version: number }[]
  /** how far the last value is off where it should be; undefined on pace */
  readonly gap: { readonly at: Instant; readonly value: number; readonly expected: number } | undefined
}

interface Drawn {
  readonly detail: IndicatorDetail
  readonly definition: IndicatorDefinition
  readonly state: IndicatorState | undefined
  readonly range: { readonly from: Instant; readonly to: Instant }
  readonly zone: string
  /** a unit has no target of its own where the plan sets a total, and nobody projects it */
  readonly isUnit: boolean
}

export function yearCurve(drawn: Drawn): YearCurve {
  const { detail, definition, range, zone, isUnit, state } = drawn
  const { scale } = definition
  const pieces = piecesOf(detail.curve, longestPause(definition, range))
  const lines = pieces.map((piece) => piece.map(({ at, last }): Spot => [at, last / scale]))
  const last = lines.at(-1)?.at(-1)
  const target = isUnit && definition.pace === 'cumulative' ? undefined : targetOf(definition)
  const parts = {
    lines,
    bands: bandsOf(pieces, scale),
    gaps: gapsOf(pieces),
    pace: detail.pace.map(({ at, value }): Spot => [at, value / scale]),
    last,
    target,
    projection: isUnit ? undefined : projectionOf(state, scale),
    corrections: detail.corrections.map(({ at, from, to, receivedAt }) => ({ at, from: from / scale, to: to / scale, receivedAt })),
    versions: detail.versions.slice(1).map(({ version, from }) => ({ version, at: startOf(from, zone) })),
    gap: isUnit ? undefined : gapOf(state, last, scale),
  }
  return { ...range, ...parts, ...axis(definition, valuesOf(parts)) }
}

/** Values may be late by half their rhythm, as for their quality; and no bucket can be missing between two neighbours. */
function longestPause({ cadenceHours }: IndicatorDefinition, { from, to }: Drawn['range']): number {
  const bucket = (to - from) / 500
  return Math.max(staleAfter * cadenceHours * hourMs, bucket) + bucket
}

function piecesOf(curve: readonly CurvePoint[], pause: number): readonly (readonly CurvePoint[])[] {
  const pieces: CurvePoint[][] = []
  for (const point of curve) {
    const before = pieces.at(-1)?.at(-1)
    if (before === undefined || point.at - before.at > pause) pieces.push([point])
    else pieces.at(-1)?.push(point)
  }
  return pieces
}

const bandsOf = (pieces: readonly (readonly CurvePoint[])[], scale: number): YearCurve['bands'] =>
  pieces
    .filter((piece) => piece.some(({ min, max }) => min < max))
    .map((piece) => piece.map(({ at, min, max }) => [at, min / scale, max / scale] as const))

function gapsOf(pieces: readonly (readonly CurvePoint[])[]): YearCurve['gaps'] {
  return pieces.slice(1).flatMap((piece, index) => {
    const [end, start] = [pieces[index]?.at(-1)?.at, piece[0]?.at]
    return end === undefined || start === undefined ? [] : [[end, start] as const]
  })
}

function targetOf({ target, scale }: IndicatorDefinition): YearCurve['target'] {
  return 'value' in target ? { value: target.value / scale, isDashed: target.shape === 'strive' || isImplied(target) } : undefined
}

function projectionOf(state: IndicatorState | undefined, scale: number): YearCurve['projection'] {
  const projected = state?.outlook?.projected
  return projected === undefined ? undefined : { value: projected.value / scale, low: projected.low / scale, high: projected.high / scale }
}

function gapOf(state: IndicatorState | undefined, last: Spot | undefined, scale: number): YearCurve['gap'] {
  if (last === undefined || state?.expected === undefined) return undefined
  if (state.assessment !== 'off-target' && state.assessment !== 'watch') return undefined
  return { at: last[0], value: last[1], expected: state.expected / scale }
}

function startOf(day: string, zone: string): Instant {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return instantOf({ year, month, day: date, hour: 0, minute: 0, second: 0 }, zone)
}

function valuesOf(parts: Pick<YearCurve, 'lines' | 'bands' | 'pace' | 'target' | 'projection' | 'corrections'>): readonly number[] {
  return [
    ...parts.lines.flat().map(([, value]) => value),
    ...parts.bands.flat().flatMap(([, low, high]) => [low, high]),
    ...parts.pace.map(([, value]) => value),
    ...(parts.target === undefined ? [] : [parts.target.value]),
    ...(parts.projection === undefined ? [] : [parts.projection.low, parts.projection.high]),
    ...parts.corrections.flatMap(({ from, to }) => [from, to]),
  ]
}

/** At most five ticks, on round figures. A span that would make noise of a steady line is widened, but not beyond what values can be. */
function axis({ decimals, range, scale }: IndicatorDefinition, values: readonly number[]): Pick<YearCurve, 'low' | 'high' | 'interval'> {
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)]
  const floor = (range?.[0] ?? (least < 0 ? -Infinity : 0)) / scale
  const ceiling = (range?.[1] ?? Infinity) / scale
  const widened = Math.max(most - least, 4 * 10 ** -decimals, Math.abs(most) * 0.02)
  const middle = (least + most) / 2
  const bottom = Math.min(least, Math.max(floor, middle - widened / 2))
  const top = Math.max(most, Math.min(ceiling, middle + widened / 2))
  const interval = stepOver(bottom, top)
  return { low: clean(Math.floor(bottom / interval + 1e-9) * interval), high: clean(Math.ceil(top / interval - 1e-9) * interval), interval }
}

/** The smallest round step of which four cover the span, wherever it begins. */
function stepOver(bottom: number, top: number): number {
  const covers = (step: number): boolean => Math.ceil(top / step - 1e-9) - Math.floor(bottom / step + 1e-9) <= 4
  for (let power = Math.floor(Math.log10((top - bottom) / 4)); ; power += 1) {
    const found = [1, 2, 2.5, 5].map((step) => clean(step * 10 ** power)).find(covers)
    if (found !== undefined) return found
  }
}

const clean = (value: number): number => Number(value.toPrecision(12))

/** The first instants of months, every so many of them that at most `most` are told. */
export function monthTicks(from: Instant, to: Instant, zone: string, most: number): readonly { readonly at: Instant; readonly month: number }[] {
  const { year } = localTime(from, zone)
  const months = Array.from({ length: 12 }, (_, index) => index + 1)
    .map((month) => ({ month, at: instantOf({ year, month, day: 1, hour: 0, minute: 0, second: 0 }, zone) }))
    .filter(({ at }) => at >= from && at < to)
  const every = [1, 2, 3, 6].find((step) => Math.ceil(months.length / step) <= most) ?? 12
  return months.filter(({ month }) => (month - 1) % every === 0)
}

/** Moves labels apart that would touch, as little as can be. @param tops where each wants to stand, px. @returns the same order */
export function spread(tops: readonly number[], height: number, room: { readonly top: number; readonly bottom: number }): readonly number[] {
  const order = tops.map((top, index) => ({ top, index })).sort((a, b) => a.top - b.top)
  const placed: number[] = []
  for (const { top } of order) placed.push(Math.max(top, (placed.at(-1) ?? -Infinity) + height, room.top))
  for (let index = placed.length - 1, most = room.bottom - height; index >= 0; index -= 1, most -= height)
    placed[index] = Math.min(placed[index] ?? most, most)
  const result = [...tops]
  order.forEach(({ index }, position) => {
    result[index] = placed[position] ?? 0
  })
  return result
}
