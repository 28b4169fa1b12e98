import { expect, test } from 'vitest'
import { SharedFetch } from '../../server/video/shared-fetch.ts'
import { ManualClock } from '../support/manual-clock.ts'

function rig() {
  const clock = new ManualClock()
  const shared = new SharedFetch({ keepMs: 1_000, mostBytes: 1_000, now: () => clock.now() })
  let fetched = 0
  const get = async (): Promise<string> =>
    (await shared.get('playlist', () => Promise.resolve({ body: Buffer.from(`number ${String((fetched += 1))}`) }))).body.toString()
  return { clock, get }
}

test('what was fetched answers all who ask within its time, and nobody after', async () => {
  const { clock, get } = rig()
  expect([await get(), await get()]).toEqual(['number 1', 'number 1'])
  clock.advance(1_000)
  expect(await get()).toBe('number 2')
})

test('a clock set back by an hour does not freeze a picture for an hour', async () => {
  const { clock, get } = rig()
  await get()
  clock.advance(-3_600_000)
  expect(await get()).toBe('number 2')
})
