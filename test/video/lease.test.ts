import { expect, test } from 'vitest'
import { idleMs, LeaseBook } from '../../server/video/lease.ts'
import type { LeaseOptions } from '../../server/video/lease.ts'
import type { OpenStream } from '../../server/video/provider.ts'
import { ProviderError } from '../../server/video/provider.ts'
import { StreamTrouble } from '../../server/video/trouble.ts'
import { ManualClock } from '../support/manual-clock.ts'

const lifeMs = 300_000

/** A platform whose openings are counted, and fail while `failing` says so. */
function rig(given: Partial<LeaseOptions> = {}) {
  const clock = new ManualClock(0)
  const opened: string[] = []
  const closed: string[] = []
  const state: { failing: ProviderError | undefined } = { failing: undefined }
  const book = new LeaseBook({
    clock,
    maxStreams: 2,
    random: () => 0.5,
    provider: {
      list: () => Promise.resolve({ items: [], refused: [] }),
      open: (source, quality) => {
        opened.push(quality === 'sub' ? source : `${source} ${quality}`)
        return state.failing === undefined
          ? Promise.resolve({ url: `http://media.test/${source}/${String(opened.length)}`, kind: 'hls' as const, expiresAt: clock.now() + lifeMs })
          : Promise.reject(state.failing)
      },
      close: (source) => Promise.resolve(void closed.push(source)),
    },
    ...given,
  })
  return { clock, book, opened, closed, state }
}

const troubleOf = async (use: Promise<OpenStream>): Promise<string> => {
  const reason: unknown = await use.catch((error: unknown) => error)
  return reason instanceof StreamTrouble ? reason.state : 'open'
}

/** Lets what was begun by a timer come to its end. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Asks every 10 s, as a viewer does, for `ms`. */
async function watch({ clock, book }: ReturnType<typeof rig>, source: string, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10_000) {
    await book.use(source, 'sub')
    clock.advance(10_000)
    await settle()
  }
}

test('many viewers open one stream', async () => {
  const { book, opened } = rig()
  const streams = await Promise.all(Array.from({ length: 50 }, () => book.use('a', 'sub')))
  expect(opened).toEqual(['a'])
  expect(new Set(streams).size).toBe(1)
})

test('a stream is renewed at 80 % of its life when the dice say the middle, and the old address serves until then', async () => {
  const given = rig()
  const first = await given.book.use('a', 'sub')
  await watch(given, 'a', 230_000)
  expect(given.opened).toHaveLength(1)
  expect(await given.book.use('a', 'sub')).toBe(first)
  await watch(given, 'a', 20_000)
  expect(given.opened).toHaveLength(2)
  expect((await given.book.use('a', 'sub')).url).toBe('http://media.test/a/2')
})

test.each([
  [0, 210_000],
  [0.999, 269_900],
])('jitter keeps renewals between 70 and 90 %% of the life (%d → %d ms)', async (dice, ms) => {
  const { clock, book, opened } = rig({ random: () => dice })
  await book.use('a', 'sub')
  for (let passed = 0; passed < ms - 1_000; passed += 1_000) {
    clock.advance(1_000)
    await book.use('a', 'sub')
  }
  expect(opened).toHaveLength(1)
  clock.advance(2_000)
  expect(opened).toHaveLength(2)
})

test('when renewing fails it is tried again before the end, and viewers see nothing of it', async () => {
  const given = rig()
  await watch(given, 'a', 230_000)
  given.state.failing = new ProviderError('unreachable', 'x')
  await watch(given, 'a', 30_000)
  expect(given.opened.length).toBeGreaterThanOrEqual(2)
  given.state.failing = undefined
  await watch(given, 'a', 200_000)
  expect(await troubleOf(given.book.use('a', 'sub'))).toBe('open')
})

test('a stream that nobody asks for is closed after 20 s', async () => {
  const { clock, book, opened, closed } = rig()
  await book.use('a', 'sub')
  clock.advance(idleMs - 1)
  expect(closed).toEqual([])
  clock.advance(idleMs / 4)
  await settle()
  expect(closed).toEqual(['a'])
  expect(book.open).toBe(0)
  clock.advance(lifeMs)
  expect(opened).toEqual(['a'])
})

test('no more than the cap is open; a place comes free when a stream is closed', async () => {
  const { clock, book } = rig()
  await Promise.all([book.use('a', 'sub'), book.use('b', 'sub')])
  expect(await troubleOf(book.use('c', 'sub'))).toBe('busy')
  expect(await troubleOf(book.use('a', 'sub'))).toBe('open')
  clock.advance(idleMs * 2)
  expect(await troubleOf(book.use('c', 'sub'))).toBe('open')
})

