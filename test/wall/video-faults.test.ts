import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform } from '../../mock-streams/video/platform.ts'
import {
  alternating,
  expired,
  FakeStreams,
  halved,
  inLongSegments,
  master,
  playing,
  refusing,
  repeating,
  withSegments,
} from '../support/fake-streams.ts'
import type { Script } from '../support/fake-streams.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** Every fault at once, one camera each, on one wall of twelve tiles. */

const camera = (serial: number): string => `62080200001310${String(serial).padStart(6, '0')}`
const scenes = ['crossing', 'river', 'gate', 'square', 'community', 'hall', 'community', 'crossing', 'square', 'hall', 'river', 'gate']
const healthy = (serial: number): Script => playing({ scene: scenes[serial - 1] ?? 'crossing' })
const all = scenes.map((_, index) => index + 1)

let platform: RunningVideoPlatform
let whole: Whole
let page: Page
const streams = new FakeStreams(playing())

beforeAll(async () => {
  platform = await startVideoPlatform({ port: 0, key: 'demo-key', secret: 'demo-secret-for-tests', seed: 3, scenario: 'calm' })
  whole = await startWhole({
    configure: async (directory) => {
      await edit(join(directory, 'video/demo-isecure.yaml'), (text) => text.replace(/^url: .*$/m, `url: ${platform.url}`))
      await edit(join(directory, 'screens/perceive.yaml'), (text) =>
        text.replace(/layout: '1\+5'\n( +)dwellSeconds: 20/, "layout: '4x4'\n$1dwellSeconds: 600"),
      )
    },
  })
  page = await whole.wallPage('/overview', { width: 3840, height: 2160 })
  await page.addInitScript(countVideoLeftovers)
  await streams.install(page)
})

afterAll(async () => {
  await whole.stop()
  await platform.close()
})

async function edit(file: string, change: (text: string) => string): Promise<void> {
  const before = await readFile(file, 'utf8')
  const after = change(before)
  if (after === before) throw new Error(`${file} is no longer as this test changes it`)
  await writeFile(file, after)
}

const tileOf = (serial: number) => page.locator(`.tile[data-source="${camera(serial)}"]`)

/** Resolves when each of these cameras' tiles is in its state. */
async function untilTiles(states: Readonly<Record<number, string>>, timeout = 60_000): Promise<void> {
  const wanted = Object.entries(states).map(([serial, state]) => `.tile[data-source="${camera(Number(serial))}"][data-state="${state}"]`)
  await page
    .waitForFunction((selectors) => selectors.every((selector) => document.querySelector(selector) !== null), wanted, { timeout })
    .catch(async (error: unknown) => {
      const found = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('.tile')].map(
          ({ dataset }) => `${String(dataset['source']?.slice(-2))} ${String(dataset['state'])}`,
        ),
      )
      throw new Error(`expected ${JSON.stringify(states)}, found ${found.join(', ')}`, { cause: error })
    })
}

const states = (serials: readonly number[], state: string): Record<number, string> => Object.fromEntries(serials.map((serial) => [serial, state]))

