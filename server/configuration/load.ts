import { createHash } from 'node:crypto'
import { z } from 'zod'
import { appSchema, channelSchema, districtSchema, feedSchema, unitSchema, videoPlatformSchema, wallSchema } from '../../contract/configuration.ts'
import { indicatorSchema } from '../../contract/indicator.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Registry } from '../core/registry.ts'
import { checkReferences } from './check.ts'
import type { CheckMeaning } from './check.ts'
import type { Problem } from './problem.ts'
import { ConfigurationReader } from './read.ts'
import { readScreens } from './screens.ts'

/**
 * Reads and cross-checks everything in a configuration folder.
 * @param directory holds app.yaml, units.yaml, channels.yaml and the folders districts, walls, screens, indicators, feeds, video, map
 * @param meaning checks what feeds say their messages mean; absent where only the folds need the configuration
 * @returns the registry, or every mistake at once, each by file and path
 */
export function loadConfiguration(directory: string, meaning?: CheckMeaning): Result<Registry, readonly Problem[]> {
  const reader = new ConfigurationReader(directory)
  const app = reader.parse('app.yaml', appSchema)
  const content = {
    districts: oneEach(reader, 'districts', districtSchema),
    walls: oneEach(reader, 'walls', wallSchema),
    screens: readScreens(reader),
    indicators: byId(reader, listsIn(reader, reader.list('indicators'), 'indicators', indicatorSchema)),
    units: byId(reader, listsIn(reader, ['units.yaml'], 'units', unitSchema)),
    channels: byId(reader, listsIn(reader, ['channels.yaml'], 'channels', channelSchema)),
    feeds: oneEach(reader, 'feeds', feedSchema),
    videoPlatforms: oneEach(reader, 'video', videoPlatformSchema),
  }
  if (app === undefined) return fail(reader.problems)
  const registry: Registry = { app, ...content, fingerprint: fingerprintOf(content) }
  if (reader.problems.length === 0) checkReferences(reader, registry, meaning)
  return reader.problems.length === 0 ? ok(registry) : fail(reader.problems)
}

interface Identified {
  readonly id: string
}

interface Placed<T> {
  readonly file: string
  readonly path: readonly PropertyKey[]
  readonly value: T
}

/** One definition in each file of a folder. */
function oneEach<T extends Identified>(reader: ConfigurationReader, folder: string, schema: z.ZodType<T>): ReadonlyMap<string, T> {
  const placed = reader.list(folder).flatMap((file) => {
    const value = reader.parse(file, schema)
    return value === undefined ? [] : [{ file, path: [], value }]
  })
  return byId(reader, placed)
}

/** A list of definitions under `key` in each of the files. */
function listsIn<T>(reader: ConfigurationReader, files: readonly string[], key: string, schema: z.ZodType<T>): readonly Placed<T>[] {
  return files.flatMap((file) => {
    const list = reader.parse(file, z.strictObject({ [key]: z.array(schema) }))
    return (list?.[key] ?? []).map((value, index) => ({ file, path: [key, index], value }))
  })
}

function byId<T extends Identified>(reader: ConfigurationReader, placed: readonly Placed<T>[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const { file, path, value } of placed) {
    if (found.has(value.id)) reader.report(file, [...path, 'id'], `${JSON.stringify(value.id)} is already defined: ids are used once`)
    found.set(value.id, value)
  }
  return found
}

/** Names all that a fold depends on; screens and walls are left out, since moving a panel changes no figure. */
function fingerprintOf(content: Omit<Registry, 'app' | 'fingerprint'>): string {
  const folded = [content.districts, content.indicators, content.units, content.channels, content.feeds, content.videoPlatforms]
  return createHash('sha256')
    .update(JSON.stringify(folded.map((map) => [...map])))
    .digest('hex')
    .slice(0, 16)
}
