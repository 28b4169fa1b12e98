/**
 * Chance that can be repeated: the simulated city is a pure function of a seed and of time, so that a second start says the same again.
 */

/** Draws in [0, 1), the same sequence for the same seed and keys. Source: FNV-1a over the keys, then mulberry32. */
export function dice(seed: number, ...keys: readonly (string | number)[]): () => number {
  let state = hash(`${String(seed)}:${keys.join(':')}`)
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

function hash(text: string): number {
  let value = 0x811c9dc5
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193)
  return value >>> 0
}

/** One of the list, each as likely as its weight; the list must not be empty. */
export function pickWeighted<T>(list: readonly T[], weightOf: (item: T) => number, roll: () => number): T {
  const total = list.reduce((sum, item) => sum + weightOf(item), 0)
  let left = roll() * total
  for (const item of list) {
    left -= weightOf(item)
    if (left < 0) return item
  }
  return lastOf(list)
}

/** One of the list, each as likely as another; the list must not be empty. */
export function pick<T>(list: readonly T[], roll: () => number): T {
  const found = list[Math.floor(roll() * list.length)]
  return found ?? lastOf(list)
}

function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1)
  if (last === undefined) throw new Error('nothing to pick from: the list is empty')
  return last
}

/** Evenly between two numbers. */
export const between = (low: number, high: number, roll: () => number): number => low + (high - low) * roll()
