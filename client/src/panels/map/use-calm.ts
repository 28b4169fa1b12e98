import { onScopeDispose, shallowRef, watch } from 'vue'
import type { ShallowRef } from 'vue'

/**
 * Follows `source`, at once after a quiet spell and else no more than every `everyMs`: thousands of marks need not be laid out anew for
 * every frame of the stream.
 */
export function useCalm<T>(source: () => T, everyMs: number): Readonly<ShallowRef<T>> {
  const calm = shallowRef(source())
  let waiting: ReturnType<typeof setTimeout> | undefined
  let changed = false
  const rest = (): void => {
    waiting = setTimeout(() => {
      waiting = undefined
      if (!changed) return
      changed = false
      calm.value = source()
      rest()
    }, everyMs)
  }
  watch(source, (value) => {
    if (waiting !== undefined) {
      changed = true
      return
    }
    calm.value = value
    rest()
  })
  onScopeDispose(() => {
    clearTimeout(waiting)
  })
  return calm
}
