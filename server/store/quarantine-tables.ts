import type { Database } from './database.ts'

/**
 * 隔离区 in two tables: a refused message is kept once, however many of its facts were refused, each with a row in `refusals`. So sending it
 * again sends it once, and settling it removes all of them. What is held of a feed is counted by triggers, whoever adds or removes.
 */
const tables = `
  CREATE TABLE IF NOT EXISTS quarantine (
    message INTEGER PRIMARY KEY AUTOINCREMENT, feed TEXT NOT NULL, at INTEGER NOT NULL, form TEXT NOT NULL, origin TEXT NOT NULL,
    bytes INTEGER NOT NULL, raw BLOB NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS quarantine_feed ON quarantine (feed, message, bytes);
  CREATE INDEX IF NOT EXISTS quarantine_at ON quarantine (at);

  CREATE TABLE IF NOT EXISTS refusals (
    id INTEGER PRIMARY KEY AUTOINCREMENT, message INTEGER NOT NULL REFERENCES quarantine ON DELETE CASCADE, feed TEXT NOT NULL,
    at INTEGER NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, cause TEXT NOT NULL, replayable INTEGER NOT NULL, detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS refusals_message ON refusals (message);
  CREATE INDEX IF NOT EXISTS refusals_feed ON refusals (feed, id);
  CREATE INDEX IF NOT EXISTS refusals_cause ON refusals (feed, cause, id, at, replayable);

  CREATE TABLE IF NOT EXISTS rejection_counts (
    feed TEXT NOT NULL, stage TEXT NOT NULL, code TEXT NOT NULL, count INTEGER NOT NULL, evicted INTEGER NOT NULL, PRIMARY KEY (feed, stage, code)
  ) STRICT;

  CREATE TABLE IF NOT EXISTS quarantine_held (
    feed TEXT PRIMARY KEY, messages INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS quarantine_added AFTER INSERT ON quarantine BEGIN
    INSERT INTO quarantine_held (feed, messages, bytes) VALUES (new.feed, 1, new.bytes)
      ON CONFLICT DO UPDATE SET messages = messages + 1, bytes = bytes + excluded.bytes;
  END;
  CREATE TRIGGER IF NOT EXISTS quarantine_removed AFTER DELETE ON quarantine BEGIN
    UPDATE quarantine_held SET messages = messages - 1, bytes = bytes - old.bytes WHERE feed = old.feed;
  END;
  CREATE TRIGGER IF NOT EXISTS refusals_added AFTER INSERT ON refusals BEGIN
    INSERT INTO quarantine_held (feed, refusals) VALUES (new.feed, 1) ON CONFLICT DO UPDATE SET refusals = refusals + 1;
  END;
  CREATE TRIGGER IF NOT EXISTS refusals_removed AFTER DELETE ON refusals BEGIN
    UPDATE quarantine_held SET refusals = refusals - 1 WHERE feed = old.feed;
  END;
`

export function createQuarantineTables(database: Database): void {
  database.execute(tables)
}

/** Removes messages that are dealt with; inside a transaction of the same connection. Numbers that are not there any more are passed over. */
export function openSettling(database: Database): (feed: string, messages: readonly number[]) => void {
  createQuarantineTables(database)
  const remove = database.statement('DELETE FROM quarantine WHERE feed = ? AND message = ?')
  return (feed, messages) => {
    for (const message of messages) remove.run([feed, message])
  }
}
