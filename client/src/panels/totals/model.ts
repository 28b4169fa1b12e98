import type { WorkOrderTotals } from '../../../../contract/topic.ts'

/** 工单合计: one dimension as rows, most first; what does not fit is counted, never dropped. Pure. */
export interface TotalRow {
  /** the dimension's value; '' where the upstream said none */
  readonly key: string
  readonly count: number
  /** of the largest row, 0-1 */
  readonly share: number
}

export interface TotalColumn {
  readonly rows: readonly TotalRow[]
  readonly others: { readonly kinds: number; readonly count: number } | undefined
}

/** @param room rows there is room for, the row for all others included */
export function totalColumn(totals: WorkOrderTotals | undefined, room: number): TotalColumn {
  const sorted = Object.entries(totals?.counts ?? {})
    .filter(([, count]) => count > 0)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
  const most = Math.max(1, sorted[0]?.[1] ?? 1)
  const shown = sorted.length <= room ? sorted : sorted.slice(0, Math.max(0, room - 1))
  const rest = sorted.slice(shown.length)
  return {
    rows: shown.map(([key, count]) => ({ key, count, share: count / most })),
    others: rest.length === 0 ? undefined : { kinds: rest.length, count: rest.reduce((sum, [, count]) => sum + count, 0) },
  }
}
