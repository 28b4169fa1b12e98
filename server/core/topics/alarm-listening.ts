import type { AlarmRule, SensorAlarmRule } from '../../../contract/alarm-rule.ts'
import type { Entry, Fact, SensorReadingFact } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicKind, Topics } from '../../../contract/topic.ts'
import type { FoldContext } from '../fold.ts'
import type { AlarmRecord, Signal } from './alarm-record.ts'
import { ofCamera, ofClock, ofFeed, ofIncident, ofLink, ofOrder, ofReading, ofWarning } from './alarm-sources.ts'

/** The topics that alarms follow from, brought up to date before they are read. */
export interface AlarmTopics {
  read<K extends TopicKind>(kind: K): readonly Topics[K][]
  find<K extends TopicKind>(kind: K, id: string): Topics[K] | undefined
}

/** By sensor and quantity, the instant of the newest reading. */
export type NewestReadings = readonly (readonly [subject: string, at: Instant])[]

interface Listener {
  readonly hear: (rule: AlarmRule, signal: Signal) => void
  /** what the rule's source said last to be beyond */
  readonly beyond: (rule: AlarmRule) => readonly Pick<AlarmRecord, 'subject' | 'told'>[]
}

type Source = AlarmRule['when']['source']

const isOfSensor = (rule: AlarmRule): rule is SensorAlarmRule => rule.when.source === 'sensor'

/** What the sources of alarms say, entry by entry, under every rule that has to do with it. */
export class AlarmSources {
  static readonly kinds = [
    'sensor-reading',
    'video-source',
    'video-probe',
    'feed',
    'feed-health',
    'clock',
    'link',
    'incident',
    'incident-act',
    'warning',
  ] as const satisfies readonly Fact['kind'][]
  readonly #context: FoldContext
  readonly #topics: AlarmTopics
  readonly #listener: Listener
  readonly #bySource: ReadonlyMap<Source, readonly AlarmRule[]>
  readonly #byQuantity: ReadonlyMap<string, readonly SensorAlarmRule[]>
  readonly #newest = new Map<string, Instant>()
  /** topics as they were looked at last: the same list says nothing new */
  readonly #lookedAt = new Map<TopicKind, unknown>()

  constructor(context: FoldContext, topics: AlarmTopics, listener: Listener) {
    this.#context = context
    this.#topics = topics
    this.#listener = listener
    const { rules } = context.registry.alarms
    this.#bySource = groupedBy(rules, ({ when }) => when.source)
    this.#byQuantity = groupedBy(rules.filter(isOfSensor), ({ when }) => when.quantity)
  }

  listen({ fact, feed }: Entry): void {
    if (fact.kind === 'sensor-reading') this.#measure(fact, feed)
    else if (fact.kind === 'video-source') this.#lookAtCamera(fact.id)
    else if (fact.kind === 'video-probe') this.#lookAtCamera(fact.source)
    else if (fact.kind === 'incident' || fact.kind === 'incident-act') this.#lookAtIncident(fact.id)
    else if (fact.kind === 'warning') this.#lookAt('warnings', 'warning', ofWarning)
    else this.#listenToOurs(fact)
  }

  /** Warnings and orders change with the time alone. */
  turnMinute(): void {
    this.#lookAt('warnings', 'warning', ofWarning)
    this.#lookAt('supervisions', 'order', ofOrder)
  }

  dump(): NewestReadings {
    return [...this.#newest]
  }

  restore(newest: NewestReadings): void {
    for (const [subject, at] of newest) this.#newest.set(subject, at)
  }

  /** What the server says of itself and of its feeds. */
  #listenToOurs(fact: Fact): void {
    const { feeds, district } = this.#context
    if (fact.kind === 'link') this.#signal('link', () => ofLink(fact.link, this.#topics.find('links', fact.link)))
    if (fact.kind === 'clock') this.#signal('clock', () => ofClock(fact))
    if (fact.kind === 'feed-health') this.#signal('feed', () => ofFeed(fact, feeds.labelOf(fact.feed)?.shortName ?? ''))
    // one that was taken away is not down any more
    if (fact.kind === 'feed' && (fact.label === undefined || fact.district !== district.id))
      this.#signal('feed', () => ofFeed({ feed: fact.feed, state: 'waiting' }, ''))
  }

  #measure(fact: SensorReadingFact, feed: string): void {
    const rules = this.#byQuantity.get(fact.quantity)
    if (rules === undefined) return
    const subject = `${fact.sensor}/${fact.quantity}`
    if (fact.at < (this.#newest.get(subject) ?? 0)) return
    this.#newest.set(subject, fact.at)
    for (const rule of rules) {
      const signal = ofReading(fact, rule, feed, this.#context)
      if (signal !== undefined) this.#listener.hear(rule, signal)
    }
  }

  #lookAtCamera(id: string): void {
    const camera = this.#bySource.has('camera') ? this.#topics.find('video-sources', id) : undefined
    if (camera !== undefined) this.#signal('camera', () => ofCamera(camera))
  }

  #lookAtIncident(id: string): void {
    const incident = this.#bySource.has('incident') ? this.#topics.find('incidents', id) : undefined
    if (incident !== undefined) this.#signal('incident', (rule) => ofIncident(incident, rule))
  }

  /** All of a topic that is small, or changes with the time; what has left it is back. */
  #lookAt<K extends 'warnings' | 'supervisions'>(kind: K, source: Source, tell: (entity: Topics[K], rule: AlarmRule) => Signal): void {
    const rules = this.#bySource.get(source)
    if (rules === undefined) return
    const entities = this.#topics.read(kind)
    if (this.#lookedAt.get(kind) === entities) return
    this.#lookedAt.set(kind, entities)
    const there = new Set(entities.map(({ id }) => id))
    for (const rule of rules) {
      for (const entity of entities) this.#listener.hear(rule, tell(entity, rule))
      for (const { subject, told } of this.#listener.beyond(rule)) if (!there.has(subject)) this.#listener.hear(rule, { subject, says: 'back', told })
    }
  }

  #signal(source: Source, tell: (rule: AlarmRule) => Signal): void {
    for (const rule of this.#bySource.get(source) ?? []) this.#listener.hear(rule, tell(rule))
  }
}

function groupedBy<Key, T>(items: readonly T[], keyOf: (item: T) => Key): ReadonlyMap<Key, readonly T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
