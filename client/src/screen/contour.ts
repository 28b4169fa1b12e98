/** Contour lines of an invented relief, the header's only ornament. Pure and always the same. */

/** Height of the invented ground, about 0-1: a few ridges, no claim to be any real place. */
function heightAt(x: number, y: number): number {
  const ridge = Math.sin(x * 1.7 + Math.sin(y * 1.3) * 1.4) + Math.sin(y * 2.3 - x * 0.8) * 0.7
  const detail = Math.sin(x * 4.1 + y * 2.2) * 0.24 + Math.sin(x * 2.9 - y * 5.3) * 0.18
  return (ridge + detail + 2.1) / 4.2
}

interface Grid {
  readonly columns: number
  readonly rows: number
  readonly cell: number
  readonly heights: readonly number[]
}

const levels = Array.from({ length: 11 }, (_, index) => 0.08 + index * 0.08)

/**
 * Contours as one SVG path.
 * @param width px
 * @param height px
 * @param unit px of one unit of the ground: larger draws wider hills
 */
export function contourPath(width: number, height: number, unit: number): string {
  const grid = sampleGround(width, height, unit)
  const parts: string[] = []
  for (const level of levels)
    for (let row = 0; row + 1 < grid.rows; row++)
      for (let column = 0; column + 1 < grid.columns; column++) parts.push(...segmentsIn(grid, column, row, level))
  return parts.join('')
}

function sampleGround(width: number, height: number, unit: number): Grid {
  const cell = unit / 12
  const [columns, rows] = [Math.ceil(width / cell) + 1, Math.ceil(height / cell) + 1]
  const heights = Array.from({ length: columns * rows }, (_, index) =>
    heightAt(((index % columns) * cell) / unit, (Math.floor(index / columns) * cell) / unit),
  )
  return { columns, rows, cell, heights }
}

/** Marching squares: the level's crossings of one cell's edges, joined in pairs. */
function segmentsIn(grid: Grid, column: number, row: number, level: number): readonly string[] {
  const at = (dx: number, dy: number): number => (grid.heights[(row + dy) * grid.columns + column + dx] ?? 0) - level
  const corners = [at(0, 0), at(1, 0), at(1, 1), at(0, 1)] as const
  const crossings: string[] = []
  const cross = (a: number, b: number, from: readonly [number, number], to: readonly [number, number]): void => {
    if (a < 0 === b < 0) return
    const share = a / (a - b)
    const x = (column + from[0] + (to[0] - from[0]) * share) * grid.cell
    const y = (row + from[1] + (to[1] - from[1]) * share) * grid.cell
    crossings.push(`${x.toFixed(1)} ${y.toFixed(1)}`)
  }
  cross(corners[0], corners[1], [0, 0], [1, 0])
  cross(corners[1], corners[2], [1, 0], [1, 1])
  cross(corners[2], corners[3], [1, 1], [0, 1])
  cross(corners[3], corners[0], [0, 1], [0, 0])
  const segments: string[] = []
  for (let index = 0; index + 1 < crossings.length; index += 2) segments.push(`M${crossings[index] ?? ''}L${crossings[index + 1] ?? ''}`)
  return segments
}
