import { describe, expect, it } from 'vitest'
import type { FeedStatus, TailLine } from '../../../contract/bench.ts'
import type { Fact } from '../../../contract/fact.ts'
import type { RejectionCause } from '../../../contract/rejection.ts'
import { factWords, writeInstant } from '../../../client/src/desk/bench/fact-words.ts'
import { isException, listFeeds } from '../../../client/src/desk/bench/feed-order.ts'
import { placeWords, refusalParts } from '../../../client/src/desk/bench/place-words.ts'
import { isWithin, layOutPreview } from '../../../client/src/desk/bench/preview-layout.ts'
import { quarantineGroups } from '../../../client/src/desk/bench/quarantine-groups.ts'
import { joinTail, mostTailLines } from '../../../client/src/desk/bench/tail.ts'
import type { Names } from '../../../client/src/i18n/use-names.ts'
import { fitView } from '../../../client/src/map/mercator.ts'
import { indicator } from '../../support/registry.ts'

const at = Date.parse('2026-11-23T14:21:08+08:00')
const names: Names = {
  of: ({ shortName, name }) => shortName ?? name,
  unit: (id) => id ?? '',
  channel: (id) => `渠道 ${id}`,
  subdistrict: (_, code) => (code === undefined ? '' : `街道 ${code}`),
}
const rooms = {
  district: 'd',
  zone: 'Asia/Shanghai',
  names,
  indicators: [indicator({ id: 'growth', shortName: '增长量', scale: 10_000, decimals: 1, unitOfMeasure: '条' })],
  quantities: [
    {
      id: 'level',
      name: '水位',
      shortName: '水位',
      nameEn: 'Level',
      unitOfMeasure: 'm',
      decimals: 2,
      plausible: [0, 9] as [number, number],
      limits: {},
      staleSeconds: 60,
    },
  ],
  t: (key: string) => key,
}
const say = (fact: Fact) => {
  const { kind, name, value, where, more } = factWords(fact, rooms)
  return { kind, name, value, where, more: more.map(({ field, text }) => `${field} ${text}`) }
}

describe('what the server says of places', () => {
  const t = (key: string, gaps: Readonly<Record<string, unknown>>) => `${key}(${Object.values(gaps).join()})`
  it('is in the page’s language where its pattern is known, and as it is else', () => {
    for (const [place, words] of [
      ['line 2', 'bench.places.line(2)'],
      ['frame 1', 'bench.places.frame(1)'],
      ['message 1', 'bench.places.message(1)'],
      ['sheet "六月" row 3', 'bench.places.sheetRow("六月",3)'],
      ['row 3', 'bench.places.line(3)'],
      ['row id=7', 'bench.places.rowOf(id=7)'],
      ['[1].tjrq', '[1].tjrq'],
    ] as const)
      expect(placeWords(place, t)).toBe(words)
  })
  it('tells what was found and expected apart from the cure', () => {
    expect(refusalParts('[1].tjrq: found "2026-13-01", expected a time, such as 08:00; use $instant')).toEqual({
      place: '[1].tjrq',
      found: '"2026-13-01"',
      expected: 'a time, such as 08:00',
    })
    expect(refusalParts('the body is not JSON')).toBeUndefined()
  })
})

describe('a fact in words', () => {
  it('of a sensor has its place, its quantity and its unit, and leaves nothing of the fact out', () => {
    expect(
      say({
        kind: 'sensor-reading',
        sensor: 's1',
        name: '平凉站',
        quantity: 'level',
        at,
        value: 1.5,
        place: [106.672, 35.549],
        subdistrict: '01',
        key: 'k',
      }),
    ).toEqual({ kind: 'sensor-reading', name: '平凉站 水位', value: '1.50 m', where: '街道 01 · 106.67200, 35.54900', more: ['sensor s1', 'key k'] })
    expect(say({ kind: 'sensor-reading', sensor: 's1', quantity: 'odd', at, value: 2, quality: 'fault' })).toMatchObject({
      name: 's1 odd',
      value: '2.0 sensors.qualities.fault',
      more: [],
    })
  })
  it('of an order and an incident says how far it has come', () => {
    expect(say({ kind: 'work-order', id: 'W1', at, stage: 'received', channel: 'c', type: '路灯', dueAt: at + 60_000 })).toEqual({
      kind: 'work-order',
      name: '渠道 c 路灯',
      value: 'stages.received',
      where: '',
      more: ['id W1', 'dueAt 2026-11-23 14:22:08'],
    })
    expect(say({ kind: 'incident', id: 'E', at, stage: 'confirmed', priority: 'urgent', title: '溢流' })).toMatchObject({
      name: '溢流',
      value: 'priorities.urgent · incidentStages.confirmed',
    })
  })
  it('of an indicator is in its own scale, and says its id where nobody knows it', () => {
    expect(say({ kind: 'reading', indicator: 'growth', at, value: 361_000 })).toMatchObject({ name: '增长量', value: '36.1 scale.10000条' })
    expect(say({ kind: 'reading', indicator: 'odd', at, value: 3 })).toMatchObject({ name: 'odd', value: '3' })
  })
  it('of cameras, vehicles and warnings names what the wall would', () => {
    expect(say({ kind: 'video-source', id: 'c', at, state: 'offline', name: '路口' })).toMatchObject({
      name: '路口',
      value: 'bench.cameraStates.offline',
    })
    expect(say({ kind: 'vehicle', id: 'v', at, place: [106, 35], type: 'bus', speed: 32.4, heading: 90, alarm: '超速' })).toMatchObject({
      name: 'v',
      value: 'bench.vehicleTypes.bus · 32 km/h · 90° · 超速',
    })
    expect(say({ kind: 'warning', id: 'w', at, action: 'issue', level: 'yellow', title: '道路结冰' })).toMatchObject({
      name: '道路结冰',
      value: 'bench.warningActions.issue bench.warningLevels.yellow',
    })
    expect(say({ kind: 'tick', at })).toMatchObject({ kind: 'tick', name: '' })
    expect(say({ kind: 'feed-health', feed: 'f', at, state: 'up', rejectedToday: 0 })).toMatchObject({ name: 'f' })
  })
  it('tells its time to the second in the district’s zone, with the year', () => {
    expect(writeInstant(at, 'Asia/Shanghai')).toBe('2026-11-23 14:21:08')
    expect(writeInstant(at, 'America/Los_Angeles')).toBe('2026-11-22 22:21:08')
  })
})

