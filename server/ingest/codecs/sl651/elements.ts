import { bcdDigits, bcdTime } from '../frames/bcd.ts'

/** 要素: one value of one element. */
export interface ElementReading {
  /** the element's mark in hexadecimal: 39 is the water level; of makers' own ones, four digits: FF01 */
  readonly element: string
  /** `2017-07-18 11:00:00`, in the station's zone */
  readonly observedAt: string
  readonly value: number
}

export interface Report {
  readonly readings: readonly ElementReading[]
  /** 遥测站分类码: H river, P rain, K reservoir … */
  readonly stationClass?: string
  /** what could not be read, in words: the elements beside it are kept */
  readonly problems: readonly string[]
}

/** Elements of the standard that stations send with a plain BCD value: to tell elements from repeated values in an even-interval report. */
const plainElements: ReadonlySet<number> = new Set([
  0x01, 0x02, 0x03, 0x08, 0x09, 0x0c, 0x0e, 0x10, 0x18, 0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e, 0x1f, 0x20, 0x22, 0x23, 0x26, 0x27, 0x37, 0x38, 0x39,
  0x3a, 0x3b, 0x3c, 0x45, 0x46,
])

/** Marks written twice, with what follows at fixed length. */
const address = 0xf1
const observation = 0xf0
const isEndless = (mark: number): boolean => mark === 0xf2 || mark === 0xf3
const step = 0x04
/** 状态及报警: bits, no number */
const bits = 0x45
/** 12 values of five minutes each, to the end of the hour: F4 rain of 0.1 mm, F5-FC relative levels of 0.01 m */
const isSeries = (mark: number): boolean => mark >= 0xf4 && mark <= 0xfc
const seriesStepMs = 5 * 60_000

const markText = (mark: number): string => mark.toString(16).toUpperCase().padStart(2, '0')

/** A BCD value: `missing` when the station marks it as invalid, undefined when it is no BCD. */
export function bcdValue(bytes: Buffer, decimals: number): number | 'missing' | undefined {
  if (bytes.every((byte) => byte === 0xff) || bytes.every((byte) => byte === 0xaa)) return 'missing'
  const isNegative = bytes[0] === 0xff
  const digits = bcdDigits(isNegative ? bytes.subarray(1) : bytes)
  if (digits === undefined) return undefined
  const padded = digits.padStart(decimals + 1, '0')
  // written out and read back, so that 10490 with 3 decimals is 10.49 and no neighbour of it
  const value = Number(`${padded.slice(0, padded.length - decimals)}.${padded.slice(padded.length - decimals)}`)
  return isNegative && value !== 0 ? -value : value
}

const local = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
/** A station's local time as if it were UTC: only for adding minutes to it. */
const plainMs = (time: string): number => Date.parse(`${time.replace(' ', 'T')}Z`)

/** Reads the elements of one report, from front to back. */
class ElementReader {
  readonly readings: ElementReading[] = []
  readonly problems: string[] = []
  stationClass: string | undefined
  readonly #bytes: Buffer
  readonly #isEven: boolean
  #at = 0
  #observedAt: string | undefined
  #stepMs: number | undefined

  /** `sentAt` is the time of what has no observation time of its own */
  constructor(bytes: Buffer, sentAt: string | undefined, isEven: boolean) {
    this.#bytes = bytes
    this.#observedAt = sentAt
    this.#isEven = isEven
  }

  read(): void {
    while (this.#at < this.#bytes.length) {
      const mark = this.#bytes[this.#at] ?? 0
      const next = this.#bytes[this.#at + 1]
      // a picture or a text by hand fills the rest of the report
      if (isEndless(mark) && next === mark) return
      const end = next === undefined ? undefined : this.#readAt(mark, next)
      if (end === undefined || end > this.#bytes.length) {
        this.#problem(markText(mark), this.#bytes.subarray(this.#at), 'runs beyond the end of the report')
        return
      }
      this.#at = end
    }
  }

