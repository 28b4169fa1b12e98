import { block, lamp, person, ridge, sky, tree } from './props.ts'
import { height, width } from './painter.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { procession, sequence, wave } from './scene.ts'
import type { Scene } from './scene.ts'

/** 山门: a memorial gateway of three bays before wooded ridges, visitors on the way up and down. */

const red: Rgb = [138, 52, 44]
const tile: Rgb = [66, 88, 82]
const beam: Rgb = [66, 84, 108]
const gold: Rgb = [166, 134, 74]
const row = 16

/** A tiled roof over one bay, upturned at its ends. */
function roof(painter: Painter, x: number, across: number, z: number): void {
  const half = across / 2
  const eaves = (y: number): readonly Point[] =>
    [-half - 1.7, -half - 0.8, half + 0.8, half + 1.7].map((aside, index) => [x + aside, y, index % 3 === 0 ? z + 0.5 : z])
  const [left, right]: readonly [Point, Point] = [
    [x - half + 0.4, row, z + 1.9],
    [x + half - 0.4, row, z + 1.9],
  ]
  painter.face([...eaves(row + 1.8), right, left], [46, 62, 58])
  painter.face([...eaves(row - 1.8), right, left], tile)
  for (let at = x - half; at <= x + half; at += 0.62) {
    const foot: Point = [at, row - 1.8, z + 0.05]
    painter.line([foot, [at * 0.94 + x * 0.06, row, z + 1.86]], [52, 72, 66], 0.07)
  }
  const edge = eaves(row - 1.8)
  edge.forEach((from, index) => {
    const to = edge[index + 1]
    if (to !== undefined) painter.line([from, to], gold, 0.16)
  })
  painter.line([left, right], [94, 112, 104], 0.24)
}

function gateway(painter: Painter): void {
  for (const x of [-9.6, 9.6]) block(painter, { at: [x, row, 0], size: [1, 1, 6.6], colour: red })
  for (const x of [-3.9, 3.9]) block(painter, { at: [x, row, 0], size: [1.1, 1.1, 8.8], colour: red })
  for (const x of [-9.6, -3.9, 3.9, 9.6]) block(painter, { at: [x, row, 0], size: [1.7, 1.9, 0.9], colour: [168, 162, 152] })
  for (const x of [-6.75, 6.75]) {
    block(painter, { at: [x, row, 5.4], size: [5.6, 0.8, 1.4], colour: beam })
    roof(painter, x, 5.2, 7)
  }
  block(painter, { at: [0, row, 6.6], size: [7.8, 0.9, 2.6], colour: beam })
  block(painter, { at: [0, row - 0.55, 7.1], size: [4.2, 0.2, 1.5], colour: [40, 54, 82] })
  for (const [z, wide] of [
    [7.02, 4.4],
    [8.62, 4.4],
  ] as const)
    painter.line(
      [
        [-wide / 2, row - 0.68, z],
        [wide / 2, row - 0.68, z],
      ],
      gold,
      0.12,
    )
  for (const x of [-3, 3]) for (const z of [7.3, 8.3]) painter.blot([x, row - 0.5, z], 0.3, gold, { alpha: 0.8 })
  roof(painter, 0, 7.4, 9.5)
}

/** Mist drifting before the ridges, to and fro once a loop. */
function mist({ context }: Painter, seconds: number): void {
  for (let bank = 0; bank < 3; bank++) {
    const [x, y] = [width / 2 + wave(seconds, 1, bank * 2.1) * 150 + (bank - 1) * 170, 84 + bank * 16]
    const soft = context.createRadialGradient(x, y, 0, x, y, 190)
    soft.addColorStop(0, 'rgba(212,208,200,.2)')
    soft.addColorStop(1, 'rgba(212,208,200,0)')
    context.save()
    context.translate(0, y * 0.74)
    context.scale(1, 0.26)
    context.fillStyle = soft
    context.fillRect(0, 0, width, height)
    context.restore()
  }
}

function visitors(stage: Stage, painter: Painter, seconds: number): void {
  const next = sequence(27)
  for (let stream = 0; stream < 16; stream++) {
    const coat: Rgb = [76 + next() * 110, 66 + next() * 80, 66 + next() * 80]
    const [lane, up, ahead] = [(next() - 0.5) * 15, next() > 0.4, next()]
    for (let index = 0; index < 2; index++) {
      const share = procession(seconds, index, 2, ahead)
      const y = -19 + 72 * (up ? share : 1 - share)
      const at: Point = [lane * (1 - (y + 19) / 160), y, 0]
      if (Math.abs(y - row) < 1.2 && [-9.6, -3.9, 3.9, 9.6].some((x) => Math.abs(at[0] - x) < 1.1)) continue
      stage.add(at, () => person(painter, at, { coat, stride: seconds * Math.PI * 1.8 + stream, tall: stream % 6 === 0 ? 1.25 : 1.68 }))
    }
  }
}

export const gate: Scene = {
  view: { x: 0, y: -25, z: 6.4, pitch: 0.11, yaw: 0, focal: 500 },
  haze: { colour: [168, 164, 160], reach: 240 },
  backdrop(painter) {
    sky(painter, 126, [120, 140, 162], [224, 202, 176])
    ridge(painter, { base: 130, rise: 108, colour: [136, 146, 156], seed: 61 })
    ridge(painter, { base: 136, rise: 70, colour: [106, 120, 118], seed: 64 })
    ridge(painter, { base: 142, rise: 38, colour: [80, 96, 84], seed: 63 })
    painter.ground([-300, -24, 300, 400], [92, 100, 76])
    painter.ground([-13, -24, 13, 70], [150, 144, 132])
    for (let y = -22; y < 70; y += 2.6) painter.ground([-13, y, 13, y + 0.14], [132, 126, 116])
    painter.ground([-2.2, -24, 2.2, 70], [162, 156, 144])
  },
  cast(stage, painter, seconds) {
    mist(painter, seconds)
    stage.add([0, row, 0], () => gateway(painter))
    visitors(stage, painter, seconds)
    for (let index = 0; index < 18; index++) {
      const side = index % 2 === 0 ? -1 : 1
      const at: Point = [side * (16 + (index % 4) * 3), -4 + index * 3.6, 0]
      stage.add(at, () => tree(painter, at, { metres: 7 + (index % 3) * 1.4, seed: index + 8 }, seconds))
    }
    for (const x of [-12.4, 12.4]) for (const y of [4, 30]) stage.add([x, y, 0], () => lamp(painter, [x, y, 0], x > 0 ? -1.4 : 1.4))
  },
}
