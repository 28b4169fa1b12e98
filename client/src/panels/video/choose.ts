import type { Place } from '../../../../contract/fact-field.ts'
import { secondMs } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { camerasFacing, reachKm } from '../../map/camera-view.ts'
import { distanceKm } from '../../map/geodesy.ts'
import type { Group } from './rotation.ts'

/** Which cameras stand in the places there are. Pure. */

/** pulled-up: somebody selected it · near: it faces the place that the screen is turned to, or stands near · turn: by rotation */
export type Reason = 'pulled-up' | 'near' | 'turn'

export interface Chosen {
  readonly source: VideoSource
  readonly reason: Reason
}

/** A camera that comes back has been gone for a reason: it waits so long until it may push another aside, so that one that flaps does not stir the wall. */
const steadyAfterMs = 30 * secondMs

/** Cameras that stand first whoever's turn it is: the one selected, then those that see the place the screen is turned to. */
export function leadersOf(leading: {
  readonly sources: readonly VideoSource[]
  readonly place: Place | undefined
  readonly pulledUp: string | undefined
  readonly count: number
}): readonly Chosen[] {
  const { sources, place, pulledUp, count } = leading
  const asked = sources.filter(({ id }) => id === pulledUp)
  const others = sources.filter((source) => !asked.includes(source) && source.state === 'online' && source.sensitivity !== 'sensitive')
  const near = place === undefined ? [] : seeing(place, others).slice(0, Math.max(1, Math.floor(count / 3)))
  return [...asked.map((source) => ({ source, reason: 'pulled-up' as const })), ...near.map((source) => ({ source, reason: 'near' as const }))].slice(
    0,
    count,
  )
}

/** How many pages a group takes with so many places to a page. */
export const pagesIn = (group: Group, room: number): number => Math.max(1, Math.ceil(group.members.length / Math.max(1, room)))

/**
 * A group's cameras for the places that leaders leave. Of a saved set each keeps its place; else cameras that are offline stand last, and only in
 * places that would be empty.
 */
export function membersAt(group: Group, page: number, places: { readonly leaders: readonly Chosen[]; readonly room: number; readonly now: Instant }) {
  const { leaders, room, now } = places
  const others = group.members.filter((source) => !leaders.some((leader) => leader.source === source))
  const turn = (sources: readonly VideoSource[]): readonly Chosen[] => sources.map((source) => ({ source, reason: 'turn' }))
  if (group.title.by === 'saved') return turn((others.length > room ? startingAt(others, page * room) : others).slice(0, room))
  const isCrowded = others.filter(({ state }) => state === 'online').length > room
  // offline cameras keep their place in the round, so that one that comes and goes does not turn the whole wall
  const round = isCrowded ? startingAt(others, page * room) : others
  const rank = ({ state, since }: VideoSource): number => (state === 'offline' ? 2 : now - since < steadyAfterMs ? 1 : 0)
  return turn([0, 1, 2].flatMap((wanted) => round.filter((source) => rank(source) === wanted)).slice(0, room))
}

/** Those that face the place, then the others within reach of it; nearest first. */
function seeing(place: Place, online: readonly VideoSource[]): readonly VideoSource[] {
  const facing = camerasFacing(place, online)
  const others = online
    .flatMap((source) => (source.place === undefined || facing.includes(source) ? [] : [{ source, km: distanceKm(source.place, place) }]))
    .filter(({ km }) => km <= reachKm)
    .sort((a, b) => a.km - b.km)
    .map(({ source }) => source)
  return [...facing, ...others]
}

function startingAt(round: readonly VideoSource[], steps: number): readonly VideoSource[] {
  const first = round.length === 0 ? 0 : steps % round.length
  return [...round.slice(first), ...round.slice(0, first)]
}
