/** What a file of separated values is written with. */
export interface CsvMarks {
  readonly delimiter: string
  /** undefined: quotes mean nothing */
  readonly quote: string | undefined
  readonly newline: '\n' | '\r'
}

export interface CsvRecord {
  readonly cells: readonly string[] | undefined
  /** why there are no cells */
  readonly problem: string | undefined
  /** where its text begins and where the next record's does */
  readonly start: number
  readonly end: number
  /** lines that it takes */
  readonly lines: number
}

/** A quotation mark that nobody closed must not swallow the rest of the file. */
const longestQuoted = 65_536
const longestRecord = 1_048_576

/**
 * Reads the record that begins at `start` (RFC 4180, and what spreadsheets make of it: a quote inside an unquoted cell is a quote). A record
 * that cannot be read is its first line alone, so that the next line has its chance.
 */
export function readRecord(text: string, start: number, marks: CsvMarks): CsvRecord {
  const newline = text.indexOf(marks.newline, start)
  const end = newline === -1 ? text.length : newline
  const bad = (problem: string): CsvRecord => ({ cells: undefined, problem, start, end: end + 1, lines: 1 })
  if (end - start > longestRecord) return bad(`longer than ${String(longestRecord)} characters; are its line ends missing?`)
  const line = text.slice(start, text.charCodeAt(end - 1) === 0x0d && end > start ? end - 1 : end)
  if (marks.quote === undefined || !line.includes(marks.quote))
    return { cells: line.split(marks.delimiter), problem: undefined, start, end: end + 1, lines: 1 }
  const read = readQuoted({ text, marks, quote: marks.quote, at: start, lineEnd: end })
  if (typeof read === 'string') return bad(read)
  const inner = read.at > end ? text.slice(end, read.at).split(marks.newline).length - 1 : 0
  return { cells: read.cells, problem: undefined, start, end: read.at + 1, lines: inner + 1 }
}

interface Quoting {
  readonly text: string
  readonly marks: CsvMarks
  readonly quote: string
  at: number
  /** of the line that `at` is in */
  lineEnd: number
}

/** The cells of a record with quotes, and where its line end is; or what is wrong with it. */
function readQuoted(reading: Quoting): { readonly cells: readonly string[]; readonly at: number } | string {
  const { text, marks } = reading
  const cells: string[] = []
  for (;;) {
    const cell = text.startsWith(reading.quote, reading.at) ? quotedCell(reading) : { value: plainCell(reading) }
    if (cell.problem !== undefined) return cell.problem
    cells.push(cell.value)
    if (!text.startsWith(marks.delimiter, reading.at)) return { cells, at: reading.lineEnd }
    reading.at += marks.delimiter.length
  }
}

/** Up to the next delimiter or line end. */
function plainCell(reading: Quoting): string {
  const { text, marks, at, lineEnd } = reading
  // within the line only: a file may hold no further delimiter at all
  const rest = text.slice(at, lineEnd)
  const delimiter = rest.indexOf(marks.delimiter)
  reading.at = delimiter === -1 ? lineEnd : at + delimiter
  if (delimiter !== -1) return rest.slice(0, delimiter)
  return rest.endsWith('\r') ? rest.slice(0, -1) : rest
}

type Cell = { readonly value: string; readonly problem?: undefined } | { readonly problem: string }

function quotedCell(reading: Quoting): Cell {
  const { text, marks, quote, at } = reading
  const close = closingQuote(text, at, quote)
  if (close === undefined) return { problem: 'a quotation mark is not closed' }
  const after = close + 1
  // blanks between the closing quote and the delimiter are nobody's
  const next = skipBlanks(text, after, marks)
  const isLast = next >= text.length || text[next] === marks.newline || (text[next] === '\r' && text[next + 1] === marks.newline)
  if (!isLast && !text.startsWith(marks.delimiter, next)) return textAfterQuote(reading, close)
  moveTo(reading, next)
  return { value: text.slice(at + 1, close).replaceAll(quote + quote, quote) }
}

/** `"A" building`: within one line the quotes are part of the text; over several it is rather a quote that was never closed. */
function textAfterQuote(reading: Quoting, close: number): Cell {
  return close < reading.lineEnd ? { value: plainCell(reading) } : { problem: 'text stands behind a closing quotation mark' }
}

function closingQuote(text: string, open: number, quote: string): number | undefined {
  let close = text.indexOf(quote, open + 1)
  while (close !== -1 && text[close + 1] === quote && close - open <= longestQuoted) close = text.indexOf(quote, close + 2)
  return close === -1 || close - open > longestQuoted ? undefined : close
}

function skipBlanks(text: string, from: number, marks: CsvMarks): number {
  let at = from
  while ((text[at] === ' ' || text[at] === '\t') && text[at] !== marks.delimiter) at += 1
  return at
}

function moveTo(reading: Quoting, at: number): void {
  reading.at = at
  if (at <= reading.lineEnd) return
  const newline = reading.text.indexOf(reading.marks.newline, at)
  reading.lineEnd = newline === -1 ? reading.text.length : newline
}

const candidates = [',', '\t', ';', '|'] as const

/** The delimiter that stands most often in the line at `start`, outside quotes; a comma when none does. */
export function likelyDelimiter(text: string, start: number, quote: string | undefined): string {
  const end = text.slice(start).search(/[\r\n]/)
  const line = text.slice(start, Math.min(end === -1 ? text.length : start + end, start + longestQuoted))
  const outside =
    quote === undefined
      ? line
      : line
          .split(quote)
          .filter((_, index) => index % 2 === 0)
          .join('')
  const counts = candidates.map((delimiter) => outside.split(delimiter).length)
  return candidates[counts.indexOf(Math.max(...counts))] ?? ','
}
