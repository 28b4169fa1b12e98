import type { EntryProblemCode } from '../../contract/entry.ts'
import type { Cell } from '../ingest/codecs/sheet.ts'
import { numberOf, withoutNoise } from '../ingest/mapping/figure.ts'
import { toAscii } from '../ingest/mapping/words.ts'

/** How a figure was written down. */
export interface WrittenFigure {
  readonly cell: Cell
  /** the cell shows its number as a percentage: 0.985 is seen as 98.5 % */
  readonly isPercentCell: boolean
  readonly unitOfMeasure: string
}

/** none: the cell says that there is no figure, and never that it is 0. */
export type ReadFigure =
  | { readonly is: 'figure'; readonly value: number }
  | { readonly is: 'none' }
  | { readonly is: 'problem'; readonly code: EntryProblemCode; readonly expected: string }

/** How people write that there is no figure; dashes and full-width letters are ASCII already. */
const noFigure = /^(?:-+|\/+|\\+|无|暂无|空|缺|缺测|未报|未上报|null|none|n\/?a)?$/i
const none: ReadFigure = { is: 'none' }

const problem = (code: EntryProblemCode, expected: string): ReadFigure => ({ is: 'problem', code, expected })
const isPercentUnit = (unitOfMeasure: string): boolean => toAscii(unitOfMeasure) === '%'

/**
 * The number that a person wrote: full-width digits, thousands commas, 万 and 亿, a percent sign, the unit of measure behind it.
 * Total; never a guess: what could be read in two ways is a problem.
 */
export function readFigure({ cell, isPercentCell, unitOfMeasure }: WrittenFigure): ReadFigure {
  if (cell === null) return none
  if (cell instanceof Date) return problem('date', unitOfMeasure)
  if (typeof cell === 'boolean') return problem('not-a-number', unitOfMeasure)
  if (typeof cell === 'string') return readText(cell, unitOfMeasure)
  if (isPercentCell && !isPercentUnit(unitOfMeasure)) return problem('percent', unitOfMeasure)
  const value = isPercentCell ? withoutNoise(cell * 100) : cell
  return Number.isFinite(value) ? { is: 'figure', value } : problem('not-a-number', unitOfMeasure)
}

function readText(written: string, unitOfMeasure: string): ReadFigure {
  // what cannot be seen, such as a text mark or a zero-width blank, is no part of a number
  const text = toAscii(written.slice(0, 200).replace(/\p{Cf}+/gu, '')).replace(/^'/, '')
  if (noFigure.test(text)) return none
  const unit = toAscii(unitOfMeasure)
  const bare = unit !== '' && unit !== '%' && text.endsWith(unit) && text.length > unit.length ? text.slice(0, -unit.length).trim() : text
  if (bare.includes('%') && unit !== '%') return problem('percent', unitOfMeasure)
  if (/[万亿]/.test(bare) && /[万亿]/.test(unit)) return problem('double-scale', unitOfMeasure)
  const value = numberOf(bare)
  return value === undefined ? problem('not-a-number', unitOfMeasure) : { is: 'figure', value }
}
