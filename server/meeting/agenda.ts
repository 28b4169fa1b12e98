import type { DraftItem, MeetingState } from '../../contract/meeting.ts'
import { mostMeetingItems } from '../../contract/meeting.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import type { Incident } from '../../contract/incident.ts'
import type { ChannelSummary, IndicatorState } from '../../contract/topic.ts'
import type { IndicatorDefinition } from '../../contract/indicator.ts'

/** How things stood at the cut-off; meetings that were opened by then, as they stand now. */
export interface AgendaGround {
  readonly meetings: readonly MeetingState[]
  readonly indicators: readonly IndicatorState[]
  readonly supervisions: readonly SupervisionOrder[]
  readonly channels: readonly ChannelSummary[]
  readonly incidents: readonly Incident[]
  readonly definitions: ReadonlyMap<string, IndicatorDefinition>
  readonly channelNames: ReadonlyMap<string, string>
}

const lastDecisions = '上次决定'
const readBack = '复述决定'
const minutes = { indicator: 4, order: 2, channel: 2, incident: 3, readBack: 2, fewestForDecisions: 2, mostForDecisions: 10 } as const
const titleLength = 100

/**
 * 议程, by rules: the last meeting's decisions, red indicators worst first, orders that are overdue, channels with overdue work orders, incidents of
 * level, and at the end what was decided is read back. Pure; the presenter changes it as he likes before the meeting opens. What the last
 * meeting decided is not there a second time as an overdue order.
 */
export function draftAgenda(ground: AgendaGround): readonly DraftItem[] {
  const last = lastOf(ground.meetings)
  const decided = new Set(last?.decisions.flatMap(({ order }) => order?.id ?? []))
  const items = [
    ...(last === undefined || last.decisions.length === 0 ? [] : [decisionsItem(last)]),
    ...redIndicators(ground),
    ...overdueOrders(ground.supervisions.filter(({ id }) => !decided.has(id))),
    ...overdueChannels(ground),
    ...incidentsOfLevel(ground.incidents),
  ]
  return [...items.slice(0, mostMeetingItems - 1), { kind: 'read-back', title: readBack, minutes: minutes.readBack }]
}

/** The one that closed last. */
export const lastOf = (meetings: readonly MeetingState[]): MeetingState | undefined =>
  meetings
    .filter(({ state }) => state === 'closed')
    .reduce<MeetingState | undefined>((last, one) => (last && last.openedAt > one.openedAt ? last : one), undefined)

/** A minute for each decision that is not done. */
function decisionsItem({ id, decisions }: MeetingState): DraftItem {
  const open = decisions.filter(({ order }) => order !== undefined && order.settledAt === undefined).length
  return {
    kind: 'decisions',
    ref: id,
    title: lastDecisions,
    minutes: Math.min(minutes.mostForDecisions, Math.max(minutes.fewestForDecisions, open)),
  }
}

function redIndicators({ indicators, definitions }: AgendaGround): readonly DraftItem[] {
  return indicators
    .flatMap((state) => {
      const definition = definitions.get(state.id)
      // a target that is not printed can give no colour, whatever else is said
      if (definition === undefined || !('value' in definition.target) || state.value === undefined || state.assessment !== 'off-target') return []
      return [{ definition, weight: Math.abs((state.gap ?? 0) / (definition.target.value || 1)) }]
    })
    .sort((one, other) => other.weight - one.weight || one.definition.no - other.definition.no)
    .map(({ definition: { id, name } }) => ({ kind: 'indicator', ref: id, title: name.slice(0, titleLength), minutes: minutes.indicator }))
}

const overdueOrders = (orders: readonly SupervisionOrder[]): readonly DraftItem[] =>
  orders
    .filter(({ clock }) => clock === 'overdue')
    .sort((one, other) => one.dueAt - other.dueAt)
    .map(({ id, title }) => ({ kind: 'order', ref: id, title, minutes: minutes.order }))

const overdueChannels = ({ channels, channelNames }: AgendaGround): readonly DraftItem[] =>
  channels
    .filter(({ overdue }) => overdue > 0)
    .sort((one, other) => other.overdue - one.overdue)
    .map(({ id }) => ({ kind: 'channel', ref: id, title: channelNames.get(id) ?? id, minutes: minutes.channel }))

/** 紧急 and 重要 by their level, those that are not closed and stand for themselves. */
const incidentsOfLevel = (incidents: readonly Incident[]): readonly DraftItem[] =>
  (['urgent', 'important'] as const).flatMap((priority) =>
    incidents
      .filter((incident) => incident.priority === priority && incident.stage !== 'closed' && incident.mergedInto === undefined)
      .sort((one, other) => one.reportedAt - other.reportedAt)
      .map(({ id, title, type }) => ({ kind: 'incident', ref: id, title: (title || type || id).slice(0, titleLength), minutes: minutes.incident })),
  )
