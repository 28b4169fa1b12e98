import { newCommand } from '../../live/new-command.ts'
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Answered, Failure } from '../bench-api.ts'

/** One thing at a time that must not be done twice. */
export interface OnceCommand {
  readonly isBusy: Readonly<Ref<boolean>>
  /** of the latest attempt; undefined once one has worked */
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /**
   * Sends what a click asks for. Where no answer came, the same click later sends the same command again; anything else gets a new one.
   * @returns the answer, undefined where there is none or another is under way
   */
  send<T>(asked: object, act: (command: string) => Promise<Answered<T>>): Promise<T | undefined>
}

export function useCommand(): OnceCommand {
  const isBusy = ref(false)
  const failure = shallowRef<Failure>()
  let unanswered: { readonly asked: string; readonly command: string } | undefined
  return {
    isBusy,
    failure,
    async send(asked, act) {
      if (isBusy.value) return undefined
      isBusy.value = true
      const text = JSON.stringify(asked)
      const command = unanswered?.asked === text ? unanswered.command : newCommand()
      const answered = await act(command)
      isBusy.value = false
      failure.value = answered.ok ? undefined : answered.failure
      const isUnknown = !answered.ok && (answered.failure.kind === 'away' || answered.failure.kind === 'broken')
      unanswered = isUnknown ? { asked: text, command } : undefined
      return answered.ok ? answered.value : undefined
    },
  }
}
