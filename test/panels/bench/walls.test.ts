// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { emptyView } from '../../../contract/wall.ts'
import type { CommandRequest, WallHeard, WallReports, WallState, WallStep } from '../../../contract/wall.ts'
import WallsPage from '../../../client/src/desk/WallsPage.vue'
import { acknowledged, allOrNone, orderWords, toggled, wallRows } from '../../../client/src/desk/walls/model.ts'
import { useDrive } from '../../../client/src/desk/walls/use-drive.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const wall = (id: string, given: Partial<WallState> = {}): WallState => ({
  id,
  name: `大屏${id}`,
  profile: undefined,
  group: undefined,
  enrolledAt: now,
  enrolledBy: '张三',
  view: emptyView,
  emergency: undefined,
  lock: undefined,
  command: 0,
  commandAt: undefined,
  commandBy: undefined,
  undoable: 0,
  ...given,
})
const heard = (id: string, given: Partial<WallHeard> = {}): WallHeard => ({
  wall: id,
  heardAt: now - 2_000,
  since: now - 60_000,
  painted: 0,
  screen: 'overview',
  district: '620802',
  isLocal: false,
  framesPerSecond: 59,
  heapMegabytes: 120,
  link: 'live',
  width: 3_840,
  height: 2_160,
  build: 'b',
  faults: [],
  ...given,
})
const step = (given: Partial<WallStep> = {}): WallStep => ({
  number: 1,
  key: 'k',
  at: now - 5_000,
  by: '张三',
  walls: ['1', '2'],
  group: undefined,
  what: { do: 'show', screen: 'dispatch', district: '620802' },
  paintedMs: {},
  ...given,
})
const reports = (given: Partial<WallReports> = {}): WallReports => ({
  version: 1,
  now,
  listeningSince: now - 3_600_000,
  desk: 'd1',
  heard: [heard('1'), heard('2', { heardAt: now - 90_000 })],
  steps: [],
  ...given,
})

describe('what the desk sees of walls', () => {
  const rows = wallRows([wall('2'), wall('3'), wall('1')], reports(), now)

  it('is each by name, on or off by its own last word', () => {
    expect(rows.map((row) => [row.wall.id, row.isOn, row.heard?.heardAt])).toEqual([
      ['1', true, now - 2_000],
      ['2', false, now - 90_000],
      ['3', false, undefined],
    ])
  })

  it('is of each step how many walls have painted it, within what time, and which have not', () => {
    expect(acknowledged(step({ paintedMs: { '1': 80 } }), rows)).toEqual({ painted: 1, of: 2, withinMs: 80, waiting: ['大屏2'] })
    expect(acknowledged(step(), rows)).toEqual({ painted: 0, of: 2, withinMs: undefined, waiting: ['大屏1', '大屏2'] })
    // a wall that is revoked since is not waited for
    expect(acknowledged(step({ walls: ['1', 'gone'], paintedMs: { '1': 30 } }), rows)).toEqual({ painted: 1, of: 1, withinMs: 30, waiting: [] })
  })

  it('is every order in words', () => {
    const t = (key: string, named: Record<string, unknown>) => [key.replace('walls.orders.', ''), ...Object.values(named)].join(' ')
    const called = { scene: (id: string) => `<${id}>`, screen: (screen: string, of: string) => `${screen}@${of}`, moment: String }
    const say = (what: WallStep['what']) => orderWords(what, called, t)
    expect(
      (
        [
          { do: 'scene', scene: 'duty' },
          { do: 'emergency', scene: 'war' },
          { do: 'show', screen: 'perceive', district: 'la' },
          { do: 'select', thing: { kind: 'town', id: 'T' } },
          { do: 'select', thing: null },
          { do: 'look', at: null },
          { do: 'camera', camera: 'C', isFull: false },
          { do: 'full-screen', camera: null },
          { do: 'guest', isGuest: true },
          { do: 'past', from: 7, speed: 60 },
          { do: 'past', from: 7, speed: 0 },
          { do: 'present' },
          { do: 'undo' },
        ] as const
      ).map(say),
    ).toEqual([
      ...['scene <duty>', 'emergency <war>', 'show perceive@la', 'select T', 'deselect', 'whole', 'camera C', 'leaveFull', 'guestOn'],
      ...['past 7 60', 'pastRest 7', 'present', 'undo'],
    ])
  })

  it('is chosen one by one, or all', () => {
    expect([...toggled(new Set(['1']), '2')]).toEqual(['1', '2'])
    expect([...toggled(new Set(['1', '2']), '1')]).toEqual(['2'])
    expect([...allOrNone(new Set(['1']), ['1', '2'])]).toEqual(['1', '2'])
    expect([...allOrNone(new Set(['1', '2']), ['1', '2'])]).toEqual([])
  })
})

describe('a command whose answer is lost', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  it('is asked for again under the same name, and once more by hand, so that it is carried out once', async () => {
    const asked = answerWith({})
    const pauses: number[] = []
    const drive = useDrive((ms) => Promise.resolve(pauses.push(ms)))
    await drive.send({ do: 'undo' }, { district: '620802', walls: ['1'] })
    expect([asked.length, pauses.length, drive.sending.value?.failure?.kind]).toEqual([4, 3, 'away'])
    await drive.again()
    const keys = new Set(asked.map(({ body }) => (body as CommandRequest).key))
    expect([asked.length, keys.size]).toEqual([8, 1])
  })

  it('is not repeated where the server has refused it', async () => {
    const asked = answerWith({ 'POST /api/walls/command': { status: 409, body: { detail: '甲: nothing is left to undo' } } })
    const drive = useDrive(() => Promise.resolve())
    await drive.send({ do: 'undo' }, { district: '620802', walls: ['1'] })
    expect([asked.length, drive.sending.value?.failure]).toEqual([1, { kind: 'conflict', detail: '甲: nothing is left to undo' }])
  })
})

