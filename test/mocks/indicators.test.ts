import { describe, expect, it, vi } from 'vitest'
import type { InputFact } from '../../contract/fact.ts'
import { dayMs, dayNumberOf, hourMs, weekdayOf } from '../../mock-streams/calendar.ts'
import { indicatorPlatform } from '../../mock-streams/indicators/platform.ts'
import { shippedIndicators, shippedInputs, shippedUnits, outcomesOf } from '../feeds/shipped-registry.ts'
import { start } from '../support/facts.ts'
import { cityAt, factsOf, groupBy, indicatorsOf, past, platformsAndOffice, worldOf } from './year.ts'

// a year of a city is made and folded here, on a machine that may have other things to do
vi.setConfig({ testTimeout: 120_000 })

const city = cityAt(start)
const yearStart = Date.UTC(2025, 11, 31, 16)

describe('the indicator platform', () => {
  it('says the same again after a restart, however it is asked', () => {
    const platform = indicatorPlatform(city)
    const from = start - 2 * dayMs
    const bySteps: object[] = []
    for (let at = from; at < start; at += 7 * 60_000) bySteps.push(...platform.messagesBetween(at, Math.min(start, at + 7 * 60_000)))
    expect(bySteps).toEqual(indicatorPlatform(city).messagesBetween(from, start))
    expect(bySteps.length).toBe(48)
  })

  it('tells on a restart the next day nothing otherwise than before', async () => {
    const keyOf = ({ input, of = '', at }: InputFact): string => `${input}/${of}/${String(at)}`
    const inputs = async (now: number): Promise<readonly InputFact[]> =>
      (await factsOf(indicatorPlatform(city), now)).filter((fact): fact is InputFact => fact.kind === 'input')
    const before = groupBy(await inputs(start), keyOf)
    const again = (await inputs(start + dayMs)).filter((fact) => before.has(keyOf(fact)))
    expect(again.length).toBeGreaterThan(25_000)
    expect(again.filter((fact) => before.get(keyOf(fact))?.every(({ value }) => value !== fact.value) === true)).toEqual([])
  })

  it('is there between its figures: a batch without rows', async () => {
    const platform = indicatorPlatform(city)
    expect(await outcomesOf('indicators', [platform.heartbeat(start)], start)).toEqual([{ facts: [], refused: [] }])
  })
})

