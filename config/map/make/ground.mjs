/**
 * What the sketch of 崆峒区's ground is made from: where rivers run and how high they lie. Read off a drawing and from general knowledge;
 * nothing here was surveyed.
 */

import { createNoise } from './noise.mjs'

/** [west, south, east, north] of the picture, degrees. */
export const bounds = [106.1, 35.08, 107.5, 35.94]

/** 泾河 through the district: the part that config/map/jinghe.geojson draws. */
export const jinghe = [
  [106.33, 35.515],
  [106.42, 35.548],
  [106.5, 35.556],
  [106.56, 35.556],
  [106.62, 35.553],
  [106.68, 35.549],
  [106.75, 35.532],
  [106.83, 35.507],
  [106.9, 35.478],
  [106.98, 35.452],
  [107.06, 35.427],
  [107.16, 35.385],
]

/** Rivers that cut the valleys: course, height at both ends in metres, half width of the valley floor in metres at both ends. */
export const rivers = [
  {
    name: '泾河',
    course: [[106.24, 35.46], ...jinghe, [107.24, 35.352], [107.36, 35.335], [107.5, 35.3]],
    height: [1750, 1000],
    floor: [250, 2600],
  },
  {
    name: '颉河',
    course: [
      [106.24, 35.67],
      [106.36, 35.645],
      [106.48, 35.612],
      [106.56, 35.575],
      [106.61, 35.554],
    ],
    height: [1850, 1400],
    floor: [120, 700],
  },
  {
    name: '汭河',
    course: [
      [106.5, 35.17],
      [106.65, 35.215],
      [106.82, 35.255],
      [107.03, 35.3],
      [107.2, 35.318],
      [107.36, 35.335],
    ],
    height: [1600, 1020],
    floor: [150, 1400],
  },
  {
    name: '红河',
    course: [
      [106.5, 35.76],
      [106.66, 35.762],
      [106.82, 35.716],
      [106.98, 35.66],
      [107.16, 35.58],
      [107.32, 35.52],
      [107.5, 35.45],
    ],
    height: [1650, 1080],
    floor: [80, 700],
  },
  {
    name: '茹河',
    course: [
      [106.45, 35.88],
      [106.66, 35.86],
      [106.86, 35.815],
      [107.05, 35.742],
      [107.22, 35.685],
      [107.5, 35.62],
    ],
    height: [1700, 1120],
    floor: [100, 900],
  },
]

/** How fast the ground rises there, 0-1: high in the west (六盘山, 崆峒山), gentle on the loess tableland. */
export function rise(longitude, latitude) {
  const liupan = Math.exp(-(((longitude - 106.24 + (latitude - 35.5) * 0.12) / 0.15) ** 2))
  const kongtong = 0.6 * Math.exp(-(((longitude - 106.5) / 0.07) ** 2) - ((latitude - 35.53) / 0.05) ** 2)
  const guanshan = 0.55 * Math.exp(-(((longitude - 106.52) / 0.13) ** 2) - ((latitude - 35.33) / 0.13) ** 2)
  return Math.min(1, 0.3 + 0.7 * Math.min(1, liupan + kongtong + guanshan))
}

/** How much of a tableland (塬) it is there, 0-1: flat tops between gullies, north and east of 平凉. */
export function tableland(longitude, latitude) {
  const east = 1 / (1 + Math.exp(-(longitude - 106.62) / 0.05))
  const south = 1 / (1 + Math.exp(-(latitude - 35.43) / 0.03))
  return east * (0.2 + 0.8 * south)
}

/** Noise of this one ground. */
export const noise = createNoise(620802)

/** How far a river strays from its course there, degrees: rivers do not run straight. */
export const meander = (longitude, latitude) => [0.006 * noise(longitude * 30, latitude * 37), 0.005 * noise(longitude * 34 + 7, latitude * 41)]

/** A course with its meanders, as a line of points about 600 m apart. */
export function bend(course) {
  const points = []
  for (let i = 0; i + 1 < course.length; i++) {
    const [from, to] = [course[i], course[i + 1]]
    const parts = Math.max(1, Math.round(Math.hypot(to[0] - from[0], to[1] - from[1]) / 0.006))
    for (let part = 0; part < parts; part++) points.push([0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * part) / parts))
  }
  points.push(course.at(-1))
  const bent = points.map(([longitude, latitude]) => {
    const [dx, dy] = meander(longitude, latitude)
    return [longitude - dx, latitude - dy]
  })
  return bent.map((point, i) =>
    i === 0 || i === bent.length - 1 ? point : [0, 1].map((axis) => (bent[i - 1][axis] + 2 * point[axis] + bent[i + 1][axis]) / 4),
  )
}
