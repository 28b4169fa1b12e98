import { strToU8, zipSync } from 'fflate'

/** The smallest workbook that shows what the codec does: a title, names in the second row, merged cells, a date, an error, a formula. */

const namespaces =
  'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
const relationships = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

const text = (at: string, words: string): string => `<c r="${at}" t="inlineStr"><is><t>${words}</t></is></c>`

const sheet = `<worksheet ${namespaces}><sheetData>
<row r="1">${text('A1', '平凉市国控断面水质')}</row>
<row r="2">${text('A2', '河流')}${text('B2', '断面名称')}${text('C2', '采样时间')}${text('D2', '氨氮')}</row>
<row r="3">${text('A3', '泾河')}${text('B3', '八里桥')}<c r="C3" s="1"><v>46349.598009259258</v></c><c r="D3"><f>0.4+0.02</f><v>0.42</v></c></row>
<row r="4">${text('B4', '崆峒峡')}<c r="C4" s="1"><v>46349.333333333336</v></c><c r="D4" t="e"><v>#N/A</v></c></row>
</sheetData><mergeCells count="1"><mergeCell ref="A3:A4"/></mergeCells></worksheet>`

const parts: Readonly<Record<string, string>> = {
  '[Content_Types].xml':
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
  '_rels/.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationships}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `<workbook ${namespaces}><sheets><sheet name="水质" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="${relationships}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${relationships}/styles" Target="styles.xml"/></Relationships>`,
  'xl/styles.xml': `<styleSheet ${namespaces}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
  'xl/worksheets/sheet1.xml': sheet,
}

/** In hexadecimal. */
export const sampleWorkbook: string = Buffer.from(
  zipSync(Object.fromEntries(Object.entries(parts).map(([name, xml]) => [name, strToU8(`<?xml version="1.0" encoding="UTF-8"?>${xml}`)])), {
    mtime: '2026-01-01T00:00:00Z',
  }),
).toString('hex')
