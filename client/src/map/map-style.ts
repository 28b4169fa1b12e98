/** How the map is drawn: colours as L7 takes them, lengths in minutes of arc (am), so that they follow from the room. */
export const mapStyle = {
  ground: '#10161d',
  vehicle: '#c6d2dc',
  neighbour: { color: '#4a5866', widthAm: 1.07, opacity: 0.7 },
  part: { color: '#9ba8b4', widthAm: 1.07, opacity: 0.35 },
  casing: { color: '#10161d', widthAm: 6.4, opacity: 0.55 },
  boundary: { color: '#c6d2dc', widthAm: 2.1, opacity: 0.85 },
  river: { color: '#6f8ba3', widthAm: 3.8, opacity: 0.75 },
  /** the district's own ground where there is no picture of it */
  land: { color: '#8ea2b5', opacity: 0.12 },
} as const

/** Dots of one look: they differ in place and size only. */
export interface DotStyle {
  readonly fill: string
  readonly opacity: number
  readonly stroke: string
  readonly strokeAm: number
}

export const dotStyles = {
  cells: { fill: '#c6d2dc', opacity: 0.5, stroke: '#c6d2dc', strokeAm: 0 },
  sensors: { fill: '#c6d2dc', opacity: 1, stroke: '#10161d', strokeAm: 1.1 },
  'cameras-online': { fill: '#86c2ae', opacity: 1, stroke: '#10161d', strokeAm: 1.6 },
  'cameras-offline': { fill: '#10161d', opacity: 1, stroke: '#8ea2b5', strokeAm: 1.6 },
} as const satisfies Record<string, DotStyle>

/** One hue, from nothing to the brightest: where much comes together is light, and no colour says that it is bad. */
export const heatRamp = {
  colors: ['rgba(142,162,181,0)', 'rgba(142,162,181,0.35)', 'rgba(198,210,220,0.55)', 'rgba(221,228,234,0.75)'],
  positions: [0, 0.35, 0.7, 1],
} as const

export type DotKind = keyof typeof dotStyles
export const dotKinds = Object.keys(dotStyles) as readonly DotKind[]
