import type { VideoFace } from './stream.ts'

/** Points of a sample: every tenth of a sub stream's picture, taken singly, so that the sensor's noise is not averaged away. */
const columns = 64
const rows = 36

let sampling: CanvasRenderingContext2D | null = null

/** What a player needs of a video element, and nothing else. */
export function faceOf(video: HTMLVideoElement): VideoFace {
  return {
    frames: () => {
      const { totalVideoFrames, droppedVideoFrames } = video.getVideoPlaybackQuality()
      return { decoded: totalVideoFrames, dropped: droppedVideoFrames }
    },
    onPicture: (told) => {
      // older browsers lack it, whatever the types say
      if (!('requestVideoFrameCallback' in video)) return () => undefined
      const asked = video.requestVideoFrameCallback(told)
      return () => {
        video.cancelVideoFrameCallback(asked)
      }
    },
    hasBuffered: () => video.buffered.length > 0,
    sample: () => sampleOf(video),
    play: () => {
      video.play().catch(() => {
        // refused or interrupted: the next look sees that nothing moves
      })
    },
    clear: () => {
      video.removeAttribute('src')
      video.load()
    },
  }
}

function sampleOf(video: HTMLVideoElement): Uint8Array | undefined {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return undefined
  sampling ??= smallCanvas()
  if (sampling === null) return undefined
  sampling.drawImage(video, 0, 0, columns, rows)
  const { data } = sampling.getImageData(0, 0, columns, rows)
  const level = (at: number): number => 0.2126 * (data[at] ?? 0) + 0.7152 * (data[at + 1] ?? 0) + 0.0722 * (data[at + 2] ?? 0)
  return Uint8Array.from({ length: columns * rows }, (_, point) => Math.round(level(point * 4)))
}

/** One for all tiles: they take their samples one after another. */
function smallCanvas(): CanvasRenderingContext2D | null {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context !== null) context.imageSmoothingEnabled = false
  return context
}
