import type { AttachmentType } from '../../contract/supervision-fact.ts'
import { attachmentEndings } from '../../contract/supervision.ts'

/** What a file is, by what stands in it: a name says what somebody wants it to be. */

/** Bytes from the beginning that are looked at. */
export const headBytes = 12

/** What a file begins as; `archive` is a ZIP, of which the end says more. */
export type Beginning = Exclude<AttachmentType, typeof word | typeof sheet> | 'archive'

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const sheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

const isAt = (head: Buffer, offset: number, text: string): boolean => head.toString('latin1', offset, offset + text.length) === text

/** undefined for what is not taken: pages, pictures and archives with scripts in them are among it. */
export function beginningOf(head: Buffer): Beginning | undefined {
  if (isAt(head, 0, '%PDF-')) return 'application/pdf'
  if (isAt(head, 0, '\xff\xd8\xff')) return 'image/jpeg'
  if (isAt(head, 0, '\x89PNG\r\n\x1a\n')) return 'image/png'
  if (isAt(head, 0, 'RIFF') && isAt(head, 8, 'WEBP')) return 'image/webp'
  if (isAt(head, 4, 'ftyp')) return 'video/mp4'
  return isAt(head, 0, 'PK\x03\x04') ? 'archive' : undefined
}

/** What an archive is, by the names in its directory, which stands at its end; or why it is not taken. */
export function archiveType(tail: Buffer): AttachmentType | 'macros' | undefined {
  const text = tail.toString('latin1')
  if (/vbaProject\.bin|\/activeX\//i.test(text)) return 'macros'
  if (text.includes('word/document.xml')) return word
  return text.includes('xl/workbook.xml') ? sheet : undefined
}

/** The ending of a name in lower case, without the dot; empty where it has none. */
export const endingOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''

/** Why a name does not fit a content; undefined where it does. */
export function nameProblem(name: string, type: AttachmentType): string | undefined {
  if (attachmentEndings[endingOf(name)] === type) return undefined
  const endings = Object.entries(attachmentEndings).flatMap(([ending, of]) => (of === type ? [`.${ending}`] : []))
  return `the name ends in .${endingOf(name)}, and the content is ${type}; let it end in ${endings.join(' or ')}, or send the file that is meant`
}
