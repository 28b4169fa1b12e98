import type { Connection } from '../../contract/bench.ts'
import type { FeedReason } from '../../contract/fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { OpenFeed } from './open-feed.ts'
import type { FeedPipeline } from './pipeline.ts'
import type { Privacy } from './privacy.ts'
import { MisconfiguredError, NotTakenError, TryLaterError } from './transport.ts'
import type { HostGuard, Ledger, TransportContext } from './transport.ts'

/** What every feed's connection may use. */
export interface RunnerRooms {
  readonly clock: Clock
  readonly hosts: HostGuard
  readonly secrets: { secret(name: string): string }
  readonly privacy: Privacy
  readonly certificate: (file: string) => string
  /** tells this installation from others at the same upstream */
  readonly installation: string
  readonly folder: (path: string) => string
  readonly ledger: (feed: string) => Ledger
  readonly watch: {
    received(feed: string, receipt: { readonly facts: number; readonly rejected: number }): void
    answered(feed: string): void
    failed(feed: string, reason: FeedReason, detail: string): void
  }
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields?: Readonly<Record<string, unknown>>) => void
  /** 0 to 1, for jitter */
  readonly random: () => number
}

export interface LinkStatus {
  readonly connection: Connection
  readonly lastError: { readonly at: Instant; readonly text: string } | undefined
  readonly retryAt: Instant | undefined
}

/** A link that held for this long was no failed attempt: after it the pauses begin anew. */
const steadyMs = 30 * secondMs
const firstPauseMs = secondMs
const longestPauseMs = minuteMs
/** Signs of life are told no more often than this. */
const aliveEveryMs = secondMs
/** A transport that is told to end has this long; then nobody waits for it any more. */
const endingMs = 10 * secondMs
/** Texts that differ each time would be remembered without end. */
const mostWarnings = 100

/** 连接: keeps one feed's transport running until it is closed: starts it, and when it fails starts it again, later and later, with jitter. */
export class FeedRunner {
  readonly #pipeline: FeedPipeline
  readonly #rooms: RunnerRooms
  readonly #ending = new AbortController()
  readonly #ended: Promise<void>
  #status: LinkStatus = { connection: 'connecting', lastError: undefined, retryAt: undefined }
  #aliveAt = Number.NEGATIVE_INFINITY
  readonly #warned = new Set<string>()

  constructor(pipeline: FeedPipeline, link: NonNullable<OpenFeed['link']>, rooms: RunnerRooms) {
    this.#pipeline = pipeline
    this.#rooms = rooms
    this.#ended = this.#keepRunning(link)
  }

  get status(): LinkStatus {
    return this.#status
  }

