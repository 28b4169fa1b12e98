import { feedReasons } from '../../../contract/fact.ts'
import type { FeedState } from '../../../contract/fact.ts'
import type { ClockCheck } from '../../../contract/decision.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { GlyphName } from '../ui/glyph-name.ts'
import { formatAge, formatMoment } from '../ui/format.ts'
import type { Translate } from '../ui/format.ts'
import { textWidthEm } from '../ui/text-width.ts'

/** 供数条: one cell per feed, in the order of the district's sectors. Pure. */
export interface StripCell {
  readonly id: string
  readonly name: string
  readonly glyph: GlyphName
  /** age, lateness, or since when it is down */
  readonly note: string
  /** late or down: brighter, and shown before others where not all fit */
  readonly isException: boolean
}

export const feedGlyphs: Readonly<Record<FeedState, GlyphName>> = { waiting: 'none', up: 'dot', degraded: 'stale', down: 'down' }

interface Telling {
  readonly now: Instant
  readonly zone: string
  readonly t: Translate
  readonly nameOf: (label: FeedHealth['label']) => string
  /** ids in the order in which cells stand; feeds of no sector come last */
  readonly sectors: readonly string[]
}

export function stripCells(feeds: Iterable<FeedHealth>, telling: Telling): readonly StripCell[] {
  return orderFeeds(feeds, telling.sectors).map((feed) => ({ id: feed.id, name: telling.nameOf(feed.label), ...tell(feed, telling) }))
}

/** The same place every day, whichever feed spoke first: by sector, then by id. */
export function orderFeeds(feeds: Iterable<FeedHealth>, sectors: readonly string[]): readonly FeedHealth[] {
  const rank = ({ label }: FeedHealth): number => {
    const index = label.sector === undefined ? -1 : sectors.indexOf(label.sector)
    return index < 0 ? sectors.length : index
  }
  return [...feeds].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
}

function tell(feed: FeedHealth, { now, zone, t }: Telling): Omit<StripCell, 'id' | 'name'> {
  const glyph = feedGlyphs[feed.state]
  if (feed.state === 'waiting') return { glyph, note: t('strip.waiting', {}), isException: false }
  if (feed.state === 'down') return { glyph, note: t('strip.down', { since: formatMoment(feed.since, now, zone, t) }), isException: true }
  const why = reasonText(feed.reason, t)
  // connected, and nothing to be of any age
  if (feed.lastFactAt === undefined) return { glyph, note: why === '' ? t('strip.noFact', {}) : why, isException: feed.state === 'degraded' }
  const age = now - feed.lastFactAt
  if (feed.state === 'up') return { glyph, note: formatAge(age, t), isException: false }
  const late = age - feed.label.cadenceSeconds * 1_000
  return { glyph, note: late > 0 ? t('strip.late', { age: formatAge(late, t) }) : why === '' ? formatAge(age, t) : why, isException: true }
}

/** Why a feed does not stand well, in the page's language; empty where nothing is known. */
export function reasonText(reason: string | undefined, t: Translate): string {
  const known = feedReasons.find((candidate) => candidate === reason)
  return known === undefined ? '' : t(`feedReasons.${known}`, {})
}

/** By how many whole seconds the server's clock is off; undefined while it can be trusted, or nobody has compared it. */
export function untrustedBySeconds(check: Pick<ClockCheck, 'driftMs' | 'isTrusted'> | undefined): number | undefined {
  return check === undefined || check.isTrusted ? undefined : Math.round(Math.abs(check.driftMs) / secondMs)
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
