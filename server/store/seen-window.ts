/** A generation holds this many facts; there are two. */
export const generationSize = 100_000

/**
 * What a fact is recognised by when its feed tells it again: the upstream's key where it has one, else every word of it.
 * @param text the fact as JSON
 */
export const identityOf = (text: string, key: string | undefined): string => (key === undefined ? text : `#${key}`)

/** The same of a fact that is there as text only. */
export function identityOfText(text: string): string {
  // few facts carry a key, and all those in the window are looked at when the server starts: only what may carry one is parsed
  if (!text.includes('"key":')) return text
  const fact: unknown = JSON.parse(text)
  const key = typeof fact === 'object' && fact !== null && 'key' in fact ? fact.key : undefined
  return identityOf(text, typeof key === 'string' ? key : undefined)
}

/**
 * Remembers the facts last recorded, by feed and identity: at least the last 100,000 and at most the last 200,000 over all feeds.
 * Two generations, so that forgetting is one assignment and costs nothing per fact.
 */
export class SeenWindow {
  #young = new Map<string, Set<string>>()
  #old = new Map<string, Set<string>>()
  #size = 0

  has(feed: string, identity: string): boolean {
    return this.#young.get(feed)?.has(identity) === true || this.#old.get(feed)?.has(identity) === true
  }

  add(feed: string, identity: string): void {
    if (this.#size >= generationSize) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    const identities = this.#young.get(feed)
    if (identities === undefined) this.#young.set(feed, new Set([identity]))
    else identities.add(identity)
    this.#size += 1
  }
}
