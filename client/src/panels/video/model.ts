import type { Place, VideoDomain } from '../../../../contract/fact.ts'
import { videoDomains } from '../../../../contract/fact.ts'
import type { PanelOptions } from '../../../../contract/panel.ts'
import type { Incident, VideoSource } from '../../../../contract/topic.ts'

/** Which cameras the panel shows, and where their tiles stand. Pure. */

export type VideoLayout = PanelOptions<'video'>['layout']

/** A tile's place in the panel's body, whole pixels. */
export interface TileBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

export interface Room {
  readonly widthPx: number
  readonly heightPx: number
  readonly gapPx: number
  /** below this fewer tiles are shown */
  readonly smallestTilePx: number
}

/** One arrangement: cells of a grid, the first of them perhaps two cells wide and high. */
interface Grid {
  readonly columns: number
  readonly rows: number
  readonly hasLarge: boolean
}

const grid = (columns: number, rows: number, hasLarge = false): Grid => ({ columns, rows, hasLarge })

/** From the wished for to the last resort; of those on one line the one with the larger tiles is taken. */
const fallbacks: Readonly<Record<VideoLayout, readonly (readonly Grid[])[]>> = {
  '1+5': [[grid(3, 3, true)], [grid(2, 2)], [grid(2, 1), grid(1, 2)], [grid(1, 1)]],
  '3x2': [[grid(3, 2)], [grid(2, 2)], [grid(2, 1), grid(1, 2)], [grid(1, 1)]],
  '2x2': [[grid(2, 2)], [grid(2, 1), grid(1, 2)], [grid(1, 1)]],
  '1x2': [[grid(2, 1), grid(1, 2)], [grid(1, 1)]],
}

/** Tiles of 16:9 that fit the room, as many as the layout wishes and none too small to be read; at least one. */
export function tileBoxes(layout: VideoLayout, room: Room): readonly TileBox[] {
  const choices = fallbacks[layout].map(
    (grids) => grids.map((one) => ({ one, cell: cellOf(one, room) })).sort((a, b) => b.cell.width - a.cell.width)[0],
  )
  const chosen = choices.find((choice) => choice !== undefined && choice.cell.width >= room.smallestTilePx) ?? choices.at(-1)
  return chosen === undefined ? [] : boxesOf(chosen.one, chosen.cell, room.gapPx)
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

function boxesOf({ columns, rows, hasLarge }: Grid, { width, height }: Cell, gap: number): readonly TileBox[] {
  const boxes: TileBox[] = hasLarge ? [{ left: 0, top: 0, width: width * 2 + gap, height: height * 2 + gap }] : []
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (hasLarge && row < 2 && column < 2) continue
      boxes.push({ left: column * (width + gap), top: row * (height + gap), width, height })
    }
  }
  return boxes
}

export interface DomainCount {
  readonly domain: VideoDomain
  readonly online: number
  readonly total: number
}

/** Cameras online and in all, by domain, in the plan's order; domains without a camera are left out. */
export function countDomains(sources: Iterable<VideoSource>): readonly DomainCount[] {
  const counts = new Map<VideoDomain, { online: number; total: number }>(videoDomains.map((domain) => [domain, { online: 0, total: 0 }]))
  for (const { domain, state } of sources) {
    const count = counts.get(domain)
    if (count === undefined) continue
    count.total++
    if (state === 'online') count.online++
  }
  return [...counts].filter(([, { total }]) => total > 0).map(([domain, count]) => ({ domain, ...count }))
}

/** Lines that items of these widths take, set one after another and never broken; at least one. All in the same unit. */
export function linesNeeded(widths: readonly number[], available: number, gap: number): number {
  let lines = 1
  let used = 0
  for (const width of widths) {
    if (used > 0 && used + gap + width > available) {
      lines++
      used = width
    } else used += (used > 0 ? gap : 0) + width
  }
  return lines
}

export interface Chosen {
  readonly source: VideoSource
  /** one of the nearest to the most pressing event */
  readonly isNear: boolean
}

export interface Choice {
  readonly sources: Iterable<VideoSource>
  /** open, most pressing first */
  readonly incidents: readonly Incident[]
  readonly count: number
  /** grows by one with each dwell */
  readonly turn: number
}

/** farther cameras have nothing to show of an event */
const nearMetres = 5_000

/**
 * The cameras to show, best place first: those near the most pressing event that has a place, then the others in turn, domain by domain.
 * Cameras that are offline stand last, and only in places that would else be empty.
 */
export function chooseCameras({ sources, incidents, count, turn }: Choice): readonly Chosen[] {
  const all = [...sources].sort((a, b) => (a.id < b.id ? -1 : 1))
  const online = all.filter(({ state }) => state === 'online')
  const near = nearest(online, incidents.find(({ place }) => place !== undefined)?.place, Math.max(1, Math.floor(count / 3)))
  const room = count - near.length
  const others = byDomainInTurn(all.filter((source) => !near.includes(source)))
  const isCrowded = others.filter(({ state }) => state === 'online').length > room
  // offline cameras keep their place in the round, so that one that comes and goes does not turn the whole wall
  const round = isCrowded ? startingAt(others, turn * room) : others
  const rotated = round.filter(({ state }) => state === 'online').slice(0, room)
  const offline = round.filter(({ state }) => state === 'offline').slice(0, room - rotated.length)
  return [...near.map((source) => ({ source, isNear: true })), ...[...rotated, ...offline].map((source) => ({ source, isNear: false }))]
}

function nearest(online: readonly VideoSource[], place: Place | undefined, most: number): readonly VideoSource[] {
  if (place === undefined) return []
  return online
    .flatMap((source) => (source.place === undefined ? [] : [{ source, metres: metresBetween(source.place, place) }]))
    .filter(({ metres }) => metres <= nearMetres)
    .sort((a, b) => a.metres - b.metres)
    .slice(0, most)
    .map(({ source }) => source)
}

/** One of each domain, then the next of each: whatever part is shown, no domain is forgotten. */
function byDomainInTurn(sources: readonly VideoSource[]): readonly VideoSource[] {
  const queues = videoDomains.map((wanted) => sources.filter(({ domain }) => domain === wanted))
  const longest = Math.max(...queues.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat()
}

function startingAt(round: readonly VideoSource[], steps: number): readonly VideoSource[] {
  const first = steps % round.length
  return [...round.slice(first), ...round.slice(0, first)]
}

const metresPerDegree = 111_195

/** Good to some metres over the width of a district. */
function metresBetween([longitudeA, latitudeA]: Place, [longitudeB, latitudeB]: Place): number {
  const eastward = (longitudeA - longitudeB) * Math.cos((((latitudeA + latitudeB) / 2) * Math.PI) / 180)
  return Math.hypot(eastward, latitudeA - latitudeB) * metresPerDegree
}
