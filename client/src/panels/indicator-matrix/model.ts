import { families } from '../../../../contract/indicator.ts'
import type { Wall } from '../../screen/wall-profile.ts'
import { hasTarget } from '../indicators.ts'
import type { IndicatorReading } from '../indicators.ts'

/** 指标矩阵: by family, families in the order of their first indicator, cells in number order. Pure. */

export type Family = (typeof families)[number]

export interface FamilyBlock {
  readonly family: Family
  readonly readings: readonly IndicatorReading[]
  /** counts over the whole family, whatever part of it is on this page */
  readonly counts: { readonly all: number; readonly onPace: number; readonly watch: number; readonly offTarget: number; readonly noTarget: number }
}

/** How the matrix stands in its place: cells in px, and what goes on which page. */
export interface MatrixLayout {
  readonly columns: number
  readonly cellHeight: number
  /** px left in a cell for its curve under the figure; 0 where it has none */
  readonly curveHeight: number
  readonly pages: readonly (readonly FamilyBlock[])[]
}

/** Families that have no indicator: said in words, in the plan's order. */
export function emptyFamilies(readings: readonly IndicatorReading[]): readonly Family[] {
  return families.filter((family) => !readings.some(({ definition }) => definition.family === family))
}

export function blocksOf(readings: readonly IndicatorReading[]): readonly FamilyBlock[] {
  const byFamily = new Map<Family, IndicatorReading[]>()
  for (const reading of readings) {
    const list = byFamily.get(reading.definition.family)
    if (list === undefined) byFamily.set(reading.definition.family, [reading])
    else list.push(reading)
  }
  return [...byFamily].map(([family, list]) => ({ family, readings: list, counts: countsOf(list) }))
}

function countsOf(readings: readonly IndicatorReading[]): FamilyBlock['counts'] {
  const count = (test: (reading: IndicatorReading) => boolean): number => readings.filter(test).length
  return {
    all: readings.length,
    onPace: count(({ assessment }) => assessment === 'on-target'),
    watch: count(({ assessment }) => assessment === 'watch'),
    offTarget: count(({ assessment }) => assessment === 'off-target'),
    noTarget: count(({ definition }) => !hasTarget(definition)),
  }
}

/** Lengths, px, that the style sheet of IndicatorMatrix.vue uses too. */
export interface MatrixMeasures {
  readonly gapX: number
  readonly gapY: number
  /** a family's title line */
  readonly head: number
  /** space below a family */
  readonly below: number
  /** the line of families without indicators */
  readonly foot: number
  readonly leastCellWidth: number
  /** name, figure and mark bar */
  readonly leastCellHeight: number
}

/** the drawing's number; one more where that saves a page */
const [usualColumns, mostColumns] = [8, 9]
/** a curve lower than this, in label lines, tells nothing */
const leastCurveLines = 0.8

export function matrixMeasures({ type, step, measures, am }: Wall): MatrixMeasures {
  return {
    gapX: step * 2,
    gapY: Math.round(step * 1.25),
    head: Math.round(type.text * 1.26),
    below: step,
    foot: Math.round(type.label * 1.3 + step + measures.hair),
    leastCellWidth: Math.round(type.label * 8.6),
    leastCellHeight: Math.round(type.label * 1.24 + type.valueS * 1.12 + am * 6.4) + measures.hair,
  }
}

/** Fits the blocks into a place: as many rows as there is room for; the rest turns to further pages, family by family. */
export function layOutMatrix(
  blocks: readonly FamilyBlock[],
  place: { readonly widthPx: number; readonly heightPx: number },
  hasFoot: boolean,
  wall: Wall,
): MatrixLayout {
  const m = matrixMeasures(wall)
  const room = place.heightPx - (hasFoot ? m.foot : 0)
  const widest = Math.max(1, Math.min(mostColumns, Math.floor((place.widthPx + m.gapX) / (m.leastCellWidth + m.gapX))))
  const usual = Math.min(usualColumns, widest)
  const columns = paginate(blocks, widest, room, m).length < paginate(blocks, usual, room, m).length ? widest : usual
  const pages = paginate(blocks, columns, room, m)
  const heights = pages.map((page) => {
    const rows = page.reduce((sum, { readings }) => sum + Math.ceil(readings.length / columns), 0)
    return Math.floor((room - page.length * (m.head + m.below)) / Math.max(1, rows)) - m.gapY
  })
  // one height on every page, so that a page turn moves nothing; no taller than a curve of three lines needs
  const cellHeight = Math.min(...heights, Math.round(m.leastCellHeight + wall.type.label * 3))
  const spare = cellHeight - m.leastCellHeight
  return { columns, cellHeight, curveHeight: spare >= wall.type.label * leastCurveLines ? spare : 0, pages }
}

function paginate(blocks: readonly FamilyBlock[], columns: number, room: number, m: MatrixMeasures): readonly (readonly FamilyBlock[])[] {
  const pages: FamilyBlock[][] = [[]]
  let left = room
  for (const block of blocks) {
    let rest = block.readings
    while (rest.length > 0) {
      const rows = Math.floor((left - m.head - m.below) / (m.leastCellHeight + m.gapY))
      const page = pages.at(-1)
      if (page === undefined || (rows < 1 && page.length > 0)) {
        pages.push([])
        left = room
        continue
      }
      const taken = Math.min(Math.max(1, rows), Math.ceil(rest.length / columns))
      page.push({ ...block, readings: rest.slice(0, taken * columns) })
      rest = rest.slice(taken * columns)
      left -= m.head + m.below + taken * (m.leastCellHeight + m.gapY)
    }
  }
  return pages
}
