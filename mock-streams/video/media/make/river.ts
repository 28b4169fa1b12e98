import { block, lamp, ridge, sky, tree, vehicle } from './props.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { around, loopSeconds, procession, sequence, wave } from './scene.ts'
import type { Scene } from './scene.ts'

/** 河道: a river between embankments, a bridge, and a gauge board on the right bank. */

const bank: Rgb = [134, 130, 122]
const water: Rgb = [88, 106, 110]
const deck = 4.6

function ripples(painter: Painter, seconds: number): void {
  const next = sequence(31)
  for (let index = 0; index < 240; index++) {
    const [x, start, long, light] = [-15 + next() * 26, next(), 0.5 + next() * 1.6, next()]
    const y = -20 + around(seconds, 1 + (index % 2), start) * 150
    const tone: Rgb = light > 0.5 ? [186, 184, 176] : [74, 86, 90]
    painter.line(
      [
        [x - long, y, 0],
        [x + long, y, 0],
      ],
      tone,
      0.09,
      0.16 + 0.16 * (1 + wave(seconds, 12, index)) * light,
    )
  }
}

function gauge(painter: Painter): void {
  const [x, y] = [9.3, -3]
  painter.line(
    [
      [x + 0.35, y + 0.1, -0.4],
      [x + 0.35, y + 0.1, 5.2],
    ],
    [96, 100, 104],
    0.22,
  )
  painter.pane([x, 0, x + 0.8, 5], y, [232, 230, 222])
  for (let mark = 0; mark < 20; mark++) {
    const [z, wide] = [mark * 0.25, mark % 4 === 0 ? 0.8 : mark % 2 === 0 ? 0.5 : 0.34]
    painter.pane([x, z, x + wide, z + 0.1], y - 0.02, mark % 8 < 4 ? [176, 48, 44] : [44, 62, 108])
  }
}

function bridge(painter: Painter): void {
  for (const x of [-17, -8.5, 0, 8.5]) block(painter, { at: [x, 44, -0.2], size: [1.6, 5.5, 3.9], colour: [150, 146, 138] })
  block(painter, { at: [-2, 44, deck - 1.1], size: [62, 8, 1.1], colour: [168, 162, 152] })
}

function railing(painter: Painter): void {
  for (let x = -33; x < 29; x += 1.3)
    painter.line(
      [
        [x, 40.1, deck],
        [x, 40.1, deck + 1],
      ],
      [196, 192, 182],
      0.1,
    )
  painter.line(
    [
      [-33, 40.1, deck + 1],
      [29, 40.1, deck + 1],
    ],
    [204, 200, 190],
    0.14,
  )
}

function crossingCars(painter: Painter, seconds: number): void {
  const colours: readonly Rgb[] = [
    [196, 192, 184],
    [150, 62, 54],
    [78, 98, 122],
  ]
  for (let index = 0; index < 3; index++) {
    const share = around(seconds, 3, index / 3 + (index === 1 ? 0.08 : 0))
    const at: Point = [index === 2 ? 34 - 72 * share : -38 + 72 * share, index === 2 ? 46 : 42.4, deck]
    vehicle(painter, at, { colour: colours[index] ?? bank, turn: index === 2 ? Math.PI / 2 : -Math.PI / 2 })
  }
}

function birds(painter: Painter, seconds: number): void {
  for (let index = 0; index < 5; index++) {
    const at: Point = [-60 + procession(seconds, 0, 1) * 130 - index * 4, 90, 24 + wave(seconds, 2, index) * 2 + (index % 3) * 1.4]
    const beat = wave(seconds, loopSeconds * 2, index) * 0.6
    painter.line([[at[0] - 0.9, at[1], at[2] + beat], at], [62, 66, 70], 0.16, 0.8)
    painter.line([[at[0] + 0.9, at[1], at[2] + beat], at], [62, 66, 70], 0.16, 0.8)
  }
}

function cast(stage: Stage, painter: Painter, seconds: number): void {
  ripples(painter, seconds)
  birds(painter, seconds)
  stage.add([0, 44, 0], () => {
    bridge(painter)
    crossingCars(painter, seconds)
    railing(painter)
  })
  stage.add([9.3, -3, 0], () => gauge(painter))
  for (let index = 0; index < 22; index++) {
    const left = index % 2 === 0
    const at: Point = [left ? -24 - (index % 5) * 2.6 : 20 + (index % 4) * 2.8, 2 + index * 4.4, 2]
    stage.add(at, () => tree(painter, at, { metres: 6 + (index % 3), seed: index + 13 }, seconds))
  }
  for (const y of [8, 26, 62, 84]) stage.add([-19.6, y, 2], () => lamp(painter, [-19.6, y, 2], 1.6))
}

export const river: Scene = {
  view: { x: 2, y: -22, z: 8.5, pitch: 0.19, yaw: -0.06, focal: 500 },
  haze: { colour: [166, 158, 152], reach: 260 },
  backdrop(painter) {
    sky(painter, 90, [116, 134, 156], [222, 196, 168])
    ridge(painter, { base: 92, rise: 78, colour: [138, 142, 150], seed: 21 })
    ridge(painter, { base: 94, rise: 46, colour: [116, 124, 122], seed: 22 })
    ridge(painter, { base: 96, rise: 20, colour: [96, 106, 96], seed: 23 })
    painter.ground([-400, -21, 400, 500], [98, 104, 82])
    painter.ground([-16, -21, 11.5, 400], water)
    painter.ground([-16, 46, 11.5, 400], [128, 132, 130])
    for (const [x0, x1, z0, z1] of [
      [-16, -19, 0, 2],
      [11.5, 14.5, 0, 2],
    ] as const) {
      painter.face(
        [
          [x0, -21, z0],
          [x0, 200, z0],
          [x1, 200, z1],
          [x1, -21, z1],
        ],
        bank,
      )
      const outer = x1 + Math.sign(x1) * 6
      painter.face(
        [
          [x1, -21, z1],
          [x1, 200, z1],
          [outer, 200, z1],
          [outer, -21, z1],
        ],
        [150, 144, 134],
      )
    }
  },
  cast,
}
