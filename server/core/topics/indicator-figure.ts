import type { InputFigure } from '../../../contract/drill.ts'
import { freshUntil } from '../../../contract/topic.ts'
import type { Ageing, IndicatorState, Missing } from '../../../contract/topic.ts'
import type { DefinitionVersion } from '../definition-versions.ts'
import { evaluate, isMissing } from '../formula-value.ts'
import type { Computed, Lookup } from '../formula-value.ts'
import type { Formula } from '../formula.ts'
import type { Point } from './dated-points.ts'
import type { InputReading, InputSource } from './input-source.ts'

/** What a figure says of itself, before it is judged. */
export type Figure = Pick<
  IndicatorState,
  'value' | 'missing' | 'numerator' | 'denominator' | 'observedAt' | 'ageing' | 'receivedAt' | 'corrected' | 'feed'
>

type Judged = Pick<DefinitionVersion['definition'], 'period' | 'range'>

/** An input of which something is known. */
interface Part {
  readonly input: string
  readonly everyMs: number
  readonly reading: InputReading
}

/** A formula with the sources of its inputs at hand; of the district, or of one unit. */
export class BoundFormula {
  /** whether each unit can have a figure of its own: all that it is made of must be told apart by unit, or be fixed */
  readonly isByUnit: boolean
  /** of the inputs that are configured, each once */
  readonly sources: readonly InputSource[]
  /** whose orders any of them is counted from, each once */
  readonly channels: readonly string[]
  readonly #formula: Formula
  readonly #period: Judged['period']
  readonly #range: Judged['range']
  /** undefined for an input that is not configured */
  readonly #sources: ReadonlyMap<string, InputSource | undefined>
  /** whose values `#now` reads; one closure for all, since a fact asks it some hundred times */
  #unit: string | undefined
  readonly #now: Lookup = (input, atStart) => {
    const source = this.#sources.get(input)
    const value = atStart ? source?.presentStart(this.#unit) : source?.present(this.#period, this.#unit)?.value
    return value ?? missing(source, input, atStart)
  }

