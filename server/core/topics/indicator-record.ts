import type { InputFigure, UnitFigure } from '../../../contract/drill.ts'
import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import { hourMs } from '../../../contract/time.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import { bunchedDay } from '../bunching.ts'
import { versionOn, versionsOf } from '../definition-versions.ts'
import type { DefinitionVersion } from '../definition-versions.ts'
import type { DistrictTime } from '../district-time.ts'
import { outlookOf } from '../outlook.ts'
import { assess, isLowerBetter } from '../pace.ts'
import type { PaceDay } from '../pace.ts'
import { BoundFormula } from './indicator-figure.ts'
import type { Figure } from './indicator-figure.ts'
import { ComputedTrend, trendDays } from './indicator-trend.ts'
import { rankedUnits, UnitValues } from './indicator-units.ts'
import type { InputSource } from './input-source.ts'
import { StockSeries } from './input-series.ts'
import type { Report } from './input-series.ts'

export interface RecordSetting {
  readonly time: DistrictTime
  readonly sourceOf: (input: string) => InputSource | undefined
  /** a unit of the district that is configured: no other is compared with its peers */
  readonly isUnit: (unit: string) => boolean
  readonly today: () => PaceDay
  /** feeds that have told orders of these channels */
  readonly tellersOf: (channels: readonly string[]) => readonly string[]
}

interface Version extends DefinitionVersion {
  readonly bound: BoundFormula | undefined
}

/** 指标 of a district: what was reported of it, or what follows from its inputs, in the version of its definition that is in force. */
export class IndicatorRecord {
  readonly id: string
  readonly #setting: RecordSetting
  /** how often a value that is reported as it is is due */
  readonly #everyMs: number
  readonly #versions: readonly Version[]
  /** values reported as they are, of the district and of units */
  readonly #told: StockSeries
  readonly #toldOf = new Map<string, StockSeries>()
  readonly #units: UnitValues
  readonly #trend: ComputedTrend
  #version: Version | undefined

