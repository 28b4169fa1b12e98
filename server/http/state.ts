import type { Entity, TopicName } from '../../contract/topic.ts'
import type { Instant } from '../../contract/time.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Clock } from '../core/clock.ts'
import type { Route } from './route.ts'

export interface StateAnswer {
  readonly seq: number
  readonly at: Instant
  readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
}

export interface StateRooms {
  readonly world: { readonly seq: number; readonly at: Instant; read(topics: readonly TopicName[]): Readonly<Record<TopicName, readonly Entity[]>> }
  /** undefined before the first entry of the log */
  readonly historian: { stateAt(topics: readonly TopicName[], at: Instant): Promise<StateAnswer | undefined> }
  /** instants of the log's first and last entry; undefined while it is empty */
  readonly covered: () => { readonly from: Instant; readonly to: Instant } | undefined
  readonly isTopic: (name: string) => boolean
  readonly clock: Clock
}

const mostTopics = 64

/** GET /api/state?topics=a,b[&at=instant]: what any screen shows, now or at an instant the log covers. */
export function stateRoute(rooms: StateRooms): Route {
  const { world, historian, clock } = rooms
  return {
    method: 'GET',
    path: '/api/state',
    access: 'wall',
    handler: async (_request, response, { query }) => {
      const topics = topicsOf(query.get('topics'), rooms.isTopic)
      const at = query.get('at')
      if (at === null) {
        sendJson(response, 200, { seq: world.seq, at: world.at, topics: world.read(topics) } satisfies StateAnswer)
        return
      }
      const state = await historian.stateAt(topics, instantOf(at, clock.now()))
      if (state === undefined) throw new ProblemError('not-found', `at: ${at.slice(0, 40)} is before the log begins; ${coverage(rooms)}`)
      sendJson(response, 200, state satisfies StateAnswer)
    },
  }
}

function topicsOf(text: string | null, isTopic: (name: string) => boolean): readonly TopicName[] {
  const names = [...new Set((text ?? '').split(',').filter((name) => name !== ''))]
  if (names.length === 0) throw new ProblemError('bad-request', 'topics: missing; name one or more, such as topics=work-orders@620802,feeds@620802')
  if (names.length > mostTopics) throw new ProblemError('bad-request', `topics: ${String(names.length)} names; ask for at most ${String(mostTopics)}`)
  const unknown = names.find((name) => !isTopic(name))
  if (unknown !== undefined)
    throw new ProblemError(
      'bad-request',
      `topics: ${JSON.stringify(unknown.slice(0, 128))} is no topic; the form is kind@district, such as feeds@620802`,
    )
  return names
}

const isoInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d)$/

function instantOf(text: string, now: Instant): Instant {
  // in a query an unescaped + arrives as a space
  const written = text.replace(/ (?=\d\d:?\d\d$)/, '+')
  const at = /^\d{1,16}$/.test(written) ? Number(written) : isoInstant.test(written) ? Date.parse(written) : Number.NaN
  if (Number.isNaN(at) || at > 8.64e15)
    throw new ProblemError(
      'bad-request',
      `at: ${JSON.stringify(text.slice(0, 40))} is no instant; write 2026-11-23T14:30:00+08:00, or epoch milliseconds`,
    )
  if (at > now) throw new ProblemError('bad-request', `at: ${new Date(at).toISOString()} is yet to come; leave out at for the present`)
  return at
}

function coverage({ covered }: StateRooms): string {
  const range = covered()
  return range === undefined ? 'nothing is recorded yet' : `it covers ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`
}
