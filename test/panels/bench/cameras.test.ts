// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { VideoSource } from '../../../contract/video-source.ts'
import type { Viewing } from '../../../contract/video.ts'
import CamerasPage from '../../../client/src/desk/CamerasPage.vue'
import { unit } from '../../support/registry.ts'
import { camera, looked } from './cameras.ts'
import { mountPage } from './mount-page.ts'
import type { MountedPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'
import type { AskedOfStub } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const minute = 60_000

let page: VueWrapper
let router: MountedPage['router']

/** jsdom shows nothing: no tile is in sight, so none asks for a stream. */
class NothingInSight {
  observe(): void {
    // never
  }
  disconnect(): void {
    // the same
  }
}

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  vi.stubGlobal('IntersectionObserver', NothingInSight)
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(null)
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const crossing = camera('c1', { name: '解放路十字', code: '62080200001310000001', unit: 'police', since: now - 20 * minute, canMove: true })
const square = camera('c2', { name: '人民广场', unit: 'police', isKey: true, probe: looked('standing', { since: now - 3 * minute }) })
const hall = camera('c3', {
  name: '政务大厅',
  domain: 'urban-management',
  sensitivity: 'sensitive',
  canMove: true,
  probe: looked('moving', { codec: 'avc1.64001f', kilobitsPerSecond: 812, firstSegmentMs: 640, clockOffsetMs: -2_100 }),
})
const off = camera('c4', { name: '西桥', unit: 'police', state: 'offline', since: now - 60 * minute })
const viewing = (id: string, given: Partial<Viewing> = {}): Viewing => ({
  id,
  source: 'c1',
  role: 'desk',
  name: '值班员甲',
  reason: undefined,
  address: '10.0.0.7',
  beganAt: now - 5 * minute,
  endedAt: now - 2 * minute,
  ...given,
})
const usual = { 'GET /api/session': { role: 'desk', name: '值班员甲' }, 'GET /api/video/viewings': [] }

async function open(sources: readonly VideoSource[] = [crossing, square, hall, off], given: { readonly path?: string; readonly locale?: 'en' } = {}) {
  const mounted = await mountPage(CamerasPage, {}, given.path ?? '/desk/cameras', {
    configuration: { units: [unit({ id: 'police', shortName: '公安分局' })] },
    pushed: { now, topics: { 'video-sources@620802': sources } },
    ...(given.locale && { locale: given.locale }),
  })
  page = mounted.page
  router = mounted.router
}
const rows = (): readonly string[] => page.findAll('[role=row]').map((row) => row.attributes('data-source') ?? '')
const rowOf = (id: string): string => page.get(`[data-source="${id}"][role=row]`).text()
const posts = (asked: readonly AskedOfStub[]): readonly string[] =>
  asked.filter(({ method }) => method === 'POST').map(({ path, body }) => `${path} ${JSON.stringify(body)}`)
async function press(words: string): Promise<void> {
  const found = page.findAll('button').find((one) => one.text().includes(words) || one.attributes('aria-label') === words)
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  await found.trigger('click')
  await flushPromises()
}
/** A key on the list, as whoever stands on it presses it. */
async function key(name: string): Promise<void> {
  await page.get('[role=grid]').trigger('keydown', { key: name })
  await flushPromises()
}

describe('the list', () => {
  it('has each camera in words, the dark ones first, and is narrowed by search and choice', async () => {
    answerWith(usual)
    await open()
    expect(rows()).toEqual(['c2', 'c4', 'c1', 'c3'])
    expect(rowOf('c1')).toContain('解放路十字 62080200001310000001')
    expect(rowOf('c1')).toContain('公安分局')
    expect(rowOf('c1')).toContain('在线 14:12 起')
    expect(rowOf('c1')).toContain('未巡检')
    expect(rowOf('c2')).toContain('码流停滞 14:29 起')
    expect(rowOf('c2')).toContain('重点')
    expect(rowOf('c4')).toContain('离线 13:32 起')
    for (const word of ['画面正常', 'H.264', '812', '640', '−2.1', '敏感']) expect(rowOf('c3')).toContain(word)
    await page.get('input[type=search]').setValue('0000131')
    expect(rows()).toEqual(['c1'])
    expect(page.text()).toContain('1 / 4 台')
    await page.get('input[type=search]').trigger('keydown', { key: 'Enter' })
    await key('Enter')
    expect(page.get('.card h2').text()).toBe('解放路十字')
    await page.get('input[type=search]').setValue('泾河')
    expect(page.text()).toContain('没有符合的摄像机')
    await page.get('input[type=search]').setValue('')
    await page.get('select[aria-label="密级"]').setValue('sensitive')
    expect(rows()).toEqual(['c3'])
  })

  it('above it, each domain and unit says how many of its cameras are dark; one picked lists those', async () => {
    answerWith(usual)
    await open()
    const cells = page.findAll('.rates').map((table) =>
      table.findAll('tbody tr').map((row) =>
        row
          .findAll('td')
          .map((cell) => cell.text())
          .join(' '),
      ),
    )
    expect(cells).toEqual([
      ['社会治理 33.3% 2 3', '城市管理 100% 0 1'],
      ['公安分局 33.3% 2 3', '未注明单位 100% 0 1'],
    ])
    await press('公安分局')
    expect(rows()).toEqual(['c2', 'c4'])
    await press('公安分局')
    expect(rows()).toHaveLength(4)
  })

  it('draws some dozens of rows of 20,000, and keys lead to the last and back', async () => {
    answerWith(usual)
    await open(Array.from({ length: 20_000 }, (_, index) => camera(`c${String(index).padStart(5, '0')}`)))
    expect(page.get('[role=grid]').attributes('aria-rowcount')).toBe('20000')
    expect(rows().length).toBeLessThan(100)
    await key('End')
    expect(rows().at(-1)).toBe('c19999')
    expect(rows().length).toBeLessThan(100)
    await key('Home')
    expect(rows()[0]).toBe('c00000')
  }, 30_000)

  it('says why it is empty', async () => {
    answerWith(usual)
    await open([])
    expect(page.text()).toContain('还没有平台报来摄像机')
  })

  it('is read in English as well', async () => {
    answerWith(usual)
    await open(undefined, { locale: 'en' })
    expect(rowOf('c2')).toContain('stream stands since 14:29')
    expect(page.text()).not.toMatch(/cameras\.[a-z]/)
  })
})

describe('one camera', () => {
  it('is opened and closed by keys alone; its address leads to it', async () => {
    answerWith(usual)
    await open()
    await key('ArrowDown')
    await key('ArrowDown')
    await key('ArrowDown')
    await key('Enter')
    expect(router.currentRoute.value.fullPath).toBe('/desk/cameras?camera=c1')
    expect(page.get('.card h2').text()).toBe('解放路十字')
    expect(page.find('.tile[data-source=c1]').exists()).toBe(true)
    expect(document.activeElement?.className).toContain('pad')
    await page.get('.card').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    expect(page.find('.card').exists()).toBe(false)
    expect(document.activeElement?.getAttribute('role')).toBe('grid')
  })

  it('that no catalogue has is said to be unknown', async () => {
    answerWith(usual)
    await open(undefined, { path: '/desk/cameras?camera=gone' })
    expect(page.text()).toContain('目录里没有摄像机 gone')
  })

  it('turns while an arrow is held, and stops when it is let go, once the move has been taken', async () => {
    const asked = answerWith({ ...usual, 'POST /api/video/c1/ptz': {} })
    await open(undefined, { path: '/desk/cameras?camera=c1' })
    const pad = page.get('.pad')
    await pad.trigger('keydown', { key: 'ArrowLeft' })
    for (let times = 0; times < 5; times++) await pad.trigger('keydown', { key: 'ArrowLeft', repeat: true })
    await flushPromises()
    expect(posts(asked)).toEqual(['/api/video/c1/ptz {"move":"left","speed":0.5}'])
    await pad.trigger('keyup', { key: 'ArrowLeft' })
    await flushPromises()
    expect(posts(asked)).toEqual(['/api/video/c1/ptz {"move":"left","speed":0.5}', '/api/video/c1/ptz {"move":"stop","speed":0.5}'])
  })

  it('turns while a button is held, and stops wherever the pointer is let go, when the window is left or the camera closed', async () => {
    const asked = answerWith({ ...usual, 'POST /api/video/c1/ptz': {} })
    await open(undefined, { path: '/desk/cameras?camera=c1' })
    for (const end of ['pointerup', 'pointercancel', 'blur'] as const) {
      await page.get('.pad button[aria-label="拉近"]').trigger('pointerdown')
      window.dispatchEvent(new Event(end))
    }
    await page.get('.pad button[aria-label="拉近"]').trigger('pointerdown')
    await page.get('.card').trigger('keydown', { key: 'Escape' })
    await flushPromises()
    const moves = asked.flatMap(({ body }) => (typeof body === 'object' && body !== null && 'move' in body ? [body.move] : []))
    expect(moves).toEqual(['in', 'stop', 'in', 'stop', 'in', 'stop', 'in', 'stop'])
  })

  it('a stop never overtakes its move', async () => {
    const answers: (() => void)[] = []
    const told: string[] = []
    answerWith(usual)
    const usually = globalThis.fetch
    vi.stubGlobal('fetch', (path: string, init: RequestInit = {}) => {
      if (!path.endsWith('/ptz')) return usually(path, init)
      // as: what camera-api sends
      told.push((JSON.parse(init.body as string) as { readonly move: string }).move)
      return new Promise((resolve) => answers.push(() => resolve(new Response(null, { status: 204 }))))
    })
    await open(undefined, { path: '/desk/cameras?camera=c1' })
    await page.get('.pad').trigger('keydown', { key: 'ArrowUp' })
    await page.get('.pad').trigger('keyup', { key: 'ArrowUp' })
    await flushPromises()
    expect(told).toEqual(['up'])
    answers[0]?.()
    await flushPromises()
    expect(told).toEqual(['up', 'stop'])
  })

  it('that cannot be turned has no hand to turn it; why one was not turned is said', async () => {
    const refusal = { status: 403, body: { state: 'no-permission', detail: 'this camera cannot be turned from here' } }
    answerWith({ ...usual, 'POST /api/video/c1/ptz': refusal })
    await open(undefined, { path: '/desk/cameras?camera=c2' })
    expect(page.find('.pad').exists()).toBe(false)
    await router.replace('/desk/cameras?camera=c1')
    await flushPromises()
    await page.get('.pad').trigger('keydown', { key: 'ArrowUp' })
    await flushPromises()
    expect(page.get('[role=alert]').text()).toContain('平台或服务器不允许')
    expect(page.get('[role=alert]').text()).toContain('cannot be turned from here')
  })

  it('shows a still picture when asked, and says why there is none', async () => {
    vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:still', revokeObjectURL: () => undefined }))
    answerWith({
      ...usual,
      'GET /api/video/c1/snapshot': { status: 404, body: { state: 'no-stream', detail: 'this platform gives no still pictures' } },
    })
    await open(undefined, { path: '/desk/cameras?camera=c1' })
    await press('取静帧')
    expect(page.get('[role=alert]').text()).toContain('摄像机在，取不到画面')
    answerWith({ ...usual, 'GET /api/video/c1/snapshot': 'JPEG' })
    await press('取静帧')
    expect(page.find('[role=alert]').exists()).toBe(false)
    expect(page.get('.still img').attributes('src')).toBe('blob:still')
    expect(page.text()).toContain('14:32:00 取')
  })

  it.each([
    ['offline', '摄像机不在线'],
    ['platform-down', '视频平台没有应答'],
    ['busy', '平台路数已满'],
    ['connecting', '稍后再试'],
  ])('a still refused as %s is told in words', async (state, said) => {
    answerWith({ ...usual, 'GET /api/video/c1/snapshot': { status: 503, body: { state, detail: 'x' } } })
    await open(undefined, { path: '/desk/cameras?camera=c1' })
    await press('取静帧')
    expect(page.get('[role=alert]').text()).toContain(said)
  })
})

describe('a sensitive camera', () => {
  const path = '/desk/cameras?camera=c3'
  const until = now + 15 * minute

  it('shows nothing before a reason; then its picture, its hand, and until when', async () => {
    const asked = answerWith({ ...usual, 'POST /api/video/c3/viewing': { until } })
    await open(undefined, { path })
    expect([page.find('.tile').exists(), page.find('.pad').exists(), page.text().includes('取静帧')]).toEqual([false, false, false])
    expect(document.activeElement?.tagName).toBe('INPUT')
    await page.get('.reason input').setValue('看看')
    await press('开画面')
    expect(posts(asked)).toEqual([])
    expect(page.get('.reason').text()).toContain('事由须 4 至 200 字')
    await page.get('.reason input').setValue(' 群众来电反映路面积水 ')
    await page.get('.reason').trigger('submit')
    await flushPromises()
    expect(posts(asked)).toEqual(['/api/video/c3/viewing {"reason":"群众来电反映路面积水"}'])
    expect(page.find('.tile[data-source=c3] .watermark').exists()).toBe(true)
    expect(page.text()).toContain('准许至 14:47')
    expect(page.find('.pad').exists()).toBe(true)
    await press('换一个事由')
    expect([page.find('.tile').exists(), page.find('.reason').exists()]).toEqual([false, true])
  })

  it.each([
    ['role', '只在值班台看'],
    ['name', '只给署名的人看'],
    ['reason', '须先填调阅事由'],
    ['no-guest', '来宾画面上不看'],
  ])('refused for want of %s says so', async (needs, said) => {
    answerWith({ ...usual, 'POST /api/video/c3/viewing': { status: 403, body: { state: 'no-permission', detail: 'x', needs } } })
    await open(undefined, { path })
    await page.get('.reason input').setValue('核查施工围挡')
    await press('开画面')
    expect(page.get('[role=alert]').text()).toContain(said)
    expect(page.find('.tile').exists()).toBe(false)
  })

  it('says before it is tried that a nameless session or a wall cannot, and keeps what was typed when the server is away', async () => {
    const asked = answerWith({ ...usual, 'GET /api/session': { role: 'desk' } })
    await open(undefined, { path })
    await page.get('.reason input').setValue('核查施工围挡')
    await press('开画面')
    expect(page.get('.reason').text()).toContain('此会话没有署名')
    expect(posts(asked)).toEqual([])
    page.unmount()
    answerWith(usual)
    await open(undefined, { path })
    await page.get('.reason input').setValue('核查施工围挡')
    await press('开画面')
    expect(page.get('[role=alert]').text()).toContain('没有连上服务器')
    expect(page.get<HTMLInputElement>('.reason input').element.value).toBe('核查施工围挡')
  })
})

describe('who watched', () => {
  const watched = [
    viewing('v2', { source: 'c3', reason: '核查施工围挡', endedAt: undefined }),
    viewing('v1', { name: undefined, role: 'wall', address: undefined }),
  ]
  const lines = (within: string): readonly string[] =>
    page.findAll(`${within} .viewings tbody tr`).map((row) =>
      row
        .findAll('td')
        .map((cell) => cell.text())
        .join(' '),
    )

  it('one camera: who, why, from where and how long, asked of the server for this camera alone', async () => {
    const asked = answerWith({ ...usual, 'GET /api/video/viewings': watched })
    await open(undefined, { path: '/desk/cameras?camera=c3' })
    expect(lines('.card')).toEqual(['14:27 正在看 值班员甲 值班台 核查施工围挡 10.0.0.7', '14:27 14:30 — 大屏 — —'])
    expect(asked.map(({ path }) => path)).toContain('/api/video/viewings?source=c3&limit=50')
  })

  it('all cameras over a stretch: of a day unless another is chosen, with the whole of the minute that is named last', async () => {
    const asked = answerWith({ ...usual, 'GET /api/video/viewings': watched })
    await open()
    const day = 24 * 60 * minute
    expect(asked.at(-1)?.path).toBe(`/api/video/viewings?from=${String(now - day)}&limit=1000`)
    expect(lines('main')).toEqual(['14:27 正在看 政务大厅 值班员甲 值班台 核查施工围挡 10.0.0.7', '14:27 14:30 解放路十字 — 大屏 — —'])
    const [from, to] = page.findAll<HTMLInputElement>('input[type=datetime-local]')
    await from!.setValue('2026-11-20T08:00')
    await to!.setValue('2026-11-20T09:30')
    await press('查看')
    const [begin, end] = ['2026-11-20T08:00:00+08:00', '2026-11-20T09:30:59.999+08:00'].map(Date.parse)
    expect(asked.at(-1)?.path).toBe(`/api/video/viewings?from=${String(begin)}&to=${String(end)}&limit=1000`)
    // a stretch that is being typed is not asked for: what is looked at goes on being looked at
    await from!.setValue('2026-11-21T08:00')
    await vi.advanceTimersByTimeAsync(30_000)
    expect(asked.at(-1)?.path).toContain(`from=${String(begin)}`)
    await from!.setValue('2026-11-20T08:00')
    const before = asked.length
    await to!.setValue('2026-11-19T09:30')
    await press('查看')
    expect(page.text()).toContain('起始时间晚于截止时间')
    expect(asked).toHaveLength(before)
  })

  it('says that the session may not see it', async () => {
    answerWith({ ...usual, 'GET /api/video/viewings': { status: 403, body: { detail: 'needs desk' } } })
    await open()
    expect(page.get('[role=alert]').text()).toContain('needs desk')
  })
})
