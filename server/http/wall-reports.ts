import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { reportEveryMs, silentAfterMs } from '../../contract/wall.ts'
import type { WallCommand, WallHeard, WallPicture, WallReport, WallStep } from '../../contract/wall.ts'
import type { Clock } from '../core/clock.ts'

/** What walls say of themselves (P9.2). In memory and never in the log: after a restart each says it again within seconds. */
export interface WallReportBook {
  /** grows with whatever a desk might want to know */
  readonly version: number
  readonly listeningSince: Instant
  /** @returns false for one that comes too soon after the last and tells of no command painted since */
  take(district: string, wall: string, report: WallReport): boolean
  heard(district: string): readonly WallHeard[]
  pictureOf(wall: string): WallPicture | undefined
  /** With how long after it each wall had it on its screen. */
  step(command: WallCommand): WallStep
  forget(wall: string): void
  /** Something else that desks look at has changed. */
  changed(): void
  /** Resolves with the next change, or after `waitMs`; at once when too many wait already. */
  news(waitMs: number): Promise<void>
}

/** Clocks of browsers are not ours: a report may come a little before its time. */
const earlyMs = secondMs
/** Commands of which it is remembered when a wall painted them. */
const mostPainted = 100
const mostWaiting = 100

interface Kept {
  readonly district: string
  readonly heard: WallHeard
  readonly picture: WallPicture
  /** ascending by number, with when it was heard */
  readonly painted: readonly { readonly number: number; readonly at: Instant }[]
}

export function createWallReports(clock: Clock): WallReportBook {
  return new MemoryReports(clock)
}

class MemoryReports implements WallReportBook {
  readonly listeningSince: Instant
  readonly #clock: Clock
  readonly #byWall = new Map<string, Kept>()
  readonly #waiting = new Set<() => void>()
  #version = 0

  constructor(clock: Clock) {
    this.#clock = clock
    this.listeningSince = clock.now()
  }

  get version(): number {
    return this.#version
  }

  take(district: string, wall: string, { picture, ...report }: WallReport): boolean {
    const now = this.#clock.now()
    const before = this.#byWall.get(wall)
    if (before !== undefined && isTooSoon(before, report.painted, now)) return false
    const isBack = before === undefined || now - before.heard.heardAt > silentAfterMs
    const heard = { ...report, wall, heardAt: now, since: isBack ? now : before.heard.since }
    this.#byWall.set(wall, { district, heard, picture, painted: paintedAfter(before, report.painted, now) })
    this.changed()
    return true
  }

  heard(district: string): readonly WallHeard[] {
    return [...this.#byWall.values()].filter((kept) => kept.district === district).map((kept) => kept.heard)
  }

  pictureOf(wall: string): WallPicture | undefined {
    return this.#byWall.get(wall)?.picture
  }

  step(command: WallCommand): WallStep {
    const times = command.walls.flatMap((wall): readonly (readonly [string, number])[] => {
      const first = this.#byWall.get(wall)?.painted.find(({ number, at }) => number >= command.number && at >= command.at)
      return first === undefined ? [] : [[wall, first.at - command.at]]
    })
    return { ...command, paintedMs: Object.fromEntries(times) }
  }

  forget(wall: string): void {
    if (this.#byWall.delete(wall)) this.changed()
  }

  changed(): void {
    this.#version += 1
    for (const tell of [...this.#waiting]) tell()
  }

  news(waitMs: number): Promise<void> {
    if (this.#waiting.size >= mostWaiting) return Promise.resolve()
    return new Promise((resolve) => {
      const tell = (): void => {
        cancel()
        this.#waiting.delete(tell)
        resolve()
      }
      const cancel = this.#clock.after(waitMs, tell)
      this.#waiting.add(tell)
    })
  }
}

function isTooSoon({ heard, painted }: Kept, paintedNow: number, now: Instant): boolean {
  const sinceMs = now - heard.heardAt
  // of all that were ever painted: one that goes back and forth would never have to wait
  const highest = painted.at(-1)?.number ?? 0
  // negative: our clock was set back
  return paintedNow <= highest && sinceMs >= 0 && sinceMs < reportEveryMs - earlyMs
}

/** A page that was loaded anew begins below what the one before it had painted: that stays painted. */
function paintedAfter(before: Kept | undefined, number: number, at: Instant): Kept['painted'] {
  const known = before?.painted ?? []
  return number > (known.at(-1)?.number ?? 0) ? [...known, { number, at }].slice(-mostPainted) : known
}
