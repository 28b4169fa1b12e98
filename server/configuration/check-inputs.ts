import type { InputDefinition } from '../../contract/indicator.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unknownName } from './unknown-name.ts'

/** Checks each input: where it comes from is said once, and the channels whose orders it counts exist. */
export function checkInputs(reader: ConfigurationReader, registry: Registry): void {
  for (const input of registry.inputs.values())
    for (const { path, problem } of [...channelMistakes(input, registry), ...originMistakes(input)]) reader.reportIn(input, path, problem)
}

function channelMistakes({ orders }: InputDefinition, { channels }: Registry): readonly Mistake[] {
  return (orders?.channels ?? []).flatMap((channel, index) =>
    channels.has(channel) ? [] : [{ path: ['orders', 'channels', index], problem: unknownName('channel', channel, channels.keys()) }],
  )
}

function originMistakes({ orders, constant, source, entry, by }: InputDefinition): readonly Mistake[] {
  const mistakes: Mistake[] = []
  if (orders !== undefined && (by === 'sector' || by === 'theme'))
    mistakes.push({ path: ['by'], problem: `orders have a unit and no ${by}: write by: unit, or by: district` })
  if (constant !== undefined && source === undefined)
    mistakes.push({ path: ['constant'], problem: 'nobody can tell where this number comes from: say it in `source`' })
  if (constant !== undefined && by !== 'district')
    mistakes.push({ path: ['by'], problem: `one number has no parts by ${by}: leave it out, or let the number be reported` })
  if (entry && (orders !== undefined || constant !== undefined))
    mistakes.push({
      path: ['entry'],
      problem: `nobody fills in what is ${orders === undefined ? 'constant' : 'counted from orders'}: take one of the two out`,
    })
  return mistakes
}