describe('the list of feeds', () => {
  const feed = (id: string, over: Partial<FeedStatus> = {}): FeedStatus => ({
    id,
    district: 'd',
    name: id,
    nameEn: id,
    source: 'mqtt://broker',
    codec: 'json',
    meaning: 'mapping',
    state: 'up',
    connection: 'open',
    lastError: undefined,
    retryAt: undefined,
    lastMessageAt: undefined,
    messages: 0,
    facts: 0,
    rejected: 0,
    unchanged: 0,
    queued: 0,
    version: 1,
    ...over,
  })
  const feeds = [
    feed('b'),
    feed('a'),
    feed('new', { state: 'waiting' }),
    feed('late', { state: 'degraded' }),
    feed('down', { state: 'down' }),
    feed('retrying', { connection: 'retrying' }),
    feed('stopped', { state: 'waiting', connection: 'stopped' }),
  ]
  it('has those first that need a hand', () => {
    expect(listFeeds(feeds, '', false).map(({ id }) => id)).toEqual(['stopped', 'down', 'late', 'retrying', 'new', 'a', 'b'])
    expect(listFeeds(feeds, '', true).every(isException)).toBe(true)
  })
  it('is filtered by every word, wherever it stands', () => {
    const found = listFeeds([...feeds, feed('gps', { name: '公交 GPS', source: 'tcp://0.0.0.0:7611', codec: 'jt808' })], ' JT808  公交 ', false)
    expect(found.map(({ id }) => id)).toEqual(['gps'])
    expect(listFeeds(feeds, 'nowhere', false)).toEqual([])
  })
})

describe('the quarantine', () => {
  const cause = (feed: string, id: string, lastAt: number): RejectionCause => ({
    feed,
    cause: id,
    stage: 'map',
    code: 'bad-instant',
    detail: 'd',
    count: 2,
    replayable: 1,
    firstAt: 0,
    lastAt,
    sample: { id: 1, raw: '{}', origin: '' },
  })
  const kept = {
    causes: [cause('a', '1', 5), cause('b', '2', 9), cause('a', '3', 7)],
    evicted: [
      { feed: 'a', count: 50, evicted: 30 },
      { feed: 'a', count: 12, evicted: 10 },
      { feed: 'c', count: 3, evicted: 3 },
      { feed: 'd', count: 4, evicted: 0 },
    ],
  }
  it('is told by feed and cause, newest first, with what is kept no longer', () => {
    const groups = quarantineGroups(kept, undefined)
    expect(groups.map(({ feed, causes, count, replayable, evicted }) => [feed, causes.map((one) => one.cause), count, replayable, evicted])).toEqual([
      ['b', ['2'], 2, 1, 0],
      ['a', ['3', '1'], 4, 2, 40],
      ['c', [], 0, 0, 3],
    ])
  })
  it('can be that of one feed', () => {
    expect(quarantineGroups(kept, 'b').map(({ feed }) => feed)).toEqual(['b'])
  })
})

describe('the tail', () => {
  const line = (number: number): TailLine => ({ number, at, origin: '', text: '', facts: 1, rejected: 0 })
  it('adds what is new, once, and forgets the oldest', () => {
    expect(joinTail([line(1), line(2)], [line(2), line(3)]).map(({ number }) => number)).toEqual([1, 2, 3])
    const long = Array.from({ length: mostTailLines }, (_, i) => line(i + 1))
    expect(joinTail(long, [line(mostTailLines + 1)])).toHaveLength(mostTailLines)
    const same = [line(1)]
    expect(joinTail(same, [])).toBe(same)
  })
  it('begins anew with a server that did', () => {
    expect(joinTail([line(90)], [line(1)]).map(({ number }) => number)).toEqual([1])
  })
})

describe('the preview', () => {
  it('puts names beside their points, none over another', () => {
    const view = fitView([106, 35, 107, 36], { width: 400, height: 400 }, { top: 0, right: 0, bottom: 0, left: 0 })
    if (view === undefined) throw new Error('there is room')
    const points = Array.from({ length: 8 }, (_, i) => ({
      number: i + 1,
      name: '甘沟路污水井液位监测点七号',
      place: [106.5, 35.5 + i * 0.002] as [number, number],
    }))
    const placed = layOutPreview({ points, view, labelPx: 16 })
    expect(placed).toHaveLength(8)
    expect(placed[0]?.name?.text).toBe('甘沟路污水井液位监测点…')
    const named = placed.flatMap(({ name }) => (name === undefined ? [] : [name.at]))
    for (const [i, a] of named.entries())
      for (const b of named.slice(i + 1)) expect(Math.abs(a[0] - b[0]) >= 150 || Math.abs(a[1] - b[1]) >= 18).toBe(true)
  })
  it('tells a place that is not in the district', () => {
    expect([isWithin([106.5, 35.5], [106, 35, 107, 36]), isWithin([35.5, 106.5], [106, 35, 107, 36])]).toEqual([true, false])
  })
})
