import { createReadStream } from 'node:fs'
import { parse } from 'csv-parse'
import type { RecordedMessage, Recording } from './recordings.ts'

export interface Tape {
  /** in the order they were said */
  readonly messages: readonly RecordedMessage[]
  /** of the rows that are played: heading → value → rows */
  readonly totals: Readonly<Record<string, ReadonlyMap<string, number>>>
  readonly rows: number
}

export interface TapeLimits {
  /** rows played at most, the earliest first */
  readonly limit: number
  /** rows that began before this instant are left out */
  readonly from: number
}

/**
 * Reads a recording from a CSV file into the order in which it was said.
 * Errors: throws an Error naming the file and, where it is one row's fault, its line.
 */
export async function loadTape(file: string, recording: Recording, limits: TapeLimits): Promise<Tape> {
  const played = (await readRows(file, recording))
    .filter(({ said }) => (said[0]?.at ?? 0) >= limits.from)
    .sort((a, b) => (a.said[0]?.at ?? 0) - (b.said[0]?.at ?? 0))
    .slice(0, limits.limit)
  const totals: Record<string, Map<string, number>> = {}
  for (const [heading, valueOf] of Object.entries(recording.totals)) {
    const counts = new Map<string, number>()
    for (const { row } of played) counts.set(valueOf(row), (counts.get(valueOf(row)) ?? 0) + 1)
    totals[heading] = counts
  }
  const messages = played.flatMap(({ said }) => said).sort((a, b) => a.at - b.at)
  return { messages, totals, rows: played.length }
}

interface ReadRow {
  readonly row: Readonly<Record<string, string>>
  readonly said: readonly RecordedMessage[]
}

async function readRows(file: string, recording: Recording): Promise<readonly ReadRow[]> {
  const rows: ReadRow[] = []
  const parser = createReadStream(file).pipe(
    parse({
      bom: true,
      columns: (names: string[]) => {
        checkColumns(file, names, recording)
        return names
      },
    }),
  )
  for await (const record of forwardErrors(file, parser)) {
    // csv-parse with `columns` yields one object of texts for each row
    const row = record as Record<string, string>
    try {
      rows.push({ row, said: recording.messagesOf(row) })
    } catch (error) {
      throw new Error(`${file}, row ${String(rows.length + 1)}: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
    }
  }
  return rows
}

async function* forwardErrors(file: string, parser: AsyncIterable<unknown>): AsyncIterable<unknown> {
  try {
    yield* parser
  } catch (error) {
    throw new Error(`${file} cannot be read as CSV: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function checkColumns(file: string, names: readonly string[], { feed, columns }: Recording): void {
  const missing = columns.filter((column) => !names.includes(column))
  if (missing.length > 0)
    throw new Error(
      `${file} is not a recording of ${feed}: it lacks the columns ${missing.join(', ')}; its own are ${names.slice(0, 8).join(', ')} …`,
    )
}
