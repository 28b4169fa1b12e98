import { z } from 'zod'
import { alarmId } from './alarm-fact.ts'
import { instantAsked } from './fact-field.ts'
import type { AlarmFact } from './alarm-fact.ts'
import type { AlarmSource } from './alarm-rule.ts'
import type { Priority } from './incident.ts'
import { hourMs } from './time.ts'
import type { Instant } from './time.ts'

/** 告警 by the habits of ISA-18.2: the topics `alarms` and `alarm-summary`, and what is said over HTTP. Rules: config/alarms.yaml. */

/**
 * unacknowledged 未确认 · acknowledged 已确认, and still standing · returned-unacknowledged 已恢复, 未确认 · shelved 搁置 · suppressed 抑制, while a parent
 * stands · out-of-service 停用
 */
export type AlarmState = 'unacknowledged' | 'acknowledged' | 'returned-unacknowledged' | 'shelved' | 'suppressed' | 'out-of-service'

/** Set aside by a person, until an instant. */
export interface Aside {
  readonly by: string
  readonly at: Instant
  readonly until: Instant
  readonly reason: string
}

/** 告警: one entity per alarm that stands, waits for acknowledgement, or is set aside. `id` is `rule/subject`. */
export interface Alarm {
  readonly id: string
  /** id of a rule in config/alarms.yaml, which has its name, cause and action */
  readonly rule: string
  readonly source: AlarmSource
  /** id of the sensor and quantity (`sensor/quantity`), warning, camera, feed, incident or order; `clock` for the clock */
  readonly subject: string
  /** how the subject is called, in its source's words; empty where only the configuration knows */
  readonly name: string
  readonly priority: Priority
  readonly state: AlarmState
  /** what it watches is out of bounds now, however it is shown */
  readonly isStanding: boolean
  /** when it was raised last; 0 for one that is set aside and never was */
  readonly raisedAt: Instant
  /** undefined while it stands */
  readonly returnedAt: Instant | undefined
  /** how often it was raised since all was well: 1 for the first time */
  readonly count: number
  /** 反复告警: raised so often lately that the rule or the sensor wants mending */
  readonly isChattering: boolean
  /** of a sensor: the newest value and the limit, in the quantity's unit */
  readonly value: number | undefined
  readonly limit: number | undefined
  /** of the clock: how far it is off, milliseconds */
  readonly driftMs: number | undefined
  /** `feed:ID` or `place:CODE`; undefined for one that stands alone */
  readonly group: string | undefined
  /** id of the alarm that suppresses it */
  readonly parent: string | undefined
  readonly acknowledged: { readonly by: string; readonly at: Instant } | undefined
  readonly shelved: Aside | undefined
  readonly outOfService: Aside | undefined
}

/** 告警概况: one entity `now`, small enough for every wall. */
export interface AlarmSummary {
  readonly id: 'now'
  /** of all that wait for acknowledgement, returned or not */
  readonly unacknowledged: Readonly<Record<Priority, number>>
  /** standing, acknowledged or not, and neither set aside nor suppressed */
  readonly standing: number
  readonly shelved: number
  readonly suppressed: number
  readonly outOfService: number
  /** the newest of the most pressing that wait for acknowledgement; undefined with none */
  readonly newest: Pick<Alarm, 'id' | 'rule' | 'source' | 'subject' | 'name' | 'priority' | 'raisedAt' | 'value'> | undefined
  /** 告警泛滥: since when, and how many were announced within the window; undefined at other times */
  readonly flood: { readonly since: Instant; readonly count: number; readonly minutes: number } | undefined
}

/** 告警周报: the last seven days, or less where the log begins later. */
export interface AlarmWeek {
  readonly from: Instant
  readonly to: Instant
  /** alarms that were announced; one that was suppressed or set aside all the while is not */
  readonly announced: number
  /** 每小时告警数 */
  readonly perHour: number
  readonly byPriority: Readonly<Record<Priority, number>>
  /** 久立: standing for longer than 24 hours by now, longest first, at most 20; `standing` counts all */
  readonly standing: number
  readonly longest: readonly { readonly id: string; readonly rule: string; readonly name: string; readonly raisedAt: Instant }[]
  /** 反复: alarms that chattered within the week */
  readonly chattering: number
  /** share of the time in flood, counted in spans of ten minutes */
  readonly floodShare: number
  /** 最多的十个: by how often they were announced */
  readonly worst: readonly {
    readonly id: string
    readonly rule: string
    readonly name: string
    readonly priority: Priority
    readonly announced: number
    /** of all that were announced */
    readonly share: number
    readonly isChattering: boolean
  }[]
}

/** Standing for longer than this is no alarm any more: its rule, or what it watches, wants mending. */
export const longStandingMs = 24 * hourMs

/** Most pressing first: what an operator looks at next. */
export const alarmOrder: readonly AlarmState[] = [
  'unacknowledged',
  'returned-unacknowledged',
  'acknowledged',
  'suppressed',
  'shelved',
  'out-of-service',
]

export const isUnacknowledged = ({ state }: Pick<Alarm, 'state'>): boolean => state === 'unacknowledged' || state === 'returned-unacknowledged'

/**
 * Addresses. Problems are answered as everywhere (application/problem+json); 409 tells who did what meanwhile.
 * POST /api/alarms/steps              AlarmStepRequest   AlarmAnswer; role desk, signed with a name
 * GET  /api/alarms/weekly?district=                      AlarmWeek; role wall
 */
const plainText = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u
const reasonWords = 'expected a reason of 2 to 200 characters'
const reason = z
  .string(reasonWords)
  .trim()
  .min(2, reasonWords)
  .max(200, reasonWords)
  .regex(plainText, 'expected a text of one line, without control characters')
const until = instantAsked()
const asked = {
  /** made when somebody presses, and sent again as it is when no answer came */
  command: z.uuid('expected a UUID, made when somebody presses and sent again as it is'),
  district: z.string('expected the id of a district').min(1, 'expected the id of a district').max(128, 'no id is that long'),
  id: alarmId,
}

export const alarmStepRequestSchema = z.discriminatedUnion(
  'step',
  [
    /** `raisedAt` as it was on the screen: where it was raised again since, 409 tells it */
    z.strictObject({ ...asked, step: z.literal('acknowledged'), raisedAt: until }),
    z.strictObject({ ...asked, step: z.literal('shelved'), until, reason }),
    z.strictObject({ ...asked, step: z.literal('unshelved') }),
    z.strictObject({ ...asked, step: z.literal('out-of-service'), until, reason }),
    z.strictObject({ ...asked, step: z.literal('returned') }),
  ],
  'expected one of acknowledged, shelved, unshelved, out-of-service, returned',
)
export type AlarmStepRequest = z.infer<typeof alarmStepRequestSchema>

/** Of a command, and of the same command sent again: what was recorded. */
export type AlarmAnswer = Pick<AlarmFact, 'id' | 'command' | 'step' | 'at' | 'by'>
