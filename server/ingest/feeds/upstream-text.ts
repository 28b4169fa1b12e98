import { beginning, maskText } from '../../core/masking.ts'

/** A title is read on a wall: what is longer says nothing more there. */
const titleLength = 60
/** What a fact holds at most (contract/fact.ts). */
const noteLength = 200

/** An upstream's words as a title: one line, personal data masked, at most 60 characters. */
export const titleText = (text: string): string => oneLine(text, titleLength)

/** An upstream's words as a note: one line, personal data masked, at most 200 characters. */
export const noteText = (text: string): string => oneLine(text, noteLength)

/** An upstream's words as one line of at most `length` characters, personal data masked. */
export function oneLine(text: string, length: number): string {
  const masked = maskText(
    // text may be 10 MB long
    beginning(text, length * 4)
      // what cannot be seen hides digits from the masks, or turns the wall's line round
      .replace(/\p{Cf}+/gu, '')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim(),
  )
  // by characters, not by UTF-16 units, of which there are never fewer
  return masked.length <= length ? masked : Array.from(masked).slice(0, length).join('')
}
