import type { PlaybackStep, PlaybackStretch, StateAnswer } from '../../../contract/playback.ts'
import { dayMs, hourMs, secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicName } from '../../../contract/topic.ts'
import { recordedAfterMs } from '../../../contract/wall-past.ts'
import type { PlaybackSpeed } from '../../../contract/wall-past.ts'
import type { Picture, TopicMap } from './picture.ts'
import { applyFrames, emptyPicture, fromSnapshot } from './picture.ts'
import { Subscriptions } from './subscriptions.ts'
import type { Timers } from './timers.ts'

/** The server's past. Both reject with an Error whose message says why, for people. */
export interface PastPort {
  stateAt(topics: readonly TopicName[], at: Instant, signal: AbortSignal): Promise<StateAnswer>
  stretch(asked: StretchAsked, signal: AbortSignal): Promise<PlaybackStretch>
}

export interface StretchAsked {
  readonly topics: readonly TopicName[]
  readonly after: number
  readonly from: Instant
  readonly until: Instant
  readonly stepMs: number
}

/**
 * loading: the state at an instant is on its way · waiting: it plays, and the server has not told on yet · failed: it is tried again with the
 * next touch
 */
export interface PlaybackStatus {
  readonly state: 'loading' | 'playing' | 'waiting' | 'paused' | 'failed'
  readonly speed: PlaybackSpeed
  /** of `failed` */
  readonly problem: string | undefined
}

export interface PlaybackOptions {
  readonly port: PastPort
  readonly timers: Timers
  /** the server's now: nothing is asked for beyond it */
  readonly present: () => Instant
  readonly onCommit: (changed: ReadonlyMap<TopicName, TopicMap>) => void
  readonly onStatus: (status: PlaybackStatus) => void
}

const tickMs = secondMs / 10
/** A step of the past is as long as a quarter of a second takes: what a wall shows at once, it shows at once again. */
const stepMs = secondMs / 4
/** asked for at a time, in our seconds; the next one early enough that a busy server does not show */
const stretchMs = 4 * secondMs
const aheadMs = 3 * secondMs
/** Told so much less far than a course has got to, it begins anew where the course stands: the machine slept, or the server was away. */
const lostMs = 4 * stretchMs

/** Where the hand of the past's clock stands: at `at` when our own clock read `when`, moving while `speed` is not 0. */
interface Hand {
  readonly at: Instant
  readonly when: number
  readonly speed: number
}

/** Somebody else's hand on the clock of the past: where it stands, and how fast it goes just now; 0 at rest. */
export interface Course {
  readonly at: () => Instant
  readonly speed: () => PlaybackSpeed | 0
}

/** 回放: the topics of a screen as they were, moving on as they did. Knows neither DOM nor HTTP. Gives the same faces as LiveSession. */
export class Playback {
  readonly #options: PlaybackOptions
  readonly #subscriptions = new Subscriptions()
  #picture: Picture = emptyPicture
  #committed: ReadonlyMap<TopicName, TopicMap> = emptyPicture.topics
  #hand: Hand
  /** undefined: whoever sits before this screen moves it */
  #course: Course | undefined
  #speed: PlaybackSpeed = 1
  #isPlaying = false
  #status: PlaybackStatus = { state: 'loading', speed: 1, problem: undefined }
  /** told by the server, not shown yet; oldest first */
  #ahead: PlaybackStep[] = []
  /** how far is told, and after which entry it goes on; undefined until a state has come */
  #told: { readonly until: Instant; readonly seq: number } | undefined
  #asking: AbortController | undefined
  #isReviewPlanned = false
  #stopTicking: () => void

  constructor(at: Instant, options: PlaybackOptions) {
    this.#options = options
    this.#hand = { at, when: options.timers.now(), speed: 0 }
    this.#stopTicking = this.#tickLater()
  }

  get status(): PlaybackStatus {
    return this.#status
  }

