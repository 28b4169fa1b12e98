import type { Place } from '../../../contract/fact-field.ts'

/** Small-cell protection: no mark of its own for fewer than this, so that no household is a dot. */
export const leastPerCell = 5
/** and never in a finer grid than this */
const finestCellKm = 1
const kmPerDegree = 111.32

/** A cell with enough orders to be shown. `place` is the cell's middle, never a request's own position. */
export interface GridCell {
  readonly id: string
  readonly place: Place
  readonly count: number
}

export interface GridCells {
  readonly cellKm: number
  readonly cells: readonly GridCell[]
  /** orders in cells too small to be shown: they are counted into their area only */
  readonly remaining: number
}

/** Width of a cell so that its mark is at least `leastPx` wide: 1 km, or the next whole half kilometre above. */
export function cellWidthKm(pixelsPerKm: number, leastPx: number): number {
  return Math.max(finestCellKm, Math.ceil((leastPx / pixelsPerKm) * 2) / 2)
}

export interface GridRules {
  /** latitude of the district: cells are square there */
  readonly near: number
  /** a cell with fewer is not told; only of what is public may this be less than five */
  readonly least?: number
}

/**
 * Counts places by the cells of a grid that lies still, whatever is counted.
 * @param places WGS-84
 * @param cellKm ≥ 1
 * @returns cells with at least five, most first
 */
export function gridCells(places: Iterable<Place>, cellKm: number, { near, least = leastPerCell }: GridRules): GridCells {
  if (cellKm < finestCellKm)
    throw new Error(`a cell of ${String(cellKm)} km is finer than ${String(finestCellKm)} km: it would show where people live`)
  const tall = cellKm / kmPerDegree
  const wide = tall / Math.cos((near * Math.PI) / 180)
  const counts = new Map<string, { column: number; row: number; count: number }>()
  for (const [longitude, latitude] of places) {
    const column = Math.floor(longitude / wide)
    const row = Math.floor(latitude / tall)
    const id = `${String(column)}:${String(row)}`
    const cell = counts.get(id)
    if (cell === undefined) counts.set(id, { column, row, count: 1 })
    else cell.count++
  }
  const cells: GridCell[] = []
  let remaining = 0
  for (const [id, { column, row, count }] of counts) {
    if (count < least) remaining += count
    else cells.push({ id, place: [(column + 0.5) * wide, (row + 0.5) * tall], count })
  }
  cells.sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
  return { cellKm, cells, remaining }
}
