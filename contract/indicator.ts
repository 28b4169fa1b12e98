import { z } from 'zod'

const id = z.string().regex(/^[a-z0-9_]+$/, 'lower-case letters, digits and _')
const text = z.string().min(1)

/** 指标体系: the plan's five families. */
export const families = ['government-service', 'service-efficiency', 'economy', 'society', 'public-safety'] as const

/**
 * 目标的形状. A target is never invented: an indicator whose plan prints no figure has shape `none` and can take no colour.
 * floor ≥ · full: must be 100 % · strive: 力争 or implied, dashed · count: a yearly total · zero: none overdue · rank: best of the province
 */
export const targetSchema = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('floor'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('full'), value: z.literal(100), wording: text }),
  z.strictObject({ shape: z.literal('strive'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('count'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('zero'), value: z.literal(0), wording: text }),
  z.strictObject({ shape: z.literal('rank'), wording: text }),
  z.strictObject({ shape: z.literal('none') }),
])
export type Target = z.infer<typeof targetSchema>

/** 指标定义, one entry of config/indicators/*.yaml. */
export const indicatorSchema = z.strictObject({
  id,
  /** number in the plan */
  no: z.int().min(1),
  name: text,
  /** at most 8 characters, for walls */
  shortName: text.max(8),
  nameEn: text,
  family: z.enum(families),
  leadUnits: z.array(text).min(1),
  unitOfMeasure: z.string(),
  unitOfMeasureEn: z.string(),
  /** decimals shown */
  decimals: z.int().min(0).max(4).default(1),
  /** shown value = value ÷ scale: 10000 for 万, 100000000 for 亿 */
  scale: z.number().positive().default(1),
  better: z.enum(['higher', 'lower']),
  target: targetSchema,
  /** 均衡进度: how the expected value of today follows from the target */
  pace: z.enum(['cumulative', 'ramp', 'constant', 'none']),
  /** value at the start of the year; without it a ramp has no pace */
  baseline: z.number().optional(),
  /** how often a value is due, in hours */
  cadenceHours: z.number().positive(),
  /** values outside are refused */
  range: z.tuple([z.number(), z.number()]).optional(),
})
export type IndicatorDefinition = z.infer<typeof indicatorSchema>
