import { computed, shallowRef } from 'vue'
import type { ComputedRef } from 'vue'
import type { CommandRequest } from '../../../../contract/wall.ts'
import type { WallOrder } from '../../../../contract/wall-fact.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'
import { useCommand } from '../use-command.ts'
import type { CommandHand, CommandOptions } from '../use-command.ts'

/** A command that is on its way, or did not arrive. */
export interface Sending {
  readonly what: WallOrder
  /** from 1 */
  readonly attempt: number
  /** undefined while it is tried */
  readonly failure: Failure | undefined
}

export interface Drive {
  readonly sending: ComputedRef<Sending | undefined>
  /** One command; where the answer is lost it is asked for again under the same name, so that it is carried out once. */
  send(what: WallOrder, to: Pick<CommandRequest, 'district' | 'walls'>): Promise<void>
  /** The last one once more, under the same name. */
  readonly again: CommandHand['again']
}

/** Nobody who drives walls looks for a button to press again. */
const attempts = 4

/** @param pause between attempts, in place of a timer */
export function useDrive(pause?: CommandOptions['pause']): Drive {
  const hand = useCommand({ attempts, ...(pause && { pause }) })
  const last = shallowRef<WallOrder>()
  const sending = computed(() => {
    const failure = hand.failure.value
    if (last.value === undefined || (!hand.isBusy.value && failure === undefined)) return undefined
    return { what: last.value, attempt: hand.attempt.value, failure: hand.isBusy.value ? undefined : failure }
  })
  /** each press is a command of its own, also where it orders the same: only a lost one is sent under its own name again */
  let presses = 0
  /** whoever drives by keys is quicker than the disk: none is lost, and they arrive as they were pressed */
  let before: Promise<unknown> = Promise.resolve()
  return {
    sending,
    again: hand.again,
    async send(what, to) {
      presses += 1
      const press = presses
      const mine = before.then(() => {
        last.value = what
        return hand.send({ ...to, what, press }, (key) => benchApi.driveWalls({ ...to, what, key }))
      })
      before = mine
      await mine
    },
  }
}
