import type { Correction, CurvePoint } from '../../contract/drill.ts'
import type { Entry, FeedFact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import { FeedDirectory } from '../core/feed-directory.ts'
import { bucketStarts } from '../core/reduce.ts'
import type { CurveRange, Sample } from '../core/reduce.ts'
import type { Registry } from '../core/registry.ts'
import type { Database } from './database.ts'
import type { LogReader } from './event-log.ts'
import { closingOnError, isDamage, openHistoryFile, removeHistoryFile, setHistoryAside } from './history-file.ts'
import { Statements } from './history-statements.ts'

/** 序列: the values of an indicator (kind `reading`) or an input, of a district or of one member of it. */
export interface SeriesName {
  readonly district: string
  readonly kind: 'reading' | 'input'
  readonly name: string
  /** id of a unit, sector or theme; undefined for the district as a whole */
  readonly member: string | undefined
}

/** A value as the log has it. */
export interface HeldSample extends Sample {
  readonly seq: number
  readonly receivedAt: Instant
  readonly numerator: number | undefined
  readonly denominator: number | undefined
}

export interface HistoryOptions {
  readonly log: LogReader
  readonly registry: Registry
  /** the data folder */
  readonly directory: string
  /** told once of a file that was set aside or made again */
  readonly report: (problem: string) => void
}

/** Raised when the tables or what is held in them changes; a file of another format is made again. */
const format = 1
/** Entries taken in at once: so long nobody else is answered. */
const entriesPerStep = 20_000
const mostCorrections = 500

/** What the file holds of the log, and what that was told apart by. */
interface Progress {
  readonly format: number
  readonly lineage: string
  readonly seq: number
  /** when the last entry was recorded: a log of the same lineage that went on differently has another */
  readonly at: Instant
  /** what the log says of feeds, up to here */
  readonly feeds: readonly FeedFact[]
  /** feed → district, or null for none, of those that went by the configuration because the log said nothing of them */
  readonly assumed: Readonly<Record<string, string | null>>
}

/** 历史: the past of every series, by instant, in a file of its own beside the log. For one thread. */
export class History {
  readonly #options: HistoryOptions
  #database: Database
  #statements: Statements
  #feeds: FeedDirectory
  #assumed = new Map<string, string | undefined>()
  #seq = 0
  readonly #ids = new Map<string, number>()
  /** latest instant of each series that was added to: what is later has nothing to replace */
  readonly #newest = new Map<number, Instant>()

  /** Errors: StorageFullError. A damaged file, and one of another log, is made again from the beginning. */
  constructor(options: HistoryOptions) {
    this.#options = options
    this.#feeds = new FeedDirectory(options.registry)
    this.#database = this.#open()
    this.#statements = new Statements(this.#database)
    this.#resume()
  }

  /** Of the last entry taken in; 0 before the first. */
  get seq(): number {
    return this.#seq
  }

  /** Takes in the next 20,000 entries of the log, or the rest of it, durable on return. Errors: StorageFullError, a damaged log. */
  step(): void {
    const { log } = this.#options
    const upTo = Math.min(this.#seq + entriesPerStep, log.lastSeq)
    if (upTo <= this.#seq) return
    try {
      this.#database.transaction(() => {
        for (const entry of log.entries({ after: this.#seq, upTo })) this.#take(entry)
        this.#keepProgress(upTo)
      })
      this.#seq = upTo
    } catch (error) {
      this.#resume()
      throw error
    }
  }

  /** The values in force within a range, reduced as `reduce` does. */
  curve(series: SeriesName, range: CurveRange): readonly CurvePoint[] {
    const id = this.#idOf(series)
    if (id === undefined) return []
    const starts = bucketStarts(range)
    const bounds = starts.map((start, index) => [start, starts[index + 1] ?? range.to + 1])
    return this.#statements.buckets
      .all([JSON.stringify(bounds), ...Array.from({ length: 2 }, () => id)])
      .flatMap(({ ends, last }) => pointOf(ends, last) ?? [])
  }

  /** Values told for an instant after another had been, by instant: the first 500 within the range. */
  corrections(series: SeriesName, { from, to }: Pick<CurveRange, 'from' | 'to'>): readonly Correction[] {
    const id = this.#idOf(series)
    return id === undefined ? [] : this.#statements.corrections.all([id, from, to, mostCorrections])
  }

  /** The value in force at an instant: the latest at or before it. */
  latest(series: SeriesName, at: Instant): HeldSample | undefined {
    const id = this.#idOf(series)
    const row = id === undefined ? undefined : this.#statements.latest.get([id, at])
    if (row === undefined) return undefined
    const { seq, value, received_at: receivedAt, numerator, denominator } = row
    return { at: row.at, value, seq, receivedAt, numerator: numerator ?? undefined, denominator: denominator ?? undefined }
  }

  /** Values in force from the latest at or before `from` on, up to `to`, ascending. */
  samples(series: SeriesName, { from, to }: Pick<CurveRange, 'from' | 'to'>): readonly Sample[] {
    const id = this.#idOf(series)
    if (id === undefined) return []
    const { ats, figures } = this.#statements.packed.get([id, id, from, from, to]) ?? { ats: null, figures: null }
    const values = numbersIn(figures)
    return numbersIn(ats).map((at, index) => ({ at, value: values[index] ?? Number.NaN }))
  }

  /** Whether a value was ever told of it. */
  has(series: SeriesName): boolean {
    return this.#idOf(series) !== undefined
  }

  /** Members of an input or indicator that a value was ever told of, in the order of their ids. */
  members({ district, kind, name }: Omit<SeriesName, 'member'>): readonly string[] {
    return this.#statements.members.all([district, kind, name]).map(({ member }) => member)
  }

  close(): void {
    this.#database.close()
  }

  /** Begins again with an empty file because this one is damaged, and says so once. */
  beginAgain(error: unknown): void {
    this.#database.close()
    this.#setAside(error)
    this.#database = openHistoryFile(this.#options.directory)
    this.#statements = new Statements(this.#database)
    this.#resume()
  }

  #open(): Database {
    const { directory } = this.#options
    try {
      return this.#openFit()
    } catch (error) {
      if (!isDamage(error)) throw error
      this.#setAside(error)
      return openHistoryFile(directory)
    }
  }

  #openFit(): Database {
    const { directory, report } = this.#options
    const database = openHistoryFile(directory)
    const unfit = closingOnError(database, () => this.#unfit(database))
    if (unfit === undefined) return database
    database.close()
    removeHistoryFile(directory)
    report(`history.sqlite is made again from the log: ${unfit}`)
    return openHistoryFile(directory)
  }

  #setAside(error: unknown): void {
    const { directory, report } = this.#options
    const reason = error instanceof Error ? error.message : String(error)
    report(`history.sqlite is damaged (${reason}): kept as ${setHistoryAside(directory)}, and made again from the log; nothing is lost`)
  }

  /** Why the file cannot be gone on with; undefined when it can. */
  #unfit(database: Database): string | undefined {
    const progress = progressIn(database)
    if (progress === undefined) return undefined
    const { log, registry } = this.#options
    if (progress.format !== format) return 'it is of another version'
    if (progress.lineage !== log.lineage || log.recordedAt(progress.seq) !== progress.at) return 'it was made for another log'
    const configured = new FeedDirectory(registry)
    const moved = Object.entries(progress.assumed).find(([feed, district]) => (configured.districtOf(feed) ?? null) !== district)
    return moved === undefined ? undefined : `feed ${moved[0]} is of another district now`
  }

  /** Goes on from what the file holds. */
  #resume(): void {
    const progress = progressIn(this.#database)
    this.#seq = progress?.seq ?? 0
    this.#feeds = new FeedDirectory(this.#options.registry)
    this.#feeds.restore(progress?.feeds ?? [])
    this.#assumed = new Map(Object.entries(progress?.assumed ?? {}).map(([feed, district]) => [feed, district ?? undefined]))
    this.#ids.clear()
    this.#newest.clear()
  }

  #keepProgress(seq: number): void {
    const { log } = this.#options
    const assumed = Object.fromEntries([...this.#assumed].map(([feed, district]) => [feed, district ?? null]))
    const progress: Progress = { format, lineage: log.lineage, seq, at: log.recordedAt(seq) ?? 0, feeds: this.#feeds.dump(), assumed }
    this.#statements.keep.run([JSON.stringify(progress)])
  }

  #take({ seq, at, feed, fact }: Entry): void {
    if (fact.kind === 'feed') this.#feeds.take(fact)
    if (fact.kind !== 'reading' && fact.kind !== 'input') return
    const district = this.#districtOf(feed)
    if (district === undefined) return
    const [name, member] = fact.kind === 'reading' ? [fact.indicator, fact.unit] : [fact.input, fact.of]
    const id = this.#makeId({ district, kind: fact.kind, name, member })
    const [numerator, denominator] = fact.kind === 'reading' ? [fact.numerator, fact.denominator] : []
    const newest = this.#newest.get(id) ?? this.#statements.newest.get([id])?.at ?? -1
    if (fact.at <= newest) this.#statements.replace.run([seq, id, fact.at])
    this.#newest.set(id, Math.max(newest, fact.at))
    this.#statements.insert.run([id, fact.at, seq, fact.value, at, numerator, denominator])
  }

  #districtOf(feed: string): string | undefined {
    const district = this.#feeds.districtOf(feed)
    if (!this.#feeds.registered.has(feed)) this.#assumed.set(feed, district)
    return district
  }

  #makeId(series: SeriesName): number {
    const known = this.#idOf(series)
    if (known !== undefined) return known
    const { district, kind, name, member = '' } = series
    this.#statements.addSeries.run([district, kind, name, member])
    return this.#makeId(series)
  }

  #idOf({ district, kind, name, member = '' }: SeriesName): number | undefined {
    const key = JSON.stringify([district, kind, name, member])
    const known = this.#ids.get(key) ?? this.#statements.seriesId.get([district, kind, name, member])?.id
    if (known !== undefined) this.#ids.set(key, known)
    return known
  }
}

function progressIn(database: Database): Progress | undefined {
  const row = database.statement<{ value: string }>("SELECT value FROM meta WHERE key = 'progress'").get([])
  // as: written by #keepProgress, and its format is looked at before anything else
  return row === undefined ? undefined : (JSON.parse(row.value) as Progress)
}

/** Numbers that SQLite wrote one after the other. */
const numbersIn = (text: string | null): readonly number[] => (text === null ? [] : text.split(',').map(Number))

function pointOf(ends: string | null, lastOne: string | null): CurvePoint | undefined {
  const [min, max] = numbersIn(ends)
  const [at, last] = numbersIn(lastOne)
  return min === undefined || max === undefined || at === undefined || last === undefined ? undefined : { at, min, max, last }
}
