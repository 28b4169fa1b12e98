import { alarmStepRequestSchema } from '../../contract/alarm.ts'
import type { Alarm, AlarmAnswer, AlarmStepRequest, AlarmWeek } from '../../contract/alarm.ts'
import type { AlarmFact } from '../../contract/alarm-fact.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { iso, quote } from '../core/foreign-words.ts'
import type { Registry } from '../core/registry.ts'
import type { AlarmBook } from '../core/topics/alarms.ts'
import { signerOf } from './command.ts'
import type { Commands } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { ProblemError, sendJson } from './problem.ts'
import { knownIn } from './query.ts'
import type { Route } from './route.ts'

export interface AlarmRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly registry: Pick<Registry, 'districts' | 'alarms'>
  readonly world: { alarms(district: string): AlarmBook | undefined }
}

const like =
  '{"command": "<UUID>", "district": "620802", "id": "river-level/0062080201/water-level", "step": "acknowledged", "raisedAt": 1767225600000}'

/** 告警 at the desk (contract/alarm.ts says what is asked and answered). */
export function alarmRoutes(rooms: AlarmRooms): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/alarms/steps',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, alarmStepRequestSchema, like))
        sendJson(response, 200, await take(rooms, asked, { by: signerOf(visit), address: visit.address }))
      },
    },
    {
      method: 'GET',
      path: '/api/alarms/weekly',
      access: 'wall',
      handler: (_request, response, { query }) => sendJson(response, 200, weekly(rooms, query)),
    },
  ]
}

function weekly({ registry, world }: AlarmRooms, query: URLSearchParams): AlarmWeek | undefined {
  return world.alarms(knownIn(query, 'district', registry.districts, 'config/districts').id)?.week()
}

interface Signed {
  readonly by: string
  readonly address: string
}

async function take(rooms: AlarmRooms, asked: AlarmStepRequest, signed: Signed): Promise<AlarmAnswer> {
  const book = bookOf(rooms, asked.district)
  await rooms.commands.runUnlessDone((): AlarmFact | undefined => {
    if (doneBefore(book, asked, signed) !== undefined) return undefined
    const at = rooms.clock.now()
    refuseWrong(rooms, asked, { book, at })
    return { kind: 'alarm', ...asked, at, ...signed }
  })
  const done = doneBefore(book, asked, signed)
  if (done === undefined) throw new Error(`the command ${asked.command} has run and left nothing`)
  const { id, command, step, at, by } = done
  return { id, command, step, at, by }
}

function bookOf({ registry, world }: AlarmRooms, district: string): AlarmBook {
  const book = world.alarms(district)
  if (book !== undefined) return book
  throw new ProblemError('not-found', `district: ${quote(district)} is not configured; these are: ${[...registry.districts.keys()].join(', ')}`)
}

/** What this very command has recorded before. @throws ProblemError where it was used for something else */
function doneBefore(book: AlarmBook, { command, id, step }: AlarmStepRequest, { by }: Signed): AlarmFact | undefined {
  const done = book.done(command)
  if (done === undefined || (done.id === id && done.step === step && done.by === by)) return done
  const used = `was used by ${done.by} for ${done.step} of ${done.id} at ${iso(done.at)}`
  throw new ProblemError('conflict', `command: ${command} ${used}; make a new one at each press`)
}

/** @throws ProblemError that says what happened meanwhile, or what is wrong */
function refuseWrong({ registry }: AlarmRooms, asked: AlarmStepRequest, { book, at }: { readonly book: AlarmBook; readonly at: Instant }): void {
  const alarm = book.find(asked.id)
  if (alarm === undefined)
    throw new ProblemError(
      'conflict',
      `id: ${quote(asked.id)} neither stands nor waits for anybody: it has returned and was acknowledged, or never was raised`,
    )
  switch (asked.step) {
    case 'acknowledged':
      refuseAcknowledging(alarm, asked.raisedAt)
      return
    case 'shelved':
      refuseSetAside(alarm)
      refuseUntil(asked.until, at, { most: registry.alarms.shelveHours * hourMs, words: `${String(registry.alarms.shelveHours)} hours` })
      return
    case 'out-of-service':
      if (alarm.outOfService !== undefined) refuseSetAside(alarm)
      refuseUntil(asked.until, at, { most: registry.alarms.outOfServiceDays * dayMs, words: `${String(registry.alarms.outOfServiceDays)} days` })
      return
    case 'unshelved':
      if (alarm.shelved === undefined) throw new ProblemError('conflict', `${alarm.id} is not shelved any more; it is ${alarm.state}`)
      return
    case 'returned':
      if (alarm.outOfService === undefined) throw new ProblemError('conflict', `${alarm.id} is not out of service any more; it is ${alarm.state}`)
  }
}

function refuseAcknowledging({ id, state, raisedAt, acknowledged }: Alarm, seen: Instant): void {
  if (acknowledged !== undefined) throw new ProblemError('conflict', `${id} was acknowledged by ${acknowledged.by} at ${iso(acknowledged.at)}`)
  if (state !== 'unacknowledged' && state !== 'returned-unacknowledged')
    throw new ProblemError('conflict', `${id} is ${state}: there is nothing to acknowledge`)
  if (raisedAt !== seen) throw new ProblemError('conflict', `${id} was raised again at ${iso(raisedAt)}; look at it again`)
}

function refuseSetAside({ id, shelved, outOfService }: Alarm): void {
  const aside = outOfService ?? shelved
  if (aside === undefined) return
  const what = outOfService === undefined ? 'shelved' : 'out of service'
  throw new ProblemError('conflict', `${id} is already ${what} until ${iso(aside.until)}, by ${aside.by}: ${aside.reason}`)
}

/** A desk reckons with the server's clock as it last heard it. */
const graceMs = minuteMs

function refuseUntil(until: Instant, now: Instant, { most, words }: { readonly most: number; readonly words: string }): void {
  if (until <= now) throw new ProblemError('bad-request', `until: ${iso(until)} is past; give an instant to come`)
  if (until > now + most + graceMs)
    throw new ProblemError(
      'bad-request',
      `until: ${iso(until)} is more than ${words} from now, which config/alarms.yaml allows at most; give an earlier one`,
    )
}
