import { ref, shallowRef } from 'vue'
import type { Ref, ShallowRef } from 'vue'
import type { Alarm, AlarmStepRequest } from '../../../../contract/alarm.ts'
import { benchApi } from '../bench-api.ts'
import type { Failure } from '../bench-api.ts'
import { newCommand } from '../../live/new-command.ts'
import { requestOf } from './model.ts'
import type { Asked } from './model.ts'

export interface AlarmSteps {
  readonly isBusy: Readonly<Ref<boolean>>
  readonly failure: Readonly<ShallowRef<Failure | undefined>>
  /** what was recorded last */
  readonly done: Readonly<ShallowRef<AlarmStepRequest | undefined>>
  readonly take: (alarm: Alarm, asked: Asked) => Promise<boolean>
  /** Sends the very command again that got no answer: it is done once, whether it had arrived or not. */
  readonly again: () => Promise<boolean>
}

/** Commands of the alarm desk, one at a time. */
export function useAlarmSteps(district: () => string): AlarmSteps {
  const isBusy = ref(false)
  const failure = shallowRef<Failure>()
  const done = shallowRef<AlarmStepRequest>()
  let last: AlarmStepRequest | undefined

  async function send(request: AlarmStepRequest): Promise<boolean> {
    if (isBusy.value) return false
    last = request
    isBusy.value = true
    const answered = await benchApi.alarmStep(request)
    isBusy.value = false
    failure.value = answered.ok ? undefined : answered.failure
    done.value = answered.ok ? request : undefined
    return answered.ok
  }
  return {
    isBusy,
    failure,
    done,
    take: (alarm, asked) => send(requestOf(alarm, asked, { district: district(), command: newCommand() })),
    again: () => (last === undefined ? Promise.resolve(false) : send(last)),
  }
}
