import { describe, expect, it } from 'vitest'
import type { SensorState, Warning, WorkOrder } from '../../contract/topic.ts'
import type { Incident } from '../../contract/incident.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import { rankIncidents } from '../../client/src/panels/incidents.ts'
import { mapModel } from '../../client/src/panels/map/model.ts'
import type { Sight } from '../../client/src/panels/map/model.ts'
import { trendOf } from '../../client/src/panels/map/sensor-marks.ts'
import { shownIncident } from '../support/shown-incident.ts'

const hour = 3_600_000

const incident = (id: string, of: Partial<Incident> = {}): Incident =>
  shownIncident({ id, title: id, stage: 'in-progress', place: [106.7, 35.5], reportedAt: hour, ...of })

const order = (id: string, of: Partial<WorkOrder> = {}): WorkOrder => ({
  id,
  channel: 'hotline',
  title: '供暖',
  type: '供暖',
  unit: undefined,
  subdistrict: undefined,
  place: undefined,
  stage: 'accepted',
  class: '',
  openedAt: hour,
  startedAt: hour,
  dueAt: undefined,
  dueBasis: 'none',
  isProvisional: false,
  isExtensionAsked: false,
  lateNode: undefined,
  isSettledBeforeReceipt: false,
  rating: undefined,
  settledAt: undefined,
  clock: 'none',
  feed: 'hotline',
  ...of,
})

const camera = (id: string, of: Partial<VideoSource> = {}): VideoSource => ({
  id,
  name: id,
  domain: 'social-governance',
  state: 'online',
  since: hour,
  subdistrict: undefined,
  place: [106.7, 35.5],
  heading: 90,
  code: undefined,
  unit: undefined,
  sensitivity: 'open',
  isKey: false,
  canMove: false,
  probe: undefined,
  feed: 'video',
  ...of,
})

const district = {
  subdistricts: [
    { code: 'a', name: '甲镇', nameEn: 'A', shortName: '甲镇', group: '镇' as const, place: [106.6, 35.5] as [number, number] },
    { code: 'b', name: '乙乡', nameEn: 'B', shortName: '乙乡', group: '乡' as const, place: [106.8, 35.5] as [number, number] },
    { code: 'c', name: '丙乡', nameEn: 'C', shortName: '丙乡', group: '乡' as const },
  ],
}
const nothing = { orders: [], incidents: [], cameras: [], sensors: [], warnings: [] }
const sight = (layers: Sight['layers'], of: Partial<Sight> = {}): Sight => ({
  layers,
  off: new Set(),
  selected: undefined,
  now: 100 * hour,
  heatHours: 24,
  ...of,
})
const all = sight(['work-orders', 'incidents', 'cameras'])

