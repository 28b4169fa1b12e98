import type { Limits } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'
import { checkAlarms } from './check-alarms.ts'
import { checkIndicators } from './check-indicators.ts'
import { checkInputs } from './check-inputs.ts'
import { checkLinks } from './check-links.ts'
import { checkPlans } from './check-plans.ts'
import { checkRankings, checkThemes } from './check-rankings.ts'
import { checkScenes } from './check-scenes.ts'
import { checkScreens } from './check-screens.ts'
import { checkClocks } from './check-clocks.ts'
import { checkSupervision } from './check-supervision.ts'
import { checkVideo } from './check-video.ts'
import { feedMistakes, sectorProblem } from './feed-file.ts'
import type { FeedCheck } from './feed-file.ts'
import { pathKeys } from './problem.ts'
import type { ConfigurationReader } from './read.ts'
import { unknownName } from './unknown-name.ts'

/** Checks what one file says of another: districts, units, inputs, sectors, quantities, indicators, rankings, map files and camera lists that
 * are named must exist. */
export function checkReferences(reader: ConfigurationReader, registry: Registry, checkFeed: FeedCheck | undefined): void {
  checkDistricts(reader, registry)
  checkFeeds(reader, registry, checkFeed)
  checkSensors(reader, registry)
  checkVideo(reader, registry)
  checkQuantities(reader, registry)
  checkInputs(reader, registry)
  checkIndicators(reader, registry)
  checkThemes(reader, registry)
  checkRankings(reader, registry)
  checkPlans(reader, registry)
  checkLinks(reader, registry)
  checkClocks(reader, registry)
  checkSupervision(reader, registry)
  checkAlarms(reader, registry)
  checkScreens(reader, registry)
  checkScenes(reader, registry)
  checkMaps(reader, registry)
}

function checkDistricts(reader: ConfigurationReader, { app, districts, ...registry }: Registry): void {
  const problemOf = (district: string): string | undefined =>
    districts.has(district) ? undefined : unknownName('district', district, districts.keys())
  const problem = problemOf(app.defaultDistrict)
  if (problem !== undefined) reader.report('app.yaml', ['defaultDistrict'], problem)
  checkReports(reader, app, problemOf)
  const { screens, videoPlatforms, units, channels, sectors, sensors, themes, rankings, plans, links } = registry
  for (const definitions of [
    screens,
    ...[videoPlatforms, units, channels, sectors, sensors, themes, rankings, plans, links].map((map) => map.values()),
  ]) {
    for (const definition of definitions) {
      const found = problemOf(definition.district)
      if (found !== undefined) reader.reportIn(definition, ['district'], found)
    }
  }
}

/** 专报: one for a district at most. */
function checkReports(reader: ConfigurationReader, { reports }: Registry['app'], problemOf: (district: string) => string | undefined): void {
  for (const [index, { district }] of reports.entries()) {
    const isAgain = reports.findIndex((one) => one.district === district) < index
    const problem = isAgain ? `${district} has a report already: one for each district` : problemOf(district)
    if (problem !== undefined) reader.report('app.yaml', ['reports', index, 'district'], problem)
  }
}

function checkFeeds(reader: ConfigurationReader, registry: Registry, checkFeed: FeedCheck | undefined): void {
  for (const feed of registry.feeds.values())
    for (const { path, problem } of feedMistakes(feed, registry, checkFeed)) reader.reportIn(feed, pathKeys(path), problem)
}

function checkSensors(reader: ConfigurationReader, registry: Registry): void {
  for (const sensor of registry.sensors.values()) {
    const { district, sector, subdistrict, limits } = sensor
    const problem = sectorProblem(sector, district, registry)
    if (problem !== undefined) reader.reportIn(sensor, ['sector'], problem)
    const codes = registry.districts.get(district)?.subdistricts.map(({ code }) => code)
    if (subdistrict !== undefined && codes?.includes(subdistrict) === false)
      reader.reportIn(sensor, ['subdistrict'], unknownName(`subdistrict of district ${district}`, subdistrict, codes))
    for (const [quantity, each] of Object.entries(limits)) {
      if (!registry.quantities.has(quantity))
        reader.reportIn(sensor, ['limits', quantity], unknownName('quantity', quantity, registry.quantities.keys()))
      checkLimits(reader, sensor, { path: ['limits', quantity], limits: each })
    }
  }
}

function checkQuantities(reader: ConfigurationReader, { quantities }: Registry): void {
  for (const quantity of quantities.values()) {
    const [lowest, highest] = quantity.plausible
    if (lowest > highest) reader.reportIn(quantity, ['plausible'], 'nothing lies in it: write the lowest value first')
    checkLimits(reader, quantity, { path: ['limits'], limits: quantity.limits })
  }
}

/** From the lowest to the highest, so far as they are given: else a value could be urgent without being over its limit. */
function checkLimits(reader: ConfigurationReader, definition: object, { path, limits }: { path: readonly string[]; limits: Limits }): void {
  const given = (['lowLow', 'low', 'high', 'highHigh'] as const).flatMap((name) =>
    limits[name] === undefined ? [] : [{ name, value: limits[name] }],
  )
  for (const [index, { name, value }] of given.entries()) {
    const above = given[index + 1]
    if (above !== undefined && value > above.value)
      reader.reportIn(definition, [...path, name], `${String(value)} is above ${above.name}, ${String(above.value)}: lowLow ≤ low ≤ high ≤ highHigh`)
  }
}

function checkMaps(reader: ConfigurationReader, registry: Registry): void {
  const { tiles } = registry.app
  if (tiles !== undefined && tiles.minZoom > tiles.maxZoom)
    reader.report('app.yaml', ['tiles', 'minZoom'], `${String(tiles.minZoom)} is above maxZoom, ${String(tiles.maxZoom)}`)
  for (const district of registry.districts.values()) {
    const { boundary, lines, relief } = district.map
    const files = { boundary, lines, relief: relief?.file }
    for (const [key, file] of Object.entries(files))
      if (file !== undefined && !reader.has(`map/${file}`)) reader.reportIn(district, ['map', key], `config/map/${file} is missing`)
  }
}
