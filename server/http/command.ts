import type { Fact } from '../../contract/fact.ts'
import { ProblemError } from './problem.ts'
import type { Visit } from './route.ts'

/** What people decide at the desk: each command is a fact of the server's own, signed with a name. */
export interface Commands {
  /**
   * Records what `decide` returns and resolves once that is durable and on the screens. One command after the other: `decide` looks at the
   * world as the command before has left it, so of two who press at once the second is told.
   * @param decide throws a ProblemError to refuse
   * Errors: what `decide` throws; StorageFullError when nothing can be recorded
   */
  run<F extends Fact>(decide: () => F): Promise<F>
  /** As `run`; where `decide` returns undefined nothing is recorded: it was done before. */
  runUnlessDone(decide: () => Fact | undefined): Promise<void>
  /**
   * As `run`, of a decision that brings other facts with it: all of them are durable, or none.
   * @param recordAll writes them in one transaction, as facts of whoever answers for them
   * @returns the decision, which is the first
   */
  runTogether<F extends Fact>(decide: () => readonly [F, ...Fact[]], recordAll: RecordFacts): Promise<F>
  /** As `runTogether`; where `decide` returns undefined nothing is recorded: it was done before. */
  runTogetherUnlessDone(decide: () => readonly Fact[] | undefined, recordAll: RecordFacts): Promise<void>
}

/** Resolves once the facts are durable and folded. */
export type RecordFacts = (facts: readonly Fact[]) => Promise<unknown>

/** @param record of the server's own facts */
export function createCommands(record: RecordFacts): Commands {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
    const turn = last.then(act)
    // a refusal is told to the one who asked, and holds up nobody
    last = turn.catch(() => undefined)
    return turn
  }
  const runTogether: Commands['runTogether'] = (decide, recordAll) =>
    inTurn(async () => {
      const facts = decide()
      await recordAll(facts)
      return facts[0]
    })
  const runTogetherUnlessDone: Commands['runTogetherUnlessDone'] = (decide, recordAll) =>
    inTurn(async () => {
      const facts = decide()
      if (facts !== undefined) await recordAll(facts)
    })
  return {
    run: (decide) => runTogether(() => [decide()], record),
    runUnlessDone: (decide) =>
      runTogetherUnlessDone(() => {
        const fact = decide()
        return fact && [fact]
      }, record),
    runTogether,
    runTogetherUnlessDone,
  }
}

/** The name that stands under what is decided. @throws ProblemError for a session without one */
export function signerOf({ name }: Visit): string {
  if (name !== undefined) return name
  const cure = 'open a sign-in link made with a name: POST /api/sign-in-links {"role": "desk", "name": "张三"}'
  throw new ProblemError('forbidden', `this is signed with a person’s name, and the session has none; ${cure}`)
}
