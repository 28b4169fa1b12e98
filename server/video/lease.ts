import { secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { withDeadline } from './deadline.ts'
import type { OpenStream, Quality, VideoProvider } from './provider.ts'
import { StreamTrouble, troubleOf } from './trouble.ts'

export interface LeaseOptions {
  readonly provider: VideoProvider
  readonly clock: Clock
  readonly maxStreams: number
  /** in [0, 1); spreads renewals and retries */
  readonly random: () => number
}

/** How long a stream stays open after the last request for it; longer where its playlist is asked for less often. */
export const idleMs = 20 * secondMs
const openWithinMs = 8 * secondMs
const renewalsFrom = 0.7
const renewalsTo = 0.9
const firstPauseMs = secondMs
const longestPauseMs = 6 * secondMs
/** an address that fails younger than this has never been good */
const youngMs = 15 * secondMs

interface Failure {
  readonly trouble: StreamTrouble
  readonly pauseMs: number
  readonly retryAt: Instant
}

interface Lease {
  readonly source: string
  readonly quality: Quality
  stream: OpenStream | undefined
  openedAt: Instant
  opening: Promise<OpenStream> | undefined
  /** the last opening failed; not tried again before `retryAt` */
  failure: Failure | undefined
  lastAskedAt: Instant
  idleMs: number
  /** the platform is being told that an address handed out before is of no use: until it knows, it might give the same again */
  ending: Promise<void> | undefined
  cancelRenewal: () => void
}

/**
 * The streams one platform has open for us: one for each source and quality however many watch it, opened by the first request, renewed at
 * 70-90 % of its life, closed some seconds after the last. Main and sub of one camera are two streams to the platform, and count as two.
 */
export class LeaseBook {
  readonly #options: LeaseOptions
  readonly #leases = new Map<string, Lease>()
  readonly #stop: () => void

  constructor(options: LeaseOptions) {
    this.#options = options
    this.#stop = options.clock.every(idleMs / 4, () => this.#closeIdle())
  }

  /** Streams that are open or being opened. */
  get open(): number {
    return [...this.#leases.values()].filter(isHeld).length
  }

  /** Whether it costs nothing upstream to look at this one. */
  isOpen(source: string, quality: Quality): boolean {
    const lease = this.#leases.get(keyOf({ source, quality }))
    return lease !== undefined && isHeld(lease)
  }

  /**
   * The stream of a source, opened if need be; counts as a sign that somebody watches.
   * @throws StreamTrouble; at once while a failed opening is resting
   */
  async use(source: string, quality: Quality): Promise<OpenStream> {
    const lease = this.#leaseOf(source, quality)
    const now = this.#options.clock.now()
    lease.lastAskedAt = now
    if (lease.stream !== undefined && !isExpired(lease.stream, now)) return lease.stream
    if (lease.opening !== undefined) return await lease.opening
    if (lease.failure !== undefined && isResting(lease.failure, now)) throw lease.failure.trouble
    if (this.open >= this.#options.maxStreams && !isHeld(lease)) {
      throw new StreamTrouble('busy', `${String(this.#options.maxStreams)} streams are open already, the most allowed for this platform`)
    }
    return await this.#open(lease)
  }

  /**
   * Says that an address the book handed out no longer works. The next use opens a new one, unless this very address was opened only now:
   * then the source rests like one that failed to open, so that a dead camera is not opened with every request.
   */
  spoiled(stream: OpenStream, trouble: StreamTrouble): void {
    const lease = this.#leaseWith(stream)
    if (lease === undefined) return
    const now = this.#options.clock.now()
    const wasYoung = now - lease.openedAt < youngMs
    lease.ending = this.#release(lease)
    if (wasYoung) lease.failure = this.#failureAfter(lease, trouble)
  }

  /** Whoever watches this stream comes every `ms` at most: between two requests nobody has gone away. */
  expectEvery(stream: OpenStream, ms: number): void {
    const lease = this.#leaseWith(stream)
    if (lease !== undefined) lease.idleMs = Math.max(idleMs, 2 * ms)
  }

  async close(): Promise<void> {
    this.#stop()
    await Promise.allSettled([...this.#leases.values()].map((lease) => this.#release(lease)))
  }

  #leaseOf(source: string, quality: Quality): Lease {
    const key = keyOf({ source, quality })
    const known = this.#leases.get(key)
    if (known !== undefined) return known
    const lease: Lease = {
      source,
      quality,
      stream: undefined,
      openedAt: 0,
      opening: undefined,
      failure: undefined,
      lastAskedAt: 0,
      idleMs,
      ending: undefined,
      cancelRenewal: noRenewal,
    }
    this.#leases.set(key, lease)
    return lease
  }

  #leaseWith(stream: OpenStream): Lease | undefined {
    for (const lease of this.#leases.values()) if (lease.stream === stream) return lease
    return undefined
  }

  async #open(lease: Lease): Promise<OpenStream> {
    const { provider, clock } = this.#options
    lease.opening = withDeadline(clock, openWithinMs, async (signal) => {
      await Promise.race([lease.ending, aborted(signal)])
      return await provider.open(lease.source, lease.quality, signal)
    })
    try {
      const stream = await lease.opening
      this.#take(lease, stream)
      return stream
    } catch (error) {
      const trouble = troubleOf(error)
      lease.failure = this.#failureAfter(lease, trouble)
      throw trouble
    } finally {
      lease.opening = undefined
    }
  }

  #take(lease: Lease, stream: OpenStream): void {
    lease.stream = stream
    lease.openedAt = this.#options.clock.now()
    if (stream.expiresAt !== undefined) this.#renewLater(lease, stream.expiresAt - lease.openedAt)
  }

  #renewLater(lease: Lease, lifeMs: number): void {
    const { clock, random } = this.#options
    const share = renewalsFrom + (renewalsTo - renewalsFrom) * random()
    lease.cancelRenewal = clock.after(lifeMs * share, () => void this.#renew(lease))
  }

  /** Until the new address is there the old one serves; when renewing fails it does so to its end, and then the next use opens. */
  async #renew(lease: Lease): Promise<void> {
    const { provider, clock } = this.#options
    const old = lease.stream
    if (old === undefined) return
    try {
      const renewed = await withDeadline(clock, openWithinMs, (signal) =>
        provider.keepAlive === undefined ? provider.open(lease.source, lease.quality, signal) : provider.keepAlive(lease.source, old, signal),
      )
      if (lease.stream === old) this.#take(lease, renewed)
    } catch {
      // not told: viewers still have their picture. What remains of the life is halved, so there are a few tries before it ends
      const leftMs = (old.expiresAt ?? 0) - clock.now()
      if (lease.stream === old && leftMs > 2 * secondMs) lease.cancelRenewal = clock.after(leftMs / 2, () => void this.#renew(lease))
    }
  }

  /** Pauses double while failures follow each other, also when the platform opens each time a stream that shows nothing. */
  #failureAfter(lease: Lease, trouble: StreamTrouble): Failure {
    const { clock, random } = this.#options
    const now = clock.now()
    const isNext = lease.failure !== undefined && now < lease.failure.retryAt + 2 * longestPauseMs
    const pauseMs = isNext ? Math.min(longestPauseMs, (lease.failure?.pauseMs ?? 0) * 2) : firstPauseMs
    return { trouble, pauseMs, retryAt: now + pauseMs * (0.75 + random() / 2) }
  }

  #closeIdle(): void {
    const now = this.#options.clock.now()
    for (const [key, lease] of this.#leases) {
      if (lease.lastAskedAt > now - lease.idleMs || lease.opening !== undefined) continue
      this.#leases.delete(key)
      void this.#release(lease)
    }
  }

  #drop(lease: Lease): void {
    lease.cancelRenewal()
    lease.cancelRenewal = noRenewal
    lease.stream = undefined
  }

  async #release(lease: Lease): Promise<void> {
    const { stream } = lease
    this.#drop(lease)
    if (stream === undefined) return
    try {
      await this.#options.provider.close?.(lease.source, stream)
    } catch {
      // the platform closes what nobody fetches by itself
    }
  }
}

/** A rest longer than the longest is one from before the clock was set back. */
const isResting = ({ retryAt }: Failure, now: Instant): boolean => now < retryAt && retryAt - now <= 2 * longestPauseMs
const noRenewal = (): void => undefined
const aborted = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
const keyOf = ({ source, quality }: Pick<Lease, 'source' | 'quality'>): string => `${quality} ${source}`
const isHeld = (lease: Lease): boolean => lease.stream !== undefined || lease.opening !== undefined
const isExpired = (stream: OpenStream, now: Instant): boolean => stream.expiresAt !== undefined && stream.expiresAt <= now
