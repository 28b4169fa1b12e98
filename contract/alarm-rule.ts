import { z } from 'zod'
import { priorities } from './incident.ts'
import { warningLevels } from './fact.ts'

/** config/alarms.yaml: what becomes an alarm (告警), how long it must last, how urgent it is, and what is to be done about it. */

const text = z.string().min(1).max(40)
const words = z.string().min(1).max(300)
const name = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -')
/** A delay of a week would be a report, and not an alarm. */
const seconds = z.number().min(0).max(604_800)

const sensorLimits = ['lowLow', 'low', 'high', 'highHigh'] as const
export type SensorLimit = (typeof sensorLimits)[number]

/**
 * What raises it. sensor: a good reading of a quantity at or beyond its limit · warning: 预警 in force · camera: 重点点位 that does not show ·
 * feed: down (a video platform too) · link: a linked system that takes nothing · clock: the server's clock is not trusted · incident: reported, and not confirmed · order: 督办单 with a red card
 */
const whenSchema = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('sensor'),
    /** id of a quantity in config/quantities.yaml */
    quantity: z.string().min(1),
    limit: z.enum(sensorLimits),
    /** in place of the limits of config/sensors and config/quantities.yaml */
    value: z.number().optional(),
    /** ids of sensors that it is for; absent for all of the quantity */
    sensors: z.array(z.string().min(1)).min(1).max(500).optional(),
    /** 死区: how far a value must be back inside the limit before it counts as returned, in the quantity's unit */
    deadBand: z.number().min(0).default(0),
  }),
  z.strictObject({ source: z.literal('warning'), levels: z.array(z.enum(warningLevels)).min(1) }),
  z.strictObject({ source: z.literal('camera') }),
  z.strictObject({ source: z.literal('feed') }),
  z.strictObject({ source: z.literal('link') }),
  z.strictObject({ source: z.literal('clock') }),
  z.strictObject({ source: z.literal('incident'), priorities: z.array(z.enum(priorities)).min(1) }),
  z.strictObject({ source: z.literal('order') }),
])
export type AlarmSource = z.infer<typeof whenSchema>['source']

const ruleSchema = z.strictObject({
  id: name,
  name: text,
  nameEn: text,
  priority: z.enum(priorities),
  when: whenSchema,
  /** how long it must last before it is raised, and how long it must be over before it has returned */
  onDelaySeconds: seconds.default(0),
  offDelaySeconds: seconds.default(0),
  /** ids of rules: while one of them stands for the same feed, or for the same sensor, this one is suppressed */
  parents: z.array(name).max(10).default([]),
  /** one line with a count for all of a feed, or of a subdistrict */
  group: z.enum(['feed', 'place', 'none']).default('none'),
  cause: words,
  causeEn: words,
  action: words,
  actionEn: words,
})
export type AlarmRule = z.infer<typeof ruleSchema>
export type SensorAlarmRule = AlarmRule & { readonly when: Extract<AlarmRule['when'], { readonly source: 'sensor' }> }

export const alarmRulesSchema = z.strictObject({
  /** 告警泛滥: more than so many within so many minutes */
  flood: z.strictObject({ alarms: z.int().min(2).max(1_000), minutes: z.int().min(1).max(60) }),
  /** 反复告警: raised so many times within so many minutes */
  chattering: z.strictObject({ raises: z.int().min(2).max(20), minutes: z.int().min(1).max(1_440) }),
  /** 搁置 and 停用 last this long at most */
  shelveHours: z.number().positive().max(72),
  outOfServiceDays: z.number().positive().max(366),
  rules: z.array(ruleSchema).max(200),
})
export type AlarmRules = z.infer<typeof alarmRulesSchema>
