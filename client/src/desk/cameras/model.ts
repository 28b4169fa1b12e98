import { probeStates, videoDomains } from '../../../../contract/video-fact.ts'
import type { ProbeState, Sensitivity, VideoDomain } from '../../../../contract/video-fact.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import { isShowing } from '../../../../contract/video.ts'

/** 摄像机 as the desk lists them: which, in which order, and how many of whose show a picture. Pure. */

/** offline: by the catalogue · unseen: online, and not looked at yet · else what the last look found */
export type Condition = 'offline' | 'unseen' | ProbeState

/** dark: whatever is not showing */
export const conditions = ['dark', 'offline', ...probeStates, 'unseen'] as const satisfies readonly ('dark' | Condition)[]

export interface CameraFilter {
  /** parts that all must be found in a camera's name, code or id, in any case */
  readonly words: string
  readonly domain: VideoDomain | undefined
  /** id of a unit; `nobody` for cameras of none */
  readonly unit: string | undefined
  readonly condition: (typeof conditions)[number] | undefined
  readonly sensitivity: Sensitivity | undefined
  readonly isKeyOnly: boolean
}

export const wholeCatalogue: CameraFilter = {
  words: '',
  domain: undefined,
  unit: undefined,
  condition: undefined,
  sensitivity: undefined,
  isKeyOnly: false,
}

/** stands for the unit of cameras that have none */
export const nobody = ''

export const conditionOf = ({ state, probe }: VideoSource): Condition => (state === 'offline' ? 'offline' : (probe?.state ?? 'unseen'))

type Cameras = ReadonlyMap<string, VideoSource>

/** Ids in order; those of before while there are no others: states change many times a second, and 20,000 ids are not sorted for that. */
export function idsInOrder(sources: Cameras, before: readonly string[] = []): readonly string[] {
  return before.length === sources.size && before.every((id) => sources.has(id)) ? before : [...sources.keys()].sort()
}

/**
 * Those that show nothing first, key points before others; then by id, so that a row stays where it is while nothing happens to it.
 * @param ids of all, in order
 */
export function listCameras(sources: Cameras, ids: readonly string[], filter: CameraFilter): readonly VideoSource[] {
  const parts = filter.words
    .toLowerCase()
    .split(/\s+/)
    .filter((part) => part !== '')
  const [keys, dark, showing]: [VideoSource[], VideoSource[], VideoSource[]] = [[], [], []]
  for (const id of ids) {
    const source = sources.get(id)
    if (source === undefined || !isAsked(source, filter) || !isNamed(source, parts)) continue
    if (isShowing(source)) showing.push(source)
    else if (source.isKey) keys.push(source)
    else dark.push(source)
  }
  return [...keys, ...dark, ...showing]
}

function isAsked(source: VideoSource, { domain, unit, condition, sensitivity, isKeyOnly }: CameraFilter): boolean {
  return (
    (domain === undefined || source.domain === domain) &&
    (unit === undefined || (source.unit ?? nobody) === unit) &&
    (sensitivity === undefined || source.sensitivity === sensitivity) &&
    (!isKeyOnly || source.isKey) &&
    (condition === undefined || (condition === 'dark' ? !isShowing(source) : conditionOf(source) === condition))
  )
}

function isNamed({ name, code = '', id }: VideoSource, parts: readonly string[]): boolean {
  if (parts.length === 0) return true
  const text = `${name}\n${code}\n${id}`.toLowerCase()
  return parts.every((part) => text.includes(part))
}

/** 在线率 of some cameras, as the indicator counts it. */
export interface Rate {
  readonly key: string
  readonly showing: number
  readonly total: number
}

/** By domain, in the plan's order; domains without a camera are left out. */
export function domainRates(sources: Iterable<VideoSource>): readonly Rate[] {
  const rates = countBy(sources, ({ domain }) => domain)
  return videoDomains.flatMap((domain) => rates.get(domain) ?? [])
}

/** By unit, those with the most dark cameras first: they are phoned first. */
export function unitRates(sources: Iterable<VideoSource>): readonly Rate[] {
  const dark = ({ showing, total }: Rate): number => total - showing
  return [...countBy(sources, ({ unit }) => unit ?? nobody).values()].sort(
    (one, other) => dark(other) - dark(one) || other.total - one.total || (one.key < other.key ? -1 : 1),
  )
}

function countBy(sources: Iterable<VideoSource>, keyOf: (source: VideoSource) => string): ReadonlyMap<string, Rate> {
  const rates = new Map<string, { key: string; showing: number; total: number }>()
  for (const source of sources) {
    const key = keyOf(source)
    const rate = rates.get(key) ?? { key, showing: 0, total: 0 }
    rates.set(key, rate)
    rate.total++
    if (isShowing(source)) rate.showing++
  }
  return rates
}

/** Rows of one height in a box that scrolls; lengths in px. */
export interface ScrolledRows {
  readonly scrollTop: number
  readonly boxPx: number
  readonly rowPx: number
  readonly count: number
}

const spareRows = 8

/** Which rows are drawn: those in sight and some around them, so that a list of 20,000 costs what one of fifty does. `to` excluded. */
export function rowsInSight({ scrollTop, boxPx, rowPx, count }: ScrolledRows): { readonly from: number; readonly to: number } {
  const to = Math.min(count, Math.ceil((scrollTop + boxPx) / rowPx) + spareRows)
  return { from: Math.max(0, Math.min(Math.floor(scrollTop / rowPx) - spareRows, to - 1)), to }
}

/** Where the box must be scrolled to, so that the whole of a row is seen. */
export function scrolledTo(index: number, { scrollTop, boxPx, rowPx }: ScrolledRows): number {
  return Math.max(0, Math.min(Math.max(scrollTop, (index + 1) * rowPx - boxPx), index * rowPx))
}

/** Which row a key leads to from row `at` (-1: none yet); undefined for keys that lead nowhere. */
export function rowAfter(key: string, at: number, { count, boxPx, rowPx }: ScrolledRows): number | undefined {
  const page = Math.max(1, Math.floor(boxPx / rowPx) - 1)
  const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -count, End: count }
  const step = steps[key]
  return step === undefined || count === 0 ? undefined : Math.max(0, Math.min(count - 1, at + step))
}
