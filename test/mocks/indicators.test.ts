import { describe, expect, it } from 'vitest'
import type { ReadingFact } from '../../contract/fact.ts'
import { dayMs, dayNumberOf, hourMs } from '../../mock-streams/calendar.ts'
import type { City } from '../../mock-streams/city/scenario.ts'
import { indicatorPlatform } from '../../mock-streams/indicators/platform.ts'
import { assess, PaceDay } from '../../server/core/pace.ts'
import { outcomesOf, shippedIndicators } from '../feeds/shipped-registry.ts'
import { start } from '../support/facts.ts'

const city: City = { seed: 620_802, scenario: 'normal', scenarioDay: dayNumberOf(start), speed: 1 }

async function readingsUntil(now: number): Promise<readonly ReadingFact[]> {
  const platform = indicatorPlatform(city)
  const outcomes = await outcomesOf('indicators', platform.messagesBetween(platform.backfillFrom(now), now), now)
  expect(outcomes.flatMap(({ refused }) => refused)).toEqual([])
  return outcomes.flatMap(({ facts }) => facts).filter((fact) => fact.kind === 'reading')
}

/** The value that stands: the last told of the latest instant. */
function latest(readings: readonly ReadingFact[]): ReadonlyMap<string, ReadingFact> {
  const found = new Map<string, ReadingFact>()
  for (const reading of readings) if ((found.get(reading.indicator)?.at ?? 0) <= reading.at) found.set(reading.indicator, reading)
  return found
}

describe('the indicator platform', () => {
  it('says the same again after a restart, however it is asked', () => {
    const platform = indicatorPlatform(city)
    const from = start - 2 * dayMs
    const bySteps: object[] = []
    for (let at = from; at < start; at += 7 * 60_000) bySteps.push(...platform.messagesBetween(at, Math.min(start, at + 7 * 60_000)))
    expect(bySteps).toEqual(indicatorPlatform(city).messagesBetween(from, start))
    expect(bySteps.length).toBe(48)
  })

  it('reports every measure but number 7, in a month that passes admission without a refusal', async () => {
    const known = latest(await readingsUntil(start))
    expect(shippedIndicators.filter(({ id }) => !known.has(id)).map(({ no }) => no)).toEqual([7])
  })

  it.each([Date.UTC(2026, 10, 23, 6, 30), Date.UTC(2027, 2, 15, 1), Date.UTC(2027, 6, 1, 12)])(
    'at %i three are off target and four behind',
    async (now) => {
      const known = latest(await readingsUntil(now))
      const judged: Record<string, number[]> = {}
      for (const definition of shippedIndicators) {
        const reading = known.get(definition.id)
        if (reading === undefined || definition.target.shape === 'none') continue
        // a weekly figure is judged for the day it was true on: the pace has moved on since
        const { assessment } = assess(definition, reading.value, new PaceDay(dayNumberOf(reading.at)))
        ;(judged[assessment] ??= []).push(definition.no)
      }
      const sorted = (list: readonly number[] = []): readonly number[] => [...list].sort((a, b) => a - b)
      expect({ off: sorted(judged['off-target']), behind: sorted(judged['watch']) }).toEqual({ off: [25, 26, 39], behind: [11, 12, 15, 19] })
      expect(judged['none']).toEqual([35])
    },
  )

  it('makes each rate of its numerator and denominator', async () => {
    for (const { value, numerator, denominator, indicator } of await readingsUntil(start))
      if (numerator !== undefined && denominator !== undefined && indicator !== 'data_growth_per_capita')
        expect(value).toBeCloseTo((numerator * 100) / denominator, 3)
  })

  it('puts right on Wednesday what it said on Tuesday', async () => {
    const byInstant = new Map<number, number[]>()
    for (const { indicator, at, value } of await readingsUntil(start))
      if (indicator === 'e_seal_signing_growth') byInstant.set(at, [...(byInstant.get(at) ?? []), value])
    const corrected = [...byInstant].filter(([, values]) => values.length > 1)
    expect(corrected.length).toBeGreaterThanOrEqual(4)
    for (const [at, [wrong = 0, right = 0]] of corrected) {
      expect(new Date(at + 8 * hourMs).getUTCDay()).toBe(2)
      expect(wrong - right).toBeCloseTo(3.4, 5)
    }
  })

  it('is there between its figures: a batch without rows', async () => {
    const platform = indicatorPlatform(city)
    expect(await outcomesOf('indicators', [platform.heartbeat(start)], start)).toEqual([{ facts: [], refused: [] }])
  })
})
