import { mix, shade } from './painter.ts'
import type { Painter, Point, Rgb } from './painter.ts'
import { height, width } from './painter.ts'
import { sequence, wave } from './scene.ts'

/** Things that stand in several scenes. */

const lampLight: Rgb = [255, 214, 150]
const windowLight: Rgb = [236, 200, 138]

/** Sky from zenith to the horizon's row of pixels. */
export function sky({ context }: Painter, horizon: number, zenith: Rgb, low: Rgb): void {
  const gradient = context.createLinearGradient(0, 0, 0, horizon)
  const css = (colour: Rgb): string => `rgb(${colour.join(',')})`
  gradient.addColorStop(0, css(zenith))
  gradient.addColorStop(1, css(low))
  context.fillStyle = gradient
  context.fillRect(0, 0, width, height)
}

export interface Ridge {
  /** pixel row of its foot */
  readonly base: number
  /** pixels it stands above its foot */
  readonly rise: number
  readonly colour: Rgb
  readonly seed: number
}

/** A far ridge as a silhouette on the horizon. */
export function ridge({ context }: Painter, { base, rise, colour, seed }: Ridge): void {
  const next = sequence(seed)
  const phases = [next() * 6, next() * 6, next() * 6]
  context.beginPath()
  context.moveTo(0, height)
  for (let x = 0; x <= width; x += 4) {
    const swell =
      Math.sin(x * 0.008 + (phases[0] ?? 0)) * 0.5 + Math.sin(x * 0.021 + (phases[1] ?? 0)) * 0.32 + Math.sin(x * 0.06 + (phases[2] ?? 0)) * 0.1
    context.lineTo(x, base - rise * (0.55 + 0.45 * swell))
  }
  context.lineTo(width, height)
  context.fillStyle = `rgb(${colour.join(',')})`
  context.fill()
}

export interface Block {
  readonly at: Point
  /** across, along, up */
  readonly size: Point
  readonly colour: Rgb
  /** radians, counter-clockwise */
  readonly turn?: number
}

/** A box on its base; light comes low from the left. */
export function block(painter: Painter, { at, size, colour, turn = 0 }: Block): void {
  const corners = cornersOf(at, size, turn)
  const [z0, z1] = [at[2], at[2] + size[2]]
  const sides = corners.map(([x0, y0], index) => {
    const [x1, y1] = corners[(index + 1) % 4] ?? [x0, y0]
    return { x0, y0, x1, y1, light: [0.8, 0.58, 0.7, 1][index] ?? 1, depth: painter.depth([(x0 + x1) / 2, (y0 + y1) / 2, z0]) }
  })
  for (const { x0, y0, x1, y1, light } of sides.sort((a, b) => b.depth - a.depth)) {
    painter.face(
      [
        [x0, y0, z0],
        [x1, y1, z0],
        [x1, y1, z1],
        [x0, y0, z1],
      ],
      shade(colour, light),
    )
  }
  painter.face(
    corners.map(([x, y]) => [x, y, z1]),
    shade(colour, 1.1),
  )
}

function cornersOf([x, y]: Point, [across, along]: Point, turn: number): readonly (readonly [number, number])[] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  return [
    [-across / 2, -along / 2],
    [across / 2, -along / 2],
    [across / 2, along / 2],
    [-across / 2, along / 2],
  ].map(([a = 0, b = 0]) => [x + a * cos - b * sin, y + a * sin + b * cos])
}

/** A house with rows of windows on the side that faces the camera, some of them lit. */
export function building(painter: Painter, { at, size, colour }: Block, seed: number): void {
  block(painter, { at, size, colour })
  const next = sequence(seed)
  const front = at[1] - size[1] / 2 - 0.05
  for (let z = 1.4; z < size[2] - 1.8; z += 3.2) {
    for (let x = at[0] - size[0] / 2 + 1.2; x < at[0] + size[0] / 2 - 2; x += 3) {
      const lit = next() > 0.72
      const glass = lit ? mix(windowLight, colour, next() * 0.5) : shade(colour, 0.5)
      painter.pane([x, z, x + 1.7, z + 1.7], front, glass)
    }
  }
}

/** A broad-leaved tree that stirs a little. */
export function tree(painter: Painter, at: Point, { metres, seed }: { readonly metres: number; readonly seed: number }, seconds: number): void {
  const next = sequence(seed)
  const sway = wave(seconds, 5 + (seed % 3), seed) * 0.012 * metres
  painter.blot(at, metres * 0.28, [20, 24, 26], { alpha: 0.28, squash: 0.3 })
  painter.line([at, [at[0], at[1], metres * 0.55]], [66, 56, 48], metres * 0.045)
  for (let leaf = 0; leaf < 14; leaf++) {
    const [across, up] = [(next() - 0.5) * metres * 0.5, metres * (0.46 + next() * 0.46)]
    const light = 0.72 + (up / metres) * 0.42 - (across / metres) * 0.3
    painter.blot([at[0] + across + sway * (up / metres), at[1], up], metres * (0.11 + next() * 0.07), shade([74, 88, 64], light))
  }
}

