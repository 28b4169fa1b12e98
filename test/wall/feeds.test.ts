import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import iconv from 'iconv-lite'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FeedFile, FeedStatus, FeedStatusList, ReplayAnswer, SaveAnswer, TryAnswer } from '../../contract/bench.ts'
import type { RejectionCause } from '../../contract/rejection.ts'
import type { FeedHealth, SensorState } from '../../contract/topic.ts'
import { gcj02ToWgs84 } from '../../server/core/coordinates.ts'
import { openLogReader } from '../../server/store/event-log.ts'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

/** A feed that nobody has seen before goes from a file to the wall by one YAML file, while the server runs and a wall stands open. */

const mapping = `  {
    "kind": "sensor-reading",
    "sensor": 编号,
    "quantity": "water-level",
    "at": $instant(采集时间),
    "value": $number(水位),
    "name": 站名,
    "place": $wgs84(经度, 纬度, "gcj02")
  }`

const yamlOf = (given: Readonly<Record<string, string>> = {}): string => `# 怪水位: odd columns, local times, GCJ-02
id: odd
name: ${given['name'] ?? '怪水位'}
shortName: ${given['shortName'] ?? '怪水位'}
nameEn: Odd levels
district: '620802'
source: ${given['source'] ?? "'file:odd'"}
transport: ${given['transport'] ?? '{ stableSeconds: 1, scanSeconds: 1 }'}
codec: ${given['codec'] ?? '{ name: csv, encoding: gb18030 }'}
zone: Asia/Shanghai
demo: false
cadenceSeconds: 3600
contact: 值班室
mapping: |
${given['mapping'] ?? mapping}
`

const mistaken = mapping.replace('$number(水位)', '$number(水位高)')

const [longitude, latitude] = [106.6893, 35.5417]
const place = gcj02ToWgs84([longitude, latitude])

/** Rows with the columns of somebody who never read an interface document. */
function csvOf(ids: readonly string[]): Buffer {
  const local = new Date(Date.now() + 8 * 3_600_000 - 60_000).toISOString().slice(0, 19).replace('T', ' ')
  const rows = ids.map((id, index) => `${id};"泾河 ${id} 站";${local};${String(3 + index / 100)};${String(longitude)};${String(latitude)};"备注; 无"`)
  return iconv.encode(['编号;站名;采集时间;水位;经度;纬度;备注', ...rows, ''].join('\r\n'), 'gb18030')
}

let whole: Whole
let page: Page

beforeAll(async () => {
  whole = await startWhole()
  page = await whole.wallPage('/perceive', { width: 1920, height: 1080 })
  await page.getByText('12345').first().waitFor()
  // gone with the page, should it ever be loaded again
  await page.evaluate(() => Object.assign(window, { isTheFirst: true }))
})

afterAll(() => whole.stop())

const isTheFirstPage = (): Promise<boolean> => page.evaluate(() => 'isTheFirst' in window)

