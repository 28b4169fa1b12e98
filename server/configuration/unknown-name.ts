/** Says that a name means nothing, and which names there are. */
export function unknownName(what: string, name: string, known: Iterable<string>): string {
  const names = [...known]
  return `no ${what} is called ${JSON.stringify(name)}; ${names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`}`
}

/** The same of names too many to be listed: the nearest, where one is near, and the place where all stand. */
export function unknownOfMany(what: string, name: string, { known, place }: { known: Iterable<string>; place: string }): string {
  const nearest = nearestName(name, known)
  const cure = nearest === undefined ? `they stand in ${place}` : `the nearest in ${place} is ${JSON.stringify(nearest)}`
  return `no ${what} is called ${JSON.stringify(name)}; ${cure}`
}

/** The name with the fewest changes of a character; undefined when more than half of it would change. */
function nearestName(name: string, known: Iterable<string>): string | undefined {
  let nearest: string | undefined
  let fewest = Math.max(1, Math.floor(name.length / 2))
  for (const candidate of known) {
    const changes = changesBetween(name, candidate)
    if (changes > fewest || (changes === fewest && nearest !== undefined)) continue
    nearest = candidate
    fewest = changes
  }
  return nearest
}

/** Characters to put in, take out or replace until one is the other (Levenshtein). */
export function changesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (const [line, character] of Array.from(one).entries()) {
    const next = [line + 1]
    for (const [column, rival] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (character === rival ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row[other.length] ?? one.length
}
