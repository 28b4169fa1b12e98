import { videoTroubles } from '../../../contract/video.ts'
import type { VideoTrouble } from '../../../contract/video.ts'
import { wordOfTrouble } from './tile-state.ts'
import type { TileState } from './tile-state.ts'

/** An error as hls.js reports it, as far as it is looked at. */
export interface PlayerError {
  readonly type: string
  readonly details: string
  readonly fatal: boolean
  /** HTTP status of the answer, when there was one */
  readonly status: number | undefined
  /** its body, when it was text */
  readonly body: string | undefined
}

/** note: it may heal by itself · recover: let the decoder begin anew, once · rebuild: a new player after a pause · rest: a new player after a long pause */
export type Remedy = 'note' | 'recover' | 'rebuild' | 'rest'

export interface Decision {
  readonly remedy: Remedy
  /** what the tile shall know of it; undefined: nothing new */
  readonly trouble: TileState['trouble']
}

/** The whole policy: what each kind of error means when hls.js has given up on it. Whatever is not named is rebuilt. */
const remedies: Readonly<Record<string, Remedy>> = {
  manifestIncompatibleCodecsError: 'rest',
  bufferAddCodecError: 'rest',
  bufferIncompatibleCodecsError: 'rest',
  bufferAppendError: 'recover',
  bufferAppendingError: 'recover',
  bufferStalledError: 'recover',
  fragParsingError: 'recover',
}

/** What to do about an error, and what to say of it. Pure: the player carries it out. */
export function decide(error: PlayerError): Decision {
  const remedy = error.fatal ? (remedies[error.details] ?? 'rebuild') : 'note'
  return { remedy, trouble: troubleIn(error, remedy) }
}

function troubleIn({ type, status, body, fatal }: PlayerError, remedy: Remedy): TileState['trouble'] {
  if (remedy === 'rest') return 'unsupported'
  if (type !== 'networkError' || status === undefined) return undefined
  const told = body === undefined ? undefined : troubleInBody(body)
  if (told !== undefined) return wordOfTrouble[told]
  if (status === 401 || status === 403) return 'no-permission'
  return fatal && status === 404 ? 'no-stream' : undefined
}

/** The `state` of an answer of /api/video; undefined for anything else. */
export function troubleInBody(body: string): VideoTrouble | undefined {
  try {
    const answer: unknown = JSON.parse(body)
    const state = typeof answer === 'object' && answer !== null && 'state' in answer ? answer.state : undefined
    return videoTroubles.find((trouble) => trouble === state)
  } catch {
    // a proxy's page or half an answer: its status says what can be said
    return undefined
  }
}

/** No new decoded frame for this long while it should play: the picture stands. */
export const stillAfterMs = 5_000
/** standing for this long, the player is built anew */
export const rebuildAfterMs = 12_000
/** a player that has never shown a picture is given longer */
export const firstPictureWithinMs = 15_000

const restMs = 60_000
const shortestPauseMs = 1_000
const longestPauseMs = 5_000

/**
 * Pause before the next player is built: doubled with each that showed nothing, jittered, never given up.
 * @param failures players in a row that showed no picture, from 0
 * @param dice in [0, 1)
 */
export function pauseBefore(remedy: 'rebuild' | 'rest', failures: number, dice: number): number {
  const base = remedy === 'rest' ? restMs : Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures, 10))
  return base * (0.75 + dice / 2)
}
