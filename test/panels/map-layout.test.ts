import { describe, expect, it } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import { fitView } from '../../client/src/map/mercator.ts'
import type { View } from '../../client/src/map/mercator.ts'
import { overlap } from '../../client/src/map/place-labels.ts'
import type { Box } from '../../client/src/map/place-labels.ts'
import { clusterRadiusAm, dotsOf, layOut, orderCells } from '../../client/src/panels/map/layout.ts'
import type { SensorMark } from '../../client/src/panels/map/sensor-marks.ts'
import type { AreaMark, CameraMark, IncidentMark, MapModel } from '../../client/src/panels/map/model.ts'

const am = 1.862
const box = { width: 2_380, height: 1_360 }
const frame = { x: 80, y: 8, width: 2_300, height: 1_270 }

function viewOf(): View {
  const view = fitView([106.431, 35.272, 107.193, 35.746], box, { top: 20, right: 20, bottom: 100, left: 100 })
  if (view === undefined) throw new Error('there is room')
  return view
}
const view = viewOf()

const empty: MapModel = {
  incidents: [],
  incidentCounts: { urgent: 0, important: 0, normal: 0, notice: 0 },
  incidentsUnlocated: 0,
  areas: [],
  ordersOpen: 0,
  orderPlaces: [],
  ordersUnlocated: 0,
  cameras: [],
  camerasOnline: 0,
  camerasTotal: 0,
  sensors: [],
  sensorsTotal: 0,
  warnings: [],
  recent: { orders: [], incidents: [] },
  focus: undefined,
}
const area = (code: string, place: Place, open: number): AreaMark => ({ code, place, open })
const mark = (number: number, place: Place): IncidentMark => ({ id: String(number), number, priority: 'normal', place, selected: number === 1 })
const lay = (model: Partial<MapModel>, taken: readonly Box[] = []) =>
  layOut({
    model: { ...empty, ...model },
    ground: undefined,
    view,
    am,
    frame,
    nameOf: (code) => code,
    write: String,
    flagOf: ({ quantity, value }) => `${quantity} ${String(value)}`,
    taken,
  })
const rules = { am, near: 35.5 }
const distance = (a: readonly number[] = [], b: readonly number[] = []): number => Math.hypot((a[0] ?? 0) - (b[0] ?? 0), (a[1] ?? 0) - (b[1] ?? 0))

describe('layOut', () => {
  it('puts the name above its dot and the cluster above the name', () => {
    const { towns, clusters } = lay({ areas: [area('柳湖镇', [106.8, 35.5], 31)] })
    const [town] = towns
    const [cluster] = clusters
    expect(cluster?.text).toBe('31')
    expect(town?.name?.at[0]).toBeCloseTo(town?.dot[0] ?? 0, 6)
    expect(town?.name?.line).toBeUndefined()
    expect(cluster?.at[1]).toBeLessThan((town?.name?.at[1] ?? 0) - (cluster?.radius ?? 0))
    expect(town?.name?.at[1]).toBeLessThan(town?.dot[1] ?? 0)
  })

  it('never draws a cluster of fewer than five', () => {
    expect(lay({ areas: [area('甲', [106.6, 35.5], 4), area('乙', [106.9, 35.5], 5)] }).clusters.map(({ code }) => code)).toEqual(['乙'])
  })

  it('writes the count behind the name where a circle has no room', () => {
    const crowd = [0, 1, 2, 3].flatMap((row) =>
      [0, 1, 2, 3, 4].map((column) => area(`街道${String(row)}${String(column)}`, [106.66 + column * 0.022, 35.5 + row * 0.012], 20)),
    )
    const { towns, clusters, clustersHidden } = lay({ areas: crowd })
    const written = towns.filter(({ code, name }) => name?.text === `${code} 20`)
    expect(clusters.length).toBeGreaterThan(0)
    expect(written.length).toBeGreaterThan(0)
    expect(new Set([...clusters, ...written].map(({ code }) => code)).size + clustersHidden).toBe(crowd.length)
  })

  it('moves an incident aside from one more urgent, with a line to where it is', () => {
    const { incidents } = lay({ incidents: [mark(1, [106.7, 35.5]), mark(2, [106.7, 35.5])] })
    expect(incidents[0]?.from).toBeUndefined()
    expect(incidents[1]?.from).toEqual(incidents[0]?.at)
    expect(distance(incidents[1]?.at, incidents[0]?.at)).toBeGreaterThan(40 * am)
  })

  it('gives an incident its place and moves the name of the town there', () => {
    const place: Place = [106.7, 35.5]
    const { towns, incidents } = lay({ areas: [area('西郊街道', place, 12)], incidents: [mark(1, place)] })
    expect(incidents[0]?.from).toBeUndefined()
    expect(towns[0]?.name?.line).toBeDefined()
    expect(distance(towns[0]?.name?.at, incidents[0]?.at)).toBeGreaterThan(30 * am)
  })
})

