import type { HourlyIntake } from '../../../../contract/topic.ts'
import { usualForShare } from '../rising-types/model.ts'

/** 今日受理曲线: today's hours against the usual. Pure. */
export interface IntakeCurve {
  /** hours of today that are over, [hour, orders]: the running one would fall to nothing at each full hour */
  readonly today: readonly (readonly [hour: number, orders: number])[]
  readonly usual: readonly (readonly [hour: number, orders: number])[]
  /** with the running hour */
  readonly total: number
  /** by the end of today's last complete hour; undefined before there are days to compare with */
  readonly usually: number | undefined
  /** today's complete hours against the usual of the same hours, −1 to …; undefined without enough for a percentage to say anything */
  readonly change: number | undefined
}

/** @param hour of the day that is running, 0-23 */
export function intakeCurve(intake: Pick<HourlyIntake, 'received' | 'usual'>, hour: number): IntakeCurve {
  const begun = intake.received.slice(0, hour + 1)
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
  const [done, usually] = [sum(intake.received.slice(0, hour)), sum(intake.usual.slice(0, hour))]
  return {
    today: begun.slice(0, hour).map((orders, index) => [index, orders] as const),
    usual: intake.usual.map((orders, index) => [index, orders] as const),
    total: sum(begun),
    usually: intake.usual.length === 0 ? undefined : usually,
    change: usually >= usualForShare ? done / usually - 1 : undefined,
  }
}
