import { feedSchema } from '../../contract/feed.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Clock } from '../../server/core/clock.ts'
import type { Message, RawMessage } from '../../server/ingest/codec.ts'
import type { Delivered, LedgerNote, NoteFor, Transport, TransportContext } from '../../server/ingest/transport.ts'
import { systemClock } from '../../server/system-clock.ts'

/** Something a transport handed on, in the order it did. */
export type Handed =
  | { readonly origin: string; readonly body: string; readonly note: LedgerNote | undefined }
  | { readonly origin: string; readonly messages: readonly Message[]; readonly note: LedgerNote | undefined }

export interface Bench<Options> {
  readonly context: TransportContext<Options>
  readonly handed: Handed[]
  readonly ledger: Map<string, string>
  readonly warnings: string[]
  /** times the transport said that it lives, or that what it looks at is there */
  alive: number
  /** times of these that count towards the cadence */
  signsOfLife: number
  /** what the next deliveries answer; throws what it throws, and then nothing is noted */
  answer: (delivery: RawMessage | readonly Message[]) => Delivered
  abort(): void
}

export interface BenchSettings {
  readonly clock?: Clock
  readonly feed?: Partial<Record<keyof FeedDefinition, unknown>>
  readonly folder?: (path: string) => string
  readonly secrets?: Readonly<Record<string, string>>
  readonly certificates?: Readonly<Record<string, string>>
  readonly resolve?: (host: string, port: number) => string
  /** of an earlier run */
  readonly ledger?: Map<string, string>
}

/** A runner for one transport: it records in memory what it is handed, with its ledger note, as one transaction. */
export function benchOf<Options>(transport: Transport<Options>, source: string, options: unknown, settings: BenchSettings = {}): Bench<Options> {
  const stop = new AbortController()
  const handed: Handed[] = []
  const ledger = settings.ledger ?? new Map<string, string>()
  const note = (entry: LedgerNote | undefined): void => {
    if (entry === undefined) return
    if (entry.value === undefined) ledger.delete(entry.key)
    else ledger.set(entry.key, entry.value)
  }
  const bench: Bench<Options> = {
    handed,
    ledger,
    warnings: [],
    alive: 0,
    signsOfLife: 0,
    answer: (delivery) => ({ facts: 'body' in delivery ? 1 : delivery.length, rejected: 0 }),
    abort: () => stop.abort(),
    context: {
      feed: feedOf(source, settings.feed),
      url: new URL(source),
      options: transport.options.parse(options),
      secret: (name) => settings.secrets?.[name] ?? '',
      certificate: (file) => settings.certificates?.[file] ?? '',
      hosts: { resolve: (host, port) => Promise.resolve({ address: settings.resolve?.(host, port) ?? '127.0.0.1', family: 4 }) },
      folder: settings.folder ?? ((path) => path),
      ledger: {
        get: (key) => ledger.get(key),
        keys: (prefix) => [...ledger.keys()].filter((key) => key.startsWith(prefix)).sort(),
      },
      clock: settings.clock ?? systemClock,
      signal: stop.signal,
      installation: 'here',
      warn: (text) => void bench.warnings.push(text),
      openStream: undefined,
      deliver(raw, noteFor) {
        const delivered = bench.answer(raw)
        const entry = settled(noteFor, delivered)
        handed.push({ origin: raw.origin, body: raw.body.toString('utf8'), note: entry })
        note(entry)
        return Promise.resolve(delivered)
      },
      deliverMessages(messages, origin, entry) {
        const delivered = bench.answer(messages)
        handed.push({ origin, messages, note: entry })
        note(entry)
        return Promise.resolve(delivered)
      },
      alive() {
        bench.alive += 1
        bench.signsOfLife += 1
      },
      answered: () => (bench.alive += 1),
      listening: () => undefined,
    },
  }
  return bench
}

const settled = (note: NoteFor | undefined, delivered: Delivered): LedgerNote | undefined => (typeof note === 'function' ? note(delivered) : note)

function feedOf(source: string, changes: BenchSettings['feed'] = {}): FeedDefinition {
  return feedSchema.parse({
    id: 'tried',
    name: '试接',
    shortName: '试接',
    nameEn: 'Tried',
    district: '620802',
    source,
    mapping: '$',
    zone: 'Asia/Shanghai',
    demo: true,
    cadenceSeconds: 60,
    contact: '0933-0000000',
    ...changes,
  })
}

/** Resolves once `isSo`; the test's own limit ends a wait that is in vain. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 5))
}
