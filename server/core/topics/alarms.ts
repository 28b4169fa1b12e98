import type { Alarm, AlarmSummary, AlarmWeek } from '../../../contract/alarm.ts'
import type { AlarmFact } from '../../../contract/alarm-fact.ts'
import type { AlarmRule, SensorAlarmRule } from '../../../contract/alarm-rule.ts'
import type { Entry, SensorReadingFact } from '../../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { TopicKind, Topics } from '../../../contract/topic.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { Flood } from './alarm-flood.ts'
import type { FloodDump } from './alarm-flood.ts'
import { acknowledge, blankRecord, isSetAside, nextWake, sense, stateOf, takeUp, turn } from './alarm-record.ts'
import type { AlarmRecord, Signal } from './alarm-record.ts'
import { ofCamera, ofClock, ofFeed, ofIncident, ofOrder, ofReading, ofWarning } from './alarm-sources.ts'
import { alarmOf, summaryOf } from './alarm-view.ts'
import { weekMs, weekOf, withHour, withSpan } from './alarm-week.ts'
import type { Spans } from './alarm-week.ts'

/** How long a command is remembered, so that the same one sent again says nothing new. */
const rememberedMs = dayMs

/** The topics that alarms follow from, brought up to date before they are read. */
export interface AlarmTopics {
  read<K extends TopicKind>(kind: K): readonly Topics[K][]
  find<K extends TopicKind>(kind: K, id: string): Topics[K] | undefined
}

/** 告警 beyond what screens see: for those who command and count. */
export interface AlarmBook {
  find(id: string): Alarm | undefined
  /** what a command of the last day has recorded; undefined for one that has not */
  done(command: string): AlarmFact | undefined
  week(): AlarmWeek
}

interface Live {
  readonly record: AlarmRecord
  readonly rule: AlarmRule
  /** when time alone changes it next */
  wakeAt: Instant | undefined
}

interface AlarmsDump {
  readonly firstAt: Instant
  readonly minute: number
  readonly records: readonly AlarmRecord[]
  readonly spans: Spans
  readonly flood: FloodDump
  readonly done: readonly AlarmFact[]
  readonly newest: readonly (readonly [subject: string, at: Instant])[]
}

/**
 * 告警: raised and returned by the rules of config/alarms.yaml, from the same facts that the other topics are folded from. Delays end at the
 * instant they end, whenever an entry tells that it has passed; warnings and orders are looked at once a minute. All of it goes by when
 * things were recorded, also in a district that replays a recording: people are told now. A reading that comes late raises nothing.
 */
