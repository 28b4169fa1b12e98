import type { LinkFact } from '../../contract/link-fact.ts'
import type { LinkAttempts } from '../../contract/link.ts'
import { dayMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { Letter } from '../core/topics/link-record.ts'
import type { Log } from '../log.ts'
import { nextLetter, pauseAfter } from './retry-plan.ts'
import type { Pause } from './retry-plan.ts'

/** taken: the other side has it for good · refused: it answers, and does not take this one · away: it takes nothing now. */
export type Posted =
  | { readonly is: 'taken' }
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'away'; readonly reason: string; readonly askedMs?: number | undefined }

export interface CourierRooms {
  readonly link: { readonly id: string; readonly district: string; readonly giveUpDays: number }
  readonly clock: Clock
  readonly chance: () => number
  readonly log: Log
  /** what waits, oldest first */
  readonly waiting: () => readonly Letter[]
  /** what the log says of its trouble, so that the same is not recorded at every attempt */
  readonly knownTrouble: (message: string | undefined) => string | undefined
  /** never rejects */
  readonly post: (letter: Letter) => Promise<Posted>
  /** resolves when the fact is durable and folded */
  readonly record: (fact: LinkFact) => Promise<unknown>
}

/**
 * Brings what waits to one system, one message at a time. What it has brought is recorded after the other side took it: should we die in between, the
 * same message goes again under the same id, and the other side knows it.
 */
export class Courier {
  readonly #rooms: CourierRooms
  readonly #holds = new Map<string, Pause>()
  #pause: Pause | undefined
  #underway: Promise<void> | undefined
  #isClosed = false

  constructor(rooms: CourierRooms) {
    this.#rooms = rooms
  }

  get attempts(): LinkAttempts {
    const { link, waiting } = this.#rooms
    const isIdle = this.#underway !== undefined || waiting().length === 0
    const untils = this.#pause === undefined ? [...this.#holds.values()].map(({ until }) => until) : [this.#pause.until]
    return { id: link.id, attempts: this.#pause?.attempts ?? 0, nextAt: isIdle || untils.length === 0 ? undefined : Math.min(...untils) }
  }

  /** Looks whether something is to be brought now. Cheap, and called each second. */
  wake(): void {
    if (this.#isClosed || this.#underway !== undefined || this.#isPaused()) return
    if (this.#rooms.waiting().length === 0) return
    this.#underway = this.#round().finally(() => (this.#underway = undefined))
  }

  /** Somebody mended it, or wants to know. */
  retryNow(): void {
    this.#pause = this.#pause && { ...this.#pause, until: 0 }
    for (const [thread, hold] of this.#holds) this.#holds.set(thread, { ...hold, until: 0 })
    this.wake()
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    await this.#underway
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#underway
  }

  #isPaused(): boolean {
    return (this.#pause?.until ?? 0) > this.#rooms.clock.now()
  }

  async #round(): Promise<void> {
    try {
      await this.#giveUpOld()
      for (let letter = this.#next(); letter !== undefined; letter = this.#next()) await this.#bring(letter)
    } catch (error) {
      // nothing can be recorded: what was brought goes again, under its own id
      this.#rest()
      this.#rooms.log('warn', 'what a linked system took could not be recorded; it is sent again', { link: this.#rooms.link.id, error })
    }
  }

  #next(): Letter | undefined {
    if (this.#isClosed || this.#isPaused()) return undefined
    return nextLetter(this.#rooms.waiting(), this.#holds, this.#rooms.clock.now())
  }

  async #bring(letter: Letter): Promise<void> {
    const posted = await this.#rooms.post(letter)
    switch (posted.is) {
      case 'taken':
        await this.#record({ what: 'delivered', message: letter.id })
        this.#pause = undefined
        this.#holds.delete(letter.thread)
        return
      case 'refused':
        this.#holds.set(letter.thread, pauseAfter(this.#holds.get(letter.thread), this.#now()))
        this.#pause = undefined
        await this.#tell(posted.reason, letter)
        return
      case 'away':
        this.#rest(posted.askedMs)
        await this.#tell(posted.reason, undefined)
    }
  }

  /** Told once for as long as it stays the same. */
  async #tell(reason: string, letter: Letter | undefined): Promise<void> {
    if (this.#rooms.knownTrouble(letter?.id) === reason) return
    await this.#record({ what: 'failing', reason, ...(letter && { message: letter.id }) })
  }

  async #giveUpOld(): Promise<void> {
    const { clock, link, log, waiting } = this.#rooms
    const oldest: Instant = clock.now() - link.giveUpDays * dayMs
    for (const { id, at, thread, event } of waiting()) {
      if (at > oldest) continue
      const reason = `not taken within ${String(link.giveUpDays)} days (giveUpDays)`
      log('error', 'a message to a linked system was given up: tell them by telephone', {
        link: link.id,
        thread,
        event,
        since: new Date(at).toISOString(),
      })
      await this.#record({ what: 'given-up', message: id, reason })
    }
  }

  #rest(askedMs?: number): void {
    this.#pause = pauseAfter(this.#pause, { ...this.#now(), askedMs })
  }

  #now() {
    return { now: this.#rooms.clock.now(), chance: this.#rooms.chance() }
  }

  async #record(said: Outcome): Promise<void> {
    const { clock, link, record } = this.#rooms
    await record({ kind: 'link', district: link.district, link: link.id, at: clock.now(), ...said })
  }
}

type Outcome =
  | { readonly what: 'delivered'; readonly message: string }
  | { readonly what: 'failing'; readonly reason: string; readonly message?: string }
  | { readonly what: 'given-up'; readonly message: string; readonly reason: string }
