import { z } from 'zod'
import { id, instant, instantAsked, person, shortText } from './fact-field.ts'
import { supervisionLevels } from './supervision-fact.ts'
import type { SupervisionLevel } from './supervision-fact.ts'
import type { SupervisionStage } from './supervision.ts'
import type { Instant } from './time.ts'
import type { ClockState } from './topic.ts'

/** 调度会议 while it is held: the facts of its steps, the topic `meetings`, and what is said over HTTP. */

/**
 * 议程项, what an item looks at: decisions: 上次决定 · indicator: 未达指标 · order: 超期督办 · channel: a channel's overdue work orders · incident: 事件 ·
 * topic: what somebody added · read-back: 复述决定. `ref` is the id of what it looks at; a topic and the reading back have none.
 */
export const meetingItemKinds = ['decisions', 'indicator', 'order', 'channel', 'incident', 'topic', 'read-back'] as const
export type MeetingItemKind = (typeof meetingItemKinds)[number]

export const mostMeetingItems = 60
const longText = z.string().min(1).max(2_000)

const itemSchema = z.strictObject({
  id,
  kind: z.enum(meetingItemKinds),
  ref: id.optional(),
  title: shortText.min(1),
  minutes: z.int().min(1).max(120),
})
export type MeetingItem = z.infer<typeof itemSchema>

/** What every step says. */
const step = {
  kind: z.literal('meeting-step'),
  district: id,
  /** of the meeting */
  id,
  at: instant,
  by: person,
  /** 幂等键: made where somebody clicked. Of two steps of one command the second says nothing new */
  command: z.uuid(),
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
}

const openedSchema = z.strictObject({
  ...step,
  step: z.literal('opened'),
  name: shortText.min(1),
  /** 第几次, counted per district */
  no: z.int().min(1),
  /** 数据截至: what the walls show while it is held */
  cutOffAt: instant,
  items: z.array(itemSchema).min(1).max(mostMeetingItems),
})

const decidedSchema = z.strictObject({
  ...step,
  step: z.literal('decided'),
  /** id of an item of its agenda */
  item: id,
  text: longText,
  leadUnit: id,
  supportingUnits: z.array(id).max(30),
  level: z.enum(supervisionLevels),
  /** 督办单 recorded together with it; absent for one without a due time, which is only noted */
  order: id.optional(),
})

/** opened 开会 · item 转到一项 · decided 作出决定 · names 隐去或显示单位与人名 · closed 散会 */
export const meetingStepFactSchema = z.discriminatedUnion('step', [
  openedSchema,
  z.strictObject({ ...step, step: z.literal('item'), item: id }),
  decidedSchema,
  z.strictObject({ ...step, step: z.literal('names'), isHidden: z.boolean() }),
  z.strictObject({ ...step, step: z.literal('closed') }),
])
export type MeetingStepFact = z.infer<typeof meetingStepFactSchema>
export type MeetingOpenedFact = z.infer<typeof openedSchema>
export type MeetingDecidedFact = z.infer<typeof decidedSchema>

/** How the order of a decision stands. */
export interface DecidedOrder {
  readonly id: string
  readonly number: string
  readonly stage: SupervisionStage
  readonly clock: ClockState
  readonly dueAt: Instant
  readonly settledAt: Instant | undefined
}

export interface MeetingDecision {
  /** the command that recorded it */
  readonly id: string
  /** 1 for the first of its meeting */
  readonly no: number
  readonly item: string
  readonly at: Instant
  readonly by: string
  readonly text: string
  readonly leadUnit: string
  readonly supportingUnits: readonly string[]
  readonly level: SupervisionLevel
  /** undefined for one that was only noted */
  readonly order: DecidedOrder | undefined
}

/** An item with how long it took in its earlier turns; not the present one, which runs since the meeting's `since`. */
export type HeldItem = MeetingItem & { readonly spentMs: number }

/** 调度会议: the one that is held, and the last ones. */
export interface MeetingState {
  readonly id: string
  readonly no: number
  readonly name: string
  readonly state: 'running' | 'closed'
  readonly openedAt: Instant
  readonly openedBy: string
  readonly cutOffAt: Instant
  /** undefined while it is held */
  readonly closedAt: Instant | undefined
  readonly closedBy: string | undefined
  readonly items: readonly HeldItem[]
  /** the item that is looked at, and since when */
  readonly item: string
  readonly since: Instant
  /** who took the latest step: another one may go on at any time */
  readonly presenter: string
  readonly isNamesHidden: boolean
  readonly decisions: readonly MeetingDecision[]
  /** how many steps there are: what a command says as `seen` */
  readonly steps: number
}

