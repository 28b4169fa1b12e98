import type { Fact } from '../../../contract/fact.ts'

/** A fact as it was received. */
export interface Told {
  readonly receivedAt: number
  readonly feed: string
  readonly fact: Fact
}
