import type { Frame, Hello, HelloAnswer } from '../../../contract/protocol.ts'
import { protocolVersion, stalledAfterMs } from '../../../contract/protocol.ts'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicName } from '../../../contract/topic.ts'
import { backOffMs } from './back-off.ts'
import type { Link, LinkCause, LinkState } from './link.ts'
import { firstLink } from './link.ts'
import type { Picture, TopicMap } from './picture.ts'
import { applyFrames, emptyPicture, fromSnapshot } from './picture.ts'
import { ServerClock } from './server-clock.ts'
import { Subscriptions } from './subscriptions.ts'
import type { Timers } from './timers.ts'
import type { DownReason, OpenWire, Wire } from './wire.ts'
import { openGuarded } from './wire.ts'

const watchEveryMs = secondMs / 4
/** A heartbeat comes each second: a wire silent for this long is dead, whatever TCP still believes. */
const silentAfterMs = 10 * secondMs
/** A large snapshot over a slow line takes its time, and nothing else can arrive meanwhile. */
const answerWithinMs = 30 * secondMs
/** Between two hellos, so that a line that drops every other frame is not drowned in questions. */
const helloEveryMs = secondMs / 4
const incompatibleRetryMs = 10 * secondMs

export interface SessionOptions {
  readonly openWire: OpenWire
  readonly timers: Timers
  /** Calls back before the next repaint (requestAnimationFrame). */
  readonly beforeRepaint: (task: () => void) => void
  /** [0, 1) */
  readonly chance: () => number
  /** the topics whose maps are others than at the last commit; at most once per repaint */
  readonly onCommit: (changed: ReadonlyMap<TopicName, TopicMap>) => void
  readonly onLink: (link: Link) => void
  /** P7: each answer names the build of the server */
  readonly onBuild: (build: string) => void
}

/** Where the conversation with the server stands. What belongs to one phase cannot be touched in another. */
type Phase =
  | { readonly at: 'idle' }
  | { readonly at: 'waiting'; readonly cancel: () => void }
  | { readonly at: 'opening'; readonly wire: Wire; readonly startedAt: number }
  | { readonly at: 'greeting'; readonly wire: Wire; readonly startedAt: number; readonly cancel: () => void }
  | { readonly at: 'following'; readonly wire: Wire }
  | { readonly at: 'closed' }

/**
 * Keeps a picture of the topics that somebody subscribed to (PROTOCOL.md P1-P6): opens a wire, says hello, applies frames, notices what is
 * missing, and begins again for ever. The last picture stays whatever happens. Knows neither DOM nor Socket.IO.
 */
export class LiveSession {
  readonly #options: SessionOptions
  readonly #subscriptions = new Subscriptions()
  readonly #clock = new ServerClock()
  #phase: Phase = { at: 'idle' }
  #picture: Picture = emptyPicture
  #committed: ReadonlyMap<TopicName, TopicMap> = emptyPicture.topics
  #isCommitPlanned = false
  #isReviewPlanned = false
  /** the topics of the last hello, answered or not; and of the picture */
  #asked: readonly TopicName[] = []
  #held: readonly TopicName[] = []
  #failures = 0
  #link: Link = firstLink
  #lastCause: LinkCause | undefined
  /** monotonic: of the last hello, the last frame of any kind, the last that fitted */
  #greetedAt = -Infinity
  #heardAt = -Infinity
  #appliedAt = -Infinity
  #stopWatching: () => void

  constructor(options: SessionOptions) {
    this.#options = options
    this.#stopWatching = this.#watchLater()
  }

  /**
   * Asks for topics; all that are asked for in one turn go into one hello. Topics that are held already are not asked for again.
   * @returns gives them back
   */
  subscribe(topics: readonly TopicName[]): () => void {
    const release = this.#subscriptions.add(topics)
    this.#reviewLater()
    return release
  }

  /** What is held of a topic at this moment; undefined before its first snapshot. */
  held(topic: TopicName): TopicMap | undefined {
    return this.#picture.topics.get(topic)
  }

  /** P6: the server's now; 0 before the first frame. */
  serverNow(): Instant {
    return this.#clock.read(this.#options.timers.now())
  }

  get link(): Link {
    return this.#link
  }

