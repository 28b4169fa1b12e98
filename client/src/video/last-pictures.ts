import type { Instant } from '../../../contract/time.ts'

/** The last good picture of each camera, small: what a tile shows, grey, while its stream is not there. */

const mostKept = 48
const width = 320
const height = 180

interface Kept {
  readonly canvas: HTMLCanvasElement
  readonly at: Instant
}

const kept = new Map<string, Kept>()

/** Keeps what the video shows now; does nothing before its first picture. */
export function keepPicture(source: string, video: HTMLVideoElement, now: Instant): void {
  if (!hasPicture(video)) return
  const canvas = kept.get(source)?.canvas ?? document.createElement('canvas')
  drawOnto(canvas, video, { width, height })
  kept.delete(source)
  kept.set(source, { canvas, at: now })
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
}

/** Draws the kept picture; answers when it was taken, undefined when there is none. */
export function showPicture(source: string, onto: HTMLCanvasElement): Instant | undefined {
  const picture = kept.get(source)
  if (picture !== undefined) drawOnto(onto, picture.canvas, { width, height })
  return picture?.at
}

/** Draws what the video shows now in its own size, to stand in for it while its stream changes; answers whether there was anything. */
export function bridgePicture(video: HTMLVideoElement, onto: HTMLCanvasElement): boolean {
  if (!hasPicture(video)) return false
  drawOnto(onto, video, { width: video.videoWidth, height: video.videoHeight })
  return true
}

const hasPicture = (video: HTMLVideoElement): boolean => video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && video.videoWidth > 0

function drawOnto(canvas: HTMLCanvasElement, picture: CanvasImageSource, size: { readonly width: number; readonly height: number }): void {
  canvas.width = size.width
  canvas.height = size.height
  canvas.getContext('2d')?.drawImage(picture, 0, 0, size.width, size.height)
}
