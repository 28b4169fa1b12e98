import { feedFactKinds } from '../../contract/fact.ts'
import type { ClockFact, Entry, Fact } from '../../contract/fact.ts'
import type { Incident } from '../../contract/incident.ts'
import type { Instant } from '../../contract/time.ts'
import type { TopicKind, Topics } from '../../contract/topic.ts'
import { DistrictTime } from './district-time.ts'
import type { CreateFold, Fold, FoldContext } from './fold.ts'
import type { OrderCounts } from './order-counts.ts'
import type { PublishedTopic } from './published.ts'
import { idsIn } from './registry.ts'
import { Alarms } from './topics/alarms.ts'
import type { AlarmTopics } from './topics/alarm-listening.ts'
import type { AlarmBook } from './topics/alarms.ts'
import { Duty } from './topics/duty.ts'
import { Resources } from './topics/resources.ts'
import { createEntries } from './topics/entries.ts'
import { createClock } from './topics/clock.ts'
import { createFeeds } from './topics/feeds.ts'
import { createIncidents } from './topics/incidents.ts'
import type { IncidentsFold } from './topics/incidents.ts'
import { Definitions } from './topics/indicator-definitions.ts'
import { createIndicators } from './topics/indicators.ts'
import type { IndicatorsFold } from './topics/indicators.ts'
import { Links } from './topics/links.ts'
import type { LinkBook } from './topics/links.ts'
import { Meetings } from './topics/meetings.ts'
import type { MeetingBook } from './topics/meetings.ts'
import { CountedOrders } from './topics/order-counts.ts'
import { createRankings } from './topics/rankings.ts'
import { Reports } from './topics/reports.ts'
import { createSensors } from './topics/sensors.ts'
import { Supervisions } from './topics/supervisions.ts'
import type { SupervisionBook } from './topics/supervisions.ts'
import { createVehicles } from './topics/vehicles.ts'
import { createVideoSources } from './topics/video-sources.ts'
import { Walls } from './topics/walls.ts'
import { createWarnings } from './topics/warnings.ts'
import type { FoldedOrder } from './topics/order-telling.ts'
import { WorkOrders } from './topics/work-orders.ts'

/** Every family of topics that nobody asks anything else of, by the name its state has in a dump. */
const creators: Readonly<Record<string, CreateFold>> = {
  entries: createEntries,
  rankings: createRankings,
  'video-sources': createVideoSources,
  sensors: createSensors,
  vehicles: createVehicles,
  warnings: createWarnings,
  feeds: createFeeds,
  clock: createClock,
}

/** Kinds of facts whose instant is that of the recording; all others are the server's own, and say when it spoke. */
const observedKinds: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>(feedFactKinds)

interface DistrictDump {
  readonly now: Instant
  readonly recorded: Instant
  /** `now` unless the clock is not trusted */
  readonly trustedNow: Instant
  readonly isTrusted: boolean
  readonly folds: Readonly<Record<string, unknown>>
}

/** One district's share of the world: its time and its folds. */
export class DistrictWorld {
  readonly topics: readonly PublishedTopic[]
  readonly indicators: IndicatorsFold
  readonly incidents: IncidentsFold
  readonly orders: OrderCounts
  readonly definitions = new Definitions()
  readonly supervisions: SupervisionBook
  readonly meetings: MeetingBook
  readonly reports: Reports
  readonly walls: Walls
  readonly alarms: AlarmBook
  readonly links: LinkBook
  readonly duty: Duty
  readonly resources: Resources
  readonly #time: DistrictTime
  readonly #workOrders: WorkOrders
  readonly #isRecorded: boolean
  readonly #folds: ReadonlyMap<string, Fold>
  readonly #byKind = new Map<Fact['kind'], Fold[]>()