/** Puts a file into the folder as one that is complete: written beside it, then moved in. */
async function drop(file: string, content: Buffer): Promise<void> {
  const folder = join(whole.dataDirectory, 'drops/odd')
  await mkdir(folder, { recursive: true })
  const draft = join(whole.dataDirectory, 'drops', file)
  await writeFile(draft, content)
  await rename(draft, join(folder, file))
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

// as: the server's own answers, in the shapes of the contract
const state = async (topic: string): Promise<readonly unknown[]> =>
  ((await whole.get(`/api/state?topics=${topic}`)).body as { topics: Record<string, unknown[]> }).topics[topic] ?? []
const sensors = async (): Promise<readonly SensorState[]> => ((await state('sensors@620802')) as SensorState[]).filter(({ feed }) => feed === 'odd')
const health = async (): Promise<FeedHealth | undefined> => ((await state('feeds@620802')) as FeedHealth[]).find(({ id }) => id === 'odd')
const statusOf = async (id: string): Promise<FeedStatus | undefined> =>
  ((await whole.get('/api/bench/feeds')).body as FeedStatusList).feeds.find((feed) => feed.id === id)
const fileOf = async (id: string): Promise<FeedFile> => (await whole.get(`/api/bench/feeds/${id}`)).body as FeedFile
const causes = async (): Promise<readonly RejectionCause[]> =>
  ((await whole.get('/api/quarantine?feed=odd')).body as { causes: readonly RejectionCause[] }).causes

async function save(yaml: string, version: number | null, feed = 'odd'): Promise<SaveAnswer> {
  const basedOn = version === null ? null : { feed, version }
  const { status, body } = await whole.press('/api/bench/save', { yaml, basedOn })
  if (status !== 200) throw new Error(`${String(status)}: ${JSON.stringify(body)}`)
  return body as SaveAnswer
}

const allOf = (count: number): Promise<readonly SensorState[]> =>
  until(async () => {
    const found = await sensors()
    return found.length >= count ? found : undefined
  })

/** Sensors of the facts that the log holds of the feed, each as often as it is there. */
function logged(): readonly string[] {
  const log = openLogReader(whole.dataDirectory)
  try {
    return [...log.entries({ after: 0 })].flatMap(({ feed, fact }) => (feed === 'odd' && fact.kind === 'sensor-reading' ? [fact.sensor] : [])).sort()
  } finally {
    log.close()
  }
}

const idsOf = (letter: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(2, '0')}`)

describe('a feed that nobody has seen', () => {
  it('is tried before it goes live, and leaves nothing behind', async () => {
    const sample = { body: csvOf(idsOf('t', 3)).toString('base64'), encoding: 'base64', origin: 'a.csv' }
    const tried = (await whole.press('/api/bench/try', { yaml: yamlOf(), sample })).body as TryAnswer
    expect(tried).toMatchObject({ problems: [], count: 3, factCount: 3, refusalCount: 0 })
    const wrong = (await whole.press('/api/bench/try', { yaml: yamlOf({ mapping: mistaken }), sample })).body as TryAnswer
    expect(wrong).toMatchObject({ problems: [], count: 3, factCount: 0, refusalCount: 3 })
    expect(await sensors()).toEqual([])
    expect(await statusOf('odd')).toBeUndefined()
  })

  it('comes to the wall by one file that is saved, without a restart and without the wall being loaded again', async () => {
    await drop('1.csv', csvOf(idsOf('a', 5)))
    expect(await save(yamlOf(), null)).toEqual({ id: 'odd', version: 1, problems: [] })
    const found = await allOf(5)
    expect(found.map(({ sensor, name, quantity, value }) => [sensor, name, quantity, value])).toContainEqual([
      'a01',
      '泾河 a01 站',
      'water-level',
      3.01,
    ])
    const [x = 0, y = 0] = found[0]?.place ?? []
    expect(Math.hypot(x - place[0], y - place[1])).toBeLessThan(1e-6)
    // some hundred metres from where the file has it
    expect(Math.hypot(x - longitude, y - latitude)).toBeGreaterThan(0.004)
    expect(Math.abs((found[0]?.observedAt ?? 0) - (Date.now() - 60_000))).toBeLessThan(30_000)
    expect(await readFile(join(whole.configDirectory, 'feeds/odd.yaml'), 'utf8')).toBe(yamlOf())
    await page.getByText('怪水位').first().waitFor()
    expect(await isTheFirstPage()).toBe(true)
    expect(await health()).toMatchObject({ label: { shortName: '怪水位' }, state: 'up' })
    expect(await statusOf('odd')).toMatchObject({ state: 'up', messages: 5, facts: 5, rejected: 0, codec: 'csv', source: 'file:odd', version: 1 })
  })

  it('whose mapping is then spoilt keeps all that comes, mends, and has everything exactly once', async () => {
    expect((await save(yamlOf({ mapping: mistaken }), 1)).version).toBe(2)
    await drop('2.csv', csvOf(idsOf('b', 6)))
    const [cause] = await until(async () => {
      const found = await causes()
      return found.length > 0 ? found : undefined
    })
    expect(cause).toMatchObject({ feed: 'odd', count: 6, replayable: 6, sample: { origin: expect.stringContaining('2.csv') as string } })
    expect(cause?.detail).toMatch(/水位高|value/)
    expect(await sensors()).toHaveLength(5)
    expect((await save(yamlOf(), 2)).version).toBe(3)
    const replayed = (await whole.press('/api/quarantine/replay', { feed: 'odd' })).body as ReplayAnswer
    expect(replayed).toEqual({ replayed: 6, facts: 6, duplicates: 0, refusedAgain: 0, notReplayable: 0 })
    await allOf(11)
    expect(await causes()).toEqual([])
    expect(logged()).toEqual([...idsOf('a', 5), ...idsOf('b', 6)])
    const again = (await whole.press('/api/quarantine/replay', { feed: 'odd' })).body as ReplayAnswer
    expect(again).toMatchObject({ replayed: 0, facts: 0 })
  })

  it('is still there after kill -9, with nothing twice and nothing lost', async () => {
    await drop('3.csv', csvOf(idsOf('c', 400)))
    await whole.kill()
    await whole.restart()
    // once more, when its facts have just become durable and the file is about to be put away
    await allOf(12)
    await whole.kill()
    await whole.restart()
    await allOf(411)
    expect(await statusOf('odd')).toMatchObject({ version: 3 })
    expect(logged()).toEqual([...idsOf('a', 5), ...idsOf('b', 6), ...idsOf('c', 400)].sort())
    await drop('4.csv', csvOf(idsOf('d', 3)))
    await allOf(414)
    expect(logged()).toHaveLength(414)
    // the wall came back by itself
    await page.getByText('怪水位').first().waitFor()
    expect(await isTheFirstPage()).toBe(true)
  })
})

describe('a file that is edited by hand', () => {
  const edit = async (file: string, yaml: string): Promise<void> => {
    await writeFile(join(whole.configDirectory, 'feeds', file), yaml)
  }

  it('is taken up as it is saved; one with mistakes changes nothing', async () => {
    await edit('odd.yaml', yamlOf({ name: '改名水位', shortName: '改名水位' }))
    await until(async () => ((await statusOf('odd'))?.name === '改名水位' ? true : undefined))
    await page.getByText('改名水位').first().waitFor()
    expect(await isTheFirstPage()).toBe(true)
    expect((await fileOf('odd')).versions[0]).toMatchObject({ version: 4, by: 'file' })
    await edit('odd.yaml', yamlOf({ name: '又改' }).replace('district:', 'distrct:'))
    await edit('second.yaml', yamlOf({ name: '新的' }).replace('id: odd', 'id: second').replace('file:odd', 'file:second'))
    await until(() => statusOf('second'))
    expect(await statusOf('odd')).toMatchObject({ name: '改名水位' })
    // while it is half edited, the past can still be asked for
    const past = await whole.get(`/api/state?topics=sensors@620802&at=${String(Date.now() - 100)}`)
    expect(past.status).toBe(200)
  })

  it('by the bench is not saved over, and can be rolled back', async () => {
    const { version } = await fileOf('odd')
    const stale = await whole.press('/api/bench/save', { yaml: yamlOf(), basedOn: { feed: 'odd', version: 3 } })
    expect(stale.status).toBe(409)
    expect((await whole.press('/api/bench/feeds/odd/roll-back', { version: 3 })).body).toEqual({ id: 'odd', version: version + 1, problems: [] })
    expect(await statusOf('odd')).toMatchObject({ name: '怪水位' })
    expect((await fileOf('odd')).yaml).toBe(yamlOf())
  })

  it('taken away takes its feed from the walls', async () => {
    expect((await whole.press('/api/bench/feeds/second/remove', {})).status).toBe(200)
    expect(await statusOf('second')).toBeUndefined()
    await until(async () => (((await state('feeds@620802')) as FeedHealth[]).some(({ id }) => id === 'second') ? undefined : true))
  })
})

describe('an address that feedHosts does not name', () => {
  it.each(['http://169.254.169.254/latest/meta-data', 'http://localhost:22/', 'https://intranet.example/air', 'http://[::1]:8080/metrics'])(
    '%s is not asked: the feed stops with words',
    async (source) => {
      const id = 'outward'
      const yaml = yamlOf({ source: `'${source}'`, transport: '{ pollSeconds: 5 }', codec: 'json' }).replace('id: odd', `id: ${id}`)
      const version = ((await whole.get(`/api/bench/feeds/${id}`)).body as Partial<FeedFile>).version ?? null
      expect((await save(yaml, version, id)).problems).toEqual([])
      const stopped = await until(async () => {
        const found = await statusOf(id)
        return found?.connection === 'stopped' && found.source.startsWith(new URL(source).origin) ? found : undefined
      })
      expect(stopped.lastError?.text).toContain('feedHosts')
      expect(stopped).toMatchObject({ state: 'down', messages: 0 })
      // the bench goes nowhere else either
      const { body } = await whole.press('/api/bench/sample', { yaml })
      expect(body).toEqual({ problems: [], reason: expect.stringContaining('feedHosts') as string })
    },
  )
})
