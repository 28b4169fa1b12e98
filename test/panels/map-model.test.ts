import { describe, expect, it } from 'vitest'
import type { PanelOptions } from '../../contract/panel.ts'
import type { Incident, SensorState, Vehicle, VideoSource, Warning, WorkOrder } from '../../contract/topic.ts'
import { vehicleMarks } from '../../client/src/panels/map/movers.ts'
import { distanceKm, mapModel, rankIncidents } from '../../client/src/panels/map/model.ts'

const hour = 3_600_000

const incident = (id: string, of: Partial<Incident> = {}): Incident => ({
  id,
  title: id,
  type: '排水',
  priority: 'normal',
  stage: 'in-progress',
  unit: undefined,
  subdistrict: undefined,
  place: [106.7, 35.5],
  reportedAt: hour,
  closedAt: undefined,
  dueAt: undefined,
  clock: 'none',
  steps: [],
  feed: 'incidents',
  ...of,
})

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
const all: PanelOptions<'map'>['layers'] = ['work-orders', 'incidents', 'cameras']

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
    const model = mapModel({ ...nothing, orders: [order('1', { subdistrict: 'a' })], incidents: [incident('i')] }, district, ['incidents'])
    expect(model.ordersOpen).toBe(0)
    expect(model.areas.every(({ open }) => open === 0)).toBe(true)
    expect(model.incidents).toHaveLength(1)
  })
})

describe('cameras on the map', () => {
  it('count the online ones, and mark the three nearest to the most urgent incident', () => {
    const cameras = [106.9, 106.701, 106.8, 106.702, 106.65].map((longitude, i) => camera(`c${String(i)}`, { place: [longitude, 35.5] }))
    const lost = camera('lost', { place: undefined, state: 'offline' })
    const model = mapModel({ ...nothing, cameras: [...cameras, lost], incidents: [incident('i', { priority: 'urgent' })] }, district, all)
    expect(model.cameras.filter(({ near }) => near).map(({ id }) => id)).toEqual(['c1', 'c3', 'c4'])
    expect([model.camerasOnline, model.camerasTotal]).toEqual([5, 6])
  })

  it('have none near when nothing is open', () => {
    expect(mapModel({ ...nothing, cameras: [camera('c')] }, district, all).cameras.map(({ near }) => near)).toEqual([false])
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
    const model = mapModel({ ...nothing, sensors }, district, ['sensors'])
    expect(model.sensors.map(({ id }) => id)).toEqual(['b/cod', 'c/cod', 'a/cod'])
    expect(model.sensorsTotal).toBe(4)
    expect(mapModel({ ...nothing, sensors }, district, ['incidents']).sensors).toEqual([])
  })
})

describe('vehicles on the map', () => {
  const vehicle = (id: string, observedAt: number, heading?: number): Vehicle => ({
    id,
    name: id,
    type: 'bus',
    unit: undefined,
    place: [106.7, 35.5],
    speed: undefined,
    heading,
    alarm: undefined,
    observedAt,
    feed: 'f',
  })
  it('are drawn while they are heard of, and counted for the day', () => {
    const minute = hour / 60
    expect(vehicleMarks([vehicle('here', hour - 10 * minute, 90), vehicle('lost', hour - 11 * minute)], hour)).toEqual({
      marks: [{ id: 'here', place: [106.7, 35.5], heading: 90 }],
      total: 2,
    })
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
    expect(mapModel({ ...nothing, warnings }, district, ['warnings']).warnings.map(({ id }) => id)).toEqual(['red', 'old red', 'yellow', 'blue'])
    expect(mapModel({ ...nothing, warnings }, district, ['incidents']).warnings).toEqual([])
  })
})

describe('distanceKm', () => {
  it('knows how long a degree is at 35.5° north', () => {
    expect(distanceKm([106.7, 35.5], [106.7, 35.6])).toBeCloseTo(11.13, 1)
    expect(distanceKm([106.7, 35.5], [106.8, 35.5])).toBeCloseTo(9.06, 1)
  })
})
