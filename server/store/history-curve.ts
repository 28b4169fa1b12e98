import type { Correction } from '../../contract/drill.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import type { Instant } from '../../contract/time.ts'
import { dayNumber, startOfDayNumber } from '../core/calendar.ts'
import type { Curve, CurveQuestion } from '../core/curve.ts'
import { versionOn, versionsOf } from '../core/definition-versions.ts'
import type { DefinitionVersion } from '../core/definition-versions.ts'
import { evaluate, isMissing } from '../core/formula-value.ts'
import type { Lookup } from '../core/formula-value.ts'
import { inputsOf } from '../core/formula.ts'
import { endOfDay, firstDayOf } from '../core/period.ts'
import { reduce } from '../core/reduce.ts'
import type { Sample } from '../core/reduce.ts'
import type { Registry } from '../core/registry.ts'
import type { History, SeriesName } from './history.ts'
import { constantTrack, countTrack, ownOrSum, PartsTrack, StockTrack, SumTrack, unknownTrack } from './history-walk.ts'
import type { InputTrack, Track } from './history-walk.ts'

const mostCorrections = 500

/**
 * The past of an indicator. One that is reported is as it was told; one with a formula is computed at each instant at which one of its inputs
 * was told, by the definition in force on that day. Where it would be missing there is no point.
 * Errors: an indicator or district that the configuration does not have throws.
 */
export function curveOf(history: History, registry: Registry, question: CurveQuestion): Curve {
  const definition = registry.indicators.get(question.indicator)
  const district = registry.districts.get(question.district)
  if (definition === undefined || district === undefined)
    throw new Error(`the configuration has no indicator ${question.indicator} in a district ${question.district}`)
  const versions = versionsOf(definition)
  const { range } = question
  if (versions.every(({ formula }) => formula === undefined)) {
    const series = reportedSeries(question)
    return { curve: history.curve(series, range), corrections: history.corrections(series, range) }
  }
  const walk = new Walk({ history, registry, question, versions, definition, zone: district.zone })
  const samples = [...walk.samples()]
  return { curve: reduce(samples, range), corrections: walk.corrections }
}

const reportedSeries = ({ district, indicator, unit }: CurveQuestion): SeriesName => ({ district, kind: 'reading', name: indicator, member: unit })

interface WalkOptions {
  readonly history: History
  readonly registry: Registry
  readonly question: CurveQuestion
  readonly versions: readonly DefinitionVersion[]
  readonly definition: IndicatorDefinition
  readonly zone: string
}

interface HeldTrack {
  readonly track: Track
  readonly corrections: readonly Correction[]
  /** that it is a member of; undefined for what was reported of the indicator itself */
  readonly input: SumTrack | undefined
}

/** One way through a range. */
class Walk {
  readonly corrections: Correction[] = []
  readonly #options: WalkOptions
  readonly #inputs = new Map<string, InputTrack>()
  readonly #held: HeldTrack[] = []
  /** of the next sample of each that is held */
  readonly #nextAts: Float64Array
  readonly #corrected = new Map<Instant, (readonly [HeldTrack, Correction])[]>()
  #version: DefinitionVersion
  #day = Number.NaN
  /** what was reported of the indicator itself for the very instant */
  #reported: Track | undefined

