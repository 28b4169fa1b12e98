import type { IndicatorDefinition, Target } from '../../contract/indicator.ts'

/** A mistake inside of a definition. */
export interface Mistake {
  readonly path: readonly PropertyKey[]
  readonly problem: string
}

type Shape = Target['shape']
type Pace = IndicatorDefinition['pace']

/** The paces that make sense of a shape. An indicator without a figure has no pace to draw, whatever it says. */
const paces: Readonly<Record<Shape, readonly Pace[]>> = {
  floor: ['cumulative', 'ramp', 'constant', 'none'],
  full: ['ramp', 'constant', 'none'],
  strive: ['cumulative', 'ramp', 'constant', 'none'],
  count: ['cumulative', 'ramp', 'none'],
  zero: ['constant', 'none'],
  rank: ['cumulative', 'ramp', 'constant', 'none'],
  none: ['cumulative', 'ramp', 'constant', 'none'],
}

/** The one direction that a shape can have; strive, rank and none go either way. */
const directions: Partial<Readonly<Record<Shape, IndicatorDefinition['better']>>> = {
  floor: 'higher',
  full: 'higher',
  count: 'higher',
  zero: 'lower',
}

/** Where an indicator's target does not fit what else it says: unit of measure, direction, pace, period, range. */
export function targetMistakes(definition: IndicatorDefinition): readonly Mistake[] {
  const { target, better, pace, period, range } = definition
  const mistakes: Mistake[] = []
  const report = (key: string, problem: string): void => void mistakes.push({ path: ['target', key], problem })
  const direction = directions[target.shape]
  if (direction !== undefined && direction !== better)
    report('shape', `${target.shape} means that ${direction} is better, and better says ${better}: change one of the two`)
  if (!paces[target.shape].includes(pace))
    report('shape', `${target.shape} does not go with pace ${pace}: it needs ${paces[target.shape].join(', ')}, or another shape`)
  const unit = unitProblem(definition)
  if (unit !== undefined) report('shape', unit)
  if (!('value' in target)) return mistakes
  if (period === 'month' && (pace === 'ramp' || pace === 'cumulative'))
    report('value', `pace ${pace} leads to it over a year, and the period is a month: write period: year, or pace: constant`)
  if (range !== undefined && (target.value < range[0] || target.value > range[1]))
    report('value', `${String(target.value)} lies outside of range, so it could never be reached`)
  return mistakes
}

function unitProblem({ target, unitOfMeasure }: IndicatorDefinition): string | undefined {
  if (target.shape === 'full' && unitOfMeasure !== '%')
    return `full means 100 %, and the unit of measure is ${JSON.stringify(unitOfMeasure)}: use floor or count`
  return target.shape === 'count' && unitOfMeasure === '%' ? 'count is a total, and the unit of measure is %: use floor or full' : undefined
}
