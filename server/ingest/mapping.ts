import jsonata from 'jsonata'
import { z } from 'zod'
import type { FeedProblem } from '../../contract/bench.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { MapError } from './dialect.ts'
import type { Dialect, DialectContext } from './dialect.ts'
import { withMaskedWords } from './feeds/own-words.ts'
import { contextBinding, contextOf, evaluationBinding } from './mapping/bindings.ts'
import { budget, Evaluation } from './mapping/budget.ts'
import { boundedBuiltIns, takenAway } from './mapping/built-ins.ts'
import { candidatesOf } from './mapping/candidates.ts'
import { compileDirect, notPlain } from './mapping/direct.ts'
import { mappingFunctions } from './mapping/functions.ts'
import { LinearRegex } from './mapping/linear-regex.ts'
import type { MappingFunction } from './mapping/mapping-function.ts'
import { fullWidthProblem, placeOf, problemAt, problemsOf } from './mapping/syntax.ts'

/** What a feed's messages mean, said in JSONata: a dialect without code. */
export interface Mapper extends Omit<Dialect, 'name' | 'map'> {
  /**
   * Evaluates the mapping on one message and masks the words in what it gives. The same message in the same context always gives the same.
   * Errors: rejects with MapError, which names the place in the mapping, the reason and the cure; with nothing else. Never throws.
   */
  map(message: unknown, context: DialectContext): readonly unknown[] | Promise<readonly unknown[]>
}

const longestMapping = 65_536
const longestReason = 240

/** What JSONata calls after each step with what the step made. */
const afterStep = Symbol.for('jsonata.__evaluate_exit')

/** Steps whose value was not there before; all others only find what is. */
const makers: ReadonlySet<unknown> = new Set(['binary', 'unary', 'function', 'apply', 'transform'])

/**
 * Reads a mapping.
 * @param text an expression from one decoded message to facts; it may use `$origin`, `$receivedAt`, `$feed`, `$zone` and the functions in
 *   mapping/functions.ts besides JSONata's own
 * Errors: every mistake that can be seen without a message, with its position in the text and, in words, its line and column.
 */
export function compileMapping(text: string): Result<Mapper, readonly FeedProblem[]> {
  if (text.length > longestMapping) {
    const problem = `has ${String(text.length)} characters, expected at most ${String(longestMapping)}`
    return fail([{ path: 'mapping', problem }])
  }
  const parsed = parse(text)
  const problems = parsed.ok ? problemsOf(text, parsed.value.ast()) : parsed.error
  const wide = fullWidthProblem(text)
  // part of a name it may be right, as in 液位（米）: it is told where something is wrong, and quotes are never right
  if (wide !== undefined && (problems.length > 0 || wide.isQuote)) return fail([wide.problem])
  return parsed.ok && problems.length === 0 ? ok(mapperOf(text, prepared(parsed.value))) : fail(problems)
}

function parse(text: string): Result<jsonata.Expression, readonly FeedProblem[]> {
  try {
    // as: all that JSONata does with a pattern is to construct it and to execute it
    const RegexEngine = LinearRegex as unknown as RegExpConstructor
    return ok(jsonata(text, { stack: budget.depth, sequence: budget.listLength, RegexEngine }))
  } catch (thrown) {
    const error = readError(thrown)
    return fail([problemAt(text, error, error.message)])
  }
}

/** JSONata throws objects of its own, and what the language itself throws. */
function readError(thrown: unknown): { readonly code: unknown; readonly position: unknown; readonly token: unknown; readonly message: string } {
  const { code, position, token, message } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Readonly<Record<string, unknown>>
  return { code, position, token, message: typeof message === 'string' && message !== '' ? message : 'is no expression' }
}

function prepared(expression: jsonata.Expression): jsonata.Expression {
  for (const [name, builtIn] of boundedBuiltIns) expression.assign(name, builtIn)
  // as: the type knows names of variables only; JSONata looks this one up by its symbol
  expression.assign(
    afterStep as unknown as string,
    (step: jsonata.ExprNode & { group?: unknown }, _input: unknown, frame: jsonata.Environment, made: unknown) => {
      // as: bound for every evaluation, below
      const evaluation = frame.lookup(evaluationBinding) as Evaluation
      evaluation.step()
      if (makers.has(step.type) || step.group !== undefined) evaluation.made(made)
    },
  )
  for (const [name, cure] of Object.entries(takenAway)) {
    expression.registerFunction(name, () => {
      throw new MapError('bad-shape', `mappings have no $${name}; ${cure}`)
    })
  }
  for (const each of mappingFunctions) expression.registerFunction(each.name, implementationOf(each))
  return expression
}

