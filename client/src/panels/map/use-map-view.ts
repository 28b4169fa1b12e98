import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef, ShallowRef } from 'vue'
import type { Look } from '../../../../contract/wall-fact.ts'
import { between, flightMs } from '../../map/flight.ts'
import { fitView, viewAround } from '../../map/mercator.ts'
import type { Bounds, BoxSize, Padding, View } from '../../map/mercator.ts'
import type { Driven } from '../../screen/driven.ts'
import { useHold } from '../../screen/hold.ts'

/** Where a map is turned to, when not to the whole district. */
export type Aim = Readonly<Look>

export interface MapViewOptions {
  readonly bounds: () => Bounds
  readonly size: () => BoxSize
  readonly padding: () => Padding
  readonly holdMinutes: number
  /** where a desk turns it to, with each command */
  readonly driven: Driven
}

export interface MapView {
  /** of the whole district; undefined before the box is laid out */
  readonly home: ComputedRef<View | undefined>
  /** where it looks, or is on the way to: what marks are laid out for */
  readonly view: ComputedRef<View | undefined>
  /** what is seen in this very frame */
  readonly seen: Readonly<ShallowRef<View | undefined>>
  readonly isHome: ComputedRef<boolean>
  readonly flyTo: (aim: Aim) => void
  /** the whole district again; once nobody has flown for `holdMinutes` it comes by itself, or where a desk turned it to */
  readonly reset: () => void
}

/** Turns a map from place to place. Where less motion is asked for, by cut. */
export function useMapView({ bounds, size, padding, holdMinutes, driven }: MapViewOptions): MapView {
  const aim = shallowRef<Aim>()
  const home = computed(() => fitView(bounds(), size(), padding()))
  const view = computed(() => (aim.value === undefined ? home.value : viewAround(aim.value.place, aim.value.kmAcross, size(), padding())))
  const seen = shallowRef(view.value)
  const flight = useFlight(seen)
  let isDeparting = false
  watch(view, (to) => {
    const from = seen.value
    if (isDeparting && from !== undefined && to !== undefined) flight.start(from, to)
    else flight.land(to)
    isDeparting = false
  })
  const hold = useHold(holdMinutes, obey)
  function turn(to: Aim | undefined): void {
    isDeparting = true
    aim.value = to
    if (to === undefined) hold.stop()
    else hold.start()
  }
  function obey(): void {
    turn(driven.ordered.value.look)
    hold.stop()
  }
  if (driven.number.value > 0) obey()
  watch(driven.number, obey)
  // another district
  watch(bounds, () => {
    aim.value = undefined
    hold.stop()
  })
  return { home, view, seen, isHome: computed(() => aim.value === undefined), flyTo: turn, reset: () => turn(undefined) }
}

/** Moves `seen` from one view to another, a step each frame. */
function useFlight(seen: ShallowRef<View | undefined>): { start(from: View, to: View): void; land(at: View | undefined): void } {
  let frame = 0
  const land = (at: View | undefined): void => {
    cancelAnimationFrame(frame)
    seen.value = at
  }
  onScopeDispose(() => {
    cancelAnimationFrame(frame)
  })
  return {
    land,
    start(from, to) {
      cancelAnimationFrame(frame)
      if (matchMedia('(prefers-reduced-motion: reduce)').matches) {
        land(to)
        return
      }
      const startedAt = performance.now()
      const step = (): void => {
        const share = (performance.now() - startedAt) / flightMs
        if (share >= 1) {
          seen.value = to
          return
        }
        seen.value = between(from, to, Math.max(0, share))
        frame = requestAnimationFrame(step)
      }
      step()
    },
  }
}
