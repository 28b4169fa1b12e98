import { alarmRulesSchema } from '../../contract/alarm-rule.ts'
import type { AlarmRule, AlarmRules } from '../../contract/alarm-rule.ts'
import type { AlarmFact } from '../../contract/alarm-fact.ts'
import { start } from './facts.ts'
import { uuid } from './supervision-facts.ts'

/** A rule of alarms for tests, of what is given and next to nothing else. */
export const alarmRule = (given: Partial<Omit<AlarmRule, 'when'>> & { readonly when: object }): object => ({
  id: 'pm-high',
  name: 'PM2.5超标',
  nameEn: 'PM2.5 high',
  priority: 'important',
  cause: '扬尘',
  causeEn: 'Dust',
  action: '洒水',
  actionEn: 'Sprinkle',
  ...given,
})

/** @param rules as they would stand in config/alarms.yaml */
export const alarmRules = (rules: readonly object[], given: Partial<Omit<AlarmRules, 'rules'>> = {}): AlarmRules =>
  alarmRulesSchema.parse({
    flood: { alarms: 10, minutes: 10 },
    chattering: { raises: 3, minutes: 15 },
    shelveHours: 8,
    outOfServiceDays: 30,
    ...given,
    rules,
  })

type Of<S extends AlarmFact['step']> = Extract<AlarmFact, { readonly step: S }>

let made = 0
/** What somebody did about an alarm. */
export function alarm<S extends AlarmFact['step']>(
  step: S,
  given: Omit<Of<S>, 'kind' | 'step' | 'district' | 'by' | 'command' | 'at' | 'id'> & Partial<Of<S>>,
): Of<S> {
  made += 1
  const taken = { kind: 'alarm', district: '620802', id: 'pm-high/S1/pm25', at: start, by: '值班员甲', command: uuid(700_000 + made), step }
  // a step with what is its own is one of its kind
  return { ...taken, ...given } as unknown as Of<S>
}
