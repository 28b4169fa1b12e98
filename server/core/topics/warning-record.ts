import type { WarningFact } from '../../../contract/fact.ts'
import { dayMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Warning } from '../../../contract/topic.ts'
import { rankOf, reopen, restate, settle, settledAtOf, unsettled, unstated } from '../statements.ts'
import type { Settlement, Statement } from '../statements.ts'

/** How long after its end a warning is shown, and how long its words and outlines are remembered. */
const shownMs = dayMs
const rememberedMs = 30 * dayMs

const statedKeys = ['level', 'type', 'title', 'issuer', 'note', 'onsetAt', 'expiresAt', 'areas', 'polygons'] as const
type StatedOfWarning = Partial<Pick<Warning, (typeof statedKeys)[number]>>

/** What is known of a warning; also of one that others name and that itself has not arrived. */
export interface WarningRecord {
  readonly id: string
  stated: StatedOfWarning
  readonly ranks: number[]
  /** when it was first issued; undefined so long as only others speak of it */
  issuedAt: Instant | undefined
  /** rank of the statement that it belongs to `feed` by */
  feedRank: number
  feed: string
  /** what messages under its own id say: cancelled, and issued again */
  settlement: Settlement
  /** when the first message that names it was issued */
  supersededAt: Instant | undefined
  /** when time alone changes it next */
  wakeAt: Instant | undefined
}

export const blankRecord = (id: string): WarningRecord => ({
  id,
  stated: {},
  ranks: statedKeys.map(() => unstated),
  issuedAt: undefined,
  feedRank: unstated,
  feed: '',
  settlement: unsettled,
  supersededAt: undefined,
  wakeAt: undefined,
})

/** A message under the warning's own id. The outcome is the same for every order of arrival. */
export function take(record: WarningRecord, fact: WarningFact, feed: string): void {
  if (fact.action === 'cancel') {
    record.settlement = settle(record.settlement, fact.at)
    return
  }
  const rank = rankOf(fact.at, fact.action === 'update' ? 1 : 0)
  const stated: Statement<StatedOfWarning> = fact
  record.stated = { ...record.stated, ...restate<StatedOfWarning>(statedKeys, record.stated, record.ranks, { fact: stated, rank }) }
  record.settlement = reopen(record.settlement, fact.at)
  record.issuedAt = Math.min(record.issuedAt ?? Infinity, fact.at)
  if (rank > record.feedRank || (rank === record.feedRank && feed > record.feed)) {
    record.feedRank = rank
    record.feed = feed
  }
}

/**
 * Another message, issued at `at`, replaces the warning or lifts it. That is final: whoever names a warning has seen it, even where the
 * instants of two clocks say otherwise.
 */
export function supersede(record: WarningRecord, at: Instant): void {
  record.supersededAt = Math.min(record.supersededAt ?? Infinity, at)
}

/** When it ends for what is known, which may be in the future; undefined when nothing says so. Never before it was issued. */
function endOf({ stated, issuedAt = 0, settlement, supersededAt }: WarningRecord): Instant | undefined {
  const ends = [settledAtOf(settlement), supersededAt, stated.expiresAt].filter((at) => at !== undefined)
  return ends.length === 0 ? undefined : Math.max(issuedAt, Math.min(...ends))
}

/** When time alone changes it next: its end, its leaving the screen, its being forgotten. */
export function nextChange(record: WarningRecord, now: Instant): Instant | undefined {
  const end = endOf(record)
  return end === undefined ? undefined : [end, end + shownMs, end + rememberedMs].find((at) => at > now)
}

/** What nobody will look at again goes; that the warning is over stays known. */
export function forget(record: WarningRecord, now: Instant): void {
  const end = endOf(record)
  if (end === undefined || end + rememberedMs > now) return
  const { expiresAt, level } = record.stated
  record.stated = { ...(expiresAt === undefined ? {} : { expiresAt }), ...(level === undefined ? {} : { level }) }
}

/** The same lists each time: entities are compared by identity. */
const noAreas: Warning['areas'] = []
const noPolygons: Warning['polygons'] = []
const unsaid = { type: '', title: '', issuer: '', note: undefined, expiresAt: undefined, areas: noAreas, polygons: noPolygons }

/**
 * The warning as it is shown; undefined for one that ended more than a day ago, that itself has not arrived, or whose level nobody has
 * stated: a colour is never invented, and admission refuses what is issued without one.
 */
export function warningOf(record: WarningRecord, now: Instant): Warning | undefined {
  const { id, stated, issuedAt, feed } = record
  const { level } = stated
  if (issuedAt === undefined || level === undefined) return undefined
  const end = endOf(record) ?? Infinity
  if (end + shownMs <= now) return undefined
  return { id, ...unsaid, onsetAt: issuedAt, ...stated, level, issuedAt, endedAt: end <= now ? end : undefined, feed }
}