describe('flags of sensors', () => {
  const sensor = (id: string, place: Place, standing: SensorMark['standing']): SensorMark => ({
    id,
    place,
    quantity: '氨氮',
    value: 1.32,
    standing,
    trend: [],
  })

  it('stand only where a limit is passed, and say what and how much', () => {
    const { flags, flagsHidden } = lay({ sensors: [sensor('a', [106.7, 35.5], 'over'), sensor('b', [106.9, 35.4], 'normal')] })
    expect(flags.map(({ id, text, tone }) => ({ id, text, tone }))).toEqual([{ id: 'a', text: '氨氮 1.32', tone: 'yellow' }])
    expect(flagsHidden).toBe(0)
  })

  it('cover no incident and no other flag, and towns make room for them', () => {
    const place: Place = [106.7, 35.5]
    const { flags, incidents, towns } = lay({
      incidents: [mark(1, place)],
      sensors: [sensor('a', place, 'urgent'), sensor('b', place, 'over')],
      areas: [area('西郊街道', place, 12)],
    })
    const [first, second] = flags
    expect(flags).toHaveLength(2)
    expect(overlap(first!.box, second!.box)).toBe(false)
    for (const { box } of flags) {
      expect(distance(incidents[0]?.at, [box.x + box.width / 2, box.y + box.height / 2])).toBeGreaterThan(20 * am)
      const name = towns[0]?.name?.at ?? [0, 0]
      expect(overlap(box, { x: name[0], y: name[1], width: 1, height: 1 })).toBe(false)
    }
  })

  it('are counted where there are too many to be shown', () => {
    const sensors = Array.from({ length: 30 }, (_, i) => sensor(String(i), [106.5 + i * 0.02, 35.5], 'over'))
    const { flags, flagsHidden } = lay({ sensors })
    expect(flags.length).toBeLessThanOrEqual(12)
    expect(flags.length + flagsHidden).toBe(30)
  })
})

it('leaves the banner’s place to the banner', () => {
  const banner = { x: 80, y: 0, width: 1_000, height: 120 }
  const { towns } = lay({ areas: [area('上杨乡', [106.5, 35.745], 0)] }, [banner])
  const at = towns[0]?.name?.at
  expect(at === undefined || !overlap(banner, { x: at[0], y: at[1], width: 1, height: 1 })).toBe(true)
})

describe('clusterRadiusAm', () => {
  it('grows with the root of the count', () => {
    expect(clusterRadiusAm(31, 31, '31')).toBeCloseTo(12 + 2.8 * Math.sqrt(31), 6)
  })

  it('shrinks all in proportion where the fullest would hide its surroundings', () => {
    expect(clusterRadiusAm(523, 523, '523')).toBeCloseTo(38, 6)
    expect(clusterRadiusAm(400, 523, '400')).toBeGreaterThan(clusterRadiusAm(300, 523, '300'))
  })

  it('always holds its figure', () => {
    expect(clusterRadiusAm(5, 5_000, '1,234') * 2).toBeGreaterThan(4 * 0.58 * 24.4)
  })
})

describe('order cells', () => {
  const places = (count: number): Place[] => Array.from({ length: count }, () => [106.7, 35.5])

  it('appear only when there are too many orders to be told by town', () => {
    expect(orderCells({ ...empty, orderPlaces: places(299) }, view, rules).cells).toEqual([])
    expect(orderCells({ ...empty, orderPlaces: places(300) }, view, rules).cells.map(({ count }) => count)).toEqual([300])
  })

  it('are dots within their own cell, sized by count', () => {
    const model = { ...empty, orderPlaces: [...places(300), ...Array.from({ length: 75 }, (): Place => [106.9, 35.4])] }
    const cells = orderCells(model, view, rules)
    const [large, small] = dotsOf(model, cells, view, am).cells
    expect((large?.radiusAm ?? 0) * am * 2).toBeCloseTo(cells.cellKm * view.pixelsPerKm, 6)
    expect(small?.radiusAm).toBeCloseTo((large?.radiusAm ?? 0) / 2, 6)
  })
})

describe('camera dots', () => {
  it('part online from offline, and shrink when there are many, but for the three that matter', () => {
    const cameras = Array.from({ length: 50 }, (_, i): CameraMark => {
      return { id: String(i), name: String(i), place: [106.7, 35.5], state: i === 0 ? 'offline' : 'online', heading: undefined, facing: i === 1 }
    })
    const model: MapModel = { ...empty, cameras }
    const dots = dotsOf(model, orderCells(model, view, rules), view, am)
    expect(dots['cameras-offline']).toHaveLength(1)
    expect(dots['cameras-online'].map(({ radiusAm }) => radiusAm)).toEqual([7, ...Array.from({ length: 48 }, () => 4)])
  })
})
