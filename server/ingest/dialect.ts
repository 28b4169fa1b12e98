import type { z } from 'zod'
import type { feedFactKinds } from '../../contract/fact.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { RejectionCode } from '../../contract/rejection.ts'
import type { Instant } from '../../contract/time.ts'
import type { Registry } from '../core/registry.ts'

export interface DialectContext {
  readonly feed: FeedDefinition
  readonly registry: Registry
  /** where the message came from: an MQTT topic, a file's name; empty for the HTTP intake */
  readonly origin: string
  readonly receivedAt: Instant
}

/** 方言: what the messages of one kind of upstream mean. One file each in server/ingest/feeds. */
export interface Dialect {
  /** the name a feed's configuration calls it by */
  readonly name: string
  /** kinds of facts that it makes; absent where the message decides */
  readonly carries?: readonly (typeof feedFactKinds)[number][]
  /** shape of one message, in the upstream's own words: what does not fit is refused at stage `decode` */
  readonly message: z.ZodType
  /**
   * Says a message in our vocabulary: names, units, WGS-84, UTC instants, personal data masked.
   * @param message what `message` made of it
   * @returns candidate facts, in the order they happened; may be empty when the message says nothing we show
   * Errors: throws MapError when the message fits its shape but cannot be understood.
   */
  map(message: unknown, context: DialectContext): readonly unknown[] | Promise<readonly unknown[]>
}

/** A message that fits its shape but cannot be said in our vocabulary. `detail` names the place, the reason and the cure. */
export class MapError extends Error {
  readonly code: RejectionCode
  readonly detail: string

  constructor(code: RejectionCode, detail: string) {
    super(detail)
    this.name = 'MapError'
    this.code = code
    this.detail = detail
  }
}
