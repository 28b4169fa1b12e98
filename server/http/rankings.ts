import { z } from 'zod'
import type { Configuration } from '../../contract/configuration.ts'
import type { RankingFact } from '../../contract/fact.ts'
import { topicName } from '../../contract/topic.ts'
import type { ClockCheck, RankingState } from '../../contract/decision.ts'
import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { publishedRow } from '../core/ranking.ts'
import { signerOf } from './command.ts'
import type { Commands } from './command.ts'
import { readJsonBody } from './json-body.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Route } from './route.ts'
import type { StateRooms } from './state.ts'

export interface RankingRooms {
  readonly clock: Clock
  readonly commands: Commands
  readonly world: Pick<StateRooms['world'], 'read'>
  readonly configuration: Pick<Configuration, 'rankings'>
}

const publishRequest = z.strictObject({
  district: z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id of a district is that long'),
  month: z.string('expected a month, YYYY-MM').regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'expected a month, YYYY-MM'),
})
const like = '{"district": "620802", "month": "2026-10"}'

/** 排名公布: POST /api/rankings/:ranking/publish freezes a month that is over as the topic `rankings` tells it. */
export function rankingRoutes(rooms: RankingRooms): readonly Route[] {
  const { clock, commands } = rooms
  return [
    {
      method: 'POST',
      path: '/api/rankings/:ranking/publish',
      access: 'desk',
      handler: async (request, response, visit) => {
        const asked = await readJsonBody(request, publishRequest, like)
        const by = signerOf(visit)
        const { ranking, month, at } = await commands.run((): RankingFact => {
          const { rows, ...state } = publishable(rooms, { ...asked, ranking: visit.params['ranking'] ?? '' })
          const named = { kind: 'ranking', district: asked.district, ranking: state.ranking, month: state.month } as const
          return { ...named, at: clock.now(), by, rows: rows.map(publishedRow) }
        })
        sendJson(response, 200, { ranking, month, at, by })
      },
    },
  ]
}

interface Asked extends z.infer<typeof publishRequest> {
  readonly ranking: string
}

/** The month as it stands. @throws ProblemError where it cannot be published */
function publishable({ world, configuration }: RankingRooms, { ranking, district, month }: Asked): RankingState {
  const own = configuration.rankings.filter((one) => one.district === district).map(({ id }) => id)
  if (!own.includes(ranking)) {
    const known = own.length === 0 ? 'it has none; see config/rankings.yaml' : `it has ${own.join(', ')}`
    throw new ProblemError('not-found', `ranking: ${quoted(ranking)} is no ranking of district ${quoted(district)}; ${known}`)
  }
  const topic = topicName('rankings', district)
  // the topic `rankings` holds nothing but RankingState
  const told = (world.read([topic])[topic] ?? []) as readonly RankingState[]
  const months = told.filter((one) => one.ranking === ranking)
  const found = months.find((one) => one.month === month)
  if (found === undefined) {
    const ended = months.filter(({ state }) => state === 'ended').map((one) => one.month)
    const cure = ended.length === 0 ? 'no month waits to be published' : `these can be published: ${ended.join(', ')}`
    throw new ProblemError('not-found', `month: ${month} is not among the running month and the two before; ${cure}`)
  }
  if (found.state === 'running') throw new ProblemError('bad-request', `month: ${month} is not over; publish it when the next month has begun`)
  if (found.state === 'published') {
    const by = found.publishedBy ?? ''
    throw new ProblemError('conflict', `month: ${month} was published by ${by} and is not changed any more; later corrections stand beside it`)
  }
  refuseUntrusted(world, district)
  return found
}

/** What is overdue cannot be told while the clock is wrong, and what is published is not changed any more. @throws ProblemError */
function refuseUntrusted(world: RankingRooms['world'], district: string): void {
  const topic = topicName('clock', district)
  // the topic `clock` holds nothing but ClockCheck
  const [check] = (world.read([topic])[topic] ?? []) as readonly ClockCheck[]
  if (check === undefined || check.isTrusted) return
  const off = `the server's clock is ${(check.driftMs / secondMs).toFixed(0)} s off (${check.reference}), so which orders are overdue is not certain`
  throw new ProblemError('conflict', `clock: ${off}; set the machine's clock right, and publish when the walls no longer say that it is off`)
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))
