// Plain JavaScript, so that the worker starts without a TypeScript loader; and as little of it as can be, since nothing checks its types.
import { parentPort, workerData } from 'node:worker_threads'
import { readSheet } from 'read-excel-file/universal'

/** Rows told at once: taken in within a few milliseconds on the other side. */
const sliceSize = 500

try {
  const rows = await readSheet(workerData.bytes, workerData.sheet)
  for (let from = 0; from < rows.length; from += sliceSize) parentPort.postMessage({ rows: rows.slice(from, from + sliceSize) })
  parentPort.postMessage({ done: true })
} catch (error) {
  parentPort.postMessage({ problem: { name: error?.name, text: String(error?.message ?? error), sheets: error?.sheets } })
}
