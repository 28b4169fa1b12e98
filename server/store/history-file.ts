import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StorageFullError } from '../core/storage-full.ts'
import { openDatabase } from './database.ts'
import type { Database } from './database.ts'

/** history.sqlite of a data folder. All in it is derived from the log: it may be deleted at any time, and is then made again. */

/**
 * `member` is empty for the district as a whole. A sample stays when another is told for its instant: `replaced_by` is then that one's seq, and
 * NULL in the one that counts.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS series (
    id INTEGER PRIMARY KEY, district TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, member TEXT NOT NULL,
    UNIQUE (district, kind, name, member)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS samples (
    series INTEGER NOT NULL, at INTEGER NOT NULL, seq INTEGER NOT NULL, value REAL NOT NULL, replaced_by INTEGER, received_at INTEGER NOT NULL,
    numerator REAL, denominator REAL, PRIMARY KEY (series, at, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS samples_replaced ON samples (series, at) WHERE replaced_by IS NOT NULL;
`

const fileOf = (directory: string): string => join(directory, 'history.sqlite')
const besides = ['-wal', '-shm']

/** Opens it, making it where it is missing. Errors: StorageFullError; a damaged file throws (isDamage). */
export function openHistoryFile(directory: string): Database {
  const database = openDatabase(fileOf(directory))
  closingOnError(database, () => database.execute(tables))
  return database
}

export function closingOnError<T>(database: Database, work: () => T): T {
  try {
    return work()
  } catch (error) {
    database.close()
    throw error
  }
}

export function removeHistoryFile(directory: string): void {
  for (const end of ['', ...besides]) rmSync(`${fileOf(directory)}${end}`, { force: true })
}

/** Keeps a damaged file for whoever wants to know why, in the place of an older one. @returns its name now */
export function setHistoryAside(directory: string): string {
  const aside = `${fileOf(directory)}.damaged`
  renameSync(fileOf(directory), aside)
  for (const end of besides) rmSync(`${fileOf(directory)}${end}`, { force: true })
  return aside
}

/** SQLite's primary result codes of a file that is none of its own, or not any more. */
const damage: ReadonlySet<number> = new Set([11, 26])

/** Whether an error says that the file itself is at fault, and not the disk below it or the question. */
export function isDamage(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof StorageFullError) return false
  return ('rawCode' in error && typeof error.rawCode === 'number' && damage.has(error.rawCode & 0xff)) || isDamage(error.cause)
}
