import type { Place } from './fact-field.ts'

/**
 * 坐标存疑: why a place is most likely wrong. zero: near [0, 0], where nobody lives · swapped: it would be right with longitude and latitude
 * changed over · neighbour: in a neighbour's territory · outside: somewhere else.
 */
export const doubts = ['zero', 'swapped', 'neighbour', 'outside'] as const
export type Doubt = (typeof doubts)[number]

/** What has places. */
export const placedKinds = ['camera', 'sensor', 'incident', 'order'] as const
export type PlacedKind = (typeof placedKinds)[number]

export interface DoubtfulPlace {
  readonly what: PlacedKind
  readonly id: string
  /** of an order its type: its title may say too much */
  readonly name: string
  readonly feed: string
  readonly place: Place
  readonly doubt: Doubt
  /** from the district's boundary; undefined where the distance says nothing */
  readonly km: number | undefined
  /** whose territory it lies in */
  readonly neighbour: string | undefined
}

/** Answer of GET /api/map/suspicions?district=: what of a district's things has a place that is most likely wrong. */
export interface Suspicions {
  readonly district: string
  /** why nothing could be judged, such as a boundary file that cannot be read */
  readonly problem: string | undefined
  /** places looked at */
  readonly checked: number
  /** none that is 0 */
  readonly counts: readonly { readonly what: PlacedKind; readonly doubt: Doubt; readonly count: number }[]
  /** a few of each, those farthest away first */
  readonly examples: readonly DoubtfulPlace[]
}
