import { feedSchema } from '../../../contract/feed.ts'
import type { Clock } from '../../../server/core/clock.ts'
import type { Message, RawMessage } from '../../../server/ingest/codec.ts'
import { createHostGuard } from '../../../server/ingest/host-guard.ts'
import { MisconfiguredError } from '../../../server/ingest/transport.ts'
import type { Delivered, LedgerNote, NoteFor, Transport } from '../../../server/ingest/transport.ts'
import { systemClock } from '../../../server/system-clock.ts'

interface Delivery {
  readonly text: string
  readonly origin: string
  readonly note?: LedgerNote
}

/** A transport at work, as the runner would run it, and what came of it. */
export interface RunningTransport {
  readonly deliveries: readonly Delivery[]
  readonly messages: readonly Message[]
  readonly warnings: readonly string[]
  readonly ledger: ReadonlyMap<string, string>
  /** how often the upstream gave a sign of life */
  readonly lives: () => number
  /** resolves or rejects as the transport's run does */
  readonly ended: Promise<void>
  /** the error that the run ends with */
  readonly failure: Promise<Error>
  /** ends it as the runner does, and waits until it has cleaned up */
  stop(): Promise<void>
}

interface Setting {
  readonly options?: unknown
  readonly secrets?: Readonly<Record<string, string>>
  readonly certificates?: Readonly<Record<string, string>>
  readonly allow?: readonly string[]
  readonly clock?: Clock
  readonly ledger?: Map<string, string>
  readonly messageBytes?: number
  /** decides what becomes of a message: what it throws is thrown by `deliver` */
  readonly deliver?: (raw: RawMessage, count: number) => Promise<void> | void
}

const everything: Delivered = { facts: 1, rejected: 0 }

/** Starts a transport on its own, with everything around it replaced. */
export function runTransport<Options>(transport: Transport<Options>, source: string, setting: Setting = {}): RunningTransport {
  const deliveries: Delivery[] = []
  const messages: Message[] = []
  const warnings: string[] = []
  const ledger = setting.ledger ?? new Map<string, string>()
  const stopping = new AbortController()
  let lives = 0
  let count = 0
  const named =
    (names: Readonly<Record<string, string>> = {}) =>
    (name: string) => {
      const value = names[name]
      if (value === undefined) throw new MisconfiguredError(`${name} is not there`)
      return value
    }
  const note = ({ key, value }: LedgerNote): void => {
    if (value === undefined) ledger.delete(key)
    else ledger.set(key, value)
  }
  const ended = transport.run({
    feed: feedOf(source, setting.messageBytes),
    url: new URL(source),
    options: transport.options.parse(setting.options ?? {}),
    secret: named(setting.secrets),
    certificate: named(setting.certificates),
    hosts: createHostGuard(setting.allow ?? ['localhost', '127.0.0.1']),
    folder: () => '/nowhere',
    ledger: { get: (key) => ledger.get(key), keys: (prefix) => [...ledger.keys()].filter((key) => key.startsWith(prefix)).sort() },
    clock: setting.clock ?? systemClock,
    signal: stopping.signal,
    installation: 'here',
    warn: (text) => void warnings.push(text),
    openStream: undefined,
    async deliver(raw, noteFor) {
      const about = settled(noteFor, everything)
      count += 1
      await setting.deliver?.(raw, count)
      if (about !== undefined) note(about)
      deliveries.push({ text: raw.body.toString('utf8'), origin: raw.origin, ...(about === undefined ? {} : { note: about }) })
      return everything
    },
    deliverMessages(given, _origin, about) {
      if (about !== undefined) note(about)
      messages.push(...given)
      return Promise.resolve(everything)
    },
    alive: () => void (lives += 1),
    answered: () => undefined,
    listening: () => undefined,
  })
  const failure = ended.then(
    () => new Error('it ended without a failure'),
    (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
  )
  return {
    deliveries,
    messages,
    warnings,
    ledger,
    lives: () => lives,
    ended,
    failure,
    async stop() {
      stopping.abort()
      await failure
    },
  }
}

const settled = (note: NoteFor | undefined, delivered: Delivered): LedgerNote | undefined => (typeof note === 'function' ? note(delivered) : note)

function feedOf(source: string, messageBytes: number | undefined): ReturnType<typeof feedSchema.parse> {
  return feedSchema.parse({
    id: 'river',
    name: '水位',
    shortName: '水位',
    nameEn: 'River',
    district: 'yanqing',
    source,
    mapping: '$',
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 60,
    contact: '值班室',
    ...(messageBytes === undefined ? {} : { limits: { messageBytes } }),
  })
}
