import { shallowRef } from 'vue'
import type { ShallowRef } from 'vue'
import type { Alarm, AlarmStepRequest } from '../../../../contract/alarm.ts'
import { benchApi } from '../bench-api.ts'
import { useCommand } from '../use-command.ts'
import type { CommandHand } from '../use-command.ts'
import { requestOf } from './model.ts'
import type { Asked } from './model.ts'

/** `again` sends the very command again that got no answer: it is done once, whether it had arrived or not. */
export interface AlarmSteps extends Pick<CommandHand, 'isBusy' | 'failure' | 'again'> {
  /** what was recorded last */
  readonly done: Readonly<ShallowRef<AlarmStepRequest | undefined>>
  readonly take: (alarm: Alarm, asked: Asked) => Promise<boolean>
}

/** Commands of the alarm desk, one at a time. */
export function useAlarmSteps(district: () => string): AlarmSteps {
  const { isBusy, failure, send, again } = useCommand()
  const done = shallowRef<AlarmStepRequest>()
  return {
    isBusy,
    failure,
    again,
    done,
    async take(alarm, asked) {
      const where = district()
      const answer = await send({ id: alarm.id, raisedAt: alarm.raisedAt, ...asked }, async (command) => {
        const request = requestOf(alarm, asked, { district: where, command })
        const answered = await benchApi.alarmStep(request)
        done.value = answered.ok ? request : undefined
        return answered
      })
      return answer !== undefined
    },
  }
}