export interface Walker {
  readonly coat: Rgb
  /** steps in radians */
  readonly stride: number
  readonly tall?: number
}

/** Somebody on foot, seen as a figure without a face. */
export function person(painter: Painter, at: Point, { coat, stride, tall = 1.68 }: Walker): void {
  const [x, y, z] = at
  const step = Math.sin(stride) * 0.22
  const dark: Rgb = [44, 46, 52]
  painter.blot([x + 0.18, y, z], 0.36, [14, 16, 18], { alpha: 0.3, squash: 0.32 })
  painter.line(
    [
      [x - step, y, z + 0.05],
      [x, y, z + tall * 0.47],
    ],
    dark,
    0.15,
  )
  painter.line(
    [
      [x + step, y, z + 0.05],
      [x, y, z + tall * 0.47],
    ],
    dark,
    0.15,
  )
  painter.line(
    [
      [x, y, z + tall * 0.5],
      [x, y, z + tall * 0.78],
    ],
    coat,
    0.38,
  )
  painter.line(
    [
      [x - 0.21, y, z + tall * 0.78],
      [x - 0.24 - step * 0.7, y, z + tall * 0.48],
    ],
    shade(coat, 0.82),
    0.11,
  )
  painter.line(
    [
      [x + 0.21, y, z + tall * 0.78],
      [x + 0.24 + step * 0.7, y, z + tall * 0.48],
    ],
    shade(coat, 0.82),
    0.11,
  )
  painter.blot([x, y, z + tall * 0.93], 0.115, [70, 58, 50])
}

export interface Vehicle {
  readonly colour: Rgb
  /** radians; 0 drives away from the camera */
  readonly turn: number
  readonly kind?: 'car' | 'bus'
  readonly braking?: boolean
}

/** Metres: across, along, height of the body, height of what is above it, and how far that reaches along. */
const shapes = {
  car: { across: 1.84, along: 4.5, body: 0.82, cabin: 0.58, cabinAlong: 0.52, roofAlong: 0.46, cabinAhead: -0.25, cabinUp: 0.97 },
  bus: { across: 2.5, along: 10.5, body: 2.1, cabin: 0.9, cabinAlong: 0.98, roofAlong: 0.97, cabinAhead: 0, cabinUp: 2.1 },
} as const

/** A point of the vehicle, from its middle: metres ahead, to its right, up. */
type Onboard = (ahead: number, right?: number, up?: number) => Point

/** A car or a bus with its lamps on, without a plate. */
export function vehicle(painter: Painter, at: Point, look: Vehicle): void {
  const { colour, turn, kind = 'car' } = look
  const { across, along, body, cabin, cabinAlong, roofAlong, cabinAhead, cabinUp } = shapes[kind]
  const onboard: Onboard = (ahead, right = 0, up = 0) => [
    at[0] - Math.sin(turn) * ahead + Math.cos(turn) * right,
    at[1] + Math.cos(turn) * ahead + Math.sin(turn) * right,
    at[2] + up,
  ]
  const [front, back, left, right] = [along / 2 + 0.2, -along / 2 - 0.2, -across * 0.56, across * 0.72]
  painter.face([onboard(back, left), onboard(front, left), onboard(front, right), onboard(back, right)], [16, 18, 20], 0.42)
  block(painter, { at: onboard(0, 0, 0.3), size: [across, along, body - 0.1], colour, turn })
  block(painter, { at: onboard(cabinAhead, 0, cabinUp), size: [across * 0.9, along * cabinAlong, cabin], colour: [52, 60, 68], turn })
  block(painter, { at: onboard(cabinAhead, 0, cabinUp + cabin - 0.08), size: [across * 0.86, along * roofAlong, 0.1], colour, turn })
  lamps(painter, onboard, look)
}

/** Of the end that can be seen: white in front, red behind, bright when braking. */
function lamps(painter: Painter, onboard: Onboard, { kind = 'car', braking = false }: Vehicle): void {
  const { across, along } = shapes[kind]
  const comesNearer = painter.depth(onboard(1)) < painter.depth(onboard(-1))
  for (const side of [-across * 0.38, across * 0.38]) {
    if (comesNearer) {
      const lamp = onboard(along / 2 + 0.05, side, 0.72)
      painter.blot(lamp, 0.15, [255, 240, 208])
      painter.glow(lamp, 1.3, [255, 236, 196], 0.4)
    } else {
      const lamp = onboard(-along / 2 - 0.05, side, 0.78)
      painter.blot(lamp, 0.13, braking ? [255, 70, 52] : [176, 46, 40])
      if (braking) painter.glow(lamp, 0.8, [255, 60, 44], 0.35)
    }
  }
}

/** A street lamp leaning `reach` metres over the road, lit. */
export function lamp(painter: Painter, at: Point, reach: number): void {
  const head: Point = [at[0] + reach, at[1], 7.2]
  painter.line([at, [at[0], at[1], 7]], [74, 78, 82], 0.14)
  painter.line([[at[0], at[1], 7], head], [74, 78, 82], 0.1)
  painter.blot(head, 0.22, [255, 232, 190])
  painter.glow(head, 2.6, lampLight, 0.34)
}
