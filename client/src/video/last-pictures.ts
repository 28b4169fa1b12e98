/** The last good picture of each camera, small: what a tile shows, grey, while its stream is not there. */

const mostKept = 48
const width = 320
const height = 180
const kept = new Map<string, HTMLCanvasElement>()

/** Keeps what the video shows now; does nothing before its first picture. */
export function keepPicture(source: string, video: HTMLVideoElement): void {
  if (video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || video.videoWidth === 0) return
  const canvas = kept.get(source) ?? document.createElement('canvas')
  canvas.width = width
  canvas.height = height
  canvas.getContext('2d')?.drawImage(video, 0, 0, width, height)
  kept.delete(source)
  kept.set(source, canvas)
  const [oldest] = kept.keys()
  if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
}

/** Draws the kept picture; answers whether there was one. */
export function showPicture(source: string, onto: HTMLCanvasElement): boolean {
  const picture = kept.get(source)
  if (picture === undefined) return false
  onto.width = width
  onto.height = height
  onto.getContext('2d')?.drawImage(picture, 0, 0)
  return true
}
