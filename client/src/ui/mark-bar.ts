import type { IndicatorDefinition, Target } from '../../../contract/indicator.ts'
import type { IndicatorState } from '../../../contract/topic.ts'

/** How a target is marked: 底线 a foot at the floor, or its mirror · 须满 an end cap · 力争 or 按文意 dashed · a yearly count a plain line. */
export type TargetMark = 'floor' | 'ceiling' | 'cap' | 'dashed' | 'line'

/**
 * How a value stands against its target, as shares 0-1 of a short horizontal scale. Pure.
 * bar: filled from nought · marker: a thin scale that does not start at nought, so a mark instead of a bar · zero: a bare line with one
 * square per item that should not be there · rank: an open dot for the best; whose place nobody has reported is not drawn.
 */
export type MarkBar =
  | { readonly form: 'bar' | 'marker'; readonly value: number; readonly pace: number | undefined; readonly target: number; readonly mark: TargetMark }
  | { readonly form: 'zero'; readonly items: number; readonly isImplied: boolean }
  | { readonly form: 'rank' }

/** More squares than this do not fit under a figure that says the number anyway. */
const mostItems = 12

type Definition = Pick<IndicatorDefinition, 'target' | 'better'>

/** @returns undefined for an indicator without a target, and for one without a value */
export function markBarOf({ target, better }: Definition, { value, expected }: Pick<IndicatorState, 'value' | 'expected'>): MarkBar | undefined {
  if (value === undefined || target.shape === 'none') return undefined
  if (target.shape === 'rank') return { form: 'rank' }
  if (target.shape === 'zero') return { form: 'zero', items: Math.min(mostItems, Math.max(0, Math.round(value))), isImplied: isImplied(target) }
  const nearHundred = target.shape === 'full' || (target.value > 50 && target.value <= 100 && target.shape !== 'count')
  const on = nearHundred ? thinScale(value, target.value, expected) : fromNought(value, target)
  return {
    form: nearHundred ? 'marker' : 'bar',
    value: on(value),
    pace: paceMark(expected, target.value, on),
    target: on(target.value),
    mark: markOf(target, better),
  }
}

/** 按文意: the plan's words ask for it, but print no such figure. */
export function isImplied(target: Target): boolean {
  if (!('value' in target)) return false
  const printed = target.wording.normalize('NFKC').match(/\d+(\.\d+)?/g) ?? []
  return ![1, 10_000, 100_000_000].some((scale) => printed.some((figure) => Number(figure) * scale === target.value))
}

function markOf(target: Target, better: IndicatorDefinition['better']): TargetMark {
  if (target.shape === 'strive' || isImplied(target)) return 'dashed'
  if (target.shape === 'full') return 'cap'
  if (target.shape === 'count') return 'line'
  return better === 'lower' ? 'ceiling' : 'floor'
}

const share = (value: number, from: number, to: number): number => Math.min(1, Math.max(0, (value - from) / (to - from)))

function thinScale(value: number, target: number, expected: number | undefined): (at: number) => number {
  const low = Math.min(80, Math.floor((Math.min(value, target, expected ?? target) - 2) / 10) * 10)
  return (at) => share(at, low, 100)
}

function fromNought(
  value: number,
  target: { readonly shape: 'floor' | 'strive' | 'count' | 'full'; readonly value: number },
): (at: number) => number {
  const top = target.shape === 'count' ? Math.max(target.value, value) : Math.max(target.value * 1.5, value * 1.1)
  return (at) => share(at, 0, top === 0 ? 1 : top)
}

/** A pace equal to the target needs no mark of its own. */
function paceMark(expected: number | undefined, target: number, on: (at: number) => number): number | undefined {
  return expected === undefined || expected === target ? undefined : on(expected)
}
