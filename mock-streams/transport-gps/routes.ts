/** Fixed routes of the district, as rough lines along its roads. */
export type Point = readonly [longitude: number, latitude: number]

export interface Route {
  readonly name: string
  /** from one end to the other, or round and back to the first point; WGS-84 */
  readonly points: readonly Point[]
  readonly isRound: boolean
  /** mean speed between two stops, km/h */
  readonly cruise: number
  /** seconds at each stop */
  readonly dwell: number
  /** km between two stops */
  readonly hop: number
}

const town = { isRound: false, cruise: 22, dwell: 25, hop: 0.55 } as const
const country = { isRound: false, cruise: 38, dwell: 30, hop: 1.6 } as const

/** [106.565, 35.535] 崆峒镇 · [106.638, 35.54] 西郊 · [106.655, 35.575] 柳湖 · [106.682, 35.542] 中街 · [106.71, 35.535] 东关 · [106.835, 35.515] 四十里铺 */
export const busRoutes: readonly Route[] = [
  {
    ...town,
    name: '1路 崆峒山—火车站',
    points: [
      [106.532, 35.5535],
      [106.55, 35.545],
      [106.565, 35.5385],
      [106.59, 35.54],
      [106.614, 35.5412],
      [106.638, 35.541],
      [106.66, 35.5424],
      [106.682, 35.543],
      [106.7, 35.541],
      [106.716, 35.538],
    ],
  },
  {
    ...town,
    name: '2路 柳湖—东关',
    points: [
      [106.638, 35.573],
      [106.652, 35.571],
      [106.661, 35.562],
      [106.668, 35.553],
      [106.676, 35.546],
      [106.69, 35.541],
      [106.706, 35.5345],
      [106.722, 35.53],
    ],
  },
  {
    ...town,
    name: '3路 西郊—绿地广场',
    points: [
      [106.62, 35.538],
      [106.638, 35.5375],
      [106.655, 35.538],
      [106.671, 35.5395],
      [106.684, 35.5465],
      [106.672, 35.556],
      [106.66, 35.568],
    ],
  },
  {
    ...town,
    name: '5路 环城',
    isRound: true,
    points: [
      [106.645, 35.539],
      [106.668, 35.537],
      [106.692, 35.5365],
      [106.71, 35.533],
      [106.717, 35.5395],
      [106.7, 35.546],
      [106.678, 35.5485],
      [106.656, 35.5485],
      [106.643, 35.5455],
    ],
  },
  {
    ...country,
    name: '8路 火车站—四十里铺',
    points: [
      [106.712, 35.5365],
      [106.735, 35.5325],
      [106.76, 35.528],
      [106.785, 35.5225],
      [106.81, 35.5185],
      [106.835, 35.5155],
    ],
  },
  {
    ...country,
    name: '10路 四十里铺—白水',
    points: [
      [106.835, 35.5155],
      [106.862, 35.4995],
      [106.885, 35.4795],
      [106.905, 35.463],
      [106.94, 35.458],
      [106.98, 35.454],
      [107.018, 35.4525],
    ],
  },
  {
    ...country,
    name: '12路 柳湖—白庙',
    points: [
      [106.655, 35.574],
      [106.668, 35.588],
      [106.679, 35.604],
      [106.69, 35.622],
      [106.703, 35.643],
    ],
  },
  {
    ...country,
    name: '16路 西郊—峡门',
    points: [
      [106.638, 35.54],
      [106.642, 35.521],
      [106.646, 35.498],
      [106.649, 35.471],
      [106.652, 35.445],
      [106.655, 35.421],
    ],
  },
]

const beat = { isRound: true, cruise: 26, dwell: 0, hop: 0.9 } as const

/** What patrol cars drive round. */
export const patrolRoutes: readonly Route[] = [
  {
    ...beat,
    name: '中街',
    points: [
      [106.672, 35.539],
      [106.69, 35.538],
      [106.693, 35.5455],
      [106.675, 35.547],
    ],
  },
  {
    ...beat,
    name: '东关',
    points: [
      [106.7, 35.5385],
      [106.72, 35.5335],
      [106.722, 35.5275],
      [106.704, 35.5315],
    ],
  },
  {
    ...beat,
    name: '西郊',
    points: [
      [106.624, 35.5365],
      [106.65, 35.5375],
      [106.652, 35.544],
      [106.626, 35.5445],
    ],
  },
  {
    ...beat,
    name: '柳湖',
    points: [
      [106.642, 35.567],
      [106.664, 35.566],
      [106.668, 35.578],
      [106.646, 35.581],
    ],
  },
]
