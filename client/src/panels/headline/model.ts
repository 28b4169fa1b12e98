import { isOld } from '../../ui/quality.ts'
import { hasTarget } from '../indicators.ts'
import type { IndicatorReading } from '../indicators.ts'

/** One tick of the ruler: short has no target, middle is on pace, tall is behind or missed. */
export interface Tick {
  readonly no: number
  readonly kind: 'none' | 'on' | 'watch' | 'off'
}

/** 首行四数 and the ruler. */
export interface Headline {
  readonly total: number
  readonly withTarget: number
  readonly onPace: number
  readonly watch: number
  readonly offTarget: number
  /** without a reading, or with one that is not of this time */
  readonly notFresh: number
  readonly ticks: readonly Tick[]
}

const kinds = { 'on-target': 'on', watch: 'watch', 'off-target': 'off', none: 'none' } as const

export function headlineOf(readings: readonly IndicatorReading[]): Headline {
  const count = (test: (reading: IndicatorReading) => boolean): number => readings.filter(test).length
  return {
    total: readings.length,
    withTarget: count(({ definition }) => hasTarget(definition)),
    onPace: count(({ assessment }) => assessment === 'on-target'),
    watch: count(({ assessment }) => assessment === 'watch'),
    offTarget: count(({ assessment }) => assessment === 'off-target'),
    notFresh: count(({ state, quality }) => state === undefined || isOld(quality)),
    ticks: readings.map(({ definition, assessment }) => ({ no: definition.no, kind: kinds[assessment] })),
  }
}

/** Numbers written under the ruler: the first, the last, and round ones between. */
export function rulerLabels(ticks: readonly Tick[]): readonly number[] {
  const [first, last] = [ticks[0]?.no, ticks.at(-1)?.no]
  if (first === undefined || last === undefined) return []
  const every = last - first > 60 ? 30 : 15
  const between = Array.from({ length: Math.floor(last / every) }, (_, index) => (index + 1) * every).filter(
    (no) => no > first && no < last - every / 3,
  )
  return first === last ? [first] : [first, ...between, last]
}
