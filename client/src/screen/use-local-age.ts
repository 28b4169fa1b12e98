import { computed, onScopeDispose, ref, watch } from 'vue'
import type { ComputedRef } from 'vue'
import { useI18n } from 'vue-i18n'
import { secondMs } from '../../../contract/time.ts'
import { formatAge } from '../ui/format.ts'

/**
 * How long a condition has held, counted by this machine: the one age that cannot come from the server, since it is gone.
 * @returns in words, each second anew while the condition holds
 */
export function useLocalAge(holds: () => boolean): ComputedRef<string> {
  const { t } = useI18n()
  const age = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const stop = (): void => {
    clearInterval(timer)
    timer = undefined
  }
  watch(
    holds,
    (now) => {
      stop()
      if (!now) return
      const start = performance.now()
      age.value = 0
      timer = setInterval(() => {
        age.value = performance.now() - start
      }, secondMs)
    },
    { immediate: true },
  )
  onScopeDispose(stop)
  return computed(() => formatAge(age.value, t))
}
