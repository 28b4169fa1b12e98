import jsonata from 'jsonata'
import { MapError } from '../dialect.ts'
import { evaluationOf } from './bindings.ts'
import type { Evaluation } from './budget.ts'

/** Functions of JSONata that mappings do not have, and what to use instead. The same message must always give the same facts. */
export const takenAway: Readonly<Record<string, string>> = {
  now: 'use $receivedAt, when the message came, in milliseconds',
  millis: 'use $receivedAt, when the message came, in milliseconds',
  random: 'the same message must always give the same facts',
  shuffle: 'the same message must always give the same facts; $sort sorts',
  eval: 'write the expression into the mapping itself',
  toMillis: "use $instant(time, format?, zone?), which knows the feed's zone",
}

/** What JSONata's own functions look like from inside. */
interface BuiltIn {
  readonly _jsonata_function: true
  readonly implementation: (this: unknown, ...given: readonly unknown[]) => unknown
  readonly signature: unknown
}

const tooMuch = (place: string, problem: string): MapError => new MapError('too-slow', `${place}: ${problem}`)

function expectList(name: string, given: unknown, most: number): void {
  if (!Array.isArray(given) || given.length <= most) return
  throw tooMuch(`$${name}(list)`, `found ${String(given.length)} elements, expected at most ${String(most)}; filter the list first`)
}

const isPlain = (given: unknown): boolean => typeof given !== 'object' || given === null

/** Functions whose cost is not that of their arguments: what is looked at before they are called. */
const guards: Readonly<Record<string, (given: readonly unknown[], evaluation: Evaluation) => void>> = {
  pad([, width]) {
    if (typeof width === 'number' && Math.abs(width) > 1_000) {
      throw tooMuch('$pad(width)', `found ${String(width)}, expected at most 1000`)
    }
  },
  join([list, separator], evaluation) {
    if (!Array.isArray(list)) return
    const between = typeof separator === 'string' ? separator.length : 0
    evaluation.expectSize(list.reduce<number>((sum, each) => sum + (typeof each === 'string' ? each.length : 0) + between, 0))
  },
  // compares each with each
  distinct: ([list]) => {
    expectList('distinct', list, Array.isArray(list) && list.every(isPlain) ? 10_000 : 2_000)
  },
  // waits for a promise at each comparison
  sort: ([list]) => {
    expectList('sort', list, 10_000)
  },
  // copies what it has at each element
  spread: ([list]) => {
    expectList('spread', list, 5_000)
  },
}

/** JSONata gives its functions only from inside an expression. */
const originals = (await jsonata(
  `{${Object.keys(guards)
    .map((name) => `"${name}": [$${name}]`)
    .join(', ')}}`,
).evaluate(undefined)) as Readonly<Record<string, readonly [BuiltIn]>>

function guarded(name: string, { implementation, signature }: BuiltIn): BuiltIn {
  const guard = guards[name]
  // JSONata reads the names of the parameters out of a function's text when it is applied in part; no function here has more than three
  const looked = function (this: unknown, a: unknown, b: unknown, c: unknown): unknown {
    const given = [a, b, c].slice(0, Math.max(arguments.length, 1))
    guard?.(given, evaluationOf(this))
    return implementation.apply(this, given)
  }
  Object.defineProperty(looked, 'length', { value: implementation.length })
  return { _jsonata_function: true, implementation: looked, signature }
}

/** By name: JSONata's own functions, bounded. */
export const boundedBuiltIns: ReadonlyMap<string, unknown> = new Map(
  Object.entries(originals).map(([name, [original]]) => [name, guarded(name, original)]),
)
