import { strFromU8, unzipSync } from 'fflate'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { minuteMs } from '../../contract/time.ts'
import { startWhole, withoutDemonstration } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/**
 * One afternoon, told as the people of the house live it: each step is taken on the page where it is taken, and the server's time is moved on
 * between them. What the walls showed meanwhile is kept, and compared in the end with what they show of it in the past.
 */

const size = { width: 1920, height: 1080 }
/** Monday 2026-11-23, in Shanghai. Instants at which a wall is read lie half a minute from where its words change */
const clock = (time: string): number => Date.parse(`2026-11-23T${time}+08:00`)
const incidentTitle = '泾河 平凉站 河道水位超保证'
const task = '转移沿河住户，封闭滨河路下穿通道'
const decision = '沿河排涝泵站本周内全部试机，试机记录报区应急局'

/** at 泾河 平凉站, whose place and limits config/sensors knows */
const water = (at: number, value: number) => ({ kind: 'sensor-reading', sensor: '0062080201', quantity: 'water-level', at, value })
const camera = (id: string, name: string, given: object) => ({
  ...{ kind: 'video-source', id, name, at: clock('13:40:00'), state: 'online', domain: 'urban-management', sensitivity: 'open' },
  ...given,
})
const before = [
  camera('C-1', '滨河路下穿东口', { place: [106.673, 35.549], heading: 270 }),
  camera('C-2', '泾河二桥', { place: [106.67, 35.551], heading: 140 }),
  camera('C-9', '崆峒山前广场', { place: [106.53, 35.55], heading: 90 }),
  { kind: 'input', input: 'items_online', at: clock('08:00:00'), value: 1140 },
  { kind: 'input', input: 'items_to_put_online', at: clock('08:00:00'), value: 1200 },
  water(clock('13:40:00'), 1331.2),
]

