import type {
  FeedFile,
  FeedProblem,
  FeedStatus,
  Sample,
  SampleAnswer,
  SaveAnswer,
  SaveRequest,
  TailLine,
  TryAnswer,
  TryRequest,
} from '../contract/bench.ts'
import type { FeedDefinition } from '../contract/feed.ts'

import { FileTakenError } from './configuration/feed-files.ts'
import type { FeedFiles } from './configuration/feed-files.ts'
import { parseFeed } from './configuration/feed-file.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import type { LiveFeeds } from './ingest/live-feeds.ts'
import { checkFeed, openFeed } from './ingest/open-feed.ts'
import { rehearse } from './ingest/rehearsal.ts'
import type { RehearsalRooms } from './ingest/rehearsal.ts'
import { fetchSample } from './ingest/sample.ts'
import type { RunnerRooms } from './ingest/runner.ts'

export interface FeedBenchRooms {
  readonly files: FeedFiles
  readonly live: LiveFeeds
  readonly registry: Registry
  readonly clock: Clock
  readonly last: RehearsalRooms['last']
  readonly orders?: RehearsalRooms['orders']
  readonly runner: RunnerRooms
  /** tells the rest of the server that these feeds run from now on: tokens, watches, the log's own `feed` facts */
  readonly changed: (feeds: readonly FeedDefinition[]) => Promise<void>
  readonly log: RunnerRooms['log']
}

/** 接入台: what the integrator does to feeds while everything else goes on. */
export class FeedBench {
  readonly #rooms: FeedBenchRooms
  /** one change at a time: two saves of one file would take the same version number */
  #changing: Promise<unknown> = Promise.resolve()

  constructor(rooms: FeedBenchRooms) {
    this.#rooms = rooms
  }

  get folder(): string {
    return this.#rooms.files.folder
  }

  list(): readonly FeedStatus[] {
    const { live, files } = this.#rooms
    return live.statuses((id) => files.newestVersion(id))
  }

  file(id: string): FeedFile | undefined {
    return this.#rooms.files.read(id)
  }

  version(id: string, version: number): string | undefined {
    return this.#rooms.files.readVersion(id, version)
  }

  tail(id: string, after: number): readonly TailLine[] | undefined {
    return this.#rooms.live.tail(id, after)
  }

  async try({ yaml, sample }: TryRequest): Promise<TryAnswer> {
    const parsed = this.#parse(yaml)
    if ('problems' in parsed) return { problems: parsed.problems, messages: [], count: 0, factCount: 0, refusalCount: 0 }
    const { registry, last, orders, clock, runner } = this.#rooms
    return await rehearse(parsed.definition, sample, { registry, last, orders, now: clock.now(), privacy: runner.privacy })
  }

