import type { WorkOrderFact } from '../../../contract/fact.ts'
import type { Instant } from '../../../contract/time.ts'
import type { Extension } from '../due.ts'
import { rankOf, stagesPerInstant } from '../statements.ts'

/** 延期: what was stated of extensions of one order. At one instant an answer comes after the question. */
export interface ExtensionStatement {
  readonly rank: number
  /** of a grant; 0 where none was stated */
  readonly until: Instant
}

export type Extensions = readonly ExtensionStatement[]

export const noExtensions: Extensions = []

const states = ['asked', 'granted', 'refused'] as const
type Stated = NonNullable<WorkOrderFact['extension']>

/** Statements kept of one order: so many of the earliest, which moved its due time first, and so many of the latest. */
const endsKept = 25

const inOrder = (one: ExtensionStatement, other: ExtensionStatement): number => one.rank - other.rank || one.until - other.until
const atOf = ({ rank }: ExtensionStatement): Instant => Math.floor(rank / stagesPerInstant)
const stateOf = ({ rank }: ExtensionStatement): (typeof states)[number] | undefined => states[rank % stagesPerInstant]

/** The statements with one more, ascending, each once; the same ones when it is known already. */
export function withExtension(known: Extensions, { state, until = 0 }: Stated, at: Instant): Extensions {
  const statement: ExtensionStatement = { rank: rankOf(at, states.indexOf(state)), until: state === 'granted' ? until : 0 }
  if (known.some((other) => inOrder(other, statement) === 0)) return known
  const all = [...known, statement].sort(inOrder)
  return all.length > 2 * endsKept ? all.toSpliced(endsKept, 1) : all
}

const nothingGranted: readonly Extension[] = []

/** Those granted until an instant, by when they were granted. */
export function grantedOf(statements: Extensions): readonly Extension[] {
  if (statements.length === 0) return nothingGranted
  return statements.filter((one) => stateOf(one) === 'granted' && one.until > 0).map((one) => ({ at: atOf(one), until: one.until }))
}

/** Whether the latest statement is a question that nobody has answered. */
export function isAsked(statements: Extensions): boolean {
  const latest = statements.at(-1)
  return latest !== undefined && stateOf(latest) === 'asked'
}

/** When the first was granted. */
export function extendedAtOf(statements: Extensions): Instant | undefined {
  const first = statements.find((one) => stateOf(one) === 'granted')
  return first === undefined ? undefined : atOf(first)
}
