import { z } from 'zod'
import { feedFactKinds } from './fact.ts'

/** Feeds: what a file of config/feeds says, and what screens are told of it. */

const idPattern = /^[a-z0-9][a-z0-9-]*$/
const idWords = 'lower-case letters, digits and -'
const id = z.string().regex(idPattern, idWords)
const text = z.string().min(1)
/** Digits without quotes are a number to YAML. */
const asText = (like: string) =>
  z.string({ error: ({ input }) => (typeof input === 'number' ? `put it in quotes: '${String(input)}'` : `write ${like}`) })
const contactWords = 'whom to phone when it falls silent, such as 值班室 0933-0000000'
const seconds = z.number().positive()

/** A zone of the IANA data base, such as Asia/Shanghai. */
export const zoneSchema = asText('a time zone such as Asia/Shanghai').refine((name) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    // Intl answers an unknown zone with an exception; here it is an answer, not a fault
    return false
  }
}, 'there is no such time zone: write one such as Asia/Shanghai')

/**
 * 入库规则: what of a feed's well-formed facts is taken. Values are told apart by series: an indicator, or a sensor with its quantity.
 * Rules are named by the quantity, the indicator or the sensor they are for; `*` is for every other.
 */
export const admissionSchema = z.strictObject({
  /** facts further ahead of our clock than this are refused */
  maxAheadSeconds: z.number().min(0).default(300),
  /** facts older than this are refused; absent takes any age */
  maxAgeDays: z.number().positive().optional(),
  /** values outside [lowest, highest] are refused; narrower than the definition's own range, which holds besides */
  ranges: z.record(z.string(), z.tuple([z.number(), z.number()])).default({}),
  /** a value that moved by more than `most` within `withinSeconds` of the one before is refused; the next that agrees with it is taken */
  jumps: z.record(z.string(), z.strictObject({ most: z.number().positive(), withinSeconds: seconds })).default({}),
  /** a value that moved by less than `change` is not recorded, unless `atLeastEverySeconds` have passed since the one that was */
  deadBands: z.record(z.string(), z.strictObject({ change: z.number().min(0), atLeastEverySeconds: seconds })).default({}),
  /** facts of a series older than its newest: taken (history is filled in) or refused */
  outOfOrder: z.enum(['accept', 'refuse']).default('accept'),
  /** a second, different value for the same instant: taken as a correction (both are kept) or refused */
  corrections: z.enum(['accept', 'refuse']).default('accept'),
})
export type AdmissionRules = z.infer<typeof admissionSchema>

/** Bounds on what a feed may cost us. */
const limitsSchema = z.strictObject({
  /** messages taken per second, over ten seconds; what is more waits at the upstream, or is answered with 429 */
  messagesPerSecond: z.number().positive().default(2_000),
  /** bytes of one message, and of one file */
  messageBytes: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024)
    .default(10 * 1024 * 1024),
})

/** config/feeds/*.yaml */
export const feedSchema = z
  .strictObject({
    /** a folder of the data folder bears it, too */
    id: id.max(64),
    name: text,
    shortName: text.max(8),
    nameEn: text,
    district: asText("a district of config/districts, in quotes: '620802'").regex(idPattern, idWords),
    /** one of the sectors in config/sectors.yaml whose data the district gathers */
    sector: id.optional(),
    /** where it comes from; the scheme picks the transport: intake: https: wss: mqtt: nats: tcp: file: sftp: postgres: mysql: … */
    source: z.string().regex(/^[a-z][a-z0-9+.-]*:/, 'a URL, or `intake:` for our own HTTP intake'),
    /** the transport's own options */
    transport: z.record(z.string(), z.unknown()).default({}),
    /** how it is encoded: a codec's name, or its name with options. Left out: the transport's usual one */
    codec: z.union([text, z.looseObject({ name: text })]).optional(),
    /** what it means, as a JSONata expression from one decoded message to facts; or, for protocols that need code, */
    mapping: text.optional(),
    /** the name of a dialect in server/ingest/feeds */
    dialect: text.optional(),
    /** zone of upstream times written without one */
    zone: zoneSchema,
    /** true for a simulator: the wall then wears 演示数据 */
    demo: z.boolean(),
    /** a feed silent for longer than this is late (degraded); for three times this, down */
    cadenceSeconds: seconds,
    admission: admissionSchema.prefault({}),
    limits: limitsSchema.prefault({}),
    /** ids of units that work in the system behind it: it may tell what they answer to orders (order-answer), of no others */
    answersFor: z.array(z.string().min(1)).max(50).optional(),
    /** whom to phone when it falls silent */
    contact: asText(contactWords).min(1, `write ${contactWords}`),
    /** kinds of facts it delivers: figures counted from them grow old with its silence. Absent: what its mapping or dialect says, any kind where that says nothing */
    carries: z.array(z.enum(feedFactKinds)).min(1).optional(),
  })
  .superRefine((feed, context) => {
    if ((feed.mapping === undefined) === (feed.dialect === undefined))
      context.addIssue({ code: 'custom', path: ['mapping'], message: 'give either mapping (a JSONata expression) or dialect (a name), not both' })
  })
export type FeedDefinition = z.infer<typeof feedSchema>

/** A feed as screens see it: nothing of where or how. */
export type FeedLabel = Pick<
  FeedDefinition,
  'id' | 'name' | 'shortName' | 'nameEn' | 'district' | 'sector' | 'demo' | 'cadenceSeconds' | 'contact' | 'carries'
>
