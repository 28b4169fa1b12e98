import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { InputState } from '../../../contract/topic.ts'

/** What one input is made of, and what is made of it. Pure. */

/** Every member that has a value, the largest first; the district's own value is none of them. */
export function membersOf(states: Iterable<InputState>, input: string): readonly InputState[] {
  return [...states].filter((state) => state.input === input && state.of !== undefined).sort((a, b) => b.value - a.value || (a.id < b.id ? -1 : 1))
}

/** Indicators whose formula names the input, by number. */
export function namedBy(indicators: readonly IndicatorDefinition[], input: string): readonly IndicatorDefinition[] {
  const word = new RegExp(`(^|[^a-z0-9_])${input}([^a-z0-9_]|$)`)
  return indicators
    .filter(({ formula, revisions }) =>
      [formula, ...revisions.map((revision) => revision.formula)].some((one) => one !== undefined && word.test(one)),
    )
    .sort((a, b) => a.no - b.no)
}
