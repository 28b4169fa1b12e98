import type { TypeSizes } from '../screen/wall-profile.ts'
import { textWidthEm } from '../ui/text-width.ts'

/** How much of what a tile has to say fits into it. Pure; lengths in px. */

export interface TileSpeech {
  /** the state, longest wording first */
  readonly words: readonly string[]
  /** since when and what is being done, longest first */
  readonly doing: readonly string[]
}

export interface FittedSpeech {
  readonly word: string
  readonly size: 'text' | 'label'
  readonly hasGlyph: boolean
  /** undefined where there is no room: it goes before anything of the first line does */
  readonly doing: string | undefined
}

/** a name's band along the foot, lines of label type */
const captionLines = 1.46
const lineHeight = 1.3
/** shape and the gap behind it */
const glyphEm = 1.06
const marginEm = 0.15

/** With its second line where there is room; else the first line alone, in type that falls to the label, without its shape, in fewer words. */
export function fitSpeech({ words, doing }: TileSpeech, box: { readonly widthPx: number; readonly heightPx: number }, type: TypeSizes): FittedSpeech {
  const width = box.widthPx - 2 * marginEm * type.label
  const fits = (text: string, size: 'text' | 'label', hasGlyph: boolean): boolean =>
    type[size] * (textWidthEm(text) + (hasGlyph ? glyphEm : 0)) <= width
  const choices = words.flatMap((word) => [
    { word, size: 'text' as const, hasGlyph: true },
    { word, size: 'label' as const, hasGlyph: true },
    { word, size: 'label' as const, hasGlyph: false },
  ])
  const chosen = choices.find(({ word, size, hasGlyph }) => fits(word, size, hasGlyph)) ?? {
    word: words.at(-1) ?? '',
    size: 'label' as const,
    hasGlyph: false,
  }
  const hasTwoLines = lineHeight * (type[chosen.size] + type.label) <= box.heightPx - captionLines * type.label
  return { ...chosen, doing: hasTwoLines ? doing.find((text) => fits(text, 'label', false)) : undefined }
}
