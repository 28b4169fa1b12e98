import type { Assessment, Missing, WorkOrder } from './topic.ts'
import type { OrderCount } from './indicator.ts'
import type { Instant } from './time.ts'

/** What is behind a figure: the answers of GET /api/indicators/:indicator and GET /api/orders. */

/** One bucket of a curve. A bucket without values is left out: the line is broken there. */
export interface CurvePoint {
  /** of the bucket's last value */
  readonly at: Instant
  readonly min: number
  readonly max: number
  readonly last: number
}

/** A value that was told for an instant after another had been: both stay visible. */
export interface Correction {
  readonly at: Instant
  readonly from: number
  readonly to: number
  readonly receivedAt: Instant
}

/** 指标 of one unit. */
export interface UnitFigure {
  readonly unit: string
  readonly value: number | undefined
  readonly missing: Missing | undefined
  readonly numerator: number | undefined
  readonly denominator: number | undefined
  readonly observedAt: Instant | undefined
  /** among the units that have a value, by `better`; ties share one */
  readonly rank: number | undefined
  /** against the indicator's own target and pace */
  readonly assessment: Assessment
}

/** 输入数 that a formula names, as it is put in. */
export interface InputFigure {
  readonly input: string
  /** of the period, as the formula takes it */
  readonly value: number | undefined
  /** at the start of the year, where the formula asks for it */
  readonly start: number | undefined
  /** when it was true upstream: the latest and the oldest of its members */
  readonly observedAt: Instant | undefined
  readonly oldestAt: Instant | undefined
  readonly receivedAt: Instant | undefined
  readonly feed: string | undefined
  /** how many members it was added up from, 0 when the district's own value was reported */
  readonly members: number
}

/**
 * GET /api/indicators/:indicator?district=620802[&from=…&to=…&points=500][&unit=…]: the curve is the district's, or the unit's. `from` and
 * `to` are instants (as `at` of /api/state), the year to date when left out.
 */
export interface IndicatorDetail {
  readonly indicator: string
  readonly curve: readonly CurvePoint[]
  /** where a steady pace would have had it, straight between these; empty without one */
  readonly pace: readonly { readonly at: Instant; readonly value: number }[]
  readonly corrections: readonly Correction[]
  /** 口径 versions, oldest first, as the log has them; `from` is YYYY-MM-DD, empty for the first, which has no day from which it holds */
  readonly versions: readonly { readonly version: number; readonly from: string; readonly recordedAt: Instant; readonly note: string }[]
  /** ranked ones first */
  readonly units: readonly UnitFigure[]
  readonly inputs: readonly InputFigure[]
}

/**
 * GET /api/orders?district=620802&count=due[&channel=…][&unit=…][&from=YYYY-MM-DD&to=YYYY-MM-DD][&late=1][&limit=200]: the orders behind a
 * count, the latest first; `late=1` leaves those not in time. `open` and `overdue` are those of now.
 */
export interface OrderList {
  readonly count: OrderCount | 'open' | 'overdue'
  readonly total: number
  /** at most `limit` */
  readonly orders: readonly WorkOrder[]
}
