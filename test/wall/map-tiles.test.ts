import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const size = { width: 1920, height: 1080 }
const zoom = 11
/** tiles of 崆峒区 and around at this zoom, and one in its middle that is missing */
const [left, right, top, bottom] = [1_618, 1_646, 796, 816]
const missing = { x: 1_631, y: 806 }

let whole: Whole

beforeAll(async () => {
  whole = await startWhole({
    configure: async (directory) => {
      const tiles = { kind: 'xyz', folder: 'tiles', minZoom: zoom, maxZoom: zoom, opacity: 1, approval: '审图号：GS(2024)0000号' }
      await appendFile(join(directory, 'app.yaml'), `\ntiles: ${JSON.stringify(tiles)}\n`)
      for (let x = left; x <= right; x++) {
        await mkdir(join(directory, 'map/tiles', String(zoom), String(x)), { recursive: true })
        for (let y = top; y <= bottom; y++)
          if (x !== missing.x || y !== missing.y) await writeFile(join(directory, 'map/tiles', String(zoom), String(x), `${String(y)}.png`), purple)
      }
    },
  })
})
afterAll(async () => {
  await whole.stop()
})

/** A picture of one colour that nothing else on the map has. */
const purple = png(2, 2, [160, 0, 160])

function png(width: number, height: number, colour: readonly [number, number, number]): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const typed = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(data.length)
    check.writeUInt32BE(crc32(typed))
    return Buffer.concat([length, typed, check])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width)
  header.writeUInt32BE(height, 4)
  // eight bits, three colours
  header.set([8, 2], 8)
  const line = Buffer.from([0, ...Array.from({ length: width }, () => colour).flat()])
  const lines = Buffer.concat(Array.from({ length: height }, () => line))
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Share of the map's ground that has the tiles' colour. */
async function shareOfPurple(page: Page): Promise<number> {
  const picture = (await page.locator('.map .base').screenshot()).toString('base64')
  return await page.evaluate(async (encoded) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(encoded), (each) => each.charCodeAt(0))]))
    const context = new OffscreenCanvas(image.width, image.height).getContext('2d')
    context?.drawImage(image, 0, 0)
    const { data = new Uint8ClampedArray() } = context?.getImageData(0, 0, image.width, image.height) ?? {}
    let found = 0
    for (let i = 0; i < data.length; i += 4) if ((data[i] ?? 0) > 60 && (data[i + 1] ?? 0) < 40 && (data[i + 2] ?? 0) > 60) found++
    return found / (image.width * image.height)
  }, picture)
}

it('draws tiles of our own server under the marks, with their approval at the foot, and takes a missing one quietly', async () => {
  const asked: string[] = []
  const page = await whole.wallPage('/desk', size)
  page.on('response', (answer) => {
    if (answer.url().includes('/api/map/tiles/'))
      asked.push(`${String(answer.status())} ${answer.headers()['content-length'] ?? ''} ${new URL(answer.url()).pathname}`)
  })
  await page.goto(new URL('/perceive', whole.url).href)
  await page.locator('.map[data-mode="webgl"]').waitFor({ timeout: 60_000 })
  await page.getByText('审图号：GS(2024)0000号').waitFor()
  await expect.poll(() => shareOfPurple(page), { timeout: 30_000 }).toBeGreaterThan(0.3)
  expect(await shareOfPurple(page)).toBeLessThan(0.99)
  expect(asked.length).toBeGreaterThan(10)
  // a tile that is missing is an answer like the others: the browser's console stays quiet
  expect(asked.every((answer) => answer.startsWith('200 '))).toBe(true)
  expect(asked.some((answer) => answer.endsWith(`/${String(zoom)}/${String(missing.x)}/${String(missing.y)}`))).toBe(true)
  expect([whole.outside, whole.pageErrors]).toEqual([[], []])
  await page.context().close()
})
