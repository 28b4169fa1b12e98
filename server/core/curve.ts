import type { Correction, CurvePoint } from '../../contract/drill.ts'
import type { Instant } from '../../contract/time.ts'
import type { CurveRange } from './reduce.ts'

/** What the past of an indicator is asked, and its answer. */

/** What the orders of an input counted up to, by day, as it is known now. */
export interface OrderDays {
  readonly input: string
  /** first day of `counts`: the start of a year */
  readonly fromDay: number
  readonly counts: readonly number[]
  /** first day by which any order of its channels had been received: before there was one, no order is no count */
  readonly heardFrom: number
}

/** 曲线: of an indicator, of the district or of one unit. */
export interface CurveQuestion {
  readonly district: string
  readonly indicator: string
  readonly unit: string | undefined
  readonly range: CurveRange
  /** the present: nothing is computed beyond it */
  readonly now: Instant
  /** of every input that is counted from orders, from the start of the year of `range.from` on; those of the unit, where one is asked for */
  readonly orders: readonly OrderDays[]
}

export interface Curve {
  readonly curve: readonly CurvePoint[]
  /** in the indicator's unit: what a correction of an input made of the figure */
  readonly corrections: readonly Correction[]
}
