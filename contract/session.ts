import { z } from 'zod'
import { id, instant, person } from './fact-field.ts'
import type { Instant } from './time.ts'

/** 会话: who is signed in, and who signed them out. */

/** Whose a session may be: three roles of ours, and a unit (单位) that answers from outside. */
export const sessionRoles = ['wall', 'desk', 'admin', 'unit'] as const
export type SessionRole = (typeof sessionRoles)[number]

/** One who is signed in, as an administrator sees them: enough to know which to end, and nothing that would let anybody in. */
export interface SessionRecord {
  /** names the session without being a secret */
  readonly id: string
  readonly role: SessionRole
  /** the person, where the link was made with a name */
  readonly name: string | undefined
  /** of the role `unit`: whom the person speaks for */
  readonly unit: string | undefined
  /** undefined for one of before this was noted */
  readonly createdAt: Instant | undefined
  /** to the hour */
  readonly seenAt: Instant
  /** where the link was opened; undefined where that was not noted */
  readonly address: string | undefined
}

/** Answer of GET /api/sessions, the last that was seen first. */
export interface SessionList {
  /** the id of the session that asks, or `token` */
  readonly own: string
  readonly sessions: readonly (SessionRecord & {
    /** the name of the wall (大屏) that its browser is, where it is one */
    readonly wall: string | undefined
  })[]
}

/** 会话终止: an administrator signed somebody out. A wall that a desk revokes is told by its own fact. */
export const sessionEndedFactSchema = z.strictObject({
  kind: z.literal('session-ended'),
  session: id,
  at: instant,
  /** absent where it was done with the administrator's token */
  by: person.optional(),
  /** whose it was */
  role: z.enum(sessionRoles),
  name: person.optional(),
  unit: id.optional(),
  /** where it was ended from, as far as it is known */
  address: z.string().max(64).optional(),
})

export type SessionEndedFact = z.infer<typeof sessionEndedFactSchema>
