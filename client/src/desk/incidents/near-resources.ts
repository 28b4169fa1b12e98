import type { Place } from '../../../../contract/fact-field.ts'
import type { Incident } from '../../../../contract/incident.ts'
import { incidentOf } from '../../../../contract/duty.ts'
import type { Resource } from '../../../../contract/duty.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { Vehicle } from '../../../../contract/topic.ts'
import { distanceKm } from '../../map/geodesy.ts'
import { nearby } from './nearby.ts'

/** 力量 for an incident. Pure. */

export interface NearResource {
  readonly id: string
  readonly name: string
  /** undefined for a vehicle that was never sent: it is available */
  readonly resource: Resource | undefined
  readonly km: number | undefined
}

/** How many are offered besides those that are out for it. */
const mostOffered = 10
/** farther than anything on earth: what stands nobody knows where comes last */
const unknownKm = 100_000

/** Those that are out for it, then vehicles nearby and all that is registered, nearest first; those of an unknown place last. */
export function resourcesFor(
  { id, place }: Pick<Incident, 'id' | 'place'>,
  { resources, vehicles, now }: { readonly resources: readonly Resource[]; readonly vehicles: readonly Vehicle[]; readonly now: Instant },
): readonly NearResource[] {
  const placeOf = new Map(vehicles.map((vehicle) => [vehicle.id, vehicle.place]))
  const far = (where: Place | undefined): number | undefined => (place === undefined || where === undefined ? undefined : distanceKm(where, place))
  const registered = resources.map((resource): NearResource => ({
    id: resource.id,
    name: resource.name,
    resource,
    km: far(placeOf.get(resource.id) ?? resource.place),
  }))
  const known = new Set(resources.map((resource) => resource.id))
  const none = { cameras: [], sensors: [], incidents: [], orders: [] }
  const unsent = vehicles.filter((vehicle) => !known.has(vehicle.id))
  const around = place === undefined ? [] : nearby(place, { ...none, vehicles: unsent }, { id, now }).vehicles
  const others = around.map(({ thing, km }): NearResource => ({ id: thing.id, name: thing.name, resource: undefined, km }))
  const isOwn = ({ resource }: NearResource): boolean => resource !== undefined && incidentOf(resource) === id
  const ordered = [...registered, ...others].sort((one, other) => (one.km ?? unknownKm) - (other.km ?? unknownKm) || (one.id < other.id ? -1 : 1))
  return [...ordered.filter(isOwn), ...ordered.filter((one) => !isOwn(one)).slice(0, mostOffered)]
}
