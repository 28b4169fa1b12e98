import type { ChannelDefinition } from '../../../../contract/configuration.ts'
import type { ChannelSummary } from '../../../../contract/topic.ts'
import type { Instant } from '../../../../contract/time.ts'

/** 诉求渠道, in the order of the configuration. Pure. */
export interface ChannelLine {
  readonly definition: ChannelDefinition
  readonly open: number
  /** 临期: `reminder` and `lastDay` together */
  readonly dueSoon: number
  /** past 80 % of the time given, the last day not begun */
  readonly reminder: number
  readonly lastDay: number
  readonly overdue: number
  readonly lateNodes: number
  /** share of this month's due orders that were on time; undefined when none was due */
  readonly onTime: number | undefined
  /** share of this month's valid call-backs that were satisfied, 基本满意 among them as in indicators 41 and 43; undefined when nobody was asked */
  readonly satisfaction: number | undefined
  readonly nextDueAt: Instant | undefined
}

/** A channel without any order yet has nought open, and no rate: nought of nothing is not 0 %. */
export function channelLines(
  definitions: readonly ChannelDefinition[],
  summaries: ReadonlyMap<string, ChannelSummary>,
  district: string,
): readonly ChannelLine[] {
  return definitions
    .filter((definition) => definition.district === district)
    .map((definition) => lineOf(definition, summaries.get(definition.id) ?? nothingYet))
}

const nothingYet: Omit<ChannelSummary, 'id' | 'asOf'> = {
  open: 0,
  dueSoon: 0,
  overdue: 0,
  lastDay: 0,
  lateNodes: 0,
  dueThisMonth: 0,
  onTimeThisMonth: 0,
  ratedThisMonth: 0,
  satisfiedThisMonth: 0,
  basicallySatisfiedThisMonth: 0,
  receivedToday: 0,
  settledToday: 0,
  nextDueAt: undefined,
}

function lineOf(definition: ChannelDefinition, summary: Omit<ChannelSummary, 'id' | 'asOf'>): ChannelLine {
  const { open, dueSoon, lastDay, overdue, lateNodes, nextDueAt } = summary
  return {
    definition,
    open,
    dueSoon,
    lastDay,
    reminder: Math.max(0, dueSoon - lastDay),
    overdue,
    lateNodes,
    onTime: share(summary.onTimeThisMonth, summary.dueThisMonth),
    satisfaction: share(summary.satisfiedThisMonth + summary.basicallySatisfiedThisMonth, summary.ratedThisMonth),
    nextDueAt,
  }
}

const share = (part: number, whole: number): number | undefined => (whole === 0 ? undefined : part / whole)

/** What a table may say of each channel; its name, what is open, overdue and on time always. */
export type ChannelColumn = 'limits' | 'dueSoon' | 'reminder' | 'lastDay' | 'lateNodes' | 'satisfaction' | 'nextDue'

/**
 * The columns that there is room for. Due soon always; then, the weightiest first: the limits (never cut: a limit cut short says something
 * else), late nodes and satisfaction where there are any, the next due time, and at last what is due soon told apart.
 * @param roomEm that is left beside the columns that always stand
 * @param widthEm of a column, with the space before it
 */
export function channelColumns(
  roomEm: number,
  widthEm: (column: ChannelColumn) => number,
  lines: readonly ChannelLine[],
): ReadonlySet<ChannelColumn> {
  const wanted: ChannelColumn[] = ['limits']
  if (lines.some(({ lateNodes }) => lateNodes > 0)) wanted.push('lateNodes')
  if (lines.some(({ satisfaction }) => satisfaction !== undefined)) wanted.push('satisfaction')
  wanted.push('nextDue')
  let left = roomEm - widthEm('dueSoon')
  const columns = new Set<ChannelColumn>()
  for (const column of wanted) {
    if (widthEm(column) > left) continue
    columns.add(column)
    left -= widthEm(column)
  }
  const apart = widthEm('reminder') + widthEm('lastDay') - widthEm('dueSoon')
  for (const column of apart <= left ? (['reminder', 'lastDay'] as const) : (['dueSoon'] as const)) columns.add(column)
  return columns
}

/** Lines under a channel's rate, where channels stand side by side. */
export type ChannelFact = 'open' | 'dueSoon' | 'overdue' | 'lateNodes' | 'satisfaction'

/** The three that never leave, and those of the others that say something, as far as there are lines. */
export function channelFacts(most: number, lines: readonly ChannelLine[]): readonly ChannelFact[] {
  const facts: ChannelFact[] = ['open', 'dueSoon', 'overdue']
  if (lines.some(({ lateNodes }) => lateNodes > 0)) facts.push('lateNodes')
  if (lines.some(({ satisfaction }) => satisfaction !== undefined)) facts.push('satisfaction')
  return facts.slice(0, Math.max(3, most))
}
