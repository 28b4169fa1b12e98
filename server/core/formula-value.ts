import type { Missing } from '../../contract/topic.ts'
import type { Formula, FormulaNode } from './formula.ts'

/** What an input is, or why it has no value. Values are finite. */
export type Lookup = (input: string, atStart: boolean) => number | Missing

/** A value with what it was made of, where the formula is a quotient. */
export interface Computed {
  readonly value: number
  readonly numerator: number | undefined
  readonly denominator: number | undefined
}

/** @returns finite numbers, or the first thing that is missing: never NaN, never Infinity */
export function evaluate({ root, quotient }: Formula, lookup: Lookup): Computed | Missing {
  if (quotient === undefined) {
    const value = valueOf(root, lookup)
    return typeof value === 'number' ? { value, numerator: undefined, denominator: undefined } : value
  }
  const numerator = valueOf(quotient.numerator, lookup)
  if (typeof numerator !== 'number') return numerator
  const denominator = valueOf(quotient.denominator, lookup)
  if (typeof denominator !== 'number') return denominator
  // multiplied first: 7 of 100 are 7 %, and not 7.000000000000001 %
  const value = divide(numerator * quotient.times, denominator, quotient.denominator)
  return typeof value === 'number' ? { value, numerator, denominator } : value
}

export const isMissing = (found: Computed | Missing): found is Missing => 'why' in found

const named = (node: FormulaNode): string => (node.is === 'input' ? node.input : '')

/** Here and below `+ 0` turns minus zero into zero. */
function divide(left: number, right: number, divisor: FormulaNode): number | Missing {
  return right === 0 ? { why: 'zero-denominator', input: named(divisor) } : inRange(left / right)
}

/** What leaves the range of numbers tells of no single input. */
const inRange = (value: number): number | Missing => (Number.isFinite(value) ? value + 0 : { why: 'overflow', input: '' })

function valueOf(node: FormulaNode, lookup: Lookup): number | Missing {
  switch (node.is) {
    case 'number':
      return node.value
    case 'input': {
      const value = lookup(node.input, node.atStart)
      return typeof value === 'number' ? value + 0 : value
    }
    case 'minus': {
      const value = valueOf(node.of, lookup)
      return typeof value === 'number' ? 0 - value : value
    }
    case 'operation': {
      const left = valueOf(node.left, lookup)
      if (typeof left !== 'number') return left
      const right = valueOf(node.right, lookup)
      if (typeof right !== 'number') return right
      return node.sign === '/' ? divide(left, right, node.right) : inRange(combine(node.sign, left, right))
    }
    case 'extreme':
      return extreme(node.pick, node.of, lookup)
  }
}

function combine(sign: '+' | '-' | '*', left: number, right: number): number {
  if (sign === '+') return left + right
  return sign === '-' ? left - right : left * right
}

function extreme(pick: 'min' | 'max', nodes: readonly FormulaNode[], lookup: Lookup): number | Missing {
  let found = pick === 'min' ? Infinity : -Infinity
  for (const node of nodes) {
    const value = valueOf(node, lookup)
    if (typeof value !== 'number') return value
    found = Math[pick](found, value)
  }
  return found
}
