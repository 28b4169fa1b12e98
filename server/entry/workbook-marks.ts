import { unzipSync } from 'fflate'

/** What a cell's value does not say: that it is shown as a percentage, and that it is merged with others. */
export interface SheetMarks {
  /** cells shown as percentages, such as `E7` */
  readonly percents: ReadonlySet<string>
  readonly merges: readonly CellRange[]
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

/**
 * Looks up what the reader of cells leaves out.
 * @param bytes a workbook that `guardWorkbook` has let through
 * @throws where the archive cannot be unpacked
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
    marks: (sheet) => marksOf(textOf(sheets[sheet - 1]?.path ?? ''), percentStyles),
  }
}

/** Targets are relative to `xl/`, or begin at the archive's root. */
const pathOf = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`)

const tags = (xml: string, name: string): readonly string[] => xml.match(new RegExp(`<(?:\\w+:)?${name}\\s[^>]*>`, 'g')) ?? []

const attribute = (tag: string, name: string): string => new RegExp(`\\s${name}\\s*=\\s*["']([^"']*)["']`).exec(tag)?.[1] ?? ''

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const unescaped = (text: string): string => text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)

/** 0% and 0.00%, which every workbook has without saying so. */
const builtInPercents: readonly string[] = ['9', '10']

/** Numbers of the cell styles that show percentages. */
function percentStylesOf(xml: string): ReadonlySet<string> {
  const own = tags(xml, 'numFmt').filter((tag) => unquoted(unescaped(attribute(tag, 'formatCode'))).includes('%'))
  const percents = new Set([...builtInPercents, ...own.map((tag) => attribute(tag, 'numFmtId'))])
  const formats = /<(?:\w+:)?cellXfs[\s>][\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(xml)?.[0] ?? ''
  const styles = tags(formats, 'xf').map((tag, index) => ({ style: String(index), format: attribute(tag, 'numFmtId') }))
  return new Set(styles.filter(({ format }) => percents.has(format)).map(({ style }) => style))
}

/** A format without its literal texts: a % in those only looks like one. */
const unquoted = (format: string): string => format.replace(/"[^"]*"|\\./g, '')

function marksOf(xml: string, percentStyles: ReadonlySet<string>): SheetMarks {
  const cells = tags(xml, 'c').filter((tag) => percentStyles.has(attribute(tag, 's')))
  return {
    percents: new Set(cells.map((tag) => attribute(tag, 'r'))),
    merges: tags(xml, 'mergeCell').flatMap((tag) => rangeOf(attribute(tag, 'ref')) ?? []),
  }
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
