import {
  AlignmentType,
  BorderStyle,
  DocumentGridType,
  Footer,
  LineRuleType,
  PageNumber,
  Paragraph,
  Tab,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TabStopType,
  TextRun,
  VerticalAlignTable,
  WidthType,
} from 'docx'
import type { ISectionOptions } from 'docx'

/**
 * 党政机关公文格式 (GB/T 9704-2012): A4, 22 lines of 28 characters, 3号 throughout, 2号 for the title, and a page number on the outer side. The
 * only place that knows these figures. Lengths are twips (1/20 pt) unless a name says otherwise; type sizes are half points, as the format has them.
 */

export type Block = Paragraph | Table

const twipsOfMm = (mm: number): number => Math.round((mm / 25.4) * 1_440)

/** 天头 37, 订口 28, 版心 156 × 225 mm */
export const page = {
  width: 11_906,
  height: 16_838,
  top: twipsOfMm(37),
  bottom: twipsOfMm(35),
  left: twipsOfMm(28),
  right: twipsOfMm(26),
  /** the number's line stands 7 mm below the text */
  footer: twipsOfMm(35 - 7 - 5),
} as const
export const textWidth = page.width - page.left - page.right

/** 3号 is 16 pt, 2号 22, 4号 14, 小四 12, 五号 10.5 */
export const size = { title: 44, body: 32, small: 28, table: 21 } as const
/** 28.95 pt: 22 lines are 225 mm */
const line = 579
const tableLine = 320
/** a line of 28 characters: as much narrower than 16 pt as the text is, in 1/4096 pt */
const charSpace = Math.round((textWidth / 20 / 28 - 16) * 4_096)
const twoCharacters = 640

/** By name, never embedded: what a machine lacks is replaced as font-table.ts says. */
export const face = {
  title: '方正小标宋简体',
  body: '仿宋_GB2312',
  level1: '黑体',
  level2: '楷体_GB2312',
  number: '宋体',
} as const
type Face = (typeof face)[keyof typeof face]

const red = 'FF0000'

export interface Type {
  readonly face?: Face
  readonly size?: number
  readonly color?: string
}

/** Figures and Latin letters in the face of their line: a wall of official papers knows no other. */
export function text(words: string, { face: name = face.body, size: halfPoints = size.body, color }: Type = {}): TextRun {
  return new TextRun({
    text: words,
    size: halfPoints,
    font: { ascii: name, hAnsi: name, eastAsia: name, cs: name, hint: 'eastAsia' },
    ...(color !== undefined && { color }),
  })
}

const tab = (): TextRun => new TextRun({ children: [new Tab()] })

const exact = (twips = line) => ({ line: twips, lineRule: LineRuleType.EXACT, before: 0, after: 0 })

export const emptyLine = (): Paragraph => new Paragraph({ spacing: exact(), children: [] })

/** A paragraph that begins two characters in. */
export function body(words: string, type: Type = {}): Paragraph {
  return new Paragraph({
    spacing: exact(),
    indent: { firstLine: twoCharacters, firstLineChars: 200 },
    alignment: AlignmentType.BOTH,
    children: [text(words, type)],
  })
}

/** 一、黑体 · （一）楷体; both are found in the reader's outline. */
export function heading(words: string, level: 1 | 2): Paragraph {
  return new Paragraph({
    spacing: exact(),
    indent: { firstLine: twoCharacters, firstLineChars: 200 },
    keepNext: true,
    outlineLevel: level - 1,
    children: [text(words, { face: level === 1 ? face.level1 : face.level2 })],
  })
}

/** 2号小标宋, in the middle. */
export const title = (words: string): Paragraph =>
  new Paragraph({
    spacing: exact(640),
    alignment: AlignmentType.CENTER,
    keepNext: true,
    children: [text(words, { face: face.title, size: size.title })],
  })

/** 附件1, at the left edge of a page of its own. */
export const attachmentMark = (words: string): Paragraph =>
  new Paragraph({ spacing: exact(), pageBreakBefore: true, children: [text(words, { face: face.level1 })] })

/** @param rightCharacters free at the right */
export const atRight = (words: string, rightCharacters = 0): Paragraph =>
  new Paragraph({
    spacing: exact(),
    alignment: AlignmentType.RIGHT,
    indent: { right: (rightCharacters * twoCharacters) / 2 },
    children: [text(words)],
  })

/** A line that begins where the text does, without the two characters. */
export const flush = (words: string, indentCharacters = 0): Paragraph =>
  new Paragraph({ spacing: exact(), indent: { left: (indentCharacters * twoCharacters) / 2 }, children: [text(words)] })

