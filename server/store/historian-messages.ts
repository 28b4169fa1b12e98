import type { FeedDefinition } from '../../contract/feed.ts'
import type { PlaybackStretch } from '../../contract/playback.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicName } from '../../contract/topic.ts'
import type { Viewing } from '../../contract/video.ts'
import type { Curve, CurveQuestion } from '../core/curve.ts'
import type { ViewingQuery } from '../core/viewings.ts'
import type { HeldSample, SeriesName } from './history.ts'
import type { PastState, StretchQuestion } from './past.ts'

/** What the historian's worker is started with. */
export interface HistorianOptions {
  /** the data folder */
  readonly directory: string
  readonly configDirectory: string
  /** as the server began with them: their files may be in the middle of an edit, and what is older than the log's own word of them goes by these */
  readonly feeds: readonly FeedDefinition[]
  /** URL of a module with another `loadConfiguration`; absent takes the server's own */
  readonly configurationModule?: string
}

export type Question =
  | { readonly kind: 'checkpoint' }
  | { readonly kind: 'state-at'; readonly topics: readonly TopicName[]; readonly at: Instant }
  | { readonly kind: 'stretch'; readonly asked: StretchQuestion }
  | { readonly kind: 'viewings'; readonly query: ViewingQuery & { readonly to: Instant } }
  | { readonly kind: 'curve'; readonly asked: CurveQuestion }
  | { readonly kind: 'latest'; readonly series: SeriesName; readonly at: Instant }

export type Answer =
  | { readonly kind: 'checkpoint'; readonly seq: number }
  | { readonly kind: 'state-at'; readonly state: PastState | undefined }
  /** undefined where the log does not hold the entry that it was to come after */
  | { readonly kind: 'stretch'; readonly stretch: PlaybackStretch | undefined }
  | { readonly kind: 'viewings'; readonly viewings: readonly Viewing[] }
  | { readonly kind: 'curve'; readonly curve: Curve }
  | { readonly kind: 'latest'; readonly sample: HeldSample | undefined }
  | { readonly kind: 'failed'; readonly reason: string; readonly isStorageFull: boolean }
