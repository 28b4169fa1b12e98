import { hourMs, minuteMs } from './calendar.ts'
import { isSilent } from './city/scenario.ts'
import type { Surroundings } from './upstream.ts'

export interface Rhythm {
  /** between two instants; a function where it changes with time */
  readonly everyMs: number | ((at: number) => number)
  /** how much of the past is told at a start, in coarser steps */
  readonly backfillMs?: number
  /** moves all instants, so that not everybody speaks at once */
  readonly phaseMs?: number
  /** whether the scenario `outage` silences it; what happened meanwhile is told afterwards */
  readonly isSilenced?: boolean
}

/** Trends on walls have a point every quarter of an hour: the past is told no finer. */
const coarseMs = 15 * minuteMs
export const trendMs = 6 * hourMs

/** The first instant after `at` that is a multiple of `everyMs`, moved by `phaseMs`. */
export const slotAfter = (at: number, everyMs: number, phaseMs = 0): number => (Math.floor((at - phaseMs) / everyMs) + 1) * everyMs + phaseMs

/** 日程: the instants at which something is told, oldest first. One stays due until it is done, so that nothing is lost while nobody listens. */
export class Agenda {
  readonly #rhythm: Rhythm
  readonly #surroundings: Surroundings
  #next: number

  constructor(rhythm: Rhythm, surroundings: Surroundings) {
    this.#rhythm = rhythm
    this.#surroundings = surroundings
    const { backfillMs = 0 } = rhythm
    this.#next = this.#after(surroundings.now() - backfillMs)
  }

  /** Waits until something is due. undefined: the signal was aborted. */
  async due(): Promise<number | undefined> {
    const { now, wait, signal, city } = this.#surroundings
    while (!isAborted(signal)) {
      const left = this.#next - now()
      const isHeld = this.#rhythm.isSilenced === true && isSilent(city, now())
      if (left <= 0 && !isHeld) return this.#next
      await wait(Math.max(left, isHeld ? 1_000 : 0), signal)
    }
    return undefined
  }

  done(): void {
    this.#next = this.#after(this.#next)
  }

  /** Leaves out what is due already: of something that only its present counts. */
  skipPast(): void {
    const now = this.#surroundings.now()
    if (this.#next < now) this.#next = this.#after(now)
  }

  #after(at: number): number {
    const { everyMs, phaseMs } = this.#rhythm
    const fine = typeof everyMs === 'number' ? everyMs : everyMs(at)
    const isPast = this.#surroundings.now() - at > coarseMs + fine
    return slotAfter(at, isPast ? Math.max(fine, coarseMs) : fine, phaseMs)
  }
}

/** A function, since the compiler takes a property that was false once for false ever after. */
export const isAborted = (signal: AbortSignal): boolean => signal.aborted
