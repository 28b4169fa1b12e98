import { block, building, lamp, person, sky, tree, vehicle } from './props.ts'
import type { Painter, Point, Rgb, Stage } from './painter.ts'
import { loopSeconds, procession, sequence } from './scene.ts'
import type { Scene } from './scene.ts'

/** 路口: a signalled crossing; one signal cycle is one loop, so each queue is the next one's. */

const paints: readonly Rgb[] = [
  [206, 206, 202],
  [62, 66, 72],
  [148, 60, 54],
  [70, 92, 118],
  [176, 170, 158],
  [112, 118, 122],
  [210, 198, 172],
]
const asphalt: Rgb = [72, 76, 80]
const marking: Rgb = [190, 190, 184]
/** seconds of the loop at which the roads get green, and for how long */
const green = { main: 1, cross: 16, seconds: 12 }

interface Lane {
  /** position and direction in which distance grows from the stop line */
  readonly place: (distance: number) => Point
  readonly turn: number
  readonly greenAt: number
  readonly queue: readonly { readonly colour: Rgb; readonly kind: 'car' | 'bus' }[]
}

const cruise = 11
const braking = 2.6
const pulling = 2.1

/** Metres past the stop line of the car that stands `gap` metres before it, `since` seconds after its own start. */
function travelled(since: number, arrivedBefore: number, gap: number): number {
  if (since >= 0) {
    const ramp = cruise / pulling
    return -gap + (since < ramp ? 0.5 * pulling * since * since : 0.5 * cruise * ramp + cruise * (since - ramp))
  }
  const toStop = -since - arrivedBefore
  if (toStop <= 0) return -gap
  const ramp = cruise / braking
  return -gap - (toStop < ramp ? 0.5 * braking * toStop * toStop : 0.5 * cruise * ramp + cruise * (toStop - ramp))
}

function lane(seed: number, cars: number, shape: Omit<Lane, 'queue'>): Lane {
  const next = sequence(seed)
  const queue = Array.from({ length: cars }, (_, index) => ({
    colour: paints[Math.floor(next() * paints.length)] ?? asphalt,
    kind: index === 1 && seed % 2 === 0 ? ('bus' as const) : ('car' as const),
  }))
  return { ...shape, queue }
}

const lanes: readonly Lane[] = [
  lane(11, 4, { place: (d) => [1.8, 2 + d, 0], turn: 0, greenAt: green.main }),
  lane(14, 3, { place: (d) => [5.2, 2 + d, 0], turn: 0, greenAt: green.main + 0.4 }),
  lane(17, 4, { place: (d) => [-1.8, 30 - d, 0], turn: Math.PI, greenAt: green.main + 0.2 }),
  lane(20, 4, { place: (d) => [-5.2, 30 - d, 0], turn: Math.PI, greenAt: green.main + 0.7 }),
  lane(23, 3, { place: (d) => [-12 + d, 12.6, 0], turn: -Math.PI / 2, greenAt: green.cross }),
  lane(26, 3, { place: (d) => [12 - d, 19.4, 0], turn: Math.PI / 2, greenAt: green.cross + 0.5 }),
]

function traffic(stage: Stage, painter: Painter, seconds: number): void {
  for (const { place, turn, greenAt, queue } of lanes) {
    queue.forEach(({ colour, kind }, index) => {
      const starts = greenAt + index * 1.4
      for (const cycle of [-1, 0, 1]) {
        const since = seconds - starts + cycle * loopSeconds
        const distance = travelled(since, 9 - index * 1.5, 3 + index * (queue.some((one) => one.kind === 'bus') ? 9.5 : 7))
        if (distance < -95 || distance > 95) continue
        const at = place(distance)
        stage.add(at, () => vehicle(painter, at, { colour, turn, kind, braking: since < 0 && since > -14 }))
      }
    })
  }
}

function walkers(stage: Stage, painter: Painter, seconds: number): void {
  const next = sequence(5)
  for (let index = 0; index < 12; index++) {
    const [wait, coat, row]: [number, Rgb, number] = [next() * 3, [70 + next() * 90, 64 + next() * 70, 66 + next() * 80], 4.4 + next() * 2.2]
    for (const cycle of [-1, 0, 1]) {
      const since = seconds - green.cross - 0.5 - wait + cycle * loopSeconds
      if (since < -20 || since > 25) continue
      const walked = crossed(since)
      const at: Point = [index % 2 === 0 ? walked : -walked, row, 0]
      stage.add(at, () => person(painter, at, { coat, stride: walked * 3.4 }))
    }
  }
  for (let index = 0; index < 18; index++) {
    const stream = index % 6
    const y = -16 + procession(seconds, Math.floor(index / 6), 3, stream * 0.37) * 110
    const at: Point = [(stream % 2 === 0 ? 11.9 : -13.4) + stream * 0.25, stream < 3 ? y : 78 - y, 0]
    stage.add(at, () => person(painter, at, { coat: paints[stream] ?? asphalt, stride: seconds * Math.PI * 1.8 + stream }))
  }
}

