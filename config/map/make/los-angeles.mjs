/**
 * Draws the seven planning areas of Los Angeles from where requests were made: `node config/map/make/los-angeles.mjs <requests.csv>`
 * writes config/map/los-angeles.geojson and prints the areas' middles. Derived from the requests' own positions on a 450 m grid, smoothed:
 * a likeness of the city for a demonstration, not an official boundary.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { simplifyTogether } from './topology.mjs'

const cellM = 450
/** a cell belongs to the area of the requests around it, this far */
const reachCells = 3
/** patches with fewer requests than this are left out: no household becomes a patch of its own */
const leastRequests = 25
const metresPerDegree = 111_320

const [, , path] = process.argv
if (path === undefined) throw new Error('name the CSV to read: node config/map/make/los-angeles.mjs <requests.csv>')
const rows = parse(readFileSync(path), { columns: true })
const requests = rows
  .filter(({ APC, Latitude, Longitude }) => APC !== '' && Latitude !== '' && Longitude !== '')
  .map(({ APC, Latitude, Longitude }) => ({ area: APC.replace(' APC', ''), longitude: Number(Longitude), latitude: Number(Latitude) }))
const names = [...new Set(requests.map(({ area }) => area))].sort()

const west = Math.min(...requests.map(({ longitude }) => longitude)) - 0.04
const south = Math.min(...requests.map(({ latitude }) => latitude)) - 0.04
const east = Math.max(...requests.map(({ longitude }) => longitude)) + 0.04
const north = Math.max(...requests.map(({ latitude }) => latitude)) + 0.04
const tall = cellM / metresPerDegree
const wide = tall / Math.cos((((south + north) / 2) * Math.PI) / 180)
const width = Math.ceil((east - west) / wide)
const height = Math.ceil((north - south) / tall)

/** For every cell the area with most requests near it, nearer ones counting more; -1 where there are none near. */
function label() {
  const weights = names.map(() => new Float32Array(width * height))
  for (const { area, longitude, latitude } of requests) {
    const weight = weights[names.indexOf(area)]
    const x = Math.floor((longitude - west) / wide)
    const y = Math.floor((latitude - south) / tall)
    for (let dy = -reachCells; dy <= reachCells; dy++)
      for (let dx = -reachCells; dx <= reachCells; dx++) {
        const distance = Math.hypot(dx, dy)
        if (distance <= reachCells) weight[(y + dy) * width + x + dx] += 1 / (1 + distance * distance)
      }
  }
  return Int8Array.from({ length: width * height }, (_, cell) => {
    const best = weights.reduce((top, weight, i) => (weight[cell] > weights[top][cell] ? i : top), 0)
    return weights[best][cell] > 0.12 ? best : -1
  })
}

/** Each cell takes what most of its neighbourhood has: rounds the edges, closes small holes. */
function smooth(labels, times) {
  let from = labels
  for (let time = 0; time < times; time++) {
    const to = from.slice()
    for (let y = 1; y < height - 1; y++)
      for (let x = 1; x < width - 1; x++) {
        const votes = new Map()
        for (let dy = -1; dy <= 1; dy++)
          for (let dx = -1; dx <= 1; dx++) {
            const vote = from[(y + dy) * width + x + dx]
            votes.set(vote, (votes.get(vote) ?? 0) + (dx === 0 && dy === 0 ? 1.5 : 1))
          }
        to[y * width + x] = [...votes].sort((a, b) => b[1] - a[1])[0][0]
      }
    from = to
  }
  return from
}

