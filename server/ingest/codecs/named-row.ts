/** Names of columns, and rows as objects by them: for CSV and for sheets. */

/** A header of more is none. */
export const mostColumns = 2_000

/** `__proto__` as a key would change the object instead of being in it. */
const taken: ReadonlySet<string> = new Set(['__proto__'])

/**
 * Names of columns as a mapping calls them: trimmed, each once. A column without a name is called `column 3`, a second of the same name
 * `名称 (2)`.
 */
export function columnNames(given: readonly string[]): readonly string[] {
  const used = new Set<string>()
  return given.map((text, index) => {
    // what cannot be seen would make two names of one
    const name = text
      .replace(/\p{Cf}+/gu, '')
      .replace(/\s+/gu, ' ')
      .trim()
    const base = name === '' || taken.has(name) ? `column ${String(index + 1)}` : name
    const unique = used.has(base) ? nextFree(base, used) : base
    used.add(unique)
    return unique
  })
}

function nextFree(base: string, used: ReadonlySet<string>): string {
  let number = 2
  while (used.has(`${base} (${String(number)})`)) number += 1
  return `${base} (${String(number)})`
}

/** Names of columns that have none: c1, c2, c3. */
export const numberedColumns = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `c${String(index + 1)}`)

/** Cells of any kind by their columns' names; what means nothing is left out. undefined when nothing is left: an empty row. */
export function namedRow<Value>(
  names: readonly string[],
  cells: readonly Value[],
  meansNothing: (cell: Value) => boolean,
): Record<string, Value> | undefined {
  const row: Record<string, Value> = {}
  let isEmpty = true
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index]
    const cell = cells[index]
    if (name === undefined || cell === undefined || meansNothing(cell)) continue
    row[name] = cell
    isEmpty = false
  }
  return isEmpty ? undefined : row
}

/** Texts that upstreams write where they have nothing to say. */
export const usualNulls: readonly string[] = ['', '-', '--', '—', '——', 'NULL', 'null', '/']
