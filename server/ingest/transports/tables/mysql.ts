import { connect } from 'node:net'
import { createConnection, escape, escapeId } from 'mysql2/promise'
import type { Connection, ConnectionOptions, FieldPacket, RowDataPacket } from 'mysql2/promise'
import { secondMs } from '../../../../contract/time.ts'
import { faultOf } from './fault.ts'
import { mysqlLiteral, mysqlValue } from './mysql-values.ts'
import { sqlOf } from './select.ts'
import type { Literal, Select } from './select.ts'
import { DatabaseError } from './session.ts'
import type { DatabaseFault, DatabaseTarget, Row, TableSession } from './session.ts'

/** A connection to MySQL, MariaDB, and to what speaks their protocol. */
export async function openMysql(target: DatabaseTarget): Promise<TableSession> {
  const timeout = target.statementTimeoutSeconds * secondMs
  try {
    const connection = await createConnection(optionsOf(target, timeout))
    // a connection that breaks between two questions is found out by the next question
    connection.on('error', () => undefined)
    const session = new MysqlSession(connection, timeout + secondMs)
    await session.prepare(target.statementTimeoutSeconds)
    return session
  } catch (error) {
    throw error instanceof DatabaseError ? error : faultOf(error, byNumber, true)
  }
}

const optionsOf = (target: DatabaseTarget, timeoutMs: number): ConnectionOptions => ({
  // the name is for TLS; the connection goes to the address that was allowed
  host: target.host,
  stream: () => connect(target.port, target.address).setNoDelay(true),
  user: target.user,
  ...(target.password === undefined ? {} : { password: target.password }),
  database: target.database,
  // the server turns GBK and GB18030 columns into this one
  charset: 'UTF8MB4_GENERAL_CI',
  connectTimeout: timeoutMs,
  ...(target.tls === 'off' ? {} : { ssl: sslOf(target) }),
  // a server may ask its client for any file of ours: never
  flags: ['-LOCAL_FILES'],
  multipleStatements: false,
  rowsAsArray: true,
  // every value as the bytes that the database writes
  typeCast: false,
})

function sslOf({ tls, ca }: DatabaseTarget): NonNullable<Exclude<ConnectionOptions['ssl'], string>> {
  const isVerified = tls === 'verified'
  return { rejectUnauthorized: isVerified, verifyIdentity: isVerified, ...(ca === undefined ? {} : { ca }) }
}

class MysqlSession implements TableSession {
  readonly #connection: Connection
  readonly #timeoutMs: number

  constructor(connection: Connection, timeoutMs: number) {
    this.#connection = connection
    this.#timeoutMs = timeoutMs
  }

  /** Backslashes mean what `escape` takes them to mean; instants come in UTC; nothing can be written. */
  async prepare(timeoutSeconds: number): Promise<void> {
    try {
      for (const statement of ["SET SESSION sql_mode = ''", "SET SESSION time_zone = '+00:00'", 'SET SESSION TRANSACTION READ ONLY'])
        await this.#query(statement)
      await this.#limitTime(timeoutSeconds)
    } catch (error) {
      this.close()
      throw faultOf(error, byNumber, false)
    }
  }

  async select(select: Select): Promise<readonly Row[]> {
    try {
      const [rows, fields] = await this.#query(sqlOf(select, { name: (identifier) => escapeId(identifier, true), literal: literalText }))
      return rows.map((cells) => new MysqlRow(fields, cells))
    } catch (error) {
      throw faultOf(error, byNumber, false)
    }
  }

  close(): void {
    this.#connection.destroy()
  }

  /** MySQL and MariaDB name the limit differently. A server that knows neither is limited by our own patience only. */
  async #limitTime(seconds: number): Promise<void> {
    const milliseconds = String(Math.ceil(seconds * secondMs))
    for (const statement of [`SET SESSION max_execution_time = ${milliseconds}`, `SET SESSION max_statement_time = ${String(seconds)}`]) {
      try {
        await this.#query(statement)
        return
      } catch (error) {
        if (errnoOf(error) !== unknownVariable) throw error
      }
    }
  }

  async #query(sql: string): Promise<[readonly (Buffer | null)[][], FieldPacket[]]> {
    const [rows, fields] = await this.#connection.query<RowDataPacket[][]>({ sql, timeout: this.#timeoutMs, rowsAsArray: true, typeCast: false })
    // with typeCast off and rowsAsArray on, rows are lists of buffers; SET answers without rows
    return [Array.isArray(rows) ? (rows as unknown as (Buffer | null)[][]) : [], fields]
  }
}

/** Numbers bare, for a comparison as numbers; they are the database's own or the configuration's, and nothing but digits. */
function literalText({ kind, text }: Literal): string {
  if (kind === 'bytes') return `X'${/^[0-9a-f]*$/i.test(text) ? text : ''}'`
  return kind === 'number' && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text : escape(text)
}

class MysqlRow implements Row {
  readonly value: Readonly<Record<string, unknown>>
  readonly size: number
  readonly #fields: readonly FieldPacket[]
  readonly #cells: readonly (Buffer | null)[]

  constructor(fields: readonly FieldPacket[], cells: readonly (Buffer | null)[]) {
    this.#fields = fields
    this.#cells = cells
    this.size = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0)
    this.value = Object.fromEntries(fields.map((field, at) => [field.name, mysqlValue(cells[at] ?? null, field)]))
  }

  literal(column: string): Literal | undefined {
    const at = this.#fields.findIndex(({ name }) => name === column)
    const field = this.#fields[at]
    const cell = this.#cells[at]
    return field === undefined || cell === undefined || cell === null ? undefined : mysqlLiteral(cell, field)
  }
}

const unknownVariable = 1193

const faults: Readonly<Record<number, DatabaseFault>> = {
  1044: 'no-database',
  1045: 'login',
  1130: 'login',
  1698: 'login',
  1049: 'no-database',
  1146: 'no-table',
  1051: 'no-table',
  1054: 'no-column',
  1142: 'denied',
  1143: 'denied',
  1227: 'denied',
  1292: 'bad-value',
  1525: 'bad-value',
  3024: 'slow',
  1969: 'slow',
  1205: 'slow',
  1040: 'busy',
  1203: 'busy',
  1226: 'busy',
  1053: 'lost',
  1317: 'lost',
  1927: 'lost',
}

function errnoOf(error: unknown): number | undefined {
  return error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : undefined
}

const byNumber = (error: Error): DatabaseFault | undefined => faults[errnoOf(error) ?? 0]
