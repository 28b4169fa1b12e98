import type { RankingDefinition, UnitDefinition } from '../../../contract/configuration.ts'
import type { Entry, RankingFact } from '../../../contract/fact.ts'
import { minuteMs } from '../../../contract/time.ts'
import type { RankedUnit, RankingState } from '../../../contract/decision.ts'
import type { DistrictTime } from '../district-time.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { monthOf, monthText, RankingCounts } from '../ranking-counts.ts'
import { correctionsOf, peersOf, rankUnits, rowAsPublished } from '../ranking.ts'

/** Months that are told: the running one and those before it. */
const monthsTold = 3

type Publication = Pick<RankingFact, 'ranking' | 'month' | 'at' | 'by' | 'rows'>

interface Frozen {
  readonly fact: Publication
  readonly rows: readonly RankedUnit[]
}

/** One ranking: what it counts, and the months of it that were published. */
class Table {
  readonly definition: RankingDefinition
  readonly counts: RankingCounts
  readonly #time: DistrictTime
  readonly #peers: readonly UnitDefinition[]
  readonly #frozen = new Map<number, Frozen>()
  readonly #told = new Map<number, RankingState>()

  constructor(definition: RankingDefinition, { registry, orders, time }: FoldContext) {
    this.definition = definition
    this.#time = time
    this.#peers = peersOf(registry.units.values(), definition)
    this.counts = new RankingCounts(definition, this.#peers, { orders, time })
  }

  get publications(): readonly Publication[] {
    return [...this.#frozen.values()].map(({ fact }) => fact)
  }

  /** Keeps what was published first; a month that is not over cannot be. */
  publish(fact: Publication): boolean {
    const month = monthOf(fact.month)
    if (month >= this.#time.month || this.#frozen.has(month)) return false
    this.#frozen.set(month, { fact, rows: fact.rows.map(rowAsPublished) })
    return true
  }

  /** A month that is no longer told is kept for one more: the oldest one told is compared with it. */
  forgetBefore(month: number): void {
    for (const kept of [this.#frozen, this.#told]) for (const old of kept.keys()) if (old < month) kept.delete(old)
  }

  /** The very same object while it says the same, so that it is sent only when it does not. */
  state(month: number): RankingState {
    const [before, now] = [this.#told.get(month), this.#state(month)]
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(now)) return before
    this.#told.set(month, now)
    return now
  }

  #state(month: number): RankingState {
    const now = this.#rank(month)
    const frozen = this.#frozen.get(month)
    const { id } = this.definition
    const named = { id: `${id}/${monthText(month)}`, ranking: id, month: monthText(month) }
    if (frozen === undefined) {
      const state = month === this.#time.month ? 'running' : 'ended'
      return { ...named, state, publishedAt: undefined, publishedBy: undefined, rows: now, corrections: [], asOf: this.#time.minute * minuteMs }
    }
    const { fact, rows } = frozen
    const corrections = correctionsOf(rows, now)
    return { ...named, state: 'published', publishedAt: fact.at, publishedBy: fact.by, rows, corrections, asOf: fact.at }
  }

  #rank(month: number): readonly RankedUnit[] {
    return rankUnits({
      definition: this.definition,
      peers: this.#peers,
      month: monthText(month),
      countOf: (unit) => this.counts.of(month, unit),
      before: this.#frozen.get(month - 1)?.rows,
    })
  }
}

/**
 * 排名: each configured ranking of the district for this month and the two before, from what the orders come to. A month that was published
 * stands as it was for ever; what its orders would say now is told beside. A unit's orders change and only that unit is counted again, when
 * somebody reads.
 */
class Rankings implements Fold {
  readonly kinds = ['ranking'] as const
  readonly topics
  readonly #time: DistrictTime
  readonly #district: string
  readonly #tables: ReadonlyMap<string, Table>
  readonly #published: Published<'rankings'>
  #month = 0
  #day = 0
  #minute = 0

  constructor(context: FoldContext) {
    const { registry, district, orders, time } = context
    this.#time = time
    this.#district = district.id
    const definitions = [...registry.rankings.values()].filter((definition) => definition.district === district.id)
    this.#tables = new Map(definitions.map((definition) => [definition.id, new Table(definition, context)]))
    this.#published = new Published('rankings', (id) => this.#build(id))
    this.topics = [this.#published]
    orders.subscribe((channel, unit) => {
      for (const table of this.#tables.values()) if (table.counts.forget(channel, unit)) this.#touch(table)
    })
  }

  advance(): void {
    const { month, day, minute } = this.#time
    if (minute === this.#minute) return
    this.#minute = minute
    if (day !== this.#day) {
      this.#day = day
      for (const table of this.#tables.values()) table.counts.forgetAll()
    }
    if (month !== this.#month) this.#turnTo(month)
    for (const table of this.#tables.values()) this.#touch(table)
  }

  apply({ fact }: Entry): void {
    if (fact.kind !== 'ranking' || fact.district !== this.#district) return
    const table = this.#tables.get(fact.ranking)
    const { ranking, month, at, by, rows } = fact
    if (table?.publish({ ranking, month, at, by, rows }) === true) this.#touch(table)
  }

  dump(): unknown {
    return [...this.#tables.values()].flatMap(({ publications }) => publications)
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const publication of dump as Publication[]) this.#tables.get(publication.ranking)?.publish(publication)
  }

  #turnTo(month: number): void {
    for (const id of this.#tables.keys()) for (const gone of monthsTo(this.#month)) this.#published.touch(`${id}/${monthText(gone)}`)
    for (const table of this.#tables.values()) table.forgetBefore(month - monthsTold)
    this.#month = month
  }

  #touch({ definition }: Table): void {
    if (this.#month === 0) return
    for (const month of monthsTo(this.#month)) this.#published.touch(`${definition.id}/${monthText(month)}`)
  }

  #build(id: string): RankingState | undefined {
    const [ranking, month] = [id.slice(0, -'/YYYY-MM'.length), monthOf(id.slice(-'YYYY-MM'.length))]
    const isTold = month <= this.#month && month > this.#month - monthsTold
    return isTold ? this.#tables.get(ranking)?.state(month) : undefined
  }
}

const monthsTo = (last: number): readonly number[] => Array.from({ length: monthsTold }, (_, back) => last - back)

export const createRankings = (context: FoldContext): Fold => new Rankings(context)
