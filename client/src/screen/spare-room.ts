import { inject, provide, watch } from 'vue'
import type { InjectionKey } from 'vue'

/** 让位: a panel that has less to show than its place holds says so, and the panel below it gets the rest. */

type Tell = (px: number | undefined) => void
const key: InjectionKey<Tell> = Symbol('spare room')

/** To be called by the place of a panel. @param tell told of the height that is needed, CSS px */
export function provideSpareRoom(tell: Tell): void {
  provide(key, tell)
}

/**
 * Says what height a panel needs for all it has to show. It must not depend on the place that the panel was given, or the two would never come
 * to rest.
 */
export function useNeededHeight(px: () => number): void {
  const tell = inject(key, undefined)
  // what is told reads what others need: to follow that as well would go round for ever
  if (tell !== undefined) watch(() => Math.ceil(px()), tell, { immediate: true })
}
