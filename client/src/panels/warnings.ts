import { warningLevels } from '../../../contract/fact.ts'
import type { Warning } from '../../../contract/topic.ts'

/** Warnings in force, the gravest level first, within a level the latest. Pure. */
export function warningsInForce(warnings: Iterable<Warning>): readonly Warning[] {
  return [...warnings]
    .filter(({ endedAt }) => endedAt === undefined)
    .sort((a, b) => warningLevels.indexOf(a.level) - warningLevels.indexOf(b.level) || b.issuedAt - a.issuedAt || (a.id < b.id ? -1 : 1))
}
