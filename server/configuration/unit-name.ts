import type { Registry } from '../core/registry.ts'
import { groupNamed } from '../core/responsible.ts'
import type { Mistake } from './target-shape.ts'
import { unknownOfMany } from './unknown-name.ts'

/** What is wrong with the short name of a unit: it must be one of the district's. */
export function unitProblem(shortName: string, district: string, { units }: Pick<Registry, 'units'>): string | undefined {
  const known = [...units.values()].flatMap((unit) => (unit.district === district ? [unit.shortName] : []))
  if (known.includes(shortName)) return undefined
  return unknownOfMany(`unit of district ${district}`, shortName, { known, place: 'config/units.yaml (by shortName)' })
}

/** What is wrong with a list of short names: each must be a unit of the default district. */
export function namedMistakes(words: readonly string[], key: string, { app, districts, units }: Registry): readonly Mistake[] {
  // of an unknown district that alone is told
  if (!districts.has(app.defaultDistrict)) return []
  return words.flatMap((word, index) => {
    const problem = unitProblem(word, app.defaultDistrict, { units })
    return problem === undefined ? [] : [{ path: [key, index], problem }]
  })
}

/** As `namedMistakes`, of `responsible`, which may name groups of units too: one of each must be there. */
export function responsibleMistakes(responsible: readonly string[], registry: Registry): readonly Mistake[] {
  const { app, districts, units } = registry
  if (!districts.has(app.defaultDistrict)) return []
  const isThere = (group: string): boolean => [...units.values()].some((unit) => unit.group === group && unit.district === app.defaultDistrict)
  return responsible.flatMap((word, index) => {
    const group = groupNamed(word)
    const problem =
      group === undefined
        ? unitProblem(word, app.defaultDistrict, registry)
        : isThere(group)
          ? undefined
          : `no unit of district ${app.defaultDistrict} is of the group ${group} in units.yaml`
    return problem === undefined ? [] : [{ path: ['responsible', index], problem }]
  })
}
