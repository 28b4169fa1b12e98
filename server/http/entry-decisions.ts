import type { Proposal } from '../../contract/entry.ts'
import type { EntryFact } from '../../contract/fact.ts'
import type { Instant } from '../../contract/time.ts'
import type { EntryState } from '../../contract/decision.ts'
import { ProblemError } from './problem.ts'

/** 四眼: who may decide on an entry, and the facts that say so. */

/** A proposal, signed. @param at end of the month that its figures are of */
export function proposalFact(
  { district, figures, note }: Proposal,
  { id, now, at, by }: { readonly id: string; readonly now: Instant; readonly at: Instant; readonly by: string },
): EntryFact {
  return {
    kind: 'entry',
    district,
    id,
    at: now,
    state: 'proposed',
    by,
    figures: figures.map(({ indicator, input, of, value }) => ({
      ...(indicator === undefined ? {} : { indicator }),
      ...(input === undefined ? {} : { input }),
      ...(of === undefined ? {} : { of }),
      at,
      value,
    })),
    ...(note === undefined || note === '' ? {} : { note }),
  }
}

export const decisionFact = (given: Pick<EntryFact, 'district' | 'id' | 'state' | 'by' | 'at'>): EntryFact => ({ kind: 'entry', ...given })

/** One person under two spellings is one person. */
const sameName = (one: string, other: string): boolean => plain(one) === plain(other)
const plain = (name: string): string =>
  name
    .normalize('NFKC')
    .replace(/[\s\p{Cf}]+/gu, '')
    .toLowerCase()

/** @throws ProblemError where this person may not decide so */
export function refuseDecision({ state, proposedBy, decidedBy }: EntryState, decision: 'approve' | 'reject' | 'withdraw', by: string): void {
  if (state !== 'proposed') {
    throw new ProblemError('conflict', `entry: it was ${state} by ${decidedBy ?? ''} before; propose the figures anew to change them`)
  }
  const isOwn = sameName(by, proposedBy)
  if (decision === 'withdraw' && !isOwn)
    throw new ProblemError('forbidden', `entry: only ${proposedBy}, who proposed it, can withdraw it; reject it instead`)
  if (decision === 'approve' && isOwn) {
    const cure = 'ask somebody else to sign in with a link of their own name and approve it there'
    throw new ProblemError('forbidden', `entry: ${proposedBy} proposed it, and a second person must approve it; ${cure}`)
  }
}
