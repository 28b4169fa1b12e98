import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tilesRoute } from '../../server/http/map-tiles.ts'
import { pictureType } from '../../server/tiles/tile-source.ts'
import { adminToken, House, problemIn } from './house.ts'

const asked: unknown[] = []
const tiles = {
  minZoom: 3,
  maxZoom: 5,
  read: (tile: { z: number; x: number; y: number }) => {
    asked.push(tile)
    return Promise.resolve(tile.x === 2 ? { type: 'image/webp', body: Buffer.from('a picture') } : undefined)
  },
}

describe('tiles over HTTP', () => {
  let house: House
  let without: House
  beforeAll(async () => {
    house = await new House({ routes: [tilesRoute({ tiles })] }).open()
    without = await new House({ routes: [tilesRoute({ tiles: undefined })] }).open()
  })
  afterAll(async () => {
    await house.close()
    await without.close()
  })
  const get = (path: string, from = house) => from.ask('GET', `/api/map/tiles/${path}`, { headers: { authorization: `Bearer ${adminToken}` } })

  it('are handed on as what they are, and kept by the browser for a day', async () => {
    const { status, headers, text } = await get('4/2/7')
    expect([status, headers['content-type'], headers['cache-control'], text]).toEqual([200, 'image/webp', 'private, max-age=86400', 'a picture'])
    expect(asked.at(-1)).toEqual({ z: 4, x: 2, y: 7 })
  })

  it('are a transparent picture where there is none, so that the relief shows through', async () => {
    const { status, headers, text } = await get('4/3/7')
    expect([status, headers['content-type'], headers['cache-control']]).toEqual([200, 'image/png', 'private, max-age=60'])
    expect(text).toContain('PNG')
  })

  it('are not asked for outside the world or the zooms there are', async () => {
    for (const path of ['6/0/0', '4/16/0', '4/0/16', '4/-1/0', '4/1.5/0', 'x/0/0', '4/0/999999999'])
      expect(problemIn(await get(path)).detail).toMatch(/^[zxy]: found ".*"; write a whole number from 0 to \d+$/)
  })

  it('are for those who are signed in', async () => {
    expect((await house.ask('GET', '/api/map/tiles/4/2/7')).status).toBe(401)
  })

  it('are not there where none are configured, and it is said how to', async () => {
    expect(problemIn(await get('4/2/7', without))).toMatchObject({
      status: 404,
      detail: 'no tiles are configured; name some under tiles in config/app.yaml',
    })
  })
})

describe('what is a picture', () => {
  it('is told by its first bytes, and a page is none', () => {
    const png = Buffer.from('89504e470d0a1a0a00', 'hex')
    const webp = Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')
    expect([png, Buffer.from('ffd8ffe0', 'hex'), webp, Buffer.from('<html>'), Buffer.alloc(0)].map(pictureType)).toEqual([
      'image/png',
      'image/jpeg',
      'image/webp',
      undefined,
      undefined,
    ])
  })
})
