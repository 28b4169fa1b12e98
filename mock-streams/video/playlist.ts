/** An endless live playlist over a short loop of files, computed from the wall clock: nothing runs between requests. */

export const segmentMs = 2_000
export const loopSegments = 15
const windowSegments = 6

/** Name of the file in a scene's folder that holds segment `number`. */
export const fileOf = (number: number): string => `${String(number % loopSegments).padStart(2, '0')}.mpegts`

/** A camera's stream: since when the media server counts its segments, and how much further into the loop it is than others. */
export interface Reel {
  /** epoch ms */
  readonly startedAt: number
  readonly phaseMs: number
}

/** The last whole segment at `now`. */
export const latestSegment = (now: number, { startedAt, phaseMs }: Reel): number => Math.floor((now - startedAt + phaseMs) / segmentMs) - 1

/**
 * The playlist at `now`. Segment addresses are relative to it: `<number>.ts`. Each return to the first file is a discontinuity, since its time
 * stamps begin again. Numbers count from the start of the media server, as real ones do: players walk through all discontinuities from 0,
 * so counting from 1970 would stop them dead.
 */
export function livePlaylist(now: number, reel: Reel): string {
  const last = latestSegment(now, reel)
  const first = last - windowSegments + 1
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${String(segmentMs / 1_000)}`,
    `#EXT-X-MEDIA-SEQUENCE:${String(first)}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${String(Math.floor((first - 1) / loopSegments))}`,
  ]
  for (let number = first; number <= last; number++) {
    const takenAt = reel.startedAt - reel.phaseMs + number * segmentMs
    if (number % loopSegments === 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(`#EXT-X-PROGRAM-DATE-TIME:${new Date(takenAt).toISOString()}`, `#EXTINF:${(segmentMs / 1_000).toFixed(3)},`, `${String(number)}.ts`)
  }
  return `${lines.join('\n')}\n`
}
