import { z } from 'zod'
import { videoDomains } from './video-fact.ts'

const id = z.string().regex(/^[a-z0-9_]+$/, 'lower-case letters, digits and _')
const text = z.string().min(1)

/** 指标体系: the plan's five families. */
export const families = ['government-service', 'service-efficiency', 'economy', 'society', 'public-safety'] as const

/** The second, switchable grouping: by what the national and provincial evaluations ask. */
export const groups = ['effect', 'access', 'maturity', 'data', 'coverage', 'guidance', 'response'] as const

/**
 * 目标的形状. A target is never invented: an indicator whose plan prints no figure has shape `none` and can take no colour.
 * floor ≥ · full: must be 100 % · strive: 力争 or implied, dashed · count: a yearly total · zero: none overdue · rank: best of the province
 */
export const targetSchema = z.discriminatedUnion('shape', [
  z.strictObject({ shape: z.literal('floor'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('full'), value: z.literal(100, { error: 'full means 100: for another figure use floor' }), wording: text }),
  z.strictObject({ shape: z.literal('strive'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('count'), value: z.number(), wording: text }),
  z.strictObject({ shape: z.literal('zero'), value: z.literal(0, { error: 'zero means 0: for another figure use floor or count' }), wording: text }),
  z.strictObject({ shape: z.literal('rank'), wording: text }),
  z.strictObject({ shape: z.literal('none') }),
])
export type Target = z.infer<typeof targetSchema>

const day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'YYYY-MM-DD')

/** A later version of a definition: it holds from a day on, and what was before stays as it was. */
export const revisionSchema = z.strictObject({
  from: day,
  /** why, in a sentence that the curve shows */
  note: text,
  noteEn: text,
  formula: text.optional(),
  target: targetSchema.optional(),
  baseline: z.number().optional(),
})
export type Revision = z.infer<typeof revisionSchema>

const withNumber = text.includes('{n}', { error: 'words with {n} where the number stands' })

/**
 * 计数: what the numerator and the denominator of a percentage count, one by one. Where both are told a gap is said in it: 差12项 rather than 低0.4.
 * Absent where they count nothing, such as time limits added up.
 */
export const countedSchema = z
  .strictObject({
    unit: text,
    unitEn: text,
    /** what those are that a target of 100 % lacks: `{n}台未用`. Absent: so many are lacking */
    lacking: withNumber.optional(),
    lackingEn: withNumber.optional(),
  })
  .refine(({ lacking, lackingEn }) => (lacking === undefined) === (lackingEn === undefined), 'lacking and lackingEn stand together')

/** 指标定义, one entry of config/indicators/*.yaml. */
export const indicatorSchema = z.strictObject({
  id,
  /** number in the plan */
  no: z.int().min(1),
  /** 条款: the plan's clause, such as `10-11` */
  clause: text,
  name: text,
  /** at most 8 characters, for walls */
  shortName: text.max(8),
  nameEn: text,
  /** at most 18 characters, for walls; `nameEn` stands in its place where it is left out */
  shortNameEn: text.max(18).optional(),
  family: z.enum(families),
  group: z.enum(groups),
  /** short names of units */
  leadUnits: z.array(text).min(1),
  /** 责任单位: short names of units, or `subdistricts`, `departments`, `others`: those of that group in config/units.yaml */
  responsible: z.array(text).min(1),
  unitOfMeasure: z.string(),
  unitOfMeasureEn: z.string(),
  /** decimals shown */
  decimals: z.int().min(0).max(4).default(1),
  /** shown value = value ÷ scale: 10000 for 万, 100000000 for 亿 */
  scale: z.number().positive().default(1),
  counted: countedSchema.optional(),
  better: z.enum(['higher', 'lower']),
  target: targetSchema,
  /** 均衡进度: how the expected value of today follows from the target */
  pace: z.enum(['cumulative', 'ramp', 'constant', 'none']),
  /** days that the pace is spread over */
  paceDays: z.enum(['calendar', 'working']).default('calendar'),
  /** value at the start of the year; without it a ramp has no pace. An indicator with a formula may take it from `start(…)` there instead */
  baseline: z.number().optional(),
  /** what figures are counted over: since the start of the year, or of the month */
  period: z.enum(['year', 'month']).default('year'),
  /**
   * 口径: arithmetic over inputs of config/inputs.yaml, such as `items_online / items * 100`; `start(x)` is x at the start of the year.
   * Absent: the value is reported as it is
   */
  formula: text.optional(),
  /** in words, for whoever opens the figure */
  formulaWords: text.optional(),
  formulaWordsEn: text.optional(),
  revisions: z.array(revisionSchema).default([]),
  /** 填报: filled in by a person, since no system reports it */
  entry: z.boolean().default(false),
  /** how often a value is due, in hours; where there is a formula, its inputs have rhythms of their own */
  cadenceHours: z.number().positive(),
  /** values outside are refused; computed ones are missing, and not judged */
  range: z.tuple([z.number(), z.number()]).optional(),
})
export type IndicatorDefinition = z.infer<typeof indicatorSchema>

/** What orders of service channels count up to; each day's count is by the day named. One that was cancelled (作废) is of no rate: it is neither due nor rated. */
export const orderCounts = [
  /** by the day it was opened */
  'received',
  /** by the day it was settled */
  'settled',
  /** by the due day: settled, or overdue by now */
  'due',
  /** of those due, settled in time */
  'on-time',
  /** by the day of the rating: a valid call-back, and of these the satisfied and the basically satisfied */
  'rated',
  'satisfied',
  'basically-satisfied',
  /** by the day it happened first */
  'returned',
  'extended',
] as const
export type OrderCount = (typeof orderCounts)[number]

/** 输入数, one entry of config/inputs.yaml: a number that formulas name. */
export const inputSchema = z
  .strictObject({
    id,
    name: text,
    nameEn: text,
    unitOfMeasure: z.string(),
    unitOfMeasureEn: z.string(),
    /** what it is told apart by. The district's value is the one reported for it, else the sum over the members */
    by: z.enum(['district', 'unit', 'sector', 'theme']).default('district'),
    /** how reports become a value: `last`: each is the stock or running total of its instant · `sum`: each is a part of its own (a batch, a day), added up over the period */
    gather: z.enum(['last', 'sum']).default('last'),
    /** counted from work orders of these channels, instead of being reported */
    orders: z.strictObject({ channels: z.array(text).min(1), count: z.enum(orderCounts) }).optional(),
    /** counted from the video catalogues, of these domains or of all, instead of being reported: cameras, and those whose picture can be had */
    cameras: z.strictObject({ count: z.enum(['all', 'online']), domains: z.array(z.enum(videoDomains)).min(1).optional() }).optional(),
    /** fixed by configuration, such as the population */
    constant: z.number().optional(),
    /** where a constant comes from */
    source: text.optional(),
    /** 填报: filled in by a person, since no system reports it */
    entry: z.boolean().default(false),
    /** 责任单位, of one that is entered by unit: who is asked, as for an indicator; absent asks every unit of the district */
    responsible: z.array(text).min(1).optional(),
    /** told to walls by itself, member by member (topic `inputs`) */
    published: z.boolean().default(false),
    /** how often a value is due, in hours */
    cadenceHours: z.number().positive().default(24),
  })
  .refine(
    ({ orders, cameras, constant }) => [orders, cameras, constant].filter((origin) => origin !== undefined).length < 2,
    'orders, cameras and constant exclude each other',
  )
  .refine(({ cameras, by }) => cameras === undefined || by === 'unit' || by === 'district', 'cameras are told apart by unit, or not at all')
export type InputDefinition = z.infer<typeof inputSchema>
