import { MapError } from '../dialect.ts'
import { quote } from './words.ts'

/** Bounds on what a message may become. A warning with all its outlines is some 200 KiB. */
const mostFacts = 1_000
const mostSize = 1_048_576
const deepest = 8

const wrong = (problem: string): MapError => new MapError('bad-shape', `mapping: ${problem}`)

/** Copies a mapping's result into plain values, within what a message may become: none of it is shared, a list is a list and no more. */
class Copier {
  #size = 0

  copy(value: unknown, place: string, depth: number): unknown {
    if (typeof value === 'string') this.#count(value.length)
    this.#count(8)
    if (typeof value === 'function') throw wrong(`${place} is a function; call it`)
    if (typeof value !== 'object' || value === null) return value
    if (depth > deepest) throw wrong(`${place} is nested deeper than any fact`)
    if (Array.isArray(value)) return value.map((each, index) => this.copy(each, `${place}[${String(index)}]`, depth + 1))
    return this.copyObject(value, place, depth)
  }

  copyObject(value: object, place: string, depth: number): Record<string, unknown> {
    if (Object.hasOwn(value, '_jsonata_lambda') || Object.hasOwn(value, '_jsonata_function')) throw wrong(`${place} is a function; call it`)
    const copied: [string, unknown][] = []
    for (const [key, each] of Object.entries(value)) {
      this.#count(key.length)
      // no fact has a field for "nothing": what the upstream does not say is left out
      if (each !== undefined && each !== null) copied.push([key, this.copy(each, `${place}.${key.slice(0, 40)}`, depth + 1)])
    }
    // defines each key as its own, also `__proto__`, which admission then refuses
    return Object.fromEntries(copied)
  }

  #count(size: number): void {
    this.#size += size
    if (this.#size > mostSize) throw wrong(`its facts are larger than ${String(mostSize)} characters together; let the codec split the message`)
  }
}

/** Fields that are lists: JSONata makes the only element of a list and the element itself the same. */
const listFields = ['references', 'areas'] as const

function withLists(fact: Record<string, unknown>): Record<string, unknown> {
  for (const field of listFields) if (typeof fact[field] === 'string') fact[field] = [fact[field]]
  return fact
}

/**
 * A mapping's result as candidate facts: nothing is none, an object one, a list of objects as many. Fields that are undefined or null
 * are left out.
 * Errors: MapError for anything else, and for more than a message may become.
 */
export function candidatesOf(result: unknown): readonly Record<string, unknown>[] {
  if (result === undefined || result === null) return []
  const results: readonly unknown[] = Array.isArray(result) ? result : [result]
  if (results.length > mostFacts) {
    throw wrong(`gives ${String(results.length)} facts, expected at most ${String(mostFacts)} of one message; let the codec split it`)
  }
  const copier = new Copier()
  return results.map((each, index) => {
    const place = Array.isArray(result) ? `result[${String(index)}]` : 'result'
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) return withLists(copier.copyObject(each, place, 1))
    throw wrong(`${place} is ${quote(each)}; a fact is an object such as {"kind": "work-order", "id": …}, several are a list of them`)
  })
}
