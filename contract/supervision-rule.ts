import { z } from 'zod'

/** config/supervision.yaml: the customer's rule of 督办: what is reminded of when, which card is given, and who is told when nothing happens. */

const text = z.string().min(1).max(40)
const days = z.int().min(1).max(250)
const share = z.number().gt(0).lt(1)

/** So many working days before due, the due day being the first of them; where no more than that was given, by a share of the time given. */
const nearSchema = z.strictObject({ workingDaysLeft: days, share })

const levelSchema = z.strictObject({
  remind: z.strictObject({ shares: z.array(share).max(10).default([]), workingDaysLeft: z.array(days).max(10).default([]) }),
  /** 蓝牌, 临近时限 */
  blue: nearSchema,
  /** 黄牌: as blue; without a word of the lead unit for so many working days; not acknowledged within so many */
  yellow: nearSchema.extend({ silentWorkingDays: days, acknowledgeWorkingDays: days }),
  /** 升级: rungs of the ladder by how long the order is overdue, ascending */
  escalate: z
    .array(z.strictObject({ to: text, afterWorkingDays: days }))
    .max(10)
    .default([]),
})
export type LevelRule = z.infer<typeof levelSchema>

export const supervisionRuleSchema = z.strictObject({
  /** 编号, of which {year} and {no} are filled in */
  number: z
    .string()
    .max(60)
    .regex(/\{year\}.*\{no\}/, 'expected {year} and {no} in it, such as 督〔{year}〕{no}号'),
  attachments: z.strictObject({
    /** 1 MB is 1,000,000 bytes; the largest file, and all files together */
    megabytes: z.number().positive().max(500).default(20),
    totalMegabytes: z.number().positive().default(10_000),
    /** of one unit: what it sends within a day, and all that its steps name */
    unitDayMegabytes: z.number().positive().default(400),
    unitMegabytes: z.number().positive().default(2_000),
  }),
  /** whom an overdue order climbs to, lowest first */
  ladder: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and -'),
        name: text,
        nameEn: text,
        /** short name of a unit of the default district; absent for an office that a person holds */
        unit: text.optional(),
      }),
    )
    .max(10),
  levels: z.strictObject({ normal: levelSchema, important: levelSchema, urgent: levelSchema }),
})
export type SupervisionRule = z.infer<typeof supervisionRuleSchema>
