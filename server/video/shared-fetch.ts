import type { Instant } from '../../contract/time.ts'

interface Kept {
  readonly work: Promise<{ readonly body: Buffer }>
  bytes: number
  readonly at: Instant
}

/**
 * Answers shared by all who ask for the same within `keepMs`: one is fetched however many ask at once, and the oldest leave when all
 * together are over `mostBytes`. Failures are not kept.
 */
export class SharedFetch<T extends { readonly body: Buffer }> {
  readonly #kept = new Map<string, Kept>()
  readonly #keepMs: number
  readonly #mostBytes: number
  readonly #now: () => Instant
  #bytes = 0

  constructor(options: { readonly keepMs: number; readonly mostBytes: number; readonly now: () => Instant }) {
    this.#keepMs = options.keepMs
    this.#mostBytes = options.mostBytes
    this.#now = options.now
  }

  /** bytes held now */
  get bytes(): number {
    return this.#bytes
  }

  get(key: string, fetch: () => Promise<T>): Promise<T> {
    this.#dropOld()
    const known = this.#kept.get(key)
    // one key is only ever asked with the same fetch
    if (known !== undefined) return known.work as Promise<T>
    const work = fetch()
    const kept: Kept = { work, bytes: 0, at: this.#now() }
    this.#kept.set(key, kept)
    work.then(
      ({ body }) => this.#count(key, kept, body.length),
      () => this.#drop(key, kept),
    )
    return work
  }

  clear(): void {
    this.#kept.clear()
    this.#bytes = 0
  }

  #count(key: string, kept: Kept, bytes: number): void {
    if (this.#kept.get(key) !== kept) return
    kept.bytes = bytes
    this.#bytes += bytes
    for (const [oldest, entry] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return
      this.#drop(oldest, entry)
    }
  }

  #dropOld(): void {
    const now = this.#now()
    for (const [key, kept] of this.#kept) {
      // in the order they were asked for: the first young one ends the old; one of the future is from before the clock was set back
      if (kept.at > now - this.#keepMs && kept.at <= now) return
      this.#drop(key, kept)
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return
    this.#kept.delete(key)
    this.#bytes -= kept.bytes
  }
}
