import { inject } from 'vue'
import type { InjectionKey } from 'vue'
import type { Place } from './trail.ts'

/** Provided by whoever holds the way: one level down from what is shown. */
export const deeperKey: InjectionKey<(place: Place) => void> = Symbol('deeper')

export function useDeeper(): (place: Place) => void {
  return inject(deeperKey, () => undefined, false)
}
