import type { AlarmRule } from '../../contract/alarm-rule.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unknownName, unknownOfMany } from './unknown-name.ts'

export const alarmsFile = 'alarms.yaml'

/** Checks the rules of alarms: each once, of quantities and sensors that are there and have the limit, under parents that can stand for the same. */
export function checkAlarms(reader: ConfigurationReader, registry: Registry): void {
  const { rules } = registry.alarms
  for (const [index, rule] of rules.entries()) {
    const isAgain = rules.findIndex(({ id }) => id === rule.id) !== index
    const again: Mistake[] = isAgain ? [{ path: ['id'], problem: `${JSON.stringify(rule.id)} is already defined: ids are used once` }] : []
    for (const { path, problem } of [...again, ...sensorMistakes(rule, registry), ...parentMistakes(rule, rules)])
      reader.report(alarmsFile, ['rules', index, ...path], problem)
  }
}

function sensorMistakes({ when }: AlarmRule, { quantities, sensors }: Registry): readonly Mistake[] {
  if (when.source !== 'sensor') return []
  const quantity = quantities.get(when.quantity)
  if (quantity === undefined)
    return [
      {
        path: ['when', 'quantity'],
        problem: unknownOfMany('quantity', when.quantity, { known: quantities.keys(), place: 'config/quantities.yaml' }),
      },
    ]
  const unknown = (when.sensors ?? []).flatMap((id, index): readonly Mistake[] =>
    sensors.has(id)
      ? []
      : [{ path: ['when', 'sensors', index], problem: unknownOfMany('sensor', id, { known: sensors.keys(), place: 'config/sensors' }) }],
  )
  const isGiven =
    when.value !== undefined ||
    quantity.limits[when.limit] !== undefined ||
    [...sensors.values()].some(({ limits }) => limits[when.quantity]?.[when.limit] !== undefined)
  if (isGiven) return unknown
  const cure = 'give a value here, or the limit in config/quantities.yaml or config/sensors'
  return [
    ...unknown,
    { path: ['when', 'limit'], problem: `nothing has a ${when.limit} limit of ${when.quantity}, so it would never be raised; ${cure}` },
  ]
}

function parentMistakes(rule: AlarmRule, rules: readonly AlarmRule[]): readonly Mistake[] {
  return rule.parents.flatMap((id, index): readonly Mistake[] => {
    const path = ['parents', index]
    const parent = rules.find((each) => each.id === id)
    if (parent === undefined)
      return [
        {
          path,
          problem: unknownName(
            'rule',
            id,
            rules.map((each) => each.id),
          ),
        },
      ]
    if (isAbove(rule.id, parent, rules)) return [{ path, problem: `${id} is itself suppressed by ${rule.id}: each would hide the other` }]
    const problem = kinshipProblem(rule, parent)
    return problem === undefined ? [] : [{ path, problem }]
  })
}

/** @returns whether `id` is the rule itself, or stands above it */
function isAbove(id: string, rule: AlarmRule, rules: readonly AlarmRule[], seen: readonly string[] = []): boolean {
  if (rule.id === id) return true
  if (seen.includes(rule.id)) return false
  return rule.parents.some((parent) => {
    const above = rules.find((each) => each.id === parent)
    return above !== undefined && isAbove(id, above, rules, [...seen, rule.id])
  })
}

/** Which alarm of the parent would suppress which of the child must follow from what they watch. */
function kinshipProblem({ when }: AlarmRule, parent: AlarmRule): string | undefined {
  const [own, above] = [when, parent.when]
  if (above.source === 'clock') return undefined
  if (above.source === 'feed') {
    const hasFeed = !['order', 'clock', 'feed', 'link'].includes(own.source)
    return hasFeed ? undefined : `${parent.id} is of feeds, and this is of a source without one (${own.source})`
  }
  if (own.source !== above.source)
    return `${parent.id} watches a ${above.source}, and this a ${own.source}: only a feed, the clock or the same source is a parent`
  if (own.source === 'sensor' && above.source === 'sensor' && own.quantity !== above.quantity)
    return `${parent.id} is of ${above.quantity}, and this of ${own.quantity}: it would never be suppressed`
  return undefined
}