test('the cap counts streams that are just being opened', async () => {
  const { book } = rig()
  const outcomes = await Promise.all(['a', 'b', 'c', 'd'].map((source) => troubleOf(book.use(source, 'sub'))))
  expect(outcomes).toEqual(['open', 'open', 'busy', 'busy'])
})

test.each([
  ['unreachable', 'platform-down'],
  ['refused', 'platform-down'],
  ['unconfigured', 'platform-down'],
  ['forbidden', 'no-permission'],
  ['unknown-camera', 'offline'],
  ['overloaded', 'busy'],
] as const)('%s is told as %s, and the platform is left alone for growing pauses of at most 6 s', async (fault, told) => {
  const { clock, book, opened, state } = rig()
  state.failing = new ProviderError(fault, 'x')
  const openedAfter: number[] = []
  for (let second = 0; second < 26; second++) {
    expect(await troubleOf(book.use('a', 'sub'))).toBe(told)
    openedAfter.push(opened.length)
    clock.advance(1_000)
  }
  expect([0, 1, 3, 7, 13, 19, 25].map((second) => openedAfter[second])).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect(opened).toHaveLength(7)
  state.failing = undefined
  clock.advance(10_000)
  expect(await troubleOf(book.use('a', 'sub'))).toBe('open')
})

test('an address that dies while young rests like a failure; one that has lasted is opened anew at once', async () => {
  const given = rig()
  const dead = new StreamTrouble('no-stream', 'x')
  const first = await given.book.use('a', 'sub')
  given.book.spoiled(first, dead)
  expect(await troubleOf(given.book.use('a', 'sub'))).toBe('no-stream')
  given.clock.advance(1_000)
  await watch(given, 'a', 60_000)
  const second = await given.book.use('a', 'sub')
  given.book.spoiled(first, dead)
  expect(await given.book.use('a', 'sub')).toBe(second)
  given.book.spoiled(second, dead)
  expect((await given.book.use('a', 'sub')).url).toBe('http://media.test/a/3')
})

test('main and sub of a camera are streams of their own, and count as two', async () => {
  const { book, opened } = rig()
  const [main, sub] = await Promise.all([book.use('a', 'main'), book.use('a', 'sub')])
  expect(main).not.toBe(sub)
  expect(opened).toEqual(['a main', 'a'])
  expect(await troubleOf(book.use('b', 'sub'))).toBe('busy')
})

test('with the last place taken by its sub stream a camera is not opened in main', async () => {
  const { book, opened } = rig({ maxStreams: 1 })
  await book.use('a', 'sub')
  expect(await troubleOf(book.use('a', 'main'))).toBe('busy')
  expect(opened).toEqual(['a'])
})

test('a stream whose playlist is asked for every 30 s is not closed between two requests', async () => {
  const { clock, book, closed } = rig()
  book.expectEvery(await book.use('a', 'sub'), 30_000)
  clock.advance(59_000)
  await settle()
  expect(closed).toEqual([])
  clock.advance(10_000)
  await settle()
  expect(closed).toEqual(['a'])
})

test('the platform is told that an address is dead before it is asked for another', async () => {
  const told: string[] = []
  let letGo = (): void => undefined
  const { clock, book } = rig({
    provider: {
      list: () => Promise.resolve({ items: [], refused: [] }),
      open: (source) => {
        told.push(`open ${source}`)
        return Promise.resolve({ url: `http://media.test/${String(told.length)}`, kind: 'hls' as const, expiresAt: undefined })
      },
      close: (source) => {
        told.push(`close ${source}`)
        return new Promise((resolve) => (letGo = resolve))
      },
    },
  })
  const first = await book.use('a', 'sub')
  clock.advance(16_000)
  book.spoiled(first, new StreamTrouble('no-stream', 'x'))
  const second = book.use('a', 'sub')
  await settle()
  expect(told).toEqual(['open a', 'close a'])
  letGo()
  expect((await second).url).toBe('http://media.test/3')
  expect(told).toEqual(['open a', 'close a', 'open a'])
})

test('closing closes what is open', async () => {
  const { book, closed } = rig()
  await book.use('a', 'sub')
  await book.close()
  expect(closed).toEqual(['a'])
})

test('a clock set back by an hour does not lengthen the rest of a camera that failed', async () => {
  const { clock, book, state } = rig()
  state.failing = new ProviderError('unreachable', 'away')
  expect(await troubleOf(book.use('a', 'sub'))).toBe('platform-down')
  state.failing = undefined
  clock.advance(-3_600_000)
  expect(await troubleOf(book.use('a', 'sub'))).toBe('open')
})
