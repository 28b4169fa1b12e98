import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { WorkOrderFact } from '../../contract/fact.ts'
import type { OrderCount } from '../../contract/indicator.ts'
import { dayMs, dayNumberNamed, dayNumberOf, isWorkday, localHour, startOfDayNumber } from '../../mock-streams/calendar.ts'
import type { City, ScenarioName } from '../../mock-streams/city/scenario.ts'
import { isSilent } from '../../mock-streams/city/scenario.ts'
import { incidentsOfDay } from '../../mock-streams/hotline/incidents.ts'
import { hotlinePlatform } from '../../mock-streams/hotline/platform.ts'
import { longestLifeDays } from '../../mock-streams/hotline/life.ts'
import { messagesOfDay, ordersOfDay } from '../../mock-streams/hotline/orders.ts'
import type { Order } from '../../mock-streams/hotline/orders.ts'
import { outcomesOf, shippedRegistry } from '../feeds/shipped-registry.ts'
import { start } from '../support/facts.ts'
import { isInside } from '../support/inside.ts'
import { cityAt, factsOf, groupBy, worldOf } from './year.ts'

// weeks of a city are made here, on a machine that may have other things to do
vi.setConfig({ testTimeout: 30_000 })

const today = dayNumberOf(start)
const cityOf = (scenario: ScenarioName = 'normal', seed = 620_802): City => ({ seed, scenario, scenarioDay: today, speed: 1 })

/** What the platform says of a span, asked for in steps, as a platform that began `days` before. */
function told(city: City, to: number, days: number, stepMs: number): readonly object[] {
  const platform = hotlinePlatform(city)
  platform.backfillFrom(to)
  const messages: object[] = []
  const from = to - days * dayMs
  for (let at = from; at < to; at += stepMs) messages.push(...platform.messagesBetween(at, Math.min(to, at + stepMs)))
  return messages
}

const count = <T>(list: readonly T[], test: (item: T) => boolean): number => list.filter(test).length

describe('the hotline platform is a function of seed and time', () => {
  it('says the same again after a restart, however it is asked', () => {
    expect(told(cityOf(), start, 3, dayMs / 4)).toEqual(told(cityOf(), start, 3, dayMs / 31))
  })

  it('says nothing twice', () => {
    const messages = told(cityOf(), start, 7, dayMs / 24).map((message) => JSON.stringify(message))
    expect(new Set(messages).size).toBe(messages.length)
  })

  it('is another city for another seed', () => {
    expect(told(cityOf('normal', 1), start, 1, dayMs)).not.toEqual(told(cityOf('normal', 2), start, 1, dayMs))
  })

  it('tells on a restart the next day nothing of an order that it would have told otherwise before', () => {
    const before = new Set(told(cityOf(), start, 3, dayMs).map((message) => JSON.stringify(message)))
    const platform = hotlinePlatform(cityOf())
    platform.backfillFrom(start + dayMs)
    const again = platform.messagesBetween(start - dayMs, start).map((message) => JSON.stringify(message))
    expect(again.length).toBeGreaterThan(0)
    expect(again.filter((message) => !before.has(message))).toEqual([])
  })
})

