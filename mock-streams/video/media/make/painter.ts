import type { SKRSContext2D } from '@napi-rs/canvas'

/** Red, green, blue, 0-255. */
export type Rgb = readonly [number, number, number]
/** Metres: x to the right, y away from the camera's post, z up. */
export type Point = readonly [number, number, number]

export const width = 640
export const height = 360

/** Two opposite corners of a rectangle. On the ground x0, y0, x1, y1 with y0 the nearer. */
export type Patch = readonly [number, number, number, number]

/** Where a camera hangs and looks. Angles in radians; `focal` in pixels. */
export interface View {
  readonly x: number
  readonly y: number
  readonly z: number
  readonly pitch: number
  readonly yaw: number
  readonly focal: number
}

/** What lies far off takes on this colour, fully at `reach` metres. */
export interface Haze {
  readonly colour: Rgb
  readonly reach: number
}

export const mix = (a: Rgb, b: Rgb, share: number): Rgb => [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
export const shade = (colour: Rgb, factor: number): Rgb => [colour[0] * factor, colour[1] * factor, colour[2] * factor]
const css = (colour: Rgb, alpha = 1): string =>
  `rgba(${colour.map((value) => String(Math.round(Math.min(255, Math.max(0, value))))).join(',')},${String(alpha)})`

/** right, up and depth as the camera sees them */
type Seen = readonly [number, number, number]
const near = 0.6

/** A pinhole camera that paints shapes of the world onto a canvas, paler with distance. */
export class Painter {
  readonly context: SKRSContext2D
  readonly #view: View
  readonly #haze: Haze

  constructor(context: SKRSContext2D, view: View, haze: Haze) {
    this.context = context
    this.#view = view
    this.#haze = haze
  }

  /** Metres from the camera along its axis; negative behind it. */
  depth(point: Point): number {
    return this.#see(point)[2]
  }

  /** Pixel of a point, with the pixels that one metre takes there; undefined behind the camera. */
  project(point: Point): { readonly x: number; readonly y: number; readonly metre: number } | undefined {
    const seen = this.#see(point)
    if (seen[2] < near) return undefined
    const [x, y] = this.#pixel(seen)
    return { x, y, metre: this.#view.focal / seen[2] }
  }

  /** Fills a flat polygon, cut at the camera's near plane. */
  face(points: readonly Point[], colour: Rgb, alpha = 1): void {
    const seen = clip(points.map((point) => this.#see(point)))
    if (seen.length < 3) return
    const depth = seen.reduce((sum, point) => sum + point[2], 0) / seen.length
    this.context.beginPath()
    for (const point of seen) this.context.lineTo(...this.#pixel(point))
    this.context.closePath()
    this.context.fillStyle = css(this.hazed(colour, depth), alpha)
    this.context.fill()
  }

  /** A rectangle on the ground, in strips, so that it pales with distance. */
  ground([x0, y0, x1, y1]: Patch, colour: Rgb): void {
    for (let from = y0; from < y1;) {
      const to = Math.min(y1, from + Math.max(4, (from - this.#view.y) * 0.3))
      // strips overlap, else the seams show
      const over = to < y1 ? to + (to - from) * 0.04 : to
      this.face(
        [
          [x0, from, 0],
          [x1, from, 0],
          [x1, over, 0],
          [x0, over, 0],
        ],
        colour,
      )
      from = to
    }
  }

  /** An upright rectangle facing the camera's side, `[x0, z0, x1, z1]` at distance y. */
  pane([x0, z0, x1, z1]: Patch, y: number, colour: Rgb, alpha = 1): void {
    this.face(
      [
        [x0, y, z0],
        [x1, y, z0],
        [x1, y, z1],
        [x0, y, z1],
      ],
      colour,
      alpha,
    )
  }

  /** A line `metres` thick. */
  line([from, to]: readonly [Point, Point], colour: Rgb, metres: number, alpha = 1): void {
    const a = this.project(from)
    const b = this.project(to)
    if (a === undefined || b === undefined) return
    this.context.beginPath()
    this.context.moveTo(a.x, a.y)
    this.context.lineTo(b.x, b.y)
    this.context.lineWidth = Math.max(0.6, (metres * (a.metre + b.metre)) / 2)
    this.context.lineCap = 'round'
    this.context.strokeStyle = css(this.hazed(colour, this.depth(from)), alpha)
    this.context.stroke()
  }

  /** A round blot facing the camera; `squash` below 1 lays it flat. */
  blot(at: Point, metres: number, colour: Rgb, look: { readonly alpha?: number; readonly squash?: number } = {}): void {
    const pixel = this.project(at)
    if (pixel === undefined) return
    const radius = Math.max(0.5, metres * pixel.metre)
    this.context.beginPath()
    this.context.ellipse(pixel.x, pixel.y, radius, radius * (look.squash ?? 1), 0, 0, Math.PI * 2)
    this.context.fillStyle = css(this.hazed(colour, this.depth(at)), look.alpha ?? 1)
    this.context.fill()
  }

  /** Light around a lamp, fading to nothing at `metres`. */
  glow(at: Point, metres: number, colour: Rgb, alpha: number): void {
    const pixel = this.project(at)
    if (pixel === undefined) return
    const radius = metres * pixel.metre
    const light = this.context.createRadialGradient(pixel.x, pixel.y, 0, pixel.x, pixel.y, radius)
    light.addColorStop(0, css(colour, alpha))
    light.addColorStop(1, css(colour, 0))
    this.context.fillStyle = light
    this.context.fillRect(pixel.x - radius, pixel.y - radius, radius * 2, radius * 2)
  }

  hazed(colour: Rgb, depth: number): Rgb {
    const share = 1 - Math.exp((-1.6 * Math.max(0, depth)) / this.#haze.reach)
    return mix(colour, this.#haze.colour, share)
  }

  #see([px, py, pz]: Point): Seen {
    const { x, y, z, pitch, yaw } = this.#view
    const right = (px - x) * Math.cos(yaw) - (py - y) * Math.sin(yaw)
    const ahead = (px - x) * Math.sin(yaw) + (py - y) * Math.cos(yaw)
    const up = pz - z
    return [right, ahead * Math.sin(pitch) + up * Math.cos(pitch), ahead * Math.cos(pitch) - up * Math.sin(pitch)]
  }

  #pixel([right, up, depth]: Seen): [number, number] {
    return [width / 2 + (this.#view.focal * right) / depth, height / 2 - (this.#view.focal * up) / depth]
  }
}

function clip(points: readonly Seen[]): readonly Seen[] {
  return points.flatMap((a, index) => {
    const b = points[(index + 1) % points.length] ?? a
    const kept: Seen[] = a[2] >= near ? [a] : []
    if (a[2] >= near !== b[2] >= near) {
      const share = (near - a[2]) / (b[2] - a[2])
      kept.push([a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, near])
    }
    return kept
  })
}

/** Things of one frame, painted from far to near. */
export class Stage {
  readonly #things: { readonly depth: number; readonly paint: () => void }[] = []
  readonly #painter: Painter

  constructor(painter: Painter) {
    this.#painter = painter
  }

  add(at: Point, paint: () => void): void {
    const depth = this.#painter.depth(at)
    if (depth > near) this.#things.push({ depth, paint })
  }

  show(): void {
    for (const thing of this.#things.sort((a, b) => b.depth - a.depth)) thing.paint()
  }
}
