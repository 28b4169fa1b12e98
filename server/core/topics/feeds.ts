import { feedFactKinds } from '../../../contract/fact.ts'
import type { Entry, Fact, FeedFact } from '../../../contract/fact.ts'
import { minuteMs, startOfDay } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'
import type { FeedHealth } from '../../../contract/topic.ts'
import { monthNumber } from '../calendar.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'
import { addTold, fadeTold, fairTellers } from './fair-share.ts'
import type { Told } from './fair-share.ts'
import { FeedRecord } from './feed-record.ts'
import type { AccountTime } from './feed-record.ts'

/** A tick is recorded each minute: where no entry at all comes for longer, the server did not run, and nothing is known of any feed. */
const unwatchedMs = 3 * minuteMs

interface FeedsDump {
  readonly at: Instant
  readonly watchedMs: number
  readonly isTold: boolean
  readonly feeds: readonly unknown[]
  readonly told: readonly (readonly [kind: string, told: readonly (readonly [feed: string, count: number])[]])[]
}

/**
 * 供数: every feed and video platform of the district since it was registered. Where the log says nothing of the district's feeds, as before
 * feeds were facts, those of the configuration are there from the start. Counts are those of minutes, days and months by our own clock, in a
 * district that replays a recording too; rate and shares are told once a minute.
 */
class Feeds implements Fold {
  readonly kinds = [...feedFactKinds, 'feed', 'feed-health', 'tick'] as const
  readonly topics
  readonly #context: FoldContext
  readonly #records = new Map<string, FeedRecord>()
  readonly #published: Published<'feeds'>
  /** by kind of fact, what feeds that are there have told */
  readonly #told = new Map<string, Told>(feedFactKinds.map((kind) => [kind, new Map()]))
  /** when the latest entry was recorded */
  #at: Instant = 0
  #watchedMs = 0
  #minute = 0
  #day = 0
  #month = 0
  #dayStartsAt: Instant = 0
  /** the log says of some feed of the district that it is there */
  #isTold = false

  constructor(context: FoldContext) {
    this.#context = context
    this.#published = new Published('feeds', (id) => this.#build(id))
    this.topics = [this.#published]
    const { registry, district, feeds } = context
    for (const { id } of [...registry.feeds.values(), ...registry.videoPlatforms.values()]) if (feeds.districtOf(id) === district.id) this.#add(id, 0)
  }

  advance(): void {
    const { recorded, recordedDay } = this.#context.time
    if (recorded === this.#at) return
    const before = this.#at
    const isWatched = recorded - before <= unwatchedMs
    if (isWatched) this.#watchedMs += recorded - before
    this.#at = recorded
    const minute = Math.floor(recorded / minuteMs)
    if (minute === this.#minute) return
    if (recordedDay !== this.#day) this.#beginDay(recordedDay)
    if (!isWatched) this.#resume(before)
    this.#turnMinute(minute)
  }

  apply({ fact, feed: id, at }: Entry): void {
    if (fact.kind === 'feed') {
      this.#register(fact)
      return
    }
    const record = this.#records.get(fact.kind === 'feed-health' ? fact.feed : id)
    if (record === undefined) return
    if (fact.kind === 'feed-health') record.report(fact, this.#time)
    else this.#hear(record, fact, at)
    this.#published.touch(record.id)
  }

  dump(): FeedsDump {
    return {
      at: this.#at,
      watchedMs: this.#watchedMs,
      isTold: this.#isTold,
      feeds: [...this.#records.values()].map((record) => record.dump()),
      told: [...this.#told].map(([kind, told]) => [kind, [...told]]),
    }
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    const { at, watchedMs, isTold, feeds, told } = dump as FeedsDump
    const { zone } = this.#context.time
    this.#at = at
    this.#watchedMs = watchedMs
    this.#isTold = isTold
    this.#minute = Math.floor(at / minuteMs)
    this.#day = this.#context.time.recordedDay
    this.#dayStartsAt = startOfDay(at, zone)
    this.#month = monthNumber(at, zone)
    for (const [id, record] of this.#records) {
      if (this.#context.feeds.registered.has(id)) this.#records.delete(id)
      else record.begin(this.#time)
    }
    for (const each of feeds) this.#put(FeedRecord.restore(each))
    for (const [kind, counts] of told) for (const [id, count] of counts) this.#told.get(kind)?.set(id, count)
  }

  get #time(): AccountTime {
    return { at: this.#at, dayStartsAt: this.#dayStartsAt, watchedMs: this.#watchedMs }
  }

  #build(id: string): FeedHealth | undefined {
    const record = this.#records.get(id)
    const { feeds, district } = this.#context
    const label = feeds.labelOf(id)
    if (record === undefined || label === undefined || feeds.districtOf(id) !== district.id) return undefined
    const isThere = feeds.registered.has(id) || !this.#isTold || record.isHeard
    return isThere ? record.entity(label) : undefined
  }

  #hear(record: FeedRecord, { kind, at: observedAt }: Fact, at: Instant): void {
    record.heard(at, observedAt)
    const told = this.#told.get(kind)
    if (told !== undefined) addTold(told, record.id)
  }

  #register({ feed: id, district, label, at }: FeedFact): void {
    if (label === undefined || district !== this.#context.district.id) {
      this.#records.delete(id)
      for (const told of this.#told.values()) told.delete(id)
      this.#published.touch(id)
      return
    }
    const record = this.#records.get(id) ?? this.#add(id, at)
    record.expect(label.cadenceSeconds, this.#time)
    if (!this.#isTold) for (const other of this.#records.keys()) this.#published.touch(other)
    this.#isTold = true
    this.#published.touch(id)
  }

  #add(id: string, since: Instant): FeedRecord {
    const record = new FeedRecord(id, this.#context.feeds.labelOf(id)?.cadenceSeconds ?? 0, since)
    if (this.#at > 0) record.begin(this.#time)
    this.#put(record)
    return record
  }

  #put(record: FeedRecord): void {
    this.#records.set(record.id, record)
    this.#published.touch(record.id)
  }

  #beginDay(day: number): void {
    const { zone } = this.#context.time
    const month = monthNumber(this.#at, zone)
    const isNewMonth = month !== this.#month
    this.#day = day
    this.#month = month
    this.#dayStartsAt = startOfDay(this.#at, zone)
    for (const told of this.#told.values()) fadeTold(told)
    for (const record of this.#records.values()) {
      record.beginDay(this.#time)
      if (isNewMonth) record.beginMonth(this.#time)
      this.#published.touch(record.id)
    }
  }

  /** From `before` on nobody watched, until now; `before` is 0 when the log only begins. */
  #resume(before: Instant): void {
    for (const record of this.#records.values()) {
      if (before === 0) record.begin(this.#time)
      else record.resume(before, this.#time)
    }
  }

  #turnMinute(minute: number): void {
    const passed = minute - this.#minute
    this.#minute = minute
    for (const record of this.#records.values()) if (record.turnMinute(passed, this.#time)) this.#published.touch(record.id)
    this.#tellShares()
  }

  #tellShares(): void {
    const fair = feedFactKinds.map((kind) => [kind, fairTellers([this.#told.get(kind) ?? new Map<string, number>()])] as const)
    for (const record of this.#records.values()) {
      const mainOf = fair.filter(([, feeds]) => feeds.includes(record.id)).map(([kind]) => kind)
      if (record.tellShares(mainOf)) this.#published.touch(record.id)
    }
  }
}

export const createFeeds = (context: FoldContext): Fold => new Feeds(context)
