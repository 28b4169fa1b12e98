import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWhole } from '../support/whole.ts'
import type { Whole } from '../support/whole.ts'

const order = (n: number): object => ({
  kind: 'work-order',
  id: `FULL-${String(n)}`,
  at: Date.UTC(2026, 0, 1) + n,
  stage: 'received',
  title: 'x'.repeat(180),
})

describe('a full disk', () => {
  let whole: Whole
  let config: string
  beforeAll(async () => {
    whole = await startWhole({
      configure: async (directory) => {
        config = join(directory, 'app.yaml')
        await writeFile(config, `${(await readFile(config, 'utf8')).replace(/^maxLogBytes:.*$/m, '')}\nmaxLogBytes: 1000000\n`)
      },
    })
  })
  afterAll(async () => {
    await whole.stop()
  })

  it('stops intake with 507, says so on the wall, keeps what was acknowledged, and goes on when there is room', async () => {
    const page = await whole.wallPage('/perceive', { width: 1920, height: 1080 })
    let acknowledged = 0
    let answer = { status: 202, body: {} as unknown }
    while (answer.status === 202) {
      answer = await whole.post(
        'native',
        Array.from({ length: 500 }, (_, n) => order(acknowledged + n)),
      )
      if (answer.status === 202) acknowledged += 500
    }
    expect(answer.status).toBe(507)
    expect(answer.body).toMatchObject({ status: 507, detail: expect.stringMatching(/./) as string })
    await page.getByText('暂停接收').first().waitFor({ timeout: 10_000 })

    await whole.kill()
    await writeFile(config, (await readFile(config, 'utf8')).replace('maxLogBytes: 1000000', 'maxLogBytes: 100000000'))
    await whole.restart()
    expect((await whole.post('native', [order(10_000_000)])).status).toBe(202)
    const { body } = await whole.get('/api/state?topics=work-order-totals@620802')
    const totals = (body as { topics: Record<string, { id: string; counts: Record<string, number> }[]> }).topics['work-order-totals@620802']
    expect(totals?.find(({ id }) => id === 'stage')?.counts['received']).toBe(acknowledged + 1)
    await page.getByText('暂停接收').first().waitFor({ state: 'detached', timeout: 30_000 })
  })
})
