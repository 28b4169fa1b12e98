import { Worker } from 'node:worker_threads'
import { fail, ok } from '../../../contract/result.ts'
import type { Result } from '../../../contract/result.ts'
import type { Refusal } from '../../../contract/rejection.ts'
import { decodeRefusal, quoted } from './decode-refusal.ts'

/** null: empty, an error such as #N/A, or a formula without its value. A Date is a local time written as if it were UTC. */
export type Cell = string | number | boolean | Date | null

type Told =
  | { readonly rows: readonly (readonly Cell[])[] }
  | { readonly done: true }
  | { readonly problem: { readonly name?: string; readonly text: string; readonly sheets?: readonly string[] } }

interface SheetLimits {
  /** whose workbook it is: the one a person waits for does not wait for those of feeds, nor they for it */
  readonly queue: 'desk' | 'feeds'
  readonly mostRows: number
  readonly timeoutMs: number
}

/** Enough for the text and the cells of a workbook of 64 MiB; a sheet made to need more ends the worker, and nothing else. */
const heapMegabytes = 512

/** One workbook of each queue at a time: each may need much memory. */
const turns: Record<SheetLimits['queue'], Promise<unknown>> = { desk: Promise.resolve(), feeds: Promise.resolve() }

/**
 * Reads the cells of one sheet in a thread of its own, which may not take more than its share of memory and time.
 * @param sheet its name, or its number from 1
 * @returns its rows from the first, empty ones among them; column A first
 * Errors: `bad-shape` when there is no such sheet, `bad-syntax` when it cannot be read, `too-large` when it has too many rows or cells, `too-slow`.
 */
export function readSheetRows(bytes: Buffer, sheet: string | number, limits: SheetLimits): Promise<Result<readonly (readonly Cell[])[], Refusal>> {
  const rows = turns[limits.queue].then(() => readInWorker(bytes, sheet, limits))
  // a thread that could not even begin holds up nobody behind it
  turns[limits.queue] = rows.catch(() => undefined)
  return rows
}

function readInWorker(bytes: Buffer, sheet: string | number, limits: SheetLimits): Promise<Result<readonly (readonly Cell[])[], Refusal>> {
  // a copy: the thread takes it for its own
  const own = new Uint8Array(bytes).buffer
  const worker = new Worker(new URL('./sheet-worker.mjs', import.meta.url), {
    workerData: { bytes: own, sheet },
    transferList: [own],
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  })
  return new Promise((resolve) => {
    const rows: (readonly Cell[])[] = []
    const settle = (result: Result<readonly (readonly Cell[])[], Refusal>): void => {
      clearTimeout(timer)
      // the slices that are on their way already change nothing: each would end the thread once more
      worker.off('message', take)
      resolve(result)
      void worker.terminate()
    }
    const timer = setTimeout(() => settle(fail(tooSlow(limits.timeoutMs))), limits.timeoutMs)
    const take = (told: Told): void => {
      if ('problem' in told) settle(fail(problemOf(told.problem, sheet)))
      else if ('done' in told) settle(ok(rows))
      else if (rows.push(...told.rows) > limits.mostRows) settle(fail(tooManyRows(limits.mostRows)))
    }
    worker.on('message', take)
    worker.on('error', (error) => settle(fail('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooHeavy : broken(error.message))))
    // after what was told it is too late to matter; before, it is a thread that died without a word
    worker.on('exit', () => settle(fail(tooHeavy)))
  })
}

function problemOf({ name, sheets, text }: Extract<Told, { problem: unknown }>['problem'], sheet: string | number): Refusal {
  if (name === 'FarOutError') return tooHeavy
  if (name !== 'SheetNotFoundError') return broken(text)
  const named = typeof sheet === 'string' ? quoted(sheet) : String(sheet)
  return decodeRefusal('bad-shape', `body: no sheet ${named}; its sheets are ${quoted((sheets ?? []).join(', '))}: name one in codec.sheet`)
}

const broken = (words: string): Refusal =>
  decodeRefusal('bad-syntax', `body: not readable as a workbook (${quoted(words)}); open it and save it anew`)

const tooManyRows = (most: number): Refusal =>
  decodeRefusal('too-large', `body: a sheet of more than ${String(most)} rows; delete the empty ones at its end, or send it in several files`)

const tooHeavy = decodeRefusal('too-large', 'body: a sheet with cells so far out that it cannot be held; save only the rows and columns in use')

function tooSlow(timeoutMs: number): Refusal {
  return decodeRefusal('too-slow', `body: not read within ${String(timeoutMs / 1_000)} seconds; send it in several files, or as CSV`)
}
