/**
 * What stands at a path of an answer: `data.next`, `data.list[].updatedAt` (every element), `` (all of it).
 * @returns every value found, in order; none where the path leads nowhere
 */
export function valuesAt(answer: unknown, path: string): readonly unknown[] {
  const steps = path.split('.').filter((step) => step !== '')
  return steps.reduce<readonly unknown[]>((values, step) => values.flatMap((value) => stepInto(value, step)), [answer])
}

function stepInto(value: unknown, step: string): readonly unknown[] {
  const isEach = step.endsWith('[]')
  const key = isEach ? step.slice(0, -2) : step
  const inner = key === '' ? value : property(value, key)
  if (inner === undefined) return []
  if (!isEach) return [inner]
  return Array.isArray(inner) ? (inner as readonly unknown[]) : []
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined
}

/** A text or number at a path, as text; undefined when there is none, or it is empty. */
export function textAt(answer: unknown, path: string): string | undefined {
  const [value] = valuesAt(answer, path)
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Every text and number at a path, as text. */
export function textsAt(answer: unknown, path: string): readonly string[] {
  return valuesAt(answer, path)
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map(String)
}

/** The highest of some values and the one there was: numbers by size, anything else by its characters, as ISO times sort. */
export function highestOf(values: readonly string[], before: string | undefined): string | undefined {
  return values.reduce((highest, value) => (highest === undefined || isHigher(value, highest) ? value : highest), before)
}

function isHigher(value: string, than: string): boolean {
  const isNumbers = isNumber(value) && isNumber(than)
  return isNumbers ? Number(value) > Number(than) : value > than
}

function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text)
}
