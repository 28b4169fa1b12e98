import type { Instant } from '../../../contract/time.ts'
import type { VideoTrouble, VideoTroubleAnswer } from '../../../contract/video.ts'
import type { Verdict } from './picture-judge.ts'

/** What a tile says of its picture. Only `playing` says nothing. */
export type TileWord =
  'connecting' | 'playing' | 'no-stream' | 'frozen' | 'black' | 'unsupported' | 'no-permission' | 'platform-down' | 'offline' | 'waiting'

/** Why there is no picture, as far as it is known. */
export interface Trouble {
  readonly word: Exclude<TileWord, 'playing' | 'frozen' | 'black'>
  /** of `unsupported`, as people call it: H.265 */
  readonly codec: string | undefined
  /** of `no-permission` */
  readonly needs: VideoTroubleAnswer['needs'] | undefined
}

/** One tile's picture. Pure data: the player reports, the tile says it in words. */
export interface TileState {
  readonly word: TileWord
  /** since when it is so; of a picture that stands, when it last moved */
  readonly since: Instant
  /** reported while the picture still moves, or after; forgotten when the picture moves on */
  readonly trouble: Trouble | undefined
  /** frames are decoded */
  readonly isMoving: boolean
  /** frames were decoded before: without more knowledge a standing picture is frozen, not connecting */
  readonly hasMoved: boolean
  /** of the frames that were decoded last */
  readonly verdict: Verdict
  /** the last picture bridges a change to another quality of the same stream */
  readonly isBridged: boolean
  /** the server codes the picture anew, for this browser cannot decode what the camera sends */
  readonly isAnew: boolean
}

/**
 * moving: new decoded frames, and what they show · still: none for some seconds · trouble: a request or the codec failed · closed: the player
 * is taken down to be built anew · switched: it goes on with another quality
 */
export type TileEvent =
  | { readonly type: 'moving'; readonly verdict: Verdict; readonly since: Instant }
  | { readonly type: 'still'; readonly since: Instant }
  | { readonly type: 'trouble'; readonly trouble: Trouble }
  | { readonly type: 'closed' }
  | { readonly type: 'switched'; readonly isAnew: boolean }

/** @param isAnew its picture is asked for coded anew from the beginning */
export function freshTile(now: Instant, isAnew = false): TileState {
  return {
    word: 'connecting',
    since: now,
    trouble: undefined,
    isMoving: false,
    hasMoved: false,
    verdict: 'live',
    isBridged: false,
    isAnew,
  }
}

/** The tile after an event. Frames that show a living picture are playing whatever else is reported; once they stop the trouble says why. */
export function nextTile(state: TileState, event: TileEvent, now: Instant): TileState {
  switch (event.type) {
    case 'moving': {
      const { verdict, since } = event
      const next = { ...state, trouble: undefined, isMoving: true, hasMoved: true, verdict, isBridged: false }
      return said(next, verdict === 'live' ? now : since)
    }
    case 'still':
      return said({ ...state, isMoving: false, hasMoved: true, isBridged: false }, event.since)
    case 'trouble':
      return said({ ...state, trouble: event.trouble }, now)
    case 'closed':
      return said({ ...state, isMoving: false, isBridged: false }, now)
    case 'switched': {
      const next = { ...state, isBridged: state.isMoving, isAnew: event.isAnew }
      // that the browser could not decode the other stream is no trouble of this one
      return event.isAnew ? said({ ...next, trouble: undefined }, now) : next
    }
  }
}

function wordOf({ isMoving, verdict, trouble, hasMoved }: TileState): TileWord {
  if (isMoving) return verdict === 'live' ? 'playing' : verdict
  if (trouble !== undefined) return trouble.word
  if (!hasMoved) return 'connecting'
  return verdict === 'black' ? 'black' : 'frozen'
}

function said(state: TileState, since: Instant): TileState {
  const word = wordOf(state)
  return word === state.word ? state : { ...state, word, since }
}

/** What the server's refusals are called on a tile. */
export const wordOfTrouble: Readonly<Record<VideoTrouble, Trouble['word']>> = {
  offline: 'offline',
  'no-stream': 'no-stream',
  'platform-down': 'platform-down',
  'no-permission': 'no-permission',
  busy: 'waiting',
  connecting: 'connecting',
}
