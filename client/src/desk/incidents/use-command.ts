import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Answered, Failure } from '../bench-api.ts'
import { newCommand } from '../../live/new-command.ts'

export interface CommandHand {
  readonly isBusy: Readonly<Ref<boolean>>
  /** why the last was not done; undefined when it was */
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** @returns the answer, or undefined: then `failure` says why */
  readonly send: <T>(what: unknown, ask: (command: string) => Promise<Answered<T>>) => Promise<T | undefined>
  readonly forget: () => void
}

/**
 * One hand that decides: one thing at a time. What is sent once more since no answer came goes under the same command, so that it is never done
 * twice; anything else goes under a new one.
 */
export function useCommand(): CommandHand {
  const isBusy = ref(false)
  const failure = shallowRef<Failure>()
  let unanswered: { readonly what: string; readonly command: string } | undefined

  async function send<T>(what: unknown, ask: (command: string) => Promise<Answered<T>>): Promise<T | undefined> {
    if (isBusy.value) return undefined
    isBusy.value = true
    const written = JSON.stringify(what)
    const command = unanswered?.what === written ? unanswered.command : newCommand()
    unanswered = { what: written, command }
    const answered = await ask(command)
    isBusy.value = false
    failure.value = answered.ok ? undefined : answered.failure
    // refused is an answer too; away or broken, it may have been recorded all the same
    if (answered.ok || !['away', 'broken'].includes(answered.failure.kind)) unanswered = undefined
    return answered.ok ? answered.value : undefined
  }
  return {
    isBusy,
    failure,
    send,
    forget() {
      failure.value = undefined
    },
  }
}
