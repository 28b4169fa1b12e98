/** Whoever tells less of a thing than this does not make it worse by being silent. */
const fairShare = 0.1
/** What was told weighs a tenth less with every day: about the last ten days count. */
const keptPerDay = 0.9

/** 份额: how much each feed has told of one thing, the last days above all. */
export type Told = Map<string, number>

export function addTold(told: Told, feed: string): void {
  told.set(feed, (told.get(feed) ?? 0) + 1)
}

/** A day has passed. */
export function fadeTold(told: Told): void {
  for (const [feed, count] of told) told.set(feed, count * keptPerDay)
}

/** Feeds that tell a fair share of the things together, by id; all that tell any where there are so many that none does. */
export function fairTellers(things: Iterable<ReadonlyMap<string, number>>): readonly string[] {
  const sums: Told = new Map()
  let total = 0
  for (const told of things) {
    for (const [feed, count] of told) {
      sums.set(feed, (sums.get(feed) ?? 0) + count)
      total += count
    }
  }
  const fair = [...sums].filter(([, count]) => count >= total * fairShare).map(([feed]) => feed)
  return (fair.length > 0 ? fair : [...sums.keys()]).sort()
}
