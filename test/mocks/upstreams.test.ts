import { readFileSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Sample } from '../../contract/bench.ts'
import type { Fact } from '../../contract/fact.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import { rehearse } from '../../server/ingest/rehearsal.ts'
import { dayNumberOf, hourMs, minuteMs, startOfDayNumber } from '../../mock-streams/calendar.ts'
import type { City, ScenarioName } from '../../mock-streams/city/scenario.ts'
import { frameOf as hj212FrameOf } from '../../mock-streams/ecology/frame.ts'
import { segmentAt, stations } from '../../mock-streams/ecology/stations.ts'
import { alertsUntil, alertsXml } from '../../mock-streams/emergency/warnings.ts'
import { rainFrameAt, riverFrameAt } from '../../mock-streams/hydrology/stations.ts'
import { visitRows } from '../../mock-streams/medical/upstream.ts'
import { lotMessage, lots } from '../../mock-streams/parking/lots.ts'
import { lampCabinets, lampMessage, manholeMessage, manholes } from '../../mock-streams/smart-city/devices.ts'
import { fileOf } from '../../mock-streams/social-card/upstream.ts'
import { pushAt } from '../../mock-streams/traffic-police/sections.ts'
import { frameOf, positionBody } from '../../mock-streams/transport-gps/frame.ts'
import { fixAt, vehicles } from '../../mock-streams/transport-gps/vehicles.ts'
import { upstreams } from '../../mock-streams/upstreams.ts'
import { workbookAt } from '../../mock-streams/utilities/upstream.ts'
import { isInside } from '../support/inside.ts'
import { start } from '../support/facts.ts'
import { plainPrivacy } from '../support/privacy.ts'

// a day of each upstream is made here, on a machine that may have other things to do
vi.setConfig({ testTimeout: 30_000 })

const today = dayNumberOf(start)
const cityOf = (scenario: ScenarioName = 'normal', seed = 620_802): City => ({ seed, scenario, scenarioDay: today, speed: 1 })

const loaded = loadConfiguration(new URL('../../config', import.meta.url).pathname)
if (!loaded.ok) throw new Error(JSON.stringify(loaded.error))
const registry = loaded.value

const text = (body: string, origin = ''): Sample => ({ body, encoding: 'text', origin })
const base64 = (bytes: Buffer, origin = ''): Sample => ({ body: bytes.toString('base64'), encoding: 'base64', origin })
const json = (value: unknown): Sample => text(JSON.stringify(value))

/** What each upstream sends at an instant, as the feed of the same name would receive it. */
const samples: Readonly<Record<string, (city: City, at: number) => Sample | Promise<Sample>>> = {
  'smart-city': (city, at) =>
    json([...manholes.map((device) => manholeMessage(device, city, at)), ...lampCabinets.map((device) => lampMessage(device, city, at))]),
  'traffic-police': (city, at) => json(pushAt(city, at)),
  'social-card': (city, at) => base64(fileOf(city, dayNumberOf(at) - 1), 'SBK_20261122.csv'),
  ecology: (city, at) => text(stations.map((station) => hj212FrameOf(segmentAt(station, city, at)).toString()).join('')),
  utilities: async (city, at) => base64(await workbookAt(city, at), '供热运行_202611231430.xlsx'),
  'transport-gps': (city, at) =>
    base64(Buffer.concat(vehicles.map((vehicle) => frameOf(vehicle, { id: 0x0200, serial: 7, body: positionBody(fixAt(vehicle, city, at)) })))),
  medical: (city, at) => json(visitRows(city, at)),
  emergency: (city, at) => text(alertsXml(alertsUntil(city, at))),
  hydrology: (city, at) => base64(Buffer.concat([riverFrameAt(city, at), rainFrameAt(city, at)])),
  parking: (city, at) => json({ code: 0, data: { total: lots.length, list: lots.map((lot) => lotMessage(lot, city, at)) } }),
}

/** How far apart a day's samples are: a workbook takes a thread to read, and a table holds six hours. */
const stepMs = (feed: string): number => ({ utilities: 3 * hourMs, medical: 6 * hourMs, 'social-card': 24 * hourMs })[feed] ?? 30 * minuteMs

/** Instants of the last `hours`, oldest first. */
const until = (end: number, feed: string, hours = 24): readonly number[] =>
  Array.from({ length: Math.max(1, (hours * hourMs) / stepMs(feed)) }, (_, index) => end - index * stepMs(feed)).reverse()

interface Outcome {
  readonly facts: readonly Fact[]
  readonly refusals: readonly unknown[]
}

