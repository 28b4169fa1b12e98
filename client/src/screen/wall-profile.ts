import type { Density, Shape, WallProfile } from '../../../contract/configuration.ts'

/** Type follows from the room: what a wall's millimetres, pixels and farthest seat make of every length on the screen. Pure. */

/** Pixels of a browser's window. */
export interface WindowSize {
  readonly width: number
  readonly height: number
}

/** Font sizes in whole pixels, by role; nothing on a screen is smaller than `label`. */
export interface TypeSizes {
  readonly label: number
  readonly text: number
  readonly title: number
  readonly valueS: number
  readonly value: number
  readonly valueL: number
  readonly headline: number
}

/** Heights and widths, in whole pixels, that layouts reckon with; the style sheet reads the same figures as custom properties. */
export interface Measures {
  readonly header: number
  readonly strip: number
  readonly margin: number
  readonly gutter: number
  readonly rowGutter: number
  readonly hair: number
  /** a panel's title line with its rule and the space below */
  readonly panelTitle: number
  /** a row of one line */
  readonly row: number
  /** a row of two lines: title and what is said of it */
  readonly rowOfTwo: number
  /** a row of two lines over a clock bar */
  readonly rowOfClock: number
}

/** A window on a wall, measured. */
export interface Wall {
  /** id of the profile; `window` when the window has none and is taken for a desk monitor of its own size */
  readonly profile: string
  readonly width: number
  readonly height: number
  /** pixels per minute of arc, seen from the farthest seat */
  readonly am: number
  /** spacing step, px */
  readonly step: 4 | 8 | 16
  readonly shape: Shape
  /** lines of label type that the height holds */
  readonly capacity: number
  readonly density: Density
  readonly type: TypeSizes
  readonly measures: Measures
}

/** Millimetres that one minute of arc spans at one metre. */
const mmPerArcMinuteAtOneMetre = 0.29089

/** A 24-inch monitor seen from 0.7 m: what a window is taken for when nothing is configured. */
const monitor: WallProfile = { id: 'window', name: 'window', widthMm: 531.84, widthPx: 1920, heightPx: 1080, farthestSeatM: 0.7, automatic: true }

/** @returns pixels per minute of arc at the farthest seat */
export function arcMinutePx(profile: Pick<WallProfile, 'widthMm' | 'widthPx' | 'farthestSeatM'>): number {
  const pitchMm = profile.widthMm / profile.widthPx
  return (mmPerArcMinuteAtOneMetre * profile.farthestSeatM) / pitchMm
}

export function stepOf(am: number): 4 | 8 | 16 {
  if (am < 1.2) return 4
  return am < 2.8 ? 8 : 16
}

/** Em sizes: minutes of arc of ink ÷ share of the em that is ink (0.90 for Chinese, 0.70 for figures). */
export function typeSizes(am: number): TypeSizes {
  const px = (arcMinutes: number): number => Math.round(am * arcMinutes)
  return { label: px(24.4), text: px(28.9), title: px(33.34), valueS: px(31.4), value: px(42.9), valueL: px(64.3), headline: px(94.3) }
}

export function shapeOf(size: WindowSize): Shape {
  return size.width / size.height >= 2.6 ? '32:9' : '16:9'
}

export function densityOf(capacity: number): Density {
  if (capacity >= 60) return 'full'
  return capacity >= 40 ? 'wall' : 'page'
}

function measuresOf(am: number, step: number, shape: Shape, type: TypeSizes): Measures {
  const density = shape === '32:9' ? 12 : 10
  const hair = Math.max(1, Math.round(am * 1.07))
  return {
    header: Math.round(am * (step === 16 ? 59 : 73)),
    strip: Math.round(am * 47.3),
    margin: step * (step === 16 ? 7 : density),
    gutter: step * (step === 16 ? 8 : density),
    rowGutter: step * 2,
    hair,
    panelTitle: Math.round(hair + type.text * 1.25 + step * 2.5),
    row: Math.round(type.valueS * 1.12) + hair,
    rowOfTwo: Math.round(type.text * 1.28 + type.label * 1.26 + step * 2) + hair,
    rowOfClock: Math.round(type.text * 1.28 + type.label * 1.26 + step * 3.5) + hair,
  }
}

/** Measures a window as part of a wall. A window that is not as large as its wall is the whole wall, drawn smaller. */
export function measureWall(profile: WallProfile, size: WindowSize): Wall {
  const scale = Math.min(size.width / profile.widthPx, size.height / profile.heightPx)
  const am = arcMinutePx(profile) * scale
  const step = stepOf(am)
  const shape = shapeOf(size)
  const type = typeSizes(am)
  const capacity = Math.floor(size.height / (22 * am))
  return { profile: profile.id, ...size, am, step, shape, capacity, density: densityOf(capacity), type, measures: measuresOf(am, step, shape, type) }
}

/**
 * Chooses the wall a window stands on: the one named, else the automatic one with exactly the window's pixels, else the automatic one
 * seen from nearest (a desk monitor), made to the window's height so that type keeps its proportion to the layout.
 */
export function chooseProfile(walls: readonly WallProfile[], size: WindowSize, name: string | undefined): WallProfile {
  const named = walls.find(({ id }) => id === name)
  if (named !== undefined) return named
  const automatic = walls.filter((wall) => wall.automatic)
  const exact = automatic.find((wall) => wall.widthPx === size.width && wall.heightPx === size.height)
  if (exact !== undefined) return exact
  const nearest = automatic.reduce<WallProfile | undefined>(
    (best, wall) => (best && best.farthestSeatM <= wall.farthestSeatM ? best : wall),
    undefined,
  )
  return { ...(nearest ?? monitor), id: 'window' }
}

/** The custom properties of styles/tokens.css that a wall decides, in px. */
export function cssVariables(wall: Wall): Readonly<Record<string, string>> {
  const px = (value: number): string => `${String(value)}px`
  const { type, measures } = wall
  return {
    '--am': px(wall.am),
    '--step': px(wall.step),
    '--label': px(type.label),
    '--text': px(type.text),
    '--title': px(type.title),
    '--value-s': px(type.valueS),
    '--value': px(type.value),
    '--value-l': px(type.valueL),
    '--headline': px(type.headline),
    '--hair': px(measures.hair),
    '--header': px(measures.header),
    '--strip': px(measures.strip),
    '--margin': px(measures.margin),
    '--gutter': px(measures.gutter),
    '--panel-title': px(measures.panelTitle),
    '--row': px(measures.row),
    '--row-of-two': px(measures.rowOfTwo),
    '--row-of-clock': px(measures.rowOfClock),
  }
}
