import type { FeedProblem } from '../../contract/bench.ts'
import { feedSchema } from '../../contract/feed.ts'
import type { FeedDefinition } from '../../contract/feed.ts'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Registry } from '../core/registry.ts'
import { issuesOf, pathKeys, pathText } from './problem.ts'
import { sharedPlaceMistakes } from './shared-place.ts'
import { unknownName, unknownOfMany } from './unknown-name.ts'
import { readYaml } from './yaml-text.ts'
import type { YamlText } from './yaml-text.ts'

/** A mistake in a feed, before its line is known. `position` counts characters in the text at `path`. */
export type FeedMistake = Pick<FeedProblem, 'path' | 'problem' | 'position'>

/**
 * What of a feed only those can judge who know the dialects, codecs, transports and mappings there are.
 * @param registry all other configuration; its own feeds may lack this one, or hold it as it was
 */
export type FeedCheck = (feed: FeedDefinition, registry: Registry) => readonly FeedMistake[]

/**
 * Reads the text of a feed's file against a configuration, as the start does with the files of config/feeds.
 * @returns the feed, or every mistake, each with its path and, where it stands in the text, its line
 */
export function parseFeed(yamlText: string, registry: Registry, checkFeed: FeedCheck): Result<FeedDefinition, readonly FeedProblem[]> {
  const read = readYaml(yamlText)
  if (!read.ok) return fail(read.error.map(({ line, problem }) => ({ path: '', problem, line })))
  const parsed = feedSchema.safeParse(read.value.value)
  if (!parsed.success) {
    return fail(issuesOf(parsed.error).map(({ path, problem }) => ({ path: pathText(path), problem, line: read.value.lineOf(path) })))
  }
  const mistakes = feedMistakes(parsed.data, registry, checkFeed)
  return mistakes.length === 0 ? ok(parsed.data) : fail(mistakes.map((mistake) => located(mistake, read.value)))
}

function located(mistake: FeedMistake, yaml: YamlText): FeedProblem {
  const path = pathKeys(mistake.path)
  return { ...mistake, line: mistake.position === undefined ? yaml.lineOf(path) : yaml.lineWithin(path, mistake.position) }
}

/** What is wrong with a feed of the right shape: names that nothing goes by, and whatever `checkFeed` finds. */
export function feedMistakes(feed: FeedDefinition, registry: Registry, checkFeed?: FeedCheck): readonly FeedMistake[] {
  const shared = sharedPlaceMistakes(feed, registry.feeds.values())
  return [...ownMistakes(feed, registry), ...shared, ...admissionMistakes(feed, registry), ...(checkFeed?.(feed, registry) ?? [])]
}

function ownMistakes(feed: FeedDefinition, registry: Registry): readonly FeedMistake[] {
  const { id, district, sector } = feed
  const mistakes: FeedMistake[] = []
  if (id === 'system') mistakes.push({ path: 'id', problem: '"system" is the server\'s own name in the log: choose another' })
  if (id === 'new' || id === 'reference') mistakes.push({ path: 'id', problem: `the bench has a page of the name ${id}: choose another` })
  if (registry.videoPlatforms.has(id)) mistakes.push({ path: 'id', problem: 'a video platform has this id already: ids are used once' })
  if (!registry.districts.has(district)) mistakes.push({ path: 'district', problem: unknownName('district', district, registry.districts.keys()) })
  const problem = sectorProblem(sector, district, registry)
  if (problem !== undefined) mistakes.push({ path: 'sector', problem })
  return [...mistakes, ...answerMistakes(feed, registry)]
}

/** Units that it may speak for are the district's. */
function answerMistakes({ district, answersFor = [] }: FeedDefinition, { districts, units }: Registry): readonly FeedMistake[] {
  // of an unknown district that alone is told
  if (!districts.has(district)) return []
  const known = [...units.values()].filter((unit) => unit.district === district).map(({ id }) => id)
  return answersFor.flatMap((unit, index): readonly FeedMistake[] =>
    known.includes(unit)
      ? []
      : [
          {
            path: `answersFor[${String(index)}]`,
            problem: unknownOfMany(`unit of district ${district}`, unit, { known, place: 'config/units.yaml (by id)' }),
          },
        ],
  )
}

/** What is wrong with a sector's name, where one is given: it must be one of the district's own. */
export function sectorProblem(
  sector: string | undefined,
  district: string,
  { districts, sectors }: Pick<Registry, 'districts' | 'sectors'>,
): string | undefined {
  // of an unknown district that alone is told
  if (sector === undefined || !districts.has(district) || sectors.get(sector)?.district === district) return undefined
  const own = [...sectors.values()].filter((each) => each.district === district).map(({ id }) => id)
  return unknownName(`sector of district ${district}`, sector, own)
}

/** Rules are named by what they are for; `*` is for every other. */
function admissionMistakes({ admission }: FeedDefinition, { quantities, indicators, sensors }: Registry): readonly FeedMistake[] {
  const mistakes: FeedMistake[] = []
  for (const rules of ['ranges', 'jumps', 'deadBands'] as const) {
    for (const name of Object.keys(admission[rules])) {
      if (name === '*' || quantities.has(name) || indicators.has(name) || sensors.has(name)) continue
      const known = [...quantities.keys(), '*']
      const problem = `${unknownName('quantity, indicator or sensor', name, known)}, the indicators of config/indicators and the sensors of config/sensors`
      mistakes.push({ path: pathText(['admission', rules, name]), problem })
    }
  }
  for (const [name, [lowest, highest]] of Object.entries(admission.ranges))
    if (lowest > highest)
      mistakes.push({ path: pathText(['admission', 'ranges', name]), problem: 'nothing lies in it: write the lowest value first' })
  return mistakes
}
