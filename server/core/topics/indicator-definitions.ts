import type { DefinitionFact, Entry } from '../../../contract/fact.ts'
import type { Fold } from '../fold.ts'

const byVersion = (one: DefinitionFact, other: DefinitionFact): number => {
  if (one.indicator !== other.indicator) return one.indicator < other.indicator ? -1 : 1
  return one.version - other.version
}

/** 口径版本 as the log has them. What was recorded of a version first stays: it cannot be rewritten. */
export class Definitions implements Fold {
  readonly topics = []
  readonly kinds = ['definition'] as const
  readonly #facts = new Map<string, DefinitionFact>()

  /** By indicator, and of each the oldest version first. */
  get all(): readonly DefinitionFact[] {
    return [...this.#facts.values()].sort(byVersion)
  }

  advance(): void {
    // nothing here depends on the time
  }

  apply({ fact }: Entry): void {
    if (fact.kind !== 'definition') return
    const name = `${fact.indicator} ${String(fact.version)}`
    if (!this.#facts.has(name)) this.#facts.set(name, fact)
  }

  dump(): readonly DefinitionFact[] {
    return [...this.#facts.values()]
  }

  restore(dump: unknown): void {
    // our own dump, whose version the world has checked
    for (const fact of dump as readonly DefinitionFact[]) this.#facts.set(`${fact.indicator} ${String(fact.version)}`, fact)
  }
}