  constructor(definition: IndicatorDefinition, setting: RecordSetting) {
    this.id = definition.id
    this.#setting = setting
    this.#everyMs = definition.cadenceHours * hourMs
    this.#told = new StockSeries(setting.time.zone)
    this.#versions = versionsOf(definition).map((version) => {
      const { formula } = version
      return { ...version, bound: formula && new BoundFormula(formula, definition, setting.sourceOf) }
    })
    this.#trend = new ComputedTrend(this.#versions, (day) => versionOn(this.#versions, day), this.#told, setting.time.zone)
    this.#units = new UnitValues(
      () => this.#unitsNow(),
      (unit) => this.#unitValue(unit),
    )
  }

  /** inputs that any version of its definition names */
  get inputs(): ReadonlySet<string> {
    return new Set(this.#versions.flatMap(({ formula }) => formula?.inputs.map(({ input }) => input) ?? []))
  }

  /** of the district, or of a unit */
  series(unit: string | undefined): StockSeries | undefined {
    return unit === undefined ? this.#told : this.#toldOf.get(unit)
  }

  /** @returns whether it says anything new */
  take(report: Report, unit: string | undefined): boolean {
    const day = this.#seriesOf(unit).take(report, this.#setting.time.day)
    if (day === undefined) return false
    if (unit === undefined) this.#trend.changed(day)
    else this.#units.changed(unit)
    return true
  }

  /** Of an input it is made of: values are others from this business day on, for the district, and for `unit` where one is given. */
  inputChanged(day: number, unit: string | undefined): void {
    this.#trend.changed(day)
    if (unit !== undefined) this.#units.changed(unit)
  }

  /** Its business day, with it perhaps its period and the version in force. */
  beginDay(): void {
    this.#version = undefined
    this.#units.allChanged()
  }

  /** Undefined while nothing is known of it. */
  state(): IndicatorState | undefined {
    const { version, definition, bound } = this.#current()
    const figure = this.#figure(bound)
    if (figure === undefined) return undefined
    const { zone } = this.#setting.time
    const on = this.#setting.today()
    const trend = bound === undefined ? this.#told.trend(trendDays) : this.#trend.with(figure)
    const { value } = figure
    const { expected, gap, assessment } = value === undefined ? unjudged : assess(definition, value, on)
    const { missing, numerator, denominator, observedAt, ageing, receivedAt, corrected, feed } = figure
    const setting = { definition, on, zone }
    return {
      id: this.id,
      value,
      missing,
      numerator,
      denominator,
      observedAt,
      ageing,
      countedFrom: this.#setting.tellersOf(bound?.channels ?? []),
      receivedAt,
      corrected,
      version,
      trend,
      expected,
      gap,
      assessment,
      outlook: value === undefined ? undefined : outlookOf(value, trend, setting),
      bunched: bunchedDay(trend, setting),
      units: this.#units.summary(isLowerBetter(definition)),
      feed,
    }
  }

  /** The ranked ones first. */
  unitFigures(): readonly UnitFigure[] {
    const { definition, bound } = this.#current()
    const figures = new Map<string, Figure>()
    for (const unit of this.#unitsNow()) {
      const figure =
        bound === undefined ? figureOf(this.#toldOf.get(unit)?.newest, this.#everyMs) : bound.present(this.#setting.time.dayStartsAt, unit)
      if (figure !== undefined) figures.set(unit, figure)
    }
    return rankedUnits(figures, definition, this.#setting.today())
  }

  /** Empty where values are reported. */
  inputFigures(): readonly InputFigure[] {
    return this.#current().bound?.inputs() ?? []
  }

  dump(): RecordDump {
    return { id: this.id, told: this.#told.dump(), toldOf: [...this.#toldOf].map(([unit, series]) => [unit, series.dump()]) }
  }

  restore({ told, toldOf }: RecordDump): void {
    this.#told.restore(told)
    for (const [unit, series] of toldOf) this.#seriesOf(unit).restore(series)
  }

  #seriesOf(unit: string | undefined): StockSeries {
    if (unit === undefined) return this.#told
    const series = this.#toldOf.get(unit) ?? new StockSeries(this.#setting.time.zone)
    this.#toldOf.set(unit, series)
    return series
  }

  #current(): Version {
    this.#version ??= versionOn(this.#versions, this.#setting.time.day)
    return this.#version
  }

  #figure(bound: BoundFormula | undefined): Figure | undefined {
    const told = figureOf(this.#told.newest, this.#everyMs)
    if (bound === undefined) return told
    const isKnown = told !== undefined || bound.sources.every(({ isFixed }) => isFixed) || bound.sources.some(({ isHeard }) => isHeard)
    return isKnown ? bound.present(this.#setting.time.dayStartsAt) : undefined
  }

  #unitsNow(): readonly string[] {
    const { bound } = this.#current()
    const units = bound === undefined ? this.#toldOf.keys() : bound.units()
    return [...units].filter((unit) => this.#setting.isUnit(unit))
  }

  #unitValue(unit: string): number | undefined {
    const { bound } = this.#current()
    if (!this.#setting.isUnit(unit)) return undefined
    return bound === undefined ? this.#toldOf.get(unit)?.newest?.value : bound.valueNow(unit)
  }
}

/** A report as a figure. */
function figureOf(report: Report | undefined, everyMs: number): Figure | undefined {
  if (report === undefined) return undefined
  const { at, value, numerator, denominator, receivedAt, corrected, feed } = report
  const ageing = { input: undefined, since: at, everyMs }
  return { value, missing: undefined, numerator, denominator, observedAt: at, ageing, receivedAt, corrected, feed }
}

const unjudged = { expected: undefined, gap: undefined, assessment: 'none' } as const

export interface RecordDump {
  readonly id: string
  readonly told: unknown
  readonly toldOf: readonly (readonly [unit: string, series: unknown])[]
}
