import type { DialectContext } from '../dialect.ts'
import { binary, isTrue, plain } from './direct-values.ts'
import { mappingFunctions } from './functions.ts'
import type { MappingFunction } from './mapping-function.ts'

/**
 * JSONata waits for a promise at every step of every expression, which is most of what a mapped message costs us. Most mappings only pick fields
 * and hand them to our functions: those are read once into closures and evaluated at once, ten times as fast. JSONata stays the judge: whatever
 * is not plain is left to it, an expression when the mapping is read, a message when it comes; a test holds what both give against each other.
 */

/** Where JSONata is to be asked: the value is none that is known here to mean the same in both. */
export const notPlain = Symbol('not plain')

interface Run {
  readonly message: object
  readonly context: DialectContext
}
type Evaluate = (run: Run) => unknown

type Node = Readonly<Record<string, unknown>>
type Compile = (node: Node, depth: number) => Evaluate | undefined

/** JSONata refuses to go deeper than its own bound, and counts steps: what is far from both needs no counting. */
const deepest = 40
const longestList = 200

const functions: ReadonlyMap<unknown, MappingFunction> = new Map(mappingFunctions.map((each) => [each.name, each]))
const mostArguments = 3

/**
 * @param tree as JSONata's parser gives it
 * @returns evaluates a message, to the same as JSONata or to `notPlain`; undefined when the mapping says more than is known here. Never throws.
 */
export function compileDirect(tree: unknown): ((message: unknown, context: DialectContext) => unknown) | undefined {
  const evaluate = compile(tree, 0)
  if (evaluate === undefined) return undefined
  return (message, context) => {
    if (typeof message !== 'object' || message === null) return notPlain
    try {
      return evaluate({ message: plain(message), context })
    } catch {
      // a value that is not plain, or a refusal: JSONata says where in the mapping it comes from
      return notPlain
    }
  }
}

function compile(tree: unknown, depth: number): Evaluate | undefined {
  if (typeof tree !== 'object' || tree === null || depth > deepest) return undefined
  // as: an object of the parser's
  const node = tree as Node
  const { type } = node
  return typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type]?.(node, depth + 1) : undefined
}

const common: ReadonlySet<string> = new Set(['type', 'value', 'position'])

/** Filters, orders, bindings and their like are keys of their own on a node: one with any other key than these means more than it seems to. */
function hasOnly(node: Node, ...names: readonly string[]): boolean {
  return Object.keys(node).every((name) => common.has(name) || names.includes(name) || node[name] === undefined)
}

function compileAll(trees: unknown, depth: number): readonly Evaluate[] | undefined {
  if (!Array.isArray(trees) || trees.length > longestList) return undefined
  const compiled = trees.map((tree: unknown) => compile(tree, depth))
  return compiled.every((each) => each !== undefined) ? compiled : undefined
}

const literal: Compile = (node) => {
  const { value } = node
  return hasOnly(node) ? () => value : undefined
}

const path: Compile = (node) => {
  const { steps } = node
  if (!hasOnly(node, 'steps') || !Array.isArray(steps)) return undefined
  const names = (steps as readonly Node[]).flatMap((step) =>
    step['type'] === 'name' && typeof step['value'] === 'string' && hasOnly(step) ? [step['value']] : [],
  )
  return names.length === steps.length ? ({ message }) => names.reduce(field, message) : undefined
}

function field(from: unknown, name: string): unknown {
  if (typeof from !== 'object' || from === null || !Object.hasOwn(from, name)) return undefined
  // as: it has it
  return plain((from as Readonly<Record<string, unknown>>)[name])
}

const variable: Compile = (node) => {
  if (!hasOnly(node)) return undefined
  switch (node['value']) {
    case 'origin':
      return ({ context }) => context.origin
    case 'receivedAt':
      return ({ context }) => context.receivedAt
    case 'feed':
      return ({ context }) => context.feed.id
    case 'zone':
      return ({ context }) => context.feed.zone
    default:
      return undefined
  }
}

const call: Compile = (node, depth) => {
  // as: the parser gives every call a procedure
  const { value: name, type } = node['procedure'] as Node
  const called = type === 'variable' ? functions.get(name) : undefined
  const given = compileAll(node['arguments'], depth)
  if (!hasOnly(node, 'procedure', 'arguments') || called === undefined || given === undefined || given.length > mostArguments) return undefined
  const [a, b, c] = given
  return (run) => called.call([a === undefined ? run.message : a(run), b?.(run), c?.(run)], run.context)
}

const condition: Compile = (node, depth) => {
  const [is, then] = [compile(node['condition'], depth), compile(node['then'], depth)]
  const otherwise = node['else'] === undefined ? () => undefined : compile(node['else'], depth)
  if (!hasOnly(node, 'condition', 'then', 'else') || is === undefined || then === undefined || otherwise === undefined) return undefined
  return (run) => (isTrue(is(run)) ? then(run) : otherwise(run))
}

const operation: Compile = (node, depth) => {
  const [left, right] = [compile(node['lhs'], depth), compile(node['rhs'], depth)]
  const combine = binary(node['value'])
  if (!hasOnly(node, 'lhs', 'rhs') || left === undefined || right === undefined || combine === undefined) return undefined
  return (run) => combine(left(run), () => right(run))
}

/** Brackets around one expression; several are a program. */
const block: Compile = (node, depth) => {
  const inner = compileAll(node['expressions'], depth)
  return hasOnly(node, 'expressions') && inner?.length === 1 ? inner[0] : undefined
}

const list: Compile = (node, depth) => {
  const parts = compileAll(node['expressions'], depth)
  if (!hasOnly(node, 'expressions') || parts === undefined) return undefined
  return (run) => parts.map((part) => plain(part(run))).filter((value) => value !== undefined)
}

const object: Compile = (node, depth) => {
  const { lhs: pairs } = node
  if (!hasOnly(node, 'lhs') || !Array.isArray(pairs)) return undefined
  const keys = (pairs as readonly (readonly [Node, Node])[]).map(([key]) => (key.type === 'string' && hasOnly(key) ? key['value'] : undefined))
  const values = compileAll(
    (pairs as readonly (readonly [Node, Node])[]).map(([, value]) => value),
    depth,
  )
  const names = keys.filter((key) => typeof key === 'string' && !key.startsWith('_jsonata')) as readonly string[]
  if (values === undefined || new Set(names).size !== pairs.length) return undefined
  const make = (run: Run): unknown => {
    // as JSONata's own: without a prototype, so that any name is only a name
    const made = Object.create(null) as Record<string, unknown>
    for (const [index, name] of names.entries()) {
      const value = values[index]?.(run)
      if (value !== undefined) made[name] = value
    }
    return made
  }
  return make
}

const kinds: Readonly<Record<string, Compile>> = {
  string: literal,
  number: literal,
  value: literal,
  path,
  variable,
  function: call,
  condition,
  binary: operation,
  block,
  unary: (node, depth) => (node['value'] === '{' ? object(node, depth) : node['value'] === '[' ? list(node, depth) : undefined),
}