/** Shows as what it is: line breaks are welcome, what is invisible or turns the direction of writing is not. */
const plainText = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|[\n\r\t])*$/u
const words = (most: number, what: string) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(most, `expected at most ${String(most)} characters`)
    .regex(plainText, 'expected a text without control characters')
const named = (what: string) => z.string(`expected the id of ${what}`).min(1, `expected the id of ${what}`).max(128, 'no id is that long')
const command = z.uuid('expected a UUID, made when somebody clicks and sent again as it is')
const minutesWords = 'expected whole minutes, 1 to 120'
const seen = z.int('expected how many steps the meeting had').min(1, 'expected how many steps the meeting had')

/** POST /api/meetings/open. `items` in the order they are taken; their ids are made by the server. */
export const meetingOpenRequestSchema = z.strictObject({
  command,
  district: named('a district'),
  name: words(60, 'a name of 1 to 60 characters, such as 11月调度会'),
  /** milliseconds since 1970 */
  cutOffAt: instantAsked(),
  items: z
    .array(
      z.strictObject({
        kind: z.enum(meetingItemKinds, `expected one of ${meetingItemKinds.join(', ')}`),
        ref: named('what the item looks at').optional(),
        title: words(100, 'a title of 1 to 100 characters'),
        minutes: z.int(minutesWords).min(1, minutesWords).max(120, minutesWords),
      }),
    )
    .min(1, 'expected at least one item')
    .max(mostMeetingItems, `expected at most ${String(mostMeetingItems)} items`),
})
export type MeetingOpenRequest = z.infer<typeof meetingOpenRequestSchema>
export type DraftItem = MeetingOpenRequest['items'][number]

/** POST /api/meetings/:id/steps. `seen` is `steps` of the meeting that was on the screen: where there are more by now, 409 tells who took them. */
export const meetingStepRequestSchema = z.discriminatedUnion(
  'step',
  [
    z.strictObject({ command, seen, step: z.literal('item'), item: named('an item') }),
    z.strictObject({ command, seen, step: z.literal('names'), isHidden: z.boolean('expected true or false') }),
    z.strictObject({ command, seen, step: z.literal('closed') }),
  ],
  'expected one of item, names, closed',
)
export type MeetingStepRequest = z.infer<typeof meetingStepRequestSchema>

const dueWords = 'expected working days, 1 to 250; leave it out for a decision that is only noted'
/** POST /api/meetings/:id/decisions. With `workingDays` it becomes an order at once; without, it is only noted. Does not depend on what was seen. */
export const meetingDecisionRequestSchema = z.strictObject({
  command,
  item: named('an item'),
  text: words(2_000, 'what was decided, in 1 to 2000 characters'),
  leadUnit: named('a unit'),
  supportingUnits: z.array(named('a unit')).max(30, 'expected at most 30 units').default([]),
  level: z.enum(supervisionLevels, `expected one of ${supervisionLevels.join(', ')}`).default('normal'),
  workingDays: z.int(dueWords).min(1, dueWords).max(250, dueWords).optional(),
})
export type MeetingDecisionRequest = z.input<typeof meetingDecisionRequestSchema>

/**
 * Addresses; commands need the role desk and a name, and a repeated one is answered as before.
 * GET  /api/meetings/agenda?district=&at=      AgendaDraft, made by rules from how things stood at the cut-off
 * POST /api/meetings/open                      MeetingOpenRequest      MeetingAnswer
 * POST /api/meetings/:id/steps                 MeetingStepRequest      MeetingAnswer
 * POST /api/meetings/:id/decisions             MeetingDecisionRequest  MeetingAnswer, with the order
 * GET  /api/meetings/:id                       MeetingState, of any meeting ever
 * GET  /api/meetings/:id/minutes               会议纪要 as a .docx
 */
export interface AgendaDraft {
  readonly cutOffAt: Instant
  readonly items: readonly DraftItem[]
}

/** Of a command, and of the same command sent again: what was recorded. */
export interface MeetingAnswer {
  readonly id: string
  readonly command: string
  readonly at: Instant
  readonly by: string
  /** steps of the meeting by now */
  readonly steps: number
  /** of a decision that became one */
  readonly order?: { readonly id: string; readonly number: string; readonly dueAt: Instant; readonly isProvisional: boolean }
}
