import { describe, expect, it } from 'vitest'
import { dayBefore, isAhead } from '../../../server/ingest/transports/high-water.ts'

/** 14:30 in Shanghai */
const now = Date.UTC(2026, 10, 23, 6, 30)
const rules = { zone: 'Asia/Shanghai', admission: { maxAheadSeconds: 300 } } as Parameters<typeof isAhead>[1]

describe('a value that was read up to', () => {
  it.each([
    ['2026-11-23 14:35:00', '2026-11-23 14:35:01'],
    ['2026-11-23T06:35:00Z', '2026-11-23T06:35:00.500Z'],
    ['2026-11-23 06:35:00+00', '2026-11-23 06:35:01.000001+00'],
    ['2026-11-23T09:35:00+03:00', '2026-11-23T09:35:01+03:00'],
    ['2026-11-23', '2026-11-24'],
    ['2026/1/2 3:04', '2027/1/2 3:04'],
    ['20261123143500', '20261123143501'],
    ['20261123', '20261124'],
    ['1795415700', '1795415701'],
    ['1795415700000', '1795415700001'],
  ])('%s is past, or as little ahead as facts may be, and %s is not', (past, ahead) => {
    expect([isAhead(past, rules, now), isAhead(ahead, rules, now)]).toEqual([false, true])
  })

  it.each(['', 'b', '17', '9007199254740993', '2026112400017', '2026112401', '20261399', 'WO-2099-01-01', '2099-02-31 00:00:00', '12:00'])(
    '%j is no time',
    (value) => expect(isAhead(value, rules, now)).toBe(false),
  )

  it.each([
    ['2099-01-01 00:00:00', '2026-11-22 14:30:00'],
    ['2099-01-01T00:00:00.123Z', '2026-11-22T06:30:00.000Z'],
    ['2099-01-01 00:00:00.123456+00', '2026-11-22 06:30:00.000000+00'],
    ['2099-1-1 0:00', '2026-11-22 14:30'],
    ['2099/01/01', '2026/11/22'],
    ['20990101000000', '20261122143000'],
    ['20990101000000123', '20261122143000000'],
    ['4070880000', '1795329000'],
    ['4070880000000', '1795329000000'],
  ])('%s goes back to %s', (value, from) => {
    expect(dayBefore(now, value, 'Asia/Shanghai')).toBe(from)
    expect(isAhead(from, rules, now)).toBe(false)
  })
})
