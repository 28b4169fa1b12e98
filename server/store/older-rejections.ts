import { rawKeptBytes } from '../../contract/rejection.ts'
import type { Rejection } from '../../contract/rejection.ts'
import type { Database } from './database.ts'
import type { Kept } from './quarantine-writer.ts'

/** Rows at once: the file grows by this much, then by nothing, since what is moved makes room. */
const movedAtOnce = 200

type OlderRow = Omit<Rejection, 'raw' | 'form' | 'origin'> & { readonly raw: ArrayBuffer }

/**
 * Takes along what a data folder of an older version holds: its table `rejections` had one row for each refusal, with the text in each.
 * Interrupted, it goes on where it stopped.
 * @param take puts rows into the quarantine, in the transaction that removes them from the older table
 */
export function takeOlderRejections(database: Database, take: (rows: readonly Kept[]) => void): void {
  const found = database.statement<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'rejections'").get([])
  if (found === undefined) return
  const oldest = database.statement<OlderRow>('SELECT id, feed, at, stage, code, detail, raw FROM rejections ORDER BY id LIMIT ?')
  const remove = database.statement('DELETE FROM rejections WHERE id <= ?')
  const move = (): number =>
    database.transaction(() => {
      const rows = oldest.all([movedAtOnce])
      take(rows.map(asKept))
      remove.run([rows.at(-1)?.id ?? 0])
      return rows.length
    })
  while (move() === movedAtOnce);
  database.execute('DROP TABLE rejections')
}

function asKept({ feed, at, stage, code, detail, raw }: OlderRow): Kept {
  const text = Buffer.from(raw).toString('utf8')
  return { feed, at, stage, code, detail, raw: text, form: raw.byteLength < rawKeptBytes ? 'message' : 'cut', origin: '' }
}
