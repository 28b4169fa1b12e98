import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble } from '../trouble.ts'
import type { Coding } from './command.ts'
import { Refused } from './input.ts'
import { LiveWindow } from './live-window.ts'
import type { Part } from './live-window.ts'
import type { Fragment, Initialisation } from './mp4.ts'
import { Run } from './run.ts'
import type { Outcome, RunOptions } from './run.ts'

export interface ConversionOptions extends Omit<RunOptions, 'stream' | 'coding' | 'onInit' | 'onFragment'> {
  readonly stream: OpenStream
  readonly coding: Coding
  /** in [0, 1); spreads restarts */
  readonly random: () => number
  /** A place among the pictures that are coded anew, and what gives it back; undefined while all are taken. */
  readonly takePlace: () => (() => void) | undefined
  /** of each beginning, before its first segment */
  readonly onCodec: (codec: string) => void
  /** it has failed, and is not started again by itself where that would lock the account */
  readonly onFailure: (trouble: StreamTrouble) => void
  readonly onRestart: () => void
}

const firstPictureWithinMs = 15 * secondMs
const nextPictureWithinMs = 8 * secondMs
/** cameras that save on key frames make long segments */
const patience = 2.5
const viewerWaitsMs = 6 * secondMs
const firstPauseMs = secondMs
const longestPauseMs = 15 * secondMs
/** one that has run for so long was well: its pauses begin anew */
const wellAfterMs = 30 * secondMs

/** codings that browsers show, some of them at least */
const playable = /^(avc1|hvc1)\./

/** One camera's stream as HLS, kept going until it is stopped: started again when it ends, hangs or breaks, later and later while it fails. */
export class Conversion {
  readonly #options: ConversionOptions
  readonly #window: LiveWindow
  readonly #waiting = new Set<() => void>()
  #stream: OpenStream
  #coding: Coding
  #run: Run | undefined
  #startedAt: Instant = 0
  #isStopped = false
  /** since the last picture */
  #trouble: StreamTrouble | undefined
  #pauseMs = 0
  #cancelPause: (() => void) | undefined
  #cancelWatch = (): void => undefined
  #givePlaceBack: (() => void) | undefined

  constructor(options: ConversionOptions) {
    this.#options = options
    this.#stream = options.stream
    this.#coding = options.coding
    this.#window = new LiveWindow(options.clock.now())
    this.#start()
  }

  get isRunning(): boolean {
    return this.#run !== undefined
  }

  get bytes(): number {
    return this.#window.bytes
  }

  /** The platform has opened the stream anew: from the next start on that is the one, at once where the old one has failed. */
  renew(stream: OpenStream): void {
    const isOther = stream.url !== this.#stream.url
    this.#stream = stream
    if (!isOther || this.#cancelPause === undefined) return
    this.#cancelPause()
    this.#startAgain()
  }

  /**
   * The live playlist; waits some seconds for the first pictures.
   * @throws StreamTrouble; `connecting` when they are still to come
   */
  async playlist(): Promise<string> {
    const { clock } = this.#options
    if (!this.#isFresh() && this.#trouble === undefined) await this.#news(viewerWaitsMs)
    const text = this.#isFresh() ? this.#window.playlist() : undefined
    if (text !== undefined) return text
    throw (
      this.#trouble ??
      new StreamTrouble('connecting', `no picture yet, ${String(Math.round((clock.now() - this.#startedAt) / secondMs))} s after the start`)
    )
  }

  part(name: string): Part | undefined {
    return this.#window.part(name)
  }

  /** Resolves when its process is gone. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancelPause?.()
    this.#cancelWatch()
    this.#trouble ??= new StreamTrouble('connecting', 'the stream was closed')
    this.#tell()
    await this.#run?.end()
    this.#givePlaceBack?.()
    this.#givePlaceBack = undefined
  }

  /** Viewers of a stream that begins again see its last pictures stand still, and not an error, for as long as pictures may take. */
  #isFresh(): boolean {
    const { lastAt } = this.#window
    return lastAt !== undefined && this.#options.clock.now() - lastAt < this.#nextWithinMs() + firstPauseMs * 2
  }

  #nextWithinMs(): number {
    return Math.max(nextPictureWithinMs, patience * this.#window.longestMs)
  }

  #start(): void {
    this.#startedAt = this.#options.clock.now()
    if (this.#coding === 'h264') this.#givePlaceBack ??= this.#options.takePlace()
    if (this.#coding === 'h264' && this.#givePlaceBack === undefined) {
      this.#fail(new StreamTrouble('busy', 'as many pictures are coded anew as maxTranscodes in config/video allows'))
      return
    }
    const run = new Run({
      ...this.#options,
      stream: this.#stream,
      coding: this.#coding,
      onInit: (init) => this.#begin(run, init),
      onFragment: (fragment) => this.#add(fragment),
    })
    this.#run = run
    this.#watch(firstPictureWithinMs)
    void run.finished.then((outcome) => this.#ended(run, outcome))
  }

  #startAgain(): void {
    this.#cancelPause = undefined
    this.#options.onRestart()
    this.#start()
  }

  #begin(run: Run, { body, codec }: Initialisation): void {
    this.#options.onCodec(codec)
    if (playable.test(codec)) this.#window.begin(body)
    else {
      this.#coding = 'h264'
      void run.end()
    }
  }

  #add(fragment: Fragment): void {
    const isSegment = this.#window.add(fragment, this.#options.clock.now())
    this.#watch(this.#nextWithinMs())
    if (!isSegment) return
    this.#trouble = undefined
    this.#tell()
  }

  #watch(ms: number): void {
    this.#cancelWatch()
    this.#cancelWatch = this.#options.clock.after(ms, () => {
      void this.#run?.end(new StreamTrouble('no-stream', `no picture has come for ${String(ms / secondMs)} s`))
    })
  }

  #ended(run: Run, { trouble, cannotCopy }: Outcome): void {
    this.#run = undefined
    this.#cancelWatch()
    if (this.#isStopped) return
    if (cannotCopy) this.#coding = 'h264'
    // it did not fail, it found out what it is
    if (run.coding === this.#coding) this.#fail(trouble)
    else this.#start()
  }

  #fail(trouble: StreamTrouble): void {
    const { clock, random, onFailure } = this.#options
    const wasWell = clock.now() - this.#startedAt >= wellAfterMs
    this.#pauseMs = wasWell || this.#pauseMs === 0 ? firstPauseMs : Math.min(longestPauseMs, this.#pauseMs * 2)
    this.#trouble = trouble
    this.#tell()
    if (!(trouble instanceof Refused)) this.#cancelPause = clock.after(this.#pauseMs * (0.75 + random() / 2), () => this.#startAgain())
    onFailure(trouble)
  }

  /** Resolves with the next picture or failure, or after `ms`. */
  async #news(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.#options.clock.after(ms, () => tell())
      const tell = (): void => {
        cancel()
        this.#waiting.delete(tell)
        resolve()
      }
      this.#waiting.add(tell)
    })
  }

  #tell(): void {
    for (const tell of [...this.#waiting]) tell()
  }
}
