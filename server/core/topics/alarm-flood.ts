import type { AlarmSummary } from '../../../contract/alarm.ts'
import type { AlarmRules } from '../../../contract/alarm-rule.ts'
import { minuteMs } from '../../../contract/time.ts'
import type { Instant } from '../../../contract/time.ts'

/** Beyond this many in one window the count is no longer exact: by then it says enough. */
const mostCounted = 10_000

export interface FloodDump {
  readonly recent: readonly Instant[]
  readonly since: Instant | undefined
}

/** 告警泛滥: more alarms are announced than people can take in. */
export class Flood {
  readonly #rule: AlarmRules['flood']
  /** announced within the window */
  #recent: Instant[] = []
  #since: Instant | undefined

  constructor(rule: AlarmRules['flood']) {
    this.#rule = rule
  }

  announce(at: Instant): void {
    if (this.#recent.length < mostCounted) this.#recent.push(at)
    if (this.#recent.length > this.#rule.alarms) this.#since ??= at
  }

  /** What leaves the window is forgotten. @returns whether anything did */
  pass(now: Instant): boolean {
    const first = now - this.#rule.minutes * minuteMs
    const left = this.#recent.filter((at) => at > first)
    if (left.length === this.#recent.length) return false
    this.#recent = left
    if (left.length <= this.#rule.alarms) this.#since = undefined
    return true
  }

  get told(): AlarmSummary['flood'] {
    return this.#since === undefined ? undefined : { since: this.#since, count: this.#recent.length, minutes: this.#rule.minutes }
  }

  dump(): FloodDump {
    return { recent: [...this.#recent], since: this.#since }
  }

  restore({ recent, since }: FloodDump): void {
    this.#recent = [...recent]
    this.#since = since
  }
}
