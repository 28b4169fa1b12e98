/**
 * MP4 (ISO/IEC 14496-12) as a stream of bytes: first the initialisation, then fragments that each begin with a key frame. ffmpeg is told to
 * write it so.
 */

/** What a player needs before the first fragment. */
export interface Initialisation {
  readonly body: Buffer
  /** RFC 6381, such as `avc1.4d401e` or `hvc1.1.6.L93.90`; of other codings the bare four letters, such as `mp4v` */
  readonly codec: string
}

export interface Fragment {
  readonly body: Buffer
  readonly durationMs: number
}

/** Bytes that are no such MP4. */
export class Mp4Error extends Error {
  override readonly name = 'Mp4Error'
}

interface Box {
  readonly type: string
  /** with its header */
  readonly whole: Buffer
  readonly content: Buffer
}

interface Timing {
  /** per second */
  readonly timescale: number
  /** of a sample whose fragment says nothing of it */
  readonly sampleDuration: number
}

/** many times what two seconds of the best camera take */
const mostBoxBytes = 16 * 1024 * 1024
const headerBytes = 8

/** Takes a stream of MP4 apart, in whatever pieces it comes. */
export class Mp4Reader {
  readonly #heard: { readonly init: (init: Initialisation) => void; readonly fragment: (fragment: Fragment) => void }
  #chunks: Buffer[] = []
  #held = 0
  /** how many bytes must have come before there is anything to do */
  #needed = headerBytes
  #fileType: Buffer = Buffer.alloc(0)
  #timing: Timing | undefined
  #movieFragment: Box | undefined

  constructor(heard: { readonly init: (init: Initialisation) => void; readonly fragment: (fragment: Fragment) => void }) {
    this.#heard = heard
  }

  /** @throws Mp4Error */
  write(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#held += chunk.length
    while (this.#held >= this.#needed) {
      const bytes = Buffer.concat(this.#chunks)
      const size = sizeOf(bytes)
      const isWhole = size <= bytes.length
      if (isWhole) this.#take(boxAt(bytes.subarray(0, size)))
      const rest = isWhole ? bytes.subarray(size) : bytes
      this.#chunks = [rest]
      this.#held = rest.length
      this.#needed = isWhole ? headerBytes : size
    }
  }

  #take(box: Box): void {
    if (box.type === 'ftyp') this.#fileType = box.whole
    else if (box.type === 'moov') this.#takeMovie(box)
    else if (box.type === 'moof') this.#movieFragment = box
    else if (box.type === 'mdat') this.#takeMedia(box)
  }

  #takeMovie(movie: Box): void {
    const { timing, codec } = guarded(() => ({ timing: timingOf(movie), codec: codecOf(movie) }))
    this.#timing = timing
    this.#heard.init({ body: Buffer.concat([this.#fileType, movie.whole]), codec })
  }

  #takeMedia(media: Box): void {
    const head = this.#movieFragment
    const timing = this.#timing
    if (head === undefined || timing === undefined) throw new Mp4Error('pictures before their description')
    this.#movieFragment = undefined
    const ticks = guarded(() => durationOf(head, timing.sampleDuration))
    this.#heard.fragment({ body: Buffer.concat([head.whole, media.whole]), durationMs: (ticks * 1_000) / timing.timescale })
  }
}

function sizeOf(bytes: Buffer): number {
  const size = bytes.readUInt32BE(0)
  if (size < headerBytes || size > mostBoxBytes) throw new Mp4Error(`a box of ${String(size)} bytes`)
  return size
}

const boxAt = (whole: Buffer): Box => ({ type: whole.toString('latin1', 4, headerBytes), whole, content: whole.subarray(headerBytes) })

function* boxesIn(bytes: Buffer): Generator<Box> {
  for (let at = 0; at + headerBytes <= bytes.length;) {
    const size = sizeOf(bytes.subarray(at))
    yield boxAt(bytes.subarray(at, at + size))
    at += size
  }
}

