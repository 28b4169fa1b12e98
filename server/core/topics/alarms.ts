import type { Alarm, AlarmSummary, AlarmWeek } from '../../../contract/alarm.ts'
import type { AlarmFact } from '../../../contract/alarm-fact.ts'
import type { AlarmRule } from '../../../contract/alarm-rule.ts'
import type { Entry } from '../../../contract/fact.ts'
import { dayMs, hourMs, minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import { DueHeap } from '../due-heap.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { Flood } from './alarm-flood.ts'
import type { FloodDump } from './alarm-flood.ts'
import { acknowledge, blankRecord, isSetAside, nextWake, sense, stateOf, takeUp, turn } from './alarm-record.ts'
import type { AlarmRecord, Signal } from './alarm-record.ts'
import { AlarmSources } from './alarm-listening.ts'
import type { AlarmTopics, NewestReadings } from './alarm-listening.ts'
import { alarmOf, summaryOf } from './alarm-view.ts'
import { weekMs, weekOf, withHour, withSpan } from './alarm-week.ts'
import type { Spans } from './alarm-week.ts'

/** How long a command is remembered, so that the same one sent again says nothing new. */
const rememberedMs = dayMs

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
  readonly newest: NewestReadings
}

/**
 * 告警: raised and returned by the rules of config/alarms.yaml, from the same facts that the other topics are folded from. Delays end at the
 * instant they end, whenever an entry tells that it has passed; warnings and orders are looked at once a minute. All of it goes by when
 * things were recorded, also in a district that replays a recording: people are told now. A reading that comes late raises nothing.
 */
export class Alarms implements Fold, AlarmBook {
  readonly kinds = [...AlarmSources.kinds, 'alarm', 'tick'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #rules: ReadonlyMap<string, AlarmRule>
  readonly #sources: AlarmSources
  readonly #live = new Map<string, Live>()
  readonly #wakes = new DueHeap<Live>()
  readonly #flood: Flood
  readonly #done = new Map<string, AlarmFact>()
  readonly #published = new Published('alarms', (id) => this.#told(this.#live.get(id)))
  readonly #summary = new Published('alarm-summary', () => this.#summed())
  #lastSummary: AlarmSummary | undefined
  #spans: Spans = []
  #firstAt: Instant = 0
  #minute = 0

  constructor(context: FoldContext, others: AlarmTopics) {
    this.#context = context
    const { rules, flood } = context.registry.alarms
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]))
    this.#sources = new AlarmSources(context, others, {
      hear: (rule, signal) => {
        this.#hear(rule, signal)
      },
      beyond: (rule) => [...this.#live.values()].map(({ record }) => record).filter((record) => record.rule === rule.id && record.isBeyond),
    })
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
    this.#sources.turnMinute()
    if (isNewHour) this.#forget(recorded)
    this.#summary.touch('now')
  }

  apply(entry: Entry): void {
    if (entry.fact.kind === 'alarm') this.#take(entry.fact, entry.at)
    else this.#sources.listen(entry)
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
      newest: this.#sources.dump(),
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
    this.#sources.restore(newest)
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
      if (stateOf(record, false) !== undefined || record.isBeyond || record.turnAt !== undefined || lastHour * hourMs > now - weekMs - hourMs)
        continue
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
