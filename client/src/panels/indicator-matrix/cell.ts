import { textWidthEm } from '../../ui/text-width.ts'
import { bunchedPhrase, countedGap, gapPhrase, targetPhrase } from '../indicator-phrases.ts'
import type { CountedGap, GapPhrase, TargetPhrase } from '../indicator-phrases.ts'
import type { PlanNumber } from '../indicators.ts'
import { isOld } from '../../ui/quality.ts'

/** What stands beside the figure of a cell: the one thing that matters most. Pure. */
export type CellNote =
  /** how old it is, or why there is none */
  | { readonly kind: 'quality' }
  | { readonly kind: 'counted'; readonly gap: CountedGap }
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
  const counted = countedGap(leading)
  if (counted !== undefined) return { kind: 'counted', gap: counted }
  const gap = gapPhrase(leading)
  if (gap !== undefined) return { kind: 'gap', phrase: gap }
  if (bunchedPhrase(leading) !== undefined) return { kind: 'bunched' }
  const target = targetPhrase(leading.definition)
  if (target !== undefined) return { kind: 'target', phrase: target }
  if (hasCurve) return { kind: leading.definition.better === 'lower' ? 'lower-better' : 'nothing' }
  return { kind: 'curve' }
}

/**
 * One name for the measures of a number: as much as fits of both, without what they begin or end with alike (终端使用·在线率); else the first.
 * @param several says that there are more, the longest first, such as `个人注册率 等2项`
 * @param roomEm width in em of the label
 */
export function cellName(names: readonly string[], several: readonly ((name: string) => string)[], roomEm: number): string {
  const [first = ''] = names
  if (names.length < 2) return first
  return [joined(names), ...several.map((say) => say(first))].find((name) => textWidthEm(name) <= roomEm) ?? first
}

function joined(names: readonly string[]): string {
  const [first = ''] = names
  const start = first.slice(
    0,
    sharedLength(names, (name, index) => name[index]),
  )
  const rests = names.map((name) => name.slice(start.length))
  const end = sharedLength(rests, (name, index) => name[name.length - 1 - index])
  return start + rests.map((rest) => rest.slice(0, rest.length - end)).join('·') + first.slice(first.length - end)
}

/** How many characters they have alike, leaving each at least one to be told by. */
function sharedLength(names: readonly string[], at: (name: string, index: number) => string | undefined): number {
  const [first = '', ...others] = names
  const most = Math.min(...names.map((name) => name.length)) - 1
  let length = 0
  while (length < most && others.every((name) => at(name, length) === at(first, length))) length++
  return length
}

/** The first that fits; the last where none does. @param words the longest first */
export const fittingWords = (words: readonly string[], roomEm: number): string =>
  words.find((each) => textWidthEm(each) <= roomEm) ?? words.at(-1) ?? ''

/** A shape with what stands around it, in em of the label. */
export const shapeEm = 1.3

/**
 * What a gap says behind its shape, the figures set as small as they may be. Where nothing fits it says nothing: its shape and colour tell
 * that there is one, and how large it is is said once the cell is opened. A number cut at the edge would be another number.
 * @param words the longest first
 * @param roomEm of figures and gap together
 */
export const gapWords = (words: readonly string[], figures: readonly { readonly text: string }[], roomEm: number): string =>
  fittingWords([...words, ''], roomEm - shapeEm - smallestEm(figures))

/** How a cell's figures are set: with their units, without them, or in the label's size as well, for what stands beside them to fit. */
export type FigureSetting = 'whole' | 'bare' | 'small'

/**
 * Units leave first; which they are is said once the figure is opened.
 * @param roomEm that is left beside the note
 */
export function figureSetting(texts: readonly { readonly text: string; readonly unit: string }[], roomEm: number): FigureSetting {
  if (figuresEm(texts) <= roomEm) return 'whole'
  return figuresEm(texts.map(({ text }) => ({ text, unit: '' }))) <= roomEm ? 'bare' : 'small'
}

/** `value-s` is a good quarter larger than the label; one unit serves figures of the same. */
export function figuresEm(texts: readonly { readonly text: string; readonly unit: string }[]): number {
  const unit = texts.at(-1)?.unit ?? ''
  return digitsEm(texts) * 1.29 + (texts.length - 1) * 0.7 + (unit === '' ? 0 : textWidthEm(unit) + 0.3)
}

/** Without units, in the label's size. */
export const smallestEm = (texts: readonly { readonly text: string }[]): number => digitsEm(texts) + (texts.length - 1) * 0.7

const digitsEm = (texts: readonly { readonly text: string }[]): number => texts.reduce((sum, { text }) => sum + textWidthEm(text), 0)