/** 红头: the name as large as the line holds, below it what stands in the middle, left and right, and the red rule. */
export function masthead(
  name: string,
  { middle, left, right, below }: { readonly middle: string; readonly left: string; readonly right: string; readonly below: string },
): readonly Paragraph[] {
  const halfPoints = Math.min(96, Math.floor(textWidth / 20 / Math.max(1, name.length)) * 2)
  return [
    new Paragraph({
      spacing: exact(Math.max(line, halfPoints * 13)),
      alignment: AlignmentType.CENTER,
      children: [text(name, { face: face.title, size: halfPoints, color: red })],
    }),
    emptyLine(),
    new Paragraph({ spacing: exact(), alignment: AlignmentType.CENTER, children: [text(middle)] }),
    new Paragraph({ spacing: exact(), tabStops: [{ type: TabStopType.RIGHT, position: textWidth }], children: [text(left), tab(), text(right)] }),
    new Paragraph({
      spacing: exact(),
      alignment: AlignmentType.RIGHT,
      border: { bottom: { style: BorderStyle.SINGLE, size: 12, color: red, space: 4 } },
      children: [text(below)],
    }),
    emptyLine(),
  ]
}

/** 版记: lines in 4号 between two rules. */
export function imprint(lines: readonly (readonly [left: string, right?: string])[]): readonly Paragraph[] {
  const rule = { style: BorderStyle.SINGLE, size: 6, color: '000000', space: 1 }
  return lines.map(
    ([left, right], index) =>
      new Paragraph({
        spacing: exact(),
        keepNext: index < lines.length - 1,
        indent: { left: 280, right: 280 },
        tabStops: [{ type: TabStopType.RIGHT, position: textWidth - 280 }],
        border: { ...(index === 0 && { top: rule }), bottom: rule },
        children: [text(left, { size: size.small }), ...(right === undefined ? [] : [tab(), text(right, { size: size.small })])],
      }),
  )
}

export interface Grid {
  readonly columns: readonly { readonly title: string; readonly share: number; readonly align: 'left' | 'center' | 'right' }[]
  readonly rows: readonly (readonly string[])[]
}

const alignment = { left: AlignmentType.LEFT, center: AlignmentType.CENTER, right: AlignmentType.RIGHT } as const

/** A table as wide as the text; its head stands on every page, and no row is torn. */
export function table({ columns, rows }: Grid): Table {
  const sum = columns.reduce((total, { share }) => total + share, 0)
  const widths = columns.map(({ share }) => Math.round((share / sum) * textWidth))
  const row = (cells: readonly string[], isHead: boolean): TableRow =>
    new TableRow({
      tableHeader: isHead,
      cantSplit: true,
      children: cells.map(
        (words, index) =>
          new TableCell({
            width: { size: widths[index] ?? 0, type: WidthType.DXA },
            verticalAlign: VerticalAlignTable.CENTER,
            margins: { left: 60, right: 60, top: 20, bottom: 20 },
            children: [
              new Paragraph({
                spacing: exact(tableLine),
                alignment: isHead ? AlignmentType.CENTER : alignment[columns[index]?.align ?? 'left'],
                children: [text(words, { size: size.table, ...(isHead && { face: face.level1 }) })],
              }),
            ],
          }),
      ),
    })
  return new Table({
    width: { size: textWidth, type: WidthType.DXA },
    columnWidths: widths,
    layout: TableLayoutType.FIXED,
    rows: [
      row(
        columns.map((column) => column.title),
        true,
      ),
      ...rows.map((cells) => row(cells, false)),
    ],
  })
}

/** 一字线 on both sides, 4号 宋体; at the right of odd pages, at the left of even ones, a character in. */
function pageNumber(side: 'left' | 'right'): Footer {
  const font = { ascii: face.number, hAnsi: face.number, eastAsia: face.number }
  const dash = { size: size.small, font }
  return new Footer({
    children: [
      new Paragraph({
        alignment: alignment[side],
        indent: { [side]: 280 },
        children: [
          new TextRun({ ...dash, text: '— ' }),
          new TextRun({ ...dash, children: [PageNumber.CURRENT] }),
          new TextRun({ ...dash, text: ' —' }),
        ],
      }),
    ],
  })
}

/** A paper of these blocks. The document must tell odd from even pages (`evenAndOddHeaderAndFooters`). */
export function section(blocks: readonly Block[]): ISectionOptions {
  const { width, height, footer, ...margin } = page
  return {
    properties: {
      page: { size: { width, height }, margin: { ...margin, header: 0, footer, gutter: 0 } },
      grid: { type: DocumentGridType.LINES_AND_CHARS, linePitch: line, charSpace },
    },
    footers: { default: pageNumber('right'), even: pageNumber('left') },
    children: blocks,
  }
}
