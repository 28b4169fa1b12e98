import type { Instant } from '../../../contract/time.ts'
import { secondMs } from '../../../contract/time.ts'
import type { Timers } from '../live/timers.ts'
import type { CameraMemory } from './camera-memory.ts'
import { judgePicture } from './picture-judge.ts'
import { decide, droppingWindowMs, firstPictureWithinMs, isDropping, pauseBefore, rebuildAfterMs, renewAfterMs, stillAfterMs } from './policy.ts'
import type { PlayerError, Strain } from './policy.ts'
import { climbed, firstLadder, strained, want } from './quality.ts'
import type { Ladder, Quality } from './quality.ts'
import type { PlaylistEnd, Stream, StreamReports, VideoFace } from './stream.ts'
import { freshTile, nextTile } from './tile-state.ts'
import type { TileEvent, TileState, Trouble } from './tile-state.ts'

export interface PlayerOptions {
  readonly face: VideoFace
  /** undefined where the browser cannot play streams at all */
  readonly open: (quality: Quality, reports: StreamReports) => Stream | undefined
  readonly wanted: Ladder['wanted']
  /** false where it is known before the stream is asked for that this browser cannot decode it */
  readonly isDecodable: boolean
  readonly memory: CameraMemory
  readonly timers: Timers
  /** [0, 1) */
  readonly chance: () => number
  /** the server's clock: what the tile's times are told in */
  readonly now: () => Instant
  readonly onState: (state: TileState) => void
  /** called once in a while, and before the picture goes, while the video element shows a good one; `at` is when it was the present */
  readonly keepPicture: (at: Instant) => void
  /** called before one stream gives way to another of the same camera */
  readonly bridge: () => void
}

const lookEveryMs = secondMs
const keepEveryMs = 10 * secondMs

const unplayable: Trouble = { word: 'unsupported', codec: undefined, needs: undefined }

