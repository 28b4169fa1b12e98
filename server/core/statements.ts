import type { Instant } from '../../contract/time.ts'

/**
 * What upstreams state arrives late, twice and out of order. These rules make the outcome the same for every order of arrival: each
 * statement has a rank, its instant and then its stage's place in the life-cycle, and the highest rank wins.
 */

export const stagesPerInstant = 16

/** Ranks statements: by instant, then by `position`, the stage's place in the life-cycle (0-15). */
export const rankOf = (at: Instant, position: number): number => at * stagesPerInstant + position

/** Before anything was stated. */
export const unstated = -1

/** Two values for one instant and stage are a contradiction upstream; the greater is taken, only so that it is always the same one. */
function beats(value: unknown, known: unknown): boolean {
  return typeof value === 'number' && typeof known === 'number' ? value > known : String(value) > String(known)
}

/** What a fact may state of some attributes. */
export type Statement<Attributes> = { readonly [Key in keyof Attributes]?: Attributes[Key] | undefined }

type Restated<Attributes> = { -readonly [Key in keyof Attributes]?: Attributes[Key] }

/**
 * Attributes as restated by a fact of `rank`.
 * @param ranks by attribute, in the order of `keys`; moved on where the fact prevails
 * @returns the attributes that take a new value, undefined when there are none
 */
export function restate<Attributes extends object>(
  keys: readonly (keyof Attributes & string)[],
  known: Attributes,
  ranks: number[],
  stated: { readonly fact: Statement<Attributes>; readonly rank: number },
): Restated<Attributes> | undefined {
  const { fact, rank } = stated
  let restated: Restated<Attributes> | undefined
  for (const [index, key] of keys.entries()) {
    const value = fact[key]
    const knownRank = ranks[index] ?? unstated
    if (value === undefined || !prevails(value, rank, known[key], knownRank)) continue
    ranks[index] = rank
    restated ??= {}
    restated[key] = value
  }
  return restated
}

/** Whether what is stated holds from now on, in the place of what is known. */
export const prevails = (value: unknown, rank: number, known: unknown, knownRank: number): boolean =>
  rank > knownRank || (rank === knownRank && beats(value, known))

/** When something was settled, so far as is known: facts may still arrive that say it was reopened in between. */
export interface Settlement {
  /** latest reopening, `unstated` without one */
  readonly reopenedAt: Instant
  /** instants of settling not before the latest reopening, ascending, each once */
  readonly settledAts: readonly Instant[]
}

export const unsettled: Settlement = { reopenedAt: unstated, settledAts: [] }

/** At the same instant settling comes after reopening, as it does in the life-cycle. */
export function settle(known: Settlement, at: Instant): Settlement {
  if (at < known.reopenedAt || known.settledAts.includes(at)) return known
  return { reopenedAt: known.reopenedAt, settledAts: [...known.settledAts, at].sort((one, other) => one - other) }
}

export function reopen(known: Settlement, at: Instant): Settlement {
  if (at <= known.reopenedAt) return known
  return { reopenedAt: at, settledAts: known.settledAts.filter((settledAt) => settledAt >= at) }
}

/** The earliest settling that was not undone; undefined while open. */
export const settledAtOf = ({ settledAts }: Settlement): Instant | undefined => settledAts[0]
