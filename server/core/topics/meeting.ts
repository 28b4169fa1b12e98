import type { MeetingFact } from '../../../contract/fact.ts'
import type { LastMeeting } from '../../../contract/decision.ts'
import type { IndicatorState } from '../../../contract/topic.ts'
import { Published } from '../published.ts'

const id = 'last'

/** 上次调度会议: how the indicators stood when it was held, as far as the log tells. */
export class Meeting {
  readonly published = new Published('meeting', () => this.#last)
  #last: LastMeeting | undefined

  /** A meeting that lies before the last one is no news. */
  hold({ name, at }: MeetingFact, states: readonly IndicatorState[]): void {
    if (this.#last !== undefined && at < this.#last.at) return
    this.#last = { id, name, at, assessments: Object.fromEntries(states.map((state) => [state.id, state.assessment])) }
    this.published.touch(id)
  }

  dump(): LastMeeting | undefined {
    return this.#last
  }

  restore(last: LastMeeting | undefined): void {
    this.#last = last
    this.published.touch(id)
  }
}
