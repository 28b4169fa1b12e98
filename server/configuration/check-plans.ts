import type { PlanDefinition } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unitProblem } from './unit-name.ts'

/** Checks each plan of config/plans: its steps are told apart, name units that exist, and what becomes an order has somebody to give it to. */
export function checkPlans(reader: ConfigurationReader, registry: Registry): void {
  for (const plan of registry.plans.values()) {
    for (const { path, problem } of [...twinMistakes(plan), ...unitMistakes(plan, registry), ...orderMistakes(plan)])
      reader.reportIn(plan, path, problem)
  }
}

function twinMistakes({ steps, levels }: PlanDefinition): readonly Mistake[] {
  const texts = steps.map(({ text }) => text)
  const twins = (words: readonly string[], pathOf: (index: number) => readonly PropertyKey[]): readonly Mistake[] =>
    words.flatMap((word, index) =>
      words.indexOf(word) === index
        ? []
        : [{ path: pathOf(index), problem: `${JSON.stringify(word)} stands here twice: take one out, or word it otherwise` }],
    )
  return [...twins(texts, (index) => ['steps', index, 'text']), ...twins(levels, (index) => ['levels', index])]
}

function unitMistakes({ district, steps }: PlanDefinition, registry: Registry): readonly Mistake[] {
  // of an unknown district that alone is told
  if (!registry.districts.has(district)) return []
  return steps.flatMap(({ unit }, index) => {
    const problem = unit === undefined ? undefined : unitProblem(unit, district, registry)
    return problem === undefined ? [] : [{ path: ['steps', index, 'unit'], problem }]
  })
}

function orderMistakes({ steps }: PlanDefinition): readonly Mistake[] {
  return steps.flatMap(({ order, unit }, index) =>
    order && unit === undefined
      ? [{ path: ['steps', index, 'unit'], problem: 'missing: an order needs a unit that leads it; name one, or take `order: true` out' }]
      : [],
  )
}
