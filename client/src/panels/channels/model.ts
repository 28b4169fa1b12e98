import type { ChannelDefinition } from '../../../../contract/configuration.ts'
import type { ChannelSummary } from '../../../../contract/topic.ts'

/** 诉求渠道, in the order of the configuration. Pure. */
export interface ChannelLine {
  readonly definition: ChannelDefinition
  readonly open: number
  readonly dueSoon: number
  readonly overdue: number
  /** share of this month's due orders that were on time; undefined when none was due */
  readonly onTime: number | undefined
}

/** A channel without any order yet has nought open, and no rate: nought of nothing is not 0 %. */
export function channelLines(
  definitions: readonly ChannelDefinition[],
  summaries: ReadonlyMap<string, ChannelSummary>,
  district: string,
): readonly ChannelLine[] {
  return definitions
    .filter((definition) => definition.district === district)
    .map((definition) => {
      const summary = summaries.get(definition.id)
      const due = summary?.dueThisMonth ?? 0
      return {
        definition,
        open: summary?.open ?? 0,
        dueSoon: summary?.dueSoon ?? 0,
        overdue: summary?.overdue ?? 0,
        onTime: due === 0 ? undefined : (summary?.onTimeThisMonth ?? 0) / due,
      }
    })
}