  /** @returns the offset after the element, which may be beyond the end */
  #readAt(mark: number, next: number): number | undefined {
    if (mark === address && next === address) return this.#address()
    if (mark === observation && next === observation) return this.#observation()
    // FF: a mark of the maker's own follows
    if (mark === 0xff) return this.#defined(`FF${markText(next)}`, mark, 3)
    return this.#defined(markText(mark), mark, 2)
  }

  /** An element that says its length in the last byte of its head. */
  #defined(name: string, mark: number, head: number): number | undefined {
    const valueAt = this.#at + head
    const definition = this.#bytes[valueAt - 1]
    if (definition === undefined) return undefined
    const end = valueAt + (definition >> 3)
    if (end > this.#bytes.length) return end
    const value = this.#bytes.subarray(valueAt, end)
    if (mark === step) this.#stepMs = stepMs(value)
    else if (isSeries(mark)) this.#series(mark, value)
    else if (mark !== bits) return this.#plain(name, value, definition & 7, end)
    return end
  }

  #address(): number {
    const stationClass = this.#bytes[this.#at + 7]
    if (stationClass !== undefined && stationClass > 0x20 && stationClass < 0x7f) this.stationClass = String.fromCharCode(stationClass)
    return this.#at + 8
  }

  #observation(): number {
    const time = this.#bytes.subarray(this.#at + 2, this.#at + 7)
    const end = this.#at + 7
    if (end > this.#bytes.length) return end
    this.#observedAt = bcdTime(time)
    if (this.#observedAt === undefined) this.#problem('F0', time, 'is no time (BCD YYMMDDhhmm); the values after it are left out')
    return end
  }

  #plain(element: string, value: Buffer, decimals: number, end: number): number {
    this.#take(element, value, decimals, 0)
    if (!this.#isEven || value.length === 0 || areElements(this.#bytes.subarray(end))) return end
    // 均匀时段: further values of the same element, a step apart, fill the report
    let at = end
    for (let count = 1; this.#stepMs !== undefined && at + value.length <= this.#bytes.length; count += 1, at += value.length)
      this.#take(element, this.#bytes.subarray(at, at + value.length), decimals, count * this.#stepMs)
    return at
  }

  #series(mark: number, value: Buffer): void {
    const width = mark === 0xf4 ? 1 : 2
    const count = Math.floor(value.length / width)
    for (let index = 0; index < count; index += 1) {
      const raw = value.readUIntBE(index * width, width)
      const isInvalid = raw === (width === 1 ? 0xff : 0xffff)
      if (!isInvalid) this.#add(markText(mark), width === 1 ? raw / 10 : raw / 100, (index - count + 1) * seriesStepMs)
    }
  }

  #take(element: string, bytes: Buffer, decimals: number, offsetMs: number): void {
    if (bytes.length === 0) return
    const value = bcdValue(bytes, decimals)
    if (value === undefined) this.#problem(element, bytes, 'is no BCD')
    else if (value !== 'missing') this.#add(element, value, offsetMs)
  }

  #add(element: string, value: number, offsetMs: number): void {
    if (this.#observedAt === undefined) return
    const observedAt = offsetMs === 0 ? this.#observedAt : local(plainMs(this.#observedAt) + offsetMs)
    this.readings.push({ element, observedAt, value })
  }

  #problem(element: string, bytes: Buffer, reason: string): void {
    this.problems.push(`element ${element}: ${bytes.toString('hex', 0, 20).toUpperCase()} ${reason}`)
  }
}

/** Whether bytes read through as elements of the standard, from the first to the last. */
function areElements(bytes: Buffer): boolean {
  let at = 0
  while (at < bytes.length) {
    const definition = bytes[at + 1]
    if (!plainElements.has(bytes[at] ?? 0) || definition === undefined || definition >> 3 === 0) return false
    at += 2 + (definition >> 3)
  }
  return at === bytes.length
}

/** 时间步长码: days, hours and minutes in BCD. */
function stepMs(bytes: Buffer): number | undefined {
  const [days, hours, minutes] = (bcdDigits(bytes) ?? '').match(/../g)?.map(Number) ?? []
  if (days === undefined || hours === undefined || minutes === undefined) return undefined
  return ((days * 24 + hours) * 60 + minutes) * 60_000
}

/**
 * Reads what follows the serial and the time of a report. A value that cannot be read never loses those beside it. Errors: none (total).
 * @param sentAt the report's own time, for what has no observation time before it
 * @param isEven an even-interval report (31), in which one element's values repeat
 */
export function readElements(bytes: Buffer, sentAt: string | undefined, isEven: boolean): Report {
  const reader = new ElementReader(bytes, sentAt, isEven)
  reader.read()
  const { readings, problems, stationClass } = reader
  return { readings, problems, ...(stationClass === undefined ? {} : { stationClass }) }
}

/** An element with a plain BCD value, for simulators and tests. `digits` is how many the value is written with, an even number. */
export function encodeElement(mark: number, value: number, digits: number, decimals: number): Buffer {
  const written = Math.abs(value).toFixed(decimals).replace('.', '').padStart(digits, '0')
  const bytes = Buffer.from((value < 0 ? 'ff' : '') + written, 'hex')
  return Buffer.concat([Buffer.from([mark, (bytes.length << 3) | decimals]), bytes])
}
