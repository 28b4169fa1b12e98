import writeSheet from 'write-excel-file/node'
import type { Cell, Row } from 'write-excel-file/node'
import type { EntryItem } from './items.ts'

/** 填报表: what is handed out each month, and how its parts are called when it comes back. */

/** Of this form of the table; a returned one of another is refused. */
export const templateVersion = '1'
export const sheetName = '填报'
export const labels = { month: '填报月份', version: '模板版本', district: '区划代码' } as const
export const headers = {
  title: '指标/数据项',
  id: '编号（勿改）',
  member: '单位/成员',
  unitOfMeasure: '计量单位',
  value: '数值',
  remark: '备注',
} as const

export interface TemplateContent {
  readonly districtName: string
  readonly district: string
  /** YYYY-MM */
  readonly month: string
  readonly items: readonly EntryItem[]
}

const instructions = [
  '填写说明：只填“数值”一列，填截至当月月底的数；没有数的留空，不要填 0。需要说明的写在“备注”。',
  '不要改动“编号”；行可以删除、可以换顺序。数值按“计量单位”填，可写 1,234、98.5%、1.2万。',
  '填好后在“填报台”交回：先核对，再由另一人审核，审核后上屏。',
].join('\n')

const headFill = '#E8EEF4'
const lockedFill = '#F2F2F2'

/** A text, whatever it begins with: never a formula. */
const text = (value: string, look: Readonly<Record<string, unknown>> = {}): Cell => ({ value, type: String, format: '@', ...look })
const locked = (value: string): Cell => text(value, { backgroundColor: lockedFill, textColor: '#808080' })
const framed = { borderStyle: 'thin', borderColor: '#BFBFBF' } as const

function rowOf({ title, name, member, unitOfMeasure }: EntryItem): Row {
  const value: Cell = { type: Number, align: 'right', ...framed }
  return [text(title), locked(name), text(member), text(unitOfMeasure), value, text('')]
}

const columns = [{ width: 34 }, { width: 42 }, { width: 26 }, { width: 10 }, { width: 16 }, { width: 36 }]

/** The month's table as an .xlsx file, one row for each figure asked for. */
export async function writeTemplate({ districtName, district, month, items }: TemplateContent): Promise<Buffer> {
  const [year = '', number = ''] = month.split('-')
  const rows: Row[] = [
    [text(`${districtName}指标填报表（${year}年${String(Number(number))}月）`, { fontWeight: 'bold', fontSize: 16, columnSpan: columns.length })],
    [...[text(labels.month), locked(month), text(labels.version), locked(templateVersion)], ...[text(labels.district), locked(district)]],
    [text(instructions, { columnSpan: columns.length, wrap: true, alignVertical: 'top', height: 56 })],
    Object.values(headers).map((header) => text(header, { fontWeight: 'bold', backgroundColor: headFill, ...framed })),
    ...items.map(rowOf),
  ]
  return await writeSheet(rows, { sheet: sheetName, columns, stickyRowsCount: 4, orientation: 'landscape' }).toBuffer()
}
