import type { OrderType } from '../../../../contract/topic.ts'

/** Of fewer than these one more or less is no share and no multiple: 5 against the usual 1.5 is said in numbers. */
export const usualForShare = 5

/** 诉求上升: types of request that came in beyond the usual of the same weekday. Pure. */
export interface RisingLine {
  readonly id: string
  readonly today: number
  /** undefined: never seen on this weekday */
  readonly usual: number | undefined
  /** today over the usual; undefined where the usual is too few for that to say anything, or not known */
  readonly times: number | undefined
}

/**
 * Those that rise beyond chance, the farthest beyond their usual first.
 * @param rows how many there is room for
 */
export function risingLines(types: Iterable<OrderType>, rows: number): readonly RisingLine[] {
  const excess = ({ receivedToday, usualByNow }: OrderType): number => receivedToday - (usualByNow ?? 0)
  return [...types]
    .filter(({ isRising }) => isRising)
    .sort((a, b) => excess(b) - excess(a) || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, rows))
    .map(({ id, receivedToday, usualByNow }) => ({
      id,
      today: receivedToday,
      usual: usualByNow,
      times: usualByNow === undefined || usualByNow < usualForShare ? undefined : receivedToday / usualByNow,
    }))
}
