import type { Instant } from '../../../../contract/time.ts'
import { silentAfterMs } from '../../../../contract/wall.ts'
import type { WallHeard, WallReports, WallState, WallStep } from '../../../../contract/wall.ts'
import type { WallOrder } from '../../../../contract/wall-fact.ts'
import type { PastPosition } from '../../../../contract/wall-past.ts'
import { formatDayTime } from '../../ui/format.ts'
import type { Translate } from '../../ui/format.ts'

/** What the desk sees of walls. Pure. */

export interface WallRow {
  readonly wall: WallState
  /** its last report; undefined for one that has not been heard since the server started */
  readonly heard: WallHeard | undefined
  readonly isOn: boolean
}

/** By name. A wall that was not heard for so long is off, or cut off. */
export function wallRows(walls: Iterable<WallState>, reports: WallReports | undefined, now: Instant): readonly WallRow[] {
  const byWall = new Map((reports?.heard ?? []).map((heard) => [heard.wall, heard]))
  return [...walls]
    .sort((a, b) => a.name.localeCompare(b.name, 'zh'))
    .map((wall) => {
      const heard = byWall.get(wall.id)
      return { wall, heard, isOn: heard !== undefined && now - heard.heardAt <= silentAfterMs }
    })
}

/** How a step was acknowledged. */
export interface Acknowledged {
  readonly painted: number
  readonly of: number
  /** until the last of those that have painted it did; undefined before the first */
  readonly withinMs: number | undefined
  /** names of those that have not */
  readonly waiting: readonly string[]
}

/** @param rows walls that are gone since are not waited for */
export function acknowledged({ walls, paintedMs }: WallStep, rows: readonly WallRow[]): Acknowledged {
  const times = walls.flatMap((wall) => paintedMs[wall] ?? [])
  const waiting = rows.filter(({ wall: { id } }) => walls.includes(id) && paintedMs[id] === undefined)
  return {
    painted: times.length,
    of: times.length + waiting.length,
    withinMs: times.length === 0 ? undefined : Math.max(...times),
    waiting: waiting.map(({ wall }) => wall.name),
  }
}

export interface OrderNames {
  readonly scene: (id: string) => string
  readonly screen: (screen: string, district: string) => string
  /** an instant */
  readonly moment: (at: Instant) => string
}

type Said<Do extends WallOrder['do']> = (
  what: Extract<WallOrder, { readonly do: Do }>,
  names: OrderNames,
) => readonly [words: string, named?: Readonly<Record<string, string>>]

/** Below `walls.orders.` */
const said: { readonly [Do in WallOrder['do']]: Said<Do> } = {
  scene: ({ scene }, names) => ['scene', { scene: names.scene(scene) }],
  emergency: ({ scene }, names) => ['emergency', { scene: names.scene(scene) }],
  'stand-down': () => ['stand-down'],
  show: ({ screen, district }, names) => ['show', { screen: names.screen(screen, district) }],
  select: ({ thing }) => (thing === null ? ['deselect'] : ['select', { thing: thing.id }]),
  look: ({ at }) => [at === null ? 'whole' : 'look'],
  camera: ({ camera }) => ['camera', { camera }],
  'full-screen': ({ camera }) => (camera === null ? ['leaveFull'] : ['full-screen', { camera }]),
  layers: () => ['layers'],
  past: ({ from, speed }, names) =>
    speed === 0 ? ['pastRest', { at: names.moment(from) }] : ['past', { at: names.moment(from), speed: String(speed) }],
  present: () => ['present'],
  guest: ({ isGuest }) => [isGuest ? 'guestOn' : 'guestOff'],
  undo: () => ['undo'],
  release: () => ['release'],
  lock: () => ['lock'],
  unlock: () => ['unlock'],
}

/** An order in words: 场景 值守. */
export function orderWords(what: WallOrder, names: OrderNames, t: Translate): string {
  // as: found by the order's own name
  const [words, named = {}] = (said[what.do] as Said<WallOrder['do']>)(what, names)
  return t(`walls.orders.${words}`, named)
}

/** Where in the past a wall stands: 11月23日 14:30:00 · 60×. */
export function pastWords({ at, speed }: PastPosition, { now, zone, t }: { now: Instant; zone: string; t: Translate }): string {
  const pace = speed === 0 ? t('playback.paused', {}) : `${String(speed)}×`
  return `${formatDayTime(at, now, zone, t)} · ${pace}`
}

/** The choice after space on a wall. */
export const toggled = (chosen: ReadonlySet<string>, id: string): ReadonlySet<string> =>
  new Set(chosen.has(id) ? [...chosen].filter((other) => other !== id) : [...chosen, id])

/** All of them, or none where all were chosen already. */
export const allOrNone = (chosen: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> =>
  new Set(ids.every((id) => chosen.has(id)) ? [] : ids)
