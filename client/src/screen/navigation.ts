import { computed, ref, watch } from 'vue'
import type { ComputedRef, Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { Configuration, District } from '../../../contract/configuration.ts'
import { screenIds } from '../../../contract/screen.ts'
import type { ScreenId } from '../../../contract/screen.ts'
import { minuteMs } from '../../../contract/time.ts'
import { toggleLanguage } from '../i18n/language.ts'
import { useServerClock } from '../live/use-topic.ts'
import type { Driven } from './driven.ts'
import { setGuest, toggleGuest } from './guest.ts'
import { scheduledScreen } from './schedule.ts'
import { screenPath } from './screen-path.ts'
import { useKeys } from './use-keys.ts'

/** Where the page is, and the keys that move it. */
export interface Navigation {
  readonly district: ComputedRef<District | undefined>
  readonly screen: ComputedRef<ScreenId>
  readonly isLegendShown: Readonly<Ref<boolean>>
  /** indicators are grouped the other way */
  readonly isRegrouped: Readonly<Ref<boolean>>
  /** Resolves once the page is where the last command wants it. */
  readonly arrived: () => Promise<unknown>
}

const homeKey = 'yiping.home'

/**
 * The address names the screen; `/` leaves it to the schedule. Keys: 1 2 3 change the screen, d the district, g the grouping of the indicators, l the
 * language, v whether guests look on, ? or h shows what keys there are. After a key press the page stays for `holdMinutes`, then goes back to where it was opened,
 * or to where a desk has ordered it. A desk's command goes before a key, and a key before the turns of a scene.
 */
export function useNavigation(configuration: Configuration, driven: Driven): Navigation {
  const [route, router] = [useRoute(), useRouter()]
  const isLegendShown = ref(false)
  const isRegrouped = ref(false)
  const district = computed(() => districtOf(configuration, route.params['district']))
  const screen = computed(() => screenOf(route.params['screen']) ?? scheduled(configuration, driven.clock.value) ?? 'overview')
  let arrival: Promise<unknown> = Promise.resolve()
  const obey = (): void => {
    const { screen: to, district: where } = driven.ordered.value
    const path = to === undefined || where === undefined ? homePath() : screenPath(to, where, configuration)
    if (path !== route.path) arrival = router.replace(path)
  }
  const hold = useHold(configuration.app.holdMinutes, () => {
    isRegrouped.value = false
    obey()
  })
  useOrders(driven, { hold, obey })
  const regroup = (): void => {
    hold.start()
    isRegrouped.value = !isRegrouped.value
  }

  const go = (to: ScreenId, districtId: string): void => {
    hold.start()
    void router.push(screenPath(to, districtId, configuration))
  }
  useKeys((key) => {
    const index = ['1', '2', '3'].indexOf(key)
    const current = district.value?.id ?? configuration.app.defaultDistrict
    if (index >= 0) go(screenIds[index] ?? 'overview', current)
    else if (key === 'd') go(screen.value, nextDistrict(configuration, current))
    else if (key === 'g') regroup()
    else if (key === 'l') toggleLanguage()
    else if (key === 'v') toggleGuest()
    else if (key === '?' || key === 'h') isLegendShown.value = !isLegendShown.value
    else if (key === 'escape') isLegendShown.value = false
  })
  return { district, screen, isLegendShown, isRegrouped, arrived: () => arrival }
}

/** Takes up each command at once, and the turns of a scene unless somebody at the screen chose another. */
function useOrders({ number, ordered }: Driven, { hold, obey }: { hold: Hold; obey: () => void }): void {
  watch(
    number,
    (now) => {
      if (now === 0) return
      hold.end()
      const { isGuest } = ordered.value
      if (isGuest !== undefined) setGuest(isGuest)
      obey()
    },
    { immediate: true },
  )
  watch(
    () => [ordered.value.screen, ordered.value.district],
    () => {
      if (number.value > 0 && !hold.isHeld.value) obey()
    },
  )
}

function districtOf(configuration: Configuration, param: unknown): District | undefined {
  const id = typeof param === 'string' && param !== '' ? param : configuration.app.defaultDistrict
  return configuration.districts.find((district) => district.id === id)
}

function screenOf(param: unknown): ScreenId | undefined {
  return screenIds.find((id) => id === param)
}

function scheduled({ app, districts, scenes }: Configuration, now: number): ScreenId | undefined {
  const zone = districts.find(({ id }) => id === app.defaultDistrict)?.zone
  return now === 0 || zone === undefined ? undefined : scheduledScreen(app.schedule, now, zone, scenes)
}

function nextDistrict({ districts }: Configuration, current: string): string {
  const index = districts.findIndex(({ id }) => id === current)
  return districts[(index + 1) % districts.length]?.id ?? current
}

/** The address the page was opened with. A reload (P7) comes back to the scene, and must not take it for the opening address. */
function homePath(): string {
  return sessionStorage.getItem(homeKey) ?? '/'
}

/** Notes where the page was opened; to be called once, before anything navigates. */
export function rememberHome(): void {
  const [entry] = performance.getEntriesByType('navigation')
  const isReload = entry instanceof PerformanceNavigationTiming && entry.type === 'reload'
  if (!isReload || sessionStorage.getItem(homeKey) === null) sessionStorage.setItem(homeKey, location.pathname)
}

interface Hold {
  readonly isHeld: Readonly<Ref<boolean>>
  start(): void
  /** without going back */
  end(): void
}

function useHold(minutes: number, goBack: () => void): Hold {
  const clock = useServerClock()
  const until = ref<number>()
  watch(
    () => until.value !== undefined && clock.value >= until.value,
    (over) => {
      if (!over) return
      until.value = undefined
      goBack()
    },
  )
  return {
    isHeld: computed(() => until.value !== undefined),
    start: () => {
      // before the server has told the time there is none to hold until
      until.value = clock.value === 0 ? undefined : clock.value + minutes * minuteMs
    },
    end: () => {
      until.value = undefined
    },
  }
}
