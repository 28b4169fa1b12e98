import { unzipSync } from 'fflate'

/** What a cell's value does not say: that it is shown as a percentage, merged with others, or only looks empty. */
export interface SheetMarks {
  /** cells shown as percentages, such as `E7` */
  readonly percents: ReadonlySet<string>
  readonly merges: readonly CellRange[]
  /** by cell, why it has no value although something stands there */
  readonly faults: ReadonlyMap<string, CellFault>
}

/** An error that a spreadsheet shows, such as `#N/A`, or a formula whose value no program has stored; `found` is what stands there. */
export interface CellFault {
  readonly code: 'error-cell' | 'no-stored-value'
  readonly found: string
}

/** Rows and columns from 1, both ends within. */
export interface CellRange {
  readonly name: string
  readonly fromRow: number
  readonly toRow: number
  readonly fromColumn: number
  readonly toColumn: number
}

export interface WorkbookIndex {
  /** in the order of the tabs */
  readonly sheets: readonly string[]
  /** @param sheet its number from 1 */
  marks(sheet: number): SheetMarks
}

const partsOf = /^xl\/(?:workbook\.xml|styles\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/

/** Sheets, formats and styles of a workbook: Excel itself has no more than 65,490 of one kind. */
const mostTags = 100_000
/** A template has about ten thousand cells. */
const mostCells = 300_000
const mostMerges = 10_000

/** A workbook with more in it than any returned table has: it would take long to look through. */
export class OverfullError extends Error {
  override readonly name = 'OverfullError'
  readonly code: 'too-large' | 'too-many-merges'

  constructor(code: OverfullError['code']) {
    super(code)
    this.code = code
  }
}

/**
 * Looks up what the reader of cells leaves out, in time that grows with the size of the file and no faster.
 * @param bytes a workbook that `guardWorkbook` has let through
 * @throws OverfullError; anything else where the archive cannot be unpacked. So do its `marks`.
 */
export function indexWorkbook(bytes: Buffer): WorkbookIndex {
  const files = unzipSync(new Uint8Array(bytes), { filter: ({ name }) => partsOf.test(name) })
  const textOf = (name: string): string => Buffer.from(files[name] ?? new Uint8Array()).toString('utf8')
  const targets = new Map(tags(textOf('xl/_rels/workbook.xml.rels'), 'Relationship').map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target')]))
  const sheets = tags(textOf('xl/workbook.xml'), 'sheet').map((tag) => ({
    name: unescaped(attribute(tag, 'name')),
    path: pathOf(targets.get(attribute(tag, 'r:id')) ?? ''),
  }))
  const percentStyles = percentStylesOf(textOf('xl/styles.xml'))
  return {
    sheets: sheets.map(({ name }) => name),
    marks: (sheet) => new SheetWalk(textOf(sheets[sheet - 1]?.path ?? ''), percentStyles).marks(),
  }
}

/** Targets are relative to `xl/`, or begin at the archive's root. */
const pathOf = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`)

/** A tag ends before the next one begins: looking for its end no farther than there keeps the search linear, whatever the text. */
function tags(xml: string, name: string): readonly string[] {
  const found: string[] = []
  for (const [tag] of xml.matchAll(new RegExp(`<(?:\\w+:)?${name}\\s[^<>]*>`, 'g')))
    if (found.push(tag) > mostTags) throw new OverfullError('too-large')
  return found
}

/** One for each name that is looked for here: a sheet has hundreds of thousands of tags. */
const patterns = new Map<string, RegExp>()

function attribute(tag: string, name: string): string {
  const pattern = patterns.get(name) ?? new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`)
  patterns.set(name, pattern)
  return pattern.exec(tag)?.[1] ?? ''
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const unescaped = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)

/** 0% and 0.00%, which every workbook has without saying so. */
const builtInPercents: readonly string[] = ['9', '10']

/** Numbers of the cell styles that show percentages. */
function percentStylesOf(xml: string): ReadonlySet<string> {
  const own = tags(xml, 'numFmt').filter((tag) => unquoted(unescaped(attribute(tag, 'formatCode'))).includes('%'))
  const percents = new Set([...builtInPercents, ...own.map((tag) => attribute(tag, 'numFmtId'))])
  const styles = tags(cellFormats(xml), 'xf').map((tag, index) => ({ style: String(index), format: attribute(tag, 'numFmtId') }))
  return new Set(styles.filter(({ format }) => percents.has(format)).map(({ style }) => style))
}

