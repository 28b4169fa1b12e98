/** What JSONata's operators make of plain values. Whatever JSONata treats in a way of its own is thrown out: the caller asks JSONata. */

class NotPlainError extends Error {
  override readonly name = 'NotPlainError'
}

/** Thrown often and never looked at: made once. */
const notPlain = new NotPlainError('JSONata has ways of its own with this value')

/** Keys by which JSONata knows values of its own. */
const marks = ['_jsonata_lambda', '_jsonata_function', 'tupleStream', 'outerWrapper', 'sequence', 'cons', 'thunk', 'then', 'next'] as const

/** The value, unless it is a list, which JSONata spreads, or could be taken for one of its own. @throws */
export function plain<T>(value: T): T {
  if (typeof value === 'function') throw notPlain
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) throw notPlain
  for (const mark of marks) if (Object.hasOwn(value, mark)) throw notPlain
  return value
}

/** @throws for objects and lists, which are true when they are not empty */
export function isTrue(value: unknown): boolean {
  if (typeof value === 'number') return finite(value) !== 0
  if (typeof value === 'string') return value !== ''
  if (typeof value === 'boolean') return value
  if (value === undefined || value === null) return false
  throw notPlain
}

/** @param right evaluates the right side, if it is needed */
type Operator = (left: unknown, right: () => unknown) => unknown

function finite(value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw notPlain
}

function primitive(value: unknown): unknown {
  if (typeof value === 'object' || typeof value === 'function') throw notPlain
  return value
}

const isEqual: Operator = (left, right) => {
  const [one, other] = [primitive(left), primitive(right())]
  return one !== undefined && other !== undefined && one === other
}

const isUnequal: Operator = (left, right) => {
  const [one, other] = [primitive(left), primitive(right())]
  return one !== undefined && other !== undefined && one !== other
}

/** Nothing, where either side is. */
function arithmetic(of: (left: number, right: number) => number): Operator {
  return (left, right) => {
    const other = right()
    const [one, two] = [left, other].map((value) => (value === undefined ? undefined : finite(value)))
    return one === undefined || two === undefined ? undefined : finite(of(one, two))
  }
}

/** Texts as texts, numbers as numbers, never one with the other. */
function comparison(of: (left: number | string, right: number | string) => boolean): Operator {
  return (left, right) => {
    const other = right()
    if (typeof left === 'string' && typeof other === 'string') return of(left, other)
    return of(finite(left), finite(other))
  }
}

const longestText = 10_000

function textOf(value: unknown): string {
  if (value === undefined) return ''
  if (typeof value === 'string' && value.length <= longestText) return value
  // JSONata rounds to 15 digits
  if (typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) < 1e15) return String(value)
  throw notPlain
}

const operators: Readonly<Record<string, Operator>> = {
  '=': isEqual,
  '!=': isUnequal,
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '&': (left, right) => textOf(left) + textOf(right()),
  and: (left, right) => isTrue(left) && isTrue(right()),
  or: (left, right) => isTrue(left) || isTrue(right()),
}

/** undefined for operators that are JSONata's alone. */
export const binary = (operator: unknown): Operator | undefined =>
  typeof operator === 'string' && Object.hasOwn(operators, operator) ? operators[operator] : undefined
