import { textWidthEm } from '../../ui/text-width.ts'
import { bunchedPhrase, gapPhrase, targetPhrase } from '../indicator-phrases.ts'
import type { GapPhrase, TargetPhrase } from '../indicator-phrases.ts'
import type { PlanNumber } from '../indicators.ts'
import { isOld } from '../../ui/quality.ts'

/** What stands beside the figure of a cell: the one thing that matters most. Pure. */
export type CellNote =
  /** how old it is, or why there is none */
  | { readonly kind: 'quality' }
  | { readonly kind: 'gap'; readonly phrase: GapPhrase }
  | { readonly kind: 'bunched' }
  | { readonly kind: 'target'; readonly phrase: TargetPhrase }
  | { readonly kind: 'lower-better' }
  /** the trend, where it has no room of its own */
  | { readonly kind: 'curve' }
  | { readonly kind: 'nothing' }

/** @param hasCurve the cell has its curve under the figure */
export function cellNote({ leading }: Pick<PlanNumber, 'leading'>, hasCurve: boolean): CellNote {
  if (leading.state?.value === undefined || isOld(leading.quality)) return { kind: 'quality' }
  const gap = gapPhrase(leading)
  if (gap !== undefined) return { kind: 'gap', phrase: gap }
  if (bunchedPhrase(leading) !== undefined) return { kind: 'bunched' }
  const target = targetPhrase(leading.definition)
  if (target !== undefined) return { kind: 'target', phrase: target }
  if (hasCurve) return { kind: leading.definition.better === 'lower' ? 'lower-better' : 'nothing' }
  return { kind: 'curve' }
}

/**
 * One name for the measures of a number: as much as fits of both, without what they begin with alike (个人注册率·信息完备); else the first.
 * @param several says that there are more, such as `个人注册率 等2项`
 * @param roomEm width in em of the label
 */
export function cellName(names: readonly string[], several: (name: string) => string, roomEm: number): string {
  const [first = '', ...others] = names
  if (others.length === 0) return first
  const shared = commonStart(names)
  const joined = [first, ...others.map((name) => name.slice(shared))].join('·')
  return [joined, several(first)].find((name) => textWidthEm(name) <= roomEm) ?? first
}

function commonStart(names: readonly string[]): number {
  const [first = '', ...others] = names
  let length = 0
  while (length < first.length && others.every((name) => name[length] === first[length])) length++
  // a name that is the beginning of another would leave nothing to tell it by
  return names.some((name) => name.length === length) ? 0 : length
}
