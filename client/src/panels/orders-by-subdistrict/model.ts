import type { SubdistrictSummary } from '../../../../contract/topic.ts'

/** 今日按乡镇: most received first. Pure. */
export interface SubdistrictLine {
  readonly id: string
  readonly received: number
  /** shares 0-1 of one common scale from nought */
  readonly bar: number
  readonly usual: number | undefined
  readonly topType: string | undefined
  readonly topTypeCount: number
}

/** @param rows how many there is room for */
export function subdistrictLines(summaries: Iterable<SubdistrictSummary>, rows: number): readonly SubdistrictLine[] {
  const shown = [...summaries]
    .filter(({ receivedToday }) => receivedToday > 0)
    .sort((a, b) => b.receivedToday - a.receivedToday || b.open - a.open || (a.id < b.id ? -1 : 1))
    .slice(0, Math.max(0, rows))
  const most = Math.max(1, ...shown.map(({ receivedToday, usualByNow }) => Math.max(receivedToday, usualByNow ?? 0)))
  return shown.map(({ id, receivedToday, usualByNow, topType, topTypeCount }) => ({
    id,
    received: receivedToday,
    bar: receivedToday / most,
    usual: usualByNow === undefined ? undefined : usualByNow / most,
    topType,
    topTypeCount,
  }))
}
