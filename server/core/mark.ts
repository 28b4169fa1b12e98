/** What is put in the place of something that is hidden whole: stars, perhaps with letters that keep it apart from others. */
export type Mark = (hidden: string) => string

export const stars = '***'

/** No word consists of these, so that they are never taken for the upstream's own; and no mask knows them. */
export const markLetters = 'bcdfghjklmnpqrstvwxz'
export const lettersOfMark = 8
const mark = `[*]{3}(?:[${markLetters}]{${String(lettersOfMark)}})?`
const wholeMark = new RegExp(`^${mark}$`)
const everyMark = new RegExp(mark, 'g')

export const isMark = (text: string): boolean => wholeMark.test(text)

/** Marks as stars alone, which is how they stand in facts. */
export const withPlainMarks = (text: string): string => text.replace(everyMark, stars)
