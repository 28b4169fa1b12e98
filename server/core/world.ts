import type { InputFigure, UnitFigure } from '../../contract/drill.ts'
import type { DefinitionFact, Entry, FeedFact } from '../../contract/fact.ts'
import type { Patch } from '../../contract/protocol.ts'
import type { Instant } from '../../contract/time.ts'
import { topicName } from '../../contract/topic.ts'
import type { Entity, ServerState, TopicName } from '../../contract/topic.ts'
import { DistrictWorld } from './district-world.ts'
import { FeedDirectory } from './feed-directory.ts'
import type { OrderCounts } from './order-counts.ts'
import type { PublishedTopic } from './published.ts'
import { Published } from './published.ts'
import type { Registry } from './registry.ts'
import type { Newest } from './series-rules.ts'
import type { FoldedOrder } from './topics/order-telling.ts'
import type { DutyBook } from './topics/duty.ts'
import type { ResourceBook } from './topics/resources.ts'
import type { AlarmBook } from './topics/alarms.ts'
import type { SupervisionBook } from './topics/supervisions.ts'
import type { LinkBook } from './topics/links.ts'
import type { MeetingBook } from './topics/meetings.ts'
import type { HeldReport } from './topics/reports.ts'
import type { Walls } from './topics/walls.ts'
import { Viewings } from './viewings.ts'

/** Grows when a dump's form changes; an older one is not restored, the log is folded again instead. */
const dumpVersion = 12

interface WorldDump {
  readonly version: number
  readonly seq: number
  readonly at: Instant
  readonly feeds: readonly FeedFact[]
  readonly viewings: unknown
  readonly districts: Readonly<Record<string, unknown>>
}

const systemFeed = 'system'

/**
 * Everything on any screen, folded from the log. Pure and deterministic: the same entries give the same state, live, after a crash, and at
 * any instant of the past. Entries of a feed that nobody knows, or that was taken away before them, are counted and otherwise ignored.
 */
export class World {
  /** who watched which camera, in all districts */
  readonly viewings = new Viewings()
  #seq = 0
  #at: Instant = 0
  #serverState: ServerState | undefined
  readonly #districts: ReadonlyMap<string, DistrictWorld>
  readonly #feeds: FeedDirectory
  readonly #server = new Published('server', () => this.#serverState)
  readonly #topics: ReadonlyMap<TopicName, PublishedTopic>

