import type { TypeSizes } from '../screen/wall-profile.ts'
import { textWidthEm } from '../ui/text-width.ts'

/** How much of what a tile has to say fits into it. Pure; lengths in px. */

export interface TileSpeech {
  /** the state */
  readonly word: string
  /** what belongs to it and is left out only at the very last, such as a codec's name; empty where nothing does */
  readonly detail: string
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
const marginEm = 0.5

export function fitSpeech(speech: TileSpeech, box: { readonly widthPx: number; readonly heightPx: number }, type: TypeSizes): FittedSpeech {
  const room = { width: box.widthPx - 2 * marginEm * type.label, height: box.heightPx - captionLines * type.label }
  const whole = [speech.word, speech.detail].filter((part) => part !== '').join(' ')
  const fits = (text: string, size: number, glyph: number): boolean => size * (textWidthEm(text) + glyph) <= room.width
  const hasTwoLines = lineHeight * (type.text + type.label) <= room.height
  if (fits(whole, type.text, glyphEm)) {
    const doing = hasTwoLines ? speech.doing.find((text) => fits(text, type.label, 0)) : undefined
    return { word: whole, size: 'text', hasGlyph: true, doing }
  }
  const choices: readonly Omit<FittedSpeech, 'doing'>[] = [
    { word: whole, size: 'label', hasGlyph: true },
    { word: whole, size: 'label', hasGlyph: false },
    { word: speech.word, size: 'text', hasGlyph: true },
    { word: speech.word, size: 'label', hasGlyph: true },
  ]
  const chosen = choices.find(({ word, size, hasGlyph }) => fits(word, type[size], hasGlyph ? glyphEm : 0))
  return { ...(chosen ?? { word: speech.word, size: 'label', hasGlyph: false }), doing: undefined }
}
