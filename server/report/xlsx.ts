import writeSheets from 'write-excel-file/node'
import type { Cell, Row } from 'write-excel-file/node'
import type { ReportDocument, ReportFigure, ReportRun, ReportTable } from '../../contract/report.ts'
import { momentWords, monthWords, noValue } from './number-words.ts'

/** 数据表: every figure of a report as a number, with its unit, when it was true, who told it, and by which 口径. */

type Look = Readonly<Record<string, unknown>>
/** A text, whatever it begins with: never a formula. */
const text = (value: string, look: Look = {}): Cell => ({ value, type: String, format: '@', ...look })
const head = (value: string): Cell => text(value, { fontWeight: 'bold', backgroundColor: '#E8EEF4', borderStyle: 'thin', borderColor: '#BFBFBF' })
const title = (value: string, columnSpan: number): Row => [text(value, { fontWeight: 'bold', fontSize: 14, columnSpan })]

/** The whole number behind, with the decimals that the paper shows. */
function number(value: number, shown: string): Cell {
  const decimals = shown.split('.')[1]?.length ?? 0
  return { value, type: Number, align: 'right', format: `#,##0${decimals === 0 ? '' : `.${'0'.repeat(decimals)}`}` }
}

interface Sheet {
  readonly sheet: string
  readonly data: Row[]
  readonly columns: { readonly width: number }[]
  readonly stickyRowsCount: number
}

const widthOfShare = 1.1

function tableSheet(table: ReportTable, figures: ReadonlyMap<string, ReportFigure>, name: string): Sheet {
  const cell = (run: ReportRun): Cell => {
    const figure = run.figure === undefined ? undefined : figures.get(run.figure)
    if (figure !== undefined && run.text === figure.shown) return number(figure.value, figure.shown)
    return text(run.text)
  }
  return {
    sheet: name,
    data: [
      title(table.title, table.columns.length),
      table.columns.map((column) => head(column.title)),
      ...table.rows.map((row) => row.map(cell)),
      [text(table.note ?? '')],
    ],
    columns: table.columns.map(({ share }) => ({ width: Math.max(8, share * widthOfShare) })),
    stickyRowsCount: 2,
  }
}

const figureColumns = ['编号', '名称', '数值', '计量单位', '数据时间', '来源', '口径版本', '演示数据'] as const

function figureSheet({ figures, zone, masthead, month, cutOffAt }: ReportDocument): Sheet {
  const rows = figures.map(({ id, label, value, shown, unit, asOf, source, version, isDemo }): Row => [
    text(id),
    text(label),
    number(value, shown),
    text(unit),
    text(momentWords(asOf, zone)),
    text(source),
    text(version === undefined ? noValue : `第${String(version)}版`),
    text(isDemo ? '是' : '否'),
  ])
  const heading = `${masthead.name}（${monthWords(month)}）数据，截至${momentWords(cutOffAt, zone)}`
  return {
    sheet: '全部数据',
    data: [title(heading, figureColumns.length), figureColumns.map(head), ...rows],
    columns: [44, 40, 16, 10, 22, 36, 10, 10].map((width) => ({ width })),
    stickyRowsCount: 2,
  }
}

/** What Excel refuses in a sheet's name, and longer ones than it takes; two of one name are told apart. */
function sheetNames(tables: readonly ReportTable[]): readonly string[] {
  const used = new Set<string>(['全部数据'])
  return tables.map(({ title: words }) => {
    const plain = words.replace(/[[\]:*?/\\]/g, ' ').slice(0, 28)
    let name = plain
    for (let again = 2; used.has(name); again += 1) name = `${plain} ${String(again)}`
    used.add(name)
    return name
  })
}

export async function reportXlsx(document: ReportDocument): Promise<Buffer> {
  const figures = new Map(document.figures.map((figure) => [figure.id, figure]))
  const names = sheetNames(document.tables)
  const tables = document.tables.map((table, index) => tableSheet(table, figures, names[index] ?? table.id))
  return await writeSheets([...tables, figureSheet(document)]).toBuffer()
}