describe('the page of walls', () => {
  let page: VueWrapper
  beforeEach(() => {
    vi.useFakeTimers({ now })
  })
  afterEach(() => {
    page.unmount()
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })
  const scenes = [{ id: 'duty', name: '值守', nameEn: 'On watch', steps: [{ screen: 'perceive' as const, dwellSeconds: 60 }] }]
  const open = async (walls: readonly WallState[], told = reports(), session: object = { role: 'desk', name: '张三' }) => {
    const answers: Record<string, unknown> = {
      'GET /api/session': session,
      'GET /api/walls/reports': told,
      'POST /api/walls/command': { number: 1, at: now, by: '张三', walls: ['1'], isRepeated: false },
    }
    for (const { id } of walls) answers[`GET /api/walls/${id}/picture`] = { panels: [] }
    const asked = answerWith(answers)
    const app = { defaultDistrict: '620802', schedule: [], holdMinutes: 30, presenterMinutes: 10 }
    const given = { configuration: { app, scenes, screens: [], build: 'b' }, pushed: { now, topics: { 'walls@620802': walls } } }
    page = (await mountPage(WallsPage, {}, '/desk/walls', given)).page
    await flushPromises()
    return { commands: () => asked.filter(({ path }) => path === '/api/walls/command').map(({ body }) => body as CommandRequest) }
  }
  const press = async (key: string): Promise<void> => {
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
    await flushPromises()
  }

  it('drives by keys alone: walls are chosen, and each key is one command to all of them', async () => {
    const { commands } = await open([wall('1'), wall('2', { view: { ...emptyView, isGuest: true } })])
    await press('3')
    expect(commands()).toEqual([])
    await press('ArrowDown')
    await press(' ')
    for (const key of ['3', '5', 'm', 'v', 'u', 'l', 'r']) await press(key)
    expect(commands().map(({ walls, what }) => [walls, what])).toEqual(
      [
        { do: 'show', screen: 'dispatch', district: '620802' },
        { do: 'scene', scene: 'duty' },
        { do: 'look', at: null },
        { do: 'guest', isGuest: false },
        { do: 'undo' },
        { do: 'lock' },
        { do: 'release' },
      ].map((what) => [['2'], what]),
    )
    await press('a')
    await press('1')
    expect(commands().at(-1)?.walls).toEqual(['1', '2'])
    expect(new Set(commands().map(({ key }) => key)).size).toBe(commands().length)
  })

  it('plays the past by keys from where the first wall stands, and says where each wall is', async () => {
    const past = { from: now - 86_400_000, until: undefined, speed: 60 as const, since: now - 60_000 }
    const { commands } = await open(
      [wall('1', { view: { ...emptyView, past }, command: 3 }), wall('2')],
      reports({ heard: [heard('1', { painted: 3, past: now - 82_800_000 }), heard('2')] }),
    )
    expect(page.text()).toContain('回放 11月23日 15:32 · 60×')
    await press('a')
    for (const key of ['p', '+', 'ArrowLeft', 'n']) await press(key)
    // the page has learnt the server's time a tenth of a second after it was opened
    const here = now - 86_400_000 + 60 * 60_100
    expect(commands().map(({ what }) => what)).toEqual([
      { do: 'past', from: here, speed: 0 },
      { do: 'past', from: here, speed: 10 },
      { do: 'past', from: here - 300_000, speed: 60 },
      { do: 'present' },
    ])
  })

  it('takes keys also while a button has the focus, but not from a list', async () => {
    const { commands } = await open([wall('1'), wall('2')])
    const pressOn = async (selector: string, key: string): Promise<void> => {
      page.find(selector).element.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
      await flushPromises()
    }
    await pressOn('select', 'a')
    await pressOn('button', ' ')
    await press('3')
    expect(commands()).toEqual([])
    await pressOn('button', 'a')
    await pressOn('select', '1')
    await pressOn('button', '3')
    expect(commands().map(({ walls, what }) => [walls, what.do])).toEqual([[['1', '2'], 'show']])
  })

  it('asks once more before an emergency', async () => {
    const { commands } = await open([wall('1')])
    await press('e')
    expect(commands()).toEqual([])
    expect(page.text()).toContain('以 张三 的名义')
    await page
      .findAll('button')
      .find((button) => button.text() === '确定' || button.text() === '是')
      ?.trigger('click')
    await flushPromises()
    expect(commands().map(({ what }) => what)).toEqual([{ do: 'emergency', scene: 'duty' }])
  })

  it('says who presents and since when, what each wall does, and which has not painted a step', async () => {
    const lock = { by: '李四', desk: 'd2', since: now - 60_000, usedAt: now - 30_000 }
    await open([wall('1', { lock }), wall('2')], reports({ steps: [step({ paintedMs: { '1': 84 } })] }))
    await press('a')
    const text = page.text()
    for (const words of [
      '李四 主讲 14:31 起 · 14:41 起可接管',
      '接管',
      '离线 14:30',
      '59 帧',
      '3840×2160',
      '画面 一屏调度',
      '已上屏 1/2 块 · 84 毫秒内',
      '未上屏：大屏2',
    ])
      expect(text).toContain(words)
  })

  it('lets nobody drive without a name', async () => {
    const { commands } = await open([wall('1')], reports(), { role: 'desk' })
    await press('3')
    expect([commands(), page.text().includes('此会话没有署名，不能操作大屏')]).toEqual([[], true])
  })
})
