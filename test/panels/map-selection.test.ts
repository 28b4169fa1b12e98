// @vitest-environment jsdom
import { effectScope, nextTick } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import type { SensorState } from '../../contract/topic.ts'
import type { Incident } from '../../contract/incident.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import { fitView, toScreen } from '../../client/src/map/mercator.ts'
import type { View } from '../../client/src/map/mercator.ts'
import { focusedIncident } from '../../client/src/panels/incidents.ts'
import { find, findables } from '../../client/src/panels/map/find.ts'
import type { Marks } from '../../client/src/panels/map/layout.ts'
import type { MapModel } from '../../client/src/panels/map/model.ts'
import { thingAt } from '../../client/src/panels/map/pick.ts'
import { useSwitches } from '../../client/src/panels/map/use-switches.ts'
import { undriven } from '../../client/src/screen/driven.ts'
import { createSelection, isSelected } from '../../client/src/screen/selection.ts'

const minute = 60_000

describe('a selection', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })
  const within = <T>(run: () => T): T => {
    const scope = effectScope()
    const value = scope.run(run)
    if (value === undefined) throw new Error('the scope ran nothing')
    return value
  }

  it('is one thing at a time, and ends by itself once it was not touched for so long', () => {
    const { selected, select } = within(() => createSelection(30))
    select({ kind: 'camera', id: 'c' })
    vi.advanceTimersByTime(29 * minute)
    select({ kind: 'incident', id: 'i' })
    vi.advanceTimersByTime(29 * minute)
    expect(selected.value).toEqual({ kind: 'incident', id: 'i' })
    vi.advanceTimersByTime(minute)
    expect(selected.value).toBeUndefined()
  })

  it('is let go at once when asked, and stays for ever where nothing ends it', () => {
    const { selected, select } = within(() => createSelection(0))
    select({ kind: 'town', id: 't' })
    vi.advanceTimersByTime(10_000 * minute)
    expect(isSelected(selected.value, { kind: 'town', id: 't' })).toBe(true)
    expect(isSelected(selected.value, { kind: 'camera', id: 't' })).toBe(false)
    select(undefined)
    expect(selected.value).toBeUndefined()
  })
})

describe('the incident that a screen turns to', () => {
  const ranked = [{ id: 'first' }, { id: 'second' }]
  it('is the one chosen while it is open, else the most pressing; none while something else is chosen', () => {
    expect(focusedIncident(ranked, undefined)).toBe('first')
    expect(focusedIncident(ranked, { kind: 'incident', id: 'second' })).toBe('second')
    expect(focusedIncident(ranked, { kind: 'incident', id: 'closed' })).toBe('first')
    expect(focusedIncident(ranked, { kind: 'camera', id: 'second' })).toBeUndefined()
    expect(focusedIncident([], undefined)).toBeUndefined()
  })
})

describe('layers switched at a wall', () => {
  beforeEach(() => {
    localStorage.clear()
  })
  const switches = (name = 'd.wall') => effectScope().run(() => useSwitches(() => name, ['heat'], undriven()))!

  it('are remembered by its browser, for this wall and district alone', async () => {
    const first = switches()
    expect([...first.off.value]).toEqual(['heat'])
    first.toggle('heat')
    first.toggle('cameras')
    await nextTick()
    expect([...first.off.value]).toEqual(['cameras'])
    expect([...switches().off.value]).toEqual(['cameras'])
    expect([...switches('d.other').off.value]).toEqual(['heat'])
  })

  it('are as configured where what is remembered cannot be read', () => {
    for (const nonsense of ['{', '[]', '{"cameras":"no"}', 'null']) {
      localStorage.setItem('yiping.map.d.wall', nonsense)
      expect([...switches().off.value]).toEqual(['heat'])
    }
  })
})

