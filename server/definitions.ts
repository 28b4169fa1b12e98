import { createHash } from 'node:crypto'
import type { DefinitionFact } from '../contract/fact.ts'
import type { IndicatorDefinition, InputDefinition, Revision } from '../contract/indicator.ts'
import type { Result } from '../contract/result.ts'
import { fail, ok } from '../contract/result.ts'
import type { Instant } from '../contract/time.ts'
import type { Problem } from './configuration/problem.ts'
import { dayNumber, dayText } from './core/calendar.ts'
import { versionsOf } from './core/definition-versions.ts'
import type { DefinitionVersion } from './core/definition-versions.ts'
import { inputsOf } from './core/formula.ts'
import type { Formula } from './core/formula.ts'
import type { Registry } from './core/registry.ts'

/**
 * The guard on definitions (口径): what the log has recorded of an indicator's versions must still be what config/ says, so that no figure of
 * the past is counted anew without anybody noticing; and what it has not recorded yet must not hold from a day that was already shown. Indicators have no district of their own: they are the default district's.
 */

export interface DefinitionsGiven {
  readonly registry: Registry
  /** the `definition` facts in the log, in their order */
  readonly recorded: readonly DefinitionFact[]
  readonly now: Instant
}

/**
 * @returns the versions that the log does not know yet, to be recorded; or every version that has been changed or taken away since, and
 *   every new one that would hold from before today, of an indicator that the log knows. An indicator that is no longer configured at all is no mistake: it has no figure that could be wrong
 */
export function checkDefinitions(given: DefinitionsGiven): Result<readonly DefinitionFact[], readonly Problem[]> {
  const { registry, recorded } = given
  const known = firstOfEach(recorded)
  const today = dayOf(given.now, registry)
  const added: DefinitionFact[] = []
  const problems: Problem[] = []
  for (const indicator of registry.indicators.values()) {
    const versions = versionsOf(indicator)
    const isKnown = known.has(keyOf(indicator.id, 1))
    for (const version of versions) {
      const before = known.get(keyOf(indicator.id, version.version))
      const fact = factOf(version, given)
      if (before === undefined && isKnown && fact.from < today) problems.push(backDated(fact, today))
      else if (before === undefined) added.push(fact)
      else if (before.digest !== fact.digest) problems.push(changed(before, fact, registry))
    }
    for (const before of known.values())
      if (before.indicator === indicator.id && before.version > versions.length) problems.push(takenAway(before, registry))
  }
  return problems.length === 0 ? ok(added) : fail(problems)
}

const keyOf = (indicator: string, version: number): string => `${indicator}/${String(version)}`

/** What was recorded first is what holds: a second record of the same version changes nothing. */
function firstOfEach(recorded: readonly DefinitionFact[]): ReadonlyMap<string, DefinitionFact> {
  const first = new Map<string, DefinitionFact>()
  for (const fact of recorded) {
    const key = keyOf(fact.indicator, fact.version)
    if (!first.has(key)) first.set(key, fact)
  }
  return first
}

/** The loader has seen to it that revisions stand in the order of their days. */
const revisionOf = ({ version, definition }: DefinitionVersion): Revision | undefined => definition.revisions[version - 2]

function factOf(version: DefinitionVersion, { registry, now }: DefinitionsGiven): DefinitionFact {
  return {
    kind: 'definition',
    district: registry.app.defaultDistrict,
    indicator: version.definition.id,
    version: version.version,
    at: now,
    from: revisionOf(version)?.from ?? '',
    digest: digestOf(version, registry),
    note: revisionOf(version)?.note.slice(0, 200) ?? '',
  }
}

/** SHA-256 of all that decides the figure: not of names, wordings, decimals and units, which only tell of it. */
function digestOf(version: DefinitionVersion, registry: Registry): string {
  const { target, better, pace, paceDays, baseline, period, unitOfMeasure, formula }: IndicatorDefinition = version.definition
  const deciding = {
    from: revisionOf(version)?.from,
    target: 'value' in target ? { shape: target.shape, value: target.value } : { shape: target.shape },
    ...{ better, pace, paceDays, baseline, period, unitOfMeasure },
    // two names never stand side by side, so no space decides anything
    formula: formula?.replace(/\s+/g, ''),
    inputs: namedInputs(version.formula, registry).map(decidingOf),
  }
  return createHash('sha256').update(canonical(deciding)).digest('hex')
}

function namedInputs(formula: Formula | undefined, { inputs }: Registry): readonly InputDefinition[] {
  const names = new Set(formula === undefined ? [] : inputsOf(formula).map(({ input }) => input))
  return [...names].sort().flatMap((name) => inputs.get(name) ?? [])
}

const decidingOf = ({ id, by, gather, orders, cameras, constant, unitOfMeasure }: InputDefinition): unknown => ({
  ...{ id, by, gather, constant, unitOfMeasure },
  ...(cameras === undefined ? {} : { cameras: { count: cameras.count, domains: [...(cameras.domains ?? [])].sort() } }),
  orders: orders === undefined ? undefined : { count: orders.count, channels: [...orders.channels].sort() },
})

/** JSON whose keys are sorted, so that the order in which a file or this code names them decides nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (inner === null || typeof inner !== 'object' || Array.isArray(inner)) return inner
    return Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
  })
}

function changed(before: DefinitionFact, { version, from }: DefinitionFact, registry: Registry): Problem {
  const what =
    before.from === from ? 'with another formula, target, pace, baseline, period or input' : `to hold from ${before.from}, not from ${from}`
  const cure = 'put the old one back, and add a revision with `from` for what is new'
  return problemOf(before, `version ${String(version)} was recorded on ${dayOf(before.at, registry)} ${what}; ${cure}`)
}

/** Its earlier days have been shown, read and perhaps published by the version before. */
function backDated(fact: DefinitionFact, today: string): Problem {
  const told = `version ${String(fact.version)} is new, and would hold from ${fact.from}, before today, ${today}`
  return problemOf(fact, `${told}, for days that were shown by the version before; let \`from\` be ${today} or later`)
}

function takenAway(before: DefinitionFact, registry: Registry): Problem {
  const { version, from } = before
  const told = `version ${String(version)}, which holds from ${from}, was recorded on ${dayOf(before.at, registry)} and is gone`
  return problemOf(before, `${told}; put its revision back, and add another with \`from\` for what is new`)
}

const problemOf = ({ indicator, version }: DefinitionFact, problem: string): Problem => ({
  file: 'indicators',
  path: version === 1 ? indicator : `${indicator}.revisions[${String(version - 2)}]`,
  problem,
})

function dayOf(at: Instant, { app, districts }: Registry): string {
  return dayText(dayNumber(at, districts.get(app.defaultDistrict)?.zone ?? 'Asia/Shanghai'))
}
