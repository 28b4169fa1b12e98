import { computed, inject, provide, ref } from 'vue'
import type { ComputedRef, InjectionKey, Ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Configuration } from '../../../contract/configuration.ts'
import type { WallState } from '../../../contract/wall.ts'
import { useServerClock } from '../live/use-topic.ts'
import { orderedNow } from './ordered.ts'
import type { Ordered } from './ordered.ts'

/**
 * 受控: what a desk orders of this wall. Each command is taken up whole, once, by everything on the screen; what somebody does at the wall itself
 * holds until the next one.
 */
export interface Driven {
  /** undefined on a browser that is no wall */
  readonly wall: Readonly<Ref<WallState | undefined>>
  /** of the last command; 0 where nobody has driven */
  readonly number: Readonly<Ref<number>>
  readonly ordered: ComputedRef<Ordered>
}

const key: InjectionKey<Driven> = Symbol('driven')

const nothing: Ordered = {
  screen: undefined,
  district: undefined,
  selected: undefined,
  look: undefined,
  fullScreen: undefined,
  isGuest: undefined,
  off: undefined,
  cameras: undefined,
}

/** @param wall as the topic `walls` tells it */
export function provideDriven(configuration: Configuration, wall: Readonly<Ref<WallState | undefined>>): Driven {
  const route = useRoute()
  const clock = useServerClock()
  const ordered = computed((before: Ordered | undefined) => {
    const isOnSchedule = route.params['screen'] === undefined
    const next = orderedNow(wall.value, { configuration, now: clock.value, isOnSchedule })
    // the clock turns each second, and what it orders seldom
    return before !== undefined && JSON.stringify(before) === JSON.stringify(next) ? before : next
  })
  const driven = { wall, number: computed(() => wall.value?.command ?? 0), ordered }
  provide(key, driven)
  return driven
}

/** Nobody drives. */
export const undriven = (): Driven => ({ wall: ref(undefined), number: ref(0), ordered: computed(() => nothing) })

/** Where no screen is above, nobody drives. */
export function useDriven(): Driven {
  return inject(key, undriven, true)
}