/** Content of the first box at the end of a path. */
function need(box: Box, ...path: readonly string[]): Buffer {
  let found = box
  for (const type of path) {
    const inner = [...boxesIn(found.content)].find((each) => each.type === type)
    if (inner === undefined) throw new Mp4Error(`${found.type} holds no ${type}`)
    found = inner
  }
  return found.content
}

function timingOf(movie: Box): Timing {
  const mediaHeader = need(movie, 'trak', 'mdia', 'mdhd')
  const timescale = mediaHeader.readUInt32BE(mediaHeader[0] === 1 ? 20 : 12)
  if (timescale === 0) throw new Mp4Error('a timescale of 0')
  return { timescale, sampleDuration: need(movie, 'mvex', 'trex').readUInt32BE(12) }
}

/** ticks of one movie fragment's video */
function durationOf(movieFragment: Box, defaultDuration: number): number {
  const each = durationInHeader(need(movieFragment, 'traf', 'tfhd')) ?? defaultDuration
  let ticks = 0
  for (const { type, content } of boxesIn(need(movieFragment, 'traf'))) if (type === 'trun') ticks += durationOfRun(content, each)
  return ticks
}

function durationInHeader(header: Buffer): number | undefined {
  const flags = header.readUInt32BE(0)
  if ((flags & 0x8) === 0) return undefined
  const before = (flags & 0x1 ? 8 : 0) + (flags & 0x2 ? 4 : 0)
  return header.readUInt32BE(8 + before)
}

function durationOfRun(run: Buffer, defaultDuration: number): number {
  const flags = run.readUInt32BE(0)
  const samples = run.readUInt32BE(4)
  if ((flags & 0x100) === 0) return samples * defaultDuration
  const first = 8 + (flags & 0x1 ? 4 : 0) + (flags & 0x4 ? 4 : 0)
  // duration, size, flags, composition offset: those that are there
  const bytesEach = [0x100, 0x200, 0x400, 0x800].filter((flag) => flags & flag).length * 4
  let ticks = 0
  for (let sample = 0; sample < samples; sample++) ticks += run.readUInt32BE(first + sample * bytesEach)
  return ticks
}

const descriptionHeaderBytes = 8
/** SampleEntry and VisualSampleEntry before the boxes in them */
const visualEntryBytes = 78

function codecOf(movie: Box): string {
  const entry = boxAt(need(movie, 'trak', 'mdia', 'minf', 'stbl', 'stsd').subarray(descriptionHeaderBytes))
  const inner = [...boxesIn(entry.content.subarray(visualEntryBytes))]
  const configuration = (type: string): Buffer | undefined => inner.find((box) => box.type === type)?.content
  const avc = configuration('avcC')
  if (avc !== undefined) return `avc1.${avc.toString('hex', 1, 4)}`
  const hevc = configuration('hvcC')
  return hevc === undefined ? entry.type : asHvc1(entry, hevc)
}

/** ISO/IEC 14496-15 annex E. ffmpeg calls H.265 `hev1` unless told beforehand that it is H.265; Apple's players take `hvc1` alone. */
function asHvc1(entry: Box, configuration: Buffer): string {
  entry.whole.write('hvc1', 4, 'latin1')
  const profile = configuration.readUInt8(1)
  const constraints = configuration.toString('hex', 6, 12).replace(/(00)+$/, '')
  return [
    'hvc1',
    `${['', 'A', 'B', 'C'][profile >> 6] ?? ''}${String(profile & 0x1f)}`,
    reversed(configuration.readUInt32BE(2)).toString(16).toUpperCase(),
    `${profile & 0x20 ? 'H' : 'L'}${String(configuration.readUInt8(12))}`,
    ...(constraints.match(/../g) ?? []).map((byte) => byte.toUpperCase()),
  ].join('.')
}

/** The 32 bits of a number, last first. */
function reversed(bits: number): number {
  let turned = 0
  for (let bit = 0; bit < 32; bit++) turned += ((bits >>> bit) & 1) * 2 ** (31 - bit)
  return turned
}

/** A box that ends before what it says it holds is a bad one. */
function guarded<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof Mp4Error) throw cause
    throw new Mp4Error('a box is shorter than what it holds', { cause })
  }
}
