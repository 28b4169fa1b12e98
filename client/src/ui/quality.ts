import type { FeedHealth, IndicatorState, InputState, Missing } from '../../../contract/topic.ts'
import type { Instant } from '../../../contract/time.ts'
import { secondMs } from '../../../contract/time.ts'
import { freshUntil } from '../../../contract/topic.ts'

/**
 * How far a figure can be trusted, decided from facts and the server's clock alone. Pure.
 * 新鲜 / 陈旧 (older than its rhythm) / 中断 (its feed is down) / 未报 (expected, not there) / 未接入 (no source) / 已更正.
 */
export type Quality =
  | { readonly state: 'fresh' }
  /** `input`: id of the one that is late, where others may not be */
  | { readonly state: 'stale'; readonly since: Instant; readonly everyMs: number; readonly input?: string }
  | { readonly state: 'down'; readonly since: Instant }
  | { readonly state: 'missing'; readonly because?: Missing }
  | { readonly state: 'not-connected' }
  | { readonly state: 'corrected'; readonly from: number; readonly at: Instant }

/** A value on its way to a screen: never without what tells how good it is. Only ui/Figure.vue draws it. */
export interface FigureValue {
  /** as written, in its scale; the dash where there is none */
  readonly text: string
  readonly unit: string
  readonly quality: Quality
  /** when it was true; undefined only where there is no value */
  readonly asOf: Instant | undefined
  /** name of the feed or feeds it came from */
  readonly source: string
}

export const fresh: Quality = { state: 'fresh' }

/**
 * Quality of an indicator's reading: as old as what of it goes stale first, and where it is counted from orders as bad as the worst of the
 * feeds that told them.
 * @param feed its feed's health; undefined while none is known
 * @param counted health of those of `countedFrom` that are still there
 */
export function qualityOfReading(
  reading: IndicatorState | undefined,
  feed: FeedHealth | undefined,
  now: Instant,
  counted: readonly FeedHealth[] = [],
): Quality {
  if (reading === undefined) return { state: feed === undefined ? 'not-connected' : 'missing' }
  if (reading.value === undefined) return { state: 'missing', ...(reading.missing && { because: reading.missing }) }
  if (feed?.state === 'down') return { state: 'down', since: feed.since }
  const ofCount = reading.countedFrom.length === 0 ? fresh : qualityOfCount(counted)
  return isOld(ofCount) ? ofCount : qualityByAge(reading, now)
}

function qualityByAge({ ageing, corrected }: IndicatorState, now: Instant): Quality {
  if (ageing !== undefined && now > freshUntil(ageing)) {
    const { input, since, everyMs } = ageing
    return { state: 'stale', since, everyMs, ...(input !== undefined && { input }) }
  }
  return corrected === undefined ? fresh : { state: 'corrected', ...corrected }
}

/**
 * Quality of an input that is shown by itself; one that nobody has reported has no source.
 * @param everyMs the rhythm in which values are due
 */
export function qualityOfInput(input: InputState | undefined, everyMs: number, feed: FeedHealth | undefined, now: Instant): Quality {
  if (input === undefined) return { state: 'not-connected' }
  if (feed?.state === 'down') return { state: 'down', since: feed.since }
  if (now > freshUntil({ since: input.observedAt, everyMs })) return { state: 'stale', since: input.observedAt, everyMs }
  return input.corrected === undefined ? fresh : { state: 'corrected', ...input.corrected }
}

/** What feeds tell. */
export type FactKind = FeedHealth['mainOf'][number]

/**
 * Feeds that a count of facts of these kinds comes from: those which tell a fair share of them. Before any is known to, those that say they bring
 * them; where none says so, all that say nothing of what they bring.
 */
export function tellersOf(feeds: readonly FeedHealth[], kinds: readonly FactKind[]): readonly FeedHealth[] {
  const main = feeds.filter(({ mainOf }) => kinds.some((kind) => mainOf.includes(kind)))
  if (main.length > 0) return main
  const carrying = feeds.filter(({ label: { carries } }) => kinds.some((kind) => carries?.includes(kind) === true))
  return carrying.length > 0 ? carrying : feeds.filter(({ label }) => label.carries === undefined)
}

/**
 * Quality of a count over what several feeds sent: as bad as the worst of them, for a count misses what a silent feed would have added. One of
 * whose messages some are refused still speaks: the strip tells that, the count is of now.
 * @param feeds health of the feeds that are counted; none means that nothing is connected
 */
export function qualityOfCount(feeds: readonly FeedHealth[]): Quality {
  if (feeds.length === 0) return { state: 'not-connected' }
  const down = feeds.filter(({ state }) => state === 'down')
  if (down.length > 0) return { state: 'down', since: Math.min(...down.map(({ since }) => since)) }
  const late = feeds.find(({ state, reason, lastFactAt }) => state === 'degraded' && !isSpeaking(reason) && lastFactAt !== undefined)
  if (late?.lastFactAt !== undefined) return { state: 'stale', since: late.lastFactAt, everyMs: late.label.cadenceSeconds * secondMs }
  return feeds.every(({ state }) => state === 'waiting') ? { state: 'missing' } : fresh
}

const isSpeaking = (reason: string | undefined): boolean => reason === 'rejecting' || reason === 'erring' || reason === 'recovering'

/** True where a value is to be read as the last one seen: it is late, its feed is down, or is no longer there at all. */
export const isOld = ({ state }: Quality): boolean => state === 'stale' || state === 'down' || state === 'not-connected'
