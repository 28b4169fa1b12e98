import type { Instant } from '../../../../contract/time.ts'
import { secondMs } from '../../../../contract/time.ts'
import { markersOf } from './names.ts'
import type { FileOptions } from './options.ts'
import type { Entry } from './place.ts'

/** Tells whole files from half-written ones, by looking at a folder again and again. */
export class Completeness {
  readonly #options: Pick<FileOptions, 'complete' | 'stableSeconds'>
  #seen = new Map<string, { readonly version: string; readonly since: Instant }>()
  #entries = new Map<string, Entry>()
  #now: Instant = 0

  constructor(options: Pick<FileOptions, 'complete' | 'stableSeconds'>) {
    this.#options = options
  }

  /** Takes note of how the folder looks now. */
  look(entries: readonly Entry[], now: Instant): void {
    this.#now = now
    this.#entries = new Map(entries.map((entry) => [entry.name, entry]))
    if (this.#options.complete !== 'stable') return
    const before = this.#seen
    this.#seen = new Map(
      entries.map(({ name, version }) => {
        const seen = before.get(name)
        return [name, seen?.version === version ? seen : { version, since: now }]
      }),
    )
  }

  isComplete(entry: Entry): boolean {
    if (this.#options.complete === 'rename') return true
    if (this.#options.complete === 'marker') return this.markerOf(entry) !== undefined
    const seen = this.#seen.get(entry.name)
    return seen !== undefined && this.#now - seen.since >= this.#options.stableSeconds * secondMs
  }

  /** The marker that stands for this content; one older than the file stood for what was there before. */
  markerOf(entry: Entry): Entry | undefined {
    if (this.#options.complete !== 'marker') return undefined
    const markers = markersOf(entry.name).map((name) => this.#entries.get(name))
    return markers.find((marker) => marker !== undefined && marker.modifiedAt >= entry.modifiedAt)
  }

  /** It changed while it was read: its time begins anew. */
  changed(name: string): void {
    this.#seen.delete(name)
  }
}
