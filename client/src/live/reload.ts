import { minuteMs } from '../../../contract/time.ts'
import type { Timers } from './timers.ts'

interface ReloadOptions {
  /** of the page that is running, asked when the server first names its own; undefined: that one */
  readonly build: () => string | undefined
  /** loads the page again under its present URL, which names the scene */
  readonly reload: () => void
  /** survives the reload */
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>
  readonly timers: Timers
  /** the PC's clock: the only one that goes on across a reload */
  readonly wallClock: () => number
}

const storageKey = 'yiping.reloaded-at'

/**
 * P7: makes the page follow the server's build.
 * @returns takes the build that the server named; reloads when it is another, at most once a minute, later when the minute is not over
 */
export function followBuild(options: ReloadOptions): (serverBuild: string) => void {
  let own: string | undefined
  let isPlanned = false
  const tryToReload = (): void => {
    const waitMs = minuteMs - sinceReloadMs(options)
    isPlanned = waitMs > 0
    if (isPlanned) options.timers.after(waitMs, tryToReload)
    else options.reload()
  }
  return (serverBuild) => {
    own ??= options.build() ?? serverBuild
    if (serverBuild !== own && !isPlanned) tryToReload()
  }
}

/** Milliseconds since the last reload; at least a minute answers that the next may come, and is then noted as the last. */
function sinceReloadMs({ storage, timers, wallClock }: ReloadOptions): number {
  try {
    const elapsedMs = wallClock() - Number(storage.getItem(storageKey) ?? Number.NaN)
    // Not a number: never reloaded. Negative: the PC's clock was set back since.
    if (elapsedMs >= 0 && elapsedMs < minuteMs) return elapsedMs
    storage.setItem(storageKey, String(wallClock()))
    return minuteMs
  } catch {
    // Storage is switched off or full: the age of this page keeps the spacing.
    return timers.now()
  }
}
