import type { Suspicions } from '../../contract/suspicion.ts'
import { sendJson } from './problem.ts'
import { knownIn } from './query.ts'
import type { Route } from './route.ts'

export interface SuspicionRooms {
  /** by district, as they stand when asked */
  readonly placesInDoubt: ReadonlyMap<string, () => Suspicions>
}

/** GET /api/map/suspicions?district=: places that are most likely wrong (contract/suspicion.ts), for whoever can mend them. */
export function suspicionsRoute({ placesInDoubt }: SuspicionRooms): Route {
  return {
    method: 'GET',
    path: '/api/map/suspicions',
    access: 'desk',
    handler: (_request, response, { query }) => {
      sendJson(response, 200, knownIn(query, 'district', placesInDoubt, 'config/districts')())
    },
  }
}
