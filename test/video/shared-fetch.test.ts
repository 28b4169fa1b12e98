import { expect, test } from 'vitest'
import { SharedFetch } from '../../server/video/shared-fetch.ts'
import { ManualClock } from '../support/manual-clock.ts'

function rig(mostBytes = 1_000) {
  const clock = new ManualClock()
  const shared = new SharedFetch<{ readonly text: string; readonly size: number }>({ keepMs: 1_000, mostBytes, now: () => clock.now() })
  let fetched = 0
  const come = (size = 10) => ({ text: `number ${String((fetched += 1))}`, size })
  const get = async (key = 'playlist', size = 10): Promise<string> => (await shared.get(key, () => Promise.resolve(come(size)))).text
  return { clock, shared, get, come }
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

test('one that takes longer than it is kept for is still fetched once, and is kept from when it came', async () => {
  const { clock, shared, get, come } = rig()
  let arrive = (): void => undefined
  const slow = shared.get('playlist', () => new Promise((resolve) => (arrive = () => resolve(come()))))
  clock.advance(5_000)
  const second = get()
  arrive()
  expect([(await slow).text, await second]).toEqual(['number 1', 'number 1'])
  clock.advance(999)
  expect(await get()).toBe('number 1')
  clock.advance(1)
  expect(await get()).toBe('number 2')
})

test('a failure answers those who waited for it, and nobody else', async () => {
  const { shared, get } = rig()
  const failing = () => shared.get('playlist', () => Promise.reject(new Error('away')))
  const both = await Promise.allSettled([failing(), failing()])
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await get()).toBe('number 1')
})

test('the oldest leave when all together are too much; what is forgotten is fetched anew', async () => {
  const { shared, get } = rig(100)
  await get('a', 60)
  await get('b', 30)
  await get('c', 30)
  expect(shared.bytes).toBe(60)
  expect([await get('b'), await get('c'), await get('a', 1)]).toEqual(['number 2', 'number 3', 'number 4'])
  shared.forget('b')
  expect(shared.bytes).toBe(31)
  expect(await get('b')).toBe('number 5')
})
