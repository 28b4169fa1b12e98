// Plain JavaScript, so that the worker starts without a TypeScript loader; and as little of it as can be, since nothing checks its types.
import { parentPort, workerData } from 'node:worker_threads'
import { unzipSync } from 'fflate'
import { readSheet } from 'read-excel-file/universal'

/** Rows told at once: taken in within a few milliseconds on the other side. */
const sliceSize = 500

/** Of Excel itself, and what all cells of a table may be together: gaps are filled with empty cells, up to the last one that holds something. */
const mostRows = 1_048_576
const mostCells = 20_000_000

const numberOf = (letters) => [...letters].reduce((number, letter) => number * 26 + letter.charCodeAt(0) - 64, 0)

/** Whether a sheet says of itself that it reaches farther than anyone needs: the reader would fill millions of gaps to get there. */
function isFarOut(xml) {
  let lastRow = 0
  let lastColumn = 0
  for (const [, row] of xml.matchAll(/<(?:\w+:)?row\s[^>]*?\br\s*=\s*["']([^"']*)/g)) if (!(Number(row) <= mostRows)) return true
  for (const [, at, empty] of xml.matchAll(/<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([^"']*)["'][^>]*?(\/?)>/g)) {
    const [, letters, row] = /^([A-Z]{1,3})(\d{1,7})$/.exec(at) ?? []
    if (row === undefined || Number(row) > mostRows) return true
    if (empty === '/') continue
    lastRow = Math.max(lastRow, Number(row))
    lastColumn = Math.max(lastColumn, numberOf(letters))
  }
  return lastRow * lastColumn > mostCells
}

function hasFarSheet(bytes) {
  const sheets = unzipSync(new Uint8Array(bytes), { filter: ({ name }) => name.startsWith('xl/worksheets/') && name.endsWith('.xml') })
  return Object.values(sheets).some((sheet) => isFarOut(Buffer.from(sheet).toString('latin1')))
}

try {
  if (hasFarSheet(workerData.bytes)) parentPort.postMessage({ problem: { name: 'FarOutError', text: '' } })
  else {
    const rows = await readSheet(workerData.bytes, workerData.sheet)
    for (let from = 0; from < rows.length; from += sliceSize) parentPort.postMessage({ rows: rows.slice(from, from + sliceSize) })
    parentPort.postMessage({ done: true })
  }
} catch (error) {
  parentPort.postMessage({ problem: { name: error?.name, text: String(error?.message ?? error), sheets: error?.sheets } })
}
