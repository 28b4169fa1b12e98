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

/** The highest of the values at a path and the one there was: numbers by size, anything else by its characters, as ISO times sort. */
export function highestAt(answer: unknown, path: string, before: string | undefined): string | undefined {
  const found = valuesAt(answer, path).filter((value) => typeof value === 'string' || typeof value === 'number')
  return [...found.map(String), ...(before === undefined ? [] : [before])].reduce<string | undefined>(
    (highest, value) => (highest === undefined || isHigher(value, highest) ? value : highest),
    undefined,
  )
}

function isHigher(value: string, than: string): boolean {
  const isNumbers = isNumber(value) && isNumber(than)
  return isNumbers ? Number(value) > Number(than) : value > than
}

function isNumber(text: string): boolean {
  return /^-?\d+(?:\.\d+)?$/.test(text)
}
