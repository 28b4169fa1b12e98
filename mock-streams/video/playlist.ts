/** An endless live playlist over a short loop of files, computed from the wall clock: nothing runs between requests. */

export const segmentMs = 2_000
export const loopSegments = 15
const windowSegments = 6

/** Name of the file in a scene's folder that holds segment `number`. */
export const fileOf = (number: number): string => `${String(number % loopSegments).padStart(2, '0')}.mpegts`

/** The last whole segment at `now` of a camera that is `phaseMs` further into the loop than the others. */
export const latestSegment = (now: number, phaseMs: number): number => Math.floor((now + phaseMs) / segmentMs) - 1

/**
 * The playlist at `now`. Segment addresses are relative to it: `<number>.ts`. Each return to the first file is a discontinuity, since its time
 * stamps begin again.
 */
export function livePlaylist(now: number, phaseMs: number): string {
  const last = latestSegment(now, phaseMs)
  const first = last - windowSegments + 1
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${String(segmentMs / 1_000)}`,
    `#EXT-X-MEDIA-SEQUENCE:${String(first)}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${String(Math.floor((first - 1) / loopSegments))}`,
  ]
  for (let number = first; number <= last; number++) {
    if (number % loopSegments === 0) lines.push('#EXT-X-DISCONTINUITY')
    lines.push(
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(number * segmentMs - phaseMs).toISOString()}`,
      `#EXTINF:${(segmentMs / 1_000).toFixed(3)},`,
      `${String(number)}.ts`,
    )
  }
  return `${lines.join('\n')}\n`
}
