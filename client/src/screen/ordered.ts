import type { Configuration } from '../../../contract/configuration.ts'
import { mapLayerNames } from '../../../contract/panel.ts'
import type { MapLayer } from '../../../contract/panel.ts'
import type { Scene } from '../../../contract/scene.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { Instant } from '../../../contract/time.ts'
import { emptyView } from '../../../contract/wall.ts'
import type { WallState, WallView } from '../../../contract/wall.ts'
import { scheduledScene, stepAt } from './schedule.ts'

/** What a wall is to show just now. Pure. */

/** As a desk or the schedule has it; `undefined` leaves it to the address and to whoever stands at the wall. */
export interface Ordered extends Pick<WallView, 'selected' | 'look' | 'fullScreen' | 'isGuest'> {
  readonly screen: ScreenId | undefined
  readonly district: string | undefined
  /** layers of the map that are switched off */
  readonly off: readonly MapLayer[] | undefined
  /** name of a saved set of cameras */
  readonly cameras: string | undefined
}

interface Rooms {
  readonly configuration: Pick<Configuration, 'app' | 'districts' | 'scenes'>
  readonly now: Instant
  /** the address leaves the screen to the schedule */
  readonly isOnSchedule: boolean
}

/** What was ordered of a wall, or of one that nobody has enrolled: a screen goes before a scene, a scene before the schedule. */
export function orderedNow(wall: Pick<WallState, 'view'> | undefined, rooms: Rooms): Ordered {
  const { view } = wall ?? { view: emptyView }
  const { selected, look, fullScreen, isGuest } = view
  const { step, cameras, off } = sceneNow(view, rooms)
  const screen = view.screen ?? step?.screen
  const district = view.district ?? step?.district ?? rooms.configuration.app.defaultDistrict
  return { screen, district: screen && district, selected, look, fullScreen, isGuest, off: view.off ?? off, cameras }
}

interface SceneNow {
  /** of a scene that was ordered; on the schedule the screen comes with the address `/`, as on a wall that nobody drives */
  readonly step: Scene['steps'][number] | undefined
  readonly cameras: string | undefined
  readonly off: readonly MapLayer[] | undefined
}

/** A scene that is no longer configured is as none. */
function sceneNow(view: WallView, { configuration, now, isOnSchedule }: Rooms): SceneNow {
  const find = (id: string | undefined) => configuration.scenes.find((one) => one.id === id)
  const driven = find(view.scene)
  if (driven !== undefined) return { step: stepAt(driven, view.sceneAt ?? 0, now), ...besides(driven) }
  const scheduled = isOnSchedule && view.screen === undefined ? find(scheduledScene(configuration, now)?.scene) : undefined
  return { step: undefined, ...besides(scheduled) }
}

function besides(scene: Scene | undefined): Omit<SceneNow, 'step'> {
  const layers = scene?.layers
  return { cameras: scene?.cameras, off: layers && mapLayerNames.filter((layer) => !layers.includes(layer)) }
}
