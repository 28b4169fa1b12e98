import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'

/**
 * Rows per second of a loop with the driver and nothing else: the given texts as single rows, one transaction for each batch, WAL and
 * synchronous FULL as our own log. The texts are ready before it starts: the strictest measure to hold a server against.
 */
export function bareLoop(batches: readonly (readonly string[])[]): number {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-bare-'))
  const connection = new Libsql(join(folder, 'bare.sqlite'))
  try {
    for (const pragma of ['journal_mode = WAL', 'synchronous = FULL']) connection.prepare(`PRAGMA ${pragma}`).all()
    connection.exec('CREATE TABLE facts (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, feed TEXT NOT NULL, fact TEXT NOT NULL) STRICT')
    const insert = connection.prepare('INSERT INTO facts (at, feed, fact) VALUES (?, ?, ?)')
    const [begin, commit] = [connection.prepare('BEGIN IMMEDIATE'), connection.prepare('COMMIT')]
    const began = performance.now()
    for (const batch of batches) {
      begin.run()
      for (const text of batch) insert.run([Date.now(), 'native', text])
      commit.run()
    }
    return (1_000 * batches.reduce((sum, { length }) => sum + length, 0)) / (performance.now() - began)
  } finally {
    connection.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
