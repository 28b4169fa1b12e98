/** A generation holds this many texts; there are two. */
export const generationSize = 100_000

/**
 * Remembers the facts last recorded, by feed and exact text: at least the last 100,000 and at most the last 200,000 over all feeds.
 * Two generations, so that forgetting is one assignment and costs nothing per fact.
 */
export class SeenWindow {
  #young = new Map<string, Set<string>>()
  #old = new Map<string, Set<string>>()
  #size = 0

  has(feed: string, text: string): boolean {
    return this.#young.get(feed)?.has(text) === true || this.#old.get(feed)?.has(text) === true
  }

  add(feed: string, text: string): void {
    if (this.#size >= generationSize) {
      this.#old = this.#young
      this.#young = new Map()
      this.#size = 0
    }
    const texts = this.#young.get(feed)
    if (texts === undefined) this.#young.set(feed, new Set([text]))
    else texts.add(text)
    this.#size += 1
  }
}