  constructor(registry: Registry) {
    const feeds = new FeedDirectory(registry)
    this.#feeds = feeds
    this.#districts = new Map([...registry.districts.values()].map((district) => [district.id, new DistrictWorld({ registry, district, feeds })]))
    const topics = [...this.#districts].flatMap(([district, world]) => world.topics.map((topic) => [topicName(topic.kind, district), topic] as const))
    this.#topics = new Map<TopicName, PublishedTopic>([...topics, [topicName('server', ''), this.#server]])
  }

  /** Of the last entry applied; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** When the last entry was recorded. */
  get at(): Instant {
    return this.#at
  }

  /** What the log says of feeds: the latest fact of each, of those taken away too. Empty for a log begun before feeds were facts. */
  get registered(): ReadonlyMap<string, FeedFact> {
    return this.#feeds.registered
  }

  /** Folds one entry. Throws when entries are missing or repeated: the log is broken, or it was read wrongly. */
  apply(entry: Entry): void {
    if (entry.seq !== this.#seq + 1) throw new Error(`The log has a gap: expected entry ${String(this.#seq + 1)}, got ${String(entry.seq)}`)
    this.#seq = entry.seq
    this.#at = entry.at
    if (entry.feed === systemFeed && entry.fact.kind === 'feed') this.#feeds.take(entry.fact)
    if (entry.feed === systemFeed && entry.fact.kind === 'viewing') this.viewings.take(entry.fact)
    for (const district of this.#districtsOf(entry)) district.apply(entry)
  }

  /** What changed since the last drain, by topic; each entity once, at its latest state (P3). Topics without a change are absent. */
  drain(): ReadonlyMap<TopicName, Patch> {
    this.#flush()
    const patches = new Map<TopicName, Patch>()
    for (const [name, topic] of this.#topics) {
      const patch = topic.drain()
      if (patch !== undefined) patches.set(name, patch)
    }
    return patches
  }

  /** All entities of the topics asked for, by id; an unknown topic is empty. */
  read(topics: readonly TopicName[]): Record<TopicName, readonly Entity[]> {
    this.#flush()
    return Object.fromEntries(topics.map((name) => [name, this.#topics.get(name)?.read() ?? []]))
  }

  /** One entity of a topic; undefined when there is none. */
  find(topic: TopicName, id: string): Entity | undefined {
    this.#flush()
    return this.#topics.get(topic)?.find(id)
  }

  /** Units behind an indicator as it is now, the ranked ones first; empty for one without figures by unit, and for what is unknown. */
  indicatorUnits(district: string, indicator: string): readonly UnitFigure[] {
    return this.#districts.get(district)?.indicators.unitFigures(indicator) ?? []
  }

  /** Inputs that an indicator's formula names, as they are put in now; empty for one that is reported, and for what is unknown. */
  indicatorInputs(district: string, indicator: string): readonly InputFigure[] {
    return this.#districts.get(district)?.indicators.inputFigures(indicator) ?? []
  }

  /** What the orders of a district count up to. */
  orderCounts(district: string): OrderCounts | undefined {
    return this.#districts.get(district)?.orders
  }

  /** 口径版本 that were recorded, by indicator, the oldest version first. */
  definitions(district: string): readonly DefinitionFact[] {
    return this.#districts.get(district)?.definitions.all ?? []
  }

  /** 专报 of a month with what people wrote in it; undefined before it is drafted. */
  report(district: string, month: string): HeldReport | undefined {
    return this.#districts.get(district)?.reports.held(month)
  }

  /** The id of the next incident that the desk of a district opens at an instant; undefined for an unknown district. */
  nextIncidentId(district: string, at: Instant): string | undefined {
    return this.#districts.get(district)?.incidents.nextId(at)
  }

  /** The newest report of an indicator or an input, by its series' name (server/core/measurement.ts). */
  newest(district: string, series: string): Newest | undefined {
    return this.#districts.get(district)?.indicators.newest(series)
  }

  /** 大屏: who they are and what was ordered; undefined for an unknown district. */
  walls(district: string): Pick<Walls, 'lastNumber' | 'commands' | 'states' | 'state' | 'ofSession' | 'sessionOf' | 'command' | 'dump'> | undefined {
    return this.#districts.get(district)?.walls
  }

  /** Every work order of a district ever, as it stands now; none of an unknown district. */
  allOrders(district: string): Iterable<FoldedOrder> {
    return this.#districts.get(district)?.allOrders() ?? []
  }

  /** 督办单 of a district, by more than what screens see. */
  supervisions(district: string): SupervisionBook | undefined {
    return this.#districts.get(district)?.supervisions
  }

  /** 告警 of a district, by more than what screens see. */
  alarms(district: string): AlarmBook | undefined {
    return this.#districts.get(district)?.alarms
  }

  /** 联动系统 of a district, by more than what screens see. */
  links(district: string): LinkBook | undefined {
    return this.#districts.get(district)?.links
  }

  /** 值班 of a district: telephones and sheets too, which no screen is pushed. */
  duty(district: string): DutyBook | undefined {
    return this.#districts.get(district)?.duty
  }

  /** 力量 of a district. */
  resources(district: string): ResourceBook | undefined {
    return this.#districts.get(district)?.resources
  }

  /** 调度会议 of a district, by more than what screens see. */
  meetings(district: string): MeetingBook | undefined {
    return this.#districts.get(district)?.meetings
  }

  /** Sets the one topic that is not folded. */
  setServerState(state: ServerState): void {
    this.#serverState = state
    this.#server.touch(state.id)
  }

  /** The state as JSON, without the server topic; drained or not makes no difference. */
  dump(): unknown {
    const districts = Object.fromEntries([...this.#districts].map(([id, world]) => [id, world.dump()]))
    return {
      version: dumpVersion,
      seq: this.#seq,
      at: this.#at,
      feeds: this.#feeds.dump(),
      viewings: this.viewings.dump(),
      districts,
    } satisfies WorldDump
  }

  /** A world that behaves as the dumped one. Throws for a dump of another version, or made with other districts. */
  static restore(registry: Registry, dump: unknown): World {
    // the form is known once the version is
    const { version, seq, at, feeds, viewings, districts } = dump as WorldDump
    if (version !== dumpVersion) throw new Error(`The dump has version ${String(version)}, expected ${String(dumpVersion)}; fold the log again`)
    const world = new World(registry)
    world.#seq = seq
    world.#at = at
    world.#feeds.restore(feeds)
    world.viewings.restore(viewings)
    for (const [id, district] of world.#districts) {
      if (!(id in districts)) throw new Error(`The dump knows no district ${id}; fold the log again`)
      district.restore(districts[id])
    }
    return world
  }

  #flush(): void {
    for (const district of this.#districts.values()) district.flush()
  }

  /** A feed that is registered may have left another district: all hear of it. */
  #districtsOf(entry: Entry): Iterable<DistrictWorld> {
    const { fact, feed } = entry
    if (feed === systemFeed && (fact.kind === 'tick' || fact.kind === 'feed' || fact.kind === 'clock')) return this.#districts.values()
    const id = feed === systemFeed ? this.#districtNamedBy(entry) : this.#feeds.districtOf(feed)
    const district = id === undefined ? undefined : this.#districts.get(id)
    return district === undefined ? [] : [district]
  }

  #districtNamedBy({ fact }: Entry): string | undefined {
    if (fact.kind === 'feed-health') return this.#feeds.districtOf(fact.feed)
    return 'district' in fact ? fact.district : undefined
  }
}
