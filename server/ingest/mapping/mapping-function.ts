import type { FeedDefinition } from '../../../contract/feed.ts'
import type { RejectionCode } from '../../../contract/rejection.ts'
import type { Registry } from '../../core/registry.ts'
import { MapError } from '../dialect.ts'

export interface FunctionContext {
  readonly feed: FeedDefinition
  readonly registry: Registry
}

export type Arguments = readonly [unknown, unknown, unknown]

/** A function that mappings may call, besides those of JSONata itself. */
export interface MappingFunction {
  /** without the `$` */
  readonly name: string
  readonly signature: string
  readonly zh: string
  readonly en: string
  /** an expression and what it gives with the shipped configuration: a test evaluates each */
  readonly example: { readonly expression: string; readonly gives: unknown }
  /**
   * Total but for MapError, which names the function and its argument. Nothing, null and empty text give nothing.
   * Arguments that were not given are undefined.
   */
  call(given: Arguments, context: FunctionContext): unknown
}

/** @param place the function and its argument: `$instant(time)` */
export const functionError = (code: RejectionCode, place: string, problem: string): MapError => new MapError(code, `${place}: ${problem}`)

export const isNothing = (given: unknown): given is undefined | null | '' =>
  given === undefined || given === null || (typeof given === 'string' && given.trim() === '')
