import type { Place } from '../../../../contract/fact-field.ts'
import type { VideoDomain } from '../../../../contract/video-fact.ts'
import { videoDomains } from '../../../../contract/video-fact.ts'
import type { PanelOptions } from '../../../../contract/panel.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { isShowing } from '../../../../contract/video.ts'
import { tileBoxes } from './boxes.ts'
import type { Room, TileBox } from './boxes.ts'
import { leadersOf, membersAt, pagesIn } from './choose.ts'
import type { Chosen } from './choose.ts'
import { groupsOf, turnAt } from './rotation.ts'
import type { Group, GroupTitle } from './rotation.ts'

/** What the panel shows, and where. Pure. */

export interface Scene {
  readonly sources: Iterable<VideoSource>
  /** that the screen is turned to */
  readonly place: Place | undefined
  readonly options: Pick<PanelOptions<'video'>, 'layout' | 'dwellSeconds' | 'rotation' | 'saved'>
  /** name of the saved set that an operator has chosen */
  readonly chosen: string | undefined
  /** id of the camera that somebody selected */
  readonly pulledUp: string | undefined
  readonly isGuest: boolean
  readonly room: Room
  readonly now: Instant
}

export interface Plan {
  readonly title: GroupTitle
  readonly dwellSeconds: number
  /** more cameras than places: they take turns */
  readonly hasPages: boolean
  readonly tiles: readonly (Chosen & { readonly box: TileBox })[]
  /** cameras of a saved set that no catalogue knows, as they were written, behind the others */
  readonly missing: readonly { readonly id: string; readonly box: TileBox }[]
}

/** The cameras to show, best place first, each with its place; undefined where there is no group at all. */
export function planTiles({ sources, place, options, chosen, pulledUp, isGuest, room, now }: Scene): Plan | undefined {
  const catalogue = [...sources].sort((a, b) => (a.id < b.id ? -1 : 1))
  // guests see what anybody may see, and learn of nothing else
  const shown = isGuest ? catalogue.filter(({ sensitivity }) => sensitivity === 'open') : catalogue
  const lead = (group: Group, count: number): readonly Chosen[] =>
    leadersOf({ sources: shown, place: group.title.by === 'saved' ? undefined : place, pulledUp, count })
  const roomIn = (group: Group): number => {
    const count = tileBoxes(group.layout, room).length
    return count - lead(group, count).length
  }
  const turn = turnAt(groupsOf({ sources: shown, catalogue, options, chosen }), (group) => pagesIn(group, roomIn(group)), now)
  if (turn === undefined) return undefined
  const { group } = turn
  const boxes = tileBoxes(group.layout, room)
  const leaders = lead(group, boxes.length)
  const all = [...leaders, ...membersAt(group, turn.page, { leaders, room: boxes.length - leaders.length, now })]
  return {
    title: group.title,
    dwellSeconds: group.dwellSeconds,
    hasPages: turn.pages > 1,
    tiles: placed(all, boxes),
    missing: placed(
      group.missing.map((id) => ({ id })),
      boxes.slice(all.length),
    ),
  }
}

function placed<T>(items: readonly T[], boxes: readonly TileBox[]): readonly (T & { readonly box: TileBox })[] {
  return items.flatMap((item, index) => {
    const box = boxes[index]
    return box === undefined ? [] : [{ ...item, box }]
  })
}

export interface DomainCount {
  readonly domain: VideoDomain
  readonly online: number
  readonly total: number
}

/** Cameras online, as the indicator counts them, and in all, by domain, in the plan's order; domains without a camera are left out. */
export function countDomains(sources: Iterable<VideoSource>): readonly DomainCount[] {
  const counts = new Map<VideoDomain, { online: number; total: number }>(videoDomains.map((domain) => [domain, { online: 0, total: 0 }]))
  for (const source of sources) {
    const count = counts.get(source.domain)
    if (count === undefined) continue
    count.total++
    if (isShowing(source)) count.online++
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
