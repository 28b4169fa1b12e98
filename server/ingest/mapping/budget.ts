import { performance } from 'node:perf_hooks'
import { MapError } from '../dialect.ts'

/**
 * What one message may cost. Time alone would refuse good messages whenever the machine pauses: it counts only together with the steps
 * of evaluation that were taken, and alone only when it is ten times as long.
 */
export const budget = {
  milliseconds: 50,
  steps: 50_000,
  mostMilliseconds: 500,
  /** nested evaluations; a call of a function within another is some three of them */
  depth: 500,
  /** elements of a list that a mapping makes */
  listLength: 100_000,
  /** characters, numbers, keys of a value that a mapping makes, besides twice what the message holds */
  size: 1_048_576,
} as const

const stepsBetweenLooks = 64

/** JSONata's functions are objects that hold on to all that was in sight where they were made. */
const isFunction = (value: object): boolean => Object.hasOwn(value, '_jsonata_lambda') || Object.hasOwn(value, '_jsonata_function')

/** Counts values nested in a value, with their characters. What was weighed is remembered: a value that many others share is counted each time. */
class Scales {
  readonly #known = new WeakMap<object, number>()

  weigh(value: unknown): number {
    if (typeof value === 'string') return value.length + 1
    if (typeof value !== 'object' || value === null) return 1
    const known = this.#known.get(value)
    if (known !== undefined) return known
    let weight = 1
    this.#known.set(value, weight)
    if (isFunction(value)) return weight
    for (const key in value) {
      // as: any key of an object may be read, and a list is one
      weight += key.length + this.weigh((value as Readonly<Record<string, unknown>>)[key])
    }
    this.#known.set(value, weight)
    return weight
  }
}

/** One message's evaluation: counts its steps and weighs what it makes. */
export class Evaluation {
  readonly #message: unknown
  readonly #from = performance.now()
  #steps = 0
  #scales: Scales | undefined
  #mostSize: number | undefined

  constructor(message: unknown) {
    this.#message = message
  }

  /** After each step. @throws MapError when the message has had its share */
  step(): void {
    this.#steps += 1
    if (this.#steps % stepsBetweenLooks === 0) this.#checkTime()
  }

  #checkTime(): void {
    const milliseconds = performance.now() - this.#from
    if (milliseconds <= budget.milliseconds || (this.#steps <= budget.steps && milliseconds <= budget.mostMilliseconds)) return
    const found = `after ${milliseconds.toFixed(0)} ms and ${String(this.#steps)} steps it has not ended`
    const cure = 'look for a loop or a recursion without end, or let the codec split the message'
    throw new MapError('too-slow', `mapping: ${found}, expected at most ${String(budget.milliseconds)} ms; ${cure}`)
  }

  /** What a step made. @throws MapError when it is larger than any fact can need */
  made(value: unknown): void {
    if (typeof value === 'string') this.expectSize(value.length)
    else if (typeof value === 'object' && value !== null) this.expectSize((this.#scales ??= new Scales()).weigh(value))
  }

  /** @throws MapError */
  expectSize(size: number): void {
    if (size <= budget.size) return
    this.#mostSize ??= budget.size + 2 * (this.#scales ??= new Scales()).weigh(this.#message)
    if (size <= this.#mostSize) return
    throw new MapError(
      'too-slow',
      `mapping: makes a value of ${String(size)} characters, which no fact can hold; look for a text or a list that grows`,
    )
  }
}
