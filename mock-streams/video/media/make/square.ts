import { block, building, lamp, person, sky, tree } from './props.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { around, procession, sequence, wave } from './scene.ts'
import type { Scene } from './scene.ts'

/** 广场: strollers, a dancing group and a fountain on a paved square. */

const fountain: Point = [3, 16, 0]

function paving(painter: Painter): void {
  painter.ground([-46, -30, 46, 62], [150, 144, 136])
  for (let x = -44; x < 44; x += 4) {
    for (let y = -28; y < 60; y += 4) {
      if (((x + y) / 4) % 2 === 0) painter.ground([x, y, x + 4, y + 4], [140, 135, 129])
    }
  }
  for (const radius of [11, 9]) {
    const ring = Array.from({ length: 40 }, (_, index): Point => {
      const angle = (index / 40) * Math.PI * 2
      return [fountain[0] + Math.cos(angle) * radius, fountain[1] + Math.sin(angle) * radius, 0]
    })
    painter.face(ring, radius === 11 ? [120, 112, 106] : [156, 150, 142])
  }
}

function water(stage: Stage, painter: Painter, seconds: number): void {
  stage.add(fountain, () => {
    block(painter, { at: fountain, size: [7, 7, 0.7], colour: [168, 160, 150] })
    painter.face(
      [
        [-0.1, 12.9, 0.75],
        [6.1, 12.9, 0.75],
        [6.1, 19.1, 0.75],
        [-0.1, 19.1, 0.75],
      ],
      [118, 136, 146],
    )
    for (let jet = 0; jet < 10; jet++) {
      const angle = (jet / 10) * Math.PI * 2
      for (let drop = 0; drop < 12; drop++) {
        const flown = around(seconds, 30, drop / 12 + jet * 0.03)
        const out = 2.7 - flown * 2.3
        painter.blot(
          [fountain[0] + Math.cos(angle) * out, fountain[1] + Math.sin(angle) * out, 0.8 + 9.5 * flown * (1 - flown)],
          0.08,
          [226, 234, 240],
          { alpha: 0.6 },
        )
      }
    }
  })
}

function dancers(stage: Stage, painter: Painter, seconds: number): void {
  for (let index = 0; index < 20; index++) {
    const [column, row] = [index % 5, Math.floor(index / 5)]
    const at: Point = [-20 + column * 2.1 + wave(seconds, 10) * 0.5, 6 + row * 2.2 + wave(seconds, 5) * 0.4, 0]
    const coat: Rgb = row === 0 && column === 2 ? [196, 84, 78] : [150, 74 + (index % 3) * 8, 88]
    stage.add(at, () => person(painter, at, { coat, stride: Math.sin(seconds * Math.PI * (4 / 3)) * 1.4, tall: 1.6 }))
  }
}

function strollers(stage: Stage, painter: Painter, seconds: number): void {
  const next = sequence(19)
  for (let stream = 0; stream < 14; stream++) {
    const coat: Rgb = [64 + next() * 110, 64 + next() * 90, 70 + next() * 90]
    const [y, lean, east, ahead] = [-12 + next() * 50, (next() - 0.5) * 16, next() > 0.5, next()]
    for (let index = 0; index < 2; index++) {
      const share = procession(seconds, index, 2, ahead)
      const x = -38 + 76 * (east ? share : 1 - share)
      if (Math.hypot(x - fountain[0], y + lean * share - fountain[1]) < 5) continue
      const at: Point = [x, y + lean * share, 0]
      stage.add(at, () => person(painter, at, { coat, stride: seconds * Math.PI * 1.8 + stream }))
    }
  }
}

export const square: Scene = {
  view: { x: 0, y: -30, z: 11, pitch: 0.3, yaw: -0.05, focal: 500 },
  haze: { colour: [158, 150, 146], reach: 300 },
  backdrop(painter) {
    sky(painter, 40, [112, 130, 152], [214, 192, 168])
    painter.ground([-400, -29, 400, 400], [92, 98, 84])
    paving(painter)
    const next = sequence(8)
    for (let index = 0; index < 9; index++) {
      const tint = next() * 24
      building(
        painter,
        { at: [-92 + index * 23, 86 + next() * 8, 0], size: [20, 12, 11 + next() * 17], colour: [140 + tint, 128 + tint, 116 + tint * 0.7] },
        index + 50,
      )
    }
    block(painter, { at: [0, 66, 0], size: [34, 8, 0.8], colour: [158, 150, 140] })
    building(painter, { at: [0, 72, 0.8], size: [30, 9, 9], colour: [164, 150, 130] }, 77)
  },
  cast(stage, painter, seconds) {
    water(stage, painter, seconds)
    dancers(stage, painter, seconds)
    strollers(stage, painter, seconds)
    for (let index = 0; index < 14; index++) {
      const [x, y] = [index % 2 === 0 ? -40 : 40, -10 + Math.floor(index / 2) * 11]
      stage.add([x, y, 0], () => tree(painter, [x, y, 0], { metres: 6.5, seed: index + 4 }, seconds))
      if (index % 4 < 2) stage.add([x * 0.84, y + 4, 0], () => lamp(painter, [x * 0.84, y + 4, 0], 0))
    }
  },
}
