import { z } from 'zod'
import { id, instant, key, person, placeSchema, shortText } from './fact-field.ts'
import type { Place } from './fact-field.ts'
import type { Instant } from './time.ts'
import type { ClockState } from './topic.ts'

/** 事件: what upstreams tell of incidents, what people at the desk do about them, and the entity that both are folded into. */

export const incidentStages = ['reported', 'confirmed', 'dispatched', 'in-progress', 'closed'] as const
export type IncidentStage = (typeof incidentStages)[number]

/** 紧急 / 重要 / 一般 / 提示, most pressing first. */
export const priorities = ['urgent', 'important', 'normal', 'notice'] as const
export type Priority = (typeof priorities)[number]

/** 一般 / 较大 / 重大 / 特别重大, as 突发事件应对法 has them. */
export const incidentLevels = ['ordinary', 'considerable', 'major', 'extraordinary'] as const
export type IncidentLevel = (typeof incidentLevels)[number]

/** 事件: an upstream says that an incident reached a stage, or notes something about it. */
export const incidentFactSchema = z.strictObject({
  kind: z.literal('incident'),
  id,
  at: instant,
  stage: z.enum(incidentStages),
  priority: z.enum(priorities).optional(),
  title: shortText.optional(),
  type: shortText.optional(),
  unit: id.optional(),
  subdistrict: id.optional(),
  place: placeSchema.optional(),
  dueAt: instant.optional(),
  note: shortText.optional(),
  key,
})

/** 来源: what an incident was made of. hand: seen or heard by whoever opened it · incident: split off from another. */
export const originKinds = ['hand', 'caller', 'work-order', 'warning', 'sensor', 'camera', 'alarm', 'incident'] as const
export type OriginKind = (typeof originKinds)[number]
/** The longest that anything is named which an incident may be made of: an alarm, after its rule and what it watches. */
export const longestOriginId = 300
const originId = z.string().min(1).max(longestOriginId)
const origin = z.strictObject({
  kind: z.enum(originKinds),
  /** of the topic's entity; absent for hand and caller, which have none. As long as that of an alarm may be */
  id: originId.optional(),
})
export type IncidentOrigin = z.infer<typeof origin>

/** 指令草稿: the order that a step of a plan asks for. Who issues orders makes one of it. */
const orderDraft = z.strictObject({
  /** 牵头单位: id of a unit; absent where the plan names none */
  lead: id.optional(),
  text: z.string().min(1).max(200),
  dueAt: instant.optional(),
})
export type OrderDraft = z.infer<typeof orderDraft>

/** As the plan had it when it was started: the configuration may change, what was begun does not. */
const startedStep = z.strictObject({
  text: shortText,
  /** 责任单位: id of a unit */
  unit: id.optional(),
  dueAt: instant.optional(),
  /** it is meant to become an order */
  asksOrder: z.boolean(),
})

const words = z.string().min(1).max(500)
const stepOf = {
  /** id of the plan */
  plan: id,
  /** from 0 */
  step: z.int().min(0).max(99),
}

/** What people do about an incident, each word an act. */
const incidentAct = z.discriminatedUnion('what', [
  /** 立事件 */
  z.strictObject({
    what: z.literal('opened'),
    origin,
    title: shortText.min(1),
    type: shortText.optional(),
    level: z.enum(incidentLevels).optional(),
    place: placeSchema.optional(),
    subdistrict: id.optional(),
    note: words.optional(),
  }),
  /** 定级分类: only what changes */
  z.strictObject({
    what: z.literal('classified'),
    title: shortText.min(1).optional(),
    type: shortText.optional(),
    level: z.enum(incidentLevels).optional(),
    place: placeSchema.optional(),
    subdistrict: id.optional(),
  }),
  /** 核实 */
  z.strictObject({ what: z.literal('confirmed'), note: words.optional() }),
  z.strictObject({ what: z.literal('noted'), note: words }),
  /** 并入 another, which goes on */
  z.strictObject({ what: z.literal('merged'), into: id }),
  /** 拆出: it was merged and stands by itself again */
  z.strictObject({ what: z.literal('split'), from: id }),
  /** 启动预案 */
  z.strictObject({ what: z.literal('plan-started'), plan: id, name: shortText, steps: z.array(startedStep).min(1).max(100) }),
  z.strictObject({ what: z.literal('step-done'), ...stepOf, note: words.optional() }),
  z.strictObject({ what: z.literal('step-skipped'), ...stepOf, reason: words }),
  /** it was ticked or skipped by mistake */
  z.strictObject({ what: z.literal('step-undone'), ...stepOf }),
  z.strictObject({ what: z.literal('order-wanted'), ...stepOf, order: orderDraft }),
  /** 联动反馈: a linked system's word, taken down under its name */
  z.strictObject({
    what: z.literal('answered'),
    link: id,
    answer: z.enum(['acknowledged', 'on-the-way', 'arrived', 'feedback', 'done', 'refused']),
    note: words.optional(),
    /** it came when the incident was closed already: kept, and nothing follows from it */
    isLate: z.literal(true).optional(),
  }),
  /** 结案, never without a result */
  z.strictObject({ what: z.literal('closed'), result: words }),
  z.strictObject({ what: z.literal('reopened'), reason: words }),
])
export type IncidentAct = z.infer<typeof incidentAct>
export type IncidentActOf<What extends IncidentAct['what']> = Extract<IncidentAct, { readonly what: What }>

