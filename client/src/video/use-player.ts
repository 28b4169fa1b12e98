import { onScopeDispose, ref, shallowRef, watch } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { VideoSource } from '../../../contract/video-source.ts'
import { browserTimers } from '../live/timers.ts'
import { memoryOf } from './camera-memory.ts'
import { canDecode } from './codecs.ts'
import { pageDecoders } from './decoder-budget.ts'
import { openHlsStream } from './hls-stream.ts'
import { bridgePicture, keepPicture, showPicture } from './last-pictures.ts'
import { Player } from './player.ts'
import type { PlayerOptions } from './player.ts'
import type { Ladder, Quality } from './quality.ts'
import { freshTile } from './tile-state.ts'
import type { TileState } from './tile-state.ts'
import { faceOf } from './video-face.ts'

export interface TilePlayer {
  readonly state: Readonly<ShallowRef<TileState>>
  /** when the picture now shown was taken, by the stream's own dates */
  readonly takenAt: Readonly<Ref<Instant | undefined>>
  /** when the kept picture was the present; undefined where none is kept */
  readonly lastAt: Readonly<Ref<Instant | undefined>>
}

export interface TileRequest {
  readonly source: () => VideoSource
  readonly video: Readonly<Ref<HTMLVideoElement | null>>
  /** where the last good picture stands */
  readonly last: Readonly<Ref<HTMLCanvasElement | null>>
  readonly isInSight: Readonly<Ref<boolean>>
  /** large, selected or full-screen */
  readonly isLarge: () => boolean
  readonly isGuest: boolean
  readonly now: () => Instant
}

/** Plays a camera in a tile while it can be seen and is there; out of sight it costs neither decoder nor request. */
export function usePlayer(request: TileRequest): TilePlayer {
  const { source, video, last, isInSight, isLarge, now } = request
  const state = shallowRef(withoutPlayer(source(), now()))
  const takenAt = ref<Instant>()
  const lastAt = ref<Instant>()
  let player: Player | undefined
  let giveBack: (() => void) | undefined

  function say(next: TileState): void {
    state.value = next
    if (next.word !== 'playing' && last.value !== null) lastAt.value = showPicture(source().id, last.value)
  }

  function start(element: HTMLVideoElement): void {
    const options = optionsOf(request, element, say)
    say(freshTile(now(), !options.isDecodable))
    player = new Player(options)
  }

  function end(): void {
    player?.close()
    player = undefined
    giveBack?.()
    giveBack = undefined
  }

  watch(
    [() => isInSight.value && source().state === 'online', video],
    ([isWanted, element]) => {
      end()
      say(withoutPlayer(source(), now()))
      if (!isWanted || element === null) return
      giveBack = pageDecoders.take(() => {
        start(element)
      }, isLarge())
      if (player === undefined) say({ ...freshTile(now()), word: 'waiting' })
    },
    { flush: 'post' },
  )
  watch(isLarge, (large) => player?.want(qualityOf(large)))
  const ticking = setInterval(() => (takenAt.value = player?.takenAt), secondMs)
  onScopeDispose(() => {
    clearInterval(ticking)
    end()
  })
  return { state, takenAt, lastAt }
}

/** A player in this element: where its stream is, and what is kept of its pictures. */
function optionsOf(
  { source, last, isLarge, isGuest, now }: TileRequest,
  element: HTMLVideoElement,
  onState: PlayerOptions['onState'],
): PlayerOptions {
  const { id, probe } = source()
  return {
    open: (asked, reports) => openHlsStream(element, addressOf(id, asked, isGuest), reports),
    wanted: qualityOf(isLarge()),
    // the server has looked at the stream: what this machine cannot decode is not tried first
    isDecodable: probe?.codec === undefined || canDecode(probe.codec),
    face: faceOf(element),
    memory: memoryOf(id),
    keepPicture: (at) => {
      keepPicture(id, element, at)
    },
    bridge: () => {
      if (last.value !== null) bridgePicture(element, last.value)
    },
    timers: browserTimers,
    chance: Math.random,
    now,
    onState,
  }
}

const qualityOf = (isLarge: boolean): Ladder['wanted'] => (isLarge ? 'main' : 'sub')

/** A tile that has not begun, or is out of sight; or its camera is off. */
const withoutPlayer = ({ state, since }: VideoSource, now: Instant): TileState =>
  state === 'offline' ? { ...freshTile(now), word: 'offline', since } : freshTile(now)

function addressOf(source: string, quality: Quality, isGuest: boolean): string {
  const asked = quality === 'anew' ? 'sub&codec=h264' : quality
  return `/api/video/${encodeURIComponent(source)}/live.m3u8?quality=${asked}${isGuest ? '&guest=1' : ''}`
}
