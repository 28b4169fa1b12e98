import type { TailLine } from '../../../../contract/bench.ts'

/** Lines kept on the page. */
export const mostTailLines = 200

/** Adds what came since, oldest first; a server that began to count anew begins the list anew. */
export function joinTail(held: readonly TailLine[], come: readonly TailLine[]): readonly TailLine[] {
  if (come.length === 0) return held
  const newest = held.at(-1)?.number ?? 0
  const fresh = come.filter(({ number }) => number > newest)
  return (fresh.length === 0 ? come : [...held, ...fresh]).slice(-mostTailLines)
}
