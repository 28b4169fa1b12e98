import type { Instant } from '../../contract/time.ts'

/** What a look at a live playlist needs to know of it (RFC 8216). */
export type PlaylistReading = MasterReading | MediaReading

interface MasterReading {
  readonly kind: 'master'
  /** address of the variant with the lowest bandwidth, and the codecs that are stated of it */
  readonly variant: string
  readonly codecs: string | undefined
}

interface MediaReading {
  readonly kind: 'media'
  readonly targetSeconds: number
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
 * @param base address that relative addresses are meant against
 * @returns undefined for what is no playlist, or a master without variants
 */
export function readPlaylist(text: string, base: string): PlaylistReading | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
  if (lines[0] !== '#EXTM3U') return undefined
  return lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:')) ? readMaster(lines, base) : readMedia(lines, base)
}

const attribute = (line: string, name: string): string | undefined => {
  const found = new RegExp(`[:,]${name}=(?:"([^"]*)"|([^,]*))`).exec(line)
  return found?.[1] ?? found?.[2]
}

function readMaster(lines: readonly string[], base: string): MasterReading | undefined {
  const variants = lines.flatMap((line, index) => {
    const address = lines.slice(index + 1).find((next) => next !== '' && !next.startsWith('#'))
    if (!line.startsWith('#EXT-X-STREAM-INF:') || address === undefined || !URL.canParse(address, base)) return []
    const bandwidth = Number(attribute(line, 'BANDWIDTH') ?? Infinity)
    return [{ variant: new URL(address, base).href, codecs: attribute(line, 'CODECS'), bandwidth }]
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

function readMedia(lines: readonly string[], base: string): MediaReading {
  let [targetSeconds, number, hasEnded] = [0, 0, false]
  let last: PlaylistSegment | undefined
  const next: Draft = { seconds: 0, range: undefined, map: undefined, startedAt: undefined }
  for (const line of lines) {
    if (line.startsWith('#EXT-X-TARGETDURATION:')) targetSeconds = valueOf(line)
    else if (line.startsWith('#EXT-X-MEDIA-SEQUENCE:')) number = valueOf(line)
    else if (line.startsWith('#EXT-X-ENDLIST')) hasEnded = true
    else if (line.startsWith('#')) take(line, base, next)
    else if (line !== '' && URL.canParse(line, base)) {
      last = { ...next, address: new URL(line, base).href }
      number += 1
      // the next begins where this one ends, until a date says something else
      if (next.startedAt !== undefined) next.startedAt += next.seconds * 1_000
      next.range = undefined
    }
  }
  return { kind: 'media', targetSeconds, lastNumber: number - 1, last, hasEnded }
}

const valueOf = (line: string): number => {
  const value = Number(line.slice(line.indexOf(':') + 1))
  return Number.isFinite(value) ? value : 0
}

function take(line: string, base: string, next: Draft): void {
  if (line.startsWith('#EXTINF:')) next.seconds = Math.max(0, parseFloat(line.slice('#EXTINF:'.length)) || 0)
  else if (line.startsWith('#EXT-X-MAP:')) {
    const address = attribute(line, 'URI')
    next.map = address !== undefined && URL.canParse(address, base) ? new URL(address, base).href : undefined
  } else if (line.startsWith('#EXT-X-BYTERANGE:')) {
    const [, length, offset] = /^#EXT-X-BYTERANGE:(\d+)@(\d+)/.exec(line) ?? []
    if (length !== undefined && offset !== undefined) next.range = `bytes=${offset}-${String(Number(offset) + Number(length) - 1)}`
  } else if (line.startsWith('#EXT-X-PROGRAM-DATE-TIME:')) {
    const at = Date.parse(line.slice('#EXT-X-PROGRAM-DATE-TIME:'.length))
    next.startedAt = Number.isNaN(at) ? undefined : at
  }
}
