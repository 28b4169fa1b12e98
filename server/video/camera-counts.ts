import type { InputFact } from '../../contract/fact.ts'
import type { VideoDomain } from '../../contract/video-fact.ts'
import type { InputDefinition } from '../../contract/indicator.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import { isShowing } from '../../contract/video.ts'
import type { Clock } from '../core/clock.ts'

type Counted = Pick<VideoSource, 'domain' | 'unit' | 'state' | 'probe'>
type CameraQuery = NonNullable<InputDefinition['cameras']>

/** Cameras by unit, and all together under `undefined`; those that no unit looks after count for the district only. */
export function countCameras(sources: Iterable<Counted>, { count, domains }: CameraQuery): ReadonlyMap<string | undefined, number> {
  const counts = new Map<string | undefined, number>([[undefined, 0]])
  const isAsked = (domain: VideoDomain): boolean => domains === undefined || domains.includes(domain)
  for (const source of sources) {
    if (!isAsked(source.domain)) continue
    const one = count === 'all' || isShowing(source) ? 1 : 0
    // a unit all of whose cameras are dark has 0 of them, and not none
    for (const of of new Set([undefined, source.unit])) counts.set(of, (counts.get(of) ?? 0) + one)
  }
  return counts
}

export interface CameraCountOptions {
  readonly clock: Clock
  readonly inputs: Iterable<Pick<InputDefinition, 'id' | 'by' | 'cameras'>>
  /** all cameras of the district */
  readonly sources: () => readonly Counted[]
  /** makes facts durable; when it fails they are told again a minute later */
  readonly record: (facts: readonly InputFact[]) => Promise<unknown>
}

/** Tells the inputs that are counted from cameras: each minute what has changed, and all once an hour, so that none goes stale. */
export function startCameraCounts({ clock, inputs, sources, record }: CameraCountOptions): { close(): void } {
  const asked = [...inputs].flatMap(({ id, by, cameras }) => (cameras === undefined ? [] : [{ id, by, cameras }]))
  const told = new Map<string, { readonly value: number; readonly at: Instant }>()
  const isNews = (series: string, value: number, now: Instant): boolean => {
    const known = told.get(series)
    return known?.value !== value || now - known.at >= hourMs || now < known.at
  }
  const tell = async (): Promise<void> => {
    const now = clock.now()
    const present = sources()
    // a district that has never had a camera has no count of them
    if (present.length === 0 && told.size === 0) return
    const facts = asked.flatMap(({ id, by, cameras }) =>
      [...countCameras(present, cameras)]
        .filter(([of]) => (of === undefined) === (by === 'district'))
        .map(([of, value]): InputFact => ({ kind: 'input', input: id, ...(of === undefined ? {} : { of }), at: now, value })),
    )
    const news = facts.filter(({ input, of = '', value }) => isNews(`${input}/${of}`, value, now))
    if (news.length === 0) return
    await record(news)
    for (const { input, of = '', value } of news) told.set(`${input}/${of}`, { value, at: now })
  }
  const stop = clock.every(minuteMs, () => {
    tell().catch(() => {
      // the log, not the cameras: the recorder speaks for itself
    })
  })
  return { close: stop }
}
