import { openDatabase } from './database.ts'
import { logFile, openEventLog } from './event-log.ts'
import type { EventLog } from './event-log.ts'
import { openLedgers } from './ledger.ts'
import type { Ledgers } from './ledger.ts'
import { createRejectionStore } from './rejections.ts'
import type { RejectionStore } from './rejections.ts'
import { createSessionStore } from './sessions.ts'
import type { SessionStore } from './sessions.ts'

export interface Stores {
  readonly log: EventLog
  readonly ledgers: Ledgers
  readonly rejections: RejectionStore
  readonly sessions: SessionStore
  close(): void
}

/** Kept back from the log, so that people can still sign in and see that it is full. */
const reservedForSessionsBytes = 1_048_576

/**
 * Opens everything a data folder holds, in one file, for this process alone.
 * @param options.rejectionsKept refusals kept per feed
 * Errors: as openEventLog
 */
export function openStores(options: { readonly directory: string; readonly maxBytes?: number | undefined; readonly rejectionsKept: number }): Stores {
  const { directory, maxBytes, rejectionsKept } = options
  const log = openEventLog({ directory, maxBytes })
  const reserve = maxBytes === undefined ? undefined : maxBytes + reservedForSessionsBytes
  const besides = openDatabase(logFile(directory), { maxBytes })
  const forSessions = openDatabase(logFile(directory), { maxBytes: reserve })
  return {
    log,
    ledgers: openLedgers(besides),
    rejections: createRejectionStore(besides, { kept: rejectionsKept }),
    sessions: createSessionStore(forSessions),
    close() {
      forSessions.close()
      besides.close()
      log.close()
    },
  }
}
