import { newCommand } from '../live/new-command.ts'
import { onScopeDispose, ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { SupervisionAnswer } from '../../../contract/supervision.ts'
import { secondMs } from '../../../contract/time.ts'
import { ask } from '../desk/bench-api.ts'
import type { Failure } from '../desk/bench-api.ts'
import { isLost } from '../desk/use-command.ts'

/**
 * 一次点击，一个编号: a command is numbered when somebody clicks, kept by the browser, and sent again under the same number until it is answered: a lost
 * answer becomes no second order, also when the page was closed or loaded anew meanwhile.
 */
export interface Commanding {
  /** idle · sending · unanswered: it may have been recorded or not, and is sent again by itself */
  readonly state: Readonly<Ref<'idle' | 'sending' | 'unanswered'>>
  /** why it was refused, or why there is no answer yet */
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** does nothing while another is under way */
  readonly send: (asked: Readonly<Record<string, unknown>>) => Promise<void>
  /** does not wait out the pause */
  readonly again: () => void
  /** sends it no more, whatever became of it */
  readonly giveUp: () => void
}

/** may be answered otherwise the next time; anything else is the server's word that nothing was recorded */
const isUnsettled = (failure: Failure): boolean => isLost(failure) || failure.kind === 'signed-out'
const pausesMs = [1, 2, 4, 8, 15].map((seconds) => seconds * secondMs)

/** @param path where it is posted; what still waits there from before is sent at once */
export function useCommand(path: string, onAnswer: (answer: SupervisionAnswer) => void): Commanding {
  const key = keyOf(path)
  const state = ref<'idle' | 'sending' | 'unanswered'>('idle')
  const failure = shallowRef<Failure>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let tries = 0
  let isGone = false

  async function attempt(): Promise<void> {
    const request = waiting(key)
    if (request === undefined || state.value === 'sending') return
    clearTimeout(timer)
    state.value = 'sending'
    const answered = await ask<SupervisionAnswer>(path, request)
    // whoever comes back to the page sends it again
    if (isGone) return
    if (!answered.ok && isUnsettled(answered.failure)) {
      failure.value = answered.failure
      state.value = 'unanswered'
      timer = setTimeout(() => void attempt(), pausesMs[Math.min(tries, pausesMs.length - 1)])
      tries += 1
      return
    }
    settle(answered.ok ? undefined : answered.failure)
    if (answered.ok) onAnswer(answered.value)
  }
  function settle(refused: Failure | undefined): void {
    clearTimeout(timer)
    sessionStorage.removeItem(key)
    tries = 0
    failure.value = refused
    state.value = 'idle'
  }

  onScopeDispose(() => {
    isGone = true
    clearTimeout(timer)
  })
  if (waiting(key) !== undefined) void attempt()
  return {
    state,
    failure,
    send: async (asked) => {
      if (state.value !== 'idle') return
      sessionStorage.setItem(key, JSON.stringify({ ...asked, command: newCommand() }))
      await attempt()
    },
    again: () => void attempt(),
    giveUp: () => {
      if (state.value === 'unanswered') settle(undefined)
    },
  }
}

/** Whether something that was posted there still waits for its answer. */
export const isUnanswered = (path: string): boolean => waiting(keyOf(path)) !== undefined

const keyOf = (path: string): string => `yiping.unanswered ${path}`

function waiting(key: string): unknown {
  const kept = sessionStorage.getItem(key)
  // only `send` writes there
  return kept === null ? undefined : (JSON.parse(kept) as unknown)
}
