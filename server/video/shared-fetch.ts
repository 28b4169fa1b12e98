import type { Instant } from '../../contract/time.ts'

interface Kept {
  readonly work: Promise<unknown>
  /** undefined while it is under way */
  doneAt: Instant | undefined
  keepMs: number
  bytes: number
}

/**
 * Answers shared by all who ask for the same: one is fetched however many ask at once, whoever of them goes away, and it answers for `keepMs`,
 * or for as long as it says itself, after it has come. The oldest leave when all together are over `mostBytes`. Failures are not kept.
 */
export class SharedFetch<T extends { readonly size: number; readonly keepMs?: number }> {
  /** those that have come in the order in which they came; those under way anywhere between */
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
    if (known !== undefined && isGood(known, this.#now())) {
      // one key is only ever asked with the same fetch
      return known.work as Promise<T>
    }
    if (known !== undefined) this.#drop(key, known)
    const work = fetch()
    const kept: Kept = { work, doneAt: undefined, keepMs: this.#keepMs, bytes: 0 }
    this.#kept.set(key, kept)
    work.then(
      (come) => this.#come(key, kept, come),
      () => this.#drop(key, kept),
    )
    return work
  }

  /** What is kept under keys that begin so answers nobody any more. */
  forget(prefix: string): void {
    for (const [key, kept] of this.#kept) if (key.startsWith(prefix)) this.#drop(key, kept)
  }

  clear(): void {
    this.#kept.clear()
    this.#bytes = 0
  }

  #come(key: string, kept: Kept, { size, keepMs }: T): void {
    if (this.#kept.get(key) !== kept) return
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    kept.doneAt = this.#now()
    kept.keepMs = keepMs ?? kept.keepMs
    kept.bytes = size
    this.#bytes += size
    for (const [oldest, entry] of this.#kept) {
      if (this.#bytes <= this.#mostBytes) return
      if (entry.doneAt !== undefined) this.#drop(oldest, entry)
    }
  }

  #dropOld(): void {
    const now = this.#now()
    for (const [key, kept] of this.#kept) {
      if (kept.doneAt === undefined) continue
      // in the order they came: the first good one ends the search, those after it have their turn later
      if (isGood(kept, now)) return
      this.#drop(key, kept)
    }
  }

  #drop(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return
    this.#kept.delete(key)
    this.#bytes -= kept.bytes
  }
}

/** One that came in the future is from before the clock was set back. */
const isGood = ({ doneAt, keepMs }: Kept, now: Instant): boolean => doneAt === undefined || (doneAt > now - keepMs && doneAt <= now)
