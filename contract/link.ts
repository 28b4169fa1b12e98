import { z } from 'zod'
import type { LinkRule, LinkSubject } from './link-fact.ts'
import { subjectSchema } from './link-fact.ts'
import { incidentLevels } from './incident.ts'
import type { Instant } from './time.ts'

/** 联动系统: systems of others that we tell of incidents and orders, and that answer. config/links, the topics, and what is said over HTTP. */

const name = z
  .string()
  .max(40)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -')
const text = z.string().min(1).max(40)
const address = z
  .string()
  .max(500)
  .regex(/^https?:\/\/[^\s/?#@]+(\/[^\s#]*)?$/, 'expected http:// or https://, a host and a path, without a user, a password or anything behind #')

/** One file of config/links. */
export const linkSchema = z.strictObject({
  id: name,
  name: text,
  nameEn: text,
  district: z.string().min(1),
  url: address,
  /** name of the secret that both sides sign with */
  secret: name,
  demo: z.boolean(),
  /** incidents of one of these levels or types go there by themselves; all others only when the desk pushes them */
  incidents: z
    .strictObject({ levels: z.array(z.enum(incidentLevels)).default([]), types: z.array(z.string().min(1).max(60)).default([]) })
    .default({ levels: [], types: [] }),
  /** units that work in that system: their orders go there by themselves, and it answers for these units and no others */
  units: z.array(z.string().min(1)).max(50).default([]),
  giveUpDays: z.number().min(1).max(30).default(7),
  timeoutSeconds: z.number().min(1).max(60).default(10),
  /** whom to phone when it does not take what it is sent */
  contact: z.string().min(1).max(80),
})
export type LinkDefinition = z.infer<typeof linkSchema>

/** What a message says happened. For the other side it is `incident.opened`, `order.issued` … */
export const linkEvents = [
  'incident.opened',
  'incident.classified',
  'incident.confirmed',
  'incident.closed',
  'incident.reopened',
  'order.issued',
  'order.amended',
  'order.reminded',
  'order.extension-granted',
  'order.extension-refused',
  'order.sent-back',
  'order.closed',
  'order.cancelled',
] as const
export type LinkEvent = (typeof linkEvents)[number]

/** acknowledged 签收 · on-the-way 已出发 · arrived 已到场 · feedback 反馈 · done 处置完毕 · refused 不予受理 */
export const linkAnswers = ['acknowledged', 'on-the-way', 'arrived', 'feedback', 'done', 'refused'] as const
export type LinkAnswer = (typeof linkAnswers)[number]

/** 联动系统 as it is doing. */
export interface LinkState {
  readonly id: string
  readonly name: string
  readonly nameEn: string
  readonly demo: boolean
  readonly since: Instant
  readonly deliveredAt: Instant | undefined
  readonly heardAt: Instant | undefined
  readonly waiting: number
  readonly oldestWaitingAt: Instant | undefined
  /** since when it takes nothing, and why: undefined while it does */
  readonly trouble: { readonly since: Instant; readonly reason: string } | undefined
  /** messages that were given up since it was registered */
  readonly givenUp: number
}

export interface LinkMessage {
  readonly id: string
  readonly event: LinkEvent
  readonly at: Instant
  readonly deliveredAt: Instant | undefined
  /** why it alone is not taken; undefined when it is, or was not tried yet */
  readonly trouble: string | undefined
  readonly givenUp: { readonly at: Instant; readonly by: string | undefined; readonly reason: string } | undefined
}

export interface LinkWord {
  readonly at: Instant
  readonly answer: LinkAnswer
  readonly by: string
  readonly note: string
  readonly isLate: boolean
}

/** 往来: all that went to one system about one incident or order, and came back. While anything waits or was said within a week. */
export interface LinkThread {
  readonly id: string
  readonly link: string
  readonly about: LinkSubject
  readonly title: string
  /** who sent it there by hand; undefined where the rule did */
  readonly pushedBy: string | undefined
  /** oldest first; all that wait, and of the others the latest 50 */
  readonly messages: readonly LinkMessage[]
  /** oldest first, the latest 50 */
  readonly answers: readonly LinkWord[]
}

export const threadId = (link: string, { kind, id }: LinkSubject): string => `${link}/${kind}/${id}`

/** Of one system, not of the log: how its next attempt stands. */
export interface LinkAttempts {
  readonly id: string
  readonly attempts: number
  /** undefined while nothing waits, or one is under way */
  readonly nextAt: Instant | undefined
}

/**
 * Addresses.
 * GET  /api/links                      LinkAttempts[]; role desk
 * POST /api/links/:link/push           PushRequest; desk, signed with a name
 * POST /api/links/:link/retry          {}; desk: what waits is tried now
 * POST /api/links/:link/give-up        GiveUpRequest; desk, signed with a name
 * POST /api/links/:link                LinkWordRequest, from the other system, signed after the Standard Webhooks
 */
const command = z.uuid('expected a UUID, made when somebody clicks and sent again as it is')
export const pushRequestSchema = z.strictObject({ command, about: subjectSchema })
export type PushRequest = z.infer<typeof pushRequestSchema>

const reason = z.string('expected a reason').trim().min(2, 'expected a reason of 2 to 200 characters').max(200, 'expected at most 200 characters')
export const giveUpRequestSchema = z.strictObject({ command, message: z.string().min(1).max(128), reason })
export type GiveUpRequest = z.infer<typeof giveUpRequestSchema>

/** Nothing that would not show as what it is. */
const visible = /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u
const words = (most: number) => {
  const expected = `expected at most ${String(most)} characters in one line`
  return z.string(expected).trim().max(most, expected).regex(visible, expected)
}

export const linkWordSchema = z.strictObject({
  answer: z.enum(linkAnswers, `expected one of ${linkAnswers.join(', ')}`),
  about: subjectSchema,
  /** that answers an order, where the system works for several units of it */
  unit: z.string().min(1).max(128).optional(),
  /** who says so over there */
  by: words(20).optional(),
  note: words(500).optional(),
})
export type LinkWordRequest = z.infer<typeof linkWordSchema>

export interface LinkWordAnswer {
  /** false: it was told before, or says nothing new */
  readonly recorded: boolean
  /** it came when the incident or order was closed already: kept, and changes nothing */
  readonly isLate: boolean
}

export const ruleOf = ({ incidents: { levels, types }, units }: LinkDefinition): LinkRule => ({ levels, types, units })
