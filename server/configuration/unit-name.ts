import type { Registry } from '../core/registry.ts'
import { unknownOfMany } from './unknown-name.ts'

/** What is wrong with the short name of a unit: it must be one of the district's. */
export function unitProblem(shortName: string, district: string, { units }: Pick<Registry, 'units'>): string | undefined {
  const known = [...units.values()].flatMap((unit) => (unit.district === district ? [unit.shortName] : []))
  if (known.includes(shortName)) return undefined
  return unknownOfMany(`unit of district ${district}`, shortName, { known, place: 'config/units.yaml (by shortName)' })
}
