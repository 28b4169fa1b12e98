import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const size = { width: 1920, height: 1080 }
const at = Date.now() - 600_000
const facts = [
  { kind: 'incident', id: '甲', at, stage: 'confirmed', priority: 'urgent', title: '甲 路面塌陷', type: '市政', place: [106.69, 35.54] },
  { kind: 'incident', id: '乙', at, stage: 'confirmed', priority: 'normal', title: '乙 树木倒伏', type: '市政', place: [106.9, 35.46] },
  {
    kind: 'video-source',
    id: 'C-1',
    at,
    state: 'online',
    name: '甘沟路口',
    domain: 'social-governance',
    place: [106.8, 35.5],
    heading: 90,
  },
]

describe('a desk and its walls', () => {
  let whole: Whole
  let wall: Page
  let desk: Page
  /** when the wall had shown the dispatch screen for a moment */
  let dispatchedAt = 0
  beforeAll(async () => {
    whole = await startWhole()
    expect((await whole.post('native', facts)).body).toMatchObject({ accepted: facts.length })
    wall = await whole.wallPage('/', size)
    desk = await deskPage(whole, wall, '张三')
  })
  afterAll(async () => {
    await whole.stop()
  })

  it('the wall shows a code, the desk types it, and the wall has a name', async () => {
    expect(await wall.locator('.card').count()).toBe(0)
    await wall.evaluate(() => localStorage.clear())
    await wall.reload()
    const code = (await wall.locator('.card .code').innerText()).replace(/\s/g, '')
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{6}$/)
    await desk.getByLabel('屏上的配对码').fill(code.toLowerCase())
    await desk.getByLabel('名称，如 大厅主屏').fill('大厅主屏')
    await desk.getByRole('button', { name: '登记', exact: true }).click()
    await desk.getByText('已登记：大厅主屏').waitFor()
    await wall.locator('.card').waitFor({ state: 'detached' })
    const row = desk.getByRole('option', { name: '大厅主屏' })
    await row.getByText('在线').waitFor()
    await row.getByText('1920×1080').waitFor()
  })

  it('a key at the desk turns the wall, and the step is acknowledged by the wall that painted it', async () => {
    await desk.keyboard.press('3')
    await wall.getByText('处置过程').first().waitFor()
    expect(new URL(wall.url()).pathname).toBe('/dispatch')
    const step = desk.locator('[data-step]').first()
    await step.getByText('画面 一屏调度').waitFor()
    await step.getByText(/已上屏 1\/1 块 · \d+ 毫秒内/).waitFor()
    dispatchedAt = Date.now()
    await desk.getByRole('option', { name: '大厅主屏' }).getByText('一屏调度').waitFor()
  })

  it('finds a thing by name: the wall turns to it, list and map, and a camera is pushed up', async () => {
    await desk.keyboard.press('1')
    await wall.locator('.event').nth(1).waitFor()
    await focusOn(desk, '乙 树')
    await wall.locator('.event[aria-current="true"]', { hasText: '乙' }).waitFor()
    await wall.getByRole('button', { name: '全区' }).waitFor()
    await focusOn(desk, '甘沟')
    await wall.locator('.map .flag', { hasText: '甘沟路口' }).waitFor()
    await desk.keyboard.press('f')
    await wall.locator('.over-all').waitFor()
    await desk.keyboard.press('u')
    await wall.locator('.over-all').waitFor({ state: 'detached' })
  })

  it('keys at the wall work until the next command', async () => {
    await wall.keyboard.press('2')
    await wall.waitForURL('**/overview')
    await desk.keyboard.press('m')
    await wall.waitForURL('**/perceive')
    await wall.getByRole('button', { name: '全区' }).waitFor({ state: 'detached' })
  })

  it('a desk puts the wall into the past, where it shows what it showed then, and brings it back; so does a key at the wall', async () => {
    await orderPast(desk, dispatchedAt)
    await wall.waitForURL('**/dispatch')
    await wall.getByText(/张三 调度/).waitFor()
    await wall.getByText('已暂停').waitFor()
    await desk
      .getByRole('option', { name: '大厅主屏' })
      .getByText(/回放 .* · 已暂停/)
      .waitFor()
    await desk.locator('[data-step]').first().getByText('已上屏 1/1 块').waitFor()
    await desk.keyboard.press('n')
    await wall.waitForURL('**/perceive')
    await wall.getByText('已暂停').waitFor({ state: 'detached' })
    await orderPast(desk, dispatchedAt)
    await wall.waitForURL('**/dispatch')
    await wall.keyboard.press('Escape')
    await wall.waitForURL('**/perceive')
    await desk.getByRole('option', { name: '大厅主屏' }).getByText(/回放/).waitFor({ state: 'detached' })
  })

  it('a scene switches layers and cameras, and guests are let in by the desk', async () => {
    await desk.keyboard.press('7')
    const vehicles = wall.getByRole('button', { name: '车辆' })
    await expect.poll(() => vehicles.getAttribute('aria-pressed')).toBe('false')
    await desk.keyboard.press('v')
    await wall.getByText('来宾模式').waitFor()
    await desk.keyboard.press('6')
    await expect.poll(() => vehicles.getAttribute('aria-pressed')).toBe('true')
    expect(await wall.getByText('来宾模式').count()).toBe(1)
  })

  it('an emergency takes over once it is confirmed, and goes before all else until it is ended', async () => {
    await desk.keyboard.press('e')
    await desk.keyboard.press('Enter')
    await wall.waitForURL('**/dispatch')
    await desk.keyboard.press('2')
    await desk.getByText('the emergency scene emergency goes first').waitFor()
    await desk.keyboard.press('e')
    await desk.keyboard.press('Enter')
    await wall.waitForURL('**/perceive')
  })

  it('a second desk is told who presents and since when, and takes no wall away', async () => {
    await desk.keyboard.press('l')
    await desk.getByText('主讲锁 在我').waitFor()
    const other = await deskPage(whole, wall, '李四')
    await other.getByText(/张三 主讲 .* 起 · .* 起可接管/).waitFor()
    await other.keyboard.press('3')
    await other.getByText('张三 drives this wall since').waitFor()
    expect(new URL(wall.url()).pathname).toBe('/perceive')
    await other.context().close()
    await desk.keyboard.press('l')
    await desk.getByText('无主讲').waitFor()
  })

  it('a wall that was off while it was driven shows it when it comes back, and is the same wall after the server was cut off', async () => {
    const address = wall.url()
    await wall.goto('about:blank')
    await desk.keyboard.press('2')
    await desk.locator('[data-step]').first().getByText('未上屏：大厅主屏').waitFor()
    await wall.goto(address)
    await wall.waitForURL('**/overview')
    await desk.locator('[data-step]').first().getByText('已上屏 1/1 块').waitFor()
    await whole.kill()
    await whole.restart()
    // what was painted is not remembered, the wall is: it says so by itself
    await desk.getByRole('option', { name: '大厅主屏' }).getByText('在线').waitFor({ timeout: 30_000 })
    await desk.keyboard.press('3')
    await wall.waitForURL('**/dispatch')
    expect(whole.pageErrors).toEqual([])
  })

  it('a wall that is revoked is signed out at once', async () => {
    await desk.getByRole('button', { name: '撤销登记 大厅主屏' }).click()
    await desk.keyboard.press('Enter')
    await wall.getByText('此屏未登录').waitFor()
    await desk.getByText('还没有登记的大屏').waitFor()
  })
})

