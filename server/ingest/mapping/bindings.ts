import type { Evaluation } from './budget.ts'
import type { FunctionContext } from './mapping-function.ts'

/** What functions find beside their arguments. No name that a mapping may write: unknown variables are refused when it is compiled. */
export const evaluationBinding = '~evaluation'
export const contextBinding = '~context'

interface Environment {
  lookup(name: string): unknown
}

/** `focus` is what JSONata gives a function as `this`. */
function lookUp(focus: unknown, name: string): unknown {
  // as: JSONata promises it (interface Focus)
  return (focus as { readonly environment: Environment }).environment.lookup(name)
}

// as: both are bound for every evaluation, by mapping.ts alone
export const evaluationOf = (focus: unknown): Evaluation => lookUp(focus, evaluationBinding) as Evaluation
export const contextOf = (focus: unknown): FunctionContext => lookUp(focus, contextBinding) as FunctionContext
