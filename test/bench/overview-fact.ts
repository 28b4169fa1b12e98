import type { Fact } from '../../contract/fact.ts'
import { dayMs, hourMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { input as inputFact, start } from '../support/facts.ts'
import { indicator, input, registryWith, unit } from '../support/registry.ts'
import { percentile } from './percentile.ts'

/** A fact that changes figures of the overview: CPU of folding it and of draining what it changed, in milliseconds. */
export interface OverviewFactFigures {
  /** indicators that hang on the input */
  readonly dependents: number
  readonly changed: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const indicatorCount = 500
const unitCount = 40
/** Days of history: trends, outlooks and what is bunched are reckoned in full. */
const historyDays = 31
const warmUp = 3_000
const measured = 3_000

const ids = (prefix: string, count: number): readonly string[] => Array.from({ length: count }, (_, index) => `${prefix}${String(index)}`)
const units = ids('u', unitCount)

interface City {
  readonly world: World
  readonly tell: (fact: Fact, at: number) => void
}

/** 500 rates by 40 units that climb to their targets; each denominator is shared by `dependents` of them. */
function cityWith(dependents: number): City {
  const denominators = ids('asked', indicatorCount / dependents)
  const numerators = ids('served', indicatorCount)
  const registry = registryWith({
    units: units.map((id) => unit({ id })),
    inputs: [...numerators, ...denominators].map((id) => input({ id, by: 'unit' })),
    indicators: numerators.map((served, index) =>
      indicator({
        id: `rate${String(index)}`,
        formula: `${served} / asked${String(Math.floor(index / dependents))} * 100`,
        target: { shape: 'floor', value: 90, wording: '90%以上' },
        pace: 'ramp',
        baseline: 60,
      }),
    ),
  })
  const world = new World(registry)
  let seq = 0
  const tell = (fact: Fact, at: number): void => {
    seq += 1
    world.apply({ seq, at, feed: 'indicators', fact })
  }
  for (let day = historyDays; day > 0; day -= 1) {
    const at = start - day * dayMs
    for (const [index, of] of units.entries()) {
      for (const id of denominators) tell(inputFact({ input: id, of, at, value: 1_000 + index }), at)
      for (const id of numerators) tell(inputFact({ input: id, of, at, value: 900 - day * 5 - index }), at)
    }
  }
  world.drain()
  return { world, tell }
}

function measure(dependents: number): OverviewFactFigures {
  const { world, tell } = cityWith(dependents)
  const spent: number[] = []
  let changed = 0
  for (let round = 0; round < warmUp + measured; round += 1) {
    const at = start - hourMs + round
    const of = units[round % unitCount] ?? ''
    const id = `asked${String(round % (indicatorCount / dependents))}`
    const before = process.cpuUsage()
    tell(inputFact({ input: id, of, at, value: 1_000 + round }), at)
    const patch = world.drain().get('indicators@620802')
    const { user, system } = process.cpuUsage(before)
    if (round < warmUp) continue
    changed += patch?.upsert?.length ?? 0
    spent.push((user + system) / 1_000)
  }
  spent.sort((one, other) => one - other)
  return { dependents, changed: changed / measured, p50Ms: percentile(spent, 0.5), p99Ms: percentile(spent, 0.99) }
}

/** One input fact in 500 indicators × 40 units: of an input that four of them share, and of one that all of them share. */
export function overviewFact(): readonly OverviewFactFigures[] {
  return [4, indicatorCount].map(measure)
}
