import { describe, expect, it } from 'vitest'
import type { Density, Layout, Screen, Shape } from '../../contract/configuration.ts'
import { chooseLayout, giveRoom, place } from '../../client/src/screen/grid.ts'
import { measureWall } from '../../client/src/screen/wall-profile.ts'

const hall = measureWall(
  { id: 'hall', name: 'h', widthMm: 4800, widthPx: 3840, heightPx: 2160, farthestSeatM: 8, automatic: true },
  { width: 3840, height: 2160 },
)

const layout = (shape: Shape, ...densities: Density[]): Layout => ({ shape, densities, columns: 24, panels: [] })
const screen = (...layouts: Layout[]): Screen => ({ id: 'overview', district: 'd', layouts })
const at = (column: number, row: number, width: number, height: number) => ({ column, row, width, height, bleed: false })

describe('a place on the grid', () => {
  it('is whole pixels, ten steps from the margin and from its neighbour', () => {
    const [left, right] = [place(at(0, 0, 11, 24), 24, hall), place(at(11, 0, 13, 24), 24, hall)]
    expect(left).toMatchObject({ left: 80, width: 1643 })
    expect(right.left - (left.left + left.width)).toBe(80)
    expect(right.left + right.width).toBe(3840 - 80)
    for (const value of [left, right].flatMap(({ left: x, top, width, height }) => [x, top, width, height]))
      expect(Number.isInteger(value)).toBe(true)
  })
  it('lies between header and strip', () => {
    const box = place(at(0, 0, 24, 24), 24, hall)
    expect(box.top).toBeGreaterThan(136)
    expect(box.top + box.height).toBeLessThan(2160 - 88)
  })
  it('never overlaps the one above', () => {
    for (let row = 1; row < 24; row++) {
      const [above, below] = [place(at(0, 0, 24, row), 24, hall), place(at(0, row, 24, 24 - row), 24, hall)]
      expect(below.top - (above.top + above.height)).toBeGreaterThanOrEqual(15)
    }
  })
  it('runs on to the edges that it touches when it bleeds, and to no other', () => {
    const box = place({ ...at(0, 0, 15, 16), bleed: true }, 24, hall)
    const plain = place(at(0, 0, 15, 16), 24, hall)
    expect(box.left).toBe(0)
    expect(box.top).toBe(136)
    expect(box.left + box.width).toBe(plain.left + plain.width)
    expect(box.top + box.height).toBe(plain.top + plain.height)
    const corner = place({ ...at(20, 20, 4, 4), bleed: true }, 24, hall)
    expect([corner.left + corner.width, corner.top + corner.height]).toEqual([3840, 2160 - 88])
  })
})

describe('the layout of a screen', () => {
  const full = layout('16:9', 'full')
  const wall = layout('16:9', 'wall')
  const page = layout('16:9', 'page')
  const broad = layout('32:9', 'full', 'wall')

  it('suits shape and density', () => {
    expect(chooseLayout(screen(full, wall, page, broad), { shape: '16:9', density: 'wall' })).toBe(wall)
    expect(chooseLayout(screen(full, wall, page, broad), { shape: '32:9', density: 'wall' })).toBe(broad)
  })
  it('is the next sparser, since type never shrinks', () => {
    expect(chooseLayout(screen(full, page), { shape: '16:9', density: 'wall' })).toBe(page)
    expect(chooseLayout(screen(wall, page), { shape: '16:9', density: 'full' })).toBe(wall)
  })
  it('is the next denser where nothing is sparser', () => {
    expect(chooseLayout(screen(full, wall), { shape: '16:9', density: 'page' })).toBe(wall)
  })
  it('takes the other shape rather than none', () => {
    expect(chooseLayout(screen(wall), { shape: '32:9', density: 'wall' })).toBe(wall)
    expect(chooseLayout(screen(), { shape: '32:9', density: 'wall' })).toBeUndefined()
  })
})

describe('room that a panel does not need', () => {
  const placed = (column: number, row: number, height: number, neededPx?: number) => {
    const placement = at(column, row, 12, height)
    return { placement, box: place(placement, 24, hall), neededPx }
  }
  const [tall, low] = [place(at(0, 0, 12, 12), 24, hall), place(at(0, 12, 12, 12), 24, hall)]

  it('goes to the one right below it, which keeps its lower edge', () => {
    const [above, below] = giveRoom([placed(0, 0, 12, 200), placed(0, 12, 12)])
    expect(above).toEqual({ ...tall, height: 200 })
    expect(below).toEqual({ ...low, top: low.top - (tall.height - 200), height: low.height + (tall.height - 200) })
  })
  it('stays where nobody as broad stands below, and where more is needed than there is', () => {
    expect(giveRoom([placed(0, 0, 12, 200), placed(12, 12, 12)])[0]).toEqual(tall)
    expect(giveRoom([placed(0, 0, 12, 9_000), placed(0, 12, 12)])).toEqual([tall, low])
  })
})
