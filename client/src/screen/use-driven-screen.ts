import { computed, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Configuration, District } from '../../../contract/configuration.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import type { WallReport } from '../../../contract/wall.ts'
import type { PlaybackControl } from '../live/use-playback.ts'
import { useLink } from '../live/use-topic.ts'
import type { Driven } from './driven.ts'
import { faultsTold } from './faults.ts'
import { heapMegabytes } from './frames.ts'
import type { Navigation } from './navigation.ts'
import type { Selected } from './selection.ts'
import type { DrivenPast } from './use-driven-past.ts'
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
  readonly past: Pick<DrivenPast, 'shown'>
  readonly playback: Pick<PlaybackControl, 'status' | 'at'>
}

/** Binds a screen to the desk: the room it stands in, and what it says of itself. */
export function useDrivenScreen({ configuration, self, driven, navigation, selected, past, playback }: DrivenScreen): void {
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
      ...(playback.status.value !== undefined && playback.at.value > 0 && { past: Math.round(playback.at.value) }),
      ...(heap !== undefined && { heapMegabytes: heap }),
      link: link.value.state,
      ...window,
      build: configuration.build,
      faults: [...faultsTold()],
      picture: pictureOf(document, window),
    }
  }
  useWallReports({
    command: computed(() => self.wall.value?.command ?? 0),
    isWall: computed(() => self.wall.value !== undefined),
    arrived: async () => {
      await past.shown()
      await navigation.arrived()
    },
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