describe('the year that the indicator platform tells', async () => {
  const facts = (await factsOf(indicatorPlatform(city), start)).filter((fact): fact is InputFact => fact.kind === 'input')
  const byInput = groupBy(facts, ({ input }) => input)
  const seriesOf = (input: string, of: string): readonly InputFact[] => (byInput.get(input) ?? []).filter((fact) => fact.of === of)

  it('is of every input that is reported, and of the knowledge base where nobody is asked to enter it, in fewer than 60,000 facts', () => {
    const reported = shippedInputs.filter(
      ({ orders, cameras, constant, entry }) => [orders, cameras, constant].every((origin) => origin === undefined) && !entry,
    )
    const checked = ['kb_entries_sampled', 'kb_entries_correct']
    expect([...byInput.keys()].sort()).toEqual([...reported.map(({ id }) => id), ...checked].sort())
    for (const id of checked) {
      const asked = shippedInputs.find((each) => each.id === id)?.responsible ?? []
      const told = new Set((byInput.get(id) ?? []).map(({ of }) => shippedUnits.find((unit) => unit.id === of)?.shortName))
      expect([...told].filter((name) => name === undefined || asked.includes(name))).toEqual([])
    }
    expect(facts.length).toBeGreaterThan(30_000)
    expect(facts.length).toBeLessThan(60_000)
  })

  it('begins with every stock as it is at midnight of 1 January', () => {
    const stocks = shippedInputs.filter(({ id, gather }) => byInput.has(id) && gather === 'last')
    for (const { id } of stocks) {
      const members = new Set((byInput.get(id) ?? []).map(({ of }) => of))
      const atStart = new Set((byInput.get(id) ?? []).filter(({ at }) => at === yearStart).map(({ of }) => of))
      expect({ id, members: atStart }).toEqual({ id, members })
    }
  })

  it('never counts more of a part than of the whole, in no unit and at no time', () => {
    const parts = [
      ['items_online', 'items_to_put_online'],
      ['items_end_to_end', 'items_to_put_online'],
      ['items_catalogued', 'items_total'],
      ['items_with_reviews', 'items_with_cases'],
      ['items_in_app', 'items_on_platform'],
      ['certificates_collected', 'certificates_due'],
      ['certificates_sealed', 'certificates_collected'],
      ['profile_fields_filled', 'profile_fields_required'],
      ['active_users', 'registered_users'],
      ['kiosks_used', 'kiosks'],
      ['theme_cases_online', 'theme_cases'],
    ] as const
    for (const [part, whole] of parts) {
      for (const of of new Set((byInput.get(part) ?? []).map((fact) => fact.of ?? ''))) {
        const [values, bounds] = [seriesOf(part, of), seriesOf(whole, of)]
        for (const { at, value } of values) expect(value).toBeLessThanOrEqual(bounds.filter((bound) => bound.at <= at).at(-1)?.value ?? 0)
      }
    }
  })

  it('puts right on Wednesday what it said on Tuesday', () => {
    const byInstant = groupBy(seriesOf('profile_fields_filled', 'liuhu'), ({ at }) => at)
    const corrected = [...byInstant].filter(([, told]) => told.length > 1)
    expect(corrected.length).toBeGreaterThanOrEqual(4)
    for (const [at, [wrong, right]] of corrected) {
      expect(weekdayOf(dayNumberOf(at))).toBe(2)
      expect((wrong?.value ?? 0) / (right?.value ?? 1)).toBeCloseTo(1.03, 4)
    }
  })

  it('has three towns that stand still in spring and have caught up by autumn', () => {
    const activity = (of: string, day: string): number => {
      const before = (input: string): number =>
        seriesOf(input, of)
          .filter(({ at }) => at <= Date.parse(`${day}T04:00:00Z`))
          .at(-1)?.value ?? 0
      return (before('active_users') * 100) / before('registered_users')
    }
    for (const laggard of ['daqin', 'mawu', 'baimiao']) {
      expect(activity('liuhu', '2026-06-10') - activity(laggard, '2026-06-10')).toBeGreaterThan(2)
      expect(Math.abs(activity('liuhu', '2026-11-20') - activity(laggard, '2026-11-20'))).toBeLessThan(1)
    }
  })

  it('has one department that brings 45 % of a month’s cases on one day', () => {
    const growth = (of: string, from: string, to: string): number => {
      const until = (day: string): number =>
        seriesOf('cases_returned', of)
          .filter(({ at }) => at <= Date.parse(`${day}T01:00:00Z`))
          .at(-1)?.value ?? 0
      return until(to) - until(from)
    }
    const month = growth('housing', '2026-10-23', '2026-11-23')
    expect(growth('housing', '2026-11-20', '2026-11-21') / month).toBeGreaterThan(0.42)
    expect(growth('human-resources', '2026-11-20', '2026-11-21') / growth('human-resources', '2026-10-23', '2026-11-23')).toBeLessThan(0.05)
  })

  it('has one unit that has been silent since October, and what is due daily sent weekly', () => {
    const latest = (input: string, of: string): number => seriesOf(input, of).at(-1)?.at ?? 0
    expect(start - latest('seals_collected', 'education')).toBeGreaterThan(42 * dayMs)
    expect(start - latest('seals_collected', 'public-security')).toBeLessThan(dayMs)
    const shared = new Set((byInput.get('data_applications') ?? []).filter(({ at }) => at > yearStart).map(({ at }) => weekdayOf(dayNumberOf(at))))
    expect([...shared]).toEqual([1])
  })

  it('leaves kiosks unused in seven places', () => {
    const places = [...new Set((byInput.get('kiosks') ?? []).map(({ of = '' }) => of))]
    const unused = places.filter((of) => (seriesOf('kiosks_used', of).at(-1)?.value ?? 0) < (seriesOf('kiosks', of).at(-1)?.value ?? 0))
    expect(unused.sort()).toEqual(['daqin', 'kongtongshan', 'mawu', 'shangyang', 'suoluo', 'xiamen', 'xianglian'])
  })

  it('tells the past in few batches, and live every hour', () => {
    expect(past(indicatorPlatform(city), start).length).toBeLessThan(200)
    const live = indicatorPlatform(city)
    live.backfillFrom(start)
    expect(live.messagesBetween(start, start + dayMs)).toHaveLength(24)
  })
})