describe('twelve cameras, each with a fault of its own', () => {
  test('say in words what is wrong with them, or play in spite of it', async () => {
    let numbersFrom = 10_000
    const scripts: readonly Script[] = [
      refusing(404, 'no-stream'),
      refusing(403, 'no-permission', 'reason'),
      withSegments(expired),
      withSegments(halved),
      refusing(503, 'platform-down'),
      master(['#EXT-X-INDEPENDENT-SEGMENTS']),
      master(['#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="hvc1.1.6.L93.B0"', 'hevc.m3u8']),
      inLongSegments('crossing'),
      // back by half a minute in every half minute
      playing({ scene: 'square', clock: (now) => now - 30_000 * (Math.floor(now / 30_000) % 2) }),
      playing({ scene: 'hall', numbersFrom: () => numbersFrom }),
      alternating(5_000, () => streams.now(), [playing({ scene: 'river' }), refusing(404, 'no-stream')]),
      healthy(12),
    ]
    for (const [index, script] of scripts.entries()) streams.set(camera(index + 1), script)
    await page.goto(new URL('/perceive', whole.url).href)
    await untilTiles({
      ...states([1, 3, 6], 'no-stream'),
      2: 'no-permission',
      5: 'platform-down',
      7: 'unsupported',
      ...states([8, 12], 'playing'),
    })
    await untilTiles(states([10], 'playing'))
    numbersFrom = 50_000
    await untilTiles(states([11, 9], 'playing'))
    expect(await tileOf(1).innerText()).toContain('无码流')
    expect(await tileOf(7).innerText()).toContain('不支持 H.265')
    // over the whole screen there is room for all that is known
    for (const [serial, said] of [
      [2, /无权限[^]*\d\d:\d\d 起 · 须先填调阅事由/],
      [5, /平台故障[^]*\d\d:\d\d 起 · 重试中/],
      [7, /编码不支持 H\.265[^]*本屏不能解码/],
    ] as const) {
      await tileOf(serial).click()
      await tileOf(serial).getByText(said).waitFor()
      expect(await page.locator('.tile').count()).toBe(1)
      await page.keyboard.press('Escape')
    }
  })

  test('all play by themselves when what was wrong is over', async () => {
    for (const serial of all) streams.set(camera(serial), healthy(serial))
    await untilTiles(states(all, 'playing'), 75_000)
    expect(whole.pageErrors).toEqual([])
  })

  test('that freeze, go black, stop or send what cannot be decoded say so over their last picture, and the drawn scenes beside them do not', async () => {
    streams.set(camera(1), repeating('still'))
    streams.set(camera(2), repeating('black'))
    streams.set(camera(3), repeating('hevc'))
    const stoppedAt = streams.now()
    streams.set(camera(4), playing({ scene: 'square', clock: () => stoppedAt }))
    const others = all.slice(4)
    await page.evaluate(watchFalseAlarms)
    await untilTiles({ 1: 'frozen', 2: 'black', 3: 'unsupported', 4: 'frozen', ...states(others, 'playing') }, 100_000)
    expect(await tileOf(3).innerText()).toContain('不支持 H.265')
    for (const serial of [1, 2, 4]) expect(await tileOf(serial).locator('canvas.last').isVisible()).toBe(true)
    const falsely = await page.evaluate(() => [...(Reflect.get(window, 'falsely') as Set<string>)])
    expect(falsely.filter((source) => others.map(camera).includes(source))).toEqual([])
  })

  test('heal from that as well', async () => {
    for (const serial of all) streams.set(camera(serial), healthy(serial))
    await untilTiles(states(all, 'playing'), 90_000)
  })

  test('ask for nothing while nobody can see them, and leave nothing behind over two hundred players', async () => {
    const show = (isHidden: boolean): Promise<void> =>
      page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    const untilSources = async (count: number): Promise<void> => {
      await page.waitForFunction((wanted) => (Reflect.get(window, 'leftovers') as { sources: number }).sources === wanted, count)
    }
    const before = await page.evaluate(readLeftovers)
    for (let round = 0; round < 17; round++) {
      await show(true)
      await untilSources(0)
      await show(false)
      await untilSources(all.length)
    }
    await untilTiles(states(all, 'playing'), 90_000)
    const after = await page.evaluate(readLeftovers)
    expect(after.built - before.built).toBeGreaterThanOrEqual(200)
    expect({ ...after, built: 0 }).toEqual({ ...before, built: 0 })

    await show(true)
    await untilSources(0)
    const asked = streams.asked.length
    // a playlist is asked for each two seconds
    await page.waitForTimeout(5_000)
    expect(streams.asked.length).toBe(asked)
    await show(false)
    await untilTiles(states(all, 'playing'), 90_000)
    expect(whole.pageErrors).toEqual([])
  })
})

