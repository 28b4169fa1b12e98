/** From heights to a picture: light from the north-west, slate tones, brighter inside the district, dissolving at the edges. */
import { createCanvas } from '@napi-rs/canvas'
import { blur, mix } from './raster.mjs'

/** the page's ground; the picture dissolves into it */
const ground = [16, 22, 29]
const contour = [198, 210, 220]
/** tone of the ground from deepest shadow to fullest light */
const tones = [
  [0, [12, 17, 24]],
  [0.22, [24, 32, 42]],
  [0.5, [45, 57, 69]],
  [0.75, [66, 81, 95]],
  [1, [98, 115, 130]],
]
const insideShare = 0.95
const outsideShare = 0.4
const edgeShare = 0.09
const contourM = 100

function toneOf(light) {
  const at = Math.max(0, Math.min(0.9999, light))
  const next = tones.findIndex(([stop]) => stop > at)
  const [from, dark] = tones[next - 1]
  const [to, bright] = tones[next]
  const t = (at - from) / (to - from)
  return dark.map((value, i) => mix(value, bright[i], t))
}

/** 0 outside the rings, 1 inside, softened over a few pixels. */
function maskOf(rings, width, rows) {
  const canvas = createCanvas(width, rows)
  const context = canvas.getContext('2d')
  context.beginPath()
  for (const ring of rings) {
    ring.forEach(([x, y], i) => (i === 0 ? context.moveTo(x, y) : context.lineTo(x, y)))
    context.closePath()
  }
  context.fill()
  const { data } = context.getImageData(0, 0, width, rows)
  return blur(
    Float32Array.from({ length: width * rows }, (_, i) => data[i * 4 + 3] / 255),
    width,
    rows,
    2,
  )
}

/** How lit each cell is, 0-1: mostly from the north-west, a little from west and north, ridges brighter than valleys. */
function lightOf({ width, rows, cellM, height }) {
  const smooth = blur(height, width, rows, 1)
  const near = blur(height, width, rows, Math.round(500 / cellM))
  const far = blur(height, width, rows, Math.round(2500 / cellM))
  const light = new Float32Array(width * rows)
  const suns = [
    [315, 42, 0.68],
    [270, 55, 0.16],
    [0, 55, 0.16],
  ].map(([azimuth, altitude, weight]) => {
    const a = (azimuth * Math.PI) / 180
    const e = (altitude * Math.PI) / 180
    return { x: Math.sin(a) * Math.cos(e), y: -Math.cos(a) * Math.cos(e), z: Math.sin(e), weight }
  })
  const steep = 2.3 / (2 * cellM)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const dx = (smooth[y * width + Math.min(width - 1, x + 1)] - smooth[y * width + Math.max(0, x - 1)]) * steep
      const dy = (smooth[Math.min(rows - 1, y + 1) * width + x] - smooth[Math.max(0, y - 1) * width + x]) * steep
      const length = Math.hypot(dx, dy, 1)
      let lit = 0
      for (const sun of suns) lit += sun.weight * Math.max(0, (-dx * sun.x - dy * sun.y + sun.z) / length)
      const crest = Math.max(-1, Math.min(1, (height[at] - near[at]) / 70)) * 0.09 + Math.max(-1, Math.min(1, (height[at] - far[at]) / 160)) * 0.09
      light[at] = (lit - 0.7) * 1.2 + 0.46 + crest + Math.max(0, Math.min(1, (height[at] - 1500) / 900)) * 0.08
    }
  }
  return light
}

/** Strength of a contour line there, 0-1, one pixel wide whatever the slope. */
function createContours({ width, rows, cellM, height }) {
  const smooth = blur(height, width, rows, Math.round(420 / cellM))
  return (x, y) => {
    const at = y * width + x
    if (x === 0 || y === 0 || x === width - 1 || y === rows - 1) return 0
    const slope = Math.hypot(smooth[at + 1] - smooth[at - 1], smooth[at + width] - smooth[at - width]) / 2
    const off = Math.abs(((((smooth[at] / contourM) % 1) + 1.5) % 1) - 0.5) * contourM
    return slope < 0.4 ? 0 : Math.max(0, 1.1 - off / slope)
  }
}

/** A smooth step from the picture's edge inwards. */
function edgeOf(x, y, width, rows) {
  const near = Math.min(x / width, 1 - x / width, y / rows, 1 - y / rows) / edgeShare
  const t = Math.max(0, Math.min(1, near))
  return t * t * (3 - 2 * t)
}

/** @returns the picture as WebP bytes, opaque. */
export async function shade({ field, rings }) {
  const { width, rows } = field
  const light = lightOf(field)
  const inside = maskOf(rings, width, rows)
  const contours = createContours(field)
  const canvas = createCanvas(width, rows)
  const context = canvas.getContext('2d')
  const image = context.createImageData(width, rows)
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const share = mix(outsideShare, insideShare, inside[at]) * edgeOf(x, y, width, rows)
      const line = 0.1 * contours(x, y) * inside[at]
      toneOf(light[at]).forEach((tone, i) => {
        image.data[at * 4 + i] = Math.round(mix(mix(ground[i], tone, share), contour[i], line))
      })
      image.data[at * 4 + 3] = 255
    }
  }
  context.putImageData(image, 0, 0)
  return canvas.encode('webp', 78)
}
