import type { VideoLayout } from '../../../../contract/panel.ts'

/** Where tiles stand. Pure. */

/** A tile's place in the panel's body, whole pixels. */
export interface TileBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
  /** the one that stands out among the others */
  readonly isLarge: boolean
}

export interface Room {
  readonly widthPx: number
  readonly heightPx: number
  readonly gapPx: number
  /** below this fewer tiles are shown */
  readonly smallestTilePx: number
}

/** One arrangement: cells of a grid, the first tile over so many of them in both directions. */
interface Grid {
  readonly columns: number
  readonly rows: number
  readonly first: number
}

const grid = (columns: number, rows: number, first = 1): Grid => ({ columns, rows, first })

/** Of several the one with the larger tiles is taken. */
const grids: Readonly<Record<VideoLayout, readonly Grid[]>> = {
  '1': [grid(1, 1)],
  '1x2': [grid(2, 1), grid(1, 2)],
  '2x2': [grid(2, 2)],
  '1+5': [grid(3, 3, 2)],
  '3x2': [grid(3, 2), grid(2, 3)],
  '1+7': [grid(4, 4, 3)],
  '3x3': [grid(3, 3)],
  '4x4': [grid(4, 4)],
}

/** What stands in for a layout whose tiles would be too small. */
const sparser: Readonly<Record<VideoLayout, VideoLayout | undefined>> = {
  '4x4': '3x3',
  '3x3': '3x2',
  '1+7': '1+5',
  '1+5': '2x2',
  '3x2': '2x2',
  '2x2': '1x2',
  '1x2': '1',
  '1': undefined,
}

/** Tiles of 16:9 that fit the room, as many as the layout wishes and none too small to be read; at least one. */
export function tileBoxes(layout: VideoLayout, room: Room): readonly TileBox[] {
  // of those that are as wide the first: as the layout is called
  const [chosen] = grids[layout].map((one) => ({ one, cell: cellOf(one, room) })).sort((a, b) => b.cell.width - a.cell.width)
  const next = sparser[layout]
  if (chosen === undefined || (next !== undefined && chosen.cell.width < room.smallestTilePx)) return tileBoxes(next ?? '1', room)
  return boxesOf(chosen.one, chosen.cell, room.gapPx)
}

interface Cell {
  readonly width: number
  readonly height: number
}

function cellOf({ columns, rows }: Grid, { widthPx, heightPx, gapPx }: Room): Cell {
  const widest = (widthPx - gapPx * (columns - 1)) / columns
  const highest = (heightPx - gapPx * (rows - 1)) / rows
  const width = Math.max(0, Math.floor(Math.min(widest, (highest * 16) / 9)))
  return { width, height: Math.floor((width * 9) / 16) }
}

function boxesOf({ columns, rows, first }: Grid, { width, height }: Cell, gap: number): readonly TileBox[] {
  const boxes: TileBox[] = []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const isFirst = row === 0 && column === 0
      if (!isFirst && row < first && column < first) continue
      const cells = isFirst ? first : 1
      boxes.push({
        left: column * (width + gap),
        top: row * (height + gap),
        width: width * cells + gap * (cells - 1),
        height: height * cells + gap * (cells - 1),
        isLarge: isFirst && (first > 1 || columns * rows === 1),
      })
    }
  }
  return boxes
}

/** The largest 16:9 in the middle of an area. */
export function boxWithin(area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number }): TileBox {
  const width = Math.floor(Math.min(area.width, (area.height * 16) / 9))
  const height = Math.floor((width * 9) / 16)
  return {
    left: Math.round(area.left + (area.width - width) / 2),
    top: Math.round(area.top + (area.height - height) / 2),
    width,
    height,
    isLarge: true,
  }
}
