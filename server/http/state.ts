import type { StateAnswer } from '../../contract/playback.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import type { Instant } from '../../contract/time.ts'
import { ProblemError, sendJson } from './problem.ts'
import type { Clock } from '../core/clock.ts'
import { instantIn } from './query.ts'
import type { Route } from './route.ts'

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
      const at = pastInstantIn(query, 'at', clock.now())
      if (at === undefined) {
        sendJson(response, 200, { seq: world.seq, at: world.at, topics: world.read(topics) } satisfies StateAnswer)
        return
      }
      const state = await historian.stateAt(topics, at)
      if (state === undefined)
        throw new ProblemError('not-found', `at: ${query.get('at')?.slice(0, 40) ?? ''} is before the log begins; ${coverage(rooms)}`)
      sendJson(response, 200, state satisfies StateAnswer)
    },
  }
}

/** @throws ProblemError `bad-request` for none, too many, or one that is no topic */
export function topicsOf(text: string | null, isTopic: (name: string) => boolean): readonly TopicName[] {
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

/** @throws ProblemError `bad-request` for one that is yet to come */
export function pastInstantIn(query: URLSearchParams, name: string, now: Instant): Instant | undefined {
  const at = instantIn(query, name)
  if (at !== undefined && at > now)
    throw new ProblemError('bad-request', `${name}: ${new Date(at).toISOString()} is yet to come; leave out ${name} for the present`)
  return at
}

function coverage({ covered }: StateRooms): string {
  const range = covered()
  return range === undefined ? 'nothing is recorded yet' : `it covers ${new Date(range.from).toISOString()} to ${new Date(range.to).toISOString()}`
}
