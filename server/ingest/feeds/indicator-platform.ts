import { z } from 'zod'
import type { IndicatorDefinition } from '../../../contract/indicator.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { readLocalTime } from './upstream-time.ts'

/** 指标平台: its column names are the first letters of pinyin. */

const figure = z.union([z.number(), z.string().max(40), z.null()]).optional()

const row = z.looseObject({
  /** 指标编码: the number in the plan; `2-1` and `2-2` where it holds two measures */
  zbbm: z.union([z.string().min(1).max(40), z.number()]),
  /** 指标值; empty or -- when not reported */
  zbz: figure,
  /** 分子 */
  fz: figure,
  /** 分母 */
  fm: figure,
  /** 统计日期 */
  tjrq: z.string().min(1).max(40),
  /** 单位 */
  dw: z.string().max(20).nullish(),
})

const message = z.looseObject({ batchNo: z.string().min(1).max(64), rows: z.array(row).max(10_000) })
type Row = z.infer<typeof row>

/** 万 and 亿 before a unit multiply; what follows must be the indicator's own unit. */
const multipliers: Readonly<Record<string, number>> = { 万: 10_000, 亿: 100_000_000 }

/** `2-1` is the first measure of number 2 in the order of the configuration, `2-2` the second. */
function indicatorOf(code: string, { registry }: DialectContext): IndicatorDefinition | undefined {
  const [no, measure = '1', ...rest] = code.split('-')
  if (rest.length > 0) return undefined
  return [...registry.indicators.values()].filter((indicator) => String(indicator.no) === no)[Number(measure) - 1]
}

function multiplierOf(given: string | null | undefined, indicator: IndicatorDefinition, field: string): number {
  const unit = (given ?? '').trim()
  if (unit === '' || unit === indicator.unitOfMeasure) return 1
  const multiplier = multipliers[unit.slice(0, 1)]
  if (multiplier !== undefined && unit.slice(1) === indicator.unitOfMeasure) return multiplier
  throw new MapError('unknown-value', `${field}: ${JSON.stringify(unit)} is not the unit of ${indicator.name}; send ${indicator.unitOfMeasure}`)
}

/** A figure as number; undefined when it was not reported. Thousands separators and a trailing % are theirs to write. */
function readFigure(given: Row['zbz'], field: string): number | undefined {
  const text = String(given ?? '').trim()
  if (text === '' || /^[-—]+$/.test(text)) return undefined
  const value = Number(text.replace(/,/g, '').replace(/%$/, ''))
  if (Number.isFinite(value)) return value
  throw new MapError('unknown-value', `${field}: ${JSON.stringify(text)} is not a number; leave it empty when there is none`)
}

function reading(given: Row, index: number, context: DialectContext): readonly unknown[] {
  const field = (name: string): string => `rows[${String(index)}].${name}`
  const at = readLocalTime(given.tjrq, field('tjrq'), context.feed.zone, 'year-first')
  const value = readFigure(given.zbz, field('zbz'))
  if (value === undefined) return []
  const code = String(given.zbbm)
  const indicator = indicatorOf(code, context)
  // admission refuses the one figure by its unknown name, and the rest of the batch is kept
  if (indicator === undefined) return [{ kind: 'reading', indicator: code, at, value }]
  const numerator = readFigure(given.fz, field('fz'))
  const denominator = readFigure(given.fm, field('fm'))
  // 15 digits hold what was written; the rest is the multiplication's own noise
  const scaled = Number((value * multiplierOf(given.dw, indicator, field('dw'))).toPrecision(15))
  return [
    {
      kind: 'reading',
      indicator: indicator.id,
      at,
      value: scaled,
      ...(numerator === undefined ? {} : { numerator }),
      ...(denominator === undefined ? {} : { denominator }),
    },
  ]
}

/** Batches of the indicator platform: figures as text, local times, 万 and 亿 in the unit. A batch without rows is a heartbeat. */
export const indicatorPlatform: Dialect = {
  name: 'indicator-platform',
  carries: ['reading'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    const { rows } = given as z.infer<typeof message>
    return rows.flatMap((each, index) => reading(each, index, context))
  },
}
