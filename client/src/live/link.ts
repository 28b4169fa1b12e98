import type { Instant } from '../../../contract/time.ts'

export type LinkState = 'connecting' | 'live' | 'stalled' | 'incompatible'

/**
 * 断线与否: how this screen stands to the server (P5). `connecting` has never had a picture; `stalled` keeps the last one.
 * `since` is an instant of the server's clock: of the last frame when stalled, of the first one when live; undefined before any.
 */
export interface Link {
  readonly state: LinkState
  readonly since: Instant | undefined
  /** why it is not live, when that is known; `detail` is for the log, not for the wall */
  readonly cause: LinkCause | undefined
}

export type LinkCause = { readonly kind: 'unreachable' | 'unauthorised' } | { readonly kind: 'incompatible'; readonly detail: string }

export const firstLink: Link = { state: 'connecting', since: undefined, cause: undefined }