  /** Ends the connection; what is under way is still recorded. A transport that does not end is left alone after ten seconds. */
  async close(): Promise<void> {
    const { clock, log } = this.#rooms
    this.#ending.abort()
    let giveUp = (): void => undefined
    const patience = new Promise<'late'>((resolve) => (giveUp = clock.after(endingMs, () => resolve('late'))))
    const outcome = await Promise.race([this.#ended, patience])
    giveUp()
    if (outcome === 'late') log('warn', 'a connection did not end when told to', { feed: this.#pipeline.feed.definition.id })
  }

  async #keepRunning(link: NonNullable<OpenFeed['link']>): Promise<void> {
    const { clock } = this.#rooms
    const { signal } = this.#ending
    for (let failures = 0; !signal.aborted;) {
      const startedAt = clock.now()
      this.#set({ connection: 'connecting', retryAt: undefined })
      const failure = await this.#runOnce(link)
      if (isAborted(signal)) break
      failures = clock.now() - startedAt >= steadyMs ? 1 : failures + 1
      this.#tell(failure)
      await this.#pause(this.#pauseAfter(failures, failure))
    }
  }

  async #runOnce({ transport, url, options }: NonNullable<OpenFeed['link']>): Promise<unknown> {
    try {
      await transport.run(this.#context(url, options))
      return new Error('the connection ended')
    } catch (error) {
      return error
    }
  }

  /** Between half and the whole of twice the pause before, a minute at most. */
  #pauseAfter(failures: number, failure: unknown): number {
    if (failure instanceof TryLaterError) return Math.max(failure.afterMs, firstPauseMs)
    const whole = failure instanceof MisconfiguredError ? longestPauseMs : Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(failures - 1, 10))
    return whole * (0.5 + 0.5 * this.#rooms.random())
  }

  #tell(failure: unknown): void {
    const { id } = this.#pipeline.feed.definition
    // upstreams quote in their errors what they were asked, and about whom
    const text = this.#rooms.privacy.words(failure instanceof Error ? failure.message : String(failure)).slice(0, 200)
    this.#set({ lastError: { at: this.#rooms.clock.now(), text } })
    // when nothing can be recorded the upstream is not to blame, and the wall says that recording has stopped
    if (failure instanceof NotTakenError) return
    const isOurs = failure instanceof MisconfiguredError
    if (isOurs) this.#set({ connection: 'stopped' })
    this.#rooms.log('warn', isOurs ? 'a feed is not configured well' : 'a feed lost its upstream', { feed: id, reason: text })
    this.#rooms.watch.failed(id, isOurs ? 'misconfigured' : 'unreachable', text)
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#rooms
    const { signal } = this.#ending
    if (this.#status.connection !== 'stopped') this.#set({ connection: 'retrying' })
    this.#set({ retryAt: clock.now() + ms })
    return waitFor(ms, clock, signal)
  }

  #context(url: URL, options: unknown): TransportContext<unknown> {
    const { clock, hosts, secrets, certificate, installation, folder, ledger } = this.#rooms
    const { feed } = this.#pipeline
    const { definition, codec } = feed
    const openStream = codec?.openStream
    return {
      feed: definition,
      url,
      options,
      secret: (name) => secrets.secret(name),
      certificate,
      installation,
      warn: (text) => this.#warn(text),
      hosts,
      folder,
      ledger: ledger(definition.id),
      clock,
      signal: this.#ending.signal,
      openStream,
      deliver: async (raw, note) => {
        this.#isOpen()
        const delivered = await this.#pipeline.deliver(raw, note)
        await this.#hold()
        return delivered
      },
      deliverMessages: async (messages, origin, note) => {
        this.#isOpen()
        const delivered = await this.#pipeline.deliverMessages(messages, origin, note)
        await this.#hold()
        return delivered
      },
      alive: () => this.#alive(),
      answered: () => {
        this.#isOpen()
        this.#rooms.watch.answered(definition.id)
      },
      listening: () => this.#isOpen(),
    }
  }

  #warn(text: string): void {
    const { privacy, log } = this.#rooms
    const told = privacy.words(text)
    if (this.#warned.has(told) || this.#warned.size >= mostWarnings) return
    this.#warned.add(told)
    log('warn', told, { feed: this.#pipeline.feed.definition.id })
  }

  /** What comes faster than the feed's cap is acknowledged later, which slows its upstream down. */
  async #hold(): Promise<void> {
    const ms = this.#pipeline.pauseMs
    if (ms > 0) await waitFor(ms, this.#rooms.clock, this.#ending.signal)
  }

  #alive(): void {
    this.#isOpen()
    const now = this.#rooms.clock.now()
    if (now >= this.#aliveAt && now - this.#aliveAt < aliveEveryMs) return
    this.#aliveAt = now
    this.#rooms.watch.received(this.#pipeline.feed.definition.id, { facts: 0, rejected: 0 })
  }

  #isOpen(): void {
    if (this.#status.connection !== 'open') this.#set({ connection: 'open', retryAt: undefined })
  }

  #set(part: Partial<LinkStatus>): void {
    this.#status = { ...this.#status, ...part }
  }
}

/** A function, since the compiler takes a property that was false once for false ever after. */
const isAborted = (signal: AbortSignal): boolean => signal.aborted

/** Resolves after `ms`, or as soon as `signal` is aborted. */
function waitFor(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const end = (): void => {
      cancel()
      signal.removeEventListener('abort', end)
      resolve()
    }
    const cancel = clock.after(ms, end)
    signal.addEventListener('abort', end, { once: true })
  })
}