describe('rhythm', () => {
  const weeks = Array.from({ length: 56 }, (_, index) => today - 1 - index)
  const ordinary = weeks.filter((day) => isWorkday(day))

  it('brings 180 to 250 orders on each working day of the past weeks', () => {
    const counts = ordinary.map((day) => ordersOfDay(cityOf(), day).length)
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(180)
    expect(Math.max(...counts)).toBeLessThanOrEqual(250)
  })

  it('is quiet at night, at lunch, at weekends and on holidays', () => {
    const hours = ordinary.flatMap((day) => ordersOfDay(cityOf(), day).map(({ acceptedAt }) => Math.floor(localHour(acceptedAt))))
    const inHour = (hour: number): number => count(hours, (each) => each === hour)
    expect(inHour(3) * 5).toBeLessThan(inHour(9))
    expect(inHour(12) * 1.5).toBeLessThan(inHour(10))
    const perDay = (day: number): number => ordersOfDay(cityOf(), day).length
    expect(perDay(dayNumberNamed('2026-11-22'))).toBeLessThan(perDay(dayNumberNamed('2026-11-20')) * 0.8)
    expect(perDay(dayNumberNamed('2026-10-01'))).toBeLessThan(perDay(dayNumberNamed('2026-09-29')) * 0.6)
  })

  it('complains of cold rooms in winter and not in summer', () => {
    const share = (month: string): number => {
      const orders = Array.from({ length: 14 }, (_, index) => ordersOfDay(cityOf(), dayNumberNamed(`${month}-05`) + index)).flat()
      return count(orders, ({ topic }) => topic.name === '供暖温度') / orders.length
    }
    expect(share('2026-12')).toBeGreaterThan(0.08)
    expect(share('2026-07')).toBeLessThan(0.03)
  })

  it('comes mostly from where most people live', () => {
    const byTown = new Map<string, number>()
    for (const day of weeks) for (const { town } of ordersOfDay(cityOf(), day)) byTown.set(town.name, (byTown.get(town.name) ?? 0) + 1)
    const [first, second] = [...byTown].sort(([, a], [, b]) => b - a).map(([name]) => name)
    expect([first, second]).toEqual(['柳湖镇', '东关街道'])
    expect(byTown.get('上杨乡') ?? 0).toBeLessThan((byTown.get('柳湖镇') ?? 0) / 8)
  })

  it('is late now and then, on the hotline and in quality checks, and on no other channel', () => {
    const orders = ordinary.flatMap((day) => ordersOfDay(cityOf(), day))
    const settledAt = ({ events }: Order): number => events.find(({ type }) => type === 'FEEDBACK')?.at ?? 0
    // what was moved in time is another matter, and counted by the centre
    const isMoved = ({ events, limitAt }: Order): boolean =>
      events.some(({ type, at }) => (type === 'DELAY_OK' || type === 'INTERIM') && at <= limitAt)
    const late = orders.filter((order) => settledAt(order) > order.limitAt && !isMoved(order))
    expect(new Set(late.map(({ channel }) => channel.code))).toEqual(new Set(['12345', 'ZJ']))
    const calls = late.filter(({ channel }) => channel.code === '12345').length / orders.length
    expect(calls).toBeGreaterThan(0.003)
    expect(calls).toBeLessThan(0.02)
  })

  it('lets every order end within the days that it is looked for', () => {
    const year = Array.from({ length: 328 }, (_, index) => dayNumberNamed('2026-01-01') + index)
    const lives = year.flatMap((day) => messagesOfDay(cityOf(), day)).map(({ acceptedAt, events }) => (events.at(-1)?.at ?? 0) - acceptedAt)
    expect(Math.max(...lives)).toBeLessThan((longestLifeDays - 1) * dayMs)
  })
})

