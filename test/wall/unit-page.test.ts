import { afterAll, beforeAll, expect, it } from 'vitest'
import { issueOrders } from '../support/issued-orders.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

let whole: Whole
beforeAll(async () => {
  whole = await startWhole()
})
afterAll(async () => {
  await whole.stop()
})

const phone = { width: 360, height: 740 }

it('a unit answers its order on a phone, without the live picture and the map, and the desk sees who did', async () => {
  const [id = ''] = await issueOrders(whole, [
    { title: '超期老旧小区供热改造投诉 4 件', leadUnit: 'housing', due: { at: Date.now() + 3_600_000 } },
    { title: '公积金办件数据回流', leadUnit: 'dongguan' },
  ])
  const { body } = await whole.press('/api/sign-in-links', { role: 'unit', name: '李四', unit: 'housing' })
  const link = new URL((body as { readonly url: string }).url)
  const page = await whole.wallPage('/', phone)
  await page.context().clearCookies()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  page.on('websocket', (socket) => asked.push(socket.url()))
  await page.goto(new URL(link.pathname + link.search, whole.url).href)
  await page.getByText('请签收').waitFor()
  expect(new URL(page.url()).pathname).toBe('/unit')
  expect(await page.getByText('公积金').count()).toBe(0)
  await page.getByText('超期老旧小区').click()
  await page.getByRole('button', { name: '签收' }).click()
  await page.getByRole('button', { name: '提交' }).click()
  await page.getByText('已记录：签收').waitFor()
  await page.getByRole('button', { name: '反馈' }).click()
  await page.getByRole('textbox').fill('已完成排查，正在整改')
  await page.locator('input[type=file]').setInputFiles({ name: '说明.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4\n%%EOF\n') })
  await page.getByText('已送达').waitFor()
  expect(await narrow(), 'nothing is wider than the phone, and a thumb meets each button').toEqual([])
  await page.getByRole('button', { name: '提交' }).click()
  await page.getByText('已记录：反馈').waitFor()
  // by their paths: a ticket is made of random letters, which may spell anything
  expect(asked.filter((url) => /socket\.io|api\/configuration|antv|l7|echarts|Map-/i.test(new URL(url).pathname))).toEqual([])
  const { body: order } = await whole.get(`/api/supervisions/${id}`)
  expect(order).toMatchObject({
    stage: 'in-progress',
    steps: [{ step: 'issued' }, { step: 'acknowledged', by: '李四', unit: 'housing' }, { step: 'feedback', attachments: [{ name: '说明.pdf' }] }],
  })
  expect(whole.pageErrors).toEqual([])

  async function narrow(): Promise<readonly string[]> {
    return page.evaluate((width) => {
      const wide = [...document.querySelectorAll('.unit-page *')].filter((one) => one.getBoundingClientRect().right > width + 0.5)
      const small = [...document.querySelectorAll('button, select, input')].filter((one) => one.getBoundingClientRect().height < 44)
      return [...wide, ...small].map(({ tagName, textContent }) => `${tagName} ${textContent}`)
    }, phone.width)
  }
})
