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
}

/** @param record resolves once the facts are durable and folded */
export function createCommands(record: (facts: readonly Fact[]) => Promise<unknown>): Commands {
  let last: Promise<unknown> = Promise.resolve()
  return {
    run<F extends Fact>(decide: () => F): Promise<F> {
      const turn = last.then(async () => {
        const fact = decide()
        await record([fact])
        return fact
      })
      // a refusal is told to the one who asked, and holds up nobody
      last = turn.catch(() => undefined)
      return turn
    },
  }
}

/** The name that stands under what is decided. @throws ProblemError for a session without one */
export function signerOf({ name }: Visit): string {
  if (name !== undefined) return name
  const cure = 'open a sign-in link made with a name: POST /api/sign-in-links {"role": "desk", "name": "张三"}'
  throw new ProblemError('forbidden', `this is signed with a person’s name, and the session has none; ${cure}`)
}
