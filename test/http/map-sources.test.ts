import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tilesSchema } from '../../contract/tiles.ts'
import { openDiskCache } from '../../server/tiles/disk-cache.ts'
import { createFolderSource } from '../../server/tiles/folder.ts'
import { openTiles } from '../../server/tiles/open-tiles.ts'
import { findEntry, openPmtiles, readDirectory, tileId } from '../../server/tiles/pmtiles.ts'
import type { Entry } from '../../server/tiles/pmtiles.ts'
import { createTiandituSource } from '../../server/tiles/tianditu.ts'
import { ManualClock } from '../support/manual-clock.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yiping-tiles-'))
})
afterEach(() => rm(directory, { recursive: true }))

const png = (text: string): Buffer => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(text)])

describe('a folder of tiles', () => {
  it('holds {z}/{x}/{y} with any of the endings', async () => {
    await mkdir(join(directory, '4/2'), { recursive: true })
    await writeFile(join(directory, '4/2/7.webp'), 'seven')
    await writeFile(join(directory, '4/2/8.png'), 'eight')
    const { read } = createFolderSource(directory)
    const found = await Promise.all([7, 8, 9].map((y) => read({ z: 4, x: 2, y })))
    expect(found.map((body) => body?.toString())).toEqual(['seven', 'eight', undefined])
  })
})

describe('numbers of PMTiles', () => {
  it('are those of the specification', () => {
    const ids = [
      [0, 0, 0],
      [1, 0, 0],
      [1, 0, 1],
      [1, 1, 1],
      [1, 1, 0],
      [2, 0, 0],
      [12, 3423, 1763],
    ] as const
    expect(ids.map(([z, x, y]) => tileId({ z, x, y }))).toEqual([0, 1, 2, 3, 4, 5, 19_078_479])
  })

  it('are each of a zoom’s once, and neighbours along the curve touch', () => {
    const side = 16
    const tiles = Array.from({ length: side * side }, (_, i) => ({ z: 4, x: i % side, y: Math.floor(i / side) })).sort(
      (a, b) => tileId(a) - tileId(b),
    )
    const first = (4 ** 4 - 1) / 3
    expect(tiles.map(tileId)).toEqual(tiles.map((_, i) => first + i))
    for (const [i, { x, y }] of tiles.entries()) {
      const next = tiles[i + 1] ?? { x: x + 1, y }
      expect(Math.abs(next.x - x) + Math.abs(next.y - y)).toBe(1)
    }
  })
})

function varint(value: number): readonly number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
}

/** As the specification writes a directory: column by column. */
function writeDirectory(entries: readonly Entry[]): Buffer {
  const steps = entries.map(({ tileId: id }, i) => id - (entries[i - 1]?.tileId ?? 0))
  const offsets = entries.map(({ offset }, i) => {
    const before = entries[i - 1]
    return before !== undefined && before.offset + before.length === offset ? 0 : offset + 1
  })
  const columns = [[entries.length], steps, entries.map(({ runLength }) => runLength), entries.map(({ length }) => length), offsets]
  return Buffer.from(columns.flatMap((column) => column.flatMap(varint)))
}

describe('a directory of PMTiles', () => {
  it('is what was written, however large its numbers', () => {
    expect(readDirectory(Buffer.from([2, 5, 37, 1, 0, 42, 10, ...varint(1_338), 0]))).toEqual([
      { tileId: 5, runLength: 1, length: 42, offset: 1_337 },
      { tileId: 42, runLength: 0, length: 10, offset: 1_379 },
    ])
    const entry = fc.record({
      step: fc.integer({ min: 1, max: 2 ** 40 }),
      runLength: fc.nat(),
      length: fc.nat(),
      offset: fc.integer({ min: 0, max: 2 ** 50 }),
    })
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 30 }), (rows) => {
        let id = 0
        const entries = rows.map(({ step, ...row }) => ({ ...row, tileId: (id += step) }))
        expect(readDirectory(writeDirectory(entries))).toEqual(entries)
      }),
    )
  })

  it('that is cut off is no directory', () => {
    expect(() => readDirectory(Buffer.from([2, 5]))).toThrow('cut off')
    expect(() => readDirectory(Buffer.from([200, 1]))).toThrow('more than it does')
  })

  it('answers with the entry whose run holds a tile, or with the leaf that may', () => {
    const entries = [
      { tileId: 5, runLength: 3, length: 1, offset: 0 },
      { tileId: 20, runLength: 0, length: 1, offset: 1 },
    ]
    expect([4, 5, 7, 8, 19, 20, 999].map((id) => findEntry(entries, id)?.tileId)).toEqual([undefined, 5, 5, undefined, undefined, 20, 20])
  })
})

