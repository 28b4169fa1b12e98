import type { InputDefinition } from '../../../contract/indicator.ts'
import { hourMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { DistrictTime } from '../district-time.ts'
import type { Period } from '../period.ts'
import type { Point } from './dated-points.ts'
import { PartsSeries, StockSeries } from './input-series.ts'
import type { Series } from './input-series.ts'

/** An input as formulas take it, wherever it comes from: reported, counted from orders, or fixed. */
export interface InputSource {
  /** whether units have values of their own */
  readonly isByUnit: boolean
  /** by configuration */
  readonly isFixed: boolean
  /** how often a value is due; Infinity for what is never late: it is fixed, or counted anew each minute */
  readonly everyMs: number
  /** whose orders it is counted from; none for what is not counted */
  readonly channels: readonly string[]
  /** ever heard of: what never was is not missed */
  readonly isHeard: boolean
  /** Now, in the period of today, of the district or of one member; undefined when nothing was told of it. */
  present(period: Period, of?: string): InputReading | undefined
  /** At the start of this business year. */
  presentStart(of?: string): number | undefined
  /** The district's at the end of an earlier business day, in the period of that day. */
  atEndOf(day: number, period: Period): Point | undefined
  /** The district's at the start of the year of an earlier day. */
  startOf(day: number): number | undefined
  /** last business days of the district's values, ascending; one's value at an earlier day's end cannot change any more but by a late report */
  days(): readonly number[]
  /** those with a value of their own: units, sectors, themes */
  members(): Iterable<string>
}

export interface InputReading {
  readonly value: number
  /** when it was true upstream: the latest and the oldest of what it was added up from; -Infinity and Infinity for what is fixed */
  readonly observedAt: Instant
  readonly oldestAt: Instant
  readonly receivedAt: Instant
  /** empty where no single feed told it */
  readonly feed: string
  /** what it was before the report of `observedAt` was corrected */
  readonly corrected: { readonly from: number; readonly at: Instant } | undefined
  /** how many members it was added up from; 0 for a value of its own */
  readonly members: number
}

/** Fixed by configuration. It was true at any instant, so that it makes no figure younger or older. */
export function constantSource(value: number): InputSource {
  const reading: InputReading = {
    value,
    observedAt: -Infinity,
    oldestAt: Infinity,
    receivedAt: -Infinity,
    feed: '',
    corrected: undefined,
    members: 0,
  }
  return {
    isByUnit: true,
    isFixed: true,
    everyMs: Infinity,
    channels: [],
    isHeard: false,
    present: () => reading,
    presentStart: () => value,
    atEndOf: () => ({ at: -Infinity, value }),
    startOf: () => value,
    days: () => [],
    members: () => [],
  }
}

/** Reported by feeds or entered: the district's own value from the first on that is told of it, else the sum over the members. */
export class ReportedSource implements InputSource {
  readonly isByUnit: boolean
  readonly isFixed = false
  readonly everyMs: number
  readonly channels = []
  readonly #gather: InputDefinition['gather']
  readonly #time: DistrictTime
  readonly #members = new Map<string, Series>()
  /** members by id: a sum must not depend on who reported first */
  #sorted: readonly Series[] = []
  #own: Series | undefined
  /** undefined: to be reckoned again; null: nothing to tell */
  readonly #present = new Map<Period, InputReading | null>()
  readonly #past = new Map<string, Point | null>()
  #days: readonly number[] | undefined

  constructor({ by, gather, cadenceHours }: InputDefinition, time: DistrictTime) {
    this.isByUnit = by === 'unit'
    this.everyMs = cadenceHours * hourMs
    this.#gather = gather
    this.#time = time
  }

  get isHeard(): boolean {
    return this.#own !== undefined || this.#members.size > 0
  }

  /** @param of undefined for the district as a whole */
  series(of: string | undefined): Series | undefined {
    return of === undefined ? this.#own : this.#members.get(of)
  }

  /** As `series`, begun where there is none. */
  seriesOf(of: string | undefined): Series {
    return this.series(of) ?? this.#begin(of)
  }

  /** Those begun: the district's, and the members' by their ids. */
  get all(): readonly (readonly [of: string | undefined, series: Series])[] {
    return [...(this.#own === undefined ? [] : ([[undefined, this.#own]] as const)), ...this.#members]
  }

  /** A series said something new, or the business day changed. */
  changed(): void {
    this.#present.clear()
    if (this.#past.size > 0) this.#past.clear()
    this.#days = undefined
  }

  present(period: Period, of?: string): InputReading | undefined {
    if (of !== undefined) return this.#of(this.#members.get(of), period)
    let known = this.#present.get(period)
    if (known === undefined) {
      known = this.#of(this.#own, period) ?? this.#sum(period) ?? null
      this.#present.set(period, known)
    }
    return known ?? undefined
  }

  presentStart(of?: string): number | undefined {
    if (of !== undefined) return this.#members.get(of)?.atStartOf(this.#time.day)
    return this.startOf(this.#time.day)
  }

  atEndOf(day: number, period: Period): Point | undefined {
    const name = `${String(day)} ${period}`
    let known = this.#past.get(name)
    if (known === undefined) {
      known = this.#own?.atEndOf(day, period) ?? this.#sumAtEndOf(day, period) ?? null
      this.#past.set(name, known)
    }
    return known ?? undefined
  }

  startOf(day: number): number | undefined {
    return this.#own?.atStartOf(day) ?? this.#sumAtStartOf(day)
  }

  days(): readonly number[] {
    this.#days ??= this.#daysOfOwnAndMembers()
    return this.#days
  }

  members(): Iterable<string> {
    return this.#members.keys()
  }

  #begin(of: string | undefined): Series {
    const series = this.#gather === 'sum' ? new PartsSeries() : new StockSeries(this.#time.zone)
    if (of === undefined) this.#own = series
    else this.#members.set(of, series)
    this.#sorted = [...this.#members].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each)
    return series
  }

  #of(series: Series | undefined, period: Period): InputReading | undefined {
    const value = series?.present(this.#time.day, period)
    const newest = series?.newest
    if (series === undefined || value === undefined || newest === undefined) return undefined
    const { at, receivedAt, feed } = newest
    const from = newest.corrected === undefined ? undefined : series.presentBefore(this.#time.day, period)
    const corrected = newest.corrected === undefined || from === undefined ? undefined : { from, at: newest.corrected.at }
    return { value, observedAt: at, oldestAt: at, receivedAt, feed, corrected, members: 0 }
  }

  #sum(period: Period): InputReading | undefined {
    let so: InputReading | undefined
    for (const series of this.#sorted) {
      const reading = this.#of(series, period)
      if (reading !== undefined) so = so === undefined ? { ...reading, members: 1 } : sumOf(so, reading)
    }
    return so
  }

  /** Members count until the district speaks for itself. */
  #daysOfOwnAndMembers(): readonly number[] {
    const own = this.#own?.days() ?? []
    const until = own[0] ?? Infinity
    const before = this.#sorted.flatMap((series) => series.days()).filter((day) => day < until)
    return [...[...new Set(before)].sort((one, other) => one - other), ...own]
  }

  /** A member whose value then is not known leaves the sum unknown: all that it has would be growth. One that came later does not count. */
  #sumAtStartOf(day: number): number | undefined {
    let sum: number | undefined
    for (const series of this.#sorted) {
      const start = series.atStartOf(day)
      if (start === undefined && series.atEndOf(day, 'year') !== undefined) return undefined
      if (start !== undefined) sum = (sum ?? 0) + start
    }
    return sum
  }

  #sumAtEndOf(day: number, period: Period): Point | undefined {
    let so: Point | undefined
    for (const series of this.#sorted) {
      const point = series.atEndOf(day, period)
      if (point !== undefined) so = { at: Math.max(so?.at ?? point.at, point.at), value: (so?.value ?? 0) + point.value }
    }
    return so
  }
}

/** Only what was corrected at the latest instant is told as a correction: earlier ones have been told. */
function sumOf(so: InputReading, reading: InputReading): InputReading {
  const isLater = reading.observedAt > so.observedAt
  const value = so.value + reading.value
  return {
    value,
    observedAt: isLater ? reading.observedAt : so.observedAt,
    oldestAt: Math.min(so.oldestAt, reading.oldestAt),
    receivedAt: Math.max(so.receivedAt, reading.receivedAt),
    feed: isLater ? reading.feed : so.feed,
    corrected: correctedOf(so, reading, value),
    members: so.members + 1,
  }
}

function correctedOf(so: InputReading, reading: InputReading, value: number): InputReading['corrected'] {
  const told = [so, reading].filter(
    (each) => each.corrected !== undefined && each.observedAt >= so.observedAt && each.observedAt >= reading.observedAt,
  )
  if (told.length === 0) return undefined
  const from = told.reduce((sum, each) => sum - each.value + (each.corrected?.from ?? each.value), value)
  return { from, at: Math.max(...told.map((each) => each.corrected?.at ?? -Infinity)) }
}
