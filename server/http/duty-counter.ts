import type { DutyRecorded } from '../../contract/duty.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Clock } from '../core/clock.ts'
import { iso, quote } from '../core/foreign-words.ts'
import type { Registry } from '../core/registry.ts'
import type { DutyBook } from '../core/topics/duty.ts'
import type { ResourceBook } from '../core/topics/resources.ts'
import type { StateRooms } from './state.ts'
import { signerOf } from './command.ts'
import type { Commands, RecordFacts } from './command.ts'
import { ProblemError } from './problem.ts'
import type { Visit } from './route.ts'

/** What all routes of 值班 need. */
export interface DutyRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly record: RecordFacts
  readonly registry: Registry
  readonly world: Pick<StateRooms['world'], 'read'> & {
    duty(district: string): DutyBook | undefined
    resources(district: string): ResourceBook | undefined
  }
}

/** Who signs, from where, and by which command. */
export interface DutySigned {
  readonly district: string
  readonly at: number
  readonly by: string
  readonly command: string
  readonly address: string
}

export function signedAs(
  { clock }: Pick<DutyRooms, 'clock'>,
  { district, command }: { readonly district: string; readonly command: string },
  visit: Visit,
): DutySigned {
  return { district, command, at: clock.now(), by: signerOf(visit), address: visit.address }
}

export function dutyOf({ registry, world }: DutyRooms, district: string): DutyBook {
  const book = world.duty(district)
  if (book !== undefined) return book
  throw unknownDistrict(registry, district)
}

export function resourcesOf({ registry, world }: DutyRooms, district: string): ResourceBook {
  const book = world.resources(district)
  if (book !== undefined) return book
  throw unknownDistrict(registry, district)
}

const unknownDistrict = ({ districts }: Registry, district: string): ProblemError =>
  new ProblemError('not-found', `district: ${quote(district)} is not configured; these are: ${[...districts.keys()].join(', ')}`)

interface Recorded extends DutyRecorded {
  readonly kind: Fact['kind']
  readonly step: string
}

/** Records what `decide` returns, unless this very command was recorded before. @throws ProblemError where it was used for something else */
export async function recordOnce(
  { commands, record }: DutyRooms,
  asked: { readonly command: string; readonly step: string; readonly by: string },
  ask: { readonly done: () => Recorded | undefined; readonly decide: () => readonly Fact[] },
): Promise<DutyRecorded> {
  await commands.runTogetherUnlessDone(() => {
    const before = ask.done()
    if (before === undefined) return ask.decide()
    if (before.step === asked.step && before.by === asked.by) return undefined
    throw new ProblemError('conflict', `command: it was used by ${before.by} for ${before.step} at ${iso(before.at)}; make a new one at each press`)
  }, record)
  const done = ask.done()
  if (done === undefined) throw new Error(`the command ${asked.command} has run and left nothing`)
  return { command: done.command, at: done.at, by: done.by }
}
