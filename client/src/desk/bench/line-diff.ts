/** Two texts compared line by line. Pure. */

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** number in the old and in the new text, from 1; undefined where the line is not in it */
  readonly before: number | undefined
  readonly after: number | undefined
}

/** Beyond this many pairs of lines the middle is told as replaced whole: a table of them would take too much memory. */
const mostPairs = 4_000_000

/** The fewest removed and added lines that make `after` of `before` (longest common subsequence), in the order they are read. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [old, fresh] = [linesOf(before), linesOf(after)]
  let head = 0
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head += 1
  let tail = 0
  while (tail < old.length - head && tail < fresh.length - head && old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]) tail += 1
  const same = (from: number, count: number, shift: number): DiffLine[] =>
    old.slice(from, from + count).map((text, i) => ({ kind: 'same', text, before: from + i + 1, after: from + i + 1 + shift }))
  return [
    ...same(0, head, 0),
    ...diffMiddle(old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail), head),
    ...same(old.length - tail, tail, fresh.length - old.length),
  ]
}

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/))

function diffMiddle(old: readonly string[], fresh: readonly string[], offset: number): readonly DiffLine[] {
  const step = stepper(old, fresh)
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < fresh.length) {
    const kind = step(i, j)
    const text = (kind === 'added' ? fresh[j] : old[i]) ?? ''
    if (kind !== 'added') i += 1
    if (kind !== 'removed') j += 1
    lines.push({ kind, text, before: kind === 'added' ? undefined : offset + i, after: kind === 'removed' ? undefined : offset + j })
  }
  return lines
}

/** What comes next at line i of the old and line j of the new text, so that most lines stay. */
function stepper(old: readonly string[], fresh: readonly string[]): (i: number, j: number) => DiffLine['kind'] {
  const common = lengths(old, fresh)
  if (common === undefined) return (i) => (i < old.length ? 'removed' : 'added')
  const at = (i: number, j: number): number => common[i * (fresh.length + 1) + j] ?? 0
  return (i, j) => {
    if (i === old.length) return 'added'
    if (j === fresh.length) return 'removed'
    if (old[i] === fresh[j]) return 'same'
    return at(i + 1, j) >= at(i, j + 1) ? 'removed' : 'added'
  }
}

/** Length of the longest common subsequence of what follows line i of the old and line j of the new; undefined when there are too many. */
function lengths(old: readonly string[], fresh: readonly string[]): Uint32Array | undefined {
  if (old.length * fresh.length > mostPairs) return undefined
  const width = fresh.length + 1
  const table = new Uint32Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--) {
      const longest = Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0)
      table[i * width + j] = old[i] === fresh[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : longest
    }
  return table
}

/** A run of lines worth reading: changes with `context` unchanged lines around them; what lies between is left out. */
export function diffHunks(lines: readonly DiffLine[], context = 3): readonly (readonly DiffLine[])[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - context), index + context + 1).some(({ kind }) => kind !== 'same'))
  const hunks: DiffLine[][] = []
  lines.forEach((line, index) => {
    if (near[index] !== true) return
    if (near[index - 1] !== true) hunks.push([])
    hunks.at(-1)?.push(line)
  })
  return hunks
}
