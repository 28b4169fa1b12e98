import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { secondMs } from '../../../contract/time.ts'
import { newCommand } from '../live/new-command.ts'
import type { Answered, Failure } from './bench-api.ts'

/** 一次点击，一个编号: whatever is recorded at a desk goes under a command, and again under the same one where no answer came. */
export interface CommandHand {
  /** one thing at a time: what is asked for meanwhile is not done */
  readonly isBusy: Readonly<Ref<boolean>>
  /** why the last was not done, a conflict among others; undefined when it was */
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** the attempt that is under way, or was the last; from 1 */
  readonly attempt: Readonly<Ref<number>>
  /**
   * @param what tells it apart: the same thing after a lost answer goes under the same command, so that it is never done twice; anything else under
   * a new one
   * @returns the answer, or undefined: then `failure` says why, or another is under way
   */
  readonly send: <T>(what: unknown, ask: (command: string) => Promise<Answered<T>>) => Promise<T | undefined>
  /** The last one once more, if its answer was lost: under its own command. */
  readonly again: () => Promise<boolean>
  readonly forget: () => void
}

export interface CommandOptions {
  /** how often a lost answer is asked for by itself, a second apart; more only where nobody should have to press again */
  readonly attempts?: number
  /** between attempts, in place of a timer */
  readonly pause?: (ms: number) => Promise<unknown>
}

interface Unanswered {
  readonly what: string
  readonly command: string
  readonly ask: (command: string) => Promise<Answered<unknown>>
}

/** It may have been recorded all the same. Refused is an answer too. */
export const isLost = ({ kind }: Failure): boolean => kind === 'away' || kind === 'broken'

const wait = (ms: number): Promise<unknown> => new Promise((done) => setTimeout(done, ms))

export function useCommand({ attempts = 1, pause = wait }: CommandOptions = {}): CommandHand {
  const isBusy = ref(false)
  const failure = shallowRef<Failure>()
  const attempt = ref(1)
  let unanswered: Unanswered | undefined

  async function run<T>(command: string, ask: (command: string) => Promise<Answered<T>>): Promise<Answered<T>> {
    for (attempt.value = 1; ; attempt.value += 1) {
      const answered = await ask(command)
      // a fault of the server's is not mended by asking it again at once
      if (answered.ok || answered.failure.kind !== 'away' || attempt.value >= attempts) return answered
      await pause(secondMs)
    }
  }
  async function send<T>(what: unknown, ask: (command: string) => Promise<Answered<T>>): Promise<T | undefined> {
    if (isBusy.value) return undefined
    isBusy.value = true
    const written = JSON.stringify(what)
    const command = unanswered?.what === written ? unanswered.command : newCommand()
    unanswered = { what: written, command, ask }
    const answered = await run(command, ask)
    isBusy.value = false
    if (answered.ok || !isLost(answered.failure)) unanswered = undefined
    failure.value = answered.ok ? undefined : answered.failure
    return answered.ok ? answered.value : undefined
  }
  return {
    isBusy,
    failure,
    attempt,
    send,
    async again() {
      if (unanswered === undefined) return false
      await send(JSON.parse(unanswered.what), unanswered.ask)
      return failure.value === undefined
    },
    forget() {
      failure.value = undefined
    },
  }
}
