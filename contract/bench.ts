import type { Fact } from './fact.ts'
import type { FeedState } from './fact.ts'
import type { Refusal, RejectionCause } from './rejection.ts'
import type { Instant } from './time.ts'

/** 接入台: what the integrator's bench and `npm run feed` ask of the server, and its answers. Every address needs the role it names. */

/** How a feed's connection stands. `intake`: it is sent to us, nothing is connected. `stopped`: misconfigured, waits for a hand. */
export type Connection = 'intake' | 'connecting' | 'open' | 'retrying' | 'stopped'

/** One of GET /api/bench/feeds (desk). Counts are since the server started. */
export interface FeedStatus {
  readonly id: string
  readonly district: string
  readonly name: string
  readonly nameEn: string
  /** without user, password and query */
  readonly source: string
  readonly codec: string
  /** `mapping`, or the dialect's name */
  readonly meaning: string
  readonly state: FeedState
  readonly connection: Connection
  readonly lastError: { readonly at: Instant; readonly text: string } | undefined
  readonly retryAt: Instant | undefined
  readonly lastMessageAt: Instant | undefined
  readonly messages: number
  readonly facts: number
  readonly rejected: number
  /** not recorded since they moved too little (deadBands) */
  readonly unchanged: number
  /** messages waiting to be translated */
  readonly queued: number
  readonly version: number
}

export interface FeedStatusList {
  /** where the feeds' files lie on the server's machine, such as config/feeds */
  readonly folder: string
  readonly feeds: readonly FeedStatus[]
}

/** A version of a feed's file. Version 1 is the first the server saw. */
export interface FeedVersion {
  readonly version: number
  readonly savedAt: Instant
  /** `bench`, or `file` when it was changed outside */
  readonly by: 'bench' | 'file'
}

/** GET /api/bench/feeds/:feed (desk); …/versions/:version answers with `yaml` alone. */
export interface FeedFile {
  readonly id: string
  readonly yaml: string
  readonly version: number
  /** newest first */
  readonly versions: readonly FeedVersion[]
}

export interface Sample {
  readonly body: string
  readonly encoding: 'text' | 'hex' | 'base64'
  readonly origin: string
  readonly contentType?: string | undefined
}

/** A mistake in a feed's file. */
export interface FeedProblem {
  /** such as `transport.pollSeconds`; empty for the file as a whole */
  readonly path: string
  readonly problem: string
  /** in the mapping's text, characters from 0 */
  readonly position?: number | undefined
  /** in the file, from 1 */
  readonly line?: number | undefined
}

/** POST /api/bench/try (desk) {yaml, sample}: nothing is recorded. At most 200 messages are told. */
export interface TryRequest {
  readonly yaml: string
  readonly sample?: Sample | undefined
}

export interface TriedMessage {
  readonly index: number
  readonly place: string
  /** what the codec made of it; absent when it could not */
  readonly decoded?: unknown
  readonly facts: readonly Fact[]
  /** admitted, but within a dead-band */
  readonly unchanged: number
  readonly refusals: readonly Refusal[]
}

export interface TryAnswer {
  readonly problems: readonly FeedProblem[]
  /** the sample refused as a whole */
  readonly refusal?: Refusal | undefined
  readonly messages: readonly TriedMessage[]
  /** in the sample, told or not */
  readonly count: number
  readonly factCount: number
  readonly refusalCount: number
}

/** POST /api/bench/sample (admin) {yaml}: connects as the feed would, takes one message without acknowledging it. */
export interface SampleAnswer {
  readonly sample?: Sample | undefined
  readonly problems: readonly FeedProblem[]
  /** why nothing came, in words */
  readonly reason?: string | undefined
}

/** What a file that is saved was made from. The feed is named: versions of two feeds have the same numbers. */
export interface SaveBase {
  readonly feed: string
  readonly version: number
}

/** POST /api/bench/save (admin). 409 when `basedOn` is not the newest version (null for a new feed); another id than its feed's is a mistake. */
export interface SaveRequest {
  readonly yaml: string
  readonly basedOn: SaveBase | null
}

/** POST /api/bench/feeds/:feed/roll-back (admin) {version}, …/remove (admin) {}, and save answer with this; `problems` means nothing was done. */
export interface SaveAnswer {
  readonly id: string
  readonly version: number | undefined
  readonly problems: readonly FeedProblem[]
}

/** One line of GET /api/bench/feeds/:feed/tail?after=N (desk): the latest messages, oldest first, personal data masked. */
export interface TailLine {
  readonly number: number
  readonly at: Instant
  readonly origin: string
  readonly text: string
  readonly facts: number
  readonly rejected: number
}

export interface TailAnswer {
  readonly lines: readonly TailLine[]
}

/** One entry of GET /api/bench/catalogue (desk): everything a feed's file can say. */
export interface CatalogueOption {
  readonly name: string
  readonly type: string
  /** as JSON; undefined where there is none */
  readonly usual: string | undefined
  readonly isRequired: boolean
  /** what it means */
  readonly zh: string
  readonly en: string
}

export interface CatalogueEntry {
  readonly name: string
  readonly zh: string
  readonly en: string
  readonly options: readonly CatalogueOption[]
  readonly sample: string
}

export interface Catalogue {
  readonly transports: readonly (CatalogueEntry & { readonly schemes: readonly string[] })[]
  readonly codecs: readonly (CatalogueEntry & { readonly isBinary: boolean })[]
  readonly functions: readonly { readonly signature: string; readonly zh: string; readonly en: string; readonly example: string }[]
  readonly dialects: readonly string[]
  readonly sectors: readonly string[]
  readonly quantities: readonly string[]
}

/** GET /api/quarantine (desk), with ?feed= of one feed: what is kept by cause, newest first, and how many are kept no longer. */
export interface Quarantine {
  readonly causes: readonly RejectionCause[]
  /** by feed and reason: were kept once, and had to make room or grew too old */
  readonly evicted: readonly { readonly feed: string; readonly evicted: number }[]
}

/** POST /api/quarantine/replay (admin) {feed, cause?}: sends what is kept through again, in order. …/discard (admin) {feed, cause}: {discarded}. */
export interface ReplayAnswer {
  readonly replayed: number
  readonly facts: number
  readonly duplicates: number
  readonly refusedAgain: number
  /** of the asked ones, those that are kept only in part */
  readonly notReplayable: number
}

export interface DiscardAnswer {
  readonly discarded: number
}