  /** The instant that is shown. */
  now(): Instant {
    const { at, when, speed } = this.#hand
    const wanted = this.#course?.at() ?? at + (this.#options.timers.now() - when) * speed
    return Math.min(wanted, Math.max(at, this.#told?.until ?? at))
  }

  /** Follows a course from now on, whatever this screen is late for: what was missed is caught up with at once. */
  steer(course: Course): void {
    this.#course = course
    this.#follow(course)
    this.#told = undefined
    this.#asking?.abort()
    this.#asking = undefined
    this.#say('loading')
    this.#review()
  }

  held(topic: TopicName): TopicMap | undefined {
    return this.#picture.topics.get(topic)
  }

  subscribe(topics: readonly TopicName[]): () => void {
    const release = this.#subscriptions.add(topics)
    this.#review()
    return release
  }

  /** Once all that is subscribed in one turn is known: asks for what is missing. */
  #review(): void {
    if (this.#isReviewPlanned) return
    this.#isReviewPlanned = true
    queueMicrotask(() => {
      this.#isReviewPlanned = false
      const isMissing = this.#subscriptions.list().some((topic) => !this.#picture.topics.has(topic))
      if (isMissing || (this.#told === undefined && this.#asking === undefined)) this.#load(this.#course?.at() ?? this.now())
    })
  }

  /** Shows another instant; goes on playing from there if it was. Leaves a course. */
  jump(at: Instant): void {
    this.#course = undefined
    this.#load(at)
  }

  #follow({ speed }: Course): void {
    const now = speed()
    this.#isPlaying = now !== 0
    if (now !== 0) this.#speed = now
  }

  #load(at: Instant): void {
    this.#ahead = []
    this.#told = undefined
    this.#hand = { at: Math.min(at, this.#latest()), when: this.#options.timers.now(), speed: 0 }
    this.#asking?.abort()
    const topics = this.#subscriptions.list()
    if (topics.length === 0) return
    this.#say('loading')
    const asking = (this.#asking = new AbortController())
    const shown = this.#hand.at
    void this.#settle(asking, this.#options.port.stateAt(topics, shown, asking.signal), ({ seq, topics: told }) => {
      this.#picture = fromSnapshot(this.#picture, { type: 'snapshot', epoch: '', seq: 0, now: shown, build: '', topics: told })
      this.#told = { until: shown, seq }
      this.#commit()
      this.#move()
    })
  }

  play(speed: PlaybackSpeed): void {
    this.#leaveCourse()
    this.#speed = speed
    this.#isPlaying = true
    if (this.#told !== undefined) this.#move()
    // what could not be had is asked for again
    else if (this.#asking === undefined) this.jump(this.now())
  }

  pause(): void {
    this.#leaveCourse()
    this.#isPlaying = false
    this.#turnHand(0)
    if (this.#told !== undefined) this.#say('paused')
  }

  close(): void {
    this.#asking?.abort()
    this.#stopTicking()
  }

  #latest(): Instant {
    return this.#options.present() - recordedAfterMs
  }

  /** From where it has come to, this screen goes on by itself. */
  #leaveCourse(): void {
    if (this.#course === undefined) return
    this.#turnHand(0)
    this.#course = undefined
  }

  /** The hand goes on from where it stands, at another speed. */
  #turnHand(speed: number): void {
    this.#hand = { at: this.now(), when: this.#options.timers.now(), speed }
  }

  #move(): void {
    if (!this.#isPlaying) {
      this.#say('paused')
      return
    }
    this.#turnHand(this.#speed)
    this.#say('playing')
    this.#askOn()
  }

  #askOn(): void {
    const told = this.#told
    if (told === undefined || this.#asking !== undefined || !this.#isPlaying) return
    if (told.until - this.now() > aheadMs * this.#speed) return
    const until = Math.min(told.until + Math.min(stretchMs * this.#speed, dayMs), this.#latest())
    const step = Math.min(stepMs * this.#speed, hourMs)
    if (until - told.until < step) return
    const asking = (this.#asking = new AbortController())
    const asked = { topics: this.#subscriptions.list(), after: told.seq, from: told.until, until, stepMs: step }
    void this.#settle(asking, this.#options.port.stretch(asked, asking.signal), (stretch) => {
      // the hand waited at the end of what was told: it goes on from there, and does not leap
      this.#turnHand(this.#speed)
      this.#ahead.push(...stretch.steps)
      this.#told = { until: stretch.until, seq: stretch.seq }
    })
  }

  async #settle<T>(asking: AbortController, answer: Promise<T>, use: (value: T) => void): Promise<void> {
    try {
      const value = await answer
      if (asking !== this.#asking) return
      this.#asking = undefined
      use(value)
    } catch (error) {
      if (asking !== this.#asking) return
      this.#asking = undefined
      this.#isPlaying = false
      this.#turnHand(0)
      this.#say('failed', error instanceof Error ? error.message : String(error))
    }
  }

  #tickLater(): () => void {
    return this.#options.timers.after(tickMs, () => {
      this.#stopTicking = this.#tickLater()
      this.#tick()
    })
  }

  #tick(): void {
    if (this.#course !== undefined && this.#told !== undefined) this.#keepCourse(this.#course, this.#told.until)
    if (!this.#isPlaying || this.#told === undefined) return
    const now = this.now()
    const due = this.#ahead.filter(({ at }) => at <= now)
    if (due.length > 0) {
      this.#ahead = this.#ahead.slice(due.length)
      this.#apply(due)
    }
    this.#askOn()
    if (now < this.#told.until) this.#say('playing')
    // where a course ends is its own affair
    else if (this.#course === undefined && now >= this.#latest() - stepMs * this.#speed) this.pause()
    else this.#say('waiting')
  }

  #keepCourse(course: Course, toldUntil: Instant): void {
    // whoever steers begins it anew after a while
    if (this.#status.state === 'failed') return
    const wasPlaying = this.#isPlaying
    this.#follow(course)
    if (course.at() - toldUntil > lostMs * this.#speed) this.#load(course.at())
    // it has come to rest, and what was told already reaches there or is asked for once more
    else if (wasPlaying && !this.#isPlaying) this.#load(course.at())
  }

  #apply(steps: readonly PlaybackStep[]): void {
    const first = (this.#picture.position?.seq ?? 0) + 1
    const frames = steps.map(({ at, patches }, index) => ({ epoch: '', seq: first + index, now: at, patches }))
    const next = applyFrames(this.#picture, frames)
    // numbered here, one after the other: there is no gap
    if (next === 'gap') return
    this.#picture = next
    this.#commit()
  }

  #commit(): void {
    const { topics } = this.#picture
    const changed = new Map([...topics].filter(([name, map]) => this.#committed.get(name) !== map))
    this.#committed = topics
    if (changed.size > 0) this.#options.onCommit(changed)
  }

  #say(state: PlaybackStatus['state'], problem?: string): void {
    if (this.#status.state === state && this.#status.speed === this.#speed && this.#status.problem === problem) return
    this.#status = { state, speed: this.#speed, problem }
    this.#options.onStatus(this.#status)
  }
}