async function outcome(feed: string, city: City, at: number): Promise<Outcome> {
  const definition = registry.feeds.get(feed)
  const sample = samples[feed]
  if (definition === undefined || sample === undefined) throw new Error(`no feed or no sample: ${feed}`)
  const answer = await rehearse(definition, await sample(city, at), {
    registry,
    last: () => () => undefined,
    now: at + minuteMs,
    privacy: plainPrivacy(),
  })
  const refusals = [
    ...answer.problems,
    ...(answer.refusal === undefined ? [] : [answer.refusal]),
    ...answer.messages.flatMap((each) => each.refusals),
  ]
  return { facts: answer.messages.flatMap((each) => each.facts), refusals }
}

async function day(feed: string, city = cityOf(), instants = until(Math.floor(start / hourMs) * hourMs, feed)): Promise<Outcome> {
  const outcomes: Outcome[] = []
  for (const at of instants) outcomes.push(await outcome(feed, city, at))
  return { facts: outcomes.flatMap(({ facts }) => facts), refusals: outcomes.flatMap(({ refusals }) => refusals) }
}

const sensorReadings = (facts: readonly Fact[]): readonly Extract<Fact, { kind: 'sensor-reading' }>[] =>
  facts.filter((fact) => fact.kind === 'sensor-reading')

const byQuantity = (facts: readonly Fact[]): Readonly<Record<string, number>> => {
  const sensors = new Map<string, Set<string>>()
  for (const { quantity, sensor } of sensorReadings(facts)) sensors.set(quantity, (sensors.get(quantity) ?? new Set()).add(sensor))
  return Object.fromEntries([...sensors].map(([quantity, ids]) => [quantity, ids.size]))
}

const expected: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'smart-city': { 'manhole-level': 12, 'lamp-failures': 6 },
  'traffic-police': { 'traffic-flow': 8, congestion: 8 },
  'social-card': { 'card-uses': 21 },
  ecology: { pm25: 2, pm10: 2, so2: 2, temperature: 2, 'ammonia-nitrogen': 2, cod: 2 },
  utilities: { 'return-temperature': 8, 'supply-pressure': 8 },
  medical: { outpatients: 5, 'waiting-minutes': 5 },
  hydrology: { 'water-level': 1, flow: 1, voltage: 2, 'rain-hour': 1 },
  parking: { 'free-spaces': 9 },
  'transport-gps': {},
  emergency: {},
}

describe('the upstreams of the nine sectors', () => {
  it('have each a feed of their own, and every sector has one', () => {
    expect(upstreams.map(({ feed }) => feed).sort()).toEqual(Object.keys(samples).sort())
    const sectors = upstreams.map(({ feed }) => registry.feeds.get(feed)?.sector)
    expect(new Set(sectors)).toEqual(new Set(registry.sectors.keys()))
  })

  it.each(Object.keys(samples))('%s: the shipped feed file makes good facts of all it says in a day', async (feed) => {
    const { facts, refusals } = await day(feed)
    expect(refusals).toEqual([])
    expect(facts.length).toBeGreaterThan(0)
    expect(byQuantity(facts)).toEqual(expected[feed])
    expect(facts.filter(({ at }) => at > start)).toEqual([])
  })

  it.each(Object.keys(samples))('%s: a storm is no nonsense either', async (feed) => {
    const storm = until(start + 6 * hourMs, feed, 9)
    expect((await day(feed, cityOf('storm'), storm)).refusals).toEqual([])
  })

  it.each(Object.keys(samples))('%s: says the same again', async (feed) => {
    const [once, again] = [await outcome(feed, cityOf(), start), await outcome(feed, cityOf(), start)]
    expect(again).toEqual(once)
    expect((await outcome(feed, cityOf('normal', 7), start)).facts).not.toEqual(once.facts)
  })

  it('name nobody: what people, plates and telephones there are in their messages never becomes a fact', async () => {
    const all: Fact[] = []
    for (const feed of Object.keys(samples)) all.push(...(await outcome(feed, cityOf(), start)).facts)
    const kept = JSON.stringify(all.map((fact) => ({ ...fact, at: 0 })))
    for (const trap of [/王建军|马建军|赵丽娟|张建国|陈秀英/, /(?<!\d)1[3-9]\d{9}(?!\d)/, /0933-?\d{7}/, /甘L/, /14480[12]62/, /6227011985/])
      expect(kept).not.toMatch(trap)
  })

  it('lie inside the district', async () => {
    const boundary = z
      .object({
        features: z.array(z.object({ properties: z.looseObject({ adcode: z.unknown() }), geometry: z.looseObject({ coordinates: z.unknown() }) })),
      })
      .parse(JSON.parse(readFileSync(new URL('../../config/map/kongtong.geojson', import.meta.url), 'utf8')))
    const own = boundary.features.find(({ properties }) => properties.adcode === 620_802)
    const ring = z.array(z.array(z.tuple([z.number(), z.number()]))).parse(own?.geometry.coordinates)[0] ?? []
    const named = [...registry.sensors.values()].flatMap(({ id, place }) => (place === undefined ? [] : [{ id, place }]))
    const told: { id: string; place: readonly [number, number] }[] = []
    for (const feed of ['smart-city', 'traffic-police', 'parking', 'transport-gps']) {
      const { facts } = await day(feed)
      for (const fact of facts) if ('place' in fact && fact.place !== undefined) told.push({ id: feed, place: fact.place })
    }
    expect(named.length).toBeGreaterThan(15)
    expect(told.length).toBeGreaterThan(3_000)
    expect([...named, ...told].filter(({ place }) => !isInside(place, ring))).toEqual([])
  })
})

