import { strToU8, zipSync } from 'fflate'

/** Workbooks as no spreadsheet would write them: built from the XML of one sheet. */

const main = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006/relationships'

interface Given {
  /** of `workbookPr` */
  readonly properties?: string
  /** what stands behind the cells of the sheet */
  readonly behind?: string
  readonly more?: Readonly<Record<string, Uint8Array>>
}

/** @param rows the elements `row` of a sheet called 一月 */
export function workbook(rows: string, { properties = '', behind = '', more = {} }: Given = {}): Buffer {
  const parts: Readonly<Record<string, string>> = {
    'xl/workbook.xml': `<workbook ${main} xmlns:r="${office}"><workbookPr ${properties}/><sheets><sheet name="一月" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships xmlns="${packages}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
    'xl/styles.xml': `<styleSheet ${main}><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
    'xl/worksheets/sheet1.xml': `<worksheet ${main}><sheetData>${rows}</sheetData>${behind}</worksheet>`,
  }
  return Buffer.from(zipSync({ ...Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(xml)])), ...more }))
}

/** A row of cells: texts are inline strings, numbers are numbers, anything else is the XML of the cell itself. */
export function row(number: number, cells: readonly (string | number)[]): string {
  const xml = cells.map((cell, index) => {
    const at = `${String.fromCharCode(65 + index)}${String(number)}`
    if (typeof cell === 'number') return `<c r="${at}"><v>${String(cell)}</v></c>`
    return cell.startsWith('<') ? cell.replace('<c', `<c r="${at}"`) : `<c r="${at}" t="inlineStr"><is><t>${cell}</t></is></c>`
  })
  return `<row r="${String(number)}">${xml.join('')}</row>`
}
