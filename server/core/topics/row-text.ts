import type { Place } from '../../../contract/fact-field.ts'

/**
 * Numbers one after the other as a text. Of each its digits to the base 32, the lowest first, and a mark on every digit that another follows;
 * the first digit has the sign in the place of its highest bit. Decimal digits would take a machine several times as long. All characters are
 * printable.
 */
const firstDigit = 48
const more = 32
const negative = 16
/** in the place of a number */
const nothing = 45

/** Most places are given with six decimals or fewer. Others follow a mark, with every bit of theirs in two halves. */
const million = 1_000_000
const exactly = 46
const halves = new DataView(new ArrayBuffer(8))

/** Writes one text after the other into the same place. */
export class RowWriter {
  readonly #codes: Uint8Array
  readonly #decoder = new TextDecoder()
  #length = 0

  /** @param size characters of the longest text there may be; a number takes at most 12, a place 32 */
  constructor(size: number) {
    this.#codes = new Uint8Array(size)
  }

  /** @param value an integer, or undefined for nothing */
  integer(value: number | undefined): void {
    if (value === undefined) {
      this.#put(nothing)
      return
    }
    const magnitude = Math.abs(value)
    let rest = Math.floor(magnitude / negative)
    this.#put(firstDigit + (magnitude - rest * negative) + (value < 0 ? negative : 0) + (rest > 0 ? more : 0))
    while (rest > 0) {
      const higher = Math.floor(rest / more)
      this.#put(firstDigit + (rest - higher * more) + (higher > 0 ? more : 0))
      rest = higher
    }
  }

  place(place: Place | undefined): void {
    if (place === undefined) this.#put(nothing)
    else for (const degrees of place) this.#degrees(degrees)
  }

  /** What was written since this was called last. */
  end(): string {
    const text = this.#decoder.decode(this.#codes.subarray(0, this.#length))
    this.#length = 0
    return text
  }

  #degrees(value: number): void {
    const millionths = Math.round(value * million)
    if (millionths / million === value) {
      this.integer(millionths)
      return
    }
    this.#put(exactly)
    halves.setFloat64(0, value)
    this.integer(halves.getUint32(0))
    this.integer(halves.getUint32(4))
  }

  #put(code: number): void {
    this.#codes[this.#length] = code
    this.#length += 1
  }
}

/** Reads what was written, in the same order. */
export class RowReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text
  }

  hasNext(): boolean {
    return this.#at < this.#text.length
  }

  integer(): number | undefined {
    const code = this.#take()
    if (code === nothing) return undefined
    let digit = code - firstDigit
    const isNegative = (digit & negative) !== 0
    let value = digit & (negative - 1)
    for (let scale = negative; digit >= more; scale *= more) {
      digit = this.#take() - firstDigit
      value += (digit & (more - 1)) * scale
    }
    return isNegative ? -value : value
  }

  place(): Place | undefined {
    const longitude = this.#degrees()
    const latitude = longitude === undefined ? undefined : this.#degrees()
    return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude]
  }

  #degrees(): number | undefined {
    if (this.#text.charCodeAt(this.#at) !== exactly) {
      const millionths = this.integer()
      return millionths === undefined ? undefined : millionths / million
    }
    this.#at += 1
    halves.setUint32(0, this.integer() ?? 0)
    halves.setUint32(4, this.integer() ?? 0)
    return halves.getFloat64(0)
  }

  #take(): number {
    const code = this.#text.charCodeAt(this.#at)
    this.#at += 1
    return code
  }
}