function implementationOf(each: MappingFunction): (...given: unknown[]) => unknown {
  // JSONata reads the names of the parameters out of a function's text when it is applied in part
  const implementation = function (this: jsonata.Focus, a?: unknown, b?: unknown, c?: unknown): unknown {
    return each.call([arguments.length === 0 ? this.input : a, b, c], contextOf(this))
  }
  // functions that call functions give as many arguments as are asked for: `$map(times, $instant)` is about the times alone
  return Object.defineProperty(implementation, 'length', { value: 1 })
}

function mapperOf(text: string, expression: jsonata.Expression): Mapper {
  const evaluateDirectly = compileDirect(expression.ast())
  const factsOf = (result: unknown, registry: DialectContext['registry']): readonly unknown[] =>
    candidatesOf(result).map((candidate) => withMaskedWords(candidate, registry))
  const askJsonata = async (message: unknown, context: DialectContext): Promise<readonly unknown[]> => {
    const { feed, registry, origin, receivedAt } = context
    const evaluation = new Evaluation(message)
    const bindings = { origin, receivedAt, feed: feed.id, zone: feed.zone, [contextBinding]: context, [evaluationBinding]: evaluation }
    try {
      return factsOf(await expression.evaluate(message, bindings), registry)
    } catch (thrown) {
      throw whyNot(thrown, text)
    }
  }
  return {
    message: z.unknown(),
    map(message, context) {
      const result = evaluateDirectly === undefined ? notPlain : evaluateDirectly(message, context)
      if (result === notPlain) return askJsonata(message, context)
      try {
        return factsOf(result, context.registry)
      } catch (thrown) {
        return Promise.reject(whyNot(thrown, text))
      }
    },
  }
}

const endless = 'look for a recursion without end'

/** Reasons that JSONata gives in words that help nobody here, by its code. */
const reasons: Readonly<Record<string, { readonly code: 'too-slow' | 'bad-shape'; readonly detail: string }>> = {
  D1011: { code: 'too-slow', detail: `expressions are nested deeper than ${String(budget.depth)}; ${endless}` },
  D2014: { code: 'too-slow', detail: `a list would have more than ${String(budget.listLength)} elements; make it smaller` },
  D2015: {
    code: 'too-slow',
    detail: `a list has more than ${String(budget.listLength)} elements; filter it first, or let the codec split the message`,
  },
}

/** A name with brackets in it reads like a call. */
function noFunction(text: string, position: unknown): string {
  const name =
    typeof position === 'number' ? /([^\s"'`,:{}[\]()]+)\([^()]*\)?$/.exec(text.slice(0, text.indexOf(')', position - 1) + 1))?.[0] : undefined
  const like = name === undefined || name.startsWith('$') ? '`液位(米)`' : `\`${name.slice(0, 40)}\``
  return `what stands before the bracket is no function; a name with brackets in it is written in backticks: ${like}`
}

function whyNot(thrown: unknown, text: string): MapError {
  const { code, position, token, message } = readError(thrown)
  const at = typeof position === 'number' ? ` (${placeOf(text, position, token).words} of the mapping)` : ''
  if (thrown instanceof MapError) return new MapError(thrown.code, `${thrown.detail}${at}`)
  if (thrown instanceof RangeError) {
    return new MapError('too-slow', `mapping: a value grows too large or is nested too deep; ${endless}${at}`)
  }
  const known = typeof code === 'string' && Object.hasOwn(reasons, code) ? reasons[code] : undefined
  if (known !== undefined) return new MapError(known.code, `mapping: ${known.detail}${at}`)
  if (code === 'T1006') return new MapError('bad-shape', `mapping: ${noFunction(text, position)}${at}`)
  const reason = message.length > longestReason ? `${message.slice(0, longestReason)}…` : message
  return new MapError('bad-shape', `mapping: ${reason}${at}; try it on this message at the bench`)
}