describe('finding by name', () => {
  const district = {
    subdistricts: [
      { code: 'k', name: '崆峒镇', nameEn: 'Kongtong', shortName: '崆峒镇', group: '镇' as const, place: [106.5, 35.5] as [number, number] },
      { code: 's', name: '平凉崆峒山大景区管理委员会', nameEn: 'Scenic Area', shortName: '崆峒山景区', group: 'area' as const },
    ],
  }
  // as: what find reads of each
  const incidents = [{ id: 'i', title: '崆峒大道 追尾', type: '交通', place: undefined }] as unknown as readonly Incident[]
  const cameras = [{ id: 'c', name: 'K3 崆峒大道', code: '62080200001320000001', place: [106.6, 35.5] }] as unknown as readonly VideoSource[]
  const sensors = [
    { id: 's/level', name: '泾河', quantity: 'level', place: undefined },
    { id: 't/level', name: '聚仙桥水位', quantity: 'level', place: undefined },
  ] as unknown as readonly SensorState[]
  const things = findables(district, { incidents, cameras, sensors }, () => '水位')
  const ids = (typed: string): readonly string[] => find(things, typed).map(({ kind, id }) => `${kind} ${id}`)

  it('knows towns, open incidents, cameras and sensors, the names that begin with it first', () => {
    expect(ids('崆峒')).toEqual(['town k', 'incident i', 'town s', 'camera c'])
    expect(ids('水位')).toEqual(['sensor s/level', 'sensor t/level'])
    expect(ids('泾河 水位')).toEqual(['sensor s/level'])
  })

  it('minds neither capitals nor full width, and finds by the English name and the code', () => {
    expect([ids('KONGTONG'), ids('ｋ３'), ids('6208020000132')]).toEqual([['town k'], ['camera c'], ['camera c']])
  })

  it('names a station that measures several things by each, and not twice', () => {
    expect(things.filter(({ kind }) => kind === 'sensor').map(({ name }) => name)).toEqual(['泾河 水位', '聚仙桥水位'])
  })

  it('finds nothing for nothing, and nothing for what is not there', () => {
    expect([ids(''), ids('  '), ids('不存在')]).toEqual([[], [], []])
  })
})

describe('a finger on the map', () => {
  const am = 1.862
  const box = { width: 2_380, height: 1_360 }
  const view = fitView([106.431, 35.272, 107.193, 35.746], box, { top: 20, right: 20, bottom: 100, left: 100 }) as View
  const at = (place: Place): readonly [number, number] => toScreen(place, view)
  const beside = ([x, y]: readonly [number, number], right: number): readonly [number, number] => [x + right * am, y]
  const [incident, camera, sensor, town]: readonly Place[] = [
    [106.6, 35.4],
    [106.7, 35.5],
    [106.8, 35.5],
    [106.9, 35.6],
  ]
  const nothing = { clustersHidden: 0, neighbours: [], cameras: [], flagsHidden: 0, focus: undefined }
  const marks: Marks = {
    ...nothing,
    incidents: [{ id: 'i', number: 1, priority: 'urgent', place: incident!, selected: true, at: at(incident!), from: undefined }],
    towns: [{ code: 't', dot: at(town!), name: { text: '柳湖镇', at: [at(town!)[0], at(town!)[1] - 20 * am], line: undefined } }],
    clusters: [{ code: 't', at: [at(town!)[0], at(town!)[1] - 60 * am], radius: 28 * am, text: '31' }],
    flags: [{ kind: 'sensor', id: 's/q', dot: at(sensor!), box: { x: 10, y: 900, width: 200, height: 60 }, text: '氨氮 1.32', tone: 'yellow' }],
  }
  // as: what a finger asks of the model
  const model = {
    cameras: [{ id: 'c', place: camera }],
    sensors: [{ id: 's/q', place: sensor }],
  } as unknown as MapModel
  const touch = (point: readonly [number, number]) => thingAt(point, { marks, model, view, am })

  it('means what it touches, or stands right beside', () => {
    expect(touch(beside(at(incident!), 20))).toEqual({ kind: 'incident', id: 'i' })
    expect(touch(beside(at(camera!), 15))).toEqual({ kind: 'camera', id: 'c' })
    expect(touch(beside(at(sensor!), 15))).toEqual({ kind: 'sensor', id: 's/q' })
    expect(touch([60, 930])).toEqual({ kind: 'sensor', id: 's/q' })
    for (const up of [0, 20, 60]) expect(touch([at(town!)[0], at(town!)[1] - up * am])).toEqual({ kind: 'town', id: 't' })
  })

  it('means nothing on bare ground', () => {
    expect(touch(beside(at(camera!), 40))).toBeUndefined()
  })

  it('means an incident before a camera that it covers', () => {
    const covered = { ...model, cameras: [{ id: 'c', place: incident }] } as unknown as MapModel
    expect(thingAt(at(incident!), { marks, model: covered, view, am })).toEqual({ kind: 'incident', id: 'i' })
  })
})