describe('the year that the hotline platform tells', async () => {
  const facts = (await factsOf(hotlinePlatform(cityAt(start)), start)).filter((fact) => fact.kind === 'work-order')
  const world = worldOf(facts, start)
  const counts = world.orderCounts('620802')
  const inYear = (channel: string, name: OrderCount): number =>
    counts?.sum({ channels: [channel], count: name, fromDay: dayNumberNamed('2026-01-01'), toDay: today }) ?? 0
  const rare = ['leader-board', 'gov-cn-message', 'longshangtong', 'negative-review', 'quality-check']

  it('is of five channels from January on, and of calls for five weeks', () => {
    const first = (channel: string): number => Math.min(...facts.filter((fact) => fact.channel === channel).map(({ at }) => at))
    for (const channel of rare) expect(first(channel)).toBeLessThan(startOfDayNumber(dayNumberNamed('2026-01-08')))
    expect(first('hotline-12345')).toBeGreaterThanOrEqual(startOfDayNumber(today - 35))
    expect(facts.filter(({ channel, at }) => channel !== 'hotline-12345' && at < startOfDayNumber(today - 35)).length).toBeLessThan(12_000)
    for (const channel of rare) expect(inYear(channel, 'due')).toBeGreaterThan(100)
  })

  it('keeps the limits that the centre counts by the plan and the calendar', () => {
    for (const channel of ['leader-board', 'gov-cn-message', 'longshangtong', 'negative-review'])
      expect({ channel, late: inYear(channel, 'due') - inYear(channel, 'on-time') }).toEqual({ channel, late: 0 })
    const checks = inYear('quality-check', 'on-time') / inYear('quality-check', 'due')
    expect(checks).toBeGreaterThan(0.9)
    expect(checks).toBeLessThan(1)
    const calls = inYear('hotline-12345', 'on-time') / inYear('hotline-12345', 'due')
    expect(calls).toBeGreaterThan(0.975)
    expect(calls).toBeLessThan(0.998)
  })

  it('satisfies 94 to 97 of 100, and handles again what did not', () => {
    const content = (inYear('hotline-12345', 'satisfied') + inYear('hotline-12345', 'basically-satisfied')) / inYear('hotline-12345', 'rated')
    expect(content).toBeGreaterThan(0.94)
    expect(content).toBeLessThan(0.97)
    const callBacks = groupBy(
      facts.filter(({ rating }) => rating !== undefined),
      ({ id }) => id,
    )
    const again = [...callBacks.values()].filter((told) => told.length > 1)
    expect(again.length).toBeGreaterThan(20)
    for (const [one] of again) expect(one?.rating).toBe('dissatisfied')
  })

  it('asks for more time now and then: granted, refused, or asked for too late', () => {
    const extensions = groupBy(
      facts.filter(({ extension }) => extension !== undefined),
      ({ id }) => id,
    )
    const states = [...extensions.values()].map((told) => told.map(({ extension }) => extension?.state).join())
    expect(new Set(states)).toEqual(new Set(['asked,granted', 'asked,refused']))
    const isTooLate = (told: readonly WorkOrderFact[]): boolean => told.some(({ at, dueAt }) => dueAt !== undefined && at > dueAt)
    expect([...extensions.values()].filter(isTooLate).length).toBeGreaterThan(2)
    expect(facts.some(({ stage }) => stage === 'interim')).toBe(true)
  })
})

