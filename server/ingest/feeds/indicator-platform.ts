import { z } from 'zod'
import type { SectorDefinition, ThemeDefinition, UnitDefinition } from '../../../contract/configuration.ts'
import type { IndicatorDefinition, InputDefinition } from '../../../contract/indicator.ts'
import type { Dialect, DialectContext } from '../dialect.ts'
import { MapError } from '../dialect.ts'
import { inputCodes } from './indicator-platform-codes.ts'
import { oneLine } from './upstream-text.ts'
import { readLocalTime } from './upstream-time.ts'

/** 指标平台: its column names are the first letters of pinyin. A row is of an indicator as a whole (zbbm), or of an input that formulas name (sjxbm). */

const figure = z.union([z.number(), z.string().max(40), z.null()]).optional()
const code = z.union([z.string().min(1).max(40), z.number()])
const name = z.string().max(100).nullish()

const row = z
  .looseObject({
    /** 指标编码: the number in the plan; `2-1` and `2-2` where it holds two measures */
    zbbm: code.optional(),
    /** 指标值; empty or -- when not reported */
    zbz: figure,
    /** 分子 */
    fz: figure,
    /** 分母 */
    fm: figure,
    /** 数据项编码 */
    sjxbm: code.optional(),
    /** 数据值; empty or -- when not reported */
    sjz: figure,
    /** 单位名称, 行业名称, 主题名称: which member a data item is of */
    dwmc: name,
    hymc: name,
    ztmc: name,
    /** 统计时间 */
    tjrq: z.string().min(1).max(40),
    /** 计量单位 */
    dw: z.string().max(20).nullish(),
  })
  .refine(({ zbbm, sjxbm }) => (zbbm === undefined) !== (sjxbm === undefined), {
    error: 'send either zbbm (an indicator) or sjxbm (a data item)',
  })

const message = z.looseObject({ batchNo: z.string().min(1).max(64), rows: z.array(row).max(10_000) })
type Row = z.infer<typeof row>

/** 万 and 亿, behind a number or before its unit, multiply; what follows must be the unit of what is reported. */
const multipliers: Readonly<Record<string, number>> = { 万: 10_000, 亿: 100_000_000 }

type Measured = Pick<IndicatorDefinition, 'name' | 'unitOfMeasure'>

/** A row's fields by the names that its refusals give them. */
type Field = (name: string) => string

/** `2-1` is the first measure of number 2 in the order of the configuration, `2-2` the second. */
function indicatorOf(given: string, { registry }: DialectContext): IndicatorDefinition | undefined {
  const [no, measure = '1', ...rest] = given.split('-')
  if (rest.length > 0) return undefined
  return [...registry.indicators.values()].filter((indicator) => String(indicator.no) === no)[Number(measure) - 1]
}

function multiplierOf(given: string | null | undefined, of: Measured, field: string): number {
  const unit = (given ?? '').normalize('NFKC').trim()
  if (unit === '' || unit === of.unitOfMeasure) return 1
  const multiplier = multipliers[unit.slice(0, 1)]
  if (multiplier !== undefined && unit.slice(1) === of.unitOfMeasure) return multiplier
  throw new MapError('unknown-value', `${field}: ${JSON.stringify(unit)} is not the unit of ${of.name}; send ${of.unitOfMeasure}`)
}

/** 1,234.5 and 1234.5, in full-width digits too, with 万, 亿 or % behind; commas only where they part thousands. */
const writtenFigure = /^(?<number>[+-]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?)\s*(?<tail>[万亿%]?)$/i

interface Figure {
  readonly value: number
  readonly isPercent: boolean
  /** 万 or 亿 stands behind the number itself */
  readonly isMultiplied: boolean
}

/** A figure as number; undefined when it was not reported. */
function readFigure(given: Row['zbz'], field: string): Figure | undefined {
  const text = String(given ?? '').trim()
  const plain = text.normalize('NFKC')
  if (plain === '' || /^[-—]+$/.test(plain)) return undefined
  const found = figureIn(plain)
  if (found !== undefined) return found
  throw new MapError('unknown-value', `${field}: ${JSON.stringify(text)} is not a number; leave it empty when there is none`)
}

function figureIn(text: string): Figure | undefined {
  const { number, tail = '' } = writtenFigure.exec(text)?.groups ?? {}
  const value = number === undefined ? Number.NaN : Number(number.replace(/,/g, ''))
  if (!Number.isFinite(value)) return undefined
  const multiplier = multipliers[tail]
  return { value: exact(value * (multiplier ?? 1)), isPercent: tail === '%', isMultiplied: multiplier !== undefined }
}

