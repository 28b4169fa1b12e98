import { createHash } from 'node:crypto'
import type { Instant } from '../../../../contract/time.ts'
import type { Ledger, LedgerNote } from '../../transport.ts'
import type { Entry } from './place.ts'

/** 批次台账: which files were taken, by what is in them; and which were refused before they were read, by their names. */

const takenPrefix = 'file/'
const unreadPrefix = 'unread/'

type Why = 'taken' | 'refused' | 'denied'

interface Note {
  readonly name: string
  readonly version: string
  readonly at: Instant
  readonly why: Why
}

export const contentHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

export class Batches {
  readonly #ledger: Ledger
  /** of the names that lie in the folder: a file seen before is known without being read */
  #byName: Map<string, Note> | undefined

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** Takes note of which names lie in the folder. */
  look(entries: readonly Entry[]): void {
    const names = new Set(entries.map(({ name }) => name))
    if (this.#byName === undefined) this.#byName = this.#recall(names)
    else for (const name of this.#byName.keys()) if (!names.has(name)) this.#byName.delete(name)
  }

  /** What became of exactly this file, undefined while it has not been dealt with. */
  knownAs(entry: Entry): Why | undefined {
    const note = this.#byName?.get(entry.name)
    return note?.version === entry.version ? note.why : undefined
  }

  hasTaken(hash: string): boolean {
    return this.#ledger.get(takenPrefix + hash) !== undefined
  }

  /** The note that goes with a file's facts. */
  noteOf(entry: Entry, hash: string, at: Instant): LedgerNote {
    return { key: takenPrefix + hash, value: JSON.stringify({ name: entry.name, version: entry.version, at, why: 'taken' } satisfies Note) }
  }

  /** The note that goes with a refusal of a file that nobody read. */
  refusalOf(entry: Entry, at: Instant, why: 'refused' | 'denied'): LedgerNote {
    return { key: unreadPrefix + entry.name, value: JSON.stringify({ name: entry.name, version: entry.version, at, why } satisfies Note) }
  }

  remember(entry: Entry, at: Instant, why: Why): void {
    this.#byName?.set(entry.name, { name: entry.name, version: entry.version, at, why })
  }

  #recall(names: ReadonlySet<string>): Map<string, Note> {
    const found = new Map<string, Note>()
    for (const key of [...this.#ledger.keys(takenPrefix), ...this.#ledger.keys(unreadPrefix)]) {
      const note = parseNote(this.#ledger.get(key))
      if (note === undefined || !names.has(note.name)) continue
      if ((found.get(note.name)?.at ?? -Infinity) <= note.at) found.set(note.name, note)
    }
    return found
  }
}

function parseNote(text: string | undefined): Note | undefined {
  // written by `noteOf` and `refusalOf` above, and by nobody else
  return text === undefined ? undefined : (JSON.parse(text) as Note)
}
