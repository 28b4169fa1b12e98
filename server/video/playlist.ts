import { isIP } from 'node:net'

/**
 * Playlists as text (RFC 8216, its second edition and the low-latency extension): every address in them is replaced, nothing else is.
 * Variables (EXT-X-DEFINE) are put in where they stand, since what they are made of is often an address.
 */

export type AddressKind = 'playlist' | 'media'
export type Variables = ReadonlyMap<string, string>

/** Something that a playlist names. */
export interface Reference {
  /** absolute: http, https, or the scheme of the playlist's own address */
  readonly address: string
  readonly kind: AddressKind
  /** 媒体序号 of the segment that it is, or is a part of; undefined for what belongs to no single one: keys, maps, playlists, files of many */
  readonly sequence: number | undefined
  /** a file of segments or parts, each asked for by its bytes: it must have one name, since a range may go on where the one before ended */
  readonly isRanged: boolean
}

export interface Playlist {
  /** names variants, not segments */
  readonly isMaster: boolean
  /** nothing is added to it any more */
  readonly isEnded: boolean
  /** no segment, part or variant: nothing to play yet */
  readonly isEmpty: boolean
  /** EXT-X-TARGETDURATION; undefined in a master playlist */
  readonly targetSeconds: number | undefined
  /** how long its last whole segment is; undefined without one */
  readonly lastSeconds: number | undefined
  /** segments come in parts */
  readonly hasParts: boolean
  /** media sequence number of the segment after the last whole one; 0 in a master playlist */
  readonly nextSequence: number
  /** changes with every segment and part that is added */
  readonly end: string
  /** what playlists named in this one may import */
  readonly variables: Variables
  /** The text, with the same tags in the same order; byte ranges and discontinuities untouched, comments and definitions left out. */
  write(nameOf: (reference: Reference) => string): string
}

/** A text that is no playlist, or one with an address that cannot be handed on. */
export class PlaylistError extends Error {
  override readonly name = 'PlaylistError'
}

/** Three hours of 2 s, each with its tags. Each address is signed anew for each viewer: a platform that names more would keep the server busy with it. */
const mostLines = 20_000

/** Tags whose URI names another playlist. */
const playlistTags = new Set(['#EXT-X-MEDIA', '#EXT-X-I-FRAME-STREAM-INF', '#EXT-X-IMAGE-STREAM-INF', '#EXT-X-RENDITION-REPORT', '#EXT-X-DATERANGE'])
/** Tags about one segment, or a part of it. */
const segmentTags = new Set(['#EXT-X-PART', '#EXT-X-PRELOAD-HINT'])
const attribute = /([^=,\s]+)=("[^"]*"|[^,]*)/g
const isAddressName = (name: string): boolean => /(^|-)UR[IL]$/.test(name) || name === 'X-ASSET-LIST'
/** What stands in a playlist itself (`data:`), or is for a licence server to know: nothing to fetch from the platform. */
const standsForItself = /^(data|skd|urn):/i
const variable = /\{\$([\w-]+)\}/g
const anyAddress = /[a-z][a-z\d+.-]*:\/\/[^\s",]+/gi

/**
 * @param text of the playlist as the platform sent it
 * @param from.base address it came from, against which relative addresses are meant
 * @param from.imported variables of the playlist that named this one
 * @throws PlaylistError
 */
export function readPlaylist(text: string, from: { readonly base: string; readonly imported?: Variables }): Playlist {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.trim())
    // a comment may name anything; some writers have one before the first tag
    .filter((line) => line !== '' && (!line.startsWith('#') || line.startsWith('#EXT')))
  if (lines[0] !== '#EXTM3U') throw new PlaylistError('not a playlist: it does not begin with #EXTM3U')
  if (lines.length > mostLines)
    throw new PlaylistError(`${String(lines.length)} lines, expected ${String(mostLines)} at most: a live playlist has some dozens`)
  const reading = new PlaylistReading(
    from,
    lines.some((line) => line.startsWith('#EXT-X-STREAM-INF:')),
  )
  for (const line of lines) reading.take(line)
  reading.finish()
  return reading
}

class PlaylistReading implements Playlist {
  readonly isMaster: boolean
  readonly variables = new Map<string, string>()
  isEnded = false
  isEmpty = true
  targetSeconds: number | undefined
  lastSeconds: number | undefined
  hasParts = false
  nextSequence = 0
  readonly #base: string
  readonly #host: string
  readonly #imported: Variables
  /** what is written, in its order */
  #pieces: (string | Reference)[] = []
  readonly #ranged = new Set<string>()
  #isRangeNext = false
  #parts = 0
  #last = ''

  constructor({ base, imported = new Map() }: { readonly base: string; readonly imported?: Variables }, isMaster: boolean) {
    this.#base = base
    this.#host = new URL(base).hostname
    this.#imported = imported
    this.isMaster = isMaster
  }

  get end(): string {
    return `${String(this.nextSequence)}.${String(this.#parts)} ${this.#last}`
  }

