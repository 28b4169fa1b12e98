import { textWidthEm } from '../ui/text-width.ts'
import type { Box } from './use-box.ts'
import type { YearCurve } from './curve.ts'
import { spread } from './curve.ts'

/** Where on the page the parts of a curve stand: the canvas and what is written over it share one geometry. Pure. */
export interface Plot {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly x: (at: number) => number
  readonly y: (value: number) => number
}

/** @param em of a label, px · @param words `ticks` is what the side says, `ends` what stands behind the curve's end */
export function plotOf(curve: YearCurve, box: Box, em: number, { ticks, ends }: Record<'ticks' | 'ends', readonly string[]>): Plot {
  const widest = (words: readonly string[]): number => Math.max(0, ...words.map(textWidthEm)) * em
  const left = widest(ticks) + em * 0.6
  const right = Math.max(left + 1, box.width - (ends.length === 0 ? em * 0.6 : widest(ends) + em * 0.8))
  const [top, bottom] = [em * 1.6, Math.max(em * 1.6 + 1, box.height - em * 1.6)]
  const { from, to, low, high } = curve
  return {
    left,
    right,
    top,
    bottom,
    x: (at) => left + ((at - from) / (to - from)) * (right - left),
    y: (value) => bottom - ((value - low) / (high - low || 1)) * (bottom - top),
  }
}

/** Words beside a spot of the curve. */
export interface Note {
  readonly key: string
  readonly text: string
  readonly x: number
  readonly y: number
  /** where they stand when they must end at `x`: a line that rises leaves room on the other side there */
  readonly yLeft: number
}

export interface PlacedNote {
  readonly key: string
  readonly text: string
  readonly x: number
  readonly y: number
  /** they end at `x`, rather than begin there */
  readonly isLeft: boolean
}

interface Taken {
  readonly from: number
  readonly to: number
  readonly y: number
}

/**
 * The notes that have room between two ends, the last ones first: none over another, none over what is taken already. One that does not fit
 * beside its spot stands a line or two lower, else on the other side.
 */
export function placeNotes(
  notes: readonly Note[],
  ends: { readonly left: number; readonly right: number },
  em: number,
  taken: readonly Taken[] = [],
): readonly PlacedNote[] {
  const spans = [...taken]
  const placed: PlacedNote[] = []
  for (const { key, text, x, y, yLeft } of [...notes].reverse()) {
    const width = textWidthEm(text) * em
    const isFree = ({ from, to, y: top }: Taken): boolean =>
      from >= ends.left &&
      to <= ends.right &&
      spans.every((other) => to + em / 2 < other.from || from - em / 2 > other.to || Math.abs(other.y - top) > em * 1.2)
    const right = { from: x, to: x + width, y }
    const sides = [
      ...[0, 1.4, 2.8].map((lines) => ({ span: { ...right, y: yLeft === y ? y : y + lines * em }, isLeft: false })),
      { span: { from: x - width, to: x, y: yLeft }, isLeft: true },
    ]
    const side = sides.find(({ span }) => isFree(span))
    if (side === undefined) continue
    spans.push(side.span)
    placed.push({ key, text, x, y: side.span.y, isLeft: side.isLeft })
  }
  return placed.reverse()
}

/** Tops of the words behind the end of the curve: each beside its value, none over another. */
export function endTops(values: readonly number[], plot: Plot, em: number): readonly number[] {
  const height = em * 1.25
  return spread(
    values.map((value) => plot.y(value) - height / 2),
    height,
    { top: 0, bottom: plot.bottom + height / 2 },
  )
}

/** M x y L x y … */
export const pathOf = (spots: readonly (readonly [number, number])[]): string =>
  spots.map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join('')

/** The outline of a band: along its upper edge and back along the lower. */
export function bandPath(band: YearCurve['bands'][number], { x, y }: Pick<Plot, 'x' | 'y'>): string {
  const upper = band.map(([at, , high]) => [x(at), y(high)] as const)
  const lower = band.map(([at, low]) => [x(at), y(low)] as const).reverse()
  return `${pathOf([...upper, ...lower])}Z`
}
