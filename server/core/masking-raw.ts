import { isMark, stars as plainMark } from './mark.ts'
import type { Mark } from './mark.ts'
import { maskText } from './masking.ts'
import { isPersonal } from './personal-keys.ts'

/** What was refused, as text: masked for keeping, be it JSON, XML, a form or CSV, whole, broken or cut off. Every pattern is linear. */

const stars: Mark = () => plainMark

const escapedCharacter = /\\u([0-9a-fA-F]{4})/g
const jsonPair = /"([^"\\]{1,64})"(\s*:\s*)(?:"(?:[^"\\]|\\[^])*(?:"|\\?$)|[^\s,\]}"[{]+)/g
/** a list of values, or an object of them */
const jsonGroup = /"([^"\\]{1,64})"(\s*:\s*)(?:\[[^[\]{}]*(?:\]|$)|\{[^[\]{}]*(?:\}|$))/g
/** of such in each other, where they begin */
const jsonNest = /"([^"\\]{1,64})"\s*:\s*(?=[[{])/g
/** JSON written into a text of JSON */
const escapedPair = /\\"([^"\\]{1,64})\\"(\s*:\s*)(?:\\"(?:[^"\\]|\\(?!"))*(?:\\"|$)|[^\s,\]}"\\[{]+)/g
/** what takes itself for JSON */
const quotedPair = /'([^'\\]{1,64})'(\s*:\s*)'(?:[^'\\]|\\[^])*(?:'|\\?$)/g
const assignment = /(?<![^\s&?,;])([^\s&?=,;"<>]{1,64})=(?:'[^'\n]*'|[^&\s,;"'<>]+)/g
const csvField = /(?:^|[,;\t])(?:"(?:[^"]|"")*(?:"|$)|[^,;\t\r\n"][^,;\t\r\n]*)?/gm

/** Escapes of digits and of all beyond ASCII are undone, for the patterns to see them; those that JSON needs stay. */
function unescape(escape: string, hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16))
  return character > '\u009f' || /[0-9]/.test(character) ? character : escape
}

