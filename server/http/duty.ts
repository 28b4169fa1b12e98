import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { swapRequestSchema } from '../../contract/duty.ts'
import type { DutyAnswer, RosterAnswer, SwapRequest } from '../../contract/duty.ts'
import type { DutyFact } from '../../contract/duty-fact.ts'
import { beginning, maskText } from '../core/masking.ts'
import { readRoster } from '../duty/roster.ts'
import { readBody } from './body.ts'
import { dutyOf, recordOnce, signedAs } from './duty-counter.ts'
import type { DutyRooms } from './duty-counter.ts'
import { readJsonBody } from './json-body.ts'
import { maskedWords } from './masked-words.ts'
import { ProblemError, sendJson } from './problem.ts'
import { knownIn, refused } from './query.ts'
import type { Route, Visit } from './route.ts'

const swapLike =
  '{"command": "<UUID>", "district": "620802", "day": "2026-11-24", "shift": "day", "post": "chief", "from": "王某", "to": {"name": "李某"}, "reason": "病假"}'
const largestRoster = 4 * 1024 * 1024
const mostMistakes = 100

/** 值班表: who is on duty, the roster as it is imported, and 换班 (contract/duty.ts says what is asked and answered). */
export function dutyRoutes(rooms: DutyRooms): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/duty',
      access: 'desk',
      handler: (_request, response, { query }) => {
        const { id } = knownIn(query, 'district', rooms.registry.districts, 'config/districts')
        const answer: DutyAnswer = { shifts: dutyOf(rooms, id).reachable() }
        sendJson(response, 200, answer)
      },
    },
    {
      method: 'POST',
      path: '/api/duty/roster',
      access: 'desk',
      handler: (request, response, visit) => importRoster(rooms, request, response, visit),
    },
    {
      method: 'POST',
      path: '/api/duty/swaps',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = maskedWords(await readJsonBody(request, swapRequestSchema, swapLike))
        sendJson(response, 200, await swap(rooms, asked, visit))
      },
    },
  ]
}

async function importRoster(rooms: DutyRooms, request: IncomingMessage, response: ServerResponse, visit: Visit): Promise<void> {
  const district = knownIn(visit.query, 'district', rooms.registry.districts, 'config/districts').id
  const command = z.uuid().safeParse(visit.query.get('command')).data
  if (command === undefined) throw refused('command', 'expected a UUID, made when somebody presses and sent again as it is')
  const signed = signedAs(rooms, { district, command }, visit)
  const book = dutyOf(rooms, district)
  const { outcome, bytes } = await readBody(request, { limit: largestRoster, keptWhenCut: 0, reserve: () => undefined })
  if (outcome === 'cut') throw new ProblemError('too-large', `body: more than ${String(largestRoster)} bytes; import a month at a time`)
  const { placements, mistakes } = await readRoster(bytes, rooms.registry.duty)
  const days = [...new Set(placements.map(({ day }) => day))].sort()
  const answer: RosterAnswer = { days, placements: placements.length, mistakes: mistakes.slice(0, mostMistakes) }
  if (mistakes.length === 0) {
    const file = beginning(maskText(visit.query.get('file') ?? ''), 200)
    const fact: DutyFact = { kind: 'duty', ...signed, step: 'imported', file, days: days.slice(0, 400), placements: [...placements] }
    await recordOnce(rooms, { ...signed, step: 'imported' }, { done: () => book.done(command), decide: () => [fact] })
  }
  sendJson(response, 200, answer)
}

function swap(rooms: DutyRooms, asked: SwapRequest, visit: Visit): ReturnType<typeof recordOnce> {
  const signed = signedAs(rooms, asked, visit)
  const book = dutyOf(rooms, asked.district)
  const decide = (): readonly DutyFact[] => {
    const span = book.span(asked.day, asked.shift)
    if (span === undefined) throw new ProblemError('not-found', `shift: config/duty.yaml knows no shift ${asked.shift} on ${asked.day}`)
    if (span.to <= rooms.clock.now()) throw new ProblemError('conflict', `${asked.day} ${span.name} is over: who was on duty is not changed any more`)
    refuseSwap(asked, book.people(span.id))
    const { day, shift, post, from, to, reason } = asked
    return [{ kind: 'duty', ...signed, step: 'swapped', day, shift, post, from, to, reason }]
  }
  return recordOnce(rooms, { ...signed, step: 'swapped' }, { done: () => book.done(asked.command), decide })
}

function refuseSwap({ post, from, to }: SwapRequest, people: ReturnType<ReturnType<typeof dutyOf>['people']>): void {
  const known = people.find((one) => one.post === post && one.name === from)
  if (known === undefined) {
    const taken = people.find((one) => one.post === post && one.insteadOf === from)
    const listed = people.map((one) => one.name).join('、')
    throw new ProblemError(
      'conflict',
      taken === undefined
        ? `from: ${from} is not on this shift as ${post}; these are: ${listed === '' ? 'nobody' : listed}`
        : `from: ${taken.name} has taken the place of ${from} meanwhile; look at the roster again`,
    )
  }
  const twice = people.find(({ name }) => name === to.name)
  if (twice !== undefined) throw new ProblemError('conflict', `to: ${to.name} is on this shift already, as ${twice.post}; name somebody else`)
}