/** 事件处置: recorded by the server for somebody at the desk, in the order in which it was decided. */
export const incidentActFactSchema = z.strictObject({
  kind: z.literal('incident-act'),
  district: id,
  id,
  at: instant,
  by: person,
  /** where from, as far as it is known */
  address: z.string().max(64),
  /** 幂等键, of the desk's own making: the same command sent again does nothing again */
  command: id,
  act: incidentAct,
})

export type IncidentFact = z.infer<typeof incidentFactSchema>
export type IncidentActFact = z.infer<typeof incidentActFactSchema>

/** What an upstream said of the course. */
export interface IncidentStep {
  readonly at: Instant
  readonly stage: IncidentStage
  readonly note: string | undefined
}

/** What another incident's act means for this one: it took another in, let it go, or one was split off from it. */
export interface ActOnOther {
  readonly what: 'took-in' | 'let-go' | 'split-off'
  readonly other: string
}

/** 处置记录: one line of the desk's own timeline. Of a plan that was started, without its steps, which stand in `plan`. */
export interface IncidentLine {
  readonly command: string
  readonly at: Instant
  readonly by: string
  readonly act: Exclude<IncidentAct, { readonly what: 'plan-started' }> | Omit<IncidentActOf<'plan-started'>, 'steps'> | ActOnOther
}

export interface PlanStep {
  readonly text: string
  readonly unit: string | undefined
  readonly dueAt: Instant | undefined
  readonly clock: ClockState
  readonly state: 'open' | 'done' | 'skipped'
  /** who ticked or skipped it, and when; undefined while it is open */
  readonly by: string | undefined
  readonly at: Instant | undefined
  /** why it was skipped, or what was noted when it was done */
  readonly note: string | undefined
  readonly asksOrder: boolean
  /** what was asked of whoever issues orders, and by whom; undefined until then */
  readonly orderWanted: (OrderDraft & { readonly by: string; readonly at: Instant }) | undefined
}

export interface StartedPlan {
  readonly id: string
  readonly name: string
  readonly startedAt: Instant
  readonly startedBy: string
  readonly steps: readonly PlanStep[]
}

/**
 * 事件: open incidents, and those closed within the last day. What the desk says of title, type, place and level stands above what upstreams
 * say, and what it has closed only the desk opens again.
 */
export interface Incident {
  readonly id: string
  readonly title: string
  readonly type: string
  /** of the level once the desk has given one, else as the upstream has it */
  readonly priority: Priority
  /** undefined until the desk gives one */
  readonly level: IncidentLevel | undefined
  readonly stage: IncidentStage
  readonly unit: string | undefined
  readonly subdistrict: string | undefined
  readonly place: Place | undefined
  /** undefined for one that only upstreams told of */
  readonly origin: IncidentOrigin | undefined
  readonly reportedAt: Instant
  readonly closedAt: Instant | undefined
  /** the desk's, of the closing in force; undefined where an upstream closed it and the desk has said nothing yet */
  readonly result: string | undefined
  readonly mergedInto: string | undefined
  /** when an upstream last said that it goes on, after the desk had closed it; undefined otherwise */
  readonly contradictedAt: Instant | undefined
  readonly dueAt: Instant | undefined
  readonly clock: ClockState
  /** by upstreams, oldest first */
  readonly steps: readonly IncidentStep[]
  /** by the desk, in the order in which it was decided; their number is what `seen` counts */
  readonly lines: readonly IncidentLine[]
  /** the last that was started */
  readonly plan: StartedPlan | undefined
  /** of the upstream whose word is the latest; empty for one that only the desk knows */
  readonly feed: string
}
