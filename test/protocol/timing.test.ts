import { describe, expect, test } from 'vitest'
import { backOffMs } from '../../client/src/live/back-off.ts'
import { followBuild } from '../../client/src/live/reload.ts'
import { ServerClock } from '../../client/src/live/server-clock.ts'
import { FlushSchedule } from '../../server/push/flush-schedule.ts'
import { ManualClock } from '../support/manual-clock.ts'

describe('flush schedule', () => {
  /** A schedule whose flush uses `costMs` of CPU. */
  function schedule(costMs = 0): { clock: ManualClock; flushedAt: number[]; schedule: FlushSchedule; cost: { ms: number } } {
    const clock = new ManualClock(0)
    const flushedAt: number[] = []
    const cost = { ms: costMs }
    let spentMs = 0
    const flush = (): void => {
      flushedAt.push(clock.now())
      spentMs += cost.ms
    }
    return { clock, flushedAt, cost, schedule: new FlushSchedule({ clock, flush, stopwatch: () => clock.now(), cpu: () => spentMs }) }
  }

  test('[P2.4] the first request after a quiet spell flushes at once, further ones share a flush 16 ms later', () => {
    const { clock, flushedAt, schedule: flushing } = schedule()
    flushing.request()
    expect(flushedAt).toEqual([0])
    for (let ms = 1; ms <= 15; ms++) {
      clock.advance(1)
      flushing.request()
    }
    expect(flushedAt).toEqual([0])
    clock.advance(1)
    expect(flushedAt).toEqual([0, 16])
    clock.advance(100)
    expect(flushedAt).toEqual([0, 16])
    flushing.request()
    expect(flushedAt).toEqual([0, 16, 116])
  })

  test('[P2.4] the window follows the cost of a flush, to 250 ms and not beyond, and comes back', () => {
    const { clock, schedule: flushing, cost } = schedule(30)
    flushing.request()
    expect(flushing.windowMs).toBe(60)
    cost.ms = 1_000
    clock.advance(60)
    flushing.request()
    expect(flushing.windowMs).toBe(250)
    cost.ms = 0
    for (let times = 0; times < 5; times++) {
      clock.advance(250)
      flushing.request()
    }
    expect(flushing.windowMs).toBe(16)
  })

  test('[P2.4] a late event loop stretches the window', () => {
    const clock = new ManualClock(0)
    let lateMs = 0
    const flushing = new FlushSchedule({ clock, flush: () => undefined, stopwatch: () => clock.now() + lateMs, cpu: () => 0 })
    flushing.request()
    flushing.request()
    lateMs = 90
    clock.advance(16)
    expect(flushing.windowMs).toBe(90)
  })

  test('a clock set back an hour delays a flush by no more than the longest window', () => {
    const { clock, flushedAt, schedule: flushing } = schedule()
    flushing.request()
    const now = clock.now.bind(clock)
    clock.now = () => now() - 3_600_000
    flushing.request()
    clock.advance(250)
    expect(flushedAt).toHaveLength(2)
  })

  test('a stopped schedule flushes no more', () => {
    const { clock, flushedAt, schedule: flushing } = schedule()
    flushing.request()
    flushing.request()
    flushing.stop()
    clock.advance(1_000)
    expect(flushedAt).toEqual([0])
  })
})

describe('server clock', () => {
  test('[P6.1] is 0 before the first frame, then the server time advanced by the monotonic clock', () => {
    const clock = new ServerClock()
    expect(clock.read(123)).toBe(0)
    clock.hear(1_700_000_000_000, 500)
    expect(clock.read(500)).toBe(1_700_000_000_000)
    expect(clock.read(3_500)).toBe(1_700_000_003_000)
  })

  test('[P6.2] frames held up on the way do not set it back', () => {
    const clock = new ServerClock()
    clock.hear(100_000, 0)
    clock.hear(101_000, 4_000)
    expect(clock.read(4_000)).toBe(104_000)
    clock.hear(104_500, 4_400)
    expect(clock.read(4_400)).toBe(104_500)
  })

  test('[P6.2] a server clock that was really set back is believed within 20 s', () => {
    const clock = new ServerClock()
    clock.hear(100_000, 0)
    for (let ms = 1_000; ms <= 20_000; ms += 1_000) clock.hear(50_000 + ms, ms)
    expect(clock.read(20_000)).toBe(70_000)
  })

  test('[P6.2] after a long silence the first frame alone counts', () => {
    const clock = new ServerClock()
    clock.hear(100_000, 0)
    clock.hear(120_000, 60_000)
    expect(clock.read(60_000)).toBe(120_000)
  })
})

describe('back-off', () => {
  test('[P5.4] doubles from half a second to ten, less up to half by chance', () => {
    expect([0, 1, 2, 3, 4, 5, 500].map((attempt) => backOffMs(attempt, 'unreachable', 0))).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    expect(backOffMs(0, 'unreachable', 0.999)).toBeCloseTo(250, -1)
    expect(backOffMs(9, 'unreachable', 0.5)).toBe(7_500)
  })

  test('[P5.5] without a session: ten seconds', () => {
    expect(backOffMs(0, 'unauthorised', 0.9)).toBe(10_000)
  })
})

describe('reload', () => {
  function page(
    build: string | undefined,
    stored: Record<string, string> = {},
  ): { reloads: number[]; timers: ManualClock; hear: (build: string) => void } {
    const timers = new ManualClock(0)
    const reloads: number[] = []
    const hear = followBuild({
      build: () => build,
      timers,
      reload: () => reloads.push(timers.now()),
      storage: {
        getItem: (key) => stored[key] ?? null,
        setItem: (key, value) => {
          stored[key] = value
        },
      },
      wallClock: () => 1_000_000 + timers.now(),
    })
    return { reloads, timers, hear }
  }

  test('[P7.1] the same build does nothing; another reloads at once', () => {
    const { reloads, hear } = page('one')
    hear('one')
    expect(reloads).toEqual([])
    hear('two')
    expect(reloads).toEqual([0])
  })

  test('[P7.1] a page that does not know its build takes the first it hears', () => {
    const { reloads, hear } = page(undefined)
    hear('one')
    hear('one')
    expect(reloads).toEqual([])
    hear('two')
    expect(reloads).toHaveLength(1)
  })

  test('[P7.2] at most once a minute, across the reload itself; then it does come', () => {
    const stored = {}
    page('one', stored).hear('two')
    const { reloads, timers, hear } = page('one', stored)
    hear('two')
    timers.advance(30_000)
    hear('two')
    expect(reloads).toEqual([])
    timers.advance(30_000)
    expect(reloads).toEqual([60_000])
  })

  test('[P7.2] without storage the age of the page keeps the spacing', () => {
    const timers = new ManualClock(0)
    const reloads: number[] = []
    const refuse = (): never => {
      throw new Error('storage is switched off')
    }
    const hear = followBuild({
      build: () => 'one',
      timers,
      reload: () => reloads.push(timers.now()),
      storage: { getItem: refuse, setItem: refuse },
      wallClock: () => 0,
    })
    hear('two')
    timers.advance(59_999)
    expect(reloads).toEqual([])
    timers.advance(1)
    expect(reloads).toEqual([60_000])
  })

  test('[P7.2] a PC clock that was set back does not keep the old page', () => {
    const { reloads, hear } = page('one', { 'yiping.reloaded-at': '99999999999' })
    hear('two')
    expect(reloads).toEqual([0])
  })
})
