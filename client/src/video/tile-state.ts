import type { Instant } from '../../../contract/time.ts'
import type { VideoTrouble } from '../../../contract/video.ts'

/** What a tile says of its picture. Only `playing` says nothing. */
export type TileWord = 'connecting' | 'playing' | 'no-stream' | 'frozen' | 'unsupported' | 'no-permission' | 'platform-down' | 'offline' | 'waiting'

/** Why there is no picture, as far as it is known. */
export type KnownTrouble = Exclude<TileWord, 'connecting' | 'playing' | 'frozen' | 'waiting'>

/** One tile's picture. Pure data: the player reports, the tile says it in words. */
export interface TileState {
  readonly word: TileWord
  /** when it came into this word */
  readonly since: Instant
  /** reported while the picture still moves, or after; forgotten when the picture moves on */
  readonly trouble: KnownTrouble | 'connecting' | 'waiting' | undefined
  /** the picture has moved before: without more knowledge a standing one is frozen, not connecting */
  readonly hasMoved: boolean
}

/**
 * moving: new decoded frames · still: none for some seconds · trouble: a request or the codec failed · closed: the player is taken down to be
 * built anew
 */
export type TileEvent =
  | { readonly type: 'moving' }
  | { readonly type: 'still' }
  | { readonly type: 'trouble'; readonly trouble: TileState['trouble'] }
  | { readonly type: 'closed' }

export const freshTile = (now: Instant): TileState => ({ word: 'connecting', since: now, trouble: undefined, hasMoved: false })

/** The tile after an event. A picture that moves is playing whatever else is reported; once it stands the trouble says why. */
export function nextTile(state: TileState, event: TileEvent, now: Instant): TileState {
  switch (event.type) {
    case 'moving':
      return said({ ...state, trouble: undefined, hasMoved: true }, 'playing', now)
    case 'still':
      return said(state, wordWithoutPicture(state), now)
    case 'trouble': {
      const next = { ...state, trouble: event.trouble }
      return state.word === 'playing' ? next : said(next, wordWithoutPicture(next), now)
    }
    case 'closed':
      return said(state, wordWithoutPicture(state), now)
  }
}

function wordWithoutPicture({ trouble, hasMoved }: TileState): TileWord {
  return trouble ?? (hasMoved ? 'frozen' : 'connecting')
}

function said(state: TileState, word: TileWord, now: Instant): TileState {
  return word === state.word ? (state.trouble === undefined || word !== 'playing' ? { ...state, word } : state) : { ...state, word, since: now }
}

/** What the server's refusals are called on a tile. */
export const wordOfTrouble: Readonly<Record<VideoTrouble, NonNullable<TileState['trouble']>>> = {
  offline: 'offline',
  'no-stream': 'no-stream',
  'platform-down': 'platform-down',
  'no-permission': 'no-permission',
  busy: 'waiting',
  connecting: 'connecting',
}
