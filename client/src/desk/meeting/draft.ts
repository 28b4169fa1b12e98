import type { DraftItem } from '../../../../contract/meeting.ts'

/** 议程 while it is drawn up: reordered, cut and added to before the meeting opens. Pure. */

/** The item at `index` moved by one place; the same list at its ends. */
export function moved(items: readonly DraftItem[], index: number, by: 1 | -1): readonly DraftItem[] {
  const [one, other] = [items[index], items[index + by]]
  if (one === undefined || other === undefined) return items
  return items.map((item, at) => (at === index ? other : at === index + by ? one : item))
}

export const dropped = (items: readonly DraftItem[], index: number): readonly DraftItem[] => items.filter((_, at) => at !== index)

/** A topic of somebody's own, before what was decided is read back. */
export function added(items: readonly DraftItem[], title: string): readonly DraftItem[] {
  const item: DraftItem = { kind: 'topic', title, minutes: 5 }
  const end = items.at(-1)?.kind === 'read-back' ? items.length - 1 : items.length
  return [...items.slice(0, end), item, ...items.slice(end)]
}

export function timed(items: readonly DraftItem[], index: number, minutes: number): readonly DraftItem[] {
  const whole = Math.min(120, Math.max(1, Math.round(minutes) || 1))
  return items.map((item, at) => (at === index ? { ...item, minutes: whole } : item))
}

export const minutesOf = (items: readonly DraftItem[]): number => items.reduce((sum, { minutes }) => sum + minutes, 0)
