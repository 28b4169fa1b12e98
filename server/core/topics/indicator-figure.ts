import type { InputFigure } from '../../../contract/drill.ts'
import type { IndicatorState, Missing } from '../../../contract/topic.ts'
import type { DefinitionVersion } from '../definition-versions.ts'
import { evaluate, isMissing } from '../formula-value.ts'
import type { Computed, Lookup } from '../formula-value.ts'
import type { Formula } from '../formula.ts'
import type { Point } from './input-series.ts'
import type { InputReading, InputSource } from './input-source.ts'

/** What a figure says of itself, before it is judged. */
export type Figure = Pick<
  IndicatorState,
  'value' | 'missing' | 'numerator' | 'denominator' | 'observedAt' | 'oldestAt' | 'receivedAt' | 'corrected' | 'feed'
>

type Read = (source: InputSource, atStart: boolean) => number | undefined

/** A formula with the sources of its inputs at hand; of the district, or of one unit. */
export class BoundFormula {
  /** whether each unit can have a figure of its own: all that it is made of must be told apart by unit, or be fixed */
  readonly isByUnit: boolean
  /** of the inputs that are configured, each once */
  readonly sources: readonly InputSource[]
  readonly #formula: Formula
  readonly #period: DefinitionVersion['definition']['period']
  /** undefined for an input that is not configured */
  readonly #sources: ReadonlyMap<string, InputSource | undefined>

  constructor(formula: Formula, period: DefinitionVersion['definition']['period'], sourceOf: (input: string) => InputSource | undefined) {
    this.#formula = formula
    this.#period = period
    this.#sources = new Map(formula.inputs.map(({ input }) => [input, sourceOf(input)]))
    this.sources = [...this.#sources.values()].filter((source) => source !== undefined)
    this.isByUnit = [...this.#sources.values()].every((source) => source?.isByUnit === true)
  }

  /** Now; undefined where nothing that it is made of was ever heard of by this unit or the district. @param fallbackAt for what has no age */
  present(fallbackAt: number, unit?: string): Figure | undefined {
    const readings = this.#readings(unit)
    const computed = evaluate(this.#formula, this.#lookup(this.#readNow(unit)))
    const age = ageOf(readings, fallbackAt)
    if (isMissing(computed))
      return { value: undefined, missing: computed, numerator: undefined, denominator: undefined, ...age, corrected: undefined }
    return { ...computed, missing: undefined, ...age, corrected: this.#corrected(computed, readings, unit) }
  }

  /** Those that any of its inputs has heard of; none where it has no figures by unit. */
  units(): ReadonlySet<string> {
    return new Set(this.isByUnit ? this.sources.flatMap((source) => [...source.members()]) : [])
  }

  /** The bare value now, of a unit. */
  valueNow(unit: string): number | undefined {
    if (!this.isByUnit) return undefined
    const computed = evaluate(this.#formula, this.#lookup(this.#readNow(unit)))
    return isMissing(computed) ? undefined : computed.value
  }

  /** The district's value at the end of an earlier business day; undefined when one could not be had then. */
  atEndOf(day: number): Point | undefined {
    let at = -Infinity
    const computed = evaluate(
      this.#formula,
      this.#lookup((source, atStart) => {
        if (atStart) return source.startOf(day)
        const point = source.atEndOf(day, this.#period)
        at = Math.max(at, point?.at ?? -Infinity)
        return point?.value
      }),
    )
    return isMissing(computed) || at === -Infinity ? undefined : { at, value: computed.value }
  }

  /** What is put in, in the order of the formula. */
  inputs(): readonly InputFigure[] {
    const startsOf = new Set(this.#formula.inputs.filter(({ atStart }) => atStart).map(({ input }) => input))
    return [...this.#sources].map(([input, source]) => {
      const reading = source?.present(this.#period)
      const isAged = reading !== undefined && reading.observedAt !== -Infinity
      return {
        input,
        value: reading?.value,
        start: startsOf.has(input) ? source?.presentStart() : undefined,
        observedAt: isAged ? reading.observedAt : undefined,
        receivedAt: isAged ? reading.receivedAt : undefined,
        feed: reading === undefined || reading.feed === '' ? undefined : reading.feed,
        members: reading?.members ?? 0,
      }
    })
  }

  #readings(unit: string | undefined): readonly InputReading[] {
    const readings: InputReading[] = []
    for (const source of this.sources) {
      const reading = source.present(this.#period, unit)
      if (reading !== undefined) readings.push(reading)
    }
    return readings
  }

  #readNow(unit: string | undefined): Read {
    return (source, atStart) => (atStart ? source.presentStart(unit) : source.present(this.#period, unit)?.value)
  }

  #lookup(read: Read): Lookup {
    return (input, atStart) => {
      const source = this.#sources.get(input)
      const value = source === undefined ? undefined : read(source, atStart)
      return value ?? ({ why: atStart && source?.isHeard === true ? 'start' : 'input', input } satisfies Missing)
    }
  }

  /** What it was with the inputs of its latest instant as they stood before they were corrected. */
  #corrected({ value }: Computed, readings: readonly InputReading[], unit: string | undefined): Figure['corrected'] {
    const latest = Math.max(...readings.map(({ observedAt }) => observedAt))
    const told = readings.flatMap(({ observedAt, corrected }) => (observedAt === latest && corrected !== undefined ? [corrected.at] : []))
    if (told.length === 0) return undefined
    const before: Read = (source, atStart) => {
      if (atStart) return source.presentStart(unit)
      const reading = source.present(this.#period, unit)
      return reading?.observedAt === latest && reading.corrected !== undefined ? reading.corrected.from : reading?.value
    }
    const computed = evaluate(this.#formula, this.#lookup(before))
    return isMissing(computed) || computed.value === value ? undefined : { from: computed.value, at: Math.max(...told) }
  }
}

/** The latest and the oldest of what a figure is made of, and the feed of the latest. */
function ageOf(readings: readonly InputReading[], fallbackAt: number): Pick<Figure, 'observedAt' | 'oldestAt' | 'receivedAt' | 'feed'> {
  let [observedAt, oldestAt, receivedAt, feed] = [-Infinity, Infinity, -Infinity, '']
  for (const reading of readings) {
    if (reading.observedAt > observedAt) [observedAt, feed] = [reading.observedAt, reading.feed]
    oldestAt = Math.min(oldestAt, reading.oldestAt)
    receivedAt = Math.max(receivedAt, reading.receivedAt)
  }
  if (observedAt === -Infinity) return { observedAt: fallbackAt, oldestAt: fallbackAt, receivedAt: fallbackAt, feed }
  return { observedAt, oldestAt, receivedAt, feed }
}
