import type { Clock } from './core/clock.ts'

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms)
    return () => {
      clearTimeout(timer)
    }
  },
  every(ms, task) {
    const timer = setInterval(task, ms)
    return () => {
      clearInterval(timer)
    }
  },
}
