import type { VideoDomain } from '../../../../contract/video-fact.ts'
import { videoDomains } from '../../../../contract/video-fact.ts'
import type { PanelOptions, SavedCameras, VideoLayout } from '../../../../contract/panel.ts'
import { secondMs } from '../../../../contract/time.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'

/** 轮巡: which cameras belong together, and whose turn it is. Pure. */

/** What a group is called by: nothing, a domain, a unit's id (undefined: cameras of none), or a saved set. */
export type GroupTitle =
  | { readonly by: 'mixed' }
  | { readonly by: 'domain'; readonly domain: VideoDomain }
  | { readonly by: 'unit'; readonly unit: string | undefined }
  | { readonly by: 'saved'; readonly set: SavedCameras }

export interface Group {
  readonly title: GroupTitle
  readonly layout: VideoLayout
  readonly dwellSeconds: number
  /** cameras in their order */
  readonly members: readonly VideoSource[]
  /** of a saved set: what no catalogue knows, as it was written */
  readonly missing: readonly string[]
}

interface Rotating {
  /** that may be shown here at all */
  readonly sources: readonly VideoSource[]
  /** the whole catalogue, so that what may not be shown is not called missing */
  readonly catalogue: readonly VideoSource[]
  readonly options: Pick<PanelOptions<'video'>, 'layout' | 'dwellSeconds' | 'rotation' | 'saved'>
  /** name of the saved set that an operator has chosen */
  readonly chosen: string | undefined
}

/** The groups that take turns, in their order; one alone does not turn, though its cameras may. */
export function groupsOf({ sources, catalogue, options, chosen }: Rotating): readonly Group[] {
  const set = options.saved.find(({ name }) => name === chosen)
  if (set !== undefined) return [savedGroup(set, sources, catalogue, options)]
  // nobody asked for these: what is sensitive stays away
  const unasked = sources.filter(({ sensitivity }) => sensitivity !== 'sensitive')
  const { layout, dwellSeconds } = options
  const group = (title: GroupTitle, members: readonly VideoSource[]): Group => ({ title, layout, dwellSeconds, members, missing: [] })
  switch (options.rotation) {
    case 'mixed':
      return [group({ by: 'mixed' }, byDomainInTurn(unasked))]
    case 'domain':
      return filled(
        videoDomains.map((domain) =>
          group(
            { by: 'domain', domain },
            unasked.filter((source) => source.domain === domain),
          ),
        ),
      )
    case 'unit':
      return filled(
        unitsOf(unasked).map((unit) =>
          group(
            { by: 'unit', unit },
            unasked.filter((source) => source.unit === unit),
          ),
        ),
      )
    case 'saved':
      return options.saved.map((one) => savedGroup(one, unasked, catalogue, options))
  }
}

function savedGroup(
  set: SavedCameras,
  sources: readonly VideoSource[],
  catalogue: readonly VideoSource[],
  options: Pick<PanelOptions<'video'>, 'layout' | 'dwellSeconds'>,
): Group {
  return {
    title: { by: 'saved', set },
    layout: set.layout ?? options.layout,
    dwellSeconds: set.dwellSeconds ?? options.dwellSeconds,
    members: set.cameras.flatMap((name) => named(sources, name) ?? []),
    // before the first catalogue has come nothing is missing
    missing: catalogue.length === 0 ? [] : set.cameras.filter((name) => named(catalogue, name) === undefined),
  }
}

/** A camera by its id, else by its code: of two platforms that know the same camera, one may number it by what is the other's code. */
const named = (sources: readonly VideoSource[], name: string): VideoSource | undefined =>
  sources.find(({ id }) => id === name) ?? sources.find(({ code }) => code === name)

/** Groups of which something can be seen; all of them where nothing can be seen of any. */
function filled(groups: readonly Group[]): readonly Group[] {
  const shown = groups.filter(({ members }) => members.some(({ state }) => state === 'online'))
  return shown.length > 0 ? shown : groups.filter(({ members }) => members.length > 0)
}

function unitsOf(sources: readonly VideoSource[]): readonly (string | undefined)[] {
  const named = new Set(sources.flatMap(({ unit }) => unit ?? []))
  return [...[...named].sort(), ...(sources.some(({ unit }) => unit === undefined) ? [undefined] : [])]
}

/** One of each domain, then the next of each: whatever part is shown, no domain is forgotten. */
function byDomainInTurn(sources: readonly VideoSource[]): readonly VideoSource[] {
  const queues = videoDomains.map((wanted) => sources.filter(({ domain }) => domain === wanted))
  const longest = Math.max(...queues.map(({ length }) => length))
  return Array.from({ length: longest }, (_, index) => queues.flatMap((queue) => queue[index] ?? [])).flat()
}

export interface Turn {
  readonly group: Group
  /** of the group's cameras, from 0; grows for ever where there is one group alone */
  readonly page: number
  readonly pages: number
}

/**
 * Whose turn it is, by the clock alone, so that every wall in a room shows the same.
 * @param pagesOf how many pages a group's cameras take, at least 1
 */
export function turnAt(groups: readonly Group[], pagesOf: (group: Group) => number, now: Instant): Turn | undefined {
  const [first] = groups
  if (first === undefined) return undefined
  if (groups.length === 1) return { group: first, page: Math.floor(now / (first.dwellSeconds * secondMs)), pages: pagesOf(first) }
  const spans = groups.map((group) => ({ group, pages: pagesOf(group), dwellMs: group.dwellSeconds * secondMs }))
  const roundMs = spans.reduce((sum, { pages, dwellMs }) => sum + pages * dwellMs, 0)
  let into = now % roundMs
  for (const { group, pages, dwellMs } of spans) {
    if (into < pages * dwellMs) return { group, page: Math.floor(into / dwellMs), pages }
    into -= pages * dwellMs
  }
  return { group: first, page: 0, pages: pagesOf(first) }
}
