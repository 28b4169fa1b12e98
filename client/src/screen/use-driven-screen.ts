import { computed, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Configuration, District } from '../../../contract/configuration.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { WallReport } from '../../../contract/wall.ts'
import { useLink } from '../live/use-topic.ts'
import type { Driven } from './driven.ts'
import { faultsTold } from './faults.ts'
import { heapMegabytes } from './frames.ts'
import type { Navigation } from './navigation.ts'
import type { Selected } from './selection.ts'
import { takeProfile } from './use-wall.ts'
import { useWallReports } from './use-wall-reports.ts'
import type { WallSelf } from './wall-identity.ts'
import { pictureOf } from './wall-picture.ts'

interface DrivenScreen {
  readonly configuration: Pick<Configuration, 'app' | 'build'>
  readonly self: WallSelf
  readonly driven: Driven
  readonly navigation: Navigation
  readonly selected: Readonly<ShallowRef<Selected | undefined>>
}

/** Binds a screen to the desk: the room it stands in, and what it says of itself. */
export function useDrivenScreen({ configuration, self, driven, navigation, selected }: DrivenScreen): void {
  const link = useLink()
  const { district, screen } = navigation
  watch(
    () => self.wall.value?.profile,
    (profile) => {
      if (profile !== undefined) takeProfile(profile)
    },
    { immediate: true },
  )
  const describe = (): Omit<WallReport, 'painted' | 'framesPerSecond'> => {
    const heap = heapMegabytes()
    const window = { width: innerWidth, height: innerHeight }
    return {
      screen: screen.value,
      district: district.value?.id ?? configuration.app.defaultDistrict,
      isLocal: isOtherwise(driven, { screen, district, selected }),
      ...(heap !== undefined && { heapMegabytes: heap }),
      link: link.value.state,
      ...window,
      build: configuration.build,
      faults: [...faultsTold()],
      picture: pictureOf(document, window),
    }
  }
  useWallReports({
    driven,
    isWall: computed(() => self.wall.value !== undefined),
    arrived: navigation.arrived,
    describe,
    onUnknown: self.askAgain,
  })
}

interface Seen {
  readonly screen: Readonly<Ref<ScreenId>>
  readonly district: Readonly<Ref<District | undefined>>
  readonly selected: Readonly<ShallowRef<Selected | undefined>>
}

/** Whether somebody at the wall chose otherwise than a desk ordered. */
function isOtherwise({ number, ordered }: Driven, { screen, district, selected }: Seen): boolean {
  if (number.value === 0) return false
  const { screen: orderedScreen, district: orderedDistrict, selected: thing } = ordered.value
  const isElsewhere = orderedScreen !== undefined && (orderedScreen !== screen.value || orderedDistrict !== district.value?.id)
  return isElsewhere || thing?.kind !== selected.value?.kind || thing?.id !== selected.value?.id
}
