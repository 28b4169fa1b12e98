import { createHash } from 'node:crypto'
import type { FeedDefinition } from '../../../../contract/feed.ts'
import type { Instant } from '../../../../contract/time.ts'
import type { Ledger, LedgerNote } from '../../transport.ts'
import type { Entry } from './place.ts'

/**
 * 批次台账: what became of files, by what is in them; and which were refused before they were read, by their names. What is refused as a whole
 * is refused by what the feed says: when that is mended, the same file is a new one.
 */

const takenPrefix = 'file/'
const unreadPrefix = 'unread/'

type Why = 'taken' | 'refused' | 'denied'

interface Note {
  readonly name: string
  readonly version: string
  readonly at: Instant
  readonly why: Why
  /** of a refusal: by which rules, as `rulesOf` tells them apart; absent in a note of an earlier version */
  readonly rules?: string
}

type Fate = Exclude<Why, 'denied'>

export const contentHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

export class Batches {
  readonly #ledger: Ledger
  readonly #rules: string
  /** of the names that lie in the folder: a file seen before is known without being read */
  #byName: Map<string, Note> | undefined

  constructor(ledger: Ledger, feed: FeedDefinition) {
    this.#ledger = ledger
    this.#rules = rulesOf(feed)
  }

  /** Takes note of which names lie in the folder. */
  look(entries: readonly Entry[]): void {
    const names = new Set(entries.map(({ name }) => name))
    if (this.#byName === undefined) this.#byName = this.#recall(names)
    else for (const name of this.#byName.keys()) if (!names.has(name)) this.#byName.delete(name)
  }

  /** What became of exactly this file, undefined while it has not been dealt with by the feed's present rules. */
  knownAs(entry: Entry): Why | undefined {
    const note = this.#byName?.get(entry.name)
    return note?.version === entry.version ? this.#standing(note) : undefined
  }

  /** What became of this content, undefined while it has not been dealt with by the feed's present rules. */
  fateOf(hash: string): Why | undefined {
    return this.#standing(parseNote(this.#ledger.get(takenPrefix + hash)))
  }

  /** The note that goes with a file's facts, or with the refusal of all that is in it. */
  noteOf(entry: Entry, hash: string, at: Instant, why: Fate): LedgerNote {
    return { key: takenPrefix + hash, value: JSON.stringify(this.#note(entry, at, why)) }
  }

  /** The note that goes with a refusal of a file that nobody read. */
  refusalOf(entry: Entry, at: Instant, why: 'refused' | 'denied'): LedgerNote {
    return { key: unreadPrefix + entry.name, value: JSON.stringify(this.#note(entry, at, why)) }
  }

  remember(entry: Entry, at: Instant, why: Why): void {
    this.#byName?.set(entry.name, this.#note(entry, at, why))
  }

  #note({ name, version }: Entry, at: Instant, why: Why): Note {
    return { name, version, at, why, ...(why === 'refused' ? { rules: this.#rules } : {}) }
  }

  #standing(note: Note | undefined): Why | undefined {
    return note?.why === 'refused' && note.rules !== this.#rules ? undefined : note?.why
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

/** The same while a file would be judged the same. */
function rulesOf({ codec, mapping, dialect, zone, district, admission, limits }: FeedDefinition): string {
  const said = JSON.stringify({ codec, mapping, dialect, zone, district, admission, limits })
  return createHash('sha256').update(said).digest('base64').slice(0, 16)
}

function parseNote(text: string | undefined): Note | undefined {
  // written by `noteOf` and `refusalOf` above, and by nobody else
  return text === undefined ? undefined : (JSON.parse(text) as Note)
}
