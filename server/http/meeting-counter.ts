import type { MeetingAnswer, MeetingState, MeetingStepFact } from '../../contract/meeting.ts'
import { iso, quote } from '../core/foreign-words.ts'
import type { MeetingBook } from '../core/topics/meetings.ts'
import type { SupervisionBook } from '../core/topics/supervisions.ts'
import type { RecordFacts } from './command.ts'
import { ProblemError } from './problem.ts'
import type { StateRooms } from './state.ts'
import type { SupervisionRooms } from './supervision-counter.ts'

/** 调度会议 at the counter: what its commands have in common. */

export interface MeetingRooms extends SupervisionRooms {
  readonly registry: SupervisionRooms['registry'] & { readonly channels: ReadonlyMap<string, { readonly name: string }> }
  readonly world: SupervisionRooms['world'] & { meetings(district: string): MeetingBook | undefined }
  readonly historian: StateRooms['historian']
  readonly covered: StateRooms['covered']
  /** writes facts of the server's own in one transaction: all are durable, or none */
  readonly recordWhole: RecordFacts
}

export interface FoundMeeting {
  readonly meeting: MeetingState
  readonly district: string
  readonly zone: string
}

/** @throws ProblemError where there is no such meeting */
export function meetingCalled({ registry, world }: MeetingRooms, id: string): FoundMeeting {
  for (const { id: district, zone } of registry.districts.values()) {
    const meeting = world.meetings(district)?.find(id)
    if (meeting !== undefined) return { meeting, district, zone }
  }
  throw new ProblemError('not-found', `id: there is no meeting ${quote(id)}; the topic meetings tells the last ones`)
}

/** @throws ProblemError for a meeting that is over */
export function refuseClosed({ name, closedAt, closedBy }: MeetingState): void {
  if (closedAt === undefined) return
  const cure = 'what is decided afterwards is issued as an order by hand, or opens the next meeting'
  throw new ProblemError('conflict', `${name} was closed by ${closedBy ?? ''} at ${iso(closedAt)}; ${cure}`)
}

/** Somebody went on since the meeting was looked at. @throws ProblemError that says who, and where the meeting stands */
export function refuseUnseenSteps({ name, steps, presenter, items, item, since }: MeetingState, seen: number): void {
  if (seen > steps) throw new ProblemError('bad-request', `seen: ${String(seen)}, and ${name} has only ${String(steps)} steps; read it again`)
  if (seen === steps) return
  const title = items.find(({ id }) => id === item)?.title ?? item
  const meanwhile = `meanwhile ${presenter} took step ${String(steps)}; the meeting looks at ${quote(title)} since ${iso(since)}`
  throw new ProblemError('conflict', `${name}: ${meanwhile}. Look at it again and decide anew`)
}

/** What was asked, so far as a command sent again must ask the same. */
export interface AskedMeetingStep {
  readonly command: string
  readonly step: MeetingStepFact['step']
  readonly by: string
}

/** The meeting that this very command has moved before; undefined for a new one. @throws ProblemError where it was used for something else */
export function meetingDone({ registry, world }: MeetingRooms, asked: AskedMeetingStep): MeetingAnswer | undefined {
  for (const district of registry.districts.keys()) {
    const done = world.meetings(district)?.done(asked.command)
    const meeting = done && world.meetings(district)?.find(done.meeting)
    if (done === undefined || meeting === undefined) continue
    if (done.step !== asked.step || done.by !== asked.by) {
      const used = `was used by ${done.by} for ${done.step} of ${meeting.name} at ${iso(done.at)}`
      throw new ProblemError('conflict', `command: ${asked.command} ${used}; make a new one at each click`)
    }
    return {
      ...{ id: meeting.id, command: done.command, at: done.at, by: done.by, steps: meeting.steps },
      ...orderDecided(meeting, asked.command, world.supervisions(district)),
    }
  }
  return undefined
}

/** The order that a decision has become, where it became one. */
function orderDecided({ decisions }: MeetingState, command: string, orders: SupervisionBook | undefined): Pick<MeetingAnswer, 'order'> {
  const decided = decisions.find(({ id }) => id === command)?.order
  const order = decided && orders?.stands(decided.id)
  return order === undefined ? {} : { order: { id: order.id, number: order.number, dueAt: order.dueAt, isProvisional: order.isProvisional } }
}

/** @throws when nothing was recorded, which cannot be after a command has run */
export function meetingAnswer(rooms: MeetingRooms, asked: AskedMeetingStep): MeetingAnswer {
  const done = meetingDone(rooms, asked)
  if (done === undefined) throw new Error(`the command ${asked.command} has run and left nothing`)
  return done
}
