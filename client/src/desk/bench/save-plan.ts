import type { TryAnswer } from '../../../../contract/bench.ts'

/** Whether what is written can go live now, and what will happen. Pure. */

export interface SaveState {
  readonly isNew: boolean
  /** another id than that of the feed that is open is written */
  readonly isRenamed: boolean
  readonly isDirty: boolean
  readonly isBehind: boolean
  /** answer to what is written now; undefined while it is not known */
  readonly answer: TryAnswer | undefined
  readonly hasSample: boolean
  readonly version: number | undefined
}

/** A key below `bench.save.` for each, with its gaps. */
export interface SavePlan {
  /** why it cannot be saved; undefined when it can */
  readonly blocked: 'nothing' | 'unknown' | 'problems' | 'behind' | 'renamed' | undefined
  readonly effect: 'new' | 'change' | undefined
  readonly tried: 'noSample' | 'refused' | 'some' | 'fine' | undefined
}

export function planSave({ isNew, isRenamed, isDirty, isBehind, answer, hasSample }: SaveState): SavePlan {
  const effect = isNew ? 'new' : 'change'
  const tried = answer === undefined || answer.problems.length > 0 ? undefined : triedOf(answer, hasSample)
  return { blocked: blockOf({ isRenamed, isDirty, isBehind, answer }), effect: isDirty ? effect : undefined, tried }
}

function blockOf({ isRenamed, isDirty, isBehind, answer }: Pick<SaveState, 'isRenamed' | 'isDirty' | 'isBehind' | 'answer'>): SavePlan['blocked'] {
  if (!isDirty) return 'nothing'
  // an id is the name of a log's facts: another id is another feed, and might be one there is
  if (isRenamed) return 'renamed'
  if (isBehind) return 'behind'
  if (answer === undefined) return 'unknown'
  return answer.problems.length > 0 ? 'problems' : undefined
}

function triedOf(answer: TryAnswer, hasSample: boolean): SavePlan['tried'] {
  if (!hasSample) return 'noSample'
  if (answer.refusal !== undefined || (answer.factCount === 0 && answer.refusalCount > 0)) return 'refused'
  return answer.refusalCount > 0 ? 'some' : 'fine'
}