test('five hundred cameras at once: no more are asked for than there are tiles, and the page goes on', async () => {
  const at = Date.now()
  const domains = ['social-governance', 'urban-management', 'culture-tourism']
  const facts = Array.from({ length: 500 }, (_, index) => ({
    kind: 'video-source',
    id: `many-${String(index).padStart(3, '0')}`,
    at,
    state: 'online',
    name: `路口 ${String(index)}`,
    domain: domains[index % 3],
  }))
  expect((await whole.post('native', facts)).status).toBe(202)
  await page.locator('.tile[data-source^="many-"]').first().waitFor()
  await page.waitForFunction(() => document.querySelectorAll('.tile[data-state="playing"]').length === 16, undefined, { timeout: 90_000 })
  const from = streams.asked.length
  await page.waitForTimeout(5_000)
  const sources = new Set(streams.asked.slice(from).map(({ source }) => source))
  expect(sources.size).toBe(16)
  expect(await page.locator('video').count()).toBe(16)
  expect((await page.evaluate(readLeftovers)).sources).toBe(16)
})

/** Counts, in the page, what players could forget: listeners on video elements, media sources and their addresses. */
function countVideoLeftovers(): void {
  const left = { built: 0, sources: 0, listeners: 0 }
  Object.assign(window, { leftovers: left })
  const createObjectURL = URL.createObjectURL.bind(URL)
  const revokeObjectURL = URL.revokeObjectURL.bind(URL)
  const open = new Set<string>()
  URL.createObjectURL = (of) => {
    const address = createObjectURL(of)
    if (!(of instanceof MediaSource)) return address
    open.add(address)
    left.built++
    left.sources = open.size
    return address
  }
  URL.revokeObjectURL = (address) => {
    open.delete(address)
    left.sources = open.size
    revokeObjectURL(address)
  }
  const held = new WeakMap<EventTarget, Set<string>>()
  const names = new WeakMap<object, number>()
  let next = 0
  const name = (type: string, listener: object): string => {
    if (!names.has(listener)) names.set(listener, next++)
    return `${type} ${String(names.get(listener))}`
  }
  const addEventListener = Reflect.get(EventTarget.prototype, 'addEventListener')
  const removeEventListener = Reflect.get(EventTarget.prototype, 'removeEventListener')
  EventTarget.prototype.addEventListener = function (type, listener, options) {
    if (listener !== null && this instanceof HTMLVideoElement) {
      const own = held.get(this) ?? new Set()
      held.set(this, own)
      if (!own.has(name(type, listener))) left.listeners++
      own.add(name(type, listener))
    }
    Reflect.apply(addEventListener, this, [type, listener, options])
  }
  EventTarget.prototype.removeEventListener = function (type, listener, options) {
    if (listener !== null && this instanceof HTMLVideoElement && held.get(this)?.delete(name(type, listener)) === true) left.listeners--
    Reflect.apply(removeEventListener, this, [type, listener, options])
  }
}

function readLeftovers(): { readonly built: number; readonly sources: number; readonly listeners: number } {
  return { ...(Reflect.get(window, 'leftovers') as { built: number; sources: number; listeners: number }) }
}

/** Notes, in the page, the cameras that are called frozen or black for two seconds while frames are decoded all along. */
function watchFalseAlarms(): void {
  const falsely = new Set<string>()
  Object.assign(window, { falsely })
  const lookEveryMs = 200
  const known = new Map<string, { frames: number; looks: number }>()
  setInterval(() => {
    for (const tile of document.querySelectorAll<HTMLElement>('.tile')) {
      const { source = '', state = '' } = tile.dataset
      const frames = tile.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames ?? 0
      const before = known.get(source) ?? { frames: 0, looks: 0 }
      const looks = frames > before.frames && ['frozen', 'black'].includes(state) ? before.looks + 1 : 0
      known.set(source, { frames, looks })
      if (looks * lookEveryMs >= 2_000) falsely.add(source)
    }
  }, lookEveryMs)
}
