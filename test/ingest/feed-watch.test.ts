import { describe, expect, it } from 'vitest'
import type { FeedHealthFact } from '../../contract/fact.ts'
import { hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import type { FeedHealth } from '../../contract/topic.ts'
import { createFeedWatch } from '../../server/ingest/feed-watch.ts'
import type { FeedWatch } from '../../server/ingest/feed-watch.ts'
import { ManualClock } from '../support/manual-clock.ts'

const good = { facts: 1, rejected: 0 }
const bad = { facts: 0, rejected: 1 }

const health = (given: Partial<FeedHealth>): FeedHealth => ({
  id: 'hotline',
  label: { name: '热线', shortName: '热线', nameEn: 'Hotline', demo: true, cadenceSeconds: 60, contact: '值班室' },
  state: 'waiting',
  since: 0,
  reason: undefined,
  detail: undefined,
  lastFactAt: undefined,
  lastObservedAt: undefined,
  factsToday: 0,
  rejectedToday: 0,
  perMinute: 0,
  completeness: undefined,
  upThisMonth: undefined,
  mainOf: [],
  ...given,
})

/** One feed with a cadence of 60 s, and what was recorded of it since it was last asked. */
class Watched {
  readonly clock = new ManualClock()
  readonly watch: FeedWatch
  facts: FeedHealthFact[] = []
  isFull = false

  constructor(before: readonly FeedHealth[] = [], beforeAt?: number) {
    this.watch = createFeedWatch({
      before: { at: beforeAt ?? this.clock.now(), feeds: before },
      clock: this.clock,
      record: (fact) => {
        if (this.isFull) return Promise.reject(new Error('full'))
        this.facts.push(fact)
        return Promise.resolve()
      },
    })
    this.watch.watch({ id: 'hotline', cadenceSeconds: 60, zone: 'Asia/Shanghai' })
  }

  /** State and reason recorded since the last call. */
  told(): readonly string[] {
    return this.facts
      .splice(0)
      .map(({ state, reason, rejectedToday }) => [state, reason, rejectedToday].filter((part) => part !== undefined).join(' '))
  }

  received(receipt: { facts: number; rejected: number }): readonly string[] {
    this.watch.received('hotline', receipt)
    return this.told()
  }

  after(ms: number): readonly string[] {
    this.clock.advance(ms)
    return this.told()
  }
}

describe('the health of a feed', () => {
  it('waits for the first message for ever, and is up with it', () => {
    const feed = new Watched()
    expect(feed.after(hourMs)).toEqual([])
    expect(feed.received(good)).toEqual(['up 0'])
    expect(feed.after(minuteMs)).toEqual([])
  })

  it('is degraded after one cadence of silence and down after three, as the instant of each says', () => {
    const feed = new Watched()
    feed.received(good)
    const heardAt = feed.clock.now()
    feed.clock.advance(5 * minuteMs)
    expect(feed.facts.map(({ at, state, reason }) => [at - heardAt, state, reason])).toEqual([
      [61 * secondMs, 'degraded', 'late'],
      [181 * secondMs, 'down', 'silent'],
    ])
  })

  it('takes a message that says nothing for a sign of life', () => {
    const feed = new Watched()
    feed.received(good)
    for (let minute = 0; minute < 5; minute += 1) {
      expect(feed.after(minuteMs)).toEqual([])
      expect(feed.received({ facts: 0, rejected: 0 })).toEqual([])
    }
  })

  it('recovers with its second good message, or with two at once', () => {
    const feed = new Watched()
    feed.received(good)
    feed.after(5 * minuteMs)
    expect(feed.received(good)).toEqual(['degraded recovering 0'])
    expect(feed.received(good)).toEqual(['up 0'])
    feed.after(5 * minuteMs)
    expect(feed.received({ facts: 2, rejected: 0 })).toEqual(['up 0'])
  })

  it('does not flicker when every message is a little late', () => {
    const feed = new Watched()
    feed.received(good)
    const told = Array.from({ length: 20 }, () => [...feed.after(63 * secondMs), ...feed.received(good)]).flat()
    expect(new Set(told.map((line) => line.split(' ')[0]))).toEqual(new Set(['degraded']))
  })

  it('is degraded at once when all of a receipt is refused, and does not flicker between good and bad', () => {
    const feed = new Watched()
    feed.received(good)
    expect(feed.received(bad)).toEqual(['degraded rejecting 1'])
    for (let turn = 0; turn < 5; turn += 1) {
      feed.clock.advance(secondMs)
      feed.received(good)
      feed.received(bad)
    }
    expect(feed.facts.every(({ state }) => state === 'degraded')).toBe(true)
  })

  it('stays up when some of a receipt is refused', () => {
    const feed = new Watched()
    feed.received(good)
    feed.clock.advance(minuteMs)
    expect(feed.received({ facts: 5, rejected: 2 })).toEqual(['up 2'])
  })

  it('is down at once when its platform cannot be reached', () => {
    const feed = new Watched()
    feed.received(good)
    feed.watch.failed('hotline')
    expect(feed.told()).toEqual(['down unreachable 0'])
    expect(feed.after(hourMs)).toEqual([])
    expect(feed.received({ facts: 3, rejected: 0 })).toEqual(['up 0'])
  })

  it('is down with the words of whoever met the trouble, cut to what a fact holds', () => {
    const feed = new Watched()
    feed.received(good)
    feed.watch.failed('hotline', 'misconfigured', `the secret air is not there${'…'.repeat(300)}`)
    expect(feed.facts.at(-1)).toEqual({
      kind: 'feed-health',
      feed: 'hotline',
      at: feed.clock.now(),
      state: 'down',
      reason: 'misconfigured',
      detail: `the secret air is not there${'…'.repeat(173)}`,
      rejectedToday: 0,
    })
    feed.watch.received('hotline', good)
    expect(feed.facts.at(-1)).toEqual({
      kind: 'feed-health',
      feed: 'hotline',
      at: feed.clock.now(),
      state: 'degraded',
      reason: 'recovering',
      rejectedToday: 0,
    })
  })

  it('that stays down tells other words for it at most once a minute', () => {
    const feed = new Watched()
    feed.received(good)
    feed.told()
    feed.watch.failed('hotline', 'unreachable', 'refused')
    feed.watch.failed('hotline', 'unreachable', 'no route')
    expect(feed.facts.splice(0).map(({ detail }) => detail)).toEqual(['refused'])
    feed.clock.advance(minuteMs)
    expect(feed.facts.splice(0).map(({ detail }) => detail)).toEqual(['no route'])
  })

  it('is erring while a fifth of its latest messages is refused, until it is less than a twentieth', () => {
    const feed = new Watched()
    feed.received({ facts: 50, rejected: 0 })
    feed.told()
    const mixed = { facts: 3, rejected: 1 }
    const begun = Array.from({ length: 200 }, () => feed.received(mixed)).flat()
    expect(begun).toHaveLength(1)
    expect(begun[0]).toMatch(/^degraded erring \d+$/)
    // a tenth is no longer a fifth, but not well either
    Array.from({ length: 200 }, () => feed.received({ facts: 9, rejected: 1 }))
    expect(feed.watch.stateOf('hotline')).toBe('degraded')
    Array.from({ length: 200 }, () => feed.received(good))
    expect(feed.watch.stateOf('hotline')).toBe('up')
  })

  it('is late, then silent, when its place is looked at and nothing is found', () => {
    const feed = new Watched()
    feed.received(good)
    const told = Array.from({ length: 20 }, () => {
      feed.watch.answered('hotline')
      return feed.after(20 * secondMs)
    }).flat()
    expect(told).toEqual(['degraded late 0', 'down silent 0'])
    feed.watch.answered('hotline')
    expect(feed.told()).toEqual([])
  })

  it('whose platform answers again is no longer down, and what was due is due still', () => {
    const feed = new Watched()
    feed.watch.failed('hotline')
    feed.watch.answered('hotline')
    expect(feed.told()).toEqual(['down unreachable 0', 'waiting 0'])
    feed.received(good)
    feed.watch.failed('hotline')
    feed.watch.answered('hotline')
    expect(feed.told()).toEqual(['down unreachable 0', 'up 0'])
    feed.watch.failed('hotline')
    feed.after(2 * minuteMs)
    feed.watch.answered('hotline')
    expect(feed.told()).toEqual(['degraded late 0'])
  })

  it('whose messages are refused is healed by good messages only, not by a sign of life', () => {
    const feed = new Watched()
    const life = { facts: 0, rejected: 0 }
    feed.received(good)
    expect(feed.received(bad)).toEqual(['degraded rejecting 1'])
    for (let look = 0; look < 6; look += 1) {
      feed.watch.answered('hotline')
      expect(feed.received(life)).toEqual([])
      feed.clock.advance(10 * secondMs)
    }
    feed.watch.failed('hotline')
    feed.watch.received('hotline', life)
    expect(feed.told()).toEqual(['down unreachable 1', 'degraded rejecting 1'])
    feed.received(good)
    feed.received(life)
    expect(feed.watch.stateOf('hotline')).toBe('degraded')
    expect(feed.received(good)).toEqual(['up 1'])
  })

  it('that was rejecting when the server stopped is not healed by a sign of life either', () => {
    const feed = new Watched([health({ state: 'degraded', reason: 'rejecting' })])
    for (let look = 0; look < 3; look += 1) feed.received({ facts: 0, rejected: 0 })
    expect(feed.watch.stateOf('hotline')).toBe('degraded')
  })

  it('ignores who is not watched', () => {
    const feed = new Watched()
    feed.watch.received('nobody', good)
    feed.watch.failed('nobody')
    expect(feed.told()).toEqual([])
  })
})

describe('the count of rejections', () => {
  it('is recorded at most once a minute', () => {
    const feed = new Watched()
    feed.received(good)
    for (let second = 0; second < 59; second += 1) {
      // few enough not to be erring
      feed.received({ facts: 9, rejected: 1 })
      feed.clock.advance(secondMs)
    }
    expect(feed.told()).toEqual([])
    expect(feed.after(secondMs)).toEqual(['up 59'])
    expect(feed.after(50 * secondMs)).toEqual([])
  })

  it('begins again with the business day of the district, not with UTC', () => {
    const feed = new Watched()
    feed.received({ facts: 1, rejected: 3 })
    feed.told()
    // from 14:30 to 00:00 in Shanghai
    const told: string[] = []
    for (let minute = 0; minute < 571; minute += 1) {
      told.push(...feed.after(minuteMs))
      feed.received(good)
    }
    expect(told).toEqual(['up 0'])
    expect(feed.clock.now()).toBe(Date.UTC(2026, 10, 23, 16, 1))
  })
})

describe('after a restart', () => {
  it('stands as the log says until it is heard, or late', () => {
    const feed = new Watched([health({ state: 'up', lastFactAt: 0, rejectedToday: 7 })])
    expect(feed.after(minuteMs)).toEqual([])
    expect(feed.after(secondMs)).toEqual(['degraded late 7'])
  })

  it('of a feed that was down, takes two good messages to be up', () => {
    const feed = new Watched([health({ state: 'down', reason: 'silent' })])
    expect(feed.after(hourMs)).toEqual([])
    expect(feed.received(good)).toEqual(['degraded recovering 0'])
    expect(feed.received(good)).toEqual(['up 0'])
  })

  it('on another day does not count the rejections of the last', () => {
    const feed = new Watched([health({ state: 'up', rejectedToday: 7 })], Date.UTC(2026, 10, 22, 15, 59))
    expect(feed.after(secondMs)).toEqual(['up 0'])
  })
})

describe('what cannot be recorded', () => {
  it('is told again a minute later', async () => {
    const feed = new Watched()
    feed.isFull = true
    feed.received(good)
    // the refusal arrives with the next turn
    await new Promise((resolve) => setImmediate(resolve))
    feed.isFull = false
    feed.clock.advance(30 * secondMs)
    feed.received(good)
    expect(feed.told()).toEqual([])
    feed.clock.advance(30 * secondMs)
    expect(feed.told()).toEqual(['up 0'])
  })

  it('does not hide the next change', async () => {
    const feed = new Watched()
    feed.isFull = true
    feed.received(good)
    await new Promise((resolve) => setImmediate(resolve))
    feed.isFull = false
    expect(feed.received(bad)).toEqual(['degraded rejecting 1'])
  })
})

describe('who is watched', () => {
  it('is whoever is named, from then on, and nobody else', () => {
    const feed = new Watched()
    feed.watch.watch({ id: 'air', cadenceSeconds: 10, zone: 'Asia/Shanghai' })
    feed.watch.received('air', good)
    expect(feed.watch.stateOf('air')).toBe('up')
    expect(feed.watch.stateOf('nobody')).toBe('waiting')
    expect(feed.watch.totals().map(({ id }) => id)).toEqual(['hotline', 'air'])
    feed.told()
    feed.watch.unwatch('air')
    expect(feed.after(hourMs)).toEqual([])
    feed.watch.received('air', bad)
    expect(feed.told()).toEqual([])
    expect(feed.watch.totals().map(({ id }) => id)).toEqual(['hotline'])
  })

  it('named once more as it is, changes nothing; by another cadence, keeps its state and its count of the day', () => {
    const feed = new Watched()
    feed.received({ facts: 1, rejected: 3 })
    feed.watch.watch({ id: 'hotline', cadenceSeconds: 60, zone: 'Asia/Shanghai' })
    expect(feed.watch.totals()).toMatchObject([{ id: 'hotline', facts: 1, rejected: 3 }])
    feed.watch.watch({ id: 'hotline', cadenceSeconds: 600, zone: 'Asia/Shanghai' })
    expect(feed.watch.stateOf('hotline')).toBe('up')
    expect(feed.after(10 * minuteMs)).toEqual([])
    expect(feed.after(secondMs)).toEqual(['degraded late 3'])
  })

  it('is counted for metrics since the start', () => {
    const feed = new Watched()
    feed.received({ facts: 4, rejected: 2 })
    expect(feed.watch.totals()).toEqual([{ id: 'hotline', facts: 4, rejected: 2, heardAt: feed.clock.now() }])
  })

  it('until the watch is closed', () => {
    const feed = new Watched()
    feed.received(good)
    feed.told()
    feed.watch.close()
    expect(feed.after(hourMs)).toEqual([])
  })
})
