import { newCommand } from '../../live/new-command.ts'
import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import { secondMs } from '../../../../contract/time.ts'
import type { CommandRequest } from '../../../../contract/wall.ts'
import type { WallOrder } from '../../../../contract/wall-fact.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'

/** A command that is on its way, or did not arrive. */
export interface Sending {
  readonly command: CommandRequest
  /** from 1 */
  readonly attempt: number
  /** undefined while it is tried */
  readonly failure: Failure | undefined
}

export interface Drive {
  readonly sending: Readonly<ShallowRef<Sending | undefined>>
  readonly isBusy: Readonly<Ref<boolean>>
  /** One command; where the answer is lost it is asked for again under the same name, so that it is carried out once. */
  send(what: WallOrder, to: Pick<CommandRequest, 'district' | 'walls'>): Promise<void>
  /** The last one once more, under the same name. */
  again(): Promise<void>
  forget(): void
}

const attempts = 4

/** @param pause between attempts, in place of a timer */
export function useDrive(pause: (ms: number) => Promise<unknown> = (ms) => new Promise((done) => setTimeout(done, ms))): Drive {
  const sending = shallowRef<Sending>()
  const isBusy = ref(false)
  const run = async (command: CommandRequest): Promise<void> => {
    isBusy.value = true
    for (let attempt = 1; ; attempt += 1) {
      sending.value = { command, attempt, failure: undefined }
      const answered = await benchApi.driveWalls(command)
      const isLost = !answered.ok && answered.failure.kind === 'away'
      if (isLost && attempt < attempts) {
        await pause(secondMs)
        continue
      }
      sending.value = answered.ok ? undefined : { command, attempt, failure: answered.failure }
      isBusy.value = false
      return
    }
  }
  return {
    sending,
    isBusy,
    send: (what, to) => run({ ...to, key: newCommand(), what }),
    again: async () => {
      if (sending.value !== undefined) await run(sending.value.command)
    },
    forget: () => {
      sending.value = undefined
    },
  }
}
