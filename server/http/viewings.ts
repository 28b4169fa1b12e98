import type { Instant } from '../../contract/time.ts'
import type { Viewing } from '../../contract/video.ts'
import type { ViewingQuery } from '../core/viewings.ts'
import { sendJson } from './problem.ts'
import { instantIn, refused, wholeNumberIn } from './query.ts'
import type { Route } from './route.ts'

export interface ViewingRooms {
  readonly world: { readonly viewings: { readonly heldFrom: Instant; list(query: ViewingQuery): readonly Viewing[] } }
  readonly historian: { viewings(query: ViewingQuery & { readonly to: Instant }): Promise<readonly Viewing[]> }
}

const usuallyListed = 200
const mostListed = 1_000

/**
 * GET /api/video/viewings?source=&from=&to=&limit=: who watched which camera between two instants, latest first. Up to an instant of which
 * the world has forgotten, it is told as it stood then: what ended later still goes on.
 */
export function viewingsRoute({ world, historian }: ViewingRooms): Route {
  return {
    method: 'GET',
    path: '/api/video/viewings',
    access: 'desk',
    handler: async (_request, response, { query }) => {
      const [from, to] = [instantIn(query, 'from'), instantIn(query, 'to')]
      if (from !== undefined && to !== undefined && from > to) throw refused('from', 'later than to; give an earlier from, or a later to')
      const limit = wholeNumberIn(query, 'limit', [1, mostListed]) ?? usuallyListed
      const asked = { source: query.get('source') ?? undefined, from, to, limit }
      const isForgotten = to !== undefined && to < world.viewings.heldFrom
      const viewings = isForgotten ? await historian.viewings({ ...asked, to }) : world.viewings.list(asked)
      sendJson(response, 200, viewings satisfies readonly Viewing[])
    },
  }
}
