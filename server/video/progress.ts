import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Playlist } from './playlist.ts'

/** moving: something was added · standing: nothing was for so long that nothing will be · restarted: it counts from an earlier segment again */
export type Movement = 'moving' | 'standing' | 'restarted'

export interface Progress {
  readonly movement: Movement
  /** for so long nothing new is to be expected: the playlist need not be asked for again */
  readonly keepMs: number
}

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
/** when something new is due, how often it is looked for; and for what is late or never changes */
const dueEveryMs = 300
const usuallyEveryMs = 700
const mostKeptMs = 5 * secondMs

/** How long the playlist may stay as it is before its stream counts as standing. */
const patienceMs = ({ targetSeconds = 0 }: Playlist): number => Math.max(leastMs, targets * targetSeconds * secondMs)

/** Whether live playlists move on, and when they will, told from one look to the next. */
export class PlaylistProgress {
  /** by address, in the order of the last look */
  readonly #looks = new Map<string, Look>()

  look(address: string, playlist: Playlist, now: Instant): Progress {
    if (playlist.isMaster || playlist.isEnded) return { movement: 'moving', keepMs: usuallyEveryMs }
    const { end, nextSequence } = playlist
    const before = this.#looks.get(address)
    // after a pause without anybody who looked, nothing is known of what moved meanwhile; nor after a clock that was set back
    const isOne = before?.end === end && now - before.at < patienceMs(playlist) && before.at <= now
    const since = isOne ? before.since : now
    this.#keep(address, { end, nextSequence, since, at: now })
    const keepMs = keptMs(playlist, now - since)
    if (before !== undefined && nextSequence < before.nextSequence) return { movement: 'restarted', keepMs }
    return { movement: isOne && now - since >= patienceMs(playlist) ? 'standing' : 'moving', keepMs }
  }

  #keep(address: string, look: Look): void {
    this.#looks.delete(address)
    this.#looks.set(address, look)
    const [oldest] = this.#looks.keys()
    if (this.#looks.size > mostKept && oldest !== undefined) this.#looks.delete(oldest)
  }
}

/** The next segment comes about as long after the last as that one is: until shortly before, the playlist is as it was. */
function keptMs({ lastSeconds = 0, hasParts }: Playlist, ageMs: number): number {
  if (hasParts) return dueEveryMs
  const dueInMs = lastSeconds * secondMs - dueEveryMs - ageMs
  if (dueInMs >= dueEveryMs) return Math.min(dueInMs, mostKeptMs)
  return ageMs < 2 * lastSeconds * secondMs ? dueEveryMs : usuallyEveryMs
}
