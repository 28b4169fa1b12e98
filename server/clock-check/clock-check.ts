import type { ClockFact } from '../../contract/fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import type { Log } from '../log.ts'
import type { SntpReply } from './sntp-packet.ts'

export interface ClockCheckOptions {
  readonly clock: Clock
  /** ms of a clock that nobody sets */
  readonly monotonicMs: () => number
  /** timeServers of config/app.yaml */
  readonly servers: readonly string[]
  /** Asks one of them; rejects when it cannot be reached. */
  readonly ask: (server: string) => Promise<SntpReply>
  /** what the log knew when the server started; undefined where nothing was ever noticed */
  readonly before: Pick<ClockFact, 'driftMs' | 'isTrusted' | 'reference'> | undefined
  readonly record: (fact: ClockFact) => void
  readonly log: Log
}

export interface ClockCheck {
  /** our clock minus the reference; undefined while nothing is known of it */
  readonly driftMs: number | undefined
  close(): void
}

const askEveryMs = 64 * secondMs
const lookEveryMs = 10 * secondMs
/** Less is a clock that is slewed, or a machine that is busy. */
const leastJumpMs = 5 * secondMs
const mostDriftMs = minuteMs
/** A drift is told again when it has moved by more than this, and not more often than that. */
const leastMoveMs = secondMs
const tellEveryMs = minuteMs
/** After a server asked to be left alone for a while. */
const restMs = 60 * minuteMs

/** What a jump is measured by where no time server is configured. */
const ownReference = 'monotonic'

/**
 * 时钟偏差: compares our clock with the time servers each 64 s (their median), and with the machine's monotonic clock each 10 s, so that one
 * that is set by hand is noticed at once and also where there is no time server. Beyond 60 s it is not trusted, and nothing is marked overdue.
 * Without a time server nobody can say whether a jump put the clock right or wrong: it is not trusted until it jumps back, or until the server
 * is started again, which takes the machine's clock at its word.
 */
export function startClockCheck(options: ClockCheckOptions): ClockCheck {
  return new Check(options)
}

class Check implements ClockCheck {
  readonly #options: ClockCheckOptions
  readonly #endings: (() => void)[]
  /** by server, the monotonic time from which on it may be asked again */
  readonly #resting = new Map<string, number>()
  /** by server, what was last wrong with it: told once, not each minute */
  readonly #troubles = new Map<string, string>()
  /** drift = base + all jumps so far; base is undefined while nothing is known */
  #baseMs: number | undefined
  #jumpedMs = 0
  #reference = ownReference
  #last: { readonly wall: number; readonly monotonic: number }
  #told: { readonly driftMs: number; readonly isTrusted: boolean } | undefined
  #toldMs = -Infinity
  #isAsking = false
  #isClosed = false

  constructor(options: ClockCheckOptions) {
    const { clock, monotonicMs, servers, before } = options
    this.#options = options
    this.#told = before
    this.#last = { wall: clock.now(), monotonic: monotonicMs() }
    this.#endings = [clock.every(lookEveryMs, () => this.#look())]
    if (servers.length === 0) {
      // nothing contradicts the clock any more
      if (before !== undefined) this.#tell(0)
      return
    }
    // until one of them says otherwise, what was known holds
    this.#baseMs = before?.driftMs
    this.#reference = before?.reference ?? ownReference
    this.#endings.push(clock.every(askEveryMs, () => void this.#askAll()))
    void this.#askAll()
  }

  get driftMs(): number | undefined {
    return this.#baseMs === undefined ? undefined : Math.round(this.#baseMs + this.#jumpedMs)
  }

  close(): void {
    this.#isClosed = true
    for (const end of this.#endings) end()
  }

  #look(): void {
    this.#noticeJump()
    const { driftMs } = this
    if (driftMs !== undefined) this.#tell(driftMs)
  }

  #noticeJump(): void {
    const { clock, monotonicMs, log } = this.#options
    const now = { wall: clock.now(), monotonic: monotonicMs() }
    const jumpMs = now.wall - this.#last.wall - (now.monotonic - this.#last.monotonic)
    this.#last = now
    if (Math.abs(jumpMs) <= leastJumpMs) return
    this.#jumpedMs += jumpMs
    this.#baseMs ??= 0
    log('warn', "the machine's clock has jumped", { seconds: Math.round(jumpMs / secondMs) })
  }

  async #askAll(): Promise<void> {
    if (this.#isAsking) return
    this.#isAsking = true
    // what is measured holds for the clock as it is set now
    this.#noticeJump()
    const jumpedMs = this.#jumpedMs
    const { servers, monotonicMs } = this.#options
    const asked = servers.filter((server) => (this.#resting.get(server) ?? -Infinity) <= monotonicMs())
    const answers = (await Promise.all(asked.map((server) => this.#ask(server)))).flatMap((answer) => answer ?? [])
    this.#isAsking = false
    if (this.#isClosed || answers.length === 0) return
    this.#baseMs = medianOf(answers.map(({ driftMs }) => driftMs)) - jumpedMs
    this.#reference = answers
      .map(({ server }) => server)
      .join(', ')
      .slice(0, 200)
    this.#look()
  }

  async #ask(server: string): Promise<{ readonly server: string; readonly driftMs: number } | undefined> {
    try {
      const reply = await this.#options.ask(server)
      if (reply.kind === 'time') {
        this.#troubles.delete(server)
        return { server, driftMs: reply.driftMs }
      }
      if (reply.kind === 'kiss') this.#rest(server, reply.code)
      this.#note(server, reply.kind === 'kiss' ? `it asks to be left alone (${reply.code})` : reply.reason)
    } catch (error) {
      this.#note(server, error instanceof Error ? error.message : String(error))
    }
    return undefined
  }

  #rest(server: string, code: string): void {
    const isForGood = code === 'DENY' || code === 'RSTR'
    this.#resting.set(server, isForGood ? Infinity : this.#options.monotonicMs() + restMs)
  }

  #note(server: string, reason: string): void {
    if (this.#isClosed || this.#troubles.get(server) === reason) return
    this.#troubles.set(server, reason)
    this.#options.log('warn', 'a time server was of no help', { server, reason })
  }

  #tell(driftMs: number): void {
    const { clock, monotonicMs, record } = this.#options
    const isTrusted = Math.abs(driftMs) <= mostDriftMs
    const told = this.#told
    if (told !== undefined && told.isTrusted === isTrusted && Math.abs(driftMs - told.driftMs) <= leastMoveMs) return
    // that it cannot be trusted any more does not wait: orders would be called overdue meanwhile
    const isLost = !isTrusted && told?.isTrusted !== false
    if (!isLost && monotonicMs() - this.#toldMs < tellEveryMs) return
    this.#told = { driftMs, isTrusted }
    this.#toldMs = monotonicMs()
    record({ kind: 'clock', at: clock.now(), driftMs, reference: this.#reference, isTrusted })
  }
}

/** @param values at least one */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const [low = 0, high = low] = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1)
  return (low + high) / 2
}
