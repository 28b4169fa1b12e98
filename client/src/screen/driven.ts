import { computed, inject, provide, ref, watch } from 'vue'
import type { ComputedRef, InjectionKey, Ref } from 'vue'
import { useRoute } from 'vue-router'
import type { Configuration } from '../../../contract/configuration.ts'
import type { Instant } from '../../../contract/time.ts'
import type { WallState } from '../../../contract/wall.ts'
import { orderedNow } from './ordered.ts'
import type { Ordered } from './ordered.ts'
import type { DrivenPast } from './use-driven-past.ts'

/**
 * 受控: what a desk orders of this wall. Each command is taken up whole, once, by everything on the screen; what somebody does at the wall itself
 * holds until the next one.
 */
export interface Driven {
  /** undefined on a browser that is no wall */
  readonly wall: Readonly<Ref<WallState | undefined>>
  /** another one whenever something is to be taken up: a command, and in the past one that was given then; 0 where nobody has driven */
  readonly number: Readonly<Ref<number>>
  readonly ordered: ComputedRef<Ordered>
  /** what the schedule goes by: the instant that is shown */
  readonly clock: Readonly<Ref<Instant>>
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

/** @param past the wall and the clock as they are shown: those of the present, or of the past that a desk ordered */
export function provideDriven(configuration: Configuration, past: Pick<DrivenPast, 'wall' | 'clock' | 'turn' | 'isOn'>): Driven {
  const route = useRoute()
  const ordered = computed((before: Ordered | undefined) => {
    const isOnSchedule = route.params['screen'] === undefined
    const next = orderedNow(past.wall.value, { configuration, now: past.clock.value, isOnSchedule })
    // the clock turns each second, and what it orders seldom
    return before !== undefined && JSON.stringify(before) === JSON.stringify(next) ? before : next
  })
  const isDriven = (): boolean => past.isOn.value || (past.wall.value?.command ?? 0) > 0
  const number = ref(isDriven() ? 1 : 0)
  watch(
    past.turn,
    () => {
      if (isDriven() || number.value > 0) number.value += 1
    },
    { flush: 'sync' },
  )
  const driven = { wall: past.wall, number, ordered, clock: past.clock }
  provide(key, driven)
  return driven
}

/** Nobody drives. */
export const undriven = (): Driven => ({ wall: ref(undefined), number: ref(0), ordered: computed(() => nothing), clock: ref(0) })

/** Where no screen is above, nobody drives. */
export function useDriven(): Driven {
  return inject(key, undriven, true)
}
