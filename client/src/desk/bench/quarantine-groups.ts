import type { Quarantine } from '../../../../contract/bench.ts'
import type { RejectionCause } from '../../../../contract/rejection.ts'

/** The quarantine of one feed. Pure. */
export interface QuarantineGroup {
  readonly feed: string
  readonly causes: readonly RejectionCause[]
  /** kept messages, and how many of them can be sent through again */
  readonly count: number
  readonly replayable: number
  /** were kept once, and had to make room */
  readonly evicted: number
}

/** By feed, the one with the newest refusal first; within a feed the newest cause first. */
export function quarantineGroups({ causes, evicted }: Quarantine, only: string | undefined): readonly QuarantineGroup[] {
  const feeds = new Set([...causes.map(({ feed }) => feed), ...evicted.filter((one) => one.evicted > 0).map(({ feed }) => feed)])
  const newest = ({ causes: [first] }: QuarantineGroup): number => first?.lastAt ?? 0
  return [...feeds]
    .filter((feed) => only === undefined || feed === only)
    .map((feed): QuarantineGroup => {
      const own = causes.filter((cause) => cause.feed === feed).toSorted((a, b) => b.lastAt - a.lastAt)
      return {
        feed,
        causes: own,
        count: own.reduce((sum, { count }) => sum + count, 0),
        replayable: own.reduce((sum, { replayable }) => sum + replayable, 0),
        evicted: evicted.filter((one) => one.feed === feed).reduce((sum, one) => sum + one.evicted, 0),
      }
    })
    .sort((a, b) => newest(b) - newest(a) || (a.feed < b.feed ? -1 : 1))
}
