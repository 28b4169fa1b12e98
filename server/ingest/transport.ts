import type { LookupAddress } from 'node:dns'
import type { z } from 'zod'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Clock } from '../core/clock.ts'
import type { Message, RawMessage, StreamDecoder } from './codec.ts'

/** What became of something delivered. */
export interface Delivered {
  /** facts told, new or known already */
  readonly facts: number
  readonly rejected: number
}

/** 台账: what a transport must not forget: which files are taken, how far a table is read. */
export interface Ledger {
  get(key: string): string | undefined
  /** keys that begin with `prefix`, in order */
  keys(prefix: string): readonly string[]
}

/** Written in the same transaction as the facts it is about, so that neither is ever there without the other. `value` undefined forgets the key. */
export interface LedgerNote {
  readonly key: string
  readonly value: string | undefined
}

/** A note that depends on what becomes of what it is about. */
export type NoteFor = LedgerNote | ((delivered: Delivered) => LedgerNote)

/** Where a feed may connect to, by app.yaml's feedHosts. */
export interface HostGuard {
  /**
   * Resolves a host that is allowed, to an address that is allowed: connect to the address, and give TLS the host's name.
   * @throws MisconfiguredError when feedHosts does not name the host, or names it and it resolves to an address of this machine that nothing names
   */
  resolve(host: string, port: number): Promise<LookupAddress>
}

/** A secret, host, folder or option that is not there: trying again does not help before somebody has mended it. */
export class MisconfiguredError extends Error {
  override readonly name = 'MisconfiguredError'
}

/** Thrown out of `deliver` when nothing can be recorded now (the disk is full, the server stops): do not acknowledge, it comes again. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError'
}

/** The upstream said when to come again (Retry-After): the runner waits at least `afterMs`. */
export class TryLaterError extends Error {
  override readonly name = 'TryLaterError'
  readonly afterMs: number

  constructor(message: string, afterMs: number) {
    super(message)
    this.afterMs = afterMs
  }
}

export interface TransportContext<Options> {
  readonly feed: FeedDefinition
  /** of the feed's `source` */
  readonly url: URL
  readonly options: Options
  /** @throws MisconfiguredError naming where the secret should be: the variable YIPING_SECRET_<NAME>, or <data>/secrets/<name> */
  secret(name: string): string
  /** a file of config/tls, as PEM. @throws MisconfiguredError when it is not there */
  certificate(file: string): string
  readonly hosts: HostGuard
  /** @throws MisconfiguredError when app.yaml's feedFolders allows no such folder. @returns its absolute path; a relative one stands in <data>/drops */
  folder(path: string): string
  readonly ledger: Ledger
  readonly clock: Clock
  /** aborted when the feed is taken away, changed, or the server stops */
  readonly signal: AbortSignal
  /** tells this installation from others at the same upstream, the same after every start; lower-case letters, digits and - */
  readonly installation: string
  /** Tells whoever runs the server of what works but should not stay so, such as a certificate that is not checked; the same text once. */
  warn(text: string): void
  /** opens the feed's codec for one connection; undefined when the codec is none for streams */
  readonly openStream: (() => StreamDecoder) | undefined
  /**
   * Hands on what was received; resolves when all that was good of it is durable and all that was not is kept. Only then is the upstream
   * told that we have it. Await it before much more is taken: that is the back-pressure. At most 1,000 may be under way at once.
   * @throws NotTakenError
   */
  deliver(raw: RawMessage, note?: NoteFor): Promise<Delivered>
  /** The same for what is decoded already: rows of a table, frames of a stream. */
  deliverMessages(messages: readonly Message[], origin: string, note?: LedgerNote): Promise<Delivered>
  /** The connection stands, or the upstream said itself that nothing is new: a sign of life, which counts towards the cadence like a message. */
  alive(): void
  /** We looked, and could: the place is there. Only what is taken from it counts towards the cadence, as nobody said that nothing is due. */
  answered(): void
  /** A listener listens: nobody has been heard yet, so no sign of life. */
  listening(): void
}

/** 接入方式: how bytes come to us. One file each in server/ingest/transports. The runner owns retry, back-off, counting and health. */
export interface Transport<Options = unknown> {
  readonly name: string
  /** of the feed's `source`, without the colon */
  readonly schemes: readonly string[]
  readonly summary: { readonly zh: string; readonly en: string }
  /** of the YAML's `transport`; every option with a description (zod's .describe) */
  readonly options: z.ZodType<Options>
  /** the codec where the feed names none; undefined when messages come decoded */
  readonly usualCodec: string | undefined
  /** an example of the YAML's keys `source`, `transport` and `codec`, annotated, for the page that lists them; a test loads it */
  readonly sample: string
  /**
   * Brings messages until `signal` is aborted, then cleans up and resolves.
   * @throws when the upstream is lost, refuses us or answers nonsense, in words for people and without secrets; the runner comes again, later and later
   * @throws MisconfiguredError
   */
  run(context: TransportContext<Options>): Promise<void>
}