describe('one afternoon of the house', () => {
  let whole: Whole
  let wall: Page
  let desk: Page
  const shown = new Map<string, Readonly<Record<string, string>>>()

  beforeAll(async () => {
    whole = await startWhole({ now: clock('13:45:00'), configure: withoutDemonstration })
    expect((await whole.post('native', before)).body).toMatchObject({ accepted: before.length })
    wall = await whole.wallPage('/dispatch', size)
    desk = await whole.pageBy(await whole.signInLink('desk', '张三'), '/desk', size)
  })
  afterAll(async () => {
    await whole.stop()
  })

  /** What hangs in the house at an instant of the afternoon. */
  async function keep(time: string): Promise<void> {
    await whole.moveTo(clock(time))
    await untilClock(wall, time)
    shown.set(time, await picturesOf(wall))
  }

  it('while nothing happens the walls say so', async () => {
    await keep('14:00:30')
    expect(shown.get('14:00:30')?.['dispatch supervision']).toContain('无在办督办单')
    expect(shown.get('14:00:30')?.['perceive sensors']).toContain('1331.20')
  })

  it('a sensor rises over its limit: the alarm becomes an incident in two actions, and the wall turns to it with the cameras near it', async () => {
    await whole.moveTo(clock('14:05:00'))
    expect((await whole.post('native', [water(clock('14:05:00'), 1335.4)])).body).toMatchObject({ accepted: 1 })
    await wall.getByText('河道水位超保证').first().waitFor()
    await desk.goto(new URL('/desk/alarms', whole.url).href)
    await desk.getByRole('heading', { name: '河道水位超保证' }).waitFor()
    // one
    await desk.keyboard.press('i')
    await desk.getByRole('form', { name: '立事件' }).waitFor()
    // two
    await desk.keyboard.press('Control+Enter')
    await desk.getByRole('heading', { name: incidentTitle }).waitFor()
    await desk.getByRole('button', { name: '定级分类' }).click()
    await desk.locator('select[name=level]').selectOption({ label: '重大' })
    await desk.locator('.classify').getByRole('button', { name: '保存' }).click()
    await desk.getByText('重大 ·').first().waitFor()
    await keep('14:10:30')
    const picture = shown.get('14:10:30') ?? {}
    expect(picture['dispatch incident-focus']).toContain(incidentTitle)
    expect(picture['perceive events']).toContain(incidentTitle)
    // the first place is that of the camera that looks at it, and the camera at the other end of the district waits its turn
    const tiles = await wall.locator('[data-panel=video] [role=button]').evaluateAll((all) => all.map((tile) => tile.getAttribute('aria-label')))
    expect(tiles).toContain('滨河路下穿东口')
    expect(await wall.locator('[data-panel=video]').innerText()).toContain('事件附近优先')
  })

  it('the incident becomes an order: its link, and Ctrl+Enter once somebody is named', async () => {
    await desk.goto(new URL('/desk/incidents', whole.url).href)
    await desk.getByRole('link', { name: '交办' }).click()
    const form = desk.getByRole('form', { name: '交办' })
    await form.waitFor()
    await expect.poll(() => form.locator('[name=title]').inputValue(), patiently).toBe(incidentTitle)
    await form.locator('[name=text]').fill(task)
    await form.locator('[name=lead]').selectOption('housing')
    await form.getByLabel('时限的说法').selectOption('at')
    await form.getByLabel('到某时').fill('2026-11-23T16:00')
    await desk.keyboard.press('Control+Enter')
    await desk.getByText('已交办 督〔2026〕1号').waitFor()
    await keep('14:20:30')
    expect(shown.get('14:20:30')?.['dispatch supervision']).toMatch(/在办 1[^]*待签收/)
  })

  it('the unit keeps silent: the card turns yellow, then red, by the clock alone', async () => {
    await keep('15:40:30')
    expect(shown.get('15:40:30')?.['dispatch supervision']).toContain('黄牌 1')
    await keep('16:05:30')
    expect(shown.get('16:05:30')?.['dispatch supervision']).toMatch(/红牌 1[^]*超期/)
  })

  it('the unit answers late, on its own page, and the card stays', async () => {
    await whole.moveTo(clock('16:06:00'))
    const { body } = await whole.press('/api/sign-in-links', { role: 'unit', name: '李四', unit: 'housing' })
    const unit = await whole.pageBy((body as { readonly url: string }).url, '/unit', size)
    await unit.getByText(incidentTitle).click()
    await unit.getByText('红牌').first().waitFor()
    await unit.getByRole('button', { name: '签收' }).click()
    await unit.getByRole('button', { name: '提交' }).click()
    await unit.getByText('已记录：签收').waitFor()
    await unit.getByRole('button', { name: '反馈' }).click()
    await unit.getByRole('textbox').fill('已转移12户，下穿通道已封闭')
    await unit.getByRole('button', { name: '提交' }).click()
    await unit.getByText('已记录：反馈').waitFor()
    await unit.context().close()
    await keep('16:10:30')
    expect(shown.get('16:10:30')?.['dispatch supervision']).toMatch(/红牌 1[^]*区住建局|红牌 1[^]*住建局/)
  })

  it('the meeting opens on it, decides, and the decision is an order at once', async () => {
    await whole.moveTo(clock('16:12:00'))
    await desk.goto(new URL('/desk/meeting', whole.url).href)
    const agenda = desk.locator('ol.items li')
    await expect
      .poll(() => agenda.allInnerTexts(), patiently)
      .toEqual([
        expect.stringMatching(/未达指标\s*网上可办率/),
        expect.stringContaining(`超期督办\n${incidentTitle}`),
        expect.stringContaining(`事件\n${incidentTitle}`),
        expect.stringContaining('复述决定'),
      ])
    await desk.getByRole('button', { name: '开会' }).click()
    await desk.getByRole('button', { name: '确定' }).click()
    await desk.locator('.agenda button', { hasText: '事件' }).click()
    // what the desk did about it, since no upstream knows of it
    await wall.locator('.step', { hasText: '立事件' }).waitFor()
    await wall.locator('.step', { hasText: '定级分类' }).waitFor()
    await desk.locator('.agenda button', { hasText: '超期督办' }).click()
    await wall.getByText(task).waitFor()
    await wall.locator('.chip', { hasText: /超期 1\d分/ }).waitFor()
    await desk.getByLabel('决定的内容').fill(decision)
    await desk.locator('select[name=lead]').selectOption('emergency')
    await desk.getByText('3 天', { exact: true }).click()
    await desk.getByLabel('决定的内容').press('Control+Enter')
    await desk.getByText('已记录 督〔2026〕2号').waitFor()
    await wall.getByText('督〔2026〕2号').first().waitFor()
    await wall.getByText(decision).first().waitFor()
    await desk.getByRole('button', { name: '散会' }).click()
    await desk.getByRole('button', { name: '确定' }).click()
    await desk.getByRole('link', { name: '下载纪要 .docx' }).waitFor()
    await keep('16:30:30')
    expect(shown.get('16:30:30')?.['dispatch supervision']).toContain('在办 2')
  })

  it('minutes and report are handed out, with the figures of the afternoon', async () => {
    const minutes = await downloaded(desk, '下载纪要 .docx')
    for (const words of ['11月调度会纪要', '2026年11月23日', incidentTitle, decision, '督〔2026〕2号', '区应急管理局', '2026年11月26日'])
      expect(minutes).toContain(words)
    await desk.goto(new URL('/desk/reports', whole.url).href)
    await desk.getByRole('button', { name: '起草' }).click()
    const report = await downloaded(desk, '下载专报 .docx')
    expect(report).toContain('登记督办事项2项：办结0项，待审核0项，推进中1项，超期1项')
    expect(report).toContain(`超期事项：${incidentTitle}（住建局）`)
    // number, indicator, unit, target, value
    expect(report).toContain('10网上可办率%10095.0')
    expect(report).toContain(`${decision}应急局2026年11月23日2026年11月26日推进中`)
  })

  it('the next meeting opens with what was decided, and what became of it', async () => {
    await whole.moveTo(clock('17:00:00'))
    await desk.goto(new URL('/desk/meeting', whole.url).href)
    await desk.locator('ol.items li').first().getByText('上次决定').first().waitFor()
    await desk.getByRole('button', { name: '开会' }).click()
    await desk.getByRole('button', { name: '确定' }).click()
    const row = wall.locator('tr', { hasText: decision })
    await row.waitFor()
    expect(await row.innerText()).toMatch(/督〔2026〕2号[^]*推进/)
    await desk.getByRole('button', { name: '散会' }).click()
    await desk.getByRole('button', { name: '确定' }).click()
    await keep('17:10:30')
  })

  it('shown again, the afternoon has in each frame what was shown then', async () => {
    await whole.moveTo(clock('17:15:30'))
    await untilClock(wall, '17:15:30')
    await wall.keyboard.press('r')
    await wall.locator('.said time', { hasText: '17:10' }).waitFor()
    let at = clock('17:10:30')
    for (const [time, then] of [...shown].reverse()) {
      for (; at - clock(time) >= 60 * minuteMs; at -= 60 * minuteMs) await wall.keyboard.press('PageUp')
      for (; at > clock(time); at -= 5 * minuteMs) await wall.keyboard.press('ArrowLeft')
      await wall.locator('.said time', { hasText: time.slice(0, 5) }).waitFor()
      await wall.locator('.said', { hasText: '暂停' }).waitFor()
      expect(await picturesOf(wall, then), `at ${time}`).toEqual(then)
    }
    expect(whole.pageErrors).toEqual([])
    expect(whole.outside).toEqual([])
  })
})

