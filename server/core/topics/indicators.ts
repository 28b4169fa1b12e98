import type { InputFigure, UnitFigure } from '../../../contract/drill.ts'
import type { Entry, MeetingFact, ReadingFact } from '../../../contract/fact.ts'
import type { LastMeeting } from '../../../contract/decision.ts'
import { dayNumber } from '../calendar.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { PaceDay } from '../pace.ts'
import { Published } from '../published.ts'
import type { Newest } from '../series-rules.ts'
import { IndicatorRecord } from './indicator-record.ts'
import type { RecordDump } from './indicator-record.ts'
import { Inputs } from './inputs.ts'
import { Meeting } from './meeting.ts'

interface Dump {
  readonly indicators: readonly RecordDump[]
  readonly inputs: ReturnType<Inputs['dump']>
  readonly tellers: ReturnType<Inputs['tellers']['dump']>
  readonly meeting: LastMeeting | undefined
}

/** What is behind the figures, beside their topics. */
export interface IndicatorsFold extends Fold {
  /** Units behind an indicator, the ranked ones first; empty for one without, and for an unknown one. */
  unitFigures(indicator: string): readonly UnitFigure[]
  /** Inputs that the formula in force names; empty for one that is reported, and for an unknown one. */
  inputFigures(indicator: string): readonly InputFigure[]
  /** The newest report of an indicator or an input, by its name in server/core/measurement.ts. */
  newest(series: string): Newest | undefined
}

/**
 * 指标: each one's present value, reported or made of inputs, its trend, and where it stands against target and pace on this business day;
 * with it the inputs themselves, and how all stood at the last meeting.
 */
class Indicators implements IndicatorsFold {
  readonly kinds = ['work-order', 'reading', 'input', 'meeting'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #inputs: Inputs
  readonly #meeting = new Meeting()
  readonly #records: ReadonlyMap<string, IndicatorRecord>
  /** by input, those made of it */
  readonly #dependents = new Map<string, IndicatorRecord[]>()
  /** as old as the minute: those that orders are counted for */
  readonly #minutely: readonly IndicatorRecord[]
  readonly #published: Published<'indicators'>
  #paceDay = new PaceDay(0)
  #minute = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('indicators', (id) => this.#record(id)?.state())
    this.#inputs = new Inputs(context, (...changed) => this.#inputChanged(...changed))
    this.topics = [this.#published, this.#inputs.published, this.#meeting.published]
    const setting = {
      time: context.time,
      sourceOf: (input: string) => this.#inputs.source(input),
      isUnit: (unit: string) => context.registry.units.get(unit)?.district === context.district.id,
      today: () => this.#paceDay,
      tellersOf: (channels: readonly string[]) => this.#inputs.tellers.of(channels),
    }
    this.#records = new Map([...context.registry.indicators.values()].map((definition) => [definition.id, new IndicatorRecord(definition, setting)]))
    for (const record of this.#records.values()) {
      for (const input of record.inputs) this.#dependents.set(input, [...(this.#dependents.get(input) ?? []), record])
    }
    this.#minutely = [...new Set([...this.#inputs.counted].flatMap((input) => this.#dependents.get(input) ?? []))]
  }

  advance(): void {
    const { day, minute } = this.#context.time
    if (minute === this.#minute) return
    this.#minute = minute
    this.#inputs.beginMinute()
    for (const { id } of this.#minutely) this.#published.touch(id)
    if (day !== this.#paceDay.day) this.#beginDay(day)
  }

  apply(entry: Entry): void {
    const { fact } = entry
    if (fact.kind === 'work-order') this.#inputs.hearOrder(fact, entry.feed)
    else if (fact.kind === 'reading') this.#read(fact, entry)
    else if (fact.kind === 'input') this.#inputs.take(fact, entry)
    else if (fact.kind === 'meeting') this.#meet(fact)
  }

  unitFigures(indicator: string): readonly UnitFigure[] {
    return this.#record(indicator)?.unitFigures() ?? []
  }

  inputFigures(indicator: string): readonly InputFigure[] {
    return this.#record(indicator)?.inputFigures() ?? []
  }

  newest(series: string): Newest | undefined {
    const [indicator = '', ...unit] = series.split('/')
    const isOfUnit = series.endsWith('/')
    if (indicator === '' || (unit.length > 0 && !isOfUnit)) return this.#inputs.newest(series)
    return this.#records.get(indicator)?.series(isOfUnit ? unit.slice(0, -1).join('/') : undefined)?.newest
  }

  dump(): Dump {
    return {
      indicators: [...this.#records.values()].map((record) => record.dump()),
      inputs: this.#inputs.dump(),
      tellers: this.#inputs.tellers.dump(),
      meeting: this.#meeting.dump(),
    }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { indicators, inputs, tellers, meeting } = dump as Dump
    for (const each of indicators) this.#records.get(each.id)?.restore(each)
    this.#inputs.restore(inputs)
    this.#inputs.tellers.restore(tellers)
    this.#meeting.restore(meeting)
    for (const id of this.#records.keys()) this.#published.touch(id)
  }

  /** To be read. */
  #record(id: string): IndicatorRecord | undefined {
    this.#inputs.beginReading()
    return this.#records.get(id)
  }

  #read(fact: ReadingFact, entry: Entry): void {
    // one that was taken out of the configuration leaves the screens; its readings stay in the log
    const record = this.#records.get(fact.indicator)
    if (record === undefined) return
    const { at, value, numerator, denominator, unit } = fact
    const report = { at, day: dayNumber(at, this.#context.time.zone), value, numerator, denominator, receivedAt: entry.at, feed: entry.feed }
    if (record.take(report, unit)) this.#published.touch(record.id)
  }

  #inputChanged(input: string, day: number, of: string | undefined): void {
    for (const record of this.#dependents.get(input) ?? []) {
      record.inputChanged(day, of)
      this.#published.touch(record.id)
    }
  }

  #meet(fact: MeetingFact): void {
    this.#meeting.hold(fact, this.#published.read())
  }

  #beginDay(day: number): void {
    this.#paceDay = new PaceDay(day, this.#context.registry.calendar)
    this.#inputs.beginDay()
    for (const record of this.#records.values()) {
      record.beginDay()
      this.#published.touch(record.id)
    }
  }
}

export const createIndicators = (context: FoldContext): IndicatorsFold => new Indicators(context)
