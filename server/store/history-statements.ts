import type { Correction } from '../../contract/drill.ts'
import type { Instant } from '../../contract/time.ts'
import type { Database, Statement } from './database.ts'

interface SampleRow {
  readonly at: Instant
  readonly seq: number
  readonly value: number
  readonly received_at: Instant
  readonly numerator: number | null
  readonly denominator: number | null
}

const inForce = 'replaced_by IS NULL'
/** With 17 digits a number reads back as it was. */
const exact = '%!.17g'

/**
 * What the file is asked. Handing a row over costs more than finding it: of a day told every second there are 86,400. So numbers are written
 * one after the other into one text wherever there may be many.
 */
export class Statements {
  readonly keep: Statement<never>
  readonly replace: Statement<never>
  readonly insert: Statement<never>
  readonly addSeries: Statement<never>
  readonly seriesId: Statement<{ readonly id: number }>
  readonly members: Statement<{ readonly member: string }>
  readonly newest: Statement<{ readonly at: Instant | null }>
  readonly latest: Statement<SampleRow>
  readonly corrections: Statement<Correction>
  readonly packed: Statement<{ readonly ats: string | null; readonly figures: string | null }>
  readonly buckets: Statement<{ readonly ends: string | null; readonly last: string | null }>

  constructor(database: Database) {
    this.keep = database.statement("INSERT INTO meta (key, value) VALUES ('progress', ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    this.replace = database.statement(`UPDATE samples SET replaced_by = ? WHERE series = ? AND at = ? AND ${inForce}`)
    this.insert = database.statement('INSERT INTO samples (series, at, seq, value, received_at, numerator, denominator) VALUES (?, ?, ?, ?, ?, ?, ?)')
    this.addSeries = database.statement('INSERT INTO series (district, kind, name, member) VALUES (?, ?, ?, ?)')
    this.seriesId = database.statement('SELECT id FROM series WHERE district = ? AND kind = ? AND name = ? AND member = ?')
    this.members = database.statement("SELECT member FROM series WHERE district = ? AND kind = ? AND name = ? AND member <> '' ORDER BY member")
    this.newest = database.statement('SELECT max(at) AS at FROM samples WHERE series = ?')
    this.latest = database.statement(
      `SELECT at, seq, value, received_at, numerator, denominator FROM samples
       WHERE series = ? AND at <= ? AND ${inForce} ORDER BY at DESC LIMIT 1`,
    )
    this.corrections = database.statement(
      `SELECT told.at AS at, told.value AS "from", later.value AS "to", later.received_at AS receivedAt
       FROM samples AS told JOIN samples AS later ON later.series = told.series AND later.at = told.at AND later.seq = told.replaced_by
       WHERE told.series = ? AND told.at >= ? AND told.at <= ? AND told.replaced_by IS NOT NULL AND told.value <> later.value
       ORDER BY told.at, told.seq LIMIT ?`,
    )
    this.packed = database.statement(
      `SELECT group_concat(at) AS ats, group_concat(printf('${exact}', value)) AS figures FROM (
         SELECT at, value FROM samples
         WHERE series = ? AND at >= coalesce((SELECT max(at) FROM samples WHERE series = ? AND at <= ?), ?) AND at <= ? AND ${inForce} ORDER BY at
       )`,
    )
    this.buckets = database.statement(
      `WITH buckets AS (SELECT json_extract(value, '$[0]') AS first, json_extract(value, '$[1]') AS next FROM json_each(?))
       SELECT
         (SELECT CASE WHEN count(*) > 0 THEN printf('${exact},${exact}', min(value), max(value)) END FROM samples
          WHERE series = ? AND at >= first AND at < next AND ${inForce}) AS ends,
         (SELECT printf('%d,${exact}', at, value) FROM samples
          WHERE series = ? AND at >= first AND at < next AND ${inForce} ORDER BY at DESC LIMIT 1) AS last
       FROM buckets`,
    )
  }
}
