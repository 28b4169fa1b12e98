import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const root = new URL('../..', import.meta.url).pathname
const excerpt = `${root}test/feeds/la311/excerpt.csv`
const rows = parse<Record<string, string>>(readFileSync(excerpt), { columns: true, bom: true })

/** What the file itself says: how many rows hold each value of a column. */
function countsOf(key: (row: Record<string, string>) => string): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1
  return counts
}

const stages: Record<string, string> = { Open: 'received', Closed: 'closed', Cancelled: 'cancelled', 'Referred Out': 'referred' }

describe('the recording of a real hotline', () => {
  let whole: Whole
  beforeAll(async () => {
    whole = await startWhole()
  })
  afterAll(async () => {
    await whole.stop()
  })

  const replay = async (): Promise<{ code: number; output: string }> => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'mock-streams/replay/main.ts', '--feed', 'la311', '--file', excerpt, '--speed', 'max', '--url', whole.url],
      {
        cwd: root,
        env: { ...process.env, YIPING_FEED_TOKEN_LA311: await whole.feedToken('la311') },
      },
    )
    let output = ''
    child.stdout.on('data', (text: Buffer) => (output += text.toString()))
    child.stderr.on('data', (text: Buffer) => (output += text.toString()))
    const [code] = (await once(child, 'exit')) as [number]
    return { code, output }
  }

  const totals = async (): Promise<Record<string, Record<string, number>>> => {
    const { body } = await whole.get('/api/state?topics=work-order-totals@la')
    const entities = (body as { topics: Record<string, { id: string; counts: Record<string, number> }[]> }).topics['work-order-totals@la'] ?? []
    return Object.fromEntries(entities.map(({ id, counts }) => [id, counts]))
  }

  const expected = {
    stage: countsOf((row) => stages[row['Status'] ?? ''] ?? 'unknown'),
    unit: countsOf((row) => row['Owner'] ?? ''),
    type: countsOf((row) => row['RequestType'] ?? ''),
    place: countsOf((row) => (row['Latitude'] === '' ? 'unlocated' : 'located')),
    channel: { 'la-311': rows.length },
  }

  it('travels through the public intake and is counted as the file counts, also when it is sent twice', async () => {
    expect(await replay()).toMatchObject({ code: 0 })
    expect(await totals()).toEqual(expected)
    expect(await replay()).toMatchObject({ code: 0 })
    expect(await totals()).toEqual(expected)
  })

  it('keeps no house number and no exact place of a household', async () => {
    const { body } = await whole.get('/api/state?topics=work-orders@la')
    const orders = (body as { topics: Record<string, { title: string; place?: [number, number] }[]> }).topics['work-orders@la'] ?? []
    expect(orders.length).toBeGreaterThan(0)
    const addresses = new Set(rows.map((row) => row['Address'] ?? '').filter((address) => /^\d+ /.test(address)))
    for (const { title, place } of orders) {
      for (const address of addresses) expect(title).not.toContain(address)
      for (const degrees of place ?? []) expect(Math.round(degrees * 1_000) / 1_000).toBe(degrees)
    }
  })

  it('is drawn on the map of its own city, with the rows that have no coordinates counted in words, marked 回放 and not 演示数据', async () => {
    const page = await whole.wallPage('/d/la/perceive', { width: 1920, height: 1080 })
    const words = page.locator('body')
    await page.getByText(String(expected.place['unlocated'])).first().waitFor()
    await page.waitForFunction(() => document.body.innerText.includes('无坐标'))
    const text = await words.innerText()
    expect(text).toContain('回放')
    expect(text).not.toContain('演示数据')
    for (const count of Object.values(expected.stage)) expect(text).toContain(String(count))
    expect(whole.pageErrors).toEqual([])
    expect(whole.outside).toEqual([])
  })
})