/** Patches of one kind that hang together, with the number of requests in each. */
function patchesOf(labels, wanted) {
  const patch = new Int32Array(width * height).fill(-1)
  const sizes = []
  for (let start = 0; start < labels.length; start++) {
    if (!wanted(labels[start]) || patch[start] >= 0) continue
    const number = sizes.push({ cells: 0, requests: 0 }) - 1
    const queue = [start]
    patch[start] = number
    while (queue.length > 0) {
      const cell = queue.pop()
      sizes[number].cells++
      for (const near of [cell - 1, cell + 1, cell - width, cell + width])
        if (near >= 0 && near < labels.length && patch[near] < 0 && labels[near] === labels[start]) {
          patch[near] = number
          queue.push(near)
        }
    }
  }
  for (const { longitude, latitude } of requests) {
    const number = patch[Math.floor((latitude - south) / tall) * width + Math.floor((longitude - west) / wide)]
    if (number >= 0) sizes[number].requests++
  }
  return { patch, sizes }
}

/** Drops patches with too few requests and fills holes in the land. */
function tidy(labels) {
  const areas = patchesOf(labels, (value) => value >= 0)
  const kept = labels.map((value, cell) => (value >= 0 && areas.sizes[areas.patch[cell]].requests < leastRequests ? -1 : value))
  const empty = patchesOf(kept, (value) => value < 0)
  const outside = empty.patch[0]
  let holes = kept
  for (let pass = 0; pass < width; pass++) {
    const next = holes.slice()
    let left = 0
    holes.forEach((value, cell) => {
      if (value >= 0 || empty.patch[cell] === outside || empty.sizes[empty.patch[cell]]?.cells > 60) return
      left++
      next[cell] = Math.max(holes[cell - 1], holes[cell + 1], holes[cell - width], holes[cell + width])
    })
    holes = next
    if (left === 0) break
  }
  return holes
}

/** Outer and inner rings around the cells that belong, walked along the grid with the inside on the left. */
function trace(belongs) {
  const next = new Map()
  const add = (x0, y0, x1, y1) => {
    const from = `${String(x0)},${String(y0)}`
    next.set(from, [...(next.get(from) ?? []), [x1, y1]])
  }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (!belongs(x, y)) continue
      if (!belongs(x, y - 1)) add(x, y, x + 1, y)
      if (!belongs(x + 1, y)) add(x + 1, y, x + 1, y + 1)
      if (!belongs(x, y + 1)) add(x + 1, y + 1, x, y + 1)
      if (!belongs(x - 1, y)) add(x, y + 1, x, y)
    }
  const rings = []
  while (next.size > 0) {
    const [start] = next.keys()
    const ring = [start.split(',').map(Number)]
    let at = start
    do {
      const ways = next.get(at)
      const to = ways.pop()
      if (ways.length === 0) next.delete(at)
      ring.push(to)
      at = to.join(',')
    } while (at !== start)
    rings.push(ring)
  }
  return rings
}

const areaOf = (ring) => ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i][0] * y - x * ring[i][1], 0) / 2
const toPlace = ([x, y]) => [west + x * wide, south + y * tall]
const polygons = (belongs) => ({
  type: 'MultiPolygon',
  coordinates: trace(belongs)
    .filter((ring) => areaOf(ring) > 12)
    .map((ring) => [ring.map(toPlace)]),
})

const labels = tidy(smooth(label(), 4))
const at = (x, y) => (x < 0 || y < 0 || x >= width || y >= height ? -1 : labels[y * width + x])
const code = (name) => `la-${name.toLowerCase().replaceAll(' ', '-')}`
const features = [
  { properties: { name: 'Los Angeles', kind: 'city' }, geometry: polygons((x, y) => at(x, y) >= 0) },
  ...names.map((name, i) => ({ properties: { name, subdistrict: code(name) }, geometry: polygons((x, y) => at(x, y) === i) })),
]
const simplified = simplifyTogether(features, { tolerance: 0.0036, rounded: true })
const lines = simplified.map((feature) => JSON.stringify(feature)).join(',\n')
writeFileSync(new URL('../los-angeles.geojson', import.meta.url), `{"type":"FeatureCollection","features":[\n${lines}\n]}\n`)
for (const name of names) {
  const own = requests.filter(({ area }) => area === name)
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)].toFixed(2)
  console.log(code(name), middle(own.map(({ longitude }) => longitude)), middle(own.map(({ latitude }) => latitude)), String(own.length))
}