describe('incidents on the map', () => {
  it('are ranked by priority, then the latest first, without the closed ones', () => {
    const ranked = rankIncidents([
      incident('old normal', { reportedAt: 1 * hour }),
      incident('notice', { priority: 'notice', reportedAt: 9 * hour }),
      incident('new normal', { reportedAt: 3 * hour }),
      incident('closed', { priority: 'urgent', closedAt: 4 * hour }),
      incident('urgent', { priority: 'urgent', reportedAt: 2 * hour }),
    ])
    expect(ranked.map(({ id }) => id)).toEqual(['urgent', 'new normal', 'old normal', 'notice'])
  })

  it('keep the number of the list when an earlier one has no place, and count that one', () => {
    const incidents = [incident('first', { priority: 'urgent', place: undefined }), incident('second', { priority: 'important' })]
    const model = mapModel({ ...nothing, incidents }, district, all)
    expect(model.incidents).toEqual([{ id: 'second', number: 2, priority: 'important', place: [106.7, 35.5], selected: false }])
    expect(model.incidentsUnlocated).toBe(1)
    expect(model.incidentCounts).toEqual({ urgent: 1, important: 1, normal: 0, notice: 0 })
  })

  it('are at most twenty marks, and all of them in the counts', () => {
    const incidents = Array.from({ length: 31 }, (_, i) => incident(`i${String(i)}`))
    const model = mapModel({ ...nothing, incidents }, district, all)
    expect(model.incidents.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(model.incidentCounts.normal).toBe(31)
  })
})

describe('orders on the map', () => {
  it('count open ones by subdistrict, with and without coordinates, and leave settled ones out', () => {
    const orders = [
      order('1', { subdistrict: 'a', place: [106.61, 35.51] }),
      order('2', { subdistrict: 'a' }),
      order('3', { subdistrict: 'a', settledAt: 2 * hour }),
      order('4', { subdistrict: 'c' }),
      order('5'),
    ]
    const model = mapModel({ ...nothing, orders }, district, all)
    expect(model.areas).toEqual([
      { code: 'a', place: [106.6, 35.5], open: 2 },
      { code: 'b', place: [106.8, 35.5], open: 0 },
    ])
    expect(model.ordersOpen).toBe(4)
    expect(model.orderPlaces).toEqual([[106.61, 35.51]])
    expect(model.ordersUnlocated).toBe(3)
  })

  it('are empty when the screen does not ask for the layer', () => {
    const model = mapModel({ ...nothing, orders: [order('1', { subdistrict: 'a' })], incidents: [incident('i')] }, district, sight(['incidents']))
    expect(model.ordersOpen).toBe(0)
    expect(model.areas.every(({ open }) => open === 0)).toBe(true)
    expect(model.incidents).toHaveLength(1)
  })
})

describe('cameras on the map', () => {
  const facing = (cameras: readonly VideoSource[], of: Partial<Sight> = {}): readonly string[] =>
    mapModel({ ...nothing, cameras, incidents: [incident('i', { priority: 'urgent' })] }, district, { ...all, ...of })
      .cameras.filter(({ facing }) => facing)
      .map(({ id }) => id)

  it('count the online ones, and mark the three nearest that face the selected incident', () => {
    const cameras = [
      camera('turned away', { place: [106.699, 35.5], heading: 270 }),
      camera('third', { place: [106.67, 35.5] }),
      camera('first', { place: [106.695, 35.5] }),
      camera('fourth', { place: [106.66, 35.5] }),
      camera('second', { place: [106.7, 35.48], heading: 0 }),
      camera('too far', { place: [106.6, 35.5] }),
      camera('offline', { place: [106.698, 35.5], state: 'offline' }),
      camera('lost', { place: undefined, state: 'offline' }),
    ]
    expect(facing(cameras)).toEqual(['third', 'first', 'second'])
    const model = mapModel({ ...nothing, cameras }, district, all)
    expect([model.camerasOnline, model.camerasTotal]).toEqual([6, 8])
  })

  it('have none facing when nothing is open', () => {
    expect(mapModel({ ...nothing, cameras: [camera('c')] }, district, all).cameras.map(({ facing }) => facing)).toEqual([false])
  })

  it('show the view of the one that is selected, and of no other', () => {
    const cameras = [camera('near', { place: [106.699, 35.5] }), camera('chosen', { place: [106.9, 35.5] })]
    expect(facing(cameras, { selected: { kind: 'camera', id: 'chosen' } })).toEqual(['chosen'])
  })
})

describe('the selection on the map', () => {
  const incidents = [incident('urgent', { priority: 'urgent' }), incident('other', { place: [106.9, 35.4] })]
  const focus = (selected: Sight['selected'], of: Partial<Sight> = {}) =>
    mapModel({ ...nothing, incidents, cameras: [camera('c', { place: [106.5, 35.6] })] }, district, { ...all, selected, ...of }).focus

  it('is the most pressing incident until something is chosen, and again when what was chosen is over', () => {
    expect(focus(undefined)).toEqual({ kind: 'incident', id: 'urgent', place: [106.7, 35.5] })
    expect(focus({ kind: 'incident', id: 'other' })).toEqual({ kind: 'incident', id: 'other', place: [106.9, 35.4] })
    expect(focus({ kind: 'incident', id: 'closed long ago' })?.id).toBe('urgent')
  })

  it('may be a camera or a town, and then no incident', () => {
    expect(focus({ kind: 'camera', id: 'c' })?.place).toEqual([106.5, 35.6])
    expect(focus({ kind: 'town', id: 'b' })?.place).toEqual([106.8, 35.5])
    const model = mapModel({ ...nothing, incidents }, district, { ...all, selected: { kind: 'town', id: 'b' } })
    expect(model.incidents.some(({ selected }) => selected)).toBe(false)
  })

  it('is shown although it ranks behind the twenty that have room', () => {
    const many = Array.from({ length: 31 }, (_, i) => incident(`i${String(i).padStart(2, '0')}`))
    const model = mapModel({ ...nothing, incidents: many }, district, { ...all, selected: { kind: 'incident', id: 'i30' } })
    expect(model.incidents.map(({ number }) => number)).toEqual([...Array.from({ length: 20 }, (_, i) => i + 1), 31])
  })
})

describe('a layer that is switched off', () => {
  it('is counted and not drawn', () => {
    const topics = {
      ...nothing,
      incidents: [incident('i')],
      cameras: [camera('c')],
      orders: [order('1', { subdistrict: 'a', place: [106.6, 35.5] })],
    }
    const model = mapModel(topics, district, { ...all, off: new Set(['incidents', 'cameras', 'work-orders'] as const) })
    expect([model.incidents, model.cameras, model.orderPlaces, model.areas.map(({ open }) => open)]).toEqual([[], [], [], [0, 0]])
    expect([model.incidentCounts.normal, model.camerasTotal, model.ordersOpen]).toEqual([1, 1, 1])
  })
})

describe('the heat', () => {
  it('is of what came in within its hours, settled or not, and only while its layer is on', () => {
    const orders = [
      order('old', { place: [1, 1], openedAt: 75 * hour }),
      order('new', { place: [2, 2], openedAt: 77 * hour, settledAt: 78 * hour }),
      order('nowhere', { openedAt: 99 * hour }),
    ]
    const incidents = [incident('closed', { place: [3, 3], reportedAt: 80 * hour, closedAt: 81 * hour })]
    const recent = (of: Partial<Sight>) => mapModel({ ...nothing, orders, incidents }, district, sight(['heat'], of)).recent
    expect(recent({})).toEqual({ orders: [[2, 2]], incidents: [[3, 3]] })
    expect(recent({ off: new Set(['heat'] as const) })).toEqual({ orders: [], incidents: [] })
  })
})

describe('sensors on the map', () => {
  const sensor = (id: string, of: Partial<SensorState> = {}): SensorState => ({
    id: `${id}/cod`,
    sensor: id,
    quantity: 'cod',
    name: id,
    sector: undefined,
    subdistrict: undefined,
    place: [106.7, 35.5],
    value: 5,
    quality: 'good',
    observedAt: hour,
    receivedAt: hour,
    corrected: undefined,
    trend: [],
    limits: {},
    standing: 'normal',
    standingSince: hour,
    feed: 'f',
    ...of,
  })
  it('are those with a place, the worst first, and all are counted', () => {
    const sensors = [sensor('a'), sensor('b', { standing: 'urgent' }), sensor('c', { standing: 'over' }), sensor('d', { place: undefined })]
    const model = mapModel({ ...nothing, sensors }, district, sight(['sensors']))
    expect(model.sensors.map(({ id }) => id)).toEqual(['b/cod', 'c/cod', 'a/cod'])
    expect(model.sensorsTotal).toBe(4)
    expect(mapModel({ ...nothing, sensors }, district, sight(['incidents'])).sensors).toEqual([])
  })
})

describe('the trend of a sensor', () => {
  const minute = hour / 60
  const trend = (value: number, ...before: readonly number[]) => ({ value, trend: before.map((was, i) => ({ at: i * 20 * minute, value: was })) })
  it('is told against an hour ago, and noise is none', () => {
    // 0, 20, 40, 60, 80 minutes: an hour before the last is the second
    expect(trendOf(trend(5, 9, 3, 4, 5, 5), 1)).toBe('rising')
    expect(trendOf(trend(5, 1, 8, 7, 6, 5), 1)).toBe('falling')
    expect(trendOf(trend(5, 9, 4.5, 5, 5, 5), 1)).toBe('steady')
    expect(trendOf(trend(5), 1)).toBeUndefined()
    expect(trendOf(trend(5, 5), 1)).toBeUndefined()
  })
})

describe('warnings', () => {
  const warning = (id: string, level: Warning['level'], issuedAt: number, endedAt?: number): Warning => ({
    id,
    level,
    type: '寒潮',
    title: id,
    issuer: '气象台',
    note: undefined,
    issuedAt,
    onsetAt: issuedAt,
    expiresAt: undefined,
    endedAt,
    areas: [],
    polygons: [],
    feed: 'f',
  })
  it('are those in force, the gravest first, then the latest', () => {
    const warnings = [
      warning('blue', 'blue', 9),
      warning('old red', 'red', 1),
      warning('ended', 'red', 8, 9),
      warning('red', 'red', 2),
      warning('yellow', 'yellow', 5),
    ]
    expect(mapModel({ ...nothing, warnings }, district, sight(['warnings'])).warnings.map(({ id }) => id)).toEqual([
      'red',
      'old red',
      'yellow',
      'blue',
    ])
    expect(mapModel({ ...nothing, warnings }, district, sight(['incidents'])).warnings).toEqual([])
  })
})