/** An archive with a root, one leaf and two tiles. */
function archive(of: { readonly type?: number; readonly packing?: number; readonly version?: number } = {}): Buffer {
  const { type = 2, packing = 2, version = 3 } = of
  const pack = (bytes: Buffer): Buffer => (packing === 2 ? gzipSync(bytes) : bytes)
  const tiles = [png('low'), png('high')]
  const [low, high] = tiles.map(({ length }) => length)
  const deep = tileId({ z: 9, x: 408, y: 201 })
  const leaf = pack(writeDirectory([{ tileId: deep, runLength: 2, length: high!, offset: low! }]))
  const root = pack(
    writeDirectory([
      { tileId: 0, runLength: 1, length: low!, offset: 0 },
      { tileId: 5, runLength: 0, length: leaf.length, offset: 0 },
    ]),
  )
  const header = Buffer.alloc(127)
  header.write('PMTiles', 'latin1')
  header[7] = version
  const spans = [127, root.length, 127 + root.length, 0, 127 + root.length, leaf.length, 127 + root.length + leaf.length, low! + high!]
  for (const [i, number] of spans.entries()) header.writeBigUInt64LE(BigInt(number), 8 + 8 * i)
  header.set([1, packing, 1, type], 96)
  return Buffer.concat([header, root, leaf, ...tiles])
}

describe('an archive of PMTiles', () => {
  const opened = async (bytes: Buffer) => {
    const path = join(directory, 'ground.pmtiles')
    await writeFile(path, bytes)
    return await openPmtiles(path)
  }

  it.each([1, 2])('gives tiles from its root and its leaves, packed or not: %i', async (packing) => {
    const source = await opened(archive({ packing }))
    const read = (z: number, x: number, y: number) => source.read({ z, x, y }).then((body) => body?.subarray(8).toString())
    expect(await read(0, 0, 0)).toBe('low')
    expect(await read(9, 408, 201)).toBe('high')
    expect(await read(9, 408, 201)).toBe('high')
    expect(await read(1, 0, 0)).toBeUndefined()
    expect(await read(9, 0, 0)).toBeUndefined()
    await source.close()
  })

  it('is refused in words when it is none, of another version, of vectors, packed otherwise, or cut off', async () => {
    await expect(opened(Buffer.alloc(200))).rejects.toThrow('no PMTiles archive of version 3')
    await expect(opened(archive({ version: 2 }))).rejects.toThrow('no PMTiles archive of version 3')
    await expect(opened(archive({ type: 1 }))).rejects.toThrow('vector tiles are not drawn')
    await expect(opened(archive({ packing: 4 }))).rejects.toThrow('packed otherwise than by gzip')
    await expect(opened(archive().subarray(0, 130))).rejects.toThrow('cut off')
  })
})

describe('pictures kept on disk', () => {
  const clock = new ManualClock()
  const open = (mostBytes = 100, keepMs = 1_000) => openDiskCache({ directory, mostBytes, keepMs, now: () => clock.now() })

  it('are found again, also after a restart', async () => {
    await (await open()).put('a', Buffer.from('picture'))
    expect((await (await open()).get('a'))?.toString()).toBe('picture')
  })

  it('are not more than they may be: those unused the longest go first', async () => {
    const cache = await open(100)
    for (const name of ['a', 'b', 'c']) await cache.put(name, Buffer.alloc(30))
    await cache.get('a')
    await cache.put('d', Buffer.alloc(30))
    expect((await readdir(directory)).sort()).toEqual(['a', 'c', 'd'])
    expect([cache.bytes, await cache.get('b')]).toEqual([90, undefined])
  })

  it('become too old, and are then given only for want of newer ones', async () => {
    const cache = await open(100, 1_000)
    await cache.put('a', Buffer.from('old'))
    clock.advance(1_001)
    expect(await cache.get('a')).toBeUndefined()
    expect((await cache.getOld('a'))?.toString()).toBe('old')
  })

  it('that somebody took away, or that were half written, are not there', async () => {
    await writeFile(join(directory, 'half.part'), 'x')
    const cache = await open()
    await cache.put('a', Buffer.from('picture'))
    await rm(join(directory, 'a'))
    expect([await cache.get('a'), cache.bytes, await readdir(directory)]).toEqual([undefined, 0, []])
  })
})

