import type { Configuration, FeedLabel } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'

/** What of the configuration a screen is told: how things are called and where they are drawn, nothing of where data comes from. */
export function screenConfiguration(registry: Registry, build: string): Configuration {
  const { defaultDistrict, schedule, holdMinutes } = registry.app
  return {
    build,
    app: { defaultDistrict, schedule, holdMinutes },
    districts: [...registry.districts.values()],
    walls: [...registry.walls.values()],
    screens: registry.screens,
    indicators: [...registry.indicators.values()],
    units: [...registry.units.values()],
    channels: [...registry.channels.values()],
    feeds: feedLabels(registry),
  }
}

/** Video platforms are heard like feeds, by how often their catalogue is asked for. */
function feedLabels(registry: Registry): readonly FeedLabel[] {
  const feeds = [...registry.feeds.values()].map(({ id, name, shortName, nameEn, district, demo, cadenceSeconds, contact, carries }): FeedLabel => ({
    ...{ id, name, shortName, nameEn, district, demo, cadenceSeconds, contact },
    ...(carries === undefined ? {} : { carries }),
  }))
  const platforms = [...registry.videoPlatforms.values()].map(
    ({ id, name, shortName, nameEn, district, demo, catalogueSeconds, contact }): FeedLabel => ({
      ...{ id, name, shortName, nameEn, district, demo, contact },
      cadenceSeconds: catalogueSeconds,
      carries: ['video-source'],
    }),
  )
  return [...feeds, ...platforms]
}
