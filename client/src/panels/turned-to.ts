import type { District } from '../../../contract/configuration.ts'
import type { Place } from '../../../contract/fact-field.ts'
import type { Incident } from '../../../contract/incident.ts'
import type { Selected } from '../screen/selection.ts'
import { focusedIncident } from './incidents.ts'

/** 选中: the place that a screen is turned to. Pure. */

/** What is selected, or the most pressing incident, with its place. */
export interface Focus extends Selected {
  readonly place: Place
}

type Located = Iterable<{ readonly id: string; readonly place: Place | undefined }>

export interface Selectable {
  /** those that can be turned to, most pressing first */
  readonly incidents: readonly Pick<Incident, 'id' | 'place'>[]
  readonly cameras: Located
  readonly sensors: Located
}

/** @returns undefined where nothing is selected and no incident is open, or what is has no place */
export function turnedTo(selected: Selected | undefined, things: Selectable, district: Pick<District, 'subdistricts'>): Focus | undefined {
  const incident = focusedIncident(things.incidents, selected)
  const thing: Selected | undefined = incident === undefined ? selected : { kind: 'incident', id: incident }
  if (thing === undefined) return undefined
  const place = placeOf(thing, things, district)
  return place && { ...thing, place }
}

function placeOf(
  { kind, id }: Selected,
  { incidents, cameras, sensors }: Selectable,
  { subdistricts }: Pick<District, 'subdistricts'>,
): Place | undefined {
  const find = (things: Located): Place | undefined => {
    for (const thing of things) if (thing.id === id) return thing.place
    return undefined
  }
  switch (kind) {
    case 'incident':
      return find(incidents)
    case 'camera':
      return find(cameras)
    case 'sensor':
      return find(sensors)
    case 'town':
      return subdistricts.find(({ code }) => code === id)?.place
  }
}
