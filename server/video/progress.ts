import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Playlist } from './playlist.ts'

/** moving: something was added · standing: nothing was for so long that nothing will be · restarted: it counts from an earlier segment again */
export type Progress = 'moving' | 'standing' | 'restarted'

interface Look {
  readonly end: string
  readonly nextSequence: number
  /** of the first look that found this end */
  readonly since: Instant
  readonly at: Instant
}

const leastMs = 15 * secondMs
/** of the longest segment: a playlist may be late by half of one (RFC 8216, 6.2.1) */
const targets = 3
const mostKept = 1_024

/** How long the playlist may stay as it is before its stream counts as standing. */
export const patienceMs = ({ targetSeconds = 0 }: Pick<Playlist, 'targetSeconds'>): number => Math.max(leastMs, targets * targetSeconds * secondMs)

/** Whether live playlists move on, told from one look to the next. */
export class PlaylistProgress {
  /** by address, in the order of the last look */
  readonly #looks = new Map<string, Look>()

  look(address: string, playlist: Playlist, now: Instant): Progress {
    if (playlist.isMaster || playlist.isEnded) return 'moving'
    const { end, nextSequence } = playlist
    const before = this.#looks.get(address)
    // after a pause without anybody who looked, nothing is known of what moved meanwhile; nor after a clock that was set back
    const isOne = before?.end === end && now - before.at < patienceMs(playlist) && before.at <= now
    this.#keep(address, { end, nextSequence, since: isOne ? before.since : now, at: now })
    if (before !== undefined && nextSequence < before.nextSequence) return 'restarted'
    return isOne && now - before.since >= patienceMs(playlist) ? 'standing' : 'moving'
  }

  #keep(address: string, look: Look): void {
    this.#looks.delete(address)
    this.#looks.set(address, look)
    const [oldest] = this.#looks.keys()
    if (this.#looks.size > mostKept && oldest !== undefined) this.#looks.delete(oldest)
  }
}
