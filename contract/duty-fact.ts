import { z } from 'zod'
import { id, instant, person, placeSchema, shortText } from './fact-field.ts'

/** Facts of 值班: the roster as it was imported and swapped, resources (力量) as the desk moves them, and shifts as they were handed over. */

/** 带班领导 · 值班长 · 值班员 · 技术保障 · 各单位值班联系人, in the order in which they are named. */
export const dutyPosts = ['lead', 'chief', 'operator', 'support', 'contact'] as const
export type DutyPost = (typeof dutyPosts)[number]

const day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
/** 班次: the day that it begins on, and id of a shift in config/duty.yaml */
const ofShift = { day, shift: id }

/** What every step says. */
const signed = {
  district: id,
  at: instant,
  by: person,
  /** 幂等键: made where somebody pressed. Of two facts of one command the second says nothing new */
  command: z.uuid(),
  /** where from, as far as it is known */
  address: z.string().max(64).optional(),
}

/** Somebody on a shift. The telephone is told to desks over HTTP, and stands in no topic. */
const reachable = { name: person, unit: shortText.optional(), phone: z.string().max(40).optional() }
const placement = z.strictObject({ ...ofShift, post: z.enum(dutyPosts), ...reachable })
export type Placement = z.infer<typeof placement>

export const mostPlacements = 5_000

export const dutyFactSchema = z.discriminatedUnion('step', [
  /** 导入: what was known of these days is replaced, all of it */
  z.strictObject({
    kind: z.literal('duty'),
    ...signed,
    step: z.literal('imported'),
    file: shortText,
    days: z.array(day).min(1).max(400),
    placements: z.array(placement).max(mostPlacements),
  }),
  /** 换班: somebody takes another's place */
  z.strictObject({
    kind: z.literal('duty'),
    ...signed,
    step: z.literal('swapped'),
    ...ofShift,
    post: z.enum(dutyPosts),
    from: person,
    to: z.strictObject(reachable),
    reason: shortText.min(1),
  }),
])
export type DutyFact = z.infer<typeof dutyFactSchema>

export const resourceTypes = ['vehicle', 'team', 'officer'] as const
export type ResourceType = (typeof resourceTypes)[number]

/** 待命 · 出动 · 到场 · 返回 · 停用 */
export const resourceStatuses = ['available', 'assigned', 'on-scene', 'returning', 'out-of-service'] as const
export type ResourceStatus = (typeof resourceStatuses)[number]

/** Assigned and on scene are so for one incident; the others for none. */
export const resourceStanding = z.discriminatedUnion('status', [
  z.strictObject({ status: z.enum(['assigned', 'on-scene']), incident: id }),
  z.strictObject({ status: z.enum(['available', 'returning', 'out-of-service']), reason: shortText.optional() }),
])
export type ResourceStanding = z.infer<typeof resourceStanding>

export const resourceFactSchema = z.discriminatedUnion('step', [
  /** 登记, or called otherwise. A vehicle's id is that of its positions. */
  z.strictObject({
    kind: z.literal('resource'),
    ...signed,
    id,
    step: z.literal('registered'),
    type: z.enum(resourceTypes),
    name: shortText.min(1),
    unit: shortText.optional(),
    /** where it waits; of a vehicle its positions say where it is */
    place: placeSchema.optional(),
  }),
  z.strictObject({ kind: z.literal('resource'), ...signed, id, step: z.literal('moved'), to: resourceStanding }),
  z.strictObject({ kind: z.literal('resource'), ...signed, id, step: z.literal('removed') }),
])
export type ResourceFact = z.infer<typeof resourceFactSchema>

export const sheetSections = [
  'incidents',
  'overdue',
  'due',
  'alarms',
  'aside',
  'warnings',
  'feeds',
  'cameras',
  'resources',
  'walls',
  'on-duty',
  'next-duty',
] as const
export type SheetSection = (typeof sheetSections)[number]

export const mostLines = 60

/** 交接班单 as it is frozen: what stood at an instant, in words. */
export const sheetSchema = z.strictObject({
  at: instant,
  sections: z
    .array(
      z.strictObject({
        section: z.enum(sheetSections),
        /** of which `lines` tells the first */
        total: z.int().min(0),
        lines: z.array(z.string().max(300)).max(mostLines),
      }),
    )
    .max(sheetSections.length),
})
export type Sheet = z.infer<typeof sheetSchema>

/** the session that signed, by a name that is no secret: both signatures must not come from one */
const session = z.string().max(128)

export const handoverFactSchema = z.discriminatedUnion('step', [
  /** 交班: again before somebody has taken over, it takes the place of the one before */
  z.strictObject({
    kind: z.literal('handover'),
    ...signed,
    ...ofShift,
    session,
    step: z.literal('given'),
    note: z.string().max(2_000),
    sheet: sheetSchema,
  }),
  /** 接班: of the sheet that was given at `givenAt` */
  z.strictObject({ kind: z.literal('handover'), ...signed, ...ofShift, session, step: z.literal('taken'), givenAt: instant }),
])
export type HandoverFact = z.infer<typeof handoverFactSchema>
