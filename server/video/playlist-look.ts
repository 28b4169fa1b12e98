import type { Instant } from '../../contract/time.ts'

/** What a look at a live playlist wants to know of it besides what is handed on (RFC 8216). */
export type PlaylistLook = MasterLook | MediaLook

interface MasterLook {
  readonly kind: 'master'
  /** address of the variant with the lowest bandwidth, and the codecs that are stated of it */
  readonly variant: string
  readonly codecs: string | undefined
}

export interface MediaLook {
  readonly kind: 'media'
  readonly targetSeconds: number
  readonly segments: readonly PlaylistSegment[]
  /** number of the last segment; with its address it tells whether a playlist has moved on */
  readonly lastNumber: number
  readonly last: PlaylistSegment | undefined
  /** EXT-X-ENDLIST: a recording, and no live stream */
  readonly hasEnded: boolean
}

export interface PlaylistSegment {
  readonly address: string
  readonly seconds: number
  /** `bytes=from-to` of a segment that is part of a file */
  readonly range: string | undefined
  /** address of the initialisation section of fragmented MP4 */
  readonly map: string | undefined
  /** EXT-X-PROGRAM-DATE-TIME of its beginning, as the stream tells it */
  readonly startedAt: Instant | undefined
}

/**
 * @param text with absolute addresses, as `Playlist.write` gives it
 * @returns undefined for a master without variants
 */
export function lookAtPlaylist(text: string): PlaylistLook | undefined {
  const lines = text.split('\n')
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:')) ? readMaster(lines) : readMedia(lines)
}

const attribute = (line: string, name: string): string | undefined => {
  const found = new RegExp(`[:,]${name}=(?:"([^"]*)"|([^,]*))`).exec(line)
  return found?.[1] ?? found?.[2]
}

function readMaster(lines: readonly string[]): MasterLook | undefined {
  const variants = lines.flatMap((line, index) => {
    const address = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'))
    if (!line.startsWith('#EXT-X-STREAM-INF:') || address === undefined) return []
    const bandwidth = Number(attribute(line, 'BANDWIDTH') ?? Infinity)
    return [{ variant: address, codecs: attribute(line, 'CODECS'), bandwidth }]
  })
  const [least] = variants.sort((one, other) => one.bandwidth - other.bandwidth)
  return least === undefined ? undefined : { kind: 'master', variant: least.variant, codecs: least.codecs }
}

interface Draft {
  seconds: number
  range: string | undefined
  map: string | undefined
  startedAt: Instant | undefined
}

function readMedia(lines: readonly string[]): MediaLook {
  let [targetSeconds, number, hasEnded] = [0, 0, false]
  const segments: PlaylistSegment[] = []
  const next: Draft = { seconds: 0, range: undefined, map: undefined, startedAt: undefined }
  for (const line of lines) {
    if (line.startsWith('#EXT-X-TARGETDURATION:')) targetSeconds = valueOf(line)
    else if (line.startsWith('#EXT-X-MEDIA-SEQUENCE:')) number = valueOf(line)
    else if (line.startsWith('#EXT-X-ENDLIST')) hasEnded = true
    else if (line.startsWith('#')) take(line, next)
    else if (line !== '') {
      segments.push({ ...next, address: line })
      number += 1
      // the next begins where this one ends, until a date says something else
      if (next.startedAt !== undefined) next.startedAt += next.seconds * 1_000
      next.range = undefined
    }
  }
  return { kind: 'media', targetSeconds, segments, lastNumber: number - 1, last: segments.at(-1), hasEnded }
}

const valueOf = (line: string): number => {
  const value = Number(line.slice(line.indexOf(':') + 1))
  return Number.isFinite(value) ? value : 0
}

function take(line: string, next: Draft): void {
  if (line.startsWith('#EXTINF:')) next.seconds = Math.max(0, parseFloat(line.slice('#EXTINF:'.length)) || 0)
  else if (line.startsWith('#EXT-X-MAP:')) next.map = attribute(line, 'URI')
  else if (line.startsWith('#EXT-X-BYTERANGE:')) {
    const [, length, offset] = /^#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(line) ?? []
    if (length !== undefined && offset !== undefined) next.range = `bytes=${offset}-${String(Number(offset) + Number(length) - 1)}`
  } else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
    const at = Date.parse(line.slice('#EXT-X-PROGRAM-DATE-TIME:'.length))
    next.startedAt = Number.isNaN(at) ? undefined : at
  }
}
