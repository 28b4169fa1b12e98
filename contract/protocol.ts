import { z } from 'zod'
import type { Entity, TopicName } from './topic.ts'
import type { Instant } from './time.ts'

/** The push protocol in types. The rules P1-P9 that give them meaning are in PROTOCOL.md. */

export const protocolVersion = 1

/** P2: an idle server sends an empty frame this often. */
export const heartbeatMs = 1_000
/** P5: a screen that has seen no frame for this long is stalled. */
export const stalledAfterMs = 5_000
/** P4: how long the server keeps frames for those who missed them. */
export const ringMs = 60_000
/** P4: a client gets at most one snapshot in this time. */
export const snapshotEveryMs = 1_000

/** Where a screen stands: `epoch` names the stream of one set of topics in one run of the server and is opaque, `seq` the last frame applied. */
export interface Position {
  readonly epoch: string
  readonly seq: number
}

/** P3: an entity stands once in a patch, at its latest state, in `upsert` or in `remove`. */
export interface Patch {
  readonly upsert?: readonly Entity[]
  readonly remove?: readonly string[]
}

export interface Frame {
  readonly epoch: string
  readonly seq: number
  /** the server's clock when the frame was made */
  readonly now: Instant
  readonly patches: Readonly<Record<TopicName, Patch>>
}

export const helloSchema = z.strictObject({
  protocol: z.int(),
  topics: z.array(z.string().min(1).max(128)).min(1).max(64),
  since: z.strictObject({ epoch: z.string().max(64), seq: z.int().min(0) }).optional(),
})
/** `topics` are full names; the server sorts them and drops repetitions before they name a room. */
export type Hello = z.infer<typeof helloSchema>

export type HelloAnswer =
  | {
      readonly type: 'snapshot'
      readonly epoch: string
      readonly seq: number
      readonly now: Instant
      readonly build: string
      readonly topics: Readonly<Record<TopicName, readonly Entity[]>>
    }
  | { readonly type: 'catch-up'; readonly build: string; readonly now: Instant; readonly frames: readonly Frame[] }
  | { readonly type: 'incompatible'; readonly build: string; readonly reason: string }

/** Socket.IO events: the whole vocabulary of the wire. */
export interface ServerToClient {
  frame: (frame: Frame) => void
}
export interface ClientToServer {
  hello: (hello: Hello, answer: (answer: HelloAnswer) => void) => void
}
