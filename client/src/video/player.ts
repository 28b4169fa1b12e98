import Hls from 'hls.js/light'
import type { ErrorData, HlsConfig } from 'hls.js'
import type { Instant } from '../../../contract/time.ts'
import { decide, firstPictureWithinMs, pauseBefore, rebuildAfterMs, stillAfterMs } from './policy.ts'
import type { PlayerError } from './policy.ts'
import { freshTile, nextTile } from './tile-state.ts'
import type { TileEvent, TileState } from './tile-state.ts'

export interface PlayerOptions {
  readonly video: HTMLVideoElement
  /** same-origin address of a live playlist */
  readonly url: string
  /** the server's clock: what the tile's times are told in */
  readonly now: () => Instant
  readonly onState: (state: TileState) => void
  /** called while the last good picture is still in the video element */
  readonly keepPicture: () => void
}

/** Little buffer, for live pictures on a page that runs for months. Our policy retries; hls.js itself asks only twice more. */
const configuration: Partial<HlsConfig> = {
  // the worker would be made from a blob; at these sizes it saves nothing
  enableWorker: false,
  lowLatencyMode: false,
  liveSyncDurationCount: 2,
  liveMaxLatencyDurationCount: 6,
  maxBufferLength: 10,
  maxMaxBufferLength: 15,
  maxBufferSize: 8_000_000,
  backBufferLength: 4,
  manifestLoadPolicy: { default: { maxTimeToFirstByteMs: 12_000, maxLoadTimeMs: 15_000, timeoutRetry: null, errorRetry: null } },
  playlistLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 10_000,
      timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: 2, retryDelayMs: 800, maxRetryDelayMs: 2_000 },
    },
  },
  fragLoadPolicy: {
    default: {
      maxTimeToFirstByteMs: 8_000,
      maxLoadTimeMs: 15_000,
      timeoutRetry: { maxNumRetry: 1, retryDelayMs: 0, maxRetryDelayMs: 0 },
      errorRetry: { maxNumRetry: 2, retryDelayMs: 800, maxRetryDelayMs: 2_000 },
    },
  },
}

const lookEveryMs = 1_000

/** Keeps one camera playing for as long as it lives: hls.js reports, the policy decides, and a player that is stuck is built anew. */
export class Player {
  readonly #options: PlayerOptions
  #state: TileState
  #hls: Hls | undefined
  #rebuild: ReturnType<typeof setTimeout> | undefined
  readonly #looking: ReturnType<typeof setInterval>
  #frames = 0
  /** by the page's monotonic clock, ms */
  #movedAt = 0
  #hasShown = false
  #hasRecovered = false
  #failures = 0

  constructor(options: PlayerOptions) {
    this.#options = options
    this.#state = freshTile(options.now())
    this.#looking = setInterval(() => this.#look(), lookEveryMs)
    this.#build()
  }

  /** When the picture now shown was taken, by the stream's own dates; undefined where it has none. */
  get takenAt(): Instant | undefined {
    return this.#hls?.playingDate?.getTime()
  }

  /** Ends all of it: requests, timers, buffers. */
  close(): void {
    clearInterval(this.#looking)
    clearTimeout(this.#rebuild)
    if (this.#state.word === 'playing') this.#options.keepPicture()
    this.#destroy()
    const { video } = this.#options
    video.removeAttribute('src')
    video.load()
  }

  #build(): void {
    if (!Hls.isSupported()) {
      this.#report({ type: 'trouble', trouble: 'unsupported' })
      return
    }
    const hls = new Hls(configuration)
    this.#hls = hls
    this.#frames = 0
    this.#hasShown = false
    this.#hasRecovered = false
    this.#movedAt = performance.now()
    hls.on(Hls.Events.ERROR, (_event, error) => {
      if (this.#hls === hls) this.#decide(asPlayerError(error))
    })
    hls.on(Hls.Events.MANIFEST_PARSED, () => this.#play())
    hls.loadSource(this.#options.url)
    hls.attachMedia(this.#options.video)
  }

  #play(): void {
    this.#options.video.play().catch(() => {
      // refused or interrupted: the next look sees that nothing moves
    })
  }

  #decide(error: PlayerError): void {
    const { remedy, trouble } = decide(error)
    if (trouble !== undefined) this.#report({ type: 'trouble', trouble })
    if (remedy === 'note') return
    if (remedy === 'recover' && !this.#hasRecovered) {
      this.#hasRecovered = true
      this.#hls?.recoverMediaError()
      this.#play()
      return
    }
    this.#rebuildAfter(remedy === 'rest' ? 'rest' : 'rebuild')
  }

  #rebuildAfter(remedy: 'rebuild' | 'rest'): void {
    if (this.#rebuild !== undefined) return
    if (this.#state.word === 'playing' || this.#hasShown) this.#options.keepPicture()
    this.#failures = this.#hasShown ? 0 : this.#failures + 1
    this.#destroy()
    this.#report({ type: 'closed' })
    this.#rebuild = setTimeout(
      () => {
        this.#rebuild = undefined
        this.#build()
      },
      pauseBefore(remedy, this.#failures, Math.random()),
    )
  }

  /** Judges by decoded frames alone: a playing clock, a loaded segment or an open socket are no picture. */
  #look(): void {
    // a page that nobody sees decodes nothing, and that is no fault
    if (this.#hls === undefined || document.hidden) {
      this.#movedAt = performance.now()
      return
    }
    const frames = this.#options.video.getVideoPlaybackQuality().totalVideoFrames
    const now = performance.now()
    if (frames > this.#frames) {
      this.#frames = frames
      this.#movedAt = now
      this.#hasShown = true
      this.#failures = 0
      this.#report({ type: 'moving' })
      return
    }
    this.#stand(now)
  }

  #stand(now: number): void {
    const stoodMs = now - this.#movedAt
    if (this.#hasShown) {
      if (stoodMs < stillAfterMs) return
      if (this.#state.word === 'playing') this.#options.keepPicture()
      this.#report({ type: 'still' })
      this.#play()
      if (stoodMs >= rebuildAfterMs) this.#rebuildAfter('rebuild')
      return
    }
    // what has arrived but is not decoded yet is a slow machine, not a missing stream: it gets twice the time
    const hasArrived = this.#options.video.buffered.length > 0
    if (stoodMs < (hasArrived ? 2 : 1) * firstPictureWithinMs) return
    if (!hasArrived && this.#state.trouble === undefined) this.#report({ type: 'trouble', trouble: 'no-stream' })
    this.#rebuildAfter('rebuild')
  }

  #report(event: TileEvent): void {
    const next = nextTile(this.#state, event, this.#options.now())
    const isNews = next.word !== this.#state.word
    this.#state = next
    if (isNews) this.#options.onState(next)
  }

  #destroy(): void {
    this.#hls?.destroy()
    this.#hls = undefined
  }
}

function asPlayerError({ type, details, fatal, response, networkDetails }: ErrorData): PlayerError {
  // of a text request this is the XMLHttpRequest; hls.js types it as any
  const request: unknown = networkDetails
  const isText = request instanceof XMLHttpRequest && (request.responseType === '' || request.responseType === 'text')
  return { type, details, fatal, status: response?.code, body: isText ? request.responseText : undefined }
}
