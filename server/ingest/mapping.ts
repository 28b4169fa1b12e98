import jsonata from 'jsonata'
import type { Result } from '../../contract/result.ts'
import { fail, ok } from '../../contract/result.ts'
import { MapError } from './dialect.ts'
import { LinearRegex } from './linear-regex.ts'
import { mappingFunctions } from './mapping-functions.ts'

/** 映射: what the messages of a feed mean, said in its configuration: a JSONata expression from one message to facts. */
export interface Mapping {
  /**
   * @returns candidate facts, in the expression's order; none when it answers nothing
   * Errors: rejects with MapError: the expression fails on this message, answers something else than facts, or takes too long
   */
  map(message: unknown): Promise<readonly unknown[]>
}

/** Longer work on one message is no mapping: the whole server waits for it. */
const longestMs = 50
const deepest = 200
const mostFacts = 1_000

const entry = Symbol.for('jsonata.__evaluate_entry')
const exit = Symbol.for('jsonata.__evaluate_exit')

/**
 * Compiles an expression once.
 * @param zone of times that the upstream writes without one
 * @returns the mapping, or what is wrong with the text and where
 */
export function compileMapping(text: string, zone: string): Result<Mapping, string> {
  try {
    // the package's own type asks for a RegExp, of which JSONata uses exec and lastIndex
    const expression = jsonata(text, { RegexEngine: LinearRegex as unknown as RegExpConstructor })
    const problem = problemIn(expression.ast())
    return problem === undefined ? ok(new JsonataMapping(expression, zone)) : fail(problem)
  } catch (error) {
    return fail(`${messageOf(error)}${placeOf(error, text)}`)
  }
}

class JsonataMapping implements Mapping {
  readonly #expression: jsonata.Expression
  #until = 0
  #depth = 0
  /** one message at a time: limits are counted for the one under way */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(expression: jsonata.Expression, zone: string) {
    this.#expression = expression
    for (const [name, call] of Object.entries(mappingFunctions(zone))) expression.registerFunction(name, call)
    // symbols are how JSONata lets a host look into an evaluation; its type knows names only
    const hooks = expression as unknown as { assign(name: symbol, value: () => void): void }
    hooks.assign(entry, () => this.#enter())
    hooks.assign(exit, () => (this.#depth -= 1))
  }

  map(message: unknown): Promise<readonly unknown[]> {
    const mapped = this.#turn.then(() => this.#evaluate(message))
    this.#turn = mapped.catch(() => undefined)
    return mapped
  }

  async #evaluate(message: unknown): Promise<readonly unknown[]> {
    this.#until = performance.now() + longestMs
    this.#depth = 0
    try {
      return factsIn(await this.#expression.evaluate(message))
    } catch (error) {
      if (error instanceof MapError) throw error
      throw new MapError('bad-shape', `mapping: ${messageOf(error)}; mend the feed's mapping, or what the upstream sends`)
    }
  }

  #enter(): void {
    this.#depth += 1
    if (this.#depth > deepest) throw new MapError('bad-shape', `mapping: calls itself more than ${String(deepest)} deep; end its recursion`)
    if (performance.now() > this.#until)
      throw new MapError('bad-shape', `mapping: takes more than ${String(longestMs)} ms on this message; make it simpler, or the message smaller`)
  }
}

function factsIn(answer: unknown): readonly unknown[] {
  const facts = answer === undefined || answer === null ? [] : Array.isArray(answer) ? (answer as readonly unknown[]) : [answer]
  if (facts.length > mostFacts)
    throw new MapError('bad-shape', `mapping: makes ${String(facts.length)} facts of one message; at most ${String(mostFacts)}`)
  const other = facts.find((fact) => typeof fact !== 'object' || fact === null)
  if (other === undefined) return facts.map((fact) => ({ ...(fact as object) }))
  throw new MapError(
    'bad-shape',
    `mapping: answers ${JSON.stringify(other).slice(0, 80)} where a fact was expected; build an object with kind, at, …`,
  )
}

/** What parses and still cannot run here: ranges, which grow without bound, and patterns without a linear match. */
function problemIn(node: unknown): string | undefined {
  if (node instanceof RegExp) return patternProblem(node)
  if (typeof node !== 'object' || node === null) return undefined
  if ('value' in node && node.value === '..') return 'ranges such as [1..n] are not there in a mapping: they may grow without bound'
  for (const part of Object.values(node)) {
    const problem = problemIn(part)
    if (problem !== undefined) return problem
  }
  return undefined
}

function patternProblem(pattern: RegExp): string | undefined {
  try {
    return new LinearRegex(pattern) instanceof LinearRegex ? undefined : ''
  } catch (error) {
    return `/${pattern.source.slice(0, 60)}/ cannot be used: ${messageOf(error)}; do without lookahead and back references`
  }
}

function messageOf(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null && 'message' in error ? error.message : error
  return String(message).slice(0, 200)
}

function placeOf(error: unknown, text: string): string {
  if (typeof error !== 'object' || error === null || !('position' in error) || typeof error.position !== 'number') return ''
  const before = text.slice(0, error.position).split('\n')
  return ` (line ${String(before.length)}, column ${String((before.at(-1) ?? '').length)})`
}