const at = (text: string): number => Date.parse(text)

describe.each([
  { now: at('2026-11-24T06:30:00Z'), pace: 17, behind: [11, 12, 15, 19], off: [25, 26, 39] },
  { now: at('2026-06-30T06:30:00Z'), pace: 17, behind: [11, 12, 15, 19], off: [25, 26, 39] },
])('folded at $now', async ({ now, pace, behind, off }) => {
  const world = worldOf(await platformsAndOffice(now), now)
  const states = indicatorsOf(world)
  const numbers = (assessment: string): readonly number[] =>
    shippedIndicators
      .filter(({ id }) => states.get(id)?.assessment === assessment)
      .map(({ no }) => no)
      .sort((one, other) => one - other)

  it('gives every indicator a value but those that a person fills in', () => {
    expect(shippedIndicators.filter(({ id }) => states.get(id)?.value === undefined).map(({ no }) => no)).toEqual([7, 8])
  })

  it('has 24 with a target: most on pace, some behind, three off', () => {
    expect({ pace: numbers('on-target').length, behind: numbers('watch'), off: numbers('off-target') }).toEqual({ pace, behind, off })
  })

  it('keeps every rate and every unit’s rate within 0 to 100', () => {
    const rates = shippedIndicators.filter(({ id, unitOfMeasure, range }) => states.has(id) && unitOfMeasure === '%' && range?.[1] === 100)
    expect(rates.length).toBeGreaterThan(30)
    const found = rates.flatMap(({ id }) => [states.get(id)?.value, ...world.indicatorUnits('620802', id).map(({ value }) => value)])
    expect(found.filter((value) => value !== undefined && !(value >= 0 && value <= 100))).toEqual([])
  })
})

it('starts its climbs at the baselines that the configuration has for them', async () => {
  const facts = (await factsOf(indicatorPlatform(city), start)).filter((fact) => fact.at <= yearStart)
  const states = indicatorsOf(worldOf(facts, yearStart + hourMs))
  const climbs = shippedIndicators.filter(({ baseline }) => baseline !== undefined)
  expect(climbs.length).toBeGreaterThan(10)
  for (const { id, baseline = 0 } of climbs) expect({ id, off: Math.abs((states.get(id)?.value ?? 0) - baseline) < 0.25 }).toEqual({ id, off: true })
})

it('has samples of the knowledge base from the first morning of the year on, and the office’s beside them from February on', async () => {
  const sampled = async (now: number) => indicatorsOf(worldOf(await platformsAndOffice(now), now)).get('hotline_12345_kb_accuracy')
  expect(await sampled(at('2026-01-01T08:30:00+08:00'))).toMatchObject({ missing: undefined, denominator: 7 * 20 })
  expect(await sampled(at('2026-02-01T08:30:00+08:00'))).toMatchObject({ missing: undefined, denominator: 2 * 7 * 20 + 20 * 20 })
})

it('gathers 4.6 亿 of the 5 亿 by late November', async () => {
  const now = at('2026-11-24T06:30:00Z')
  const states = indicatorsOf(worldOf(await factsOf(indicatorPlatform(cityAt(now)), now), now))
  expect((states.get('resource_data_growth_rate')?.value ?? 0) / 100_000_000).toBeCloseTo(4.61, 2)
})
