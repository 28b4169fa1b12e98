import type { Point, View } from '../../map/mercator.ts'
import { toScreen } from '../../map/mercator.ts'
import type { Box } from '../../map/place-labels.ts'
import type { Selected } from '../../screen/selection.ts'
import type { Marks } from './layout.ts'
import type { MapModel } from './model.ts'

/** What a finger on the map means. Pure. */

/** A dot is smaller than a finger: how far beside it still means it, minutes of arc. */
const reachAm = { incident: 26, dot: 20, townDot: 12, name: 34 } as const

interface Candidate extends Selected {
  readonly at: Point
  /** px */
  readonly reach: number
}

const isInside = ({ x, y, width, height }: Box, [px, py]: Point): boolean => px >= x && py >= y && px <= x + width && py <= y + height

/** The one whose middle is nearest, each measured by its own reach. */
function nearest(candidates: readonly Candidate[], [x, y]: Point): Selected | undefined {
  let best: Candidate | undefined
  let least = 1
  for (const candidate of candidates) {
    const share = Math.hypot(candidate.at[0] - x, candidate.at[1] - y) / candidate.reach
    if (share >= least) continue
    least = share
    best = candidate
  }
  return best && { kind: best.kind, id: best.id }
}

export interface Pickable {
  readonly marks: Marks
  readonly model: MapModel
  readonly view: View
  readonly am: number
}

/** @returns what stands there, what lies on top first; undefined for bare ground */
export function thingAt(at: Point, { marks, model, view, am }: Pickable): Selected | undefined {
  const incidents = marks.incidents.map((mark): Candidate => ({ kind: 'incident', id: mark.id, at: mark.at, reach: reachAm.incident * am }))
  const flag = marks.flags.find(({ box }) => isInside(box, at))
  const reach = reachAm.dot * am
  const dots = [
    ...model.cameras.map(({ id, place }): Candidate => ({ kind: 'camera', id, at: toScreen(place, view), reach })),
    ...model.sensors.map(({ id, place }): Candidate => ({ kind: 'sensor', id, at: toScreen(place, view), reach })),
  ]
  return nearest(incidents, at) ?? (flag && { kind: flag.kind, id: flag.id }) ?? nearest([...dots, ...townCandidates(marks, am)], at)
}

function townCandidates({ towns, clusters }: Marks, am: number): readonly Candidate[] {
  const town = (id: string, at: Point, reach: number): Candidate => ({ kind: 'town', id, at, reach })
  return [
    ...towns.map(({ code, dot }) => town(code, dot, reachAm.townDot * am)),
    ...towns.flatMap(({ code, name }) => (name === undefined ? [] : [town(code, name.at, reachAm.name * am)])),
    ...clusters.map(({ code, at, radius }) => town(code, at, radius)),
  ]
}
