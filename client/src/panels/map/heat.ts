import type { Place } from '../../../../contract/fact-field.ts'
import { gridCells, leastPerCell } from '../../map/grid-cells.ts'
import type { HeatSpot } from '../../map/layers.ts'
import type { Recent } from './model.ts'

/** 热力: where orders and incidents gathered lately. Pure. */

/** Coarser than the finest grid: the last hours hold few orders, and the heat is to show more than the one busy street. */
export const heatCellKm = 3

/**
 * The middles of cells, never a place of an order's own. Orders count from five in a cell on, as everywhere; incidents are public and always
 * count.
 * @param near latitude of the district
 * @returns fullest first; weight is the share of the fullest, (0, 1]
 */
export function heatSpots({ orders, incidents }: Recent, near: number): readonly HeatSpot[] {
  const counts = new Map<string, { readonly place: Place; count: number }>()
  const add = (places: readonly Place[], least: number): void => {
    for (const { id, place, count } of gridCells(places, heatCellKm, { near, least }).cells) {
      const cell = counts.get(id)
      if (cell === undefined) counts.set(id, { place, count })
      else cell.count += count
    }
  }
  add(orders, leastPerCell)
  add(incidents, 1)
  const cells = [...counts.values()].sort((a, b) => b.count - a.count)
  const most = cells[0]?.count ?? 1
  return cells.map(({ place, count }) => ({ place, weight: count / most }))
}