describe('every message of a week', async () => {
  const messages = told(cityOf('storm'), start, 8, dayMs / 4)
  const outcomes = await outcomesOf('hotline', messages, start)
  const facts = outcomes.flatMap((outcome) => outcome.facts)

  it('passes dialect and admission', () => {
    expect(messages.length).toBeGreaterThan(5_000)
    expect(outcomes.flatMap(({ refused }) => refused)).toEqual([])
    expect(facts).toHaveLength(messages.length)
  })

  it('carries callers, and no fact does', () => {
    const said = messages.map((message) => JSON.stringify(message))
    const caller = z.looseObject({ callerName: z.string(), callerPhone: z.string(), content: z.string() })
    const particulars = messages.flatMap((message) => {
      const { data } = caller.safeParse(message)
      const found = data === undefined ? [] : [data.callerPhone, /身份证([0-9X]{18})/.exec(data.content)?.[1], /车牌(甘L\w+)/.exec(data.content)?.[1]]
      return found.filter((text) => text !== undefined)
    })
    expect(particulars.length).toBeGreaterThan(10_000)
    expect(said.filter((text) => /1[3-9]\d{9}/.test(text)).length).toBeGreaterThan(4_000)
    // ids, instants and area codes are long numbers of their own
    const kept = JSON.stringify(facts.map((fact) => ({ ...fact, at: 0, dueAt: 0, extension: undefined, id: '', subdistrict: '' })))
    const words = new Set(kept.match(/甘?\w+/g))
    expect(particulars.filter((text) => words.has(text))).toEqual([])
    expect(/\d{7}|甘L|\d号|单元|室/.exec(kept)).toBeNull()
  })

  it('titles orders by street and type, and never by a name', () => {
    const callers = new Set(messages.map((message) => (message as { callerName?: string }).callerName ?? '无'))
    const titles = facts.flatMap((fact) => ('title' in fact && fact.title !== undefined ? [fact.title] : []))
    expect(titles.length).toBe(facts.length)
    const named = titles.filter((title) => [...callers].some((name) => name.length > 2 && title.includes(name)))
    expect(named).toEqual([])
  })

  it('lies inside the district', () => {
    const boundary = z
      .object({
        features: z.array(z.object({ properties: z.looseObject({ adcode: z.unknown() }), geometry: z.looseObject({ coordinates: z.unknown() }) })),
      })
      .parse(JSON.parse(readFileSync(new URL('../../config/map/kongtong.geojson', import.meta.url), 'utf8')))
    const own = boundary.features.find(({ properties }) => properties.adcode === 620802)
    const ring = z.array(z.array(z.tuple([z.number(), z.number()]))).parse(own?.geometry.coordinates)[0] ?? []
    const places = facts.flatMap((fact) => ('place' in fact && fact.place !== undefined ? [fact.place] : []))
    expect(places.length).toBeGreaterThan(4_000)
    expect(places.filter((place) => !isInside(place, ring))).toEqual([])
  })

  it('names units of the configuration, but for the power company, which is none of ours', () => {
    const units = new Set(facts.flatMap((fact) => ('unit' in fact && fact.unit !== undefined ? [fact.unit] : [])))
    expect([...units].filter((unit) => !shippedRegistry.units.has(unit))).toEqual(['国网平凉供电公司'])
  })

  it('names the state of places as they are: some orders have none', () => {
    const received = facts.filter((fact) => fact.kind === 'work-order' && fact.stage === 'received')
    const without = count(received, (fact) => !('place' in fact)) / received.length
    expect(without).toBeGreaterThan(0.05)
    expect(without).toBeLessThan(0.12)
  })
})

describe('scenarios', () => {
  it('storm: an afternoon of flooded roads and power cuts in the towns by the river, and the past as it was', () => {
    const storm = ordersOfDay(cityOf('storm'), today)
    const calm = ordersOfDay(cityOf(), today)
    expect(storm.length).toBe(calm.length + 220)
    const wet = (name: string): boolean => ['道路积水', '停电', '污水溢流', '房屋漏雨'].includes(name)
    expect(count(storm, ({ topic }) => wet(topic.name))).toBeGreaterThan(5 * count(calm, ({ topic }) => wet(topic.name)))
    expect(incidentsOfDay(cityOf('storm'), today).length).toBeGreaterThan(incidentsOfDay(cityOf(), today).length + 10)
    expect(ordersOfDay(cityOf('storm'), today - 7)).toEqual(ordersOfDay(cityOf(), today - 7))
  })

  it('holiday: few calls to offices, and full car parks', () => {
    const holiday = ordersOfDay(cityOf('holiday'), today)
    expect(holiday.length).toBeLessThan(ordersOfDay(cityOf(), today).length * 0.6)
    const tourists = Array.from({ length: 20 }, (_, index) => incidentsOfDay({ ...cityOf('holiday'), seed: index }, today)).flat()
    expect(count(tourists, ({ type }) => type === '文旅/客流')).toBeGreaterThan(20)
  })

  it('outage: silent for ten minutes of each hour', () => {
    const silent = Array.from({ length: 60 }, (_, minute) => isSilent(cityOf('outage'), startOfDayNumber(today) + minute * 60_000))
    expect(count(silent, (each) => each)).toBe(10)
    expect(isSilent(cityOf(), startOfDayNumber(today) + 25 * 60_000)).toBe(false)
  })

  it('speed: as many times as much', () => {
    expect(ordersOfDay({ ...cityOf(), speed: 5 }, today).length).toBeGreaterThan(ordersOfDay(cityOf(), today).length * 4)
  })
})
