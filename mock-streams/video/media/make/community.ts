import { block, building, lamp, person, sky, tree, vehicle } from './props.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { loopSeconds, procession, sequence } from './scene.ts'
import type { Scene } from './scene.ts'

/** 社区出入口: a lifting arm, a guard's lodge, residents going in and out. */

const gateRow = 6

/** How far a car that must wait at the arm has come, metres from the arm, `since` seconds after it opens. */
function through(since: number): number {
  if (since < -6) return -5 + (since + 6) * 5
  if (since < 1.5) return -5
  return -5 + Math.min(since - 1.5, 4) ** 2 * 0.7 + Math.max(0, since - 5.5) * 5.6
}

/** Share of its lift, 0 closed. */
function lift(seconds: number): number {
  const opening = (from: number): number => Math.max(0, Math.min(1, (seconds - from) / 1.5, (from + 8 - seconds) / 1.5))
  return Math.max(opening(6), opening(20))
}

function arm(painter: Painter, seconds: number): void {
  block(painter, { at: [0.6, gateRow, 0], size: [0.5, 0.5, 1.1], colour: [188, 142, 60] })
  const angle = lift(seconds) * 1.45
  const pieces = 8
  for (let piece = 0; piece < pieces; piece++) {
    const at = (share: number): Point => [0.6 + Math.cos(angle) * 4.8 * share, gateRow, 1 + Math.sin(angle) * 4.8 * share]
    painter.line([at(piece / pieces), at((piece + 1) / pieces)], piece % 2 === 0 ? [206, 200, 190] : [178, 58, 50], 0.14)
  }
}

function cars(stage: Stage, painter: Painter, seconds: number): void {
  const visits: readonly (readonly [number, Rgb, boolean])[] = [
    [6, [196, 194, 188], true],
    [20, [84, 100, 120], false],
  ]
  for (const [opens, colour, inward] of visits) {
    for (const cycle of [-1, 0, 1]) {
      const since = seconds - opens + cycle * loopSeconds
      if (since < -16 || since > 22) continue
      const gone = through(since)
      const at: Point = [3, inward ? gateRow + gone : gateRow - gone, 0]
      stage.add(at, () => vehicle(painter, at, { colour, turn: inward ? 0 : Math.PI, braking: since < 1.5 }))
    }
  }
}

function residents(stage: Stage, painter: Painter, seconds: number): void {
  const next = sequence(71)
  for (let stream = 0; stream < 9; stream++) {
    const coat: Rgb = [72 + next() * 100, 70 + next() * 70, 70 + next() * 80]
    const [x, inward] = [-3.6 - next() * 1.8, next() > 0.5]
    const ahead = next()
    for (let index = 0; index < 2; index++) {
      const share = procession(seconds, index, 2, ahead)
      const way = -16 + 78 * (inward ? share : 1 - share)
      const at: Point = [x, way, 0]
      stage.add(at, () => person(painter, at, { coat, stride: seconds * Math.PI * 1.8 + stream, tall: stream === 4 ? 1.2 : 1.66 }))
    }
  }
}

function gatehouse(painter: Painter): void {
  block(painter, { at: [-0.9, gateRow + 0.6, 0], size: [2, 2.6, 2.6], colour: [164, 152, 136] })
  painter.pane([-1.7, 1, -0.1, 2.2], gateRow - 0.75, [240, 214, 160])
  painter.glow([-0.9, gateRow - 0.8, 1.6], 2.2, [250, 214, 150], 0.4)
  for (const x of [-6.6, 6.6]) block(painter, { at: [x, gateRow + 0.6, 0], size: [1, 1, 4.6], colour: [146, 104, 84] })
  block(painter, { at: [0, gateRow + 0.6, 4.6], size: [15.6, 1.5, 0.7], colour: [118, 84, 70] })
}

export const community: Scene = {
  view: { x: -1, y: -15, z: 6.8, pitch: 0.21, yaw: 0.05, focal: 480 },
  haze: { colour: [142, 140, 142], reach: 260 },
  backdrop(painter) {
    sky(painter, 80, [98, 116, 140], [196, 178, 162])
    painter.ground([-300, -14, 300, 300], [92, 96, 82])
    painter.ground([-60, -14, 60, 1], [92, 94, 96])
    painter.ground([-7, 1, 7, 90], [108, 108, 108])
    painter.ground([-6.6, -14, -2.4, 90], [140, 132, 122])
    const next = sequence(15)
    for (let index = 0; index < 8; index++) {
      const [left, tint] = [index % 2 === 0, next() * 24]
      const tall = 18 + next() * 5
      building(
        painter,
        { at: [left ? -24 : 25, 98 - Math.floor(index / 2) * 22, 0], size: [28, 11, tall], colour: [150 + tint, 136 + tint, 120 + tint] },
        index + 90,
      )
    }
    for (const side of [-1, 1]) block(painter, { at: [side * 23, gateRow + 0.6, 0], size: [32, 0.5, 1.9], colour: [150, 136, 122] })
  },
  cast(stage, painter, seconds) {
    cars(stage, painter, seconds)
    residents(stage, painter, seconds)
    stage.add([0, gateRow + 1, 0], () => gatehouse(painter))
    stage.add([2, gateRow - 0.4, 0], () => arm(painter, seconds))
    for (let index = 0; index < 12; index++) {
      const side = index % 2 === 0 ? -9.2 : 9
      const at: Point = [side, 12 + Math.floor(index / 2) * 10, 0]
      stage.add(at, () => tree(painter, at, { metres: 5.6 + (index % 3) * 0.7, seed: index + 40 }, seconds))
      if (index < 6) stage.add([side * 0.83, at[1] + 5, 0], () => lamp(painter, [side * 0.83, at[1] + 5, 0], side > 0 ? -1.6 : 1.6))
    }
  },
}
