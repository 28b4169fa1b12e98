/** Simplifies polygons that touch, arc by arc, so that a shared border stays shared: no slivers, no gaps. */

const key = ([x, y]) => `${String(x)},${String(y)}`

/** Drops the point a ring repeats at its end, and points it repeats in a row. */
function open(ring) {
  const points = ring.filter((point, i) => i === 0 || key(point) !== key(ring[i - 1]))
  if (points.length > 1 && key(points[0]) === key(points.at(-1))) points.pop()
  return points
}

/** Vertices where borders part or join: those whose set of neighbours differs between the rings that pass through them. */
function findJunctions(rings) {
  const neighbours = new Map()
  const junctions = new Set()
  for (const ring of rings) {
    ring.forEach((point, i) => {
      const pair = [key(ring.at(i - 1)), key(ring[(i + 1) % ring.length])].sort().join(' ')
      const known = neighbours.get(key(point))
      if (known === undefined) neighbours.set(key(point), pair)
      else if (known !== pair) junctions.add(key(point))
    })
  }
  return junctions
}

function distanceToSegment([x, y], [x0, y0], [x1, y1], stretch) {
  const dx = (x1 - x0) * stretch
  const dy = y1 - y0
  const px = (x - x0) * stretch
  const py = y - y0
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length))
  return Math.hypot(px - t * dx, py - t * dy)
}

/** Douglas and Peucker's way; both ends stay. */
function thin(points, tolerance, stretch) {
  let worst = 0
  let at = 0
  for (let i = 1; i < points.length - 1; i++) {
    const distance = distanceToSegment(points[i], points[0], points.at(-1), stretch)
    if (distance > worst) [worst, at] = [distance, i]
  }
  if (worst <= tolerance) return [points[0], points.at(-1)]
  return [...thin(points.slice(0, at + 1), tolerance, stretch).slice(0, -1), ...thin(points.slice(at), tolerance, stretch)]
}

/** Cuts corners twice (Chaikin), ends kept. */
function round(points) {
  let from = points
  for (let pass = 0; pass < 2; pass++) {
    const to = [from[0]]
    for (let i = 0; i + 1 < from.length; i++) {
      const [a, b] = [from[i], from[i + 1]]
      to.push([a[0] * 0.75 + b[0] * 0.25, a[1] * 0.75 + b[1] * 0.25], [a[0] * 0.25 + b[0] * 0.75, a[1] * 0.25 + b[1] * 0.75])
    }
    to.push(from.at(-1))
    from = to
  }
  return from
}

/** A ring without junctions is an arc from its two outermost points, whichever polygon it came from. */
function cut(ring, junctions) {
  const ends = ring.map((point, i) => (junctions.has(key(point)) ? i : -1)).filter((i) => i >= 0)
  if (ends.length < 2) {
    const by = (order) => ring.map((_, i) => i).sort(order)[0]
    ends.splice(
      0,
      ends.length,
      ...new Set([
        by((a, b) => ring[a][0] - ring[b][0] || ring[a][1] - ring[b][1]),
        by((a, b) => ring[b][0] - ring[a][0] || ring[b][1] - ring[a][1]),
      ]),
    )
    ends.sort((a, b) => a - b)
  }
  return ends.map((from, n) => {
    const to = ends[(n + 1) % ends.length]
    return to > from ? ring.slice(from, to + 1) : [...ring.slice(from), ...ring.slice(0, to + 1)]
  })
}

const decimals = (value) => Math.round(value * 1e5) / 1e5

/**
 * @param features GeoJSON polygons and multipolygons whose shared borders have identical vertices
 * @param tolerance degrees of latitude
 * @param rounded   cut corners afterwards, for borders that were traced on a grid
 * @returns the same features, simplified together, holes and rings of fewer than four points dropped
 */
export function simplifyTogether(features, { tolerance, rounded = false }) {
  const polygonsOf = ({ geometry }) => (geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates)
  const rings = features.map((feature) => polygonsOf(feature).map((polygon) => open(polygon[0])))
  const junctions = findJunctions(rings.flat())
  const latitude = rings[0][0][0][1]
  const stretch = Math.cos((latitude * Math.PI) / 180)
  const known = new Map()
  const simplify = (arc) => {
    // the same border is met once in each direction: always simplified in the same one
    const backwards = key(arc[0]) > key(arc.at(-1)) || (key(arc[0]) === key(arc.at(-1)) && key(arc[1]) > key(arc.at(-2)))
    const way = backwards ? arc.toReversed() : arc
    const name = `${key(way[0])} ${key(way[1])} ${key(way.at(-1))} ${String(way.length)}`
    if (!known.has(name)) {
      const thinned = thin(way, tolerance, stretch)
      known.set(name, rounded ? round(thinned) : thinned)
    }
    return backwards ? known.get(name).toReversed() : known.get(name)
  }
  return features.map((feature, i) => {
    const polygons = rings[i]
      .map((ring) => cut(ring, junctions).flatMap((arc) => simplify(arc).slice(0, -1)))
      .filter((ring) => ring.length >= 4)
      .map((ring) => [[...ring, ring[0]].map(([x, y]) => [decimals(x), decimals(y)])])
    const geometry = polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0] } : { type: 'MultiPolygon', coordinates: polygons }
    return { type: 'Feature', properties: feature.properties, geometry }
  })
}