describe('天地图', () => {
  const token = 'a-secret-token'
  const clock = new ManualClock()
  let asked: string[]
  let answer: () => Promise<{ status: number; body: Buffer }>
  let logged: unknown[]
  beforeEach(() => {
    asked = []
    logged = []
    answer = () => Promise.resolve({ status: 200, body: png('ground') })
  })
  const source = async () =>
    createTiandituSource({
      url: 'https://t0.tianditu.gov.cn',
      layer: 'ter',
      token,
      cache: await openDiskCache({ directory, mostBytes: 10_000, keepMs: 1_000_000, now: () => clock.now() }),
      fetch: (url) => {
        asked.push(url)
        return answer()
      },
      clock,
      log: (...line) => void logged.push(line),
    })
  const tile = { z: 9, x: 408, y: 201 }

  it('is asked for Web Mercator tiles by WMTS, once for each', async () => {
    const { read } = await source()
    const both = await Promise.all([read(tile), read(tile)])
    expect(both.map((body) => body?.subarray(8).toString())).toEqual(['ground', 'ground'])
    await read(tile)
    expect(asked).toHaveLength(1)
    const { origin, pathname, searchParams } = new URL(asked[0]!)
    expect([origin, pathname, Object.fromEntries(searchParams)]).toEqual([
      'https://t0.tianditu.gov.cn',
      '/ter_w/wmts',
      {
        ...{ SERVICE: 'WMTS', REQUEST: 'GetTile', VERSION: '1.0.0', LAYER: 'ter', STYLE: 'default', TILEMATRIXSET: 'w', FORMAT: 'tiles' },
        ...{ TILEMATRIX: '9', TILEROW: '201', TILECOL: '408', tk: token },
      },
    ])
  })

  it('is left in peace for a minute after a failure, which is told without the token', async () => {
    const { read } = await source()
    answer = () => Promise.reject(new Error(`no answer from https://t0.tianditu.gov.cn/?tk=${token}`))
    expect(await read(tile)).toBeUndefined()
    expect(await read({ ...tile, x: 409 })).toBeUndefined()
    expect(asked).toHaveLength(1)
    expect(logged).toHaveLength(1)
    expect(JSON.stringify(logged)).not.toContain(token)
    clock.advance(60_001)
    answer = () => Promise.resolve({ status: 200, body: png('again') })
    expect((await read(tile))?.subarray(8).toString()).toBe('again')
  })

  it('whose answer is no picture, such as a page about the token, is not kept; an older picture stands in', async () => {
    const { read } = await source()
    await read(tile)
    clock.advance(1_000_001)
    answer = () => Promise.resolve({ status: 403, body: Buffer.from('<html>') })
    expect((await read(tile))?.subarray(8).toString()).toBe('ground')
    expect(logged).toHaveLength(1)
  })

  it('that has nothing there is believed', async () => {
    const { read } = await source()
    answer = () => Promise.resolve({ status: 404, body: Buffer.from('') })
    expect([await read(tile), logged]).toEqual([undefined, []])
  })

  it('is not asked by more than six at once', async () => {
    const { read } = await source()
    const waiting: (() => void)[] = []
    answer = () => new Promise((resolve) => waiting.push(() => resolve({ status: 200, body: png('') })))
    const all = Promise.all(Array.from({ length: 20 }, (_, x) => read({ z: 9, x, y: 0 })))
    for (let answered = 0; answered < 20; answered++) {
      await expect.poll(() => waiting.length).toBeGreaterThan(answered)
      expect(waiting.length - answered).toBeLessThanOrEqual(6)
      waiting[answered]?.()
    }
    expect(await all).toHaveLength(20)
  })
})

describe('tiles that app.yaml names', () => {
  const approval = '审图号：GS(2024)0000号'
  const opened = async (config: object) => {
    const logged: { level: string; message: string; fields: unknown }[] = []
    const source = await openTiles(tilesSchema.parse({ approval, ...config }), {
      mapDirectory: directory,
      cacheDirectory: join(directory, 'cache'),
      environment: { TOKEN: 't' },
      clock: new ManualClock(),
      log: (level, message, fields) => void logged.push({ level, message, fields }),
      fetch: () => Promise.reject(new Error('nobody asks')),
    })
    await source?.close()
    return { isOpen: source !== undefined, reason: JSON.stringify(logged) }
  }

  it('are opened where they are there', async () => {
    await mkdir(join(directory, 'tiles'))
    await writeFile(join(directory, 'ground.pmtiles'), archive())
    for (const config of [{ kind: 'xyz' }, { kind: 'pmtiles', file: 'ground.pmtiles' }, { kind: 'tianditu', tokenEnv: 'TOKEN' }])
      expect(await opened(config)).toEqual({ isOpen: true, reason: '[]' })
  })

  it('are left out with the cure where they are not', async () => {
    expect((await opened({ kind: 'xyz' })).reason).toContain('config/map/tiles is missing: put the tiles there')
    expect((await opened({ kind: 'pmtiles', file: 'x.pmtiles' })).reason).toContain('config/map/x.pmtiles is missing')
    expect((await opened({ kind: 'tianditu', tokenEnv: 'NONE' })).reason).toContain('the variable NONE is empty')
    await writeFile(join(directory, 'bad.pmtiles'), 'nothing')
    expect((await opened({ kind: 'pmtiles', file: 'bad.pmtiles' })).reason).toContain('config/map/bad.pmtiles: it ends before')
  })

  it('name their approval, and no file outside config/map', () => {
    expect(tilesSchema.safeParse({ kind: 'xyz' }).success).toBe(false)
    for (const file of ['../secrets', '/etc/passwd', 'a/../../b', 'C:\\x', ''])
      expect(tilesSchema.safeParse({ kind: 'pmtiles', approval, file }).success).toBe(false)
    expect(tilesSchema.safeParse({ kind: 'pmtiles', approval, file: 'kongtong/ground.pmtiles' }).success).toBe(true)
  })
})
