import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock } from '../core/clock.ts'
import { StorageFullError } from '../core/storage-full.ts'
import type { AccessControl } from './access.ts'
import { dismiss } from './body.ts'
import type { Log } from './log.ts'
import type { Origins } from './origin.ts'
import { problem, ProblemError, sendProblem } from './problem.ts'
import type { Problem } from './problem.ts'
import type { Route, Visit } from './route.ts'

/** Lets one request through to a route, or not, and answers for whatever goes wrong there. Never rejects. */
export type Dispatch = (route: Route, request: IncomingMessage, response: ServerResponse, params: Visit['params']) => Promise<void>

interface DispatchRooms {
  readonly access: AccessControl
  readonly origins: Pick<Origins, 'addressOf'>
  readonly clock: Clock
  readonly log: Log
}

/** The only way to a handler: nothing is called before its access is decided. */
export function createDispatch({ access, origins, clock, log }: DispatchRooms): Dispatch {
  return async (route, request, response, params) => {
    try {
      const decision = access.decide(route.access, request, params['feed'])
      if ('refused' in decision) sendProblem(response, decision.refused)
      else await route.handler(request, response, { ...decision, params, query: queryOf(request), address: origins.addressOf(request) })
    } catch (error) {
      sendProblem(response, problemOf(error, route, log))
    } finally {
      dismiss(request, clock)
    }
  }
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  const mark = url.indexOf('?')
  return new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1))
}

/** What stops every write, told to whoever wanted one. */
export const storageFull = problem(
  'storage-full',
  'the log cannot be written: free disk space on the server, or raise maxLogBytes in config/app.yaml, and send the same again',
)

function problemOf(error: unknown, { method, path }: Route, log: Log): Problem {
  if (error instanceof ProblemError) return error.problem
  if (error instanceof StorageFullError) return storageFull
  const id = randomUUID()
  // the route, not the address: that may hold a ticket
  log('error', 'a request failed', { id, route: `${method} ${path}`, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return problem('fault', 'a fault of ours, not of the request; the server’s log tells it under the number in instance', {
    instance: `urn:uuid:${id}`,
  })
}
