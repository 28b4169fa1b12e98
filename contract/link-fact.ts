import { z } from 'zod'
import { id, instant, person, shortText } from './fact-field.ts'
import { incidentLevels } from './incident.ts'

/** Facts of 联动系统: which systems there are, what somebody sent to one by hand, and what became of each message. */

/** What a message is about. */
export const subjectSchema = z.strictObject({ kind: z.enum(['incident', 'order']), id })
export type LinkSubject = z.infer<typeof subjectSchema>

/** What goes there by itself: incidents of one of these levels or types, orders given to one of these units. */
const ruleSchema = z.strictObject({ levels: z.array(z.enum(incidentLevels)), types: z.array(shortText), units: z.array(id) })
export type LinkRule = z.infer<typeof ruleSchema>

const link = { kind: z.literal('link'), district: id, link: id, at: instant }
const pressed = { by: person, address: z.string().max(64), command: z.uuid() }

/**
 * What is to be sent is nobody's fact of its own: it is folded from the facts of incidents and orders, by the rule that was registered before them.
 * registered: from now on, by this rule; `line` begins the ids of its messages · removed: it is no longer configured · pushed: by hand, from the desk ·
 * failing: it takes nothing, or not this message · delivered: it took this message · given-up: this message is not sent any more
 */
export const linkFactSchema = z.discriminatedUnion('what', [
  z.strictObject({ ...link, what: z.literal('registered'), line: z.uuid(), name: shortText, nameEn: shortText, demo: z.boolean(), rule: ruleSchema }),
  z.strictObject({ ...link, what: z.literal('removed') }),
  z.strictObject({ ...link, ...pressed, what: z.literal('pushed'), about: subjectSchema }),
  /** `message` where it is this one alone that is not taken */
  z.strictObject({ ...link, what: z.literal('failing'), reason: shortText, message: id.optional() }),
  z.strictObject({ ...link, what: z.literal('delivered'), message: id }),
  /** by the server itself, after giveUpDays, where nobody signed it */
  z.strictObject({ ...link, what: z.literal('given-up'), message: id, reason: shortText, by: person.optional(), command: z.uuid().optional() }),
])
export type LinkFact = z.infer<typeof linkFactSchema>