async function deskPage(whole: Whole, beside: Page, name: string): Promise<Page> {
  const context = await beside.context().browser()!.newContext({ viewport: size, locale: 'zh-CN' })
  const page = await context.newPage()
  page.on('pageerror', (error) => whole.pageErrors.push(error.message))
  await page.goto(await whole.signInLink('desk', name))
  await page.goto(new URL('/desk/walls', whole.url).href)
  await page.getByRole('heading', { name: '大屏操作台' }).waitFor()
  return page
}

async function focusOn(desk: Page, typed: string): Promise<void> {
  await desk.keyboard.press('/')
  await desk.keyboard.type(typed)
  await desk
    .getByRole('option')
    .filter({ hasText: typed.slice(0, 2) })
    .first()
    .waitFor()
  await desk.keyboard.press('Enter')
}

/** As the page of walls does with an instant that is typed: to the second, which its field does not take. */
async function orderPast(desk: Page, from: number): Promise<void> {
  const status = await desk.evaluate(async (at) => {
    const { heard } = (await (await fetch('/api/walls/reports?district=620802')).json()) as { heard: readonly { wall: string }[] }
    const command = { district: '620802', key: `past-${String(performance.now())}`, walls: heard.map(({ wall }) => wall) }
    const body = JSON.stringify({ ...command, what: { do: 'past', from: at, speed: 0 } })
    return (await fetch('/api/walls/command', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status
  }, from)
  expect(status).toBe(200)
}
