import type { InputDefinition } from '../../contract/indicator.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { responsibleMistakes } from './unit-name.ts'
import { unknownName } from './unknown-name.ts'

/** Checks each input: where it comes from is said once, the channels whose orders it counts exist, and so do the units that fill it in. */
export function checkInputs(reader: ConfigurationReader, registry: Registry): void {
  for (const input of registry.inputs.values()) for (const { path, problem } of mistakesOf(input, registry)) reader.reportIn(input, path, problem)
}

const mistakesOf = (input: InputDefinition, registry: Registry): readonly Mistake[] => [
  ...channelMistakes(input, registry),
  ...originMistakes(input),
  ...(input.responsible === undefined ? [] : entererMistakes(input, input.responsible, registry)),
]

/** Inputs have no district: as those of indicators, their units are the default one's. */
function entererMistakes({ entry, by }: InputDefinition, responsible: readonly string[], registry: Registry): readonly Mistake[] {
  if (entry && by === 'unit') return responsibleMistakes(responsible, registry)
  return [{ path: ['responsible'], problem: 'it says which units fill the value in: write entry: true and by: unit, or take it out' }]
}

function channelMistakes({ orders }: InputDefinition, { channels }: Registry): readonly Mistake[] {
  return (orders?.channels ?? []).flatMap((channel, index) =>
    channels.has(channel) ? [] : [{ path: ['orders', 'channels', index], problem: unknownName('channel', channel, channels.keys()) }],
  )
}

function originMistakes(input: InputDefinition): readonly Mistake[] {
  const { orders, constant, source, entry, by } = input
  const mistakes: Mistake[] = []
  if (orders !== undefined && (by === 'sector' || by === 'theme'))
    mistakes.push({ path: ['by'], problem: `orders have a unit and no ${by}: write by: unit, or by: district` })
  if (constant !== undefined && source === undefined)
    mistakes.push({ path: ['constant'], problem: 'nobody can tell where this number comes from: say it in `source`' })
  if (constant !== undefined && by !== 'district')
    mistakes.push({ path: ['by'], problem: `one number has no parts by ${by}: leave it out, or let the number be reported` })
  const origin = originOf(input)
  if (entry && origin !== undefined) mistakes.push({ path: ['entry'], problem: `nobody fills in what is ${origin}: take one of the two out` })
  return mistakes
}

/** Where its number comes from by itself; undefined where somebody tells it. */
function originOf({ orders, cameras, constant }: InputDefinition): string | undefined {
  if (orders !== undefined) return 'counted from orders'
  if (cameras !== undefined) return 'counted from cameras'
  return constant === undefined ? undefined : 'constant'
}