  constructor(formula: Formula, { period, range }: Judged, sourceOf: (input: string) => InputSource | undefined) {
    this.#formula = formula
    this.#period = period
    this.#range = range
    this.#sources = new Map(formula.inputs.map(({ input }) => [input, sourceOf(input)]))
    this.sources = [...this.#sources.values()].filter((source) => source !== undefined)
    this.channels = [...new Set(this.sources.flatMap(({ channels }) => channels))]
    this.isByUnit = [...this.#sources.values()].every((source) => source?.isByUnit === true)
  }

  /** Now; undefined where nothing that it is made of was ever heard of by this unit or the district. @param fallbackAt for what has no age */
  present(fallbackAt: number, unit?: string): Figure | undefined {
    const parts = this.#parts(unit)
    const readings = parts.map(({ reading }) => reading)
    const computed = this.#evaluateNow(unit)
    const age = { ...ageOf(readings, fallbackAt), ageing: ageingOf(parts) }
    if (isMissing(computed))
      return { value: undefined, missing: computed, numerator: undefined, denominator: undefined, ...age, corrected: undefined }
    const { value, numerator, denominator } = computed
    return { value, missing: undefined, numerator, denominator, ...age, corrected: this.#corrected(computed, readings, unit) }
  }

  /** Those that any of its inputs has heard of; none where it has no figures by unit. */
  units(): ReadonlySet<string> {
    return new Set(this.isByUnit ? this.sources.flatMap((source) => [...source.members()]) : [])
  }

  /** The bare value now, of a unit. */
  valueNow(unit: string): number | undefined {
    if (!this.isByUnit) return undefined
    const computed = this.#evaluateNow(unit)
    return isMissing(computed) ? undefined : computed.value
  }

  /** The district's value at the end of an earlier business day; undefined when one could not be had then. */
  atEndOf(day: number): Point | undefined {
    let at = -Infinity
    const computed = this.#evaluate((input, atStart) => {
      const source = this.#sources.get(input)
      const point = source?.atEndOf(day, this.#period)
      at = Math.max(at, point?.at ?? -Infinity)
      return (atStart ? source?.startOf(day) : point?.value) ?? missing(source, input, atStart)
    })
    return isMissing(computed) || at === -Infinity ? undefined : { at, value: computed.value }
  }

  /** What is put in, in the order of the formula. */
  inputs(): readonly InputFigure[] {
    const startsOf = new Set(this.#formula.inputs.filter(({ atStart }) => atStart).map(({ input }) => input))
    return [...this.#sources].map(([input, source]) => {
      const reading = source?.present(this.#period)
      return {
        input,
        value: reading?.value,
        start: startsOf.has(input) ? source?.presentStart() : undefined,
        ...timesOf(reading),
        feed: reading === undefined || reading.feed === '' ? undefined : reading.feed,
        members: reading?.members ?? 0,
      }
    })
  }

  #parts(unit: string | undefined): readonly Part[] {
    const parts: Part[] = []
    for (const [input, source] of this.#sources) {
      const reading = source?.present(this.#period, unit)
      if (source !== undefined && reading !== undefined) parts.push({ input, everyMs: source.everyMs, reading })
    }
    return parts
  }

  #evaluateNow(unit: string | undefined): Computed | Missing {
    this.#unit = unit
    return this.#evaluate(this.#now)
  }

  /** A value outside the range that reports are held to is none: some input must be wrong, and nobody can say which. */
  #evaluate(lookup: Lookup): Computed | Missing {
    const computed = evaluate(this.#formula, lookup)
    return isMissing(computed) || isWithin(computed.value, this.#range) ? computed : { why: 'out-of-range', input: '' }
  }

  /** What it was with the inputs of its latest instant as they stood before they were corrected. */
  #corrected({ value }: Computed, readings: readonly InputReading[], unit: string | undefined): Figure['corrected'] {
    if (readings.every(({ corrected }) => corrected === undefined)) return undefined
    const latest = Math.max(...readings.map(({ observedAt }) => observedAt))
    const told = readings.flatMap(({ observedAt, corrected }) => (observedAt === latest && corrected !== undefined ? [corrected.at] : []))
    if (told.length === 0) return undefined
    this.#unit = unit
    const computed = this.#evaluate((input, atStart) => {
      const reading = atStart ? undefined : this.#sources.get(input)?.present(this.#period, unit)
      return reading?.observedAt === latest && reading.corrected !== undefined ? reading.corrected.from : this.#now(input, atStart)
    })
    return isMissing(computed) || computed.value === value ? undefined : { from: computed.value, at: Math.max(...told) }
  }
}

/** Arithmetic may leave a bound by a rounding error, which is no mistake of anybody's. */
const rounding = 1e-9

function isWithin(value: number, range: Judged['range']): boolean {
  if (range === undefined) return true
  const [lowest, highest] = range
  const slack = (highest - lowest) * rounding
  return value >= lowest - slack && value <= highest + slack
}

const missing = (source: InputSource | undefined, input: string, atStart: boolean): Missing => ({
  why: atStart && source?.isHeard === true ? 'start' : 'input',
  input,
})

/** What is fixed has none. */
function timesOf(reading: InputReading | undefined): Pick<InputFigure, 'observedAt' | 'oldestAt' | 'receivedAt'> {
  if (reading === undefined || reading.observedAt === -Infinity) return { observedAt: undefined, oldestAt: undefined, receivedAt: undefined }
  const { observedAt, oldestAt, receivedAt } = reading
  return { observedAt, oldestAt, receivedAt }
}

/** The latest of what a figure is made of, and its feed. */
function ageOf(readings: readonly InputReading[], fallbackAt: number): Pick<Figure, 'observedAt' | 'receivedAt' | 'feed'> {
  let latest: InputReading | undefined
  let receivedAt = -Infinity
  for (const reading of readings) {
    if (reading.observedAt > (latest?.observedAt ?? -Infinity)) latest = reading
    if (reading.receivedAt > receivedAt) receivedAt = reading.receivedAt
  }
  if (latest === undefined) return { observedAt: fallbackAt, receivedAt: fallbackAt, feed: '' }
  return { observedAt: latest.observedAt, receivedAt, feed: latest.feed }
}

/** Of parts that go stale at once the first of the formula. */
function ageingOf(parts: readonly Part[]): Ageing | undefined {
  let first: Ageing | undefined
  for (const { input, everyMs, reading } of parts) {
    const part = { input, since: reading.oldestAt, everyMs }
    if (freshUntil(part) < (first === undefined ? Infinity : freshUntil(first))) first = part
  }
  return first
}