/** 15 digits hold what was written; the rest is the multiplication's own noise. */
const exact = (value: number): number => Number(value.toPrecision(15))

/** A figure in the unit of what is reported, which may be said behind the number or beside it, but not twice. */
function inUnit({ value, isPercent, isMultiplied }: Figure, { dw, sjxbm }: Row, of: Measured, field: Field): number {
  const multiplier = multiplierOf(dw, of, field('dw'))
  const column = field(sjxbm === undefined ? 'zbz' : 'sjz')
  if (isPercent && of.unitOfMeasure !== '%')
    throw new MapError('unknown-value', `${column}: found a percent sign, but ${of.name} is counted in ${of.unitOfMeasure}; send the number`)
  if (isMultiplied && multiplier !== 1)
    throw new MapError('unknown-value', `${column}: 万 or 亿 stands behind the number and in dw as well; send it once`)
  return exact(value * multiplier)
}

function reading(given: Row, context: DialectContext, field: Field): readonly unknown[] {
  const at = readLocalTime(given.tjrq, field('tjrq'), context.feed.zone, 'year-first')
  const value = readFigure(given.zbz, field('zbz'))
  if (value === undefined) return []
  const said = String(given.zbbm)
  const indicator = indicatorOf(said, context)
  // admission refuses the one figure by its unknown name, and the rest of the batch is kept
  if (indicator === undefined) return [{ kind: 'reading', indicator: said, at, value: value.value }]
  const numerator = readFigure(given.fz, field('fz'))?.value
  const denominator = readFigure(given.fm, field('fm'))?.value
  return [
    {
      kind: 'reading',
      indicator: indicator.id,
      at,
      value: inUnit(value, given, indicator, field),
      ...(numerator === undefined ? {} : { numerator }),
      ...(denominator === undefined ? {} : { denominator }),
    },
  ]
}

function input(given: Row, context: DialectContext, field: Field): readonly unknown[] {
  const at = readLocalTime(given.tjrq, field('tjrq'), context.feed.zone, 'year-first')
  const value = readFigure(given.sjz, field('sjz'))
  if (value === undefined) return []
  const said = String(given.sjxbm)
  const id = inputCodes.get(said)
  const definition = id === undefined ? undefined : context.registry.inputs.get(id)
  // as above: refused by its own name, alone
  if (definition === undefined) return [{ kind: 'input', input: id ?? said, at, value: value.value }]
  const of = memberOf(given, definition, context)
  return [{ kind: 'input', input: definition.id, ...(of === undefined ? {} : { of }), at, value: inUnit(value, given, definition, field) }]
}

const columns = { unit: 'dwmc', sector: 'hymc', theme: 'ztmc' } as const
const membersIn = { unit: 'units', sector: 'sectors', theme: 'themes' } as const

/** What the platform calls the district as a whole, beside the district's own name. */
const wholeNames: ReadonlySet<string> = new Set(['全区', '合计'])

/**
 * Id of the member that a row is of, by its name or short name; undefined for the district as a whole, which must be said: a row that lacks its
 * name would otherwise stand for all members. A name that nobody knows stays as it is, so that admission refuses this one row by it.
 */
function memberOf(given: Row, { by }: InputDefinition, { feed, registry }: DialectContext): string | undefined {
  const column = by === 'district' ? 'dwmc' : columns[by]
  const said = oneLine(given[column] ?? '', 60)
  if (wholeNames.has(said) || said === registry.districts.get(feed.district)?.name) return undefined
  if (by === 'district') return said || undefined
  const isMeant = ({ district, name, shortName }: UnitDefinition | SectorDefinition | ThemeDefinition): boolean =>
    district === feed.district && (name === said || shortName === said)
  return [...registry[membersIn[by]].values()].find(isMeant)?.id ?? (said || `(${column} 为空)`)
}

/** Batches of the indicator platform: figures as text, local times, 万 and 亿 in the unit. A batch without rows is a heartbeat. */
export const indicatorPlatform: Dialect = {
  name: 'indicator-platform',
  carries: ['reading', 'input'],
  message,
  map(given, context) {
    // `given` is what `message` made of it: the runner parses before it maps
    const { rows } = given as z.infer<typeof message>
    return rows.flatMap((each, index) => {
      const field: Field = (column) => `rows[${String(index)}].${column}`
      return each.sjxbm === undefined ? reading(each, context, field) : input(each, context, field)
    })
  },
}