  /** Connects as the feed would and takes one message, unacknowledged; of a feed that is sent to us, or holds its port itself, the last one heard. */
  async sample(yaml: string): Promise<SampleAnswer> {
    const parsed = this.#parse(yaml)
    if ('problems' in parsed) return { problems: parsed.problems }
    const opened = openFeed(parsed.definition)
    if (!opened.ok) return { problems: opened.error }
    const heard = this.#lastHeard(parsed.definition.id)
    if (opened.value.link === undefined || heard !== undefined)
      return heard === undefined ? { problems: [], reason: 'nothing has been sent to this feed yet' } : { problems: [], sample: heard }
    return await fetchSample(opened.value, this.#rooms.runner)
  }

  save({ yaml, basedOn }: SaveRequest): Promise<SaveAnswer | 'conflict'> {
    return this.#alone(async () => {
      const parsed = this.#parse(yaml)
      if ('problems' in parsed) return { id: '', version: undefined, problems: parsed.problems }
      const { id } = parsed.definition
      const { files } = this.#rooms
      if (basedOn !== null && basedOn.feed !== id) return { id, version: undefined, problems: [renamed(id, basedOn.feed)] }
      if (files.read(id)?.version !== basedOn?.version) return 'conflict'
      const saved = this.#write(id, yaml)
      if ('problem' in saved) return { id, version: undefined, problems: [saved] }
      await this.#take([parsed.definition])
      return { id, version: saved.version, problems: [] }
    })
  }

  async rollBack(id: string, version: number): Promise<SaveAnswer | 'conflict' | undefined> {
    const yaml = this.version(id, version)
    const present = this.file(id)
    if (yaml === undefined) return undefined
    return await this.save({ yaml, basedOn: present === undefined ? null : { feed: id, version: present.version } })
  }

  /** @returns false when there is no such feed */
  remove(id: string): Promise<boolean> {
    return this.#alone(async () => {
      const { files, live } = this.#rooms
      if (live.definition(id) === undefined) return false
      files.remove(id)
      await live.stop(id)
      await this.#rooms.changed(this.#running())
      return true
    })
  }

  /** Takes up what was changed in the folder by an editor or by git. A file with mistakes changes nothing: its feed goes on as it was. */
  reload(): Promise<void> {
    return this.#alone(async () => {
      const { files, live, log } = this.#rooms
      const found = files.readAll()
      const changed: FeedDefinition[] = []
      const named = new Set(found.map(({ id }) => id))
      // a file that cannot be read says no id: nothing is taken away while there is one
      const staying = this.#running().filter(({ id }) => named.has(undefined) || named.has(id))
      for (const { file, yaml, sameIdAs } of found) {
        const parsed =
          sameIdAs === undefined ? this.#parse(yaml, staying) : { problems: [{ path: 'id', problem: `${sameIdAs} has this id: ids are used once` }] }
        if ('problems' in parsed) log('warn', 'a feed file has mistakes and is not taken up', { file, problems: wordsOf(parsed.problems) })
        else if (!isSame(parsed.definition, live.definition(parsed.definition.id))) changed.push(parsed.definition)
      }
      if (!named.has(undefined)) for (const id of live.ids) if (!named.has(id)) await live.stop(id)
      await this.#take(changed)
    })
  }

  #write(id: string, yaml: string): { readonly version: number } | FeedProblem {
    try {
      return { version: this.#rooms.files.save(id, yaml) }
    } catch (error) {
      if (error instanceof FileTakenError) return { path: 'id', problem: error.message }
      const reason = error instanceof Error ? error.message : String(error)
      return { path: '', problem: `the file cannot be written: ${reason}; let the server write in ${this.folder} and in its data folder` }
    }
  }

  async #take(definitions: readonly FeedDefinition[]): Promise<void> {
    const { live, changed } = this.#rooms
    const ids = new Set(definitions.map(({ id }) => id))
    // the log must know a feed before its first fact
    await changed([...this.#running().filter(({ id }) => !ids.has(id)), ...definitions])
    for (const definition of definitions) await live.start(definition)
  }

  #running(): readonly FeedDefinition[] {
    const { live } = this.#rooms
    return live.ids.flatMap((id) => live.definition(id) ?? [])
  }

  #lastHeard(id: string): Sample | undefined {
    const pipeline = this.#rooms.live.pipeline(id)
    const heard = pipeline?.recent.latest()
    const codec = pipeline?.feed.codec
    // a row of a table, or of a sheet, is no text that its codec could read
    if (heard === undefined || (codec !== undefined && !codec.isBinary && !readsOneMessage.has(codec.name))) return undefined
    return { body: heard.text, encoding: codec?.isBinary === true ? 'hex' : 'text', origin: heard.origin }
  }

  /** @param others that run beside it: feeds come and go while the rest of the configuration stays */
  #parse(yaml: string, others = this.#running()): { readonly definition: FeedDefinition } | { readonly problems: readonly FeedProblem[] } {
    const feeds = new Map(others.map((feed) => [feed.id, feed]))
    const parsed = parseFeed(yaml, { ...this.#rooms.registry, feeds }, checkFeed)
    return parsed.ok ? { definition: parsed.value } : { problems: parsed.error }
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changing.then(work)
    this.#changing = done.catch(() => undefined)
    return done
  }
}

/** An id is the name of a log's facts: another id is another feed, and might be one there is. */
const renamed = (id: string, feed: string): FeedProblem => ({
  path: 'id',
  problem: `found ${id} in the file of the feed ${feed}: put its id back, or save this as a new feed`,
})

const readsOneMessage: ReadonlySet<string> = new Set(['json', 'ndjson'])
const isSame = (one: FeedDefinition, other: FeedDefinition | undefined): boolean => JSON.stringify(one) === JSON.stringify(other)
const wordsOf = (problems: readonly FeedProblem[]): string =>
  problems.map(({ path, problem, line }) => `${line === undefined ? '' : `line ${String(line)}: `}${path}: ${problem}`).join('; ')
