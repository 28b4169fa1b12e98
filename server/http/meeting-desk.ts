import { randomUUID } from 'node:crypto'
import type { MeetingFact } from '../../contract/fact.ts'
import type {
  AgendaDraft,
  MeetingAnswer,
  MeetingDecidedFact,
  MeetingOpenedFact,
  MeetingOpenRequest,
  MeetingState,
  MeetingStepFact,
  MeetingStepRequest,
  meetingDecisionRequestSchema,
} from '../../contract/meeting.ts'
import type { IssuedFact } from '../../contract/supervision-fact.ts'
import type { IssueRequest, SupervisionOrder } from '../../contract/supervision.ts'
import type { Instant } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { Incident } from '../../contract/incident.ts'
import type { ChannelSummary, IndicatorState, TopicKind } from '../../contract/topic.ts'
import type { z } from 'zod'
import { iso, quote } from '../core/foreign-words.ts'
import { draftAgenda } from '../meeting/agenda.ts'
import { signerOf } from './command.ts'
import { meetingAnswer, meetingCalled, meetingDone, refuseClosed, refuseUnseenSteps } from './meeting-counter.ts'
import type { MeetingRooms } from './meeting-counter.ts'
import { ProblemError } from './problem.ts'
import type { Visit } from './route.ts'
import { doneBefore, dueAsked, refuseUnknownUnits, supporting } from './supervision-counter.ts'
import { issuedFact } from './supervisions.ts'

/** What the desk does with a meeting: each is one command, and a decision is recorded together with its order or not at all. */

const agendaTopics = ['indicators', 'supervisions', 'channels', 'incidents'] as const satisfies readonly TopicKind[]

/** @throws ProblemError where the log does not reach back that far */
export async function agendaOf(
  rooms: MeetingRooms & { readonly definitions: Parameters<typeof draftAgenda>[0]['definitions'] },
  district: string,
  at: Instant,
) {
  const past = await rooms.historian.stateAt(
    agendaTopics.map((kind) => topicName(kind, district)),
    at,
  )
  if (past === undefined) throw beforeTheLog(rooms, 'at', at)
  // as: a topic holds nothing but entities of its kind
  const held = past.topics as { readonly [topic: string]: readonly unknown[] | undefined }
  const items = draftAgenda({
    // one that has closed in this very second counts: the next is often drawn up at once
    meetings: (rooms.world.meetings(district)?.latest() ?? []).filter(({ openedAt }) => openedAt <= at),
    indicators: (held[topicName('indicators', district)] ?? []) as readonly IndicatorState[],
    supervisions: (held[topicName('supervisions', district)] ?? []) as readonly SupervisionOrder[],
    channels: (held[topicName('channels', district)] ?? []) as readonly ChannelSummary[],
    incidents: (held[topicName('incidents', district)] ?? []) as readonly Incident[],
    definitions: rooms.definitions,
    channelNames: new Map([...rooms.registry.channels].map(([id, { name }]) => [id, name])),
  })
  return { cutOffAt: at, items } satisfies AgendaDraft
}

function beforeTheLog({ covered }: MeetingRooms, name: string, at: Instant): ProblemError {
  const from = covered()?.from
  const reach = from === undefined ? 'nothing is recorded yet' : `it begins at ${iso(from)}`
  return new ProblemError('bad-request', `${name}: ${iso(at)} is before the log begins; ${reach}; choose a later cut-off`)
}

export async function openMeeting(rooms: MeetingRooms, asked: MeetingOpenRequest, visit: Visit): Promise<MeetingAnswer> {
  const command = { command: asked.command, step: 'opened', by: signerOf(visit) } as const
  const { clock, commands, registry, world } = rooms
  if (!registry.districts.has(asked.district)) {
    const known = [...registry.districts.keys()].join(', ')
    throw new ProblemError('not-found', `district: ${quote(asked.district)} is not configured; these are: ${known}`)
  }
  await commands.runUnlessDone((): MeetingOpenedFact | undefined => {
    if (meetingDone(rooms, command) !== undefined) return undefined
    refuseBeside(world.meetings(asked.district)?.running())
    refuseCutOff(rooms, asked.cutOffAt)
    for (const [index, item] of asked.items.entries()) refuseUnknownRef(rooms, asked.district, item, `items.${String(index)}`)
    return {
      ...{
        kind: 'meeting-step',
        step: 'opened',
        district: asked.district,
        id: randomUUID(),
        at: clock.now(),
        by: command.by,
        address: visit.address,
      },
      ...{ command: asked.command, name: asked.name, no: (world.meetings(asked.district)?.lastNo() ?? 0) + 1, cutOffAt: asked.cutOffAt },
      items: asked.items.map(({ kind, ref, title, minutes }, index) => ({
        ...{ id: `i${String(index + 1)}`, kind, title, minutes },
        ...(ref !== undefined && { ref }),
      })),
    }
  })
  return meetingAnswer(rooms, command)
}

function refuseBeside(running: MeetingState | undefined): void {
  if (running === undefined) return
  const { name, openedBy, openedAt } = running
  throw new ProblemError('conflict', `${name} is being held since ${iso(openedAt)}, opened by ${openedBy}; go on with it, or close it first`)
}

function refuseCutOff(rooms: MeetingRooms, cutOffAt: Instant): void {
  if (cutOffAt > rooms.clock.now())
    throw new ProblemError('bad-request', `cutOffAt: ${iso(cutOffAt)} is yet to come; figures are cut off now, or at an instant that has passed`)
  const from = rooms.covered()?.from
  if (from === undefined || cutOffAt < from) throw beforeTheLog(rooms, 'cutOffAt', cutOffAt)
}

