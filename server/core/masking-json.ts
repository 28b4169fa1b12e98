import type { Instant } from '../../contract/time.ts'
import { maskRaw } from './masking-raw.ts'
import { isMark } from './mark.ts'
import type { Mark } from './mark.ts'
import { beginning, maskText } from './masking.ts'
import { isNumbering, isPersonal } from './personal-keys.ts'
import { personalNumberIn } from './personal-numbers.ts'

export interface JsonMasking {
  readonly mark: Mark
  /** takes secrets out of a text */
  readonly redact: (text: string) => string
  /** tells the date in an order's number from a date of birth */
  readonly now: Instant
  /** characters written, about: what is longer is cut off */
  readonly most: number
}

/** `isCut`: it was longer than what is written. */
export interface MaskedJson {
  readonly text: string
  readonly isCut: boolean
}

/**
 * A decoded message as JSON, masked for keeping, so that it can be sent through again: everything under a key that names a person, then
 * whatever `maskText` knows. What numbers an order, a device or an instant stays as it is, unless it is somebody's number.
 * Errors: none (total); what JSON cannot say is empty.
 */
export function maskJson(value: unknown, masking: JsonMasking): MaskedJson {
  const writer = new JsonWriter(masking)
  const text = writer.write(value, { key: '', isPersons: false }) ?? ''
  return { text, isCut: writer.isCut }
}

/** Where a value stands. */
interface Place {
  readonly key: string
  readonly isPersons: boolean
}

/** Letters, digits and what joins them: as orders and devices are numbered. */
const isNumber = /^[\w./:#-]{1,64}$/
/** A landline, told from other numbers by its hyphen alone. */
const landline = /(?<!\d)0\d{2,3}-\d{7,8}(?!\d)/
const isWord = /^[A-Za-z_-]*$/
const isLongInteger = /^\d{11,}$/
/** an object's only text, as XML is decoded */
const ownText: ReadonlySet<string> = new Set(['#text', '$', '_'])

class JsonWriter {
  readonly #masking: JsonMasking
  #room: number

  constructor(masking: JsonMasking) {
    this.#masking = masking
    this.#room = masking.most
  }

  get isCut(): boolean {
    return this.#room < 0
  }

  /** undefined for what JSON has no word for */
  write(value: unknown, place: Place): string | undefined {
    if (typeof value === 'string') return this.#counted(JSON.stringify(this.#text(value, place)))
    if (typeof value === 'number' || typeof value === 'bigint') return this.#counted(this.#number(value, place))
    if (typeof value !== 'object' || value === null) return JSON.stringify(value)
    if (Array.isArray(value)) return this.#list(value, place)
    return 'toJSON' in value && typeof value.toJSON === 'function' ? this.write(JSON.parse(JSON.stringify(value)), place) : this.#object(value, place)
  }

  #list(values: readonly unknown[], place: Place): string {
    const written: string[] = []
    for (const value of values) {
      if (this.isCut) break
      written.push(this.write(value, place) ?? 'null')
    }
    return `[${written.join(',')}]`
  }

  #object(value: object, place: Place): string {
    const written: string[] = []
    for (const [key, part] of Object.entries(value)) {
      if (this.isCut) break
      const inner = { key: ownText.has(key) ? place.key : key, isPersons: place.isPersons || isPersonal(key) }
      const text = this.write(part, inner)
      if (text !== undefined) written.push(this.#counted(`${JSON.stringify(this.#key(key))}:`) + text)
    }
    return `{${written.join(',')}}`
  }

  /** A key is a word of the upstream's, unless it is a number. */
  #key(key: string): string {
    return /\d{7}/.test(key) ? maskText(key, this.#masking.mark) : key
  }

  #text(text: string, { key, isPersons }: Place): string {
    if (text === '') return text
    if (isPersons) return this.#hidden(text)
    if (this.#isKept(key, text)) return this.#masking.redact(text)
    const { most, mark, redact } = this.#masking
    if (text.length > most) this.#room = -1
    return maskRaw(redact(beginning(text, most)), mark)
  }

  #number(value: number | bigint, { key, isPersons }: Place): string {
    const text = typeof value === 'bigint' ? String(value) : JSON.stringify(value)
    if (isPersons) return JSON.stringify(this.#hidden(text))
    if (!isLongInteger.test(text) || this.#isKept(key, text)) return text
    const masked = maskText(text, this.#masking.mark)
    // a mask is no number any more
    return masked === text ? text : JSON.stringify(masked)
  }

  #isKept(key: string, text: string): boolean {
    // a word is none that a mask knows
    if (isWord.test(text)) return true
    return isNumbering(key) && isNumber.test(text) && !landline.test(text) && personalNumberIn(text, this.#masking.now) === undefined
  }

  #hidden(text: string): string {
    return isMark(text) ? text : this.#masking.mark(text)
  }

  #counted(text: string): string {
    this.#room -= text.length
    return text
  }
}
