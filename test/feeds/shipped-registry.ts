import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { channelSchema, feedSchema, unitSchema } from '../../contract/configuration.ts'
import type { FeedDefinition } from '../../contract/configuration.ts'
import { indicatorSchema } from '../../contract/indicator.ts'
import type { Fact } from '../../contract/fact.ts'
import type { IndexedRefusal } from '../../contract/rejection.ts'
import type { Registry } from '../../server/core/registry.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'
import { Translator } from '../../server/ingest/intake.ts'
import { towns } from '../../mock-streams/city/towns.ts'
import { district, registryWith } from '../support/registry.ts'

/** The vocabulary as it is shipped (config/indicators, units, channels, feeds), with districts that are only as full as feeds need them. */

const config = new URL('../../config/', import.meta.url).pathname

const read = (file: string): unknown => parse(readFileSync(join(config, file), 'utf8')) as unknown
const filesIn = (folder: string): readonly string[] => readdirSync(join(config, folder)).map((file) => `${folder}/${file}`)

export const shippedIndicators = filesIn('indicators').flatMap(
  (file) => z.strictObject({ indicators: z.array(indicatorSchema) }).parse(read(file)).indicators,
)
export const shippedUnits = z.strictObject({ units: z.array(unitSchema) }).parse(read('units.yaml')).units
export const shippedChannels = z.strictObject({ channels: z.array(channelSchema) }).parse(read('channels.yaml')).channels
export const shippedFeeds = filesIn('feeds').map((file) => feedSchema.parse(read(file)))

const area = (code: string): { code: string; name: string; nameEn: string; shortName: string; group: 'area' } => ({
  code,
  name: code,
  nameEn: code,
  shortName: code.slice(0, 8),
  group: 'area',
})

const base = registryWith({
  indicators: shippedIndicators,
  units: shippedUnits,
  channels: shippedChannels,
  feeds: shippedFeeds,
  districts: [
    district({ id: '620802', subdistricts: towns.map(({ code }) => area(code)) }),
    district({ id: 'la', zone: 'America/Los_Angeles', time: 'recorded', subdistricts: [area('la-central')] }),
  ],
})

/** Without the builders' own few indicators, which are numbered like the plan's. */
export const shippedRegistry: Registry = { ...base, indicators: new Map(shippedIndicators.map((indicator) => [indicator.id, indicator])) }

export function shippedFeed(id: string): FeedDefinition {
  const feed = shippedRegistry.feeds.get(id)
  if (feed === undefined) throw new Error(`config/feeds has no feed ${id}`)
  return feed
}

export interface Outcome {
  readonly facts: readonly Fact[]
  readonly refused: readonly Omit<IndexedRefusal, 'index'>[]
}

/** Takes messages through decode, map and admit, each by itself. */
export function outcomesOf(feedId: string, messages: readonly unknown[], now: number): readonly Outcome[] {
  const feed = shippedFeed(feedId)
  const dialect = dialects.find(({ name }) => name === feed.dialect)
  if (dialect === undefined) throw new Error(`no dialect ${String(feed.dialect)}`)
  return messages.map((value) => {
    const translator = new Translator({ feed, dialect, registry: shippedRegistry, now })
    translator.take([{ value }])
    if (translator.faults.length > 0) throw translator.faults[0]
    return { facts: translator.facts, refused: translator.refusals.map(({ stage, code, detail }) => ({ stage, code, detail })) }
  })
}