function cellFormats(xml: string): string {
  const from = xml.search(/<(?:\w+:)?cellXfs[\s>]/)
  if (from === -1) return ''
  const formats = xml.slice(from)
  return formats.slice(0, Math.max(0, formats.search(/<\/(?:\w+:)?cellXfs>/)))
}

/** A format without its literal texts: a % in those only looks like one. */
const unquoted = (format: string): string => format.replace(/"[^"]*"|\\./g, '')

const sheetTag = /<(\/?)(?:\w+:)?(row|c|f|v|mergeCell)(?=[\s/>])([^<>]*)>/g

interface OpenCell {
  readonly name: string
  readonly type: string
  formula: string | undefined
  value: string | undefined
}

/** One walk through the XML of a sheet. Cells and rows that do not say where they are stand behind the one before, as the format has it. */
class SheetWalk {
  readonly #xml: string
  readonly #percentStyles: ReadonlySet<string>
  readonly #percents = new Set<string>()
  readonly #merges: CellRange[] = []
  readonly #faults = new Map<string, CellFault>()
  #row = 0
  #column = 0
  #cells = 0
  #cell: OpenCell | undefined
  /** where the text of the formula or value begins that is being read */
  #textFrom = 0

  constructor(xml: string, percentStyles: ReadonlySet<string>) {
    this.#xml = xml
    this.#percentStyles = percentStyles
  }

  marks(): SheetMarks {
    for (const { 1: end, 2: name, 3: rest = '', 0: tag, index } of this.#xml.matchAll(sheetTag)) {
      if (end === '/') this.#close(name, index)
      else this.#open(name, rest, index + tag.length)
      if (end === '' && name !== 'row' && rest.endsWith('/')) this.#close(name, index + tag.length)
    }
    return { percents: this.#percents, merges: this.#merges, faults: this.#faults }
  }

  #open(name: string | undefined, rest: string, behind: number): void {
    this.#textFrom = behind
    if (name === 'row') this.#openRow(Number(attribute(rest, 'r')))
    else if (name === 'c') this.#openCell(rest)
    else if (name === 'mergeCell') this.#merge(attribute(rest, 'ref'))
  }

  #openRow(said: number): void {
    this.#row = said >= 1 ? said : this.#row + 1
    this.#column = 0
  }

  #openCell(rest: string): void {
    this.#cells += 1
    if (this.#cells > mostCells) throw new OverfullError('too-large')
    const said = attribute(rest, 'r')
    this.#column = said === '' ? this.#column + 1 : columnNumber(/^[A-Z]{0,3}/.exec(said)?.[0] ?? '')
    const name = said === '' ? `${columnLetters(this.#column)}${String(this.#row)}` : said
    if (this.#percentStyles.has(attribute(rest, 's'))) this.#percents.add(name)
    this.#cell = { name, type: attribute(rest, 't'), formula: undefined, value: undefined }
  }

  #merge(name: string): void {
    const range = rangeOf(name)
    if (range !== undefined && this.#merges.push(range) > mostMerges) throw new OverfullError('too-many-merges')
  }

  #close(name: string | undefined, at: number): void {
    const cell = this.#cell
    if (cell === undefined) return
    const text = this.#xml.slice(this.#textFrom, Math.min(at, this.#textFrom + 80))
    if (name === 'f') cell.formula = text
    else if (name === 'v') cell.value = text
    else if (name === 'c') {
      const fault = faultOf(cell)
      if (fault !== undefined) this.#faults.set(cell.name, fault)
      this.#cell = undefined
    }
  }
}

/** A formula that gives an empty text has a stored value: that text. */
function faultOf({ type, formula, value }: OpenCell): CellFault | undefined {
  if (type === 'e') return { code: 'error-cell', found: unescaped(value ?? '') }
  const isStored = type === 'str' ? value !== undefined : (value ?? '') !== ''
  if (formula === undefined || isStored) return undefined
  return { code: 'no-stored-value', found: `=${unescaped(formula)}` }
}

function rangeOf(name: string): CellRange | undefined {
  const [, fromColumn, fromRow, toColumn, toRow] = /^([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})$/.exec(name) ?? []
  if (fromColumn === undefined || toColumn === undefined) return undefined
  return { name, fromRow: Number(fromRow), toRow: Number(toRow), fromColumn: columnNumber(fromColumn), toColumn: columnNumber(toColumn) }
}

function columnNumber(letters: string): number {
  return Array.from(letters).reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)
}

/** `A` for 1, `AA` for 27. */
export function columnLetters(number: number): string {
  const last = (number - 1) % 26
  const rest = (number - 1 - last) / 26
  return (rest === 0 ? '' : columnLetters(rest)) + String.fromCharCode(65 + last)
}
