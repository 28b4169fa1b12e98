import type { FeedStatus } from '../../../../contract/bench.ts'
import type { FeedState } from '../../../../contract/fact.ts'

/** Which feeds a list shows, and in which order. Pure. */

const states: readonly FeedState[] = ['down', 'degraded', 'waiting', 'up']

/** True where somebody should look: its connection is not as it should be, or it is late or down. */
export const isException = ({ state, connection }: Pick<FeedStatus, 'state' | 'connection'>): boolean =>
  state === 'down' || state === 'degraded' || connection === 'stopped' || connection === 'retrying'

/** Its last trouble is over: whoever fails to connect is not connected until it is mended. */
export const isRecovered = ({ connection, lastError }: Pick<FeedStatus, 'connection' | 'lastError'>): boolean =>
  lastError !== undefined && connection === 'open'

/**
 * Exceptions first, the worst of them before others; then by id.
 * @param words parts that all must be found in a feed's id, names, source or codec, in any case
 */
export function listFeeds(feeds: readonly FeedStatus[], words: string, onlyExceptions: boolean): readonly FeedStatus[] {
  const parts = words
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '')
  return feeds
    .filter((feed) => (!onlyExceptions || isException(feed)) && parts.every((part) => textOf(feed).includes(part)))
    .toSorted(
      (a, b) =>
        Number(isException(b)) - Number(isException(a)) ||
        Number(b.connection === 'stopped') - Number(a.connection === 'stopped') ||
        states.indexOf(a.state) - states.indexOf(b.state) ||
        (a.id < b.id ? -1 : 1),
    )
}

const textOf = ({ id, name, nameEn, source, codec, meaning, district }: FeedStatus): string =>
  [id, name, nameEn, source, codec, meaning, district].join('\n').toLowerCase()
