import { onScopeDispose } from 'vue'
import { minuteMs } from '../../../contract/time.ts'

/** A wall must find back by itself: what somebody chose ends when it has not been touched for a while. */
export interface Hold {
  /** begins anew */
  start(): void
  stop(): void
}

/** @param minutes untouched until `end` is called; 0 never calls it */
export function useHold(minutes: number, end: () => void): Hold {
  let timer: ReturnType<typeof setTimeout> | undefined
  const stop = (): void => {
    clearTimeout(timer)
  }
  onScopeDispose(stop)
  return {
    start() {
      stop()
      if (minutes > 0) timer = setTimeout(end, minutes * minuteMs)
    },
    stop,
  }
}
