import type { Entry, VideoSourceFact } from '../../../contract/fact.ts'
import type { VideoSource } from '../../../contract/topic.ts'
import type { Fold } from '../fold.ts'
import { Published } from '../published.ts'
import { rankOf, restate, unstated } from '../statements.ts'
import type { Statement } from '../statements.ts'

const statedKeys = ['name', 'domain', 'subdistrict', 'place', 'heading'] as const
type StatedOfSource = Pick<VideoSource, (typeof statedKeys)[number]>

interface SourceRecord {
  source: VideoSource
  /** of the statement the state comes from */
  stateRank: number
  readonly ranks: number[]
}

/** A source nobody has named goes by its id; one in no known domain is counted with 社会治理, by far the widest of the three. */
function blankRecord({ id, at, state }: VideoSourceFact, feed: string): SourceRecord {
  const source = {
    id,
    name: id,
    domain: 'social-governance',
    state,
    since: at,
    subdistrict: undefined,
    place: undefined,
    heading: undefined,
    feed,
  } as const
  return { source, stateRank: unstated, ranks: statedKeys.map(() => unstated) }
}

/** Which state wins does not depend on the order of arrival; `since` is when we learnt of a change, in the upstream's time. */
function evolve(record: SourceRecord, fact: VideoSourceFact, feed: string): VideoSource {
  const { source } = record
  const rank = rankOf(fact.at, fact.state === 'online' ? 1 : 0)
  const stated: Statement<StatedOfSource> = fact
  const restated = restate<StatedOfSource>(statedKeys, source, record.ranks, { fact: stated, rank })
  if (rank <= record.stateRank) return { ...source, ...restated }
  record.stateRank = rank
  return { ...source, ...restated, feed, state: fact.state, since: fact.state === source.state ? source.since : fact.at }
}

/** 视频资源: the catalogues of all video platforms of the district. */
class VideoSources implements Fold {
  readonly kinds = ['video-source'] as const
  readonly topics
  readonly #records = new Map<string, SourceRecord>()
  readonly #published: Published<'video-sources'>

  constructor() {
    this.#published = new Published('video-sources', (id) => this.#records.get(id)?.source)
    this.topics = [this.#published]
  }

  advance(): void {
    // a catalogue does not depend on the time
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind !== 'video-source') return
    const record = this.#records.get(fact.id) ?? blankRecord(fact, feed)
    this.#records.set(fact.id, record)
    record.source = evolve(record, fact, feed)
    this.#published.touch(fact.id)
  }

  dump(): unknown {
    return [...this.#records.values()].map((record) => ({ ...record, ranks: [...record.ranks] }))
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const record of dump as SourceRecord[]) {
      this.#records.set(record.source.id, record)
      this.#published.touch(record.source.id)
    }
  }
}

export const createVideoSources = (): Fold => new VideoSources()
