import type { Place } from '../../contract/fact-field.ts'

/** A territory by its boundary, made ready to be asked often. */
export interface Territory {
  readonly contains: (place: Place) => boolean
  /** km from the nearest point of its boundary, whichever side; Infinity without a boundary. Good over some hundred kilometres. */
  readonly kmTo: (place: Place) => number
}

type Edge = readonly [from: Place, to: Place]

const strips = 512
const kmPerDegree = 111.32

/** @param rings closed lines in WGS-84, holes and islands alike: inside is what an odd number of them goes around */
export function createTerritory(rings: readonly (readonly Place[])[]): Territory {
  const edges = rings.flatMap((ring) => ring.map((to, i): Edge => [ring.at(i - 1) ?? to, to]))
  const byStrip = inStrips(edges)
  return {
    contains([x, y]) {
      let inside = false
      for (const [[fromX, fromY], [toX, toY]] of byStrip(y))
        if (toY > y !== fromY > y && x < ((fromX - toX) * (y - toY)) / (fromY - toY) + toX) inside = !inside
      return inside
    },
    kmTo: (place) => edges.reduce((least, edge) => Math.min(least, kmToEdge(place, edge)), Infinity),
  }
}

/** Edges by the strip of latitude that they pass through: a boundary has thousands, and a ray meets few of them. */
function inStrips(edges: readonly Edge[]): (latitude: number) => readonly Edge[] {
  const latitudes = edges.flatMap(([from, to]) => [from[1], to[1]])
  const south = latitudes.reduce((least, latitude) => Math.min(least, latitude), Infinity)
  const north = latitudes.reduce((most, latitude) => Math.max(most, latitude), -Infinity)
  const stripOf = (latitude: number): number => Math.min(strips - 1, Math.floor(((latitude - south) / (north - south || 1)) * strips))
  const found: Edge[][] = Array.from({ length: strips }, () => [])
  for (const edge of edges) {
    const [low, high] = [Math.min(edge[0][1], edge[1][1]), Math.max(edge[0][1], edge[1][1])]
    for (let strip = stripOf(low); strip <= stripOf(high); strip++) found[strip]?.push(edge)
  }
  return (latitude) => found[stripOf(latitude)] ?? []
}

function kmToEdge([x, y]: Place, [from, to]: Edge): number {
  const stretch = Math.cos((y * Math.PI) / 180)
  const [fromX, fromY] = [(from[0] - x) * stretch, from[1] - y]
  const [wayX, wayY] = [(to[0] - from[0]) * stretch, to[1] - from[1]]
  const length = wayX ** 2 + wayY ** 2
  const share = length === 0 ? 0 : Math.max(0, Math.min(1, -(fromX * wayX + fromY * wayY) / length))
  return Math.hypot(fromX + share * wayX, fromY + share * wayY) * kmPerDegree
}
