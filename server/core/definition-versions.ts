import type { IndicatorDefinition, Revision } from '../../contract/indicator.ts'

/** 口径版本: an indicator's definition as it holds from a day on. */
export interface DefinitionVersion {
  /** 1 for the first */
  readonly version: number
  /** first day it holds for, YYYY-MM-DD; undefined for the first, which holds for all that is before the second */
  readonly from: string | undefined
  readonly note: string
  readonly noteEn: string
  /** with what the revisions up to this one changed; what is told of it (names, decimals) is the same in all versions */
  readonly definition: IndicatorDefinition
}

/** The versions of an indicator, the oldest first: a revision changes what it names, and all else stays. */
export function definitionVersions(indicator: IndicatorDefinition): readonly DefinitionVersion[] {
  let definition = indicator
  const first = { version: 1, from: undefined, note: '', noteEn: '', definition }
  const later = indicator.revisions.map((revision, index) => {
    definition = revised(definition, revision)
    return { version: index + 2, from: revision.from, note: revision.note, noteEn: revision.noteEn, definition }
  })
  return [first, ...later]
}

function revised(definition: IndicatorDefinition, { formula, target, baseline }: Revision): IndicatorDefinition {
  return {
    ...definition,
    ...(formula === undefined ? {} : { formula }),
    ...(target === undefined ? {} : { target }),
    ...(baseline === undefined ? {} : { baseline }),
  }
}
