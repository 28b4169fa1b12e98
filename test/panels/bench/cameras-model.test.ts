import { describe, expect, it } from 'vitest'
import type { ProbeState } from '../../../contract/video-fact.ts'
import type { VideoSource } from '../../../contract/video-source.ts'
import { en } from '../../../client/src/i18n/en.ts'
import { zh } from '../../../client/src/i18n/zh.ts'
import {
  conditions,
  domainRates,
  idsInOrder,
  listCameras,
  nobody,
  rowAfter,
  rowsInSight,
  scrolledTo,
  unitRates,
  wholeCatalogue,
} from '../../../client/src/desk/cameras/model.ts'
import { instantIn, localText } from '../../../client/src/ui/typed-moment.ts'
import type { CameraFilter } from '../../../client/src/desk/cameras/model.ts'
import { cameraWords } from '../../../client/src/desk/cameras/words.ts'
import { camera, looked } from './cameras.ts'

const now = Date.parse('2026-11-24T14:32:00+08:00')
const minute = 60_000
const zone = 'Asia/Shanghai'

const some: readonly VideoSource[] = [
  camera('a1', { name: '解放路十字', code: '62080200001310000001', unit: 'police' }),
  camera('a2', { name: '解放路东口', unit: 'police', probe: looked('standing'), isKey: true }),
  camera('b1', { domain: 'urban-management', state: 'offline', unit: 'housing' }),
  camera('b2', { domain: 'urban-management', sensitivity: 'sensitive', probe: looked('moving') }),
  camera('b3', { domain: 'urban-management', unit: 'housing', probe: looked('no-stream') }),
]
const map = new Map(some.toReversed().map((source) => [source.id, source]))
const ids = (filter: Partial<CameraFilter> = {}): string =>
  listCameras(map, idsInOrder(map), { ...wholeCatalogue, ...filter })
    .map(({ id }) => id)
    .join(' ')

describe('the list of cameras', () => {
  it('has those that show nothing first, key points before others, then by id', () => {
    expect(ids()).toBe('a2 b1 b3 a1 b2')
  })

  it('is not put in order again for states that change, and is for cameras that come or go', () => {
    const before = idsInOrder(map)
    expect(before).toEqual(['a1', 'a2', 'b1', 'b2', 'b3'])
    expect(idsInOrder(new Map(map).set('a1', camera('a1', { state: 'offline' })), before)).toBe(before)
    const other = new Map(map).set('a0', camera('a0'))
    other.delete('b3')
    expect(idsInOrder(other, before)).toEqual(['a0', 'a1', 'a2', 'b1', 'b2'])
  })

  it.each<[string, Partial<CameraFilter>, string]>([
    ['part of a name', { words: '解放路' }, 'a2 a1'],
    ['all of several parts', { words: ' 解放路  十字' }, 'a1'],
    ['part of a code', { words: '1310000001' }, 'a1'],
    ['an id in any case', { words: 'B' }, 'b1 b3 b2'],
    ['nothing that is there', { words: '泾河' }, ''],
    ['a domain', { domain: 'urban-management' }, 'b1 b3 b2'],
    ['a unit', { unit: 'housing' }, 'b1 b3'],
    ['no unit', { unit: nobody }, 'b2'],
    ['sensitive ones', { sensitivity: 'sensitive' }, 'b2'],
    ['key points', { isKeyOnly: true }, 'a2'],
    ['the dark', { condition: 'dark' }, 'a2 b1 b3'],
    ['those off by the catalogue', { condition: 'offline' }, 'b1'],
    ['what a look found', { condition: 'no-stream' }, 'b3'],
    ['those not looked at', { condition: 'unseen' }, 'a1'],
    ['several at once', { condition: 'dark', unit: 'housing', words: 'b3' }, 'b3'],
  ])('narrowed to %s', (_name, filter, found) => {
    expect(ids(filter)).toBe(found)
  })
})

describe('who is phoned', () => {
  it('domains in the plan’s order, with what the indicator counts as online', () => {
    expect(domainRates(some)).toEqual([
      { key: 'social-governance', showing: 1, total: 2 },
      { key: 'urban-management', showing: 1, total: 3 },
    ])
  })

  it('units with the most dark cameras first, those of nobody among them', () => {
    expect(unitRates(some)).toEqual([
      { key: 'housing', showing: 0, total: 2 },
      { key: 'police', showing: 1, total: 2 },
      { key: nobody, showing: 1, total: 1 },
    ])
  })
})

