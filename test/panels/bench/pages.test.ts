// @vitest-environment jsdom
import { flushPromises } from '@vue/test-utils'
import type { DOMWrapper, VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Catalogue, FeedStatus, TryAnswer } from '../../../contract/bench.ts'
import FeedListPage from '../../../client/src/desk/FeedListPage.vue'
import FeedPage from '../../../client/src/desk/FeedPage.vue'
import QuarantinePage from '../../../client/src/desk/QuarantinePage.vue'
import ReferencePage from '../../../client/src/desk/ReferencePage.vue'
import { readSample } from '../../../client/src/desk/bench/drafts.ts'
import { mountPage } from './mount-page.ts'
import { answerWith } from './stub-server.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
let page: VueWrapper

beforeEach(() => {
  vi.useFakeTimers({ now })
  localStorage.clear()
  sessionStorage.clear()
})
afterEach(() => {
  page.unmount()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const status: FeedStatus = {
  id: 'drains',
  district: '620802',
  name: '井盖液位',
  nameEn: 'Manholes',
  source: 'mqtt://broker:1883/',
  codec: 'json',
  meaning: 'mapping',
  state: 'up',
  connection: 'open',
  lastError: undefined,
  retryAt: undefined,
  lastMessageAt: now,
  messages: 10,
  facts: 9,
  rejected: 1,
  unchanged: 0,
  queued: 0,
  version: 5,
}
const yaml = "id: drains\nname: 井盖液位\ndistrict: '620802'\ntransport:\n  qos: 1\nmapping: |\n  $\n"
const tried: TryAnswer = {
  problems: [],
  messages: [
    {
      index: 0,
      place: '[0]',
      decoded: { devId: 'KT-7' },
      facts: [
        { kind: 'sensor-reading', sensor: 'KT-7', name: '甘沟路 7 号井', quantity: 'manhole-level', at: now, value: 0.42, place: [106.67, 35.54] },
      ],
      unchanged: 0,
      refusals: [],
    },
    {
      index: 1,
      place: '[1]',
      decoded: { devId: 'KT-8' },
      facts: [],
      unchanged: 0,
      refusals: [{ stage: 'map', code: 'bad-instant', detail: '[1].tjrq: "2026-13-01" is not a time' }],
    },
  ],
  count: 2,
  factCount: 1,
  refusalCount: 1,
}
const usual = {
  'GET /api/session': { role: 'admin' },
  'GET /api/bench/feeds': { folder: 'data/demo-config/feeds', feeds: [status] },
  'GET /api/bench/feeds/drains': {
    id: 'drains',
    yaml,
    version: 5,
    versions: [5, 4].map((version) => ({ version, savedAt: now - version * 60_000, by: 'bench' })),
  },
  'GET /api/bench/feeds/drains/versions/4': { yaml: yaml.replace('qos: 1', 'qos: 0') },
  'GET /api/bench/feeds/drains/tail': {
    lines: [{ number: 7, at: now, origin: 'city/7', text: '{"devId":"KT-7"}', facts: 1, rejected: 0 }],
  },
  'POST /api/bench/try': tried,
}

function button(words: string): DOMWrapper<HTMLButtonElement> {
  const found = page.findAll<HTMLButtonElement>('button').find((one) => one.text().includes(words))
  if (found === undefined) throw new Error(`no button says ${words}: ${page.text()}`)
  return found
}
async function settle(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}
async function press(words: string): Promise<void> {
  await button(words).trigger('click')
  await settle()
}
const isBlocked = (words: string): boolean => button(words).attributes('aria-disabled') === 'true'

describe('the list of feeds', () => {
  it('has each with its connection and trouble, filters them, and opens one', async () => {
    const broken: FeedStatus = {
      ...status,
      id: 'heat',
      name: '供热站',
      nameEn: 'Heat',
      connection: 'stopped',
      lastError: { at: now, text: 'the secret HEAT is not there' },
    }
    answerWith({ ...usual, 'GET /api/bench/feeds': { feeds: [status, broken] } })
    const mounted = await mountPage(FeedListPage)
    page = mounted.page
    const rows = () => page.findAll('tbody tr').map((row) => row.text())
    expect(rows()).toHaveLength(2)
    expect(rows()[0]).toContain('供热站')
    expect(rows()[0]).toContain('已停，待处理')
    expect(rows()[0]).toContain('the secret HEAT is not there')
    expect(rows().join('')).not.toContain('已恢复')
    await page.get('input[type="search"]').setValue('manhole')
    expect(rows().map((text) => text.slice(0, 4))).toEqual(['井盖液位'])
    await page.get('tbody tr').trigger('click')
    await settle()
    expect(mounted.router.currentRoute.value.path).toBe('/desk/feeds/drains')
  })
  it('greys a trouble that is over, with its time', async () => {
    const mended: FeedStatus = { ...status, lastError: { at: now - 60_000, text: 'connect ECONNREFUSED' } }
    answerWith({ ...usual, 'GET /api/bench/feeds': { feeds: [mended] } })
    page = (await mountPage(FeedListPage)).page
    expect(page.get('.error .quiet').text()).toContain('已恢复 · 2026-11-24 14:31:00')
  })
  it('says that the server is away, and keeps what it had', async () => {
    answerWith(usual)
    page = (await mountPage(FeedListPage)).page
    answerWith({})
    await settle(3_000)
    expect(page.get('[role="alert"]').text()).toContain('没有连上服务器')
    expect(page.text()).toContain('井盖液位')
  })
  it('says how to begin where there is no feed', async () => {
    answerWith({ ...usual, 'GET /api/bench/feeds': { feeds: [] } })
    page = (await mountPage(FeedListPage)).page
    expect(page.text()).toContain('还没有供数')
  })
})

describe('a feed', () => {
  const open = async (answers: Readonly<Record<string, unknown>> = {}) => {
    const asked = answerWith({ ...usual, ...answers })
    const mounted = await mountPage(FeedPage, { id: 'drains' }, '/desk/feeds/drains')
    page = mounted.page
    await settle()
    return { asked, router: mounted.router }
  }
  const editor = () => page.get<HTMLTextAreaElement>('.editor textarea')
  const type = async (text: string): Promise<void> => {
    await editor().setValue(text)
    await settle(400)
  }

  it('reads from left to right: file, sample, what is decoded, facts in words', async () => {
    const { asked } = await open()
    expect(editor().element.value).toBe(yaml)
    await page.get('.sample textarea').setValue('[{"devId":"KT-7"},{}]')
    await settle(400)
    expect(asked.at(-1)).toMatchObject({
      path: '/api/bench/try',
      body: { yaml, sample: { body: '[{"devId":"KT-7"},{}]', encoding: 'text', origin: '' } },
    })
    expect(page.get('.decoded').text()).toContain('"KT-7"')
    expect(page.get('.facts').text()).toContain('监测读数')
    expect(page.get('.facts').text()).toContain('甘沟路 7 号井')
    expect(page.get('.facts').text()).toContain('2026-11-24 14:32:00')
    await press('[1]')
    expect(page.get('.decoded').text()).toContain('映射 · 时间有误[1].tjrq: "2026-13-01" is not a time')
    expect(page.get('.facts').text()).toContain('这一条没有产生事实')
  })

  it('says in which file of the server’s machine it is', async () => {
    await open()
    expect(page.get('.file').text()).toContain('data/demo-config/feeds/drains.yaml')
  })

  it('marks the lines that are wrong, keeps the last good result, and cannot go live so', async () => {
    await open()
    await page.get('.sample textarea').setValue('[{}]')
    await settle(400)
    answerWith({ ...usual, 'POST /api/bench/try': { ...tried, messages: [], problems: [{ path: 'transport.qos', problem: '7 is not 0 or 1' }] } })
    await type(yaml.replace('qos: 1', 'qos: 7'))
    expect(page.get('.gutter .wrong').text()).toBe('5')
    expect(page.get('.problems').text()).toContain('第 5 行')
    expect(page.get('.decoded').text()).toContain('以下是上一次没有错误时的结果')
    expect(page.get('.decoded').text()).toContain('"KT-7"')
    expect(isBlocked('保存并上线')).toBe(true)
    await press('第 5 行')
    expect(document.activeElement).toBe(editor().element)
  })

  it('goes live when it may, says so, and is no draft any more', async () => {
    const changed = yaml.replace('qos: 1', 'qos: 0')
    const { asked } = await open({ 'POST /api/bench/save': { id: 'drains', version: 6, problems: [] } })
    expect(isBlocked('保存并上线')).toBe(true)
    await type(changed)
    expect(localStorage.getItem('yiping.bench.draft.drains')).toContain('qos: 0')
    expect(page.get('.save').text()).toContain('保存为第 6 版')
    answerWith({
      ...usual,
      'POST /api/bench/save': { id: 'drains', version: 6, problems: [] },
      'GET /api/bench/feeds/drains': { id: 'drains', yaml: changed, version: 6, versions: [{ version: 6, savedAt: now, by: 'bench' }] },
    })
    await press('保存并上线')
    expect(page.get('.save').text()).toContain('已保存 drains 第 6 版，已上线')
    expect(localStorage.length).toBe(0)
    expect(asked.some(({ path }) => path === '/api/bench/feeds/drains')).toBe(true)
  })

  it('shows what another saved meanwhile beside what is written, and loses neither', async () => {
    await open()
    await type(yaml.replace('qos: 1', 'qos: 0'))
    answerWith({
      ...usual,
      'POST /api/bench/save': { status: 409, body: { detail: 'version 6 is newer' } },
      'GET /api/bench/feeds/drains': { id: 'drains', yaml: yaml.replace('qos: 1', 'qos: 2'), version: 6, versions: [] },
    })
    await press('保存并上线')
    expect(page.get('.conflict').text()).toContain('线上已是第 6 版')
    expect(page.get('.conflict .removed').text()).toContain('qos: 2')
    expect(page.get('.conflict .added').text()).toContain('qos: 0')
    expect(isBlocked('保存并上线')).toBe(true)
    await press('以我的为准')
    expect(isBlocked('保存并上线')).toBe(false)
    expect(editor().element.value).toContain('qos: 0')
  })

  it('is not saved under another id, which might be another feed’s', async () => {
    const { asked } = await open()
    await type(yaml.replace('id: drains', 'id: heat'))
    expect(isBlocked('保存并上线')).toBe(true)
    await press('保存并上线')
    await editor().trigger('keydown', { key: 's', ctrlKey: true })
    expect(page.get('.save').text()).toContain('编号上线后不能改')
    expect(asked.some(({ path }) => path === '/api/bench/save')).toBe(false)
  })

  it('keeps what was typed when saving fails, and says why in words', async () => {
    await open({ 'POST /api/bench/save': { status: 500, body: { detail: 'a fault of ours' } } })
    await type(`${yaml}# note\n`)
    await press('保存并上线')
    expect(page.get('.save [role="alert"]').text()).toMatch(/服务器出错。.*a fault of ours/)
    expect(editor().element.value).toContain('# note')
  })

  it('lets the desk look and try, and tells it what needs an administrator', async () => {
    const { asked } = await open({ 'GET /api/session': { role: 'desk' } })
    await type(`${yaml}# note\n`)
    for (const words of ['保存并上线', '取一条', '移除此路']) {
      expect(isBlocked(words)).toBe(true)
      await press(words)
    }
    expect(page.text()).toContain('此会话身份不是管理员')
    expect(asked.filter(({ method, path }) => method === 'POST' && path !== '/api/bench/try')).toEqual([])
  })

  it('fetches a sample as the feed would, or says why none came', async () => {
    await open({ 'POST /api/bench/sample': { problems: [], sample: { body: '7e02', encoding: 'hex', origin: '10.0.0.1' } } })
    await press('取一条')
    expect(page.get<HTMLTextAreaElement>('.sample textarea').element.value).toBe('7e02')
    expect(page.get<HTMLInputElement>('input[value="hex"]').element.checked).toBe(true)
    answerWith({ ...usual, 'POST /api/bench/sample': { problems: [], reason: 'nothing came within 10 s' } })
    await press('取一条')
    expect(page.get('.sample').text()).toContain('没有取到：nothing came within 10 s')
  })

  it('shows each version’s difference and rolls back after asking once more', async () => {
    const { asked } = await open({ 'POST /api/bench/feeds/drains/roll-back': { id: 'drains', version: 6, problems: [] } })
    expect(page.get('.versions .removed').text()).toContain('qos: 1')
    expect(page.get('.versions .added').text()).toContain('qos: 0')
    await press('回滚到第 4 版')
    expect(asked.some(({ path }) => path.endsWith('/roll-back'))).toBe(false)
    await press('确定')
    expect(asked.find(({ path }) => path.endsWith('/roll-back'))?.body).toEqual({ version: 4 })
    expect(page.get('.versions').text()).toContain('成为第 6 版')
  })

  it('takes a live message as the sample', async () => {
    await open()
    expect(page.get('.tail').text()).toContain('{"devId":"KT-7"}')
    await press('用作样本')
    expect(page.get<HTMLTextAreaElement>('.sample textarea').element.value).toBe('{"devId":"KT-7"}')
  })

  it('says that it is not there, where it is not', async () => {
    await open({ 'GET /api/bench/feeds/drains': { status: 404, body: { detail: 'no feed drains in config/feeds' } } })
    expect(page.text()).toMatch(/服务器不接受。.*no feed drains in config\/feeds/)
    expect(editor().element.disabled).toBe(true)
  })
})

const catalogue: Catalogue = {
  transports: [
    {
      name: 'mqtt',
      schemes: ['mqtt', 'mqtts'],
      zh: '订阅 MQTT',
      en: 'MQTT',
      options: [{ name: 'topic', type: 'string', usual: undefined, isRequired: true, zh: '主题', en: 'topic' }],
      sample: 'source: mqtt://broker:1883\ntransport:\n  topic: city/#',
    },
  ],
  codecs: [{ name: 'jt808', zh: '终端', en: 'terminals', options: [], sample: '7e0200', isBinary: true }],
  functions: [{ signature: '$instant(text)', zh: '时间', en: 'time', example: '$instant("2026-11-23")' }],
  dialects: ['hotline'],
  sectors: ['smart-city'],
  quantities: ['water-level'],
}

describe('a new feed', () => {
  it('begins with the samples of what was chosen, and is at its own address once it is live', async () => {
    answerWith({ ...usual, 'GET /api/bench/catalogue': catalogue, 'POST /api/bench/save': { id: 'new-feed', version: 1, problems: [] } })
    const mounted = await mountPage(FeedPage, { id: undefined }, '/desk/feeds/new')
    page = mounted.page
    expect(isBlocked('开始编写')).toBe(true)
    await page.get('input[value="mqtt"]').setValue(true)
    await page.get('input[value="jt808"]').setValue(true)
    await press('开始编写')
    const written = page.get<HTMLTextAreaElement>('.editor textarea').element.value
    expect(written).toContain('source: mqtt://broker:1883')
    expect(written).toContain('codec: jt808')
    expect(page.get<HTMLTextAreaElement>('.sample textarea').element.value).toBe('7e0200')
    await settle(400)
    await press('保存并上线')
    expect(mounted.router.currentRoute.value.path).toBe('/desk/feeds/new-feed')
    expect(localStorage.length).toBe(0)
  })

  it('may be one that is sent to us', async () => {
    answerWith({ ...usual, 'GET /api/bench/catalogue': catalogue })
    page = (await mountPage(FeedPage, { id: undefined }, '/desk/feeds/new')).page
    expect(page.get('.choices label').text()).toContain('POST /api/intake/<编号>')
    await page.get('input[value="intake"]').setValue(true)
    await press('开始编写')
    expect(page.get<HTMLTextAreaElement>('.editor textarea').element.value).toContain("source: 'intake:'")
  })

  it('says that its id is taken, and by which feed, until another is written', async () => {
    const conflict = { status: 409, body: { detail: 'id: it is taken' } }
    localStorage.setItem('yiping.bench.draft.+new', JSON.stringify({ yaml, basedOn: null, at: now }))
    answerWith({ ...usual, 'POST /api/bench/save': conflict })
    page = (await mountPage(FeedPage, { id: undefined }, '/desk/feeds/new')).page
    await settle(400)
    await press('保存并上线')
    expect(page.get('.save [role="alert"]').text()).toContain('编号 drains 已被占用')
    expect(page.get('.save [role="alert"] a').attributes('href')).toBe('/desk/feeds/drains')
    await page.get('.editor textarea').setValue(yaml.replace('drains', 'drains-2'))
    expect(page.find('.save [role="alert"]').exists()).toBe(false)
  })
})

it('lists everything that a feed’s file can say', async () => {
  answerWith({ ...usual, 'GET /api/bench/catalogue': catalogue })
  page = (await mountPage(ReferencePage)).page
  for (const words of ['mqtt: mqtts:', '订阅 MQTT', 'topic', '必填', 'city/#', 'jt808', '$instant(text)', 'hotline', 'smart-city', 'water-level'])
    expect(page.text()).toContain(words)
})

describe('the quarantine', () => {
  const cause = {
    feed: 'drains',
    cause: 'c1',
    stage: 'map',
    code: 'bad-instant',
    detail: 'tjrq: "2026-13-01" is not a time',
    count: 5,
    replayable: 3,
    firstAt: now - 60_000,
    lastAt: now,
    sample: { id: 1, raw: '{"tel":"138****5678"}', origin: 'city/7' },
  }
  const kept = {
    causes: [cause],
    evicted: [
      { feed: 'drains', count: 50, evicted: 30 },
      { feed: 'drains', count: 12, evicted: 10 },
    ],
  }

  it('tells causes, what cannot come back and why, and what had to go', async () => {
    answerWith({ ...usual, 'GET /api/quarantine': kept })
    page = (await mountPage(QuarantinePage, {}, '/desk/quarantine')).page
    for (const words of ['井盖液位', cause.detail, '2 条不能重放：超过 64 KiB', '另有 40 条因存满或过期已清出']) expect(page.text()).toContain(words)
    await press('看样本')
    expect(page.get('pre').text()).toBe('{"tel":"138****5678"}')
  })

  it('gives a kept message to its feed as the sample', async () => {
    answerWith({ ...usual, 'GET /api/quarantine': kept })
    const mounted = await mountPage(QuarantinePage, {}, '/desk/quarantine')
    page = mounted.page
    await press('看样本')
    await press('用作样本')
    expect(mounted.router.currentRoute.value.path).toBe('/desk/feeds/drains')
    expect(readSample('drains')).toEqual({ body: '{"tel":"138****5678"}', encoding: 'text', origin: 'city/7' })
  })

  it('tells nothing of messages that are gone where all are kept', async () => {
    answerWith({ ...usual, 'GET /api/quarantine': { ...kept, evicted: [{ feed: 'drains', count: 5, evicted: 0 }] } })
    page = (await mountPage(QuarantinePage, {}, '/desk/quarantine')).page
    expect(page.text()).not.toContain('另有')
  })

  it('replays a cause and tells what came of it', async () => {
    const replayed = { replayed: 3, facts: 2, duplicates: 1, refusedAgain: 1, notReplayable: 2 }
    const asked = answerWith({ ...usual, 'GET /api/quarantine': kept, 'POST /api/quarantine/replay': replayed })
    page = (await mountPage(QuarantinePage, {}, '/desk/quarantine')).page
    await page.get('.cause .actions').findAll('button')[1]?.trigger('click')
    await settle()
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({ feed: 'drains', cause: 'c1' })
    expect(page.get('.said').text()).toBe(
      '重放报文 3 条：入库新事实 2、重复事实 1、再次被拒报文 1 · 2 条不能重放：超过 64 KiB 只留了开头，或只是报文的一部分',
    )
  })

  it('discards only after asking once more', async () => {
    const asked = answerWith({ ...usual, 'GET /api/quarantine': kept, 'POST /api/quarantine/discard': { discarded: 5 } })
    page = (await mountPage(QuarantinePage, {}, '/desk/quarantine')).page
    await press('丢弃')
    expect(page.text()).toContain('丢弃这 5 条？不能找回。')
    expect(asked.some(({ method }) => method === 'POST')).toBe(false)
    await press('确定')
    expect(asked.find(({ method }) => method === 'POST')).toMatchObject({ path: '/api/quarantine/discard', body: { feed: 'drains', cause: 'c1' } })
    expect(page.get('.said').text()).toBe('已丢弃 5 条')
  })

  it('lets the desk look only', async () => {
    const asked = answerWith({ ...usual, 'GET /api/session': { role: 'desk' }, 'GET /api/quarantine': kept })
    page = (await mountPage(QuarantinePage, {}, '/desk/quarantine')).page
    for (const words of ['全部重放', '丢弃']) {
      expect(isBlocked(words)).toBe(true)
      await press(words)
    }
    expect(asked.some(({ method }) => method === 'POST')).toBe(false)
  })
})