  constructor(given: Omit<FoldContext, 'time' | 'orders'>) {
    this.#time = new DistrictTime(given.district.zone)
    this.walls = new Walls(given.district.id)
    this.#isRecorded = given.district.time === 'recorded'
    const orders = new CountedOrders(this.#time, {
      channels: new Set(idsIn(given.registry.channels, given.district.id)),
      units: new Set(idsIn(given.registry.units, given.district.id)),
    })
    this.orders = orders
    const context: FoldContext = { ...given, time: this.#time, orders }
    this.indicators = createIndicators(context)
    this.reports = new Reports(context)
    this.incidents = createIncidents(context)
    const others = Object.entries(creators).map(([name, create]) => [name, create(context)] as const)
    this.#workOrders = new WorkOrders(context, orders)
    const supervisions = new Supervisions(context)
    this.supervisions = supervisions
    const [incidents] = this.incidents.topics
    const links = new Links(context, {
      // the topic `incidents` holds nothing but Incident
      incident: (id) => incidents?.find(id) as Incident | undefined,
      order: (id) => supervisions.stands(id),
      isLate: (command) => supervisions.done(command)?.isLate ?? false,
    })
    this.links = links
    // alarms follow from the other topics, and hear of an entry after them
    const alarms = new Alarms(context, topicsOf([this.incidents, ...others.map(([, fold]) => fold), supervisions, links]))
    this.alarms = alarms
    this.duty = new Duty(context)
    this.resources = new Resources(context)
    const meetings = new Meetings((id) => supervisions.stands(id))
    this.meetings = meetings
    this.#folds = new Map<string, Fold>([
      // orders hear of an entry before the others, who count them
      ['work-orders', this.#workOrders],
      ['incidents', this.incidents],
      ...others,
      ['indicators', this.indicators],
      ['definitions', this.definitions],
      ['supervisions', supervisions],
      // they tell of orders, which must have heard of an entry before
      ['meetings', meetings],
      // likewise, of incidents too
      ['links', links],
      ['reports', this.reports],
      ['walls', this.walls],
      ['alarms', alarms],
      ['duty', this.duty],
      ['resources', this.resources],
    ])
    this.topics = [...this.#folds.values()].flatMap((fold) => fold.topics)
    for (const fold of this.#folds.values()) {
      for (const kind of fold.kinds) this.#byKind.set(kind, [...(this.#byKind.get(kind) ?? []), fold])
    }
  }

  apply(entry: Entry): void {
    // a recording goes by what its feeds observed, whatever our own clock is like
    if (entry.fact.kind === 'clock' && !this.#isRecorded) this.#trust(entry.fact)
    const isLater = this.#time.reach(this.#nowAt(entry), entry.at)
    // facts come in batches of one instant
    if (isLater || entry.fact.kind === 'clock') for (const fold of this.#folds.values()) fold.advance()
    for (const fold of this.#byKind.get(entry.fact.kind) ?? []) fold.apply(entry)
  }

  /** Brings all topics up to date; called before any of them is read. */
  flush(): void {
    for (const fold of this.#folds.values()) fold.flush?.()
  }

  /** Every work order ever, as it stands now: for the list behind a count (topics/order-counts.ts, `countedAt`). */
  allOrders(): Iterable<FoldedOrder> {
    return this.#workOrders.all()
  }

  dump(): DistrictDump {
    const { now, recorded, trustedNow, isTrusted } = this.#time
    return { now, recorded, trustedNow, isTrusted, folds: Object.fromEntries([...this.#folds].map(([name, fold]) => [name, fold.dump()])) }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { now, recorded, trustedNow, isTrusted, folds } = dump as DistrictDump
    this.#time.reach(now, recorded)
    if (!isTrusted) this.#time.loseTrust(trustedNow)
    for (const [name, fold] of this.#folds) {
      fold.restore(folds[name])
      fold.advance()
    }
  }

  /** Told before the fact's own instant is reached, which comes from the clock that is wrong. */
  #trust({ isTrusted, at, driftMs }: ClockFact): void {
    if (isTrusted) this.#time.regainTrust()
    else this.#time.loseTrust(at - driftMs)
  }

  /** In a recording our own clock says nothing: only what the feeds observed moves its time on. */
  #nowAt({ fact, at }: Entry): Instant {
    if (!this.#isRecorded) return at
    return observedKinds.has(fact.kind) ? fact.at : this.#time.now
  }
}

/** The topics of these folds, each brought up to date before it is read. */
function topicsOf(folds: readonly Fold[]): AlarmTopics {
  const found = new Map<TopicKind, { readonly fold: Fold; readonly topic: PublishedTopic }>(
    folds.flatMap((fold) => fold.topics.map((topic) => [topic.kind, { fold, topic }] as const)),
  )
  const topicOf = (kind: TopicKind): PublishedTopic | undefined => {
    const { fold, topic } = found.get(kind) ?? {}
    fold?.flush?.()
    return topic
  }
  return {
    // a topic holds entities of its own kind
    read: <K extends TopicKind>(kind: K) => (topicOf(kind)?.read() ?? []) as readonly Topics[K][],
    find: <K extends TopicKind>(kind: K, id: string) => topicOf(kind)?.find(id) as Topics[K] | undefined,
  }
}