/** The hours that passed in a second have arrived. */
async function untilClock(wall: Page, time: string): Promise<void> {
  await wall.locator('header .time', { hasText: time.slice(0, 5) }).waitFor()
}

const screens = { '1': 'perceive', '3': 'dispatch' } as const

/**
 * The words of every panel of two screens but the live pictures, each named by screen and panel. Read until they no longer change.
 * @param awaited what is to come; it is waited for, and whatever is there in the end is what counts
 */
async function picturesOf(wall: Page, awaited?: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const all: Record<string, string> = {}
  for (const [key, screen] of Object.entries(screens)) {
    await wall.keyboard.press(key)
    await wall.waitForURL(`**/${screen}`)
    const wanted = awaited && Object.fromEntries(Object.entries(awaited).filter(([name]) => name.startsWith(screen)))
    Object.assign(all, await settled(wall, screen, wanted))
  }
  return all
}

/** a machine with other things to do takes its time */
const patiently = { timeout: 30_000 }
const mostTries = 200
/** how often in a row the words must be the same */
const calmFor = 3

async function settled(wall: Page, screen: string, wanted: Readonly<Record<string, string>> | undefined): Promise<Readonly<Record<string, string>>> {
  let last = ''
  let calm = 0
  for (let tries = 0; tries < mostTries; tries += 1) {
    const now = await panelsOf(wall, screen)
    const words = JSON.stringify(now)
    calm = words === last ? calm + 1 : 0
    last = words
    if (wanted === undefined ? calm >= calmFor : words === JSON.stringify(wanted)) return now
    await wall.evaluate(() => new Promise((done) => setTimeout(done, 100)))
  }
  return await panelsOf(wall, screen)
}

async function panelsOf(wall: Page, screen: string): Promise<Readonly<Record<string, string>>> {
  const panels = await wall
    .locator('.scene [data-panel]')
    .evaluateAll((all) =>
      all
        .filter((panel) => panel.getAttribute('data-panel') !== 'video' && panel.closest('.scene-leave-active') === null)
        .map((panel) => [panel.getAttribute('data-panel') ?? '', (panel as HTMLElement).innerText] as const),
    )
  return Object.fromEntries(panels.map(([panel, words]) => [`${screen} ${panel}`, words]))
}

/** The words of a .docx behind a link of the page. */
async function downloaded(page: Page, name: string): Promise<string> {
  const href = await page.getByRole('link', { name }).first().getAttribute('href')
  const answer = await page.context().request.get(new URL(href ?? '', page.url()).href)
  expect(answer.status()).toBe(200)
  const { 'word/document.xml': document } = unzipSync(await answer.body())
  return strFromU8(document ?? new Uint8Array()).replace(/<[^>]+>/g, '')
}
