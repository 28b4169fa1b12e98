import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { ComputedRef, Ref, ShallowRef } from 'vue'
import type { BoxSize, Padding } from '../../map/mercator.ts'
import type { Box } from '../../map/place-labels.ts'
import { useWall } from '../../screen/use-wall.ts'

interface Parts {
  readonly box: Readonly<ShallowRef<HTMLElement | null>>
  readonly foot: Readonly<ShallowRef<HTMLElement | null>>
  readonly banner: Readonly<ShallowRef<HTMLElement | null>>
}

export interface Frame {
  /** where names may stand: the box without its foot and what runs over the page's margin, px */
  readonly frame: ComputedRef<Box>
  /** between the box's edges and what must be seen of the district */
  readonly padding: ComputedRef<Padding>
  /** what the banner takes of the map's upper left corner */
  readonly banner: ComputedRef<Box>
  /** what of the panel runs over the page's margin: no text there */
  readonly bleed: Readonly<Ref<{ readonly left: number; readonly right: number }>>
  readonly footHeight: Readonly<Ref<number>>
}

/** Measures what a map's box leaves to the map, and again when something of it changes. */
export function useFrame({ box, foot, banner: bannerElement }: Parts, size: Readonly<Ref<BoxSize>>): Frame {
  const wall = useWall()
  const footHeight = shallowRef(0)
  const bannerSize = shallowRef({ width: 0, height: 0 })
  const bleed = shallowRef({ left: 0, right: 0 })

  function measureBanner(): void {
    const element = bannerElement.value
    const isShown = element !== null && element.offsetHeight > 0
    const taken = isShown ? { width: element.offsetWidth, height: element.offsetTop + element.offsetHeight } : { width: 0, height: 0 }
    if (taken.width !== bannerSize.value.width || taken.height !== bannerSize.value.height) bannerSize.value = taken
  }

  function measure(): void {
    footHeight.value = foot.value?.offsetHeight ?? 0
    measureBanner()
    const place = box.value?.getBoundingClientRect()
    if (place === undefined) return
    const { margin } = wall.value.measures
    const left = Math.max(0, Math.round(margin - place.left))
    const right = Math.max(0, Math.round(place.right - (wall.value.width - margin)))
    if (left !== bleed.value.left || right !== bleed.value.right) bleed.value = { left, right }
  }

  const observer = new ResizeObserver(measure)
  watch([box, foot, bannerElement, wall], (watched) => {
    observer.disconnect()
    for (const element of watched) if (element instanceof HTMLElement) observer.observe(element)
  })
  onScopeDispose(() => {
    observer.disconnect()
  })

  const around = computed(() => 12 * wall.value.am)
  return {
    frame: computed(() => ({
      x: bleed.value.left,
      y: 4 * wall.value.am,
      width: size.value.width - bleed.value.left - bleed.value.right,
      height: size.value.height - footHeight.value - 8 * wall.value.am,
    })),
    padding: computed(() => ({
      top: around.value,
      right: bleed.value.right + around.value,
      bottom: footHeight.value + around.value,
      left: bleed.value.left + around.value,
    })),
    banner: computed(() => ({ x: bleed.value.left, y: 0, ...bannerSize.value })),
    bleed,
    footHeight,
  }
}