  write(nameOf: (reference: Reference) => string): string {
    let text = ''
    for (const piece of this.#pieces) text += typeof piece === 'string' ? piece : nameOf(piece)
    return text
  }

  take(line: string): void {
    if (line.startsWith('#')) this.#tag(line)
    else this.#address(line)
  }

  finish(): void {
    const isRanged = (piece: string | Reference): piece is Reference =>
      typeof piece !== 'string' && piece.sequence !== undefined && this.#ranged.has(piece.address)
    this.#pieces = this.#pieces.map((piece) => (isRanged(piece) ? { ...piece, sequence: undefined, isRanged: true } : piece))
  }

  /** A segment, or a variant. */
  #address(line: string): void {
    const address = this.#refer(this.#filledIn(line), this.isMaster ? 'playlist' : 'media', this.isMaster ? undefined : this.nextSequence)
    if (this.#isRangeNext) this.#ranged.add(address)
    this.#isRangeNext = false
    this.#pieces.push('\n')
    this.isEmpty = false
    if (this.isMaster) return
    this.nextSequence += 1
    this.#parts = 0
  }

  #tag(line: string): void {
    const [, name = '', value = ''] = /^([^:]*):?(.*)$/.exec(line) ?? []
    this.#note(name, value)
    if (name === '#EXT-X-DEFINE') {
      this.#define(value)
      return
    }
    if (name === '#EXT-X-PREFETCH') {
      this.#pieces.push(`${name}:`)
      this.#refer(this.#filledIn(value), 'media', undefined)
    } else if (name === '#EXTINF' || !value.includes('=')) {
      this.#pieces.push(this.#withoutHost(line))
    } else {
      this.#pieces.push(`${name}:`)
      this.#attributes(name, value)
    }
    this.#pieces.push('\n')
  }

  /** What a tag says of the playlist as a whole. */
  #note(name: string, value: string): void {
    if (name === '#EXT-X-MEDIA-SEQUENCE') this.nextSequence = numberIn(value)
    else if (name === '#EXT-X-SKIP') this.nextSequence += numberIn(/SKIPPED-SEGMENTS=(\d+)/.exec(value)?.[1] ?? '')
    else if (name === '#EXT-X-TARGETDURATION') this.targetSeconds = numberIn(value)
    else if (name === '#EXT-X-ENDLIST') this.isEnded = true
    else if (name === '#EXT-X-BYTERANGE') this.#isRangeNext = true
    else if (name === '#EXTINF') this.lastSeconds = numberIn(value)
    else if (name === '#EXT-X-PART') {
      this.isEmpty = false
      this.hasParts = true
      this.#parts += 1
    }
  }

  /** Attributes as they stand, a comma within quotes among them, but for the addresses. */
  #attributes(tag: string, list: string): void {
    const hasRange = segmentTags.has(tag) && list.includes('BYTERANGE')
    let done = 0
    for (const { 0: whole, 1: name = '', 2: value = '', index } of list.matchAll(attribute)) {
      this.#pieces.push(list.slice(done, index), `${name}=`)
      this.#value({ tag, hasRange }, name, value)
      done = index + whole.length
    }
    this.#pieces.push(list.slice(done))
  }

  #value({ tag, hasRange }: { readonly tag: string; readonly hasRange: boolean }, name: string, value: string): void {
    const isQuoted = value.length > 1 && value.startsWith('"')
    const text = this.#filledIn(isQuoted ? value.slice(1, -1) : value)
    if (!isAddressName(name) || text === '' || standsForItself.test(text)) {
      const shown = this.#withoutHost(text)
      this.#pieces.push(isQuoted ? `"${shown}"` : shown)
      return
    }
    const kind = playlistTags.has(tag) && name !== 'X-ASSET-LIST' ? 'playlist' : 'media'
    this.#pieces.push('"')
    const address = this.#refer(text, kind, segmentTags.has(tag) ? this.nextSequence : undefined)
    if (hasRange) this.#ranged.add(address)
    this.#pieces.push('"')
  }

  #refer(text: string, kind: AddressKind, sequence: number | undefined): string {
    const address = absolute(text, this.#base)
    if (sequence !== undefined || kind === 'playlist') this.#last = address
    this.#pieces.push({ address, kind, sequence, isRanged: false })
    return address
  }

  #define(list: string): void {
    const given = new Map([...list.matchAll(attribute)].map(([, name = '', value = '']) => [name, value.replace(/^"(.*)"$/, '$1')]))
    const [name, imported, asked] = ['NAME', 'IMPORT', 'QUERYPARAM'].map((key) => given.get(key))
    if (name !== undefined) this.variables.set(name, given.get('VALUE') ?? '')
    if (imported !== undefined) this.variables.set(imported, known(imported, this.#imported.get(imported)))
    if (asked !== undefined) this.variables.set(asked, known(asked, new URL(this.#base).searchParams.get(asked) ?? undefined))
  }

  /** Without any definition `{$x}` is no variable: playlists of before there were any may have it in an address. */
  #filledIn(text: string): string {
    if (this.variables.size === 0 || !text.includes('{$')) return text
    return text.replace(variable, (_whole, name: string) => known(name, this.variables.get(name)))
  }

  /** Titles and the like may repeat where the stream is from. Addresses of others, such as those that name a scheme, stay. */
  #withoutHost(text: string): string {
    if (!text.includes('://')) return text
    return text.replace(anyAddress, (found) => {
      const { hostname, username } = URL.canParse(found) ? new URL(found) : { hostname: this.#host, username: '' }
      return hostname === this.#host || username !== '' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 ? '' : found
    })
  }
}

/** 0 for what is none, or none that makes sense */
const numberIn = (value: string): number => Number(/^ *(\d{1,15}(?:\.\d{1,9})?)/.exec(value)?.[1] ?? 0)

function known(name: string, value: string | undefined): string {
  if (value === undefined) throw new PlaylistError(`the playlist uses the variable ${JSON.stringify(name.slice(0, 40))}, which nothing defines`)
  return value
}

function absolute(address: string, base: string): string {
  let url: URL
  try {
    url = new URL(address, base)
  } catch (cause) {
    throw new PlaylistError('an address in the playlist cannot be read', { cause })
  }
  // a playlist of our own gateway names what is in the gateway
  const isOfBase = url.protocol === new URL(base).protocol
  if (!isOfBase && url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new PlaylistError(`an address in the playlist has the scheme ${url.protocol}`)
  return url.href
}
