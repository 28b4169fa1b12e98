import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { IndicatorState } from '../../../contract/topic.ts'

/**
 * How a value stands against its target, as shares 0-1 of a short horizontal scale. Pure.
 * bar: filled from nought · marker: a thin scale that does not start at nought, so a mark instead of a bar · zero: a bare line with one
 * square per item that should not be there.
 */
export type MarkBar =
  | { readonly form: 'bar' | 'marker'; readonly value: number; readonly pace: number | undefined; readonly target: number; readonly strive: boolean }
  | { readonly form: 'zero'; readonly items: number }

/** More squares than this do not fit under a figure that says the number anyway. */
const mostItems = 12

/** @returns undefined for an indicator without a target that has a place on a scale */
export function markBarOf(definition: Pick<IndicatorDefinition, 'target'>, state: Pick<IndicatorState, 'value' | 'expected'>): MarkBar | undefined {
  const { target } = definition
  if (target.shape === 'none' || target.shape === 'rank') return undefined
  if (target.shape === 'zero') return { form: 'zero', items: Math.min(mostItems, Math.max(0, Math.round(state.value))) }
  const nearHundred = target.shape === 'full' || (target.value > 50 && target.value <= 100 && target.shape !== 'count')
  return nearHundred ? marker(target.value, state, target.shape === 'strive') : bar(target, state)
}

const share = (value: number, from: number, to: number): number => Math.min(1, Math.max(0, (value - from) / (to - from)))

function marker(target: number, { value, expected }: Pick<IndicatorState, 'value' | 'expected'>, strive: boolean): MarkBar {
  const low = Math.min(80, Math.floor((Math.min(value, target, expected ?? target) - 2) / 10) * 10)
  const on = (at: number): number => share(at, low, 100)
  return { form: 'marker', value: on(value), pace: paceMark(expected, target, on), target: on(target), strive }
}

function bar(
  target: { readonly shape: 'floor' | 'strive' | 'count'; readonly value: number },
  { value, expected }: Pick<IndicatorState, 'value' | 'expected'>,
): MarkBar {
  const top = target.shape === 'count' ? Math.max(target.value, value) : Math.max(target.value * 1.5, value * 1.1)
  const on = (at: number): number => share(at, 0, top === 0 ? 1 : top)
  return { form: 'bar', value: on(value), pace: paceMark(expected, target.value, on), target: on(target.value), strive: target.shape === 'strive' }
}

/** A pace equal to the target needs no mark of its own. */
function paceMark(expected: number | undefined, target: number, on: (at: number) => number): number | undefined {
  return expected === undefined || expected === target ? undefined : on(expected)
}
