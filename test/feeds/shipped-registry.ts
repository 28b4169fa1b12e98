import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  channelSchema,
  districtSchema,
  quantitySchema,
  rankingSchema,
  sectorSchema,
  sensorSchema,
  themeSchema,
  unitSchema,
} from '../../contract/configuration.ts'
import { feedSchema } from '../../contract/feed.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import { indicatorSchema, inputSchema } from '../../contract/indicator.ts'
import type { Fact } from '../../contract/fact.ts'
import type { Refusal } from '../../contract/rejection.ts'
import { createAdmission } from '../../server/core/admission.ts'
import type { Registry } from '../../server/core/registry.ts'
import { dialects } from '../../server/ingest/feeds/index.ts'
import { openFeed } from '../../server/ingest/open-feed.ts'
import { Translator } from '../../server/ingest/translator.ts'
import { towns } from '../../mock-streams/city/towns.ts'
import { plainPrivacy } from '../support/privacy.ts'
import { district, registryWith } from '../support/registry.ts'

/** The vocabulary as it is shipped (config/indicators, inputs, units, channels, themes, rankings, sectors, quantities, sensors, feeds), with districts that are only as full as feeds need them. */

const config = join(import.meta.dirname, '../../config')

const read = (file: string): unknown => parse(readFileSync(join(config, file), 'utf8')) as unknown
const filesIn = (folder: string): readonly string[] => readdirSync(join(config, folder)).map((file) => `${folder}/${file}`)

export const shippedIndicators = filesIn('indicators').flatMap(
  (file) => z.strictObject({ indicators: z.array(indicatorSchema) }).parse(read(file)).indicators,
)
export const shippedUnits = z.strictObject({ units: z.array(unitSchema) }).parse(read('units.yaml')).units
export const shippedChannels = z.strictObject({ channels: z.array(channelSchema) }).parse(read('channels.yaml')).channels
export const shippedInputs = z.strictObject({ inputs: z.array(inputSchema) }).parse(read('inputs.yaml')).inputs
export const shippedThemes = z.strictObject({ themes: z.array(themeSchema) }).parse(read('themes.yaml')).themes
export const shippedRankings = z.strictObject({ rankings: z.array(rankingSchema) }).parse(read('rankings.yaml')).rankings
export const shippedSectors = z.strictObject({ sectors: z.array(sectorSchema) }).parse(read('sectors.yaml')).sectors
export const shippedQuantities = z.strictObject({ quantities: z.array(quantitySchema) }).parse(read('quantities.yaml')).quantities
export const shippedSensors = filesIn('sensors').flatMap((file) => z.strictObject({ sensors: z.array(sensorSchema) }).parse(read(file)).sensors)
export const shippedFeeds = filesIn('feeds').map((file) => feedSchema.parse(read(file)))

const area = (code: string): { code: string; name: string; nameEn: string; shortName: string; group: 'area' } => ({
  code,
  name: code,
  nameEn: code,
  shortName: code.slice(0, 8),
  group: 'area',
})

const areasOfLa = districtSchema.parse(read('districts/la.yaml')).subdistricts

const base = registryWith({
  indicators: shippedIndicators,
  units: shippedUnits,
  channels: shippedChannels,
  inputs: shippedInputs,
  themes: shippedThemes,
  rankings: shippedRankings,
  sectors: shippedSectors,
  quantities: shippedQuantities,
  sensors: shippedSensors,
  feeds: shippedFeeds,
  districts: [
    district({ id: '620802', subdistricts: towns.map(({ code }) => area(code)) }),
    district({ id: 'la', zone: 'America/Los_Angeles', time: 'recorded', subdistricts: areasOfLa }),
  ],
})

/** Without the builders' own few indicators, which are numbered like the plan's. */
export const shippedRegistry: Registry = { ...base, indicators: new Map(shippedIndicators.map((indicator) => [indicator.id, indicator])) }

/** A shipped feed by its id; by the name of a dialect that no shipped feed is called after, a feed that speaks it. */
export function shippedFeed(id: string): FeedDefinition {
  const feed = shippedRegistry.feeds.get(id)
  if (feed !== undefined) return feed
  const native = shippedRegistry.feeds.get('native')
  if (native === undefined || !dialects.some(({ name }) => name === id))
    throw new Error(`config/feeds has no feed ${id}, and there is no such dialect`)
  return { ...native, id, dialect: id }
}

export interface Outcome {
  readonly facts: readonly Fact[]
  readonly refused: readonly Refusal[]
}

/** Takes messages through decode, map and admit, each by itself. */
export async function outcomesOf(feedId: string, messages: readonly unknown[], now: number): Promise<readonly Outcome[]> {
  const opened = openFeed(shippedFeed(feedId))
  if (!opened.ok) throw new Error(opened.error.map(({ path, problem }) => `${path}: ${problem}`).join('; '))
  const admission = createAdmission({ feed: opened.value.definition, registry: shippedRegistry, last: () => undefined })
  const privacy = plainPrivacy()
  const outcomes: Outcome[] = []
  for (const value of messages) {
    // never committed: no message knows of another
    const translator = new Translator({
      feed: opened.value,
      registry: shippedRegistry,
      session: admission.session(now),
      origin: '',
      receivedAt: now,
      privacy,
    })
    await translator.take([{ value }])
    if (translator.faults.length > 0) throw translator.faults[0]
    outcomes.push({ facts: translator.facts, refused: translator.refusals.map(({ stage, code, detail }) => ({ stage, code, detail })) })
  }
  return outcomes
}