  /** Tries at once instead of waiting out the back-off: the network is said to be back. */
  retryNow(): void {
    if (this.#phase.at !== 'waiting') return
    this.#phase.cancel()
    this.#open()
  }

  close(): void {
    this.#letGo()
    this.#phase = { at: 'closed' }
    this.#stopWatching()
  }

  #reviewLater(): void {
    if (this.#isReviewPlanned) return
    this.#isReviewPlanned = true
    queueMicrotask(() => {
      this.#isReviewPlanned = false
      this.#review()
    })
  }

  #review(): void {
    const wanted = this.#subscriptions.list()
    if (wanted.length === 0 || this.#phase.at === 'closed') return
    if (this.#phase.at === 'idle') this.#open()
    else if (wanted.some((topic) => !this.#asked.includes(topic))) this.#greetAgain()
  }

  #open(): void {
    const wire = openGuarded(this.#options.openWire, {
      onOpen: () => {
        if (this.#phase.at === 'opening') this.#greet(this.#phase.wire)
      },
      onFrame: (frame) => {
        this.#onFrame(frame)
      },
      onDown: (reason) => {
        this.#comeBack(reason)
      },
    })
    this.#phase = { at: 'opening', wire, startedAt: this.#options.timers.now() }
  }

  #greetAgain(): void {
    if (this.#phase.at !== 'greeting' && this.#phase.at !== 'following') return
    if (this.#phase.at === 'greeting') this.#phase.cancel()
    this.#greet(this.#phase.wire)
  }

  #greet(wire: Wire): void {
    const { timers } = this.#options
    let isCurrent = true
    const ask = (): void => {
      this.#greetedAt = timers.now()
      wire.hello(this.#hello(), (answer) => {
        if (isCurrent) this.#onAnswer(wire, answer)
      })
    }
    const waitMs = this.#greetedAt + helloEveryMs - timers.now()
    const cancelAsk = waitMs > 0 ? timers.after(waitMs, ask) : undefined
    this.#phase = {
      at: 'greeting',
      wire,
      startedAt: timers.now(),
      cancel: () => {
        isCurrent = false
        cancelAsk?.()
      },
    }
    if (cancelAsk === undefined) ask()
  }

  /** P4.1: a position is worth telling only for the very topics it was reached with. */
  #hello(): Hello {
    const wanted = this.#subscriptions.list()
    const { position } = this.#picture
    const isCovered = position !== undefined && wanted.every((topic) => this.#held.includes(topic))
    this.#asked = isCovered ? this.#held : wanted
    const hello = { protocol: protocolVersion, topics: [...this.#asked] }
    return isCovered ? { ...hello, since: { epoch: position.epoch, seq: position.seq } } : hello
  }

  #onAnswer(wire: Wire, answer: HelloAnswer): void {
    this.#options.onBuild(answer.build)
    if (answer.type === 'incompatible') {
      this.#refused(answer.reason)
      return
    }
    this.#failures = 0
    this.#phase = { at: 'following', wire }
    if (answer.type === 'snapshot') {
      this.#held = this.#asked
      this.#hold(fromSnapshot(this.#picture, answer), answer.now)
      return
    }
    const next = applyFrames(this.#picture, answer.frames)
    if (next !== 'gap') this.#hold(next, answer.now)
    else {
      // A catch-up that does not fit will not fit the next time either: only a snapshot helps.
      this.#picture = { ...this.#picture, position: undefined }
      this.#greet(wire)
    }
  }

  #onFrame(frame: Frame): void {
    this.#heardAt = this.#options.timers.now()
    const next = applyFrames(this.#picture, [frame])
    if (next !== 'gap') this.#hold(next, frame.now)
    // While an answer is awaited, what does not fit is what the answer will make good.
    else if (this.#phase.at === 'following') this.#greet(this.#phase.wire)
  }

  #hold(picture: Picture, now: Instant): void {
    const arrivedAt = this.#options.timers.now()
    this.#clock.hear(now, arrivedAt)
    this.#heardAt = arrivedAt
    this.#appliedAt = arrivedAt
    this.#picture = picture
    this.#lastCause = undefined
    if (this.#link.state !== 'live') this.#setLink('live', now, undefined)
    this.#commitLater()
  }

  #commitLater(): void {
    if (this.#isCommitPlanned || this.#picture.topics === this.#committed) return
    this.#isCommitPlanned = true
    this.#options.beforeRepaint(() => {
      this.#isCommitPlanned = false
      const { topics } = this.#picture
      const changed = [...topics].filter(([name, map]) => this.#committed.get(name) !== map)
      this.#committed = topics
      if (changed.length > 0) this.#options.onCommit(new Map(changed))
    })
  }

  #refused(detail: string): void {
    this.#letGo()
    this.#setLink('incompatible', this.#link.since, { kind: 'incompatible', detail })
    this.#openAfter(incompatibleRetryMs)
  }

  #comeBack(reason: DownReason): void {
    this.#letGo()
    this.#lastCause = { kind: reason }
    if (this.#link.state === 'connecting' || this.#link.state === 'stalled') this.#setLink(this.#link.state, this.#link.since, this.#lastCause)
    this.#openAfter(backOffMs(this.#failures, reason, this.#options.chance()))
    this.#failures += 1
  }

  #openAfter(ms: number): void {
    const cancel = this.#options.timers.after(ms, () => {
      this.#open()
    })
    this.#phase = { at: 'waiting', cancel }
  }

  #letGo(): void {
    if (this.#phase.at === 'waiting' || this.#phase.at === 'greeting') this.#phase.cancel()
    if ('wire' in this.#phase) this.#phase.wire.close()
  }

  #watchLater(): () => void {
    return this.#options.timers.after(watchEveryMs, () => {
      this.#stopWatching = this.#watchLater()
      this.#watch()
    })
  }

  #watch(): void {
    const now = this.#options.timers.now()
    if (this.#link.state === 'live' && now - this.#appliedAt >= stalledAfterMs) {
      this.#setLink('stalled', this.#clock.read(this.#appliedAt), this.#lastCause)
    }
    if (this.#isDead(now)) this.#comeBack('unreachable')
  }

  #isDead(now: number): boolean {
    switch (this.#phase.at) {
      case 'opening':
        return now - this.#phase.startedAt >= silentAfterMs
      case 'greeting':
        return now - this.#phase.startedAt >= answerWithinMs
      case 'following':
        return now - this.#heardAt >= silentAfterMs
      case 'idle':
      case 'waiting':
      case 'closed':
        return false
    }
  }

  #setLink(state: LinkState, since: Instant | undefined, cause: LinkCause | undefined): void {
    this.#link = { state, since, cause }
    this.#options.onLink(this.#link)
  }
}
