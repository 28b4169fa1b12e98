import type { IndicatorDefinition, Revision } from '../../contract/indicator.ts'
import { dividesByZero, inputsOf, parseFormula } from '../core/formula.ts'
import type { Registry } from '../core/registry.ts'
import { isDay } from './day.ts'
import type { ConfigurationReader } from './read.ts'
import { targetMistakes } from './target-shape.ts'
import type { Mistake } from './target-shape.ts'
import { namedMistakes, responsibleMistakes } from './unit-name.ts'
import { unknownOfMany } from './unknown-name.ts'

/**
 * Checks each indicator: its units are there, its formula can be read and names inputs that exist, its target fits its shape, pace and
 * direction; each revision likewise. Indicators are those of the default district: its units are meant.
 */
export function checkIndicators(reader: ConfigurationReader, registry: Registry): void {
  for (const indicator of registry.indicators.values()) {
    const mistakes = [
      ...unitMistakes(indicator, registry),
      ...ownMistakes(indicator),
      ...versionMistakes(indicator, registry),
      ...orderMistakes(indicator),
    ]
    for (const { path, problem } of mistakes) reader.reportIn(indicator, path, problem)
  }
}

function unitMistakes({ leadUnits, responsible }: IndicatorDefinition, registry: Registry): readonly Mistake[] {
  return [...namedMistakes(leadUnits, 'leadUnits', registry), ...responsibleMistakes(responsible, registry)]
}

function ownMistakes({ range, formula, entry, counted, unitOfMeasure }: IndicatorDefinition): readonly Mistake[] {
  const mistakes: Mistake[] = []
  if (range !== undefined && range[0] > range[1]) mistakes.push({ path: ['range'], problem: 'nothing lies in it: write the lowest value first' })
  if (entry && formula !== undefined)
    mistakes.push({ path: ['entry'], problem: 'the value follows from its formula: mark those of its inputs that a person fills in (inputs.yaml)' })
  if (counted !== undefined && unitOfMeasure !== '%')
    mistakes.push({ path: ['counted'], problem: `it tells what a percentage counts, and the unit of measure is "${unitOfMeasure}": take it out` })
  return mistakes
}

/** Of each version what it says itself: a mistake is told where it was written. */
function versionMistakes(indicator: IndicatorDefinition, registry: Registry): readonly Mistake[] {
  let holding = indicator
  const later = indicator.revisions.map((revision, index) => {
    holding = revised(holding, revision)
    return { said: revision, definition: holding, path: ['revisions', index] }
  })
  return [{ said: indicator, definition: indicator, path: [] }, ...later].flatMap(({ said, definition, path }) => {
    const mistakes = [
      ...(said.formula === undefined ? [] : formulaMistakes(said.formula, registry)),
      ...(said.target === undefined ? [] : targetMistakes(definition)),
      ...(said.baseline === undefined ? [] : baselineMistakes(definition)),
      ...rampMistakes(said, definition),
    ]
    return mistakes.map((mistake) => ({ ...mistake, path: [...path, ...mistake.path] }))
  })
}

function revised(before: IndicatorDefinition, { formula, target, baseline }: Revision): IndicatorDefinition {
  return {
    ...before,
    ...(formula !== undefined && { formula }),
    ...(target !== undefined && { target }),
    ...(baseline !== undefined && { baseline }),
  }
}

function formulaMistakes(text: string, { inputs }: Registry): readonly Mistake[] {
  const parsed = parseFormula(text)
  if ('problem' in parsed) return [{ path: ['formula'], problem: parsed.problem }]
  if (dividesByZero(parsed.formula))
    return [{ path: ['formula'], problem: 'it divides by zero whatever the inputs are, so it never has a value: divide by an input' }]
  const unknown = new Set(inputsOf(parsed.formula).flatMap(({ input }) => (inputs.has(input) ? [] : [input])))
  return [...unknown].map((input) => ({
    path: ['formula'],
    problem: unknownOfMany('input', input, { known: inputs.keys(), place: 'config/inputs.yaml' }),
  }))
}

function baselineMistakes({ pace, formula, range, baseline = 0 }: IndicatorDefinition): readonly Mistake[] {
  const mistake = (problem: string): readonly Mistake[] => [{ path: ['baseline'], problem }]
  if (pace !== 'ramp') return mistake(`a pace that is ${pace} does not start from it: take it out, or write pace: ramp`)
  if (formula !== undefined && hasStart(formula))
    return mistake('two baselines: the formula takes the value at the start of the year by start(…) itself. Take one of the two out')
  if (range !== undefined && (baseline < range[0] || baseline > range[1]))
    return mistake(`${String(baseline)} lies outside of range, so it could never have been`)
  return []
}

/** A ramp climbs: one that begins behind its target would ask for less each day. @param said where the mistake is written */
function rampMistakes(said: Pick<Revision, 'target' | 'baseline'>, { pace, better, baseline, target }: IndicatorDefinition): readonly Mistake[] {
  if ((said.baseline === undefined && said.target === undefined) || pace !== 'ramp' || baseline === undefined || !('value' in target)) return []
  const isBehind = better === 'higher' ? baseline > target.value : baseline < target.value
  if (!isBehind) return []
  const side = better === 'higher' ? 'above' : 'below'
  const problem = `a ramp leads from the baseline to the target, ${better} is better, and the baseline ${String(baseline)} is ${side} the target ${String(target.value)}: mend one of the two, or write pace: constant`
  return [{ path: said.baseline === undefined ? ['target', 'value'] : ['baseline'], problem }]
}

function hasStart(text: string): boolean {
  const parsed = parseFormula(text)
  return 'formula' in parsed && inputsOf(parsed.formula).some(({ atStart }) => atStart)
}

function orderMistakes({ revisions }: IndicatorDefinition): readonly Mistake[] {
  return revisions.flatMap(({ from, formula, target, baseline }, index) => {
    const path = ['revisions', index]
    const before = revisions[index - 1]?.from
    const mistakes: Mistake[] = []
    if (!isDay(from)) mistakes.push({ path: [...path, 'from'], problem: `there is no ${from} in the calendar` })
    if (before !== undefined && from <= before)
      mistakes.push({
        path: [...path, 'from'],
        problem: `${from} is not after ${before}, from which the revision before it holds: write the oldest first`,
      })
    if (formula === undefined && target === undefined && baseline === undefined)
      mistakes.push({ path, problem: 'it changes nothing: give a formula, a target or a baseline, or take it out' })
    return mistakes
  })
}
