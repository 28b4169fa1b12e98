import type { Configuration } from '../../contract/configuration.ts'
import { attachmentLimits } from '../../contract/supervision.ts'
import type { TileLook, Tiles } from '../../contract/tiles.ts'
import type { Registry } from '../core/registry.ts'

/** What of the configuration a screen is told: how things are called and where they are drawn, nothing of where data comes from. */
export function screenConfiguration(registry: Registry, build: string): Configuration {
  const { ladder, levels, attachments } = registry.supervision
  const { defaultDistrict, schedule, holdMinutes, presenterMinutes, tiles } = registry.app
  return {
    build,
    app: { defaultDistrict, schedule, holdMinutes, presenterMinutes },
    districts: [...registry.districts.values()],
    walls: [...registry.walls.values()],
    screens: registry.screens,
    scenes: [...registry.scenes.values()],
    indicators: [...registry.indicators.values()],
    units: [...registry.units.values()],
    channels: [...registry.channels.values()],
    inputs: [...registry.inputs.values()],
    themes: [...registry.themes.values()],
    rankings: [...registry.rankings.values()],
    plans: [...registry.plans.values()],
    sectors: [...registry.sectors.values()],
    quantities: [...registry.quantities.values()],
    supervision: { ladder, levels, attachments: attachmentLimits(attachments) },
    alarms: registry.alarms,
    duty: registry.duty,
    ...(tiles && { tiles: lookOf(tiles) }),
  }
}

const lookOf = ({ minZoom, maxZoom, opacity, approval, datum }: Tiles): TileLook => ({ minZoom, maxZoom, opacity, approval, datum })
