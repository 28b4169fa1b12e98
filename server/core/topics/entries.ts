import type { Entry, EntryFact } from '../../../contract/fact.ts'
import { dayMs } from '../../../contract/time.ts'
import type { EntryState } from '../../../contract/decision.ts'
import type { Fold, FoldContext } from '../fold.ts'
import { Published } from '../published.ts'

/** How long a decided entry can still be seen. */
const decidedForMs = 7 * dayMs

function proposed({ id, at, by, note, figures = [] }: EntryFact): EntryState {
  return {
    id,
    state: 'proposed',
    proposedAt: at,
    proposedBy: by,
    decidedAt: undefined,
    decidedBy: undefined,
    note,
    figures: figures.map(({ indicator, input, of, at: asOf, value }) => ({ indicator, input, of, at: asOf, value })),
  }
}

/** Four eyes (四眼): who proposed cannot approve, whatever let the fact through. What is decided stays decided. */
function decided(known: EntryState, { state, by, at, note }: EntryFact): EntryState {
  const isOwn = state === 'approved' && by === known.proposedBy
  if (known.state !== 'proposed' || state === 'proposed' || isOwn) return known
  return { ...known, state, decidedAt: at, decidedBy: by, note: note ?? known.note }
}

/** 填报: entries that wait for a second person, and those decided in the last seven days. */
class Entries implements Fold {
  readonly kinds = ['entry'] as const
  readonly topics
  readonly #time: FoldContext['time']
  readonly #entries = new Map<string, EntryState>()
  readonly #published = new Published('entries', (id) => this.#entries.get(id))
  #nextLeavesAt = Infinity

  constructor({ time }: FoldContext) {
    this.#time = time
    this.topics = [this.#published]
  }

  /** People enter figures now, also in a district that replays a recording. */
  advance(): void {
    if (this.#time.recorded < this.#nextLeavesAt) return
    this.#nextLeavesAt = Infinity
    for (const entry of this.#entries.values()) this.#leaveOrWait(entry)
  }

  apply({ fact }: Entry): void {
    if (fact.kind !== 'entry') return
    const known = this.#entries.get(fact.id)
    if (known === undefined && fact.state !== 'proposed') return
    this.#put(known === undefined ? proposed(fact) : decided(known, fact))
  }

  dump(): readonly EntryState[] {
    return [...this.#entries.values()]
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const entry of dump as readonly EntryState[]) this.#put(entry)
  }

  #put(entry: EntryState): void {
    this.#entries.set(entry.id, entry)
    this.#published.touch(entry.id)
    this.#leaveOrWait(entry)
  }

  #leaveOrWait({ id, decidedAt }: EntryState): void {
    const leavesAt = (decidedAt ?? Infinity) + decidedForMs
    if (leavesAt > this.#time.recorded) {
      this.#nextLeavesAt = Math.min(this.#nextLeavesAt, leavesAt)
      return
    }
    this.#entries.delete(id)
    this.#published.touch(id)
  }
}

export const createEntries = (context: FoldContext): Fold => new Entries(context)
