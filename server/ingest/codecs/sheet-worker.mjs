// Plain JavaScript, so that the worker starts without a TypeScript loader; and as little of it as can be, since nothing checks its types.
import { parentPort, workerData } from 'node:worker_threads'
import { unzipSync, zipSync } from 'fflate'
import { readSheet } from 'read-excel-file/universal'

/** Rows told at once: taken in within a few milliseconds on the other side. */
const sliceSize = 500

/** Of Excel itself, and what all cells of a table may be together: gaps are filled with empty cells, up to the last one that holds something. */
const mostRows = 1_048_576
const mostCells = 20_000_000

const numberOf = (letters) => [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)

const lettersOf = (number) => (number > 26 ? lettersOf(Math.floor((number - 1) / 26)) : '') + String.fromCharCode(65 + ((number - 1) % 26))

// a tag ends before the next one begins: looked for no farther than there, the search stays linear, whatever the text
const rowOrCell = /<((?:\w+:)?(row|c))((?:[\s/][^<>]*)?)>/g
const placeIn = (rest) => /\sr\s*=\s*["']([^"']*)["']/.exec(rest)?.[1]

/** Whether a sheet says of itself that it reaches farther than anyone needs: the reader would fill millions of gaps to get there. */
function isFarOut(xml) {
  let lastRow = 0
  let lastColumn = 0
  for (const [, , name, rest] of xml.matchAll(rowOrCell)) {
    const at = placeIn(rest)
    if (at === undefined) continue
    if (name === 'row') {
      if (!(Number(at) <= mostRows)) return true
      continue
    }
    const [, letters, row] = /^([A-Z]{1,3})(\d{1,7})$/.exec(at) ?? []
    if (row === undefined || Number(row) > mostRows) return true
    if (rest.endsWith('/')) continue
    lastRow = Math.max(lastRow, Number(row))
    lastColumn = Math.max(lastColumn, numberOf(letters))
  }
  return lastRow * lastColumn > mostCells
}

/** A sheet whose cells all say where they are: those that do not stand behind the one before, as the format has it, and the reader needs it said. */
function placed(xml) {
  let row = 0
  let column = 0
  return xml.replace(rowOrCell, (tag, whole, name, rest) => {
    const at = placeIn(rest)
    if (name === 'row') {
      row = at === undefined ? row + 1 : Number(at)
      column = 0
      return at === undefined ? `<${whole} r="${row}"${rest}>` : tag
    }
    column = at === undefined ? column + 1 : numberOf(/^[A-Z]{0,3}/.exec(at)[0])
    return at === undefined ? `<${whole} r="${lettersOf(column)}${row}"${rest}>` : tag
  })
}

const isSheet = (name) => name.startsWith('xl/worksheets/') && name.endsWith('.xml')
// what the reader never looks at, workbooks inside the workbook among it, is not unpacked
const isRead = (name) => name.endsWith('.xml') || name.endsWith('.rels')

/** The workbook, an ArrayBuffer, with every cell in its place; undefined when one of its sheets reaches too far. */
function placedWorkbook(buffer) {
  const bytes = new Uint8Array(buffer)
  const sheets = unzipSync(bytes, { filter: ({ name }) => isSheet(name) })
  const changed = {}
  for (const [name, sheet] of Object.entries(sheets)) {
    // one character for each byte: nothing but ASCII is looked for, and the rest comes out as it went in
    const xml = Buffer.from(sheet).toString('latin1')
    const whole = placed(xml)
    if (isFarOut(whole)) return undefined
    if (whole !== xml) changed[name] = Buffer.from(whole, 'latin1')
  }
  if (Object.keys(changed).length === 0) return buffer
  return zipSync({ ...unzipSync(bytes, { filter: ({ name }) => isRead(name) }), ...changed }, { level: 0 }).buffer
}

try {
  const workbook = placedWorkbook(workerData.bytes)
  if (workbook === undefined) parentPort.postMessage({ problem: { name: 'FarOutError', text: '' } })
  else {
    const rows = await readSheet(workbook, workerData.sheet)
    for (let from = 0; from < rows.length; from += sliceSize) parentPort.postMessage({ rows: rows.slice(from, from + sliceSize) })
    parentPort.postMessage({ done: true })
  }
} catch (error) {
  parentPort.postMessage({ problem: { name: error?.name, text: String(error?.message ?? error), sheets: error?.sheets } })
}
