import { onScopeDispose } from 'vue'
import { secondMs } from '../../../contract/time.ts'

/**
 * Untouched for so long, the details leave by themselves: a wall must never stay covered, and whoever reads a list aloud touches it within
 * a minute and a half.
 */
export const untouchedMs = 90 * secondMs

/** Calls `over` once nobody has called `touched` for `ms`. */
export function useIdle(ms: number, over: () => void): { readonly touched: () => void } {
  let timer = setTimeout(over, ms)
  onScopeDispose(() => {
    clearTimeout(timer)
  })
  return {
    touched: () => {
      clearTimeout(timer)
      timer = setTimeout(over, ms)
    },
  }
}
