import { createHash } from 'node:crypto'
import { z } from 'zod'
import { alarmRulesSchema } from '../../contract/alarm-rule.ts'
import type { AlarmRules } from '../../contract/alarm-rule.ts'
import {
  appSchema,
  channelSchema,
  districtSchema,
  planSchema,
  quantitySchema,
  rankingSchema,
  sectorSchema,
  sensorSchema,
  themeSchema,
  unitSchema,
  videoPlatformSchema,
  wallSchema,
} from '../../contract/configuration.ts'
import type { CalendarFile } from '../../contract/configuration.ts'
import { feedSchema } from '../../contract/feed.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import { indicatorSchema, inputSchema } from '../../contract/indicator.ts'
import { linkSchema } from '../../contract/link.ts'
import { supervisionRuleSchema } from '../../contract/supervision-rule.ts'
import { dutyRulesSchema } from '../../contract/duty.ts'
import type { DutyRules } from '../../contract/duty.ts'
import type { SupervisionRule } from '../../contract/supervision-rule.ts'
import { sceneSchema } from '../../contract/scene.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Registry } from '../core/registry.ts'
import { createWorkCalendar } from '../core/working-days.ts'
import { checkCalendar, readCalendar } from './calendar-files.ts'
import { checkReferences } from './check.ts'
import { alarmsFile } from './check-alarms.ts'
import { supervisionFile } from './check-supervision.ts'
import type { FeedCheck } from './feed-file.ts'
import type { Problem } from './problem.ts'
import { ConfigurationReader } from './read.ts'
import { readScreens } from './screens.ts'

/**
 * Reads and cross-checks everything in a configuration folder.
 * @param directory holds app.yaml, units.yaml, channels.yaml, inputs.yaml, themes.yaml, rankings.yaml, scenes.yaml, sectors.yaml, quantities.yaml,
 *   supervision.yaml, alarms.yaml, duty.yaml and the folders districts, walls, screens, indicators, sensors, feeds, video, plans, links, map; and calendar, which may
 *   be missing
 * @param feeds how feeds are read: judged by this check of what they say of dialects, codecs, transports and mappings; `unchecked`; or
 *   `ignored`, so that a feed's file that is being edited stops nobody who needs all the rest
 * @returns the registry, or every mistake at once, each by file and path
 */
export function loadConfiguration(directory: string, feeds: FeedCheck | 'unchecked' | 'ignored' = 'unchecked'): Result<Registry, readonly Problem[]> {
  const reader = new ConfigurationReader(directory)
  const app = reader.parse('app.yaml', appSchema)
  const supervision = reader.parse(supervisionFile, supervisionRuleSchema, 'take over the one that this version comes with')
  const alarms = reader.parse(alarmsFile, alarmRulesSchema, 'take over the one that this version comes with')
  const duty = reader.parse('duty.yaml', dutyRulesSchema, 'take over the one that this version comes with')
  const calendar = readCalendar(reader)
  const content = {
    districts: oneEach(reader, 'districts', districtSchema),
    walls: oneEach(reader, 'walls', wallSchema),
    screens: readScreens(reader),
    scenes: byId(reader, listsIn(reader, ['scenes.yaml'], 'scenes', sceneSchema)),
    indicators: byId(reader, listsIn(reader, reader.list('indicators'), 'indicators', indicatorSchema)),
    units: byId(reader, listsIn(reader, ['units.yaml'], 'units', unitSchema)),
    channels: byId(reader, listsIn(reader, ['channels.yaml'], 'channels', channelSchema)),
    inputs: byId(reader, listsIn(reader, ['inputs.yaml'], 'inputs', inputSchema)),
    themes: byId(reader, listsIn(reader, ['themes.yaml'], 'themes', themeSchema)),
    rankings: byId(reader, listsIn(reader, ['rankings.yaml'], 'rankings', rankingSchema)),
    sectors: byId(reader, listsIn(reader, ['sectors.yaml'], 'sectors', sectorSchema)),
    quantities: byId(reader, listsIn(reader, ['quantities.yaml'], 'quantities', quantitySchema)),
    sensors: byId(reader, listsIn(reader, reader.list('sensors'), 'sensors', sensorSchema)),
    feeds: feeds === 'ignored' ? new Map<string, FeedDefinition>() : oneEach(reader, 'feeds', feedSchema),
    videoPlatforms: oneEach(reader, 'video', videoPlatformSchema),
    plans: oneEach(reader, 'plans', planSchema),
    links: oneEach(reader, 'links', linkSchema),
  }
  if (app === undefined || supervision === undefined || alarms === undefined || duty === undefined || reader.problems.length > 0)
    return fail(reader.problems)
  checkCalendar(reader, calendar)
  // days that are none would count for nothing: with mistakes there is no calendar, and no registry in the end
  const isRight = reader.problems.length === 0
  const registry: Registry = {
    app,
    ...content,
    supervision,
    alarms,
    duty,
    calendar: createWorkCalendar(isRight ? calendar : []),
    fingerprint: fingerprintOf(content, calendar, { supervision, alarms, duty }),
  }
  checkReferences(reader, registry, typeof feeds === 'function' ? feeds : undefined)
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
function listsIn<T extends object>(reader: ConfigurationReader, files: readonly string[], key: string, schema: z.ZodType<T>): readonly Placed<T>[] {
  return files.flatMap((file) => {
    const list = reader.parse(file, z.strictObject({ [key]: z.array(schema) }), `add it; without ${key} of your own: \`${key}: []\``)
    return (list?.[key] ?? []).map((value, index) => ({ file, path: [key, index], value }))
  })
}

function byId<T extends Identified>(reader: ConfigurationReader, placed: readonly Placed<T>[]): ReadonlyMap<string, T> {
  const found = new Map<string, T>()
  for (const { file, path, value } of placed) {
    if (found.has(value.id)) reader.report(file, [...path, 'id'], `${JSON.stringify(value.id)} is already defined: ids are used once`)
    found.set(value.id, value)
    reader.place(value, file, path)
  }
  return found
}

/**
 * Names all that a fold depends on. Screens, scenes and walls are left out, since moving a panel changes no figure; feeds, video platforms, linked
 * systems and plans too, since the log itself says which there were.
 */
function fingerprintOf(
  content: Omit<Registry, 'app' | 'calendar' | 'supervision' | 'alarms' | 'duty' | 'fingerprint'>,
  calendar: readonly CalendarFile[],
  { supervision: { ladder, levels }, alarms, duty }: { readonly supervision: SupervisionRule; readonly alarms: AlarmRules; readonly duty: DutyRules },
): string {
  const { districts, indicators, units, channels, inputs, themes, rankings, sectors, quantities, sensors } = content
  const folded = [districts, indicators, units, channels, inputs, themes, rankings, sectors, quantities, sensors]
  return createHash('sha256')
    .update(JSON.stringify([...folded.map((map) => [...map]), calendar, ladder, levels, alarms, duty]))
    .digest('hex')
    .slice(0, 16)
}
