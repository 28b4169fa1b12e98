import type { LinkDefinition } from '../../contract/link.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unknownOfMany } from './unknown-name.ts'

/** Checks each linked system of config/links: its units are the district's, and no unit works in two systems, which would answer for one another. */
export function checkLinks(reader: ConfigurationReader, registry: Registry): void {
  for (const link of registry.links.values())
    for (const { path, problem } of [...unitMistakes(link, registry), ...twinMistakes(link, registry)]) reader.reportIn(link, path, problem)
}

function unitMistakes({ district, units }: LinkDefinition, registry: Registry): readonly Mistake[] {
  // of an unknown district that alone is told
  if (!registry.districts.has(district)) return []
  const known = [...registry.units.values()].filter((unit) => unit.district === district).map(({ id }) => id)
  return units.flatMap((unit, index): readonly Mistake[] =>
    known.includes(unit)
      ? []
      : [{ path: ['units', index], problem: unknownOfMany(`unit of district ${district}`, unit, { known, place: 'config/units.yaml (by id)' }) }],
  )
}

function twinMistakes({ id, units }: LinkDefinition, { links }: Registry): readonly Mistake[] {
  const others = [...links.values()].filter((other) => other.id !== id)
  return units.flatMap((unit, index): readonly Mistake[] => {
    const other = others.find((one) => one.units.includes(unit))
    return other === undefined
      ? []
      : [{ path: ['units', index], problem: `${unit} works in ${other.id} too: each would answer for the other; leave it in one of the two` }]
  })
}
