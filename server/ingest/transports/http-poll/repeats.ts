import { createHash } from 'node:crypto'

/** Remembers what an upstream is bound to send at every poll, so that it is handed on once. Until the feed starts anew, and not without end. */
export interface Repeats {
  /** Whether all of these were remembered; false for none. */
  areKnown(items: readonly unknown[]): boolean
  remember(items: readonly unknown[]): void
}

const mostRemembered = 50_000

export function createRepeats(): Repeats {
  let known = new Set<string>()
  return {
    areKnown: (items) => items.length > 0 && items.every((item) => known.has(hashOf(item))),
    remember(items) {
      if (items.length === 0) return
      if (known.size + items.length > mostRemembered) known = new Set()
      for (const item of items) known.add(hashOf(item))
    },
  }
}

const hashOf = (item: unknown): string => createHash('sha256').update(JSON.stringify(item)).digest('base64').slice(0, 16)
