import type { Screen } from '../../contract/configuration.ts'
import { panels } from '../../contract/panel.ts'
import type { Scene } from '../../contract/scene.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import { unknownName } from './unknown-name.ts'

/** Checks each scene: its screens are configured, and one of them has its set of cameras; and that the schedule names scenes that there are. */
export function checkScenes(reader: ConfigurationReader, registry: Registry): void {
  for (const scene of registry.scenes.values()) {
    checkSteps(reader, scene, registry)
    checkCameras(reader, scene, registry)
  }
  const { app, scenes } = registry
  for (const [index, entry] of app.schedule.entries())
    if ('scene' in entry && !scenes.has(entry.scene))
      reader.report('app.yaml', ['schedule', index, 'scene'], unknownName('scene', entry.scene, scenes.keys()))
}

function checkSteps(reader: ConfigurationReader, scene: Scene, { app, districts, screens }: Registry): void {
  for (const [index, { screen, district = app.defaultDistrict }] of scene.steps.entries()) {
    const own = screens.filter((one) => one.district === district)
    if (!districts.has(district)) reader.reportIn(scene, ['steps', index, 'district'], unknownName('district', district, districts.keys()))
    // that the default district has no screen at all is told by itself
    else if (!own.some(({ id }) => id === screen) && (own.length > 0 || district !== app.defaultDistrict))
      reader.reportIn(
        scene,
        ['steps', index, 'screen'],
        `district ${district} has no screen ${screen} in config/screens: name another, or add it there`,
      )
  }
}

function checkCameras(reader: ConfigurationReader, scene: Scene, { app, screens }: Registry): void {
  if (scene.cameras === undefined) return
  const shown = scene.steps.flatMap(({ screen, district = app.defaultDistrict }) =>
    screens.filter((one) => one.id === screen && one.district === district),
  )
  const known = [...new Set(shown.flatMap(savedSetsOf))]
  if (shown.length > 0 && !known.includes(scene.cameras))
    reader.reportIn(scene, ['cameras'], unknownName('saved set of cameras on these screens', scene.cameras, known))
}

const savedSetsOf = (screen: Screen): readonly string[] =>
  screen.layouts
    .flatMap((layout) => layout.panels)
    .filter(({ panel }) => panel === 'video')
    .flatMap(({ options }) => panels.video.options.safeParse(options).data?.saved.map(({ name }) => name) ?? [])
