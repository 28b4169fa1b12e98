import type { IncomingMessage, ServerResponse } from 'node:http'

/** What a session of ours may do: a wall looks, a desk also works, an administrator also lets people in. */
export const ladder = ['wall', 'desk', 'admin'] as const
export type HouseRole = (typeof ladder)[number]

/** A unit (单位) answers the orders it was given, from outside: it stands on no rung, and sees nothing but its own. */
export const roles = [...ladder, 'unit'] as const
export type Role = (typeof roles)[number]

/** The role on a route for roles of ours: no unit comes there. */
export const houseRole = (role: Role | undefined): HouseRole | undefined => (role === 'unit' ? undefined : role)

/** Who may call a route: anybody, one feed with its own token, a role of ours and those above it, a unit and nobody else, or whoever is signed in. */
export type Access = 'public' | 'feed' | HouseRole | 'unit' | 'anyone'

/** What a route's handler is told besides the request. */
export interface Visit {
  /** the path's parameters, decoded */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** of the caller; undefined on public and feed routes */
  readonly role: Role | undefined
  /** names the caller's session without being a secret; `token` for a bearer, empty on public and feed routes */
  readonly sessionId: string
  /** the person whose session it is, where its link was made with a name; what is signed needs one, and a token has none */
  readonly name: string | undefined
  /** id of the unit that a session of the role `unit` speaks for; undefined for all others */
  readonly unit: string | undefined
  /** where the request comes from, as far as proxies that are trusted say so */
  readonly address: string
}

/** One route. The list of them is the only place that says who may call what. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** in Express 5's notation: `/api/map/:file` */
  readonly path: string
  readonly access: Access
  /** What it throws is answered: a ProblemError as it says, anything else as 500. */
  readonly handler: (request: IncomingMessage, response: ServerResponse, visit: Visit) => void | Promise<void>
}