describe('rows', () => {
  const scrolled = { scrollTop: 0, boxPx: 300, rowPx: 30, count: 20_000 }
  it('are drawn in sight and a few around it', () => {
    expect(rowsInSight(scrolled)).toEqual({ from: 0, to: 18 })
    expect(rowsInSight({ ...scrolled, scrollTop: 30_000 })).toEqual({ from: 992, to: 1_018 })
    expect(rowsInSight({ ...scrolled, scrollTop: 599_700 })).toEqual({ from: 19_982, to: 20_000 })
  })
  it('are some even when the list has become shorter than it is scrolled, and none of none', () => {
    const { from, to } = rowsInSight({ ...scrolled, scrollTop: 599_700, count: 5 })
    expect(to - from).toBeGreaterThan(0)
    expect(rowsInSight({ ...scrolled, count: 0 })).toEqual({ from: 0, to: 0 })
  })
  it.each([
    ['ArrowDown', -1, 0],
    ['ArrowDown', 4, 5],
    ['ArrowUp', 0, 0],
    ['PageDown', 4, 13],
    ['PageUp', 4, 0],
    ['Home', 500, 0],
    ['End', 500, 19_999],
    ['ArrowDown', 19_999, 19_999],
    ['x', 4, undefined],
  ])('%s from row %d leads to %s', (key, at, next) => {
    expect(rowAfter(key, at, scrolled)).toBe(next)
  })
  it('are scrolled to no further than must be', () => {
    expect(scrolledTo(3, scrolled)).toBe(0)
    expect(scrolledTo(10, scrolled)).toBe(30)
    expect(scrolledTo(2, { ...scrolled, scrollTop: 900 })).toBe(60)
    expect(scrolledTo(35, { ...scrolled, scrollTop: 900 })).toBe(900)
  })
})

describe('a stretch of time', () => {
  it('is written and read as the district’s clock shows it', () => {
    expect(localText(now, zone)).toBe('2026-11-24T14:32')
    expect(instantIn('2026-11-24T14:32', zone)).toBe(now)
    expect(instantIn(localText(now, 'America/New_York'), 'America/New_York')).toBe(now)
    expect([instantIn('', zone), instantIn('2026-11', zone)]).toEqual([undefined, undefined])
  })
})

describe('in words', () => {
  const t = (key: string, named: Record<string, unknown>): string =>
    key === 'cameras.from' ? `${String(named['words'])} ${String(named['at'])} 起` : (key.split('.').at(-1) ?? '')
  const say = (source: VideoSource) => cameraWords(source, { now, zone, t })

  it('a camera says since when it is on or off, and what the last look found', () => {
    expect(say(camera('a', { since: now - 12 * minute, probe: looked('standing', { since: now - 2 * minute }) }))).toEqual({
      glyph: 'down',
      state: 'online 14:20 起',
      look: 'standing 14:30 起',
      codec: '—',
      kilobits: '—',
      firstSegment: '—',
      clockOffset: '—',
    })
    const figures = { codec: 'hvc1.1.6.L93.B0', kilobitsPerSecond: 1_812.4, firstSegmentMs: 640, clockOffsetMs: -2_140 }
    expect(say(camera('a', { probe: looked('moving', figures) }))).toMatchObject({
      glyph: 'dot',
      codec: 'H.265',
      kilobits: '1812',
      firstSegment: '640',
      clockOffset: '−2.1',
    })
  })
  it('only a key point that is dark is an alarm', () => {
    expect(say(camera('a', { isKey: true, state: 'offline' })).glyph).toBe('orange')
    expect(say(camera('a', { isKey: true })).glyph).toBe('dot')
  })
  it('of one that is off, what was found before says nothing', () => {
    expect(say(camera('a', { state: 'offline', probe: looked('moving') })).look).toBe('—')
    expect(say(camera('a')).look).toBe('unseen')
  })
  it('every condition has its words in both languages', () => {
    for (const condition of [...conditions, 'moving' satisfies ProbeState] as const) {
      expect(zh.cameras.conditions[condition]).toMatch(/[\u4e00-\u9fff]/)
      expect(en.cameras.conditions[condition]).toMatch(/[a-z]/)
    }
  })
})