  constructor(options: WalkOptions) {
    const { versions, question } = options
    this.#options = options
    this.#version = versionOn(versions, this.#dayOf(question.range.from))
    for (const input of inputsOfAll(versions)) this.#inputs.set(input, this.#inputTrack(input))
    // for the days on which there was no formula
    if (versions.some(({ formula }) => formula === undefined)) this.#hold(reportedSeries(question), 'last', undefined, question.range.to)
    // what was told before the range is known when it begins
    for (const { track } of this.#held) track.reach(question.range.from - 1)
    this.#nextAts = Float64Array.from(this.#held, ({ track }) => track.nextAt)
    for (const held of this.#held) {
      for (const correction of held.corrections)
        this.#corrected.set(correction.at, [...(this.#corrected.get(correction.at) ?? []), [held, correction]])
    }
  }

  *samples(): IterableIterator<Sample> {
    let last = Number.NaN
    for (const at of this.#instants()) {
      if (at === last) continue
      last = at
      const value = this.#valueAt(at)
      if (value !== undefined) yield { at, value }
      for (const [held, correction] of this.#corrected.get(at) ?? []) this.#correct(held, correction)
    }
  }

  /** Every instant of the range at which the figure may change, ascending; some twice. */
  #instants(): Float64Array {
    const { question, versions, zone } = this.#options
    const { from, to } = question.range
    const present = Math.min(to, question.now)
    const instants: Instant[] = []
    for (const { track } of this.#held) for (const { at } of track.samples) if (at >= from) instants.push(at)
    const [first, end] = [this.#dayOf(from), this.#dayOf(present)]
    for (const { fromDay } of versions) if (fromDay > first && fromDay <= end) instants.push(startOfDayNumber(fromDay, zone))
    if (question.orders.length > 0) for (let day = first; day <= end; day += 1) instants.push(Math.min(endOfDay(day, zone), present))
    return Float64Array.from(instants).sort()
  }

  #valueAt(at: Instant): number | undefined {
    const day = this.#dayOf(at)
    if (day !== this.#day) this.#version = versionOn(this.#options.versions, day)
    this.#day = day
    this.#reach(at)
    return this.#figure()
  }

  #reach(at: Instant): void {
    this.#reported = undefined
    for (let index = 0; index < this.#nextAts.length; index += 1) {
      const nextAt = this.#nextAts[index] ?? Infinity
      const held = this.#held[index]
      if (nextAt > at || held === undefined) continue
      held.track.reach(at)
      this.#nextAts[index] = held.track.nextAt
      if (held.input !== undefined) held.input.changed()
      else this.#reported = held.track
    }
  }

  /** As things stand at the instant that was reached. */
  #figure(): number | undefined {
    const { formula } = this.#version
    if (formula === undefined) return this.#reported?.present(this.#day)
    const computed = evaluate(formula, this.#lookup)
    return isMissing(computed) ? undefined : computed.value
  }

  readonly #lookup: Lookup = (input, atStart) => {
    const track = this.#inputs.get(input)
    const value = atStart ? track?.atStart(this.#day) : track?.present(this.#day)
    return value ?? { why: atStart ? 'start' : 'input', input }
  }

  /** What the figure was with the value told first, and what with the one that took its place. */
  #correct(held: HeldTrack, { at, from, to, receivedAt }: Correction): void {
    const [before, after] = [this.#figureWith(held, from), this.#figureWith(held, to)]
    if (before === undefined || after === undefined || before === after || this.corrections.length >= mostCorrections) return
    this.corrections.push({ at, from: before, to: after, receivedAt })
  }

  #figureWith({ track, input }: HeldTrack, value: number): number | undefined {
    track.suppose(value)
    input?.changed()
    const figure = this.#figure()
    track.suppose()
    input?.changed()
    return figure
  }

  #inputTrack(name: string): InputTrack {
    const { registry, question, definition, history } = this.#options
    const input = registry.inputs.get(name)
    if (input?.constant !== undefined) return constantTrack(input.constant)
    const counted = question.orders.find((orders) => orders.input === name)
    if (counted !== undefined) return countTrack(counted, definition.period)
    const { district, unit } = question
    // figures by unit are made of what is told apart by unit only
    if (unit !== undefined && input?.by !== 'unit') return unknownTrack
    const ofInput = { district, kind: 'input', name } as const
    const gather = input?.gather ?? 'last'
    const { to } = question.range
    if (unit !== undefined) return this.#sumOf([{ ...ofInput, member: unit }], gather, to).sum
    const ofMembers = history.members(ofInput).map((member) => ({ ...ofInput, member }))
    if (!history.has({ ...ofInput, member: undefined })) return this.#sumOf(ofMembers, gather, to).sum
    // what was reported for the whole, from the first on that was; before that the sum over the members, as it was told then
    const { sum: own, startsAt } = this.#sumOf([{ ...ofInput, member: undefined }], gather, to)
    return ownOrSum(own, this.#sumOf(ofMembers, gather, gather === 'sum' ? to : Math.min(to, startsAt - 1)).sum)
  }

  /** `startsAt`: of the first sample of all; Infinity without one */
  #sumOf(series: readonly SeriesName[], gather: Gather, to: Instant): { readonly sum: SumTrack; readonly startsAt: Instant } {
    const tracks: Track[] = []
    const sum = new SumTrack(tracks)
    for (const each of series) tracks.push(this.#hold(each, gather, sum, to))
    return { sum, startsAt: Math.min(...tracks.map(({ nextAt }) => nextAt)) }
  }

  #hold(series: SeriesName, gather: Gather, input: SumTrack | undefined, to: Instant): Track {
    const { history, question, definition, zone } = this.#options
    const { from } = question.range
    const samples = history.samples(series, { from: startOfDayNumber(firstDayOf(this.#dayOf(from), 'year'), zone), to })
    const track = gather === 'sum' ? new PartsTrack(samples, zone, definition.period) : new StockTrack(samples, zone)
    this.#held.push({ track, corrections: history.corrections(series, { from, to }), input })
    return track
  }

  #dayOf(at: Instant): number {
    return dayNumber(at, this.#options.zone)
  }
}

type Gather = InputDefinition['gather']

/** Every input that some version of a definition names. */
function inputsOfAll(versions: readonly DefinitionVersion[]): readonly string[] {
  const named = versions.flatMap(({ formula }) => (formula === undefined ? [] : inputsOf(formula)))
  return [...new Set(named.map(({ input }) => input))]
}
