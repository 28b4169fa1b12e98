import writeSheet from 'write-excel-file/node'
import type { Cell as WrittenCell } from 'write-excel-file/node'
import { readWorkbook } from '../../server/entry/workbook.ts'
import type { Cell } from '../../server/ingest/codecs/sheet.ts'

/** What somebody makes of a template before it comes back. */

/** Column of the value, and of the id, in the template as it is handed out. */
export const valueColumn = 4
export const idColumn = 1
export const firstRow = 4

export async function cellsOf(template: Buffer): Promise<(WrittenCell | Cell)[][]> {
  const read = await readWorkbook(template)
  if (!read.ok) throw new Error(read.error)
  return read.value.rows.map((cells) => [...cells])
}

/** Saves cells as a workbook again, with what their owner did to them. */
export async function save(cells: readonly (readonly (WrittenCell | Cell)[])[], sheet = '填报'): Promise<Buffer> {
  return await writeSheet(
    cells.map((row) => [...row]),
    { sheet, dateFormat: 'yyyy-mm-dd' },
  ).toBuffer()
}

/** The template with values written into rows by their 编号. */
export async function filled(template: Buffer, values: Readonly<Record<string, WrittenCell>>): Promise<Buffer> {
  const cells = await cellsOf(template)
  for (const row of cells) {
    const name = row[idColumn]
    if (typeof name === 'string' && name in values) row[valueColumn] = values[name]
  }
  return await save(cells)
}
