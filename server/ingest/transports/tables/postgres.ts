import pg from 'pg'
import { secondMs } from '../../../../contract/time.ts'
import { codeOf, faultOf } from './fault.ts'
import { postgresKind, postgresValue } from './postgres-values.ts'
import { sqlOf } from './select.ts'
import type { Literal, Select } from './select.ts'
import type { DatabaseFault, DatabaseTarget, Row, TableSession } from './session.ts'

/** A connection to PostgreSQL, and to what speaks its protocol. */
export async function openPostgres(target: DatabaseTarget): Promise<TableSession> {
  const client = new pg.Client({
    host: target.address,
    port: target.port,
    user: target.user,
    // a function, since the library takes an empty password for none, and looks for one in this process's environment
    password: () => target.password ?? '',
    database: target.database,
    ssl: sslOf(target),
    connectionTimeoutMillis: target.statementTimeoutSeconds * secondMs,
    // the database's own limit comes first and says more; this one is for a database that hangs
    query_timeout: (target.statementTimeoutSeconds + 1) * secondMs,
    application_name: 'yiping',
    client_encoding: 'UTF8',
    // every value as the text that the database writes
    types: { getTypeParser: () => (text: string) => text },
  })
  // a connection that breaks between two questions is found out by the next question
  client.on('error', () => undefined)
  const session = new PostgresSession(client)
  try {
    await client.connect()
    await client.query(settings(target.statementTimeoutSeconds))
    return session
  } catch (error) {
    session.close()
    throw faultOf(error, byState, true)
  }
}

const settings = (timeoutSeconds: number): string =>
  [
    'SET default_transaction_read_only = on',
    `SET statement_timeout = ${String(Math.ceil(timeoutSeconds * secondMs))}`,
    "SET TimeZone = 'UTC'",
    "SET DateStyle = 'ISO'",
    "SET IntervalStyle = 'iso_8601'",
    "SET bytea_output = 'hex'",
  ].join('; ')

function sslOf({ tls, host, ca }: DatabaseTarget): pg.ClientConfig['ssl'] {
  if (tls === 'off') return false
  return { servername: host, rejectUnauthorized: tls === 'verified', ...(ca === undefined ? {} : { ca }) }
}

class PostgresSession implements TableSession {
  readonly #client: pg.Client

  constructor(client: pg.Client) {
    this.#client = client
  }

  async select(select: Select): Promise<readonly Row[]> {
    const values: string[] = []
    const text = sqlOf(select, {
      name: (identifier) => `"${identifier.replaceAll('"', '""')}"`,
      literal(literal) {
        values.push(parameterOf(literal))
        return `$${String(values.length)}`
      },
    })
    try {
      const { fields, rows } = await this.#client.query<(string | null)[]>({ text, values, rowMode: 'array' })
      return rows.map((cells) => new PostgresRow(fields, cells))
    } catch (error) {
      throw faultOf(error, byState, false)
    }
  }

  close(): void {
    // resolves when the socket is closed, or rejects when it was lost: both are what is wanted
    this.#client.end().catch(() => undefined)
    // `end` waits for a question under way; the connection of the library is not in its types
    const { connection } = this.#client as unknown as { readonly connection?: { readonly stream?: { destroy(): void } } }
    connection?.stream?.destroy()
  }
}

const parameterOf = ({ kind, text }: Literal): string => (kind === 'bytes' ? `\\x${text}` : text)

class PostgresRow implements Row {
  readonly value: Readonly<Record<string, unknown>>
  readonly size: number
  readonly #fields: readonly pg.FieldDef[]
  readonly #cells: readonly (string | null)[]

  constructor(fields: readonly pg.FieldDef[], cells: readonly (string | null)[]) {
    this.#fields = fields
    this.#cells = cells
    this.size = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0)
    this.value = Object.fromEntries(fields.map(({ name, dataTypeID }, at) => [name, postgresValue(cells[at] ?? null, dataTypeID)]))
  }

  literal(column: string): Literal | undefined {
    const at = this.#fields.findIndex(({ name }) => name === column)
    const cell = this.#cells[at]
    if (cell === undefined || cell === null) return undefined
    const kind = postgresKind(this.#fields[at]?.dataTypeID ?? 0)
    return { kind, text: kind === 'bytes' ? cell.slice(2) : cell }
  }
}

/** By SQLSTATE, or its class. */
const faults: Readonly<Record<string, DatabaseFault>> = {
  '42P01': 'no-table',
  '3F000': 'no-table',
  '42703': 'no-column',
  '42501': 'denied',
  '3D000': 'no-database',
  '28': 'login',
  '22': 'bad-value',
  '42883': 'bad-value',
  '57014': 'slow',
  '53': 'busy',
  '57': 'lost',
  '08': 'lost',
}

function byState(error: Error): DatabaseFault | undefined {
  const code = codeOf(error)
  return faults[code] ?? (/^[0-9A-Z]{5}$/.test(code) ? faults[code.slice(0, 2)] : undefined)
}
