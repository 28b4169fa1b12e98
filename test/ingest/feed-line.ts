import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { Fact, FeedReason } from '../../contract/fact.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Refusal, Rejection } from '../../contract/rejection.ts'
import { ok } from '../../contract/result.ts'
import { createAdmission } from '../../server/core/admission.ts'
import type { AdmissionOptions } from '../../server/core/admission.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import type { Message, RawMessage } from '../../server/ingest/codec.ts'
import type { Dialect } from '../../server/ingest/dialect.ts'
import { MapError } from '../../server/ingest/dialect.ts'
import { LiveFeeds } from '../../server/ingest/live-feeds.ts'
import type { LiveFeedsRooms } from '../../server/ingest/live-feeds.ts'
import { openFeed } from '../../server/ingest/open-feed.ts'
import type { OpenFeed } from '../../server/ingest/open-feed.ts'
import { FeedPipeline } from '../../server/ingest/pipeline.ts'
import type { AlsoRecorded } from '../../server/ingest/pipeline.ts'
import { MisconfiguredError } from '../../server/ingest/transport.ts'
import type { Transport, TransportContext } from '../../server/ingest/transport.ts'
import { start } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { feed, registryWith } from '../support/registry.ts'

/** One feed's way from what is received to the log, between a recorder, a quarantine and a watch that only write down. */

const message = z.looseObject({ no: z.string(), value: z.number().optional(), after: z.number().default(0), fault: z.string().optional() })

/** A message is an order, or with a `value` a reading of PM2.5, `after` ms after the tests' start; `fault` names what shall go wrong with it. */
export const probe: Dialect = {
  name: 'probe',
  message,
  map(given) {
    // parsed by the schema above
    const { no, value, after, fault } = given as z.infer<typeof message>
    if (fault === 'map') throw new MapError('unknown-value', `no: ${no} is not one of ours; send another`)
    if (fault === 'endless') throw new MapError('too-slow', 'mapping: look for a loop')
    if (fault === 'bug') throw new TypeError('undefined is not a function')
    const facts =
      value === undefined
        ? [{ kind: 'work-order', id: no, at: start + after, stage: fault === 'admit' ? 'lost' : 'received' }]
        : [{ kind: 'sensor-reading', sensor: no, quantity: 'pm25', at: start + after, value }]
    return fault === 'slow' ? new Promise((resolve) => setImmediate(() => resolve(facts))) : facts
  },
}

export const text = (...messages: readonly unknown[]): RawMessage => ({ body: Buffer.from(JSON.stringify(messages)), origin: 'air/1' })
export const values = (...messages: readonly unknown[]): readonly Message[] => messages.map((value) => ({ value }))

/** What the rooms around the feeds were given, in order, and what they shall do. */
export class Rooms {
  readonly clock = new ManualClock()
  readonly registry = registryWith()
  readonly recorded: { feed: string; facts: readonly Fact[]; also?: AlsoRecorded }[] = []
  readonly kept: Omit<Rejection, 'id'>[] = []
  readonly receipts: { feed: string; facts: number; rejected: number }[] = []
  readonly answers: string[] = []
  readonly failures: { feed: string; reason: FeedReason; detail: string }[] = []
  readonly lines: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[] = []
  /** `recorded` and `kept`, in the order it happened */
  readonly events: string[] = []
  secrets: Readonly<Record<string, string>> = {}
  /** 0 to 1, for jitter */
  chance = 1
  /** replaced by tests that need a recorder that fails or waits */
  commit: () => Promise<void> = () => Promise.resolve()
  keep = (rejections: readonly Omit<Rejection, 'id'>[]): void => {
    this.kept.push(...rejections)
    this.events.push('kept')
  }

  /** feeds by their ids in `transports` are run by these; every meaning is `probe` */
  readonly transports = new Map<string, (context: TransportContext<unknown>) => Promise<void>>()

  readonly open: typeof openFeed = (definition) => {
    const opened = openFeed({ ...definition, source: 'intake:', transport: {}, dialect: undefined, mapping: '$' })
    if (!opened.ok) return opened
    const run = this.transports.get(definition.id)
    const link = run === undefined ? undefined : { transport: transportOf(run), url: new URL(definition.source), options: {} }
    return ok({ ...opened.value, definition, meaning: probe, link })
  }

  readonly all: LiveFeedsRooms = {
    registry: this.registry,
    clock: this.clock,
    recorder: {
      record: async (feed, facts, also) => {
        await this.commit()
        this.recorded.push({ feed, facts, ...(also === undefined ? {} : { also }) })
        this.events.push('recorded')
        return { accepted: facts.length, duplicates: 0, seq: this.recorded.length }
      },
    },
    rejections: { keep: (rejections) => this.keep(rejections) },
    watch: {
      received: (feed, { facts, rejected }) => void this.receipts.push({ feed, facts, rejected }),
      answered: (feed) => void this.answers.push(feed),
      failed: (feed, reason, detail) => void this.failures.push({ feed, reason, detail }),
      stateOf: () => 'up',
    },
    log: (level, message, fields = {}) => void this.lines.push({ level, message, fields }),
    hosts: { resolve: () => Promise.resolve({ address: '127.0.0.1', family: 4 }) },
    secrets: {
      secret: (name) => {
        const secret = this.secrets[name]
        if (secret === undefined) throw new MisconfiguredError(`the secret ${name} is not there`)
        return secret
      },
    },
    privacy: plainPrivacy({ redact: (text) => Object.values(this.secrets).reduce((rest, secret) => rest.replaceAll(secret, '***'), text) }),
    certificate: () => '',
    installation: 'here',
    folder: (path) => path,
    ledger: () => ({ get: () => undefined, keys: () => [] }),
    random: () => this.chance,
    last: () => () => undefined,
    open: this.open,
  }

  /** feed, when it was recorded and kept alike */
  get ids(): readonly string[] {
    return this.recorded.flatMap(({ facts }) => facts.map((fact) => ('id' in fact ? fact.id : 'sensor' in fact ? fact.sensor : fact.kind)))
  }

  live(): LiveFeeds {
    const live = new LiveFeeds(this.all)
    onTestFinished(() => live.close())
    return live
  }

  pipeline(given: Partial<FeedDefinition> = {}, last: AdmissionOptions['last'] = () => undefined): FeedPipeline {
    const opened = this.opened(given)
    return new FeedPipeline(opened, this.all, createAdmission({ feed: opened.definition, registry: this.registry, last }))
  }

  opened(given: Partial<FeedDefinition> = {}): OpenFeed {
    const opened = this.open(airFeed(given))
    if (!opened.ok) throw new Error(opened.error.map(({ problem }) => problem).join('; '))
    return opened.value
  }
}

export const airFeed = (given: Partial<FeedDefinition> = {}): FeedDefinition => feed({ id: 'air', mapping: '$', ...given })

function transportOf(run: Transport['run']): Transport {
  return { name: 'tried', schemes: ['tried'], summary: { zh: '', en: '' }, options: z.unknown(), usualCodec: 'json', sample: '', run }
}

export const full = (): Promise<void> => Promise.reject(new StorageFullError('log.sqlite is full'))

/** A refusal without its words. */
export const codeOf = ({ stage, code }: Pick<Refusal, 'stage' | 'code'>): string => `${stage} ${code}`

/** What another turn of the event loop has done is done. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Waits, turn by turn of the event loop, for what comes of what was begun: how many turns that takes is nobody's promise. */
export async function turnsUntil(isSo: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1_000 && !isSo(); turns += 1) await settled()
}
