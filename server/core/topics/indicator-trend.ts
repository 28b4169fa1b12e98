import { dayNumber } from '../calendar.ts'
import type { BoundFormula, Figure } from './indicator-figure.ts'
import type { Point } from './dated-points.ts'
import type { StockSeries } from './input-series.ts'

/** Business days a trend reaches back. */
export const trendDays = 30

/** A version as trends see it: without a formula, what was reported counts. */
export interface TrendVersion {
  readonly bound: BoundFormula | undefined
}

/**
 * Trend of a computed figure: its value at the end of each business day on which any of its inputs was told, each by the version in force on
 * that day, and the present one. Days before the present value's are kept; a late report or a correction has them reckoned again.
 */
export class ComputedTrend {
  readonly #versions: readonly TrendVersion[]
  readonly #versionOn: (day: number) => TrendVersion
  readonly #told: StockSeries
  readonly #zone: string
  #past: { readonly untilDay: number; readonly points: readonly Point[] } | undefined

  /** @param told values reported while a version had no formula */
  constructor(versions: readonly TrendVersion[], versionOn: (day: number) => TrendVersion, told: StockSeries, zone: string) {
    this.#versions = versions
    this.#versionOn = versionOn
    this.#told = told
    this.#zone = zone
  }

  /** Values are others from this business day on. */
  changed(day: number): void {
    if (this.#past !== undefined && day < this.#past.untilDay) this.#past = undefined
  }

  /** With the present figure last, where it has a value. */
  with({ value, observedAt }: Figure): readonly Point[] {
    const untilDay = dayNumber(observedAt, this.#zone)
    if (this.#past?.untilDay !== untilDay) this.#past = { untilDay, points: this.#pointsBefore(untilDay) }
    const { points } = this.#past
    return value === undefined ? points : [...(points.length === trendDays ? points.slice(1) : points), { at: observedAt, value }]
  }

  #pointsBefore(untilDay: number): readonly Point[] {
    const reported = new Set(this.#told.days())
    const sources = new Set(this.#versions.flatMap(({ bound }) => bound?.sources ?? []))
    const days = new Set([...reported, ...[...sources].flatMap((source) => source.days())])
    const points: Point[] = []
    for (const day of [...days].filter((each) => each < untilDay).sort((one, other) => other - one)) {
      const { bound } = this.#versionOn(day)
      const point = bound === undefined && reported.has(day) ? this.#told.atEndOf(day) : bound?.atEndOf(day)
      if (point !== undefined) points.push({ at: point.at, value: point.value })
      if (points.length === trendDays) break
    }
    return points.reverse()
  }
}
