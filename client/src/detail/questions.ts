import type { InputDefinition, OrderCount } from '../../../contract/indicator.ts'
import type { Instant } from '../../../contract/time.ts'
import type { OrderQuestion } from './trail.ts'

/** How our own routes are asked for what is behind a figure (contract/drill.ts). Pure. */

/** More points than this a curve of a wall's width cannot show. */
const points = 500
/** Listed by touch, one below the other: who needs more asks for a narrower list. */
export const mostListed = 200
/** As many as the route gives, where they are only counted by unit. */
export const mostCounted = 1_000

interface IndicatorQuestion {
  readonly district: string
  readonly indicator: string
  readonly unit: string | undefined
  /** the curve's two ends; undefined while nobody knows what day it is */
  readonly range: { readonly from: Instant; readonly to: Instant } | undefined
}

export function indicatorPath({ district, indicator, unit, range }: IndicatorQuestion): string | undefined {
  if (range === undefined) return undefined
  const query = new URLSearchParams({ district, points: String(points), from: instantText(range.from), to: instantText(range.to) })
  if (unit !== undefined) query.set('unit', unit)
  return `/api/indicators/${encodeURIComponent(indicator)}?${query.toString()}`
}

export function ordersPath(district: string, { count, channels, unit, isLateOnly, from }: OrderQuestion, limit = mostListed): string {
  const query = new URLSearchParams({ district, count })
  for (const channel of channels) query.append('channel', channel)
  if (unit !== undefined) query.set('unit', unit)
  if (from !== undefined) query.set('from', from)
  if (isLateOnly) query.set('late', '1')
  query.set('limit', String(limit))
  return `/api/orders?${query.toString()}`
}

const instantText = (at: Instant): string => new Date(at).toISOString()

/** Which of several counts the orders behind a figure are: what a rate is a share of, rather than the share. */
const wholeFirst: readonly OrderCount[] = [
  'due',
  'rated',
  'received',
  'settled',
  'returned',
  'extended',
  'on-time',
  'satisfied',
  'basically-satisfied',
]

/** The orders that an indicator counts; undefined where it is not made of orders. `from` is the first day of its period. */
export function ordersBehind(inputs: readonly InputDefinition[], unit: string | undefined, from: string | undefined): OrderQuestion | undefined {
  const counted = inputs.flatMap(({ orders }) => orders ?? [])
  const count = wholeFirst.find((candidate) => counted.some((orders) => orders.count === candidate))
  const orders = counted.find((candidate) => candidate.count === count)
  return orders === undefined ? undefined : { count: orders.count, channels: orders.channels, unit, isLateOnly: false, from }
}