const isPlainText = (raw: string): boolean => !/^\s*[{["<]/.test(raw)

const withoutQuotes = (text: string): string => text.replace(/^["']|["']$/g, '')

/** Which columns of a CSV text are a person's, told by its first line; none when that line is no header. */
function personalColumns(raw: string): ReadonlySet<number> {
  const header = raw.slice(0, raw.search(/\r?\n|$/)).split(/[,;\t]/)
  return new Set(header.flatMap((key, index) => (isPersonal(key.replaceAll('"', '')) ? [index] : [])))
}

function maskFields(rows: string, mark: Mark, isPersons: (column: number) => boolean): string {
  let column = 0
  return rows.replace(csvField, (field) => {
    const separator = /^[,;\t]/.exec(field)?.[0] ?? ''
    column = separator === '' ? 0 : column + 1
    const value = withoutQuotes(field.slice(separator.length))
    return value !== '' && isPersons(column) && !isMark(value) ? `${separator}${mark(value)}` : field
  })
}

function maskColumns(raw: string, mark: Mark): string {
  const columns = personalColumns(raw)
  if (columns.size === 0) return raw
  const endOfHeader = raw.search(/\n|$/)
  return raw.slice(0, endOfHeader) + maskFields(raw.slice(endOfHeader), mark, (column) => columns.has(column))
}

/** Where the list or object that begins at `start` ends. */
function endOfGroup(text: string, start: number): number {
  let depth = 0
  for (let at = start, isInString = false; at < text.length; at += 1) {
    const character = text[at]
    if (isInString) {
      if (character === '\\') at += 1
      else if (character === '"') isInString = false
    } else if (character === '"') isInString = true
    else if (character === '[' || character === '{') depth += 1
    else if ((character === ']' || character === '}') && (depth -= 1) === 0) return at + 1
  }
  return text.length
}

/** Texts and numbers of a group; what is followed by a colon is a key. */
const leaf = /"((?:[^"\\]|\\[^])*)(?:"(\s*:)?|\\?$)|(?<![\w.+-])-?\d[\w.+-]*/g

function maskNests(text: string, mark: Mark): string {
  let masked = ''
  let done = 0
  for (const found of text.matchAll(jsonNest)) {
    if (found.index < done || !isPersonal(found[1] ?? '')) continue
    const start = found.index + found[0].length
    const end = endOfGroup(text, start)
    const group = text.slice(start, end).replace(leaf, (whole: string, value: string | undefined, colon: string | undefined) => {
      const hidden = value ?? whole
      return colon !== undefined || isMark(hidden) || hidden === '' ? whole : `"${mark(hidden)}"`
    })
    masked += text.slice(done, start) + group
    done = end
  }
  return masked + text.slice(done)
}

const xmlPart = /<(\/?)([^\s<>/!?]{1,64})([^<>]{0,2000})>|<!\[CDATA\[(?:[^\]]|\](?!\]>))*(?:\]\]>|$)|[^<]+/g
const xmlAttribute = /([^\s=<>"'/]{1,64})(\s*=\s*)("[^"<>]*"|'[^'<>]*')/g

/** Walks the parts of an XML text from its beginning to its end. */
class ElementMasker {
  readonly #mark: Mark
  readonly #lastClosed = new Map<string, number>()
  /** the person's element that we are in; one that is never closed ends with the next tag */
  #inside: { readonly name: string; readonly isClosed: boolean; depth: number } | undefined

  constructor(text: string, mark: Mark) {
    this.#mark = mark
    for (const { 1: name = '', index } of text.matchAll(/<\/([^\s<>/]{1,64})/g)) this.#lastClosed.set(name, index)
  }

  opens(name: string, at: number): void {
    if (this.#inside?.isClosed === false) this.#inside = undefined
    if (this.#inside === undefined && isPersonal(name)) this.#inside = { name, isClosed: (this.#lastClosed.get(name) ?? -1) > at, depth: 1 }
    else if (this.#inside?.name === name) this.#inside.depth += 1
  }

  closes(name: string): void {
    const inside = this.#inside
    if (inside === undefined) return
    if (inside.name === name) inside.depth -= 1
    if (!inside.isClosed || inside.depth === 0) this.#inside = undefined
  }

  content(part: string): string {
    return this.#inside === undefined ? part : maskContent(part, this.#mark)
  }
}

/** Masks attributes, and what stands in elements, that are a person's: also in elements inside of those, as far as they are closed. */
function maskElements(text: string, mark: Mark): string {
  const masker = new ElementMasker(text, mark)
  let masked = ''
  let done = 0
  for (const { 0: part, 1: slash, 2: name, 3: rest = '', index } of text.matchAll(xmlPart)) {
    masked += text.slice(done, index)
    done = index + part.length
    if (name === undefined) masked += masker.content(part)
    else if (slash === '/') {
      masker.closes(name)
      masked += part
    } else {
      if (!rest.endsWith('/')) masker.opens(name, index)
      masked += `<${name}${maskAttributes(rest, mark)}>`
    }
  }
  return masked + text.slice(done)
}

function maskContent(part: string, mark: Mark): string {
  const [, before = '', value = '', after = ''] = /^(<!\[CDATA\[|)([^]*?)(\]\]>|)$/.exec(part) ?? []
  return value.trim() === '' || isMark(value.trim()) ? part : `${before}${mark(value.trim())}${after}`
}

const maskAttributes = (rest: string, mark: Mark): string =>
  rest.replace(xmlAttribute, (whole: string, name: string, equals: string, value: string) => {
    const quote = value.slice(0, 1)
    const hidden = withoutQuotes(value)
    return isPersonal(name) && hidden !== '' && !isMark(hidden) ? `${name}${equals}${quote}${mark(hidden)}${quote}` : whole
  })

/**
 * Masks a refused message for keeping: the values of keys, elements, attributes and columns that name a person, then everything `maskText`
 * knows. Works on what is cut off or broken as well; the syntax around the values stays. Errors: none (total).
 */
export function maskRaw(raw: string, mark?: Mark): string {
  const hide = mark ?? stars
  let masked = raw.replace(escapedCharacter, unescape)
  if (isPlainText(masked)) masked = maskColumns(masked, hide)
  const pair =
    (quote: string) =>
    (whole: string, key: string, colon: string): string => {
      if (!isPersonal(key)) return whole
      const value = withoutQuotes(whole.slice(key.length + 2 * quote.length + colon.length).replaceAll('\\"', '"'))
      return `${quote}${key}${quote}${colon}${quote}${isMark(value) ? value : hide(value)}${quote}`
    }
  masked = maskNests(masked.replace(jsonPair, pair('"')).replace(jsonGroup, pair('"')), hide)
  masked = masked.replace(escapedPair, pair('\\"')).replace(quotedPair, pair("'"))
  if (masked.includes('<')) masked = maskElements(masked, hide)
  masked = masked.replace(assignment, (whole: string, key: string) => {
    const written = whole.slice(key.length + 1)
    const quote = written.startsWith("'") ? "'" : ''
    const value = withoutQuotes(written)
    return isPersonal(key) && value !== '' && !isMark(value) ? `${key}=${quote}${hide(value)}${quote}` : whole
  })
  return maskText(masked, mark)
}

/** Masks a row that its columns' names do not fit: where one of them is a person's, every cell, as none is known to stand in its place. */
export function maskRow(row: string, columns: readonly string[], mark: Mark = stars): string {
  return columns.some(isPersonal) ? maskFields(row, mark, () => true) : maskRaw(row, mark)
}
