import { dice } from '../chance.ts'
import type { Member } from './members.ts'
import { memberShare } from './progress.ts'

export type Rhythm = 'hourly' | 'daily' | 'weekly' | 'monthly'

/** What of a member is reported under a code, at an instant. A pure function; undefined when nothing is. */
export type ValueAt = (seed: number, member: Member, at: number) => number | undefined
type Whole = (seed: number, member: Member, at: number) => number

/** 数据项: one number that the platform collects. */
export interface DataItem {
  /** 数据项编码 */
  readonly code: string
  /** 计量单位 */
  readonly unit: string
  readonly rhythm: Rhythm
  readonly members: readonly Member[]
  /** each report is a part of its own, such as a batch */
  readonly isBatch: boolean
  readonly valueAt: ValueAt
}

/** Whole numbers from exact ones: each series is rounded at a place of its own, so that sums over many are not all rounded down. It never goes back. */
const whole = (seed: number, code: string, member: Member, exact: number): number =>
  Math.floor(exact + 1e-9 + 0.999 * dice(seed, 'rounded', code, member.names[0])())

/** A number that is the same all year, about so many over all members, by their weights. */
export function fixed(code: string, members: readonly Member[], total: number): Whole {
  const all = members.reduce((sum, { weight }) => sum + weight, 0)
  return (seed, member) => Math.max(1, whole(seed, code, member, (total * member.weight) / all))
}

export interface Growth {
  /** over all members, at the start of the year and, at an even pace, at its end */
  readonly from: number
  readonly to: number
}

/** A number that grows from one total to another, by the members' weights. */
export function growing(code: string, members: readonly Member[], { from, to }: Growth): Whole {
  const all = members.reduce((sum, { weight }) => sum + weight, 0)
  return (seed, member, at) => whole(seed, code, member, ((from + (to - from) * memberShare(seed, member, at)) * member.weight) / all)
}

export interface Climb {
  /** per cent, at the start of the year and, at an even pace, at its end */
  readonly from: number
  readonly to: number
}

/** The part of another number that a rate counts; never more than the whole of it. */
export function partOf(code: string, of: Whole, { from, to }: Climb): Whole {
  return (seed, member, at) => {
    const all = of(seed, member, at)
    const percent = Math.min(100, from + (to - from) * memberShare(seed, member, at))
    return Math.min(all, whole(seed, code, member, (all * percent) / 100))
  }
}

type Usual = Pick<DataItem, 'code' | 'unit' | 'members' | 'valueAt'> & Partial<DataItem>

export const item = (given: Usual): DataItem => ({ rhythm: 'daily', isBatch: false, ...given })
