import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import type { Tile, TileSource } from './tile-source.ts'

/** Reads archives of the PMTiles specification, version 3: header, directories, tiles. Source: protomaps/PMTiles spec/v3/spec.md. */

const headerBytes = 127
const magic = 'PMTiles'
/** what the specification's enumerations call it */
const noCompression = 1
const gzip = 2
const pictures: ReadonlySet<number> = new Set([2, 3, 4])
/** Leaves are small, and neighbours lie in the same: these many are kept unpacked. */
const leavesKept = 64
/** a root and two levels of leaves hold more than the earth; a directory that leads round in circles ends here */
const deepest = 4
const longestTile = 4 * 1024 * 1024

interface Header {
  readonly root: Span
  readonly leavesAt: number
  readonly tilesAt: number
  readonly internal: number
  readonly compression: number
}

interface Span {
  readonly offset: number
  readonly length: number
}

export interface Entry extends Span {
  readonly tileId: number
  /** 0: it is a leaf directory */
  readonly runLength: number
}

/** @throws Error in words for whoever wrote the file's name, when it is no such archive of pictures */
export async function openPmtiles(path: string): Promise<TileSource> {
  const file = await open(path)
  try {
    const header = readHeader(await readSpan(file, { offset: 0, length: headerBytes }))
    return sourceOf(file, header, readDirectory(unpack(await readSpan(file, header.root), header.internal)))
  } catch (error) {
    await file.close()
    throw error
  }
}

function sourceOf(file: FileHandle, header: Header, root: readonly Entry[]): TileSource {
  const leaves = new Map<number, readonly Entry[]>()
  const leafAt = async (span: Span): Promise<readonly Entry[]> => {
    const known = leaves.get(span.offset)
    if (known !== undefined) return known
    const read = readDirectory(unpack(await readSpan(file, { ...span, offset: header.leavesAt + span.offset }), header.internal))
    leaves.set(span.offset, read)
    const [oldest] = leaves.keys()
    if (leaves.size > leavesKept && oldest !== undefined) leaves.delete(oldest)
    return read
  }
  return {
    async read(tile) {
      const id = tileId(tile)
      let entries = root
      for (let depth = 0; depth < deepest; depth++) {
        const entry = findEntry(entries, id)
        if (entry === undefined || entry.length > longestTile) return undefined
        if (entry.runLength > 0)
          return unpack(await readSpan(file, { offset: header.tilesAt + entry.offset, length: entry.length }), header.compression)
        entries = await leafAt(entry)
      }
      return undefined
    },
    close: () => file.close(),
  }
}

async function readSpan(file: FileHandle, { offset, length }: Span): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
  if (bytesRead < length) throw new Error(`it ends before byte ${String(offset + length)}: it is cut off`)
  return buffer
}

function readHeader(header: Buffer): Header {
  const version = header[7]
  if (header.toString('latin1', 0, 7) !== magic || version !== 3) throw new Error('it is no PMTiles archive of version 3')
  const [internal = 0, compression = 0, type = 0] = header.subarray(97, 100)
  if (!pictures.has(type)) throw new Error('its tiles are no PNG, JPEG or WebP pictures: vector tiles are not drawn, make one of pictures of them')
  for (const used of [internal, compression])
    if (used !== noCompression && used !== gzip) throw new Error('it is packed otherwise than by gzip: write it anew with gzip, or without')
  const at = (place: number): number => Number(header.readBigUInt64LE(place))
  return { root: { offset: at(8), length: at(16) }, leavesAt: at(40), tilesAt: at(56), internal, compression }
}

const unpack = (packed: Buffer, compression: number): Buffer => (compression === gzip ? gunzipSync(packed, { maxOutputLength: longestTile }) : packed)

/** Column by column: how much each id is more than the one before, run lengths, lengths, then offsets, where 0 means right behind the one before. */
export function readDirectory(bytes: Buffer): readonly Entry[] {
  let position = 0
  const next = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[position++]
      if (byte === undefined) throw new Error('a directory is cut off')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  const count = next()
  if (count > bytes.length) throw new Error('a directory says that it holds more than it does')
  const column = (): readonly number[] => Array.from({ length: count }, next)
  const [steps, runs, lengths] = [column(), column(), column()]
  let id = 0
  let behind = 0
  return steps.map((step, i) => {
    id += step
    const told = next()
    const offset = told === 0 ? behind : told - 1
    const length = lengths[i] ?? 0
    behind = offset + length
    return { tileId: id, runLength: runs[i] ?? 0, length, offset }
  })
}

/** The entry that holds an id: the last that does not begin behind it, when its run reaches so far or it is a leaf. */
export function findEntry(entries: readonly Entry[], id: number): Entry | undefined {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.tileId ?? Infinity) <= id) low = middle + 1
    else high = middle
  }
  const entry = entries[low - 1]
  return entry !== undefined && (entry.runLength === 0 || id < entry.tileId + entry.runLength) ? entry : undefined
}

/** The place of a tile along the Hilbert curves of all zooms, one after the other. */
export function tileId({ z, x, y }: Tile): number {
  let id = (4 ** z - 1) / 3
  let [column, row] = [x, y]
  for (let half = 2 ** (z - 1); half >= 1; half /= 2) {
    const right = column >= half ? 1 : 0
    const down = row >= half ? 1 : 0
    id += half * half * ((3 * right) ^ down)
    column -= right * half
    row -= down * half
    if (down === 0) {
      if (right === 1) [column, row] = [half - 1 - column, half - 1 - row]
      ;[column, row] = [row, column]
    }
  }
  return id
}
