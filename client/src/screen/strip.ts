import type { FeedLabel } from '../../../contract/feed.ts'
import { feedReasons } from '../../../contract/fact.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import type { GlyphName } from '../ui/glyph-name.ts'
import { formatAge, formatMoment } from '../ui/format.ts'
import type { Translate } from '../ui/format.ts'
import { textWidthEm } from '../ui/text-width.ts'

/** 供数条: one cell per feed, in the order of the configuration. Pure. */
export interface StripCell {
  readonly id: string
  readonly name: string
  readonly glyph: GlyphName
  /** age, lateness, or since when it is down */
  readonly note: string
  /** late or down: brighter, and shown before others where not all fit */
  readonly isException: boolean
}

interface Telling {
  readonly now: Instant
  readonly zone: string
  readonly t: Translate
  readonly nameOf: (label: FeedLabel) => string
}

export function stripCells(labels: readonly FeedLabel[], health: ReadonlyMap<string, FeedHealth>, telling: Telling): readonly StripCell[] {
  return labels.map((label) => ({ id: label.id, name: telling.nameOf(label), ...tell(label, health.get(label.id), telling) }))
}

function tell(label: FeedLabel, feed: FeedHealth | undefined, { now, zone, t }: Telling): Omit<StripCell, 'id' | 'name'> {
  if (feed === undefined || feed.state === 'waiting') return { glyph: 'none', note: t('strip.waiting', {}), isException: false }
  if (feed.state === 'down') return { glyph: 'down', note: t('strip.down', { since: formatMoment(feed.since, now, zone, t) }), isException: true }
  const age = feed.lastFactAt === undefined ? 0 : now - feed.lastFactAt
  if (feed.state === 'up') return { glyph: 'dot', note: formatAge(age, t), isException: false }
  const late = age - label.cadenceSeconds * 1_000
  const why = reasonText(feed.reason, t)
  return { glyph: 'stale', note: late > 0 ? t('strip.late', { age: formatAge(late, t) }) : why === '' ? formatAge(age, t) : why, isException: true }
}

/** Why a feed does not stand well, in the page's language; empty where nothing is known. */
export function reasonText(reason: string | undefined, t: Translate): string {
  const known = feedReasons.find((candidate) => candidate === reason)
  return known === undefined ? '' : t(`feedReasons.${known}`, {})
}

/** Shape, gaps and the distance to the next cell, em of the label. */
const cellFurnitureEm = 3

/**
 * Puts cells on as many pages as it takes for each to fit. Exceptions come first where there is more than one page.
 * @param widthEm room for the cells, em of the label
 */
export function stripPages(cells: readonly StripCell[], widthEm: number): readonly (readonly StripCell[])[] {
  const width = (cell: StripCell): number => textWidthEm(cell.name) + textWidthEm(cell.note) + cellFurnitureEm
  const total = cells.reduce((sum, cell) => sum + width(cell), 0)
  if (total <= widthEm || cells.length === 0) return [cells]
  const ordered = [...cells].sort((a, b) => Number(b.isException) - Number(a.isException))
  const pages: StripCell[][] = [[]]
  let used = 0
  for (const cell of ordered) {
    if (used > 0 && used + width(cell) > widthEm) {
      pages.push([])
      used = 0
    }
    pages.at(-1)?.push(cell)
    used += width(cell)
  }
  return pages
}
