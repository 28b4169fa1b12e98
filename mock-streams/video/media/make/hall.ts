import { block, person } from './props.ts'
import { height, width } from './painter.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { loopSeconds, procession, sequence, wave } from './scene.ts'
import type { Scene } from './scene.ts'

/** 政务服务大厅: a row of counters, seats for those who wait, a queue that never grows. */

const floor: Rgb = [156, 150, 142]
const wall: Rgb = [136, 132, 126]
const ceiling = 5.6

function room(painter: Painter): void {
  const { context } = painter
  context.fillStyle = 'rgb(118,114,110)'
  context.fillRect(0, 0, width, height)
  painter.ground([-18, -14, 18, 34], floor)
  for (let x = -18; x <= 18; x += 2.4)
    painter.line(
      [
        [x, -13, 0],
        [x, 34, 0],
      ],
      [142, 136, 129],
      0.04,
    )
  for (let y = -12; y <= 34; y += 2.4)
    painter.line(
      [
        [-18, y, 0],
        [18, y, 0],
      ],
      [142, 136, 129],
      0.04,
    )
  for (const x of [-18, 18]) {
    painter.face(
      [
        [x, -14, 0],
        [x, 34, 0],
        [x, 34, ceiling],
        [x, -14, ceiling],
      ],
      x < 0 ? [150, 145, 138] : wall,
    )
  }
  painter.pane([-18, 0, 18, ceiling], 34, [146, 140, 132])
  painter.face(
    [
      [-18, -14, ceiling],
      [18, -14, ceiling],
      [18, 34, ceiling],
      [-18, 34, ceiling],
    ],
    [126, 123, 119],
  )
  for (const x of [-12, -4, 4, 12]) for (let y = 4; y < 34; y += 6) ceilingLight(painter, x, y)
}

function ceilingLight(painter: Painter, x: number, y: number): void {
  painter.face(
    [
      [x - 1.6, y, ceiling - 0.02],
      [x + 1.6, y, ceiling - 0.02],
      [x + 1.6, y + 1.2, ceiling - 0.02],
      [x - 1.6, y + 1.2, ceiling - 0.02],
    ],
    [238, 230, 212],
  )
  painter.ground([x - 1.4, y - 0.5, x + 1.4, y + 1.6], [164, 158, 149])
}

function counters(painter: Painter): void {
  block(painter, { at: [0, 25, 3.1], size: [33, 0.6, 1], colour: [74, 92, 112] })
  for (let window = 0; window < 8; window++) {
    const x = -14.7 + window * 4.2
    block(painter, { at: [x, 24, 0], size: [3.9, 1.3, 1.05], colour: [164, 138, 108] })
    block(painter, { at: [x, 24.2, 1.05], size: [0.9, 0.1, 0.55], colour: [58, 66, 76] })
    painter.pane([x - 0.8, 3.3, x + 0.8, 3.9], 24.66, [176, 74, 62], 0.85)
  }
}

function seats(painter: Painter, y: number): void {
  for (let index = 0; index < 9; index++) {
    const x = -8.6 + index * 2.15
    block(painter, { at: [x, y, 0.4], size: [1.7, 0.6, 0.1], colour: [82, 96, 108] })
    block(painter, { at: [x, y - 0.35, 0.5], size: [1.7, 0.08, 0.55], colour: [94, 108, 120] })
  }
}

/** Somebody sits: only head and shoulders above the seat's back. */
function seated(painter: Painter, at: Point, { coat, phase }: { readonly coat: Rgb; readonly phase: number }, seconds: number): void {
  const lean = wave(seconds, 2, phase) * 0.04
  painter.line(
    [
      [at[0] + lean, at[1], 0.55],
      [at[0] + lean, at[1], 1.12],
    ],
    coat,
    0.4,
  )
  painter.blot([at[0] + lean * 1.6, at[1], 1.38], 0.13, [66, 56, 50])
}

function people(stage: Stage, painter: Painter, seconds: number): void {
  const next = sequence(88)
  const coat = (): Rgb => [70 + next() * 110, 68 + next() * 84, 72 + next() * 90]
  for (let clerk = 0; clerk < 8; clerk++) {
    const [x, uniform, busy] = [-14.7 + clerk * 4.2, [64, 82, 108] as const, clerk % 4 !== 3]
    stage.add([x, 25, 0], () => seated(painter, [x, 25, 0], { coat: uniform, phase: clerk }, seconds))
    if (busy) {
      const visitor: Point = [x + 0.2, 22.8, 0]
      const cloth = coat()
      stage.add(visitor, () => person(painter, visitor, { coat: cloth, stride: wave(seconds, 3, clerk) * 0.3 }))
    }
  }
  for (const y of [6, 9.5, 13]) {
    for (let index = 0; index < 9; index++) {
      const [taken, cloth] = [next() > 0.42, coat()]
      const at: Point = [-8.6 + index * 2.15, y, 0]
      if (taken) stage.add(at, () => seated(painter, at, { coat: cloth, phase: index + y }, seconds))
    }
  }
  for (let stream = 0; stream < 7; stream++) {
    const [cloth, x, inward] = [coat(), stream < 4 ? -12.5 - stream * 0.9 : 12 + (stream - 4), next() > 0.45]
    const share = procession(seconds, 0, 1, stream * 0.61)
    const y = -14 + 35 * (inward ? share : 1 - share)
    const drift = Math.sin(share * Math.PI) * 1.2
    stage.add([x + drift, y, 0], () => person(painter, [x + drift, y, 0], { coat: cloth, stride: seconds * Math.PI * 1.8 + stream }))
  }
}

/** The number board changes each few seconds, as blocks of light: it carries no text. */
function board(painter: Painter, seconds: number): void {
  for (let row = 0; row < 4; row++) {
    const step = Math.floor((seconds / loopSeconds) * 6 + row * 0.5) % 6
    for (let cell = 0; cell < 6; cell++) {
      const x = -3.6 + cell * 1.25
      const bright = cell < 3 || cell === 3 + (step % 3)
      painter.pane([x, 4.9 - row * 0.42, x + 0.9, 5.15 - row * 0.42], 33.9, bright ? [196, 118, 84] : [70, 58, 54])
    }
  }
}

export const hall: Scene = {
  view: { x: -3, y: -7, z: 4.9, pitch: 0.2, yaw: 0.09, focal: 430 },
  haze: { colour: [140, 136, 132], reach: 190 },
  backdrop: room,
  cast(stage, painter, seconds) {
    board(painter, seconds)
    stage.add([0, 24.5, 0], () => counters(painter))
    for (const y of [6, 9.5, 13]) stage.add([0, y - 0.5, 0], () => seats(painter, y))
    people(stage, painter, seconds)
  },
}
