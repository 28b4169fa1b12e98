import type { Entry, ReadingFact } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import { dayNumber } from '../calendar.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { assess } from '../pace.ts'
import { Published } from '../published.ts'

/** Business days a trend reaches back. */
const trendDays = 30

type Told = Omit<IndicatorState, 'expected' | 'gap' | 'assessment'>
type Trend = IndicatorState['trend']

/** The trend with one more value; a value later on the same day, or for the same instant, takes the place of that day's. */
function withValue(trend: Trend, { at, value }: ReadingFact, zone: string): Trend {
  const day = dayNumber(at, zone)
  const rival = trend.find((point) => dayNumber(point.at, zone) === day)
  if (rival !== undefined && (rival.at > at || (rival.at === at && rival.value === value))) return trend
  const others = trend.filter((point) => point !== rival)
  return [...others, { at, value }].sort((one, other) => one.at - other.at).slice(-trendDays)
}

/** What a fact says of the present value: the latest observation, and what it corrects when there was another value for its instant. */
function latest(known: Told | undefined, fact: ReadingFact, entry: Entry): Omit<Told, 'trend'> | undefined {
  const isRepeated = known !== undefined && known.observedAt === fact.at && known.value === fact.value
  if (known !== undefined && (fact.at < known.observedAt || isRepeated)) return undefined
  return {
    id: fact.indicator,
    value: fact.value,
    numerator: fact.numerator,
    denominator: fact.denominator,
    observedAt: fact.at,
    receivedAt: entry.at,
    corrected: known?.observedAt === fact.at ? { from: known.value, at: entry.at } : undefined,
    feed: entry.feed,
  }
}

/** 指标: the latest observation of each, its trend, and where it stands against target and pace on this business day. */
class Indicators implements Fold {
  readonly kinds = ['reading'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #told = new Map<string, Told>()
  readonly #published: Published<'indicators'>
  #day = 0

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('indicators', (id) => this.#build(id))
    this.topics = [this.#published]
  }

  advance(): void {
    const { day } = this.#context.time
    if (day === this.#day) return
    this.#day = day
    for (const id of this.#told.keys()) this.#published.touch(id)
  }

  apply(entry: Entry): void {
    const { fact } = entry
    if (fact.kind !== 'reading') return
    const known = this.#told.get(fact.indicator)
    const trend = withValue(known?.trend ?? [], fact, this.#context.time.zone)
    const present = latest(known, fact, entry) ?? known
    if (present === undefined || (present === known && trend === known.trend)) return
    this.#told.set(fact.indicator, { ...present, trend })
    this.#published.touch(fact.indicator)
  }

  dump(): unknown {
    return [...this.#told.values()]
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const told of dump as Told[]) {
      this.#told.set(told.id, told)
      this.#published.touch(told.id)
    }
  }

  #build(id: string): IndicatorState | undefined {
    const { registry, time } = this.#context
    const told = this.#told.get(id)
    const definition = registry.indicators.get(id)
    // an indicator that was taken out of the configuration leaves the screens; its readings stay in the log
    if (told === undefined || definition === undefined) return undefined
    const instant: Instant = Math.max(time.now, told.observedAt)
    return { ...told, ...assess(definition, told.value, instant, time.zone) }
  }
}

export const createIndicators = (context: FoldContext): Fold => new Indicators(context)
