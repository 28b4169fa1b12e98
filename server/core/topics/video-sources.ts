import type { Entry } from '../../../contract/fact.ts'
import type { VideoProbeFact, VideoSourceFact } from '../../../contract/video-fact.ts'
import type { VideoSource } from '../../../contract/video-source.ts'
import type { Fold } from '../fold.ts'
import { Published } from '../published.ts'
import { rankOf, restate, unstated } from '../statements.ts'
import type { Statement } from '../statements.ts'

const statedKeys = ['name', 'domain', 'subdistrict', 'place', 'heading', 'code', 'unit', 'sensitivity', 'isKey', 'canMove'] as const
type StatedOfSource = Pick<VideoSource, (typeof statedKeys)[number]>

interface SourceRecord {
  source: VideoSource
  /** of the statement the state comes from */
  stateRank: number
  readonly ranks: number[]
}

/** A source nobody has named goes by its id; one in no known domain is counted with 社会治理, by far the widest of the three. */
function blankRecord(id: string, at: number, feed: string): SourceRecord {
  const source: VideoSource = {
    id,
    name: id,
    domain: 'social-governance',
    state: 'offline',
    since: at,
    subdistrict: undefined,
    place: undefined,
    heading: undefined,
    code: undefined,
    unit: undefined,
    sensitivity: 'open',
    isKey: false,
    canMove: false,
    probe: undefined,
    feed,
  }
  return { source, stateRank: unstated, ranks: statedKeys.map(() => unstated) }
}

/** Which state wins does not depend on the order of arrival; `since` is when we learnt of a change, in the upstream's time. */
function evolve(record: SourceRecord, fact: VideoSourceFact, feed: string): VideoSource {
  const { source } = record
  const rank = rankOf(fact.at, fact.state === 'online' ? 1 : 0)
  const stated: Statement<StatedOfSource> = fact
  const restated = restate<StatedOfSource>(statedKeys, source, record.ranks, { fact: stated, rank })
  if (rank <= record.stateRank) return { ...source, ...restated }
  const isSame = record.stateRank !== unstated && fact.state === source.state
  record.stateRank = rank
  return { ...source, ...restated, feed, state: fact.state, since: isSame ? source.since : fact.at }
}

/** The latest look counts, by when it was made; what it did not measure is not known from an earlier one either. */
function probed(source: VideoSource, fact: VideoProbeFact): VideoSource {
  const { probe } = source
  if (probe !== undefined && fact.at <= probe.at) return source
  const { at, state, codec, kilobitsPerSecond, firstSegmentMs, clockOffsetMs } = fact
  const since = probe?.state === state ? probe.since : at
  return { ...source, probe: { at, state, codec, kilobitsPerSecond, firstSegmentMs, clockOffsetMs, since } }
}

/** 视频资源: the catalogues of all video platforms of the district, and what was found when their cameras were looked at. */
class VideoSources implements Fold {
  readonly kinds = ['video-source', 'video-probe'] as const
  readonly topics
  readonly #records = new Map<string, SourceRecord>()
  readonly #published: Published<'video-sources'>

  constructor() {
    // a look at a camera of which no catalogue has told is kept until one does
    this.#published = new Published('video-sources', (id) => {
      const record = this.#records.get(id)
      return record === undefined || record.stateRank === unstated ? undefined : record.source
    })
    this.topics = [this.#published]
  }

  advance(): void {
    // a catalogue does not depend on the time
  }

  apply({ fact, feed }: Entry): void {
    if (fact.kind === 'video-source') {
      const record = this.#recordOf(fact.id, fact.at, feed)
      record.source = evolve(record, fact, feed)
      this.#published.touch(fact.id)
    } else if (fact.kind === 'video-probe') {
      const record = this.#recordOf(fact.source, fact.at, feed)
      record.source = probed(record.source, fact)
      this.#published.touch(fact.source)
    }
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

  #recordOf(id: string, at: number, feed: string): SourceRecord {
    const known = this.#records.get(id)
    if (known !== undefined) return known
    const record = blankRecord(id, at, feed)
    this.#records.set(id, record)
    return record
  }
}

export const createVideoSources = (): Fold => new VideoSources()
