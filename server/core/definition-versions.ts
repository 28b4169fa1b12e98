import { dayMs } from '../../contract/time.ts'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { parseFormula } from './formula.ts'
import type { Formula } from './formula.ts'

/** 口径版本: a definition as it holds from a business day on, until the next version's. */
export interface DefinitionVersion {
  /** 1 for the first */
  readonly version: number
  /** first day number it holds for; -Infinity for the first version */
  readonly fromDay: number
  /** with what its revisions up to this one changed */
  readonly definition: IndicatorDefinition
  /** undefined where values are reported */
  readonly formula: Formula | undefined
}

/** @throws Error for a formula with a mistake: the configuration was not checked */
function versionFrom(definition: IndicatorDefinition, version: number, fromDay: number): DefinitionVersion {
  if (definition.formula === undefined) return { version, fromDay, definition, formula: undefined }
  const parsed = parseFormula(definition.formula)
  if ('problem' in parsed) throw new Error(`The formula of indicator ${definition.id} has a mistake ${parsed.problem}`)
  return { version, fromDay, definition, formula: parsed.formula }
}

/** The version before with what a revision gives in its place: formula, target and baseline; what it leaves out stays. */
function revised(before: IndicatorDefinition, { formula, target, baseline }: IndicatorDefinition['revisions'][number]): IndicatorDefinition {
  return {
    ...before,
    ...(formula !== undefined && { formula }),
    ...(target !== undefined && { target }),
    ...(baseline !== undefined && { baseline }),
  }
}

/** All versions of a definition, oldest first; a revision builds on those before it, by their days. */
export function versionsOf(definition: IndicatorDefinition): readonly DefinitionVersion[] {
  const versions = [versionFrom(definition, 1, -Infinity)]
  const byDay = [...definition.revisions].sort((one, other) => (one.from < other.from ? -1 : 1))
  let holding = definition
  for (const revision of byDay) {
    holding = revised(holding, revision)
    versions.push(versionFrom(holding, versions.length + 1, Date.parse(revision.from) / dayMs))
  }
  return versions
}

/** The version in force on a business day. */
export function versionOn<Version extends DefinitionVersion>(versions: readonly Version[], day: number): Version {
  const found = versions.findLast(({ fromDay }) => fromDay <= day)
  if (found === undefined) throw new Error('a definition has a version that holds from the beginning')
  return found
}
