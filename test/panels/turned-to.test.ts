import { describe, expect, test } from 'vitest'
import type { Place } from '../../contract/fact-field.ts'
import type { WorkOrder } from '../../contract/topic.ts'
import { ordersAround } from '../../client/src/panels/orders-by-subdistrict/nearby.ts'
import { turnedTo } from '../../client/src/panels/turned-to.ts'

const here: Place = [106.65, 35.54]
/** 0.9 km and 4.5 km to the east */
const near: Place = [106.66, 35.54]
const far: Place = [106.7, 35.54]
const district = { subdistricts: [{ code: '620802001', name: '城关', shortName: '城关', nameEn: 'Chengguan', group: '街道' as const, place: far }] }

describe('what a screen is turned to', () => {
  const things = {
    incidents: [
      { id: 'first', place: undefined },
      { id: 'second', place: near },
    ],
    cameras: [{ id: 'c', place: here }],
    sensors: [{ id: 's/pm25', place: far }],
  }
  test('is what somebody selected, with its place', () => {
    expect(turnedTo({ kind: 'incident', id: 'second' }, things, district)).toEqual({ kind: 'incident', id: 'second', place: near })
    expect(turnedTo({ kind: 'camera', id: 'c' }, things, district)?.place).toEqual(here)
    expect(turnedTo({ kind: 'sensor', id: 's/pm25' }, things, district)?.place).toEqual(far)
    expect(turnedTo({ kind: 'town', id: '620802001' }, things, district)?.place).toEqual(far)
  })

  test('is the most pressing incident where nothing is; nothing where that has no place, or what was selected is gone', () => {
    expect(turnedTo(undefined, things, district)).toBeUndefined()
    expect(turnedTo(undefined, { ...things, incidents: things.incidents.slice(1) }, district)).toEqual({
      kind: 'incident',
      id: 'second',
      place: near,
    })
    expect(turnedTo({ kind: 'camera', id: 'gone' }, things, district)).toBeUndefined()
    expect(turnedTo({ kind: 'incident', id: 'closed' }, { ...things, incidents: [] }, district)).toBeUndefined()
  })
})

const order = (id: string, given: Partial<WorkOrder>): WorkOrder =>
  ({ id, openedAt: 0, place: undefined, subdistrict: undefined, ...given }) as WorkOrder

test('earlier orders: within a kilometre, of a town all that are known of it; the last received first', () => {
  const orders = [
    order('a', { place: near, openedAt: 1 }),
    order('b', { place: here, openedAt: 2 }),
    order('c', { place: far, openedAt: 3, subdistrict: '620802001' }),
    order('d', { subdistrict: '620802001', openedAt: 4 }),
  ]
  expect(ordersAround(orders, { kind: 'incident', id: 'i', place: here }).map(({ id }) => id)).toEqual(['b', 'a'])
  expect(ordersAround(orders, { kind: 'town', id: '620802001', place: far }).map(({ id }) => id)).toEqual(['d', 'c'])
})