export class Alarms implements Fold, AlarmBook {
  readonly kinds = ['sensor-reading', 'video-source', 'video-probe', 'feed', 'feed-health', 'clock', 'incident', 'warning', 'alarm', 'tick'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #others: AlarmTopics
  readonly #rules: ReadonlyMap<string, AlarmRule>
  readonly #bySource: ReadonlyMap<AlarmRule['when']['source'], readonly AlarmRule[]>
  readonly #byQuantity: ReadonlyMap<string, readonly SensorAlarmRule[]>
  readonly #live = new Map<string, Live>()
  readonly #wakes = new DueHeap<Live>()
  readonly #flood: Flood
  /** by sensor and quantity, the instant of the newest reading */
  readonly #newest = new Map<string, Instant>()
  readonly #done = new Map<string, AlarmFact>()
  readonly #published = new Published('alarms', (id) => this.#told(this.#live.get(id)))
  readonly #summary = new Published('alarm-summary', () => this.#summed())
  #lastSummary: AlarmSummary | undefined
  readonly #lookedAt = new Map<TopicKind, unknown>()
  #spans: Spans = []
  #firstAt: Instant = 0
  #minute = 0

  constructor(context: FoldContext, others: AlarmTopics) {
    this.#context = context
    this.#others = others
    const { rules, flood } = context.registry.alarms
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]))
    this.#bySource = groupedBy(rules, ({ when }) => when.source)
    this.#byQuantity = groupedBy(rules.filter(isOfSensor), ({ when }) => when.quantity)
    this.#flood = new Flood(flood)
    this.topics = [this.#published, this.#summary]
  }

  advance(): void {
    const { recorded } = this.#context.time
    if (this.#firstAt === 0) this.#firstAt = recorded
    for (let due = this.#due(recorded); due.length > 0; due = this.#due(recorded)) for (const live of due) this.#wake(live)
    if (this.#flood.pass(recorded)) this.#summary.touch('now')
    const minute = Math.floor(recorded / minuteMs)
    if (minute === this.#minute) return
    const isNewHour = Math.floor(recorded / hourMs) !== Math.floor((this.#minute * minuteMs) / hourMs)
    this.#minute = minute
    this.#lookAt('warnings', 'warning', ofWarning)
    this.#lookAt('supervisions', 'order', ofOrder)
    if (isNewHour) this.#forget(recorded)
    this.#summary.touch('now')
  }

  apply({ fact, feed, at }: Entry): void {
    switch (fact.kind) {
      case 'sensor-reading':
        this.#measure(fact, feed)
        break
      case 'video-source':
      case 'video-probe':
        this.#lookAtCamera(fact.kind === 'video-source' ? fact.id : fact.source)
        break
      case 'feed-health':
        this.#signal('feed', () => ofFeed(fact, this.#context.feeds.labelOf(fact.feed)?.shortName ?? ''))
        break
      case 'feed':
        // one that was taken away is not down any more
        if (fact.label === undefined || fact.district !== this.#context.district.id)
          this.#signal('feed', () => ofFeed({ feed: fact.feed, state: 'waiting' }, ''))
        break
      case 'clock':
        this.#signal('clock', () => ofClock(fact))
        break
      case 'incident':
        this.#lookAtIncident(fact.id)
        break
      case 'warning':
        this.#lookAt('warnings', 'warning', ofWarning)
        break
      case 'alarm':
        this.#take(fact, at)
        break
      default:
      // a tick moves the time on, which advance has heard of
    }
  }

  find(id: string): Alarm | undefined {
    return this.#published.find(id)
  }

  done(command: string): AlarmFact | undefined {
    return this.#done.get(command)
  }

  week(): AlarmWeek {
    const records = [...this.#live.values()].map(({ record }) => record)
    return weekOf({ records, spans: this.#spans, rules: this.#context.registry.alarms, firstAt: this.#firstAt, now: this.#context.time.recorded })
  }

  dump(): AlarmsDump {
    return {
      firstAt: this.#firstAt,
      minute: this.#minute,
      records: [...this.#live.values()].map(({ record }) => ({ ...record })),
      spans: this.#spans,
      flood: this.#flood.dump(),
      done: [...this.#done.values()],
      newest: [...this.#newest],
    }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { firstAt, minute, records, spans, flood, done, newest } = dump as AlarmsDump
    this.#firstAt = firstAt
    this.#minute = minute
    this.#spans = spans
    this.#flood.restore(flood)
    for (const fact of done) this.#done.set(fact.command, fact)
    for (const [subject, at] of newest) this.#newest.set(subject, at)
    for (const kept of records) {
      const rule = this.#rules.get(kept.rule)
      if (rule === undefined) continue
      const live: Live = { record: { ...blankRecord(kept.rule, kept.subject), ...kept }, rule, wakeAt: undefined }
      this.#live.set(kept.id, live)
      this.#schedule(live)
      this.#published.touch(kept.id)
    }
    this.#summary.touch('now')
  }

  #measure(fact: SensorReadingFact, feed: string): void {
    const rules = this.#byQuantity.get(fact.quantity)
    if (rules === undefined) return
    const subject = `${fact.sensor}/${fact.quantity}`
    if (fact.at < (this.#newest.get(subject) ?? 0)) return
    this.#newest.set(subject, fact.at)
    for (const rule of rules) {
      const signal = ofReading(fact, rule, feed, this.#context)
      if (signal !== undefined) this.#hear(rule, signal)
    }
  }

  #lookAtCamera(id: string): void {
    const camera = this.#bySource.has('camera') ? this.#others.find('video-sources', id) : undefined
    if (camera !== undefined) this.#signal('camera', () => ofCamera(camera))
  }

  #lookAtIncident(id: string): void {
    const incident = this.#bySource.has('incident') ? this.#others.find('incidents', id) : undefined
    if (incident !== undefined) this.#signal('incident', (rule) => ofIncident(incident, rule))
  }

  /** All of a topic that is small, or changes with the time; what has left it is back. */
  #lookAt<K extends 'warnings' | 'supervisions'>(
    kind: K,
    source: AlarmRule['when']['source'],
    tell: (entity: Topics[K], rule: AlarmRule) => Signal,
  ): void {
    const rules = this.#bySource.get(source)
    if (rules === undefined) return
    const entities = this.#others.read(kind)
    if (this.#lookedAt.get(kind) === entities) return
    this.#lookedAt.set(kind, entities)
    const there = new Set(entities.map(({ id }) => id))
    for (const rule of rules) {
      for (const entity of entities) this.#hear(rule, tell(entity, rule))
      for (const { record } of [...this.#live.values()])
        if (record.rule === rule.id && record.isBeyond && !there.has(record.subject))
          this.#hear(rule, { subject: record.subject, says: 'back', told: record.told })
    }
  }

  #signal(source: AlarmRule['when']['source'], tell: (rule: AlarmRule) => Signal): void {
    for (const rule of this.#bySource.get(source) ?? []) this.#hear(rule, tell(rule))
  }

  #hear(rule: AlarmRule, signal: Signal): void {
    const id = `${rule.id}/${signal.subject}`
    const known = this.#live.get(id)
    // nothing is kept of what was never beyond
    if (known === undefined && signal.says !== 'beyond') return
    const live = known ?? { record: blankRecord(rule.id, signal.subject), rule, wakeAt: undefined }
    this.#live.set(id, live)
    const now = this.#context.time.recorded
    sense(live.record, signal, rule, now)
    if (live.record.turnAt === undefined || live.record.turnAt > now) this.#changed(live, now)
    else this.#turn(live, live.record.turnAt)
  }

  #turn(live: Live, at: Instant): void {
    turn(live.record, at, this.#context.registry.alarms)
    this.#changed(live, at)
    this.#tellChildren(live, at)
  }

  /** Alarms that fall due at the first instant at which any does, parents first. */
  #due(now: Instant): readonly Live[] {
    const found = new Set<Live>()
    let at = now
    for (let live = this.#wakes.take(at); live !== undefined; live = this.#wakes.take(at)) {
      if (live.wakeAt === undefined || live.wakeAt > now) continue
      at = Math.min(at, live.wakeAt)
      found.add(live)
    }
    const due = [...found].filter(({ wakeAt }) => wakeAt === at)
    // taken out for a time that they meant no more
    for (const live of found) if (live.wakeAt !== undefined && live.wakeAt > at) this.#wakes.add(live.wakeAt, live)
    return due.sort((one, other) => one.rule.parents.length - other.rule.parents.length || (one.record.id < other.record.id ? -1 : 1))
  }

  #wake(live: Live): void {
    const { record, wakeAt } = live
    if (wakeAt === undefined) return
    live.wakeAt = undefined
    if (record.turnAt === wakeAt) {
      this.#turn(live, wakeAt)
      return
    }
    const isOver = (until: Instant | undefined): boolean => until !== undefined && until <= wakeAt
    if (isOver(record.shelved?.until) || isOver(record.outOfService?.until)) {
      if (isOver(record.shelved?.until)) record.shelved = undefined
      if (isOver(record.outOfService?.until)) record.outOfService = undefined
      takeUp(record)
    }
    this.#changed(live, wakeAt)
    this.#tellChildren(live, wakeAt)
  }

  /** What people did. What is said of an alarm that is not there says nothing. */
  #take(fact: AlarmFact, at: Instant): void {
    if (this.#done.has(fact.command)) return
    this.#done.set(fact.command, fact)
    const live = this.#live.get(fact.id)
    if (live === undefined) return
    const { record } = live
    switch (fact.step) {
      case 'acknowledged':
        if (fact.raisedAt === record.raisedAt) acknowledge(record, { by: fact.by, at: fact.at })
        break
      case 'shelved':
        record.shelved = { by: fact.by, at: fact.at, until: fact.until, reason: fact.reason }
        break
      case 'unshelved':
        record.shelved = undefined
        takeUp(record)
        break
      case 'out-of-service':
        record.outOfService = { by: fact.by, at: fact.at, until: fact.until, reason: fact.reason }
        break
      case 'returned':
        record.outOfService = undefined
        takeUp(record)
        break
    }
    this.#changed(live, at)
    this.#tellChildren(live, at)
  }

  /** Tells people of what stands, unless they set it aside or a parent stands; and looks when time changes it next. */
  #changed(live: Live, at: Instant): void {
    const { record } = live
    if (record.isStanding && !record.isAnnounced && !isSetAside(record) && this.#parentOf(live) === undefined) {
      record.isAnnounced = true
      record.hours = withHour(record.hours, at)
      this.#spans = withSpan(this.#spans, at)
      this.#flood.announce(at)
    }
    this.#schedule(live)
    this.#published.touch(record.id)
    this.#summary.touch('now')
  }

  #schedule(live: Live): void {
    const wakeAt = nextWake(live.record, this.#context.time.recorded, this.#context.registry.alarms)
    if (wakeAt !== undefined && wakeAt !== live.wakeAt) this.#wakes.add(wakeAt, live)
    live.wakeAt = wakeAt
  }

  #tellChildren(parent: Live, at: Instant): void {
    const isParent = this.#context.registry.alarms.rules.some(({ parents }) => parents.includes(parent.rule.id))
    if (!isParent) return
    for (const live of this.#live.values()) if (this.#parentIdsOf(live).includes(parent.record.id)) this.#changed(live, at)
  }

  /** A parent of the same kind is that of the same subject; a feed's is that of the feed it comes from; the clock is everybody's. */
  #parentIdsOf({ record, rule }: Live): readonly string[] {
    return rule.parents.map((parent) => {
      const source = this.#rules.get(parent)?.when.source
      const subject = source === 'feed' ? (record.told.feed ?? '') : source === 'clock' ? 'clock' : record.subject
      return `${parent}/${subject}`
    })
  }

  /** One that is out of service says nothing of its children. */
  #parentOf(live: Live): string | undefined {
    return this.#parentIdsOf(live).find((id) => {
      const parent = this.#live.get(id)?.record
      return parent?.isStanding === true && parent.outOfService === undefined
    })
  }

  /** What was well for a week, and commands of more than a day ago. */
  #forget(now: Instant): void {
    for (const [id, { record }] of this.#live) {
      const lastHour = record.hours.at(-1)?.[0] ?? 0
      if (stateOf(record, false) !== undefined || record.isBeyond || record.turnAt !== undefined || lastHour * hourMs > now - weekMs - hourMs) continue
      this.#live.delete(id)
      this.#published.touch(id)
    }
    for (const [command, { at }] of this.#done) if (at < now - rememberedMs) this.#done.delete(command)
  }

  #told(live: Live | undefined): Alarm | undefined {
    if (live === undefined) return undefined
    const { time, registry } = this.#context
    return alarmOf(live.record, { rule: live.rule, rules: registry.alarms, parent: this.#parentOf(live), now: time.recorded })
  }

  /** The same one while it says the same, so that screens are not told again; none without rules. */
  #summed(): AlarmSummary | undefined {
    if (this.#rules.size === 0) return undefined
    const told = summaryOf(this.#published.read(), this.#flood.told)
    if (JSON.stringify(told) !== JSON.stringify(this.#lastSummary)) this.#lastSummary = told
    return this.#lastSummary
  }
}

const isOfSensor = (rule: AlarmRule): rule is SensorAlarmRule => rule.when.source === 'sensor'

function groupedBy<Key, T>(items: readonly T[], keyOf: (item: T) => Key): ReadonlyMap<Key, readonly T[]> {
  const groups = new Map<Key, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}
