import type { Configuration } from '../../../contract/configuration.ts'
import { mapLayerNames } from '../../../contract/panel.ts'
import type { MapLayer } from '../../../contract/panel.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { Instant } from '../../../contract/time.ts'
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
  const view = wall?.view
  const { scene, cameras, off } = sceneNow(view, rooms)
  const district = view?.district ?? scene?.district ?? rooms.configuration.app.defaultDistrict
  const screen = view?.screen ?? scene?.screen
  return {
    screen,
    district: screen === undefined ? undefined : district,
    selected: view?.selected,
    look: view?.look,
    fullScreen: view?.fullScreen,
    isGuest: view?.isGuest,
    off: view?.off ?? off,
    cameras,
  }
}

/** A scene that is no longer configured is as none. On the schedule the screen comes with the address `/`, as on a wall that nobody drives. */
function sceneNow(view: WallView | undefined, { configuration, now, isOnSchedule }: Rooms) {
  const find = (id: string | undefined) => configuration.scenes.find((one) => one.id === id)
  const driven = find(view?.scene)
  const scheduled = isOnSchedule && driven === undefined && view?.screen === undefined ? scheduledScene(configuration, now) : undefined
  const scene = driven ?? find(scheduled?.scene)
  const step = driven && stepAt(driven, view?.sceneAt ?? 0, now)
  return { scene: step, cameras: scene?.cameras, off: scene?.layers && mapLayerNames.filter((layer) => scene.layers?.includes(layer) !== true) }
}
