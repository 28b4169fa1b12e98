/**
 * Draws the ground of 崆峒区 as a shaded sketch: `node config/map/make/relief.mjs` writes config/map/kongtong-relief.webp.
 * Invented ground with the true run of its rivers and ridges: 地形示意, not survey data. Takes about two minutes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { erode } from './erosion.mjs'
import { bounds, meander, noise, rise, rivers, tableland } from './ground.mjs'
import { fractal } from './noise.mjs'
import { blur, mix, sample } from './raster.mjs'
import { shade } from './shading.mjs'

const [west, south, east, north] = bounds
const widthPx = 2400
const mercator = (latitude) => Math.log(Math.tan(Math.PI / 4 + (latitude * Math.PI) / 360)) * (180 / Math.PI)
const heightPx = Math.round((widthPx * (mercator(north) - mercator(south))) / (east - west))
const metresPerDegree = 111_320
const latitudeM = metresPerDegree
const longitudeM = metresPerDegree * Math.cos((35.5 * Math.PI) / 180)

/** Distance in metres to a river's course, and how far down its course that is, 0-1. */
function nearest({ course }, longitude, latitude) {
  let best = { distance: Infinity, along: 0 }
  for (let i = 0; i + 1 < course.length; i++) {
    const [x0, y0] = course[i]
    const [x1, y1] = course[i + 1]
    const dx = (x1 - x0) * longitudeM
    const dy = (y1 - y0) * latitudeM
    const px = (longitude - x0) * longitudeM
    const py = (latitude - y0) * latitudeM
    const t = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy)))
    const distance = Math.hypot(px - t * dx, py - t * dy)
    if (distance < best.distance) best = { distance, along: (i + t) / (course.length - 1) }
  }
  return best
}

/** Degrees of a cell; the grid is even in Mercator, as the map is. */
function placeOf(x, y, width, rows) {
  const longitude = west + ((x + 0.5) / width) * (east - west)
  const m = mercator(north) + ((y + 0.5) / rows) * (mercator(south) - mercator(north))
  return [longitude, (Math.atan(Math.exp((m * Math.PI) / 180)) * 360) / Math.PI - 90]
}

/** A field of that width with rivers as outlets; heights from `coarse` when given, else a rough tilted plain. */
function createField(width, coarse) {
  const rows = Math.round((width * heightPx) / widthPx)
  const cellM = ((east - west) * longitudeM) / width
  const count = width * rows
  const field = { width, rows, cellM, height: new Float32Array(count), outlet: new Uint8Array(count), uplift: new Float32Array(count) }
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x
      const [longitude, latitude] = placeOf(x, y, width, rows)
      const rough = fractal(noise, longitude * 40, latitude * 49, 4)
      field.height[cell] =
        coarse === undefined
          ? 1500 - (longitude - 106.5) * 350 + rough * 60
          : sample(coarse, ((x + 0.5) * coarse.width) / width - 0.5, ((y + 0.5) * coarse.rows) / rows - 0.5) + rough * 2
      field.uplift[cell] = 10 * rise(longitude, latitude) * (1 + 0.35 * fractal(noise, longitude * 18, latitude * 22, 3))
      const [dx, dy] = meander(longitude, latitude)
      for (const river of rivers) {
        const { distance, along } = nearest(river, longitude + dx, latitude + dy)
        if (distance > cellM * 0.8) continue
        field.height[cell] = mix(river.height[0], river.height[1], along)
        field.outlet[cell] = 1
      }
      if (x === 0 || y === 0 || x === width - 1 || y === rows - 1) field.outlet[cell] = 1
    }
  }
  return field
}

/** Flat tops on the tableland, flat floors along the rivers: what running water alone does not make. */
function settle(field) {
  const { width, rows, cellM, height } = field
  const around = blur(height, width, rows, Math.round(2200 / cellM))
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const cell = y * width + x
      const [longitude, latitude] = placeOf(x, y, width, rows)
      const above = height[cell] - around[cell] - 10
      if (above > 0) height[cell] -= above * 0.62 * tableland(longitude, latitude)
      const [dx, dy] = meander(longitude, latitude)
      for (const river of rivers) {
        const { distance, along } = nearest(river, longitude + dx, latitude + dy)
        const half = mix(river.floor[0], river.floor[1], along) * (0.75 + 0.35 * noise(longitude * 25, latitude * 31))
        const t = Math.min(1, distance / (half * 1.9))
        const bed = mix(river.height[0], river.height[1], along) + 14 * (distance / 1000)
        const share = t * t * (3 - 2 * t)
        if (share < 1 && height[cell] > bed) height[cell] = mix(bed, height[cell], share * share)
      }
    }
  }
}

const started = Date.now()
let field = createField(600)
erode(field, { times: 150, steepness: 0.015, creepShare: 0.25, maxSlope: 0.7 })
field = createField(1200, field)
erode(field, { times: 26, steepness: 0.015, creepShare: 0.3, maxSlope: 0.65 })
field = createField(2400, field)
erode(field, { times: 7, steepness: 0.015, creepShare: 0.4, maxSlope: 0.6 })
settle(field)
const boundary = JSON.parse(readFileSync(new URL('../kongtong.geojson', import.meta.url), 'utf8'))
const focus = boundary.features.find((feature) => feature.properties.adcode === 620802)
const project = ([longitude, latitude]) => [
  ((longitude - west) / (east - west)) * field.width,
  ((mercator(north) - mercator(latitude)) / (mercator(north) - mercator(south))) * field.rows,
]
const picture = await shade({ field, rings: focus.geometry.coordinates.map((ring) => ring.map(project)) })
writeFileSync(new URL('../kongtong-relief.webp', import.meta.url), picture)
console.log(
  `kongtong-relief.webp: ${String(field.width)} × ${String(field.rows)}, ${String(Math.round(picture.length / 1024))} KB, ${String(Math.round((Date.now() - started) / 1000))} s`,
)