/** Metres from the middle of the road of somebody who steps onto it at 0 s: walks up, waits, crosses, walks on. */
function crossed(since: number): number {
  if (since < 0) return -11 + Math.min(0, since + 4) * 1.4
  return since < 11 ? -11 + 2 * since : 11 + (since - 11) * 1.4
}

function signal(painter: Painter, at: Point, reach: number, go: boolean): void {
  const head: Point = [at[0] + reach, at[1], 5.6]
  painter.line([at, [at[0], at[1], 5.9]], [82, 86, 90], 0.16)
  painter.line(
    [
      [at[0], at[1], 5.8],
      [head[0], head[1], 5.8],
    ],
    [82, 86, 90],
    0.1,
  )
  block(painter, { at: [head[0], head[1], 4.6], size: [0.5, 0.3, 1.3], colour: [30, 32, 34] })
  const light: Point = [head[0], head[1] - 0.2, go ? 4.85 : 5.65]
  painter.blot(light, 0.19, go ? [112, 226, 150] : [240, 84, 70])
  painter.glow(light, 1, go ? [96, 220, 140] : [240, 70, 60], 0.4)
}

function markings(painter: Painter): void {
  for (let y = -24; y < 120; y += 7) {
    if (y > -2 && y < 30) continue
    for (const x of [-3.5, 3.5]) painter.ground([x - 0.08, y, x + 0.08, y + 3.4], marking)
  }
  painter.ground([-0.12, -24, 0.12, 1], [196, 166, 84])
  painter.ground([-0.12, 31, 0.12, 130], [196, 166, 84])
  for (const y of [3.6, 26]) for (let x = -6.6; x < 6.6; x += 1.1) painter.ground([x, y, x + 0.55, y + 3.2], marking)
  for (const x of [-10.6, 8]) for (let y = 9.6; y < 22.4; y += 1.1) painter.ground([x, y, x + 2.6, y + 0.55], marking)
}

export const crossing: Scene = {
  view: { x: -9, y: -21, z: 9.5, pitch: 0.3, yaw: 0.23, focal: 520 },
  haze: { colour: [150, 146, 148], reach: 260 },
  backdrop(painter) {
    sky(painter, 40, [104, 124, 148], [206, 186, 166])
    painter.ground([-400, -24, 400, 500], [96, 98, 92])
    painter.ground([-14.5, -24, 14.5, 8], [128, 124, 118])
    painter.ground([-14.5, 24, 14.5, 300], [128, 124, 118])
    painter.ground([-7, -24, 7, 300], asphalt)
    painter.ground([-200, 9, 200, 23], asphalt)
    markings(painter)
    const next = sequence(42)
    for (let index = 0; index < 9; index++) {
      const [tall, tint] = [12 + next() * 22, next() * 26]
      building(
        painter,
        { at: [-27 - (index % 2) * 3, 128 - index * 11.5, 0], size: [20, 10, tall], colour: [132 + tint, 122 + tint, 112 + tint * 0.6] },
        index + 2,
      )
      building(
        painter,
        { at: [28 + (index % 2) * 3, 132 - index * 11.6, 0], size: [20, 10, tall * 0.9 + 4], colour: [124 + tint, 118 + tint, 116 + tint] },
        index + 31,
      )
    }
  },
  cast(stage, painter, seconds) {
    traffic(stage, painter, seconds)
    walkers(stage, painter, seconds)
    const mainGo = seconds >= green.main && seconds < green.main + green.seconds
    for (const [x, y, reach] of [
      [9, 29, -4],
      [-9, 3, 4],
    ] as const) {
      stage.add([x, y, 0], () => signal(painter, [x, y, 0], reach, mainGo))
    }
    for (let index = 0; index < 12; index++) {
      const side = index % 2 === 0 ? 10.6 : -10.6
      const y = 31 + Math.floor(index / 2) * 13
      stage.add([side, y, 0], () => tree(painter, [side, y, 0], { metres: 6.4, seed: index + 3 }, seconds))
      if (index < 6) stage.add([side * 0.86, y + 6, 0], () => lamp(painter, [side * 0.86, y + 6, 0], side > 0 ? -2.4 : 2.4))
    }
  },
}
