import { describe, expect, it } from 'vitest'
import type { FeedHealth } from '../../contract/topic.ts'
import { contourPath } from '../../client/src/screen/contour.ts'
import { originOf } from '../../client/src/screen/origin.ts'
import { pixelShift } from '../../client/src/screen/pixel-shift.ts'
import { scheduledScreen } from '../../client/src/screen/schedule.ts'
import { screenPath } from '../../client/src/screen/screen-path.ts'
import { stripCells, stripPages, untrustedBySeconds } from '../../client/src/screen/strip.ts'
import { textWidthEm } from '../../client/src/ui/text-width.ts'
import { feedState } from './feed-state.ts'

const zone = 'Asia/Shanghai'
const at = (time: string): number => Date.parse(`2026-11-20T${time}:00+08:00`)

describe('the schedule', () => {
  const schedule = [
    { at: '08:00', screen: 'overview' },
    { at: '17:30', screen: 'dispatch' },
  ] as const
  it('has the latest entry that has come, in the district’s zone', () => {
    expect(scheduledScreen([...schedule], at('08:00'), zone)).toBe('overview')
    expect(scheduledScreen([...schedule], at('17:29'), zone)).toBe('overview')
    expect(scheduledScreen([...schedule], at('17:30'), zone)).toBe('dispatch')
  })
  it('goes on through the night with the last entry of the day before', () => {
    expect(scheduledScreen([...schedule], at('07:59'), zone)).toBe('dispatch')
  })
  it('does not depend on the order it is written in', () => {
    expect(scheduledScreen([...schedule].reverse(), at('12:00'), zone)).toBe('overview')
  })
  it('leaves the screen open when it is empty', () => {
    expect(scheduledScreen([], at('12:00'), zone)).toBeUndefined()
  })
})

describe('the pixel shift', () => {
  const minutes = Array.from({ length: 400 }, (_, minute) => pixelShift(minute * 60_000))
  it('stays within 4 px and moves one pixel per minute', () => {
    minutes.forEach(({ x, y }, minute) => {
      expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(4)
      const before = minutes[minute - 1]
      if (before !== undefined) expect(Math.abs(x - before.x) + Math.abs(y - before.y)).toBe(1)
    })
  })
  it('visits every place', () => {
    expect(new Set(minutes.map(({ x, y }) => `${String(x)},${String(y)}`)).size).toBe(81)
  })
})

it('names the default district’s screens by their short address', () => {
  const configuration = { app: { defaultDistrict: '620802', schedule: [], holdMinutes: 30, presenterMinutes: 10 } }
  expect(screenPath('overview', '620802', configuration)).toBe('/overview')
  expect(screenPath('perceive', 'la', configuration)).toBe('/d/la/perceive')
})

it('draws the same contours each time, and some', () => {
  const path = contourPath(400, 136, 200)
  expect(path).toBe(contourPath(400, 136, 200))
  expect(path.match(/M/g)?.length).toBeGreaterThan(50)
})

it('reckons a Chinese character as one em and a figure as a good half', () => {
  expect(textWidthEm('供数')).toBe(2)
  expect(textWidthEm('99')).toBeCloseTo(1.12)
})

describe('where a screen says its figures come from', () => {
  const real = feedState('a')
  const demo = feedState('b', { label: { demo: true } })
  it('is a simulator as soon as one feed is one', () => {
    expect(originOf([real, demo])).toBe('demo')
    expect(originOf([real])).toBe('real')
  })
  it('is not known before any feed is: nothing passes for real by silence', () => {
    expect(originOf([])).toBe('unknown')
  })
})

it('says by how much the server’s clock is off only while it cannot be trusted', () => {
  expect(untrustedBySeconds(undefined)).toBeUndefined()
  expect(untrustedBySeconds({ driftMs: 400, isTrusted: true })).toBeUndefined()
  expect(untrustedBySeconds({ driftMs: -75_400, isTrusted: false })).toBe(75)
})

describe('the strip of feeds', () => {
  const t = (key: string, named: Record<string, unknown>): string => `${key}(${Object.values(named).join()})`
  const feed = (id: string, state: FeedHealth['state'], ageSeconds: number | undefined, sector?: string): FeedHealth =>
    feedState(id, {
      state,
      since: at('13:05'),
      lastFactAt: ageSeconds === undefined ? undefined : at('14:32') - ageSeconds * 1_000,
      label: { sector },
    })
  const telling = { now: at('14:32'), zone, t, nameOf: (one: FeedHealth['label']) => one.name, sectors: ['s1', 's2', 's3'] }
  const cells = stripCells(
    [
      feed('waiting', 'waiting', undefined),
      feed('down', 'down', 9_000, 's3'),
      feed('up', 'up', 42, 's1'),
      feed('late', 'degraded', 60 + 23 * 60, 's2'),
    ],
    telling,
  )

  it('has every feed that is there, in the order of the sectors, those of none at the end', () => {
    expect(cells.map(({ id, name }) => [id, name])).toEqual([
      ['up', 'up'],
      ['late', 'late'],
      ['down', 'down'],
      ['waiting', 'waiting'],
    ])
  })

  it('tells age, lateness beyond the cadence, and since when a feed is down', () => {
    expect(cells.map(({ glyph }) => glyph)).toEqual(['dot', 'stale', 'down', 'none'])
    expect(cells[0]?.note).toBe('duration.seconds(42)')
    expect(cells[1]?.note).toBe('strip.late(duration.minutes(23))')
    expect(cells[2]?.note).toBe('strip.down(13:05)')
  })
  it('says in the page’s language why a feed that still speaks is degraded', () => {
    const [cell] = stripCells([{ ...feed('bad', 'degraded', 5), reason: 'rejecting' }], telling)
    expect(cell?.note).toBe('feedReasons.rejecting()')
  })
  it('gives no age to a feed that is up and has never had a fact', () => {
    const [up, bad] = stripCells([feed('a', 'up', undefined), { ...feed('b', 'degraded', undefined), reason: 'rejecting' }], telling)
    expect(up).toMatchObject({ note: 'strip.noFact()', isException: false })
    expect(bad).toMatchObject({ note: 'feedReasons.rejecting()', isException: true })
  })
  it('counts only late and down as exceptions', () => {
    expect(cells.filter(({ isException }) => isException).map(({ id }) => id)).toEqual(['late', 'down'])
  })
  it('is one page in the configured order when all fit', () => {
    expect(stripPages(cells, 500)).toEqual([cells])
  })
  it('turns pages that each fit, exceptions first, losing none', () => {
    const pages = stripPages(cells, 40)
    expect(pages.length).toBeGreaterThan(1)
    expect(pages.flat()).toHaveLength(cells.length)
    expect(pages[0]?.[0]?.id).toBe('late')
    for (const page of pages.filter(({ length }) => length > 1))
      expect(page.reduce((sum, cell) => sum + textWidthEm(cell.name) + textWidthEm(cell.note) + 3, 0)).toBeLessThanOrEqual(40)
  })
})