/** @throws ProblemError for an item that would show nothing */
function refuseUnknownRef(
  { registry, world }: MeetingRooms,
  district: string,
  { kind, ref }: MeetingOpenRequest['items'][number],
  field: string,
): void {
  if (kind === 'topic' || kind === 'read-back') return
  if (ref === undefined) throw new ProblemError('bad-request', `${field}.ref: missing; name what the ${kind} is`)
  const isKnown = {
    decisions: () => world.meetings(district)?.find(ref) !== undefined,
    indicator: () => registry.indicators.has(ref),
    order: () => world.supervisions(district)?.find(ref, 'wall') !== undefined,
    channel: () => registry.channels.has(ref),
    // one that was closed meanwhile is still shown as of the cut-off
    incident: () => true,
  }[kind]
  if (!isKnown())
    throw new ProblemError('bad-request', `${field}.ref: there is no ${kind} ${quote(ref)}; draft the agenda again, or take the item out`)
}

export async function stepMeeting(rooms: MeetingRooms, asked: MeetingStepRequest, visit: Visit): Promise<MeetingAnswer> {
  const command = { command: asked.command, step: asked.step, by: signerOf(visit) } as const
  const id = visit.params['id'] ?? ''
  await rooms.commands.runTogetherUnlessDone(() => {
    if (meetingDone(rooms, command) !== undefined) return undefined
    const { meeting, district } = meetingCalled(rooms, id)
    refuseClosed(meeting)
    refuseUnseenSteps(meeting, asked.seen)
    const at = rooms.clock.now()
    const taken = { kind: 'meeting-step', district, id, at, by: command.by, command: asked.command, address: visit.address } as const
    if (asked.step === 'item') return [{ ...taken, step: asked.step, item: itemOf(meeting, asked.item) } satisfies MeetingStepFact]
    if (asked.step === 'names') return [{ ...taken, step: asked.step, isHidden: asked.isHidden } satisfies MeetingStepFact]
    // from now on the screens compare with how things stand at its end
    const held: MeetingFact = { kind: 'meeting', district, at, name: meeting.name, by: command.by }
    return [{ ...taken, step: asked.step } satisfies MeetingStepFact, held]
  }, rooms.recordWhole)
  return meetingAnswer(rooms, command)
}

function itemOf({ items }: MeetingState, asked: string): string {
  if (items.some(({ id }) => id === asked)) return asked
  throw new ProblemError(
    'bad-request',
    `item: ${quote(asked)} is not on the agenda; it has ${items.map(({ id, title }) => `${id} (${title})`).join(', ')}`,
  )
}

type DecisionAsked = z.output<typeof meetingDecisionRequestSchema>

export async function decideInMeeting(rooms: MeetingRooms, asked: DecisionAsked, visit: Visit): Promise<MeetingAnswer> {
  const command = { command: asked.command, step: 'decided', by: signerOf(visit) } as const
  const id = visit.params['id'] ?? ''
  await rooms.commands.runTogetherUnlessDone(() => {
    if (meetingDone(rooms, command) !== undefined) return undefined
    // a command of the order desk is not one of the meeting's
    if (doneBefore(rooms, { command: asked.command, step: 'issued', by: command.by }) !== undefined)
      throw new ProblemError('conflict', `command: ${asked.command} has issued an order already; make a new one at each click`)
    const { meeting, district, zone } = meetingCalled(rooms, id)
    refuseClosed(meeting)
    const item = itemOf(meeting, asked.item)
    refuseUnknownUnits(rooms, district, { leadUnit: [asked.leadUnit], supportingUnits: asked.supportingUnits })
    const order = orderOf(rooms, asked, { meeting, district, zone, by: command.by, address: visit.address })
    const decided: MeetingDecidedFact = {
      ...{
        kind: 'meeting-step',
        step: 'decided',
        district,
        id,
        at: rooms.clock.now(),
        by: command.by,
        command: asked.command,
        address: visit.address,
      },
      ...{ item, text: asked.text, leadUnit: asked.leadUnit, supportingUnits: supporting(asked.supportingUnits, asked.leadUnit), level: asked.level },
      ...(order && { order: order.id }),
    }
    return order === undefined ? [decided] : [decided, order]
  }, rooms.recordWhole)
  return meetingAnswer(rooms, command)
}

interface Deciding {
  readonly meeting: MeetingState
  readonly district: string
  readonly zone: string
  readonly by: string
  readonly address: string
}

/** The order of a decision with a due time; undefined for one that is only noted. */
function orderOf(rooms: MeetingRooms, asked: DecisionAsked, { meeting, district, zone, by, address }: Deciding): IssuedFact | undefined {
  const { command, text, level, leadUnit, supportingUnits, workingDays } = asked
  if (workingDays === undefined) return undefined
  const due = { workingDays }
  const note = `${meeting.name}（第${String(meeting.no)}次）决定${String(meeting.decisions.length + 1)}`
  const issue: IssueRequest = {
    ...{ command, district, title: titleOf(text), text, level, leadUnit, supportingUnits, due, note },
    origin: { kind: 'meeting', id: meeting.id },
  }
  return issuedFact(rooms, issue, { by, address, attachments: undefined, due: dueAsked(rooms, due, zone) })
}

const titleLength = 40

/** The first sentence of what was decided, as long as a title may be. */
function titleOf(text: string): string {
  const [first = text] = text.split(/[。；;\n]/)
  const words = first.trim() === '' ? text : first.trim()
  return words.length <= titleLength ? words : `${words.slice(0, titleLength - 1)}…`
}
