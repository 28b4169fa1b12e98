import type { FeedDefinition } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'

/** What is wrong with what a feed says its messages mean; undefined when it can be used. */
export type CheckMeaning = (feed: FeedDefinition) => string | undefined

/** Checks what one file says of another: districts, dialects, indicators and map files that are named must exist. */
export function checkReferences(reader: ConfigurationReader, registry: Registry, meaning: CheckMeaning | undefined): void {
  checkDistricts(reader, registry)
  checkFeeds(reader, registry, meaning)
  checkScreens(reader, registry)
  checkMaps(reader, registry)
}

function unknown(what: string, name: string, known: Iterable<string>): string {
  return `no ${what} is called ${JSON.stringify(name)}; there are ${[...known].join(', ')}`
}

function checkDistricts(reader: ConfigurationReader, registry: Registry): void {
  const check = (file: string, path: readonly PropertyKey[], district: string): void => {
    if (!registry.districts.has(district)) reader.report(file, path, unknown('district', district, registry.districts.keys()))
  }
  check('app.yaml', ['defaultDistrict'], registry.app.defaultDistrict)
  for (const screen of registry.screens) check('screens', [screen.id, 'district'], screen.district)
  for (const feed of registry.feeds.values()) check('feeds', [feed.id, 'district'], feed.district)
  for (const platform of registry.videoPlatforms.values()) check('video', [platform.id, 'district'], platform.district)
  for (const unit of registry.units.values()) check('units.yaml', [unit.id, 'district'], unit.district)
  for (const channel of registry.channels.values()) check('channels.yaml', [channel.id, 'district'], channel.district)
}

function checkFeeds(reader: ConfigurationReader, registry: Registry, meaning: CheckMeaning | undefined): void {
  for (const feed of registry.feeds.values()) {
    const problem = meaning?.(feed)
    if (problem !== undefined) reader.report('feeds', [feed.id, feed.mapping === undefined ? 'dialect' : 'mapping'], problem)
    if (feed.id === 'system') reader.report('feeds', [feed.id, 'id'], '"system" is the server\'s own name in the log: choose another')
  }
  for (const platform of registry.videoPlatforms.values())
    if (registry.feeds.has(platform.id)) reader.report('video', [platform.id, 'id'], 'a feed has this id already: ids are used once')
}

function checkScreens(reader: ConfigurationReader, registry: Registry): void {
  const seen = new Set<string>()
  for (const screen of registry.screens) {
    const name = `${screen.id}@${screen.district}`
    if (seen.has(name)) reader.report('screens', [screen.id], `district ${screen.district} has this screen twice`)
    seen.add(name)
    for (const { panel, options } of screen.layouts.flatMap((layout) => layout.panels)) {
      const indicator = options['indicator']
      if (panel === 'growth' && typeof indicator === 'string' && !registry.indicators.has(indicator))
        reader.report('screens', [screen.id, panel, 'indicator'], `no indicator is called ${JSON.stringify(indicator)}`)
    }
  }
  if (!registry.screens.some((screen) => screen.district === registry.app.defaultDistrict))
    reader.report('screens', [], `the default district ${registry.app.defaultDistrict} has no screen`)
}

function checkMaps(reader: ConfigurationReader, registry: Registry): void {
  for (const { id, map } of registry.districts.values()) {
    const files = [map.boundary, map.lines, map.relief?.file]
    for (const file of files)
      if (file !== undefined && !reader.has(`map/${file}`)) reader.report('districts', [id, 'map'], `config/map/${file} is missing`)
  }
}
