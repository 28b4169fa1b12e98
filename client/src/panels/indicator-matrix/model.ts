import { families, groups } from '../../../../contract/indicator.ts'
import type { Wall } from '../../screen/wall-profile.ts'
import { countNumbers } from '../indicators.ts'
import type { PlanNumber, StandingCounts } from '../indicators.ts'

/** 指标矩阵: by family, or by the second grouping, cells in number order. Pure. */

export type Family = (typeof families)[number]
export type Group = (typeof groups)[number]
export type Grouping = 'family' | 'group'

export interface MatrixBlock {
  readonly id: Family | Group
  readonly numbers: readonly PlanNumber[]
  /** counts over the whole block, whatever part of it is on this page */
  readonly counts: StandingCounts
}

/** How the matrix stands in its place: cells in px, and what goes on which page. */
export interface MatrixLayout {
  readonly columns: number
  readonly cellHeight: number
  /** px left in a cell for its curve under the figure; 0 where it has none */
  readonly curveHeight: number
  readonly pages: readonly (readonly MatrixBlock[])[]
}

/** Families that have no indicator: said in words, in the plan's order. */
export function emptyFamilies(numbers: readonly PlanNumber[]): readonly Family[] {
  return families.filter((family) => !numbers.some(({ leading }) => leading.definition.family === family))
}

/** Families stand in the order of their first number, the groups of the evaluation in its own. */
export function blocksOf(numbers: readonly PlanNumber[], by: Grouping = 'family'): readonly MatrixBlock[] {
  const blocks = new Map<Family | Group, PlanNumber[]>()
  for (const number of numbers) {
    const id = number.leading.definition[by]
    const list = blocks.get(id)
    if (list === undefined) blocks.set(id, [number])
    else list.push(number)
  }
  const order: readonly string[] = by === 'group' ? groups : [...blocks.keys()]
  return [...blocks]
    .map(([id, list]) => ({ id, numbers: list, counts: countNumbers(list) }))
    .sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id))
}

/** Lengths, px, that the style sheet of IndicatorMatrix.vue uses too. */
export interface MatrixMeasures {
  readonly gapX: number
  readonly gapY: number
  /** a block's title line */
  readonly head: number
  /** space below a block */
  readonly below: number
  /** the line of families without indicators */
  readonly foot: number
  readonly leastCellWidth: number
  /** name, figure and mark bar */
  readonly leastCellHeight: number
}

/** the drawing's number; one more where that saves a page, or rows of several */
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

/** Fits the blocks into a place: as many rows as there is room for; the rest turns to further pages, block by block. */
export function layOutMatrix(
  blocks: readonly MatrixBlock[],
  place: { readonly widthPx: number; readonly heightPx: number },
  hasFoot: boolean,
  wall: Wall,
): MatrixLayout {
  const m = matrixMeasures(wall)
  const room = place.heightPx - (hasFoot ? m.foot : 0)
  const widest = Math.max(1, Math.min(mostColumns, Math.floor((place.widthPx + m.gapX) / (m.leastCellWidth + m.gapX))))
  const usual = Math.min(usualColumns, widest)
  const columns = isShorter(blocks, widest, usual, (count) => paginate(blocks, count, room, m).length) ? widest : usual
  const pages = paginate(blocks, columns, room, m)
  const heights = pages.map((page) => {
    const rows = page.reduce((sum, { numbers }) => sum + Math.ceil(numbers.length / columns), 0)
    return Math.floor((room - page.length * (m.head + m.below)) / Math.max(1, rows)) - m.gapY
  })
  // one height on every page, so that a page turn moves nothing; no taller than a curve of three lines needs
  const cellHeight = Math.min(...heights, Math.round(m.leastCellHeight + wall.type.label * 3))
  const spare = cellHeight - m.leastCellHeight
  return { columns, cellHeight, curveHeight: spare >= wall.type.label * leastCurveLines ? spare : 0, pages }
}

/** Fewer pages, or as many of them with fewer rows. */
function isShorter(blocks: readonly MatrixBlock[], columns: number, than: number, pagesOf: (columns: number) => number): boolean {
  const rowsOf = (count: number): number => blocks.reduce((sum, { numbers }) => sum + Math.ceil(numbers.length / count), 0)
  const [pages, otherPages] = [pagesOf(columns), pagesOf(than)]
  return pages < otherPages || (pages === otherPages && pages > 1 && rowsOf(columns) < rowsOf(than))
}

function paginate(blocks: readonly MatrixBlock[], columns: number, room: number, m: MatrixMeasures): readonly (readonly MatrixBlock[])[] {
  const pages: MatrixBlock[][] = [[]]
  let left = room
  for (const block of blocks) {
    let rest = block.numbers
    while (rest.length > 0) {
      const rows = Math.floor((left - m.head - m.below) / (m.leastCellHeight + m.gapY))
      const page = pages.at(-1)
      if (page === undefined || (rows < 1 && page.length > 0)) {
        pages.push([])
        left = room
        continue
      }
      const taken = Math.min(Math.max(1, rows), Math.ceil(rest.length / columns))
      page.push({ ...block, numbers: rest.slice(0, taken * columns) })
      rest = rest.slice(taken * columns)
      left -= m.head + m.below + taken * (m.leastCellHeight + m.gapY)
    }
  }
  return pages
}
