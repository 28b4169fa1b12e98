import type { z } from 'zod'
import type { Refusal } from '../../contract/rejection.ts'
import type { Result } from '../../contract/result.ts'

/** One message out of what was received: its value in the upstream's own words, or why there is none. */
export type Message =
  | {
      readonly value: unknown
      /** as it was written, where the value does not say it all; binary messages in hexadecimal */
      readonly text?: string
      /** where exactly it stands: `line 12`, `sheet 3 row 7`; named in refusals */
      readonly place?: string
    }
  | {
      readonly refusal: Refusal
      readonly text: string
      readonly place?: string
      /** of the table that `text` is a row of: they tell what in it is a person's */
      readonly columns?: readonly string[]
    }

/** Bytes refused as a whole. `text` is what was received, as legible as it can be made, not masked, at least its first 64 KiB. */
export interface BodyRefusal {
  readonly refusal: Refusal
  readonly text: string
}

/** What was received together: one request, one MQTT message, one file. */
export interface RawMessage {
  readonly body: Buffer
  /** an MQTT topic, a file's name, an address without its query, a device's address; told to mappings as `$origin` */
  readonly origin: string
  /** as the upstream declared it */
  readonly contentType?: string | undefined
}

/** What a stream codec made of bytes: a message, and what the device is to be answered once it is durable, or refused. */
export interface StreamItem {
  readonly message: Message | undefined
  /** called once with whether the message was taken; undefined answers nothing */
  readonly answer?: (isTaken: boolean) => Buffer | undefined
}

/** One connection of a device that sends frames. */
export interface StreamDecoder {
  /** Takes what arrived, in pieces of any size; a bad frame never loses the good ones beside it. Never throws. */
  push(bytes: Buffer): readonly StreamItem[]
  /** The connection ended: what is left of an unfinished frame. */
  end(): readonly StreamItem[]
}

export interface DecodeLimits {
  /** of the messages of one body */
  readonly mostMessages: number
  /** bytes that a body may unpack to */
  readonly mostBytes: number
}

/** 编码: how bytes become messages. One file each in server/ingest/codecs. */
export interface Codec<Options = unknown> {
  /** what a feed's configuration calls it */
  readonly name: string
  /** one sentence each, for the page that lists them */
  readonly summary: { readonly zh: string; readonly en: string }
  /** of the YAML besides `name`; every option with a description (zod's .describe), shown on that page */
  readonly options: z.ZodType<Options>
  /** an annotated sample that decodes: text, or hexadecimal when `isBinary` */
  readonly sample: { readonly options: unknown; readonly body: string; readonly note: { readonly zh: string; readonly en: string } }
  /** kept and pasted in hexadecimal */
  readonly isBinary: boolean
  /**
   * Takes a body apart into messages. One bad message never loses its neighbours. An empty list is fine.
   * Errors: a refusal of the whole when nothing can be told apart; never throws.
   */
  decode(
    raw: RawMessage,
    options: Options,
    limits: DecodeLimits,
  ): Result<readonly Message[], BodyRefusal> | Promise<Result<readonly Message[], BodyRefusal>>
  /** for protocols that come as a stream over TCP */
  openStream?(options: Options): StreamDecoder
}
