import type { Instant } from '../../../contract/time.ts'
import type { PlayerError } from './policy.ts'

/** The last segment that a live playlist names: two playlists that end alike are one that stands. */
export interface PlaylistEnd {
  readonly number: number
  /** by the stream's own dates; undefined where it has none */
  readonly at: Instant | undefined
  /** length of a segment, at most */
  readonly segmentMs: number
}

export interface StreamReports {
  readonly error: (error: PlayerError) => void
  readonly playlist: (end: PlaylistEnd) => void
}

/** A live stream on its way into a video element. */
export interface Stream {
  /** when the picture now shown was taken, by the stream's own dates; undefined where it has none */
  readonly takenAt: Instant | undefined
  /** lets the decoder begin anew */
  recover(): void
  close(): void
}

/** The video element, as far as a player looks at it. */
export interface VideoFace {
  frames(): { readonly decoded: number; readonly dropped: number }
  /** Calls `told` once, when the next picture is shown; the answer takes that back. Where the browser does not tell it is never called. */
  onPicture(told: () => void): () => void
  /** something has arrived, decoded or not */
  hasBuffered(): boolean
  /** brightness of the picture's points (./picture-judge.ts); undefined before the first */
  sample(): Uint8Array | undefined
  play(): void
  clear(): void
}