describe('what they tell', () => {
  const valuesOf = (facts: readonly Fact[], sensor: string, quantity: string): readonly number[] =>
    sensorReadings(facts)
      .filter((fact) => fact.sensor === sensor && fact.quantity === quantity)
      .map(({ value }) => value)

  it('泾河二号断面 is over its limit for some hours of each day, and 一号 never', async () => {
    const { facts } = await day('ecology')
    const over = valuesOf(facts, 'KT6208020000W00000000002', 'ammonia-nitrogen').filter((value) => value > 1)
    expect(over.length).toBeGreaterThan(2)
    expect(over.length).toBeLessThan(16)
    expect(valuesOf(facts, 'KT6208020000W00000000001', 'ammonia-nitrogen').filter((value) => value > 1)).toEqual([])
  })

  it('世纪花园供热站 grows too cold early in the morning', async () => {
    const values = valuesOf(
      (
        await day(
          'utilities',
          cityOf(),
          [4, 6, 8, 14].map((hour) => startOfDayNumber(today) + hour * hourMs),
        )
      ).facts,
      'GR-01',
      'return-temperature',
    )
    expect(values.map((value) => value < 38)).toEqual([false, true, false, false])
  })

  it('a storm lifts the river over its limit, and a calm day does not', async () => {
    const afternoon = until(start + 6 * hourMs, 'hydrology', 9)
    const level = async (scenario: ScenarioName): Promise<number> =>
      Math.max(...valuesOf((await day('hydrology', cityOf(scenario), afternoon)).facts, '0062080201', 'water-level'))
    expect(await level('storm')).toBeGreaterThan(1_333)
    expect(await level('normal')).toBeLessThan(1_332)
  })

  it('warnings are issued, renewed and lifted, each naming the one before', async () => {
    const { facts } = await outcome('emergency', cityOf(), Math.floor(start / 86_400_000) * 86_400_000 + 15.9 * hourMs)
    const warnings = facts.flatMap((fact) => (fact.kind === 'warning' ? [fact] : []))
    const ids = new Set(warnings.map(({ id }) => id))
    expect(warnings.filter(({ references = [] }) => references.some((id) => !ids.has(id)))).toEqual([])
    expect(new Set(warnings.map(({ action, level, type }) => `${action} ${type ?? ''} ${level ?? ''}`))).toEqual(
      new Set(['issue', 'update', 'cancel'].flatMap((action) => [`${action} 道路结冰 yellow`, `${action} 大风 blue`])),
    )
  })

  it('vehicles move no faster than they say, and buses sleep at night', () => {
    const bus = vehicles[0]
    if (bus === undefined) throw new Error('no vehicles')
    const noon = Math.floor(start / hourMs) * hourMs
    const fixes = Array.from({ length: 400 }, (_, index) => fixAt(bus, cityOf(), noon + index * 1_000)).filter(({ place }) => place !== undefined)
    const km = fixes.map(({ mileage }) => mileage)
    const fastest = Math.max(...km.slice(1).map((each, index) => each - (km[index] ?? each))) * 3_600
    expect(fastest).toBeLessThan(Math.max(...fixes.map(({ speed }) => speed)) * 2.1)
    expect(Math.max(...fixes.map(({ speed }) => speed))).toBeLessThan(40)
    const night = Math.floor(start / 86_400_000) * 86_400_000 + 19 * hourMs
    expect(fixAt(bus, cityOf(), night)).toMatchObject({ isIgnitionOn: false, speed: 0 })
  })
})