/** Keeps one camera playing for as long as it lives: the stream reports, the policy decides, and a player that is stuck is built anew. */
export class Player {
  readonly #options: PlayerOptions
  #state: TileState
  #ladder: Ladder
  #stream: Stream | undefined
  #generation = 0
  #cancelRebuild: (() => void) | undefined
  #cancelLook: () => void
  #decoded = 0
  /** by the clock of `timers`, as are all that follow: frames were decoded; a picture was kept; frames were counted from */
  #movedAt = 0
  #keptAt = -Infinity
  #counted = { at: 0, decoded: 0, dropped: 0 }
  #end: { readonly of: PlaylistEnd; readonly reachedAt: number } | undefined
  #hasShown = false
  #hasRecovered = false
  #failures = 0
  /** of a picture that is frozen while frames arrive */
  #renewals = { done: 0, at: 0 }

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#state = freshTile(options.now(), !options.isDecodable)
    this.#ladder = firstLadder(options.wanted, options.timers.now(), options.isDecodable)
    this.#cancelLook = this.#lookLater()
    this.#build()
  }

  /** When the picture now shown was taken, by the stream's own dates; undefined where it has none. */
  get takenAt(): Instant | undefined {
    return this.#stream?.takenAt
  }

  /** The tile has become larger or smaller. */
  want(wanted: Ladder['wanted']): void {
    this.#follow(want(this.#ladder, wanted, this.#options.timers.now()))
  }

  /** Ends all of it: requests, timers, buffers. */
  close(): void {
    this.#cancelLook()
    this.#cancelRebuild?.()
    this.#keep()
    this.#letGo()
    this.#options.face.clear()
  }

  #build(): void {
    const { open, timers, face } = this.#options
    this.#decoded = 0
    this.#hasShown = false
    this.#hasRecovered = false
    this.#end = undefined
    this.#movedAt = timers.now()
    this.#counted = { at: timers.now(), decoded: 0, dropped: 0 }
    const generation = ++this.#generation
    const whileCurrent =
      <Told>(act: (told: Told) => void) =>
      (told: Told): void => {
        // what was on its way when a stream was closed belongs to nobody
        if (generation === this.#generation) act(told)
      }
    this.#stream = open(this.#ladder.quality, {
      error: whileCurrent((error) => {
        this.#decide(error)
      }),
      playlist: whileCurrent((end) => {
        this.#read(end)
      }),
    })
    if (this.#stream === undefined) this.#report({ type: 'trouble', trouble: unplayable })
    face.play()
  }

  #decide(error: PlayerError): void {
    const { remedy, trouble, strain } = decide(error)
    if (trouble !== undefined) this.#report({ type: 'trouble', trouble })
    if (strain !== undefined && this.#strain(strain)) return
    if (remedy === 'rebuild' || remedy === 'rest') this.#rebuildAfter(remedy)
    else if (remedy === 'recover') this.#recover()
  }

  #recover(): void {
    if (this.#hasRecovered) {
      this.#rebuildAfter('rebuild')
      return
    }
    this.#hasRecovered = true
    this.#stream?.recover()
    this.#options.face.play()
  }

  /** A playlist that ends where it stood when the last player gave it up has nothing but old pictures: they are not shown as live again. */
  #read(end: PlaylistEnd): void {
    const { memory, timers } = this.#options
    if (!this.#hasShown && memory.stood !== undefined && isSameEnd(end, memory.stood.at)) {
      this.#report({ type: 'still', since: memory.stood.since })
      this.#rebuildAfter('rebuild')
      return
    }
    memory.stood = undefined
    if (this.#end === undefined || !isSameEnd(end, this.#end.of)) this.#end = { of: end, reachedAt: timers.now() }
  }

  #rebuildAfter(remedy: 'rebuild' | 'rest'): void {
    if (this.#cancelRebuild !== undefined) return
    const { timers, chance } = this.#options
    this.#keep()
    this.#rememberEnd()
    this.#failures = this.#hasShown ? 0 : this.#failures + 1
    this.#letGo()
    this.#report({ type: 'closed' })
    this.#cancelRebuild = timers.after(pauseBefore(remedy, this.#failures, chance()), () => {
      this.#cancelRebuild = undefined
      this.#build()
    })
  }

  #rememberEnd(): void {
    if (this.#end === undefined || !this.#hasShown) return
    const { of, reachedAt } = this.#end
    const { timers, memory, now } = this.#options
    const stoodMs = timers.now() - reachedAt
    if (stoodMs > of.segmentMs * 1.5 + stillAfterMs) memory.stood = { at: of, since: now() - (timers.now() - this.#movedAt) }
  }

  #lookLater(): () => void {
    return this.#options.timers.after(lookEveryMs, () => {
      this.#cancelLook = this.#lookLater()
      if (this.#stream !== undefined) this.#look()
    })
  }

  /** Judges by decoded frames alone: a playing clock, a loaded segment or an open socket are no picture. */
  #look(): void {
    const frames = this.#options.face.frames()
    if (frames.decoded > this.#decoded) this.#moved(frames)
    else this.#stood(this.#options.timers.now() - this.#movedAt)
  }

  #moved(frames: ReturnType<VideoFace['frames']>): void {
    const { memory, face, timers, now } = this.#options
    const at = timers.now()
    this.#decoded = frames.decoded
    this.#movedAt = at
    this.#hasShown = true
    this.#failures = 0
    const sample = face.sample()
    if (sample !== undefined) memory.picture = judgePicture(memory.picture, sample, at)
    const { verdict, sameMs, darkMs } = memory.picture
    this.#report({ type: 'moving', verdict, since: now() - (verdict === 'black' ? darkMs : sameMs) })
    if (at - this.#keptAt >= keepEveryMs) this.#keep()
    this.#count(frames, at)
    this.#follow(climbed(this.#ladder, at))
    this.#renew(at)
  }

  #count({ decoded, dropped }: ReturnType<VideoFace['frames']>, at: number): void {
    if (at - this.#counted.at < droppingWindowMs) return
    if (isDropping(decoded - this.#counted.decoded, dropped - this.#counted.dropped)) this.#strain('dropping')
    this.#counted = { at, decoded, dropped }
  }

  #renew(at: number): void {
    const { picture } = this.#options.memory
    if (picture.verdict !== 'frozen') this.#renewals = { done: 0, at }
    else if (at - this.#renewals.at >= renewAfterMs(this.#renewals.done)) {
      this.#renewals = { done: this.#renewals.done + 1, at }
      this.#rebuildAfter('rebuild')
    }
  }

  #stood(stoodMs: number): void {
    if (this.#hasShown || this.#state.isBridged) {
      if (stoodMs < stillAfterMs) return
      this.#keep()
      this.#report({ type: 'still', since: this.#options.now() - stoodMs })
      this.#options.face.play()
      if (stoodMs >= rebuildAfterMs(this.#end?.of.segmentMs ?? 0)) this.#giveUp()
      return
    }
    // what has arrived but is not decoded yet is a slow machine, not a missing stream: it gets twice the time
    const hasArrived = this.#options.face.hasBuffered()
    if (stoodMs < (hasArrived ? 2 : 1) * firstPictureWithinMs) return
    if (!hasArrived && this.#state.trouble === undefined) this.#report({ type: 'trouble', trouble: { ...unplayable, word: 'no-stream' } })
    this.#giveUp()
  }

  #giveUp(): void {
    if (!this.#strain('stuck')) this.#rebuildAfter('rebuild')
  }

  /** Answers whether that was enough to go on with the sub stream. */
  #strain(what: Strain): boolean {
    return this.#follow(strained(this.#ladder, what, this.#options.timers.now()))
  }

  /** Another quality is another stream: the last picture stands in until the first of the new one is there. Answers whether it came to that. */
  #follow(ladder: Ladder): boolean {
    const isSame = ladder.quality === this.#ladder.quality
    this.#ladder = ladder
    if (isSame || this.#stream === undefined) return false
    this.#keep()
    if (this.#state.isMoving) this.#options.bridge()
    this.#letGo()
    this.#report({ type: 'switched', isAnew: ladder.quality === 'anew' })
    this.#build()
    return true
  }

  /** Only a good picture is worth keeping: not one that is turning black, nor again one that is the same for ever. */
  #keep(): void {
    const { timers, now, memory, keepPicture } = this.#options
    const { verdict, darkMs, sameMs } = memory.picture
    if (!this.#state.isMoving || verdict !== 'live' || darkMs > 0) return
    this.#keptAt = timers.now()
    keepPicture(now() - Math.max(sameMs, timers.now() - this.#movedAt))
  }

  #report(event: TileEvent): void {
    const next = nextTile(this.#state, event, this.#options.now())
    const before = this.#state
    this.#state = next
    const isNews = (['word', 'trouble', 'isBridged', 'isAnew'] as const).some((key) => next[key] !== before[key])
    if (isNews) this.#options.onState(next)
  }

  #letGo(): void {
    this.#generation++
    this.#stream?.close()
    this.#stream = undefined
  }
}

const isSameEnd = (a: PlaylistEnd, b: PlaylistEnd): boolean => a.number === b.number && a.at === b.at
