import type { UnitDefinition } from '../../contract/configuration.ts'

/** What `responsible` may say instead of a unit's short name, and the group of units that is meant. */
const groups: ReadonlyMap<string, UnitDefinition['group']> = new Map([
  ['subdistricts', 'subdistrict'],
  ['departments', 'department'],
  ['others', 'other'],
])

/** Undefined for a word that is a unit's short name. */
export const groupNamed = (word: string): UnitDefinition['group'] | undefined => groups.get(word)

/** 责任单位: whether a unit is named, or all of its group are. */
export const isResponsible = ({ shortName, group }: Pick<UnitDefinition, 'shortName' | 'group'>, responsible: readonly string[]): boolean =>
  responsible.some((word) => word === shortName || groupNamed(word) === group)
