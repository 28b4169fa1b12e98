import type { Literal, Select } from './select.ts'

/** A row, in JSON's values, and as the database wrote it. */
export interface Row {
  readonly value: Readonly<Record<string, unknown>>
  /** characters or bytes of all its values */
  readonly size: number
  /** undefined for NULL, and for a column that was not read */
  literal(column: string): Literal | undefined
}

/** One connection to a database, read-only. */
export interface TableSession {
  /** @throws DatabaseError */
  select(select: Select): Promise<readonly Row[]>
  /** At once: a question under way fails. */
  close(): void
}

export interface DatabaseTarget {
  /** as the configuration writes it */
  readonly host: string
  /** where to connect */
  readonly address: string
  readonly port: number
  readonly user: string
  readonly password: string | undefined
  readonly database: string
  readonly tls: 'off' | 'encrypted' | 'verified'
  readonly ca: string | undefined
  readonly statementTimeoutSeconds: number
}

export type OpenDatabase = (target: DatabaseTarget) => Promise<TableSession>

export type DatabaseFault =
  'no-table' | 'no-column' | 'denied' | 'login' | 'no-database' | 'bad-value' | 'slow' | 'busy' | 'tls' | 'unreachable' | 'lost' | 'other'

/** What went wrong, told apart so far that a cure can be named; `message` is the database's own. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly fault: DatabaseFault

  constructor(fault: DatabaseFault, message: string, cause?: unknown) {
    super(message.slice(0, 300), { cause })
    this.fault = fault
  }
}

export interface Asked {
  /** without user or password */
  readonly server: string
  readonly database: string
  readonly user: string
  readonly table: string
}

/** Place, reason and cure. */
export function wordsFor({ fault, message }: DatabaseError, asked: Asked): string {
  const { place, cure } = told[fault]
  const where = place === 'server' ? asked.server : `${asked.server}/${asked.database}, table ${asked.table}`
  return `${where}: ${cure(JSON.stringify(message.slice(0, 160)), asked)}`
}

interface Told {
  readonly place: 'server' | 'table'
  readonly cure: (said: string, asked: Asked) => string
}

const told: Readonly<Record<DatabaseFault, Told>> = {
  'no-table': {
    place: 'table',
    cure: (said) =>
      `there is no such table (${said}): renamed, or in another schema? Put its name, exactly as the database writes it, into transport.table`,
  },
  'no-column': {
    place: 'table',
    cure: (said) => `a column is missing (${said}): renamed? Put its name, exactly as the database writes it, into the transport's options`,
  },
  denied: { place: 'table', cure: (said, { user }) => `user ${user} may not read it (${said}); have the database's keeper GRANT SELECT on it` },
  login: {
    place: 'server',
    cure: (said, { user }) =>
      `user ${user} is refused (${said}); check the user in \`source\`, the secret of transport.passwordSecret, and from which addresses the user may come`,
  },
  'no-database': {
    place: 'server',
    cure: (said, { database, user }) => `there is no database ${database} for user ${user} (${said}); mend the path of \`source\``,
  },
  'bad-value': {
    place: 'table',
    cure: (said) => `a value does not fit its column's type (${said}); mend transport.where, or the column that is named`,
  },
  slow: {
    place: 'table',
    cure: (said) =>
      `no answer in time (${said}); an index on the columns that are ordered by makes it fast, or raise transport.statementTimeoutSeconds`,
  },
  busy: { place: 'server', cure: (said) => `takes no more connections (${said})` },
  tls: { place: 'server', cure: (said) => `no protected connection (${said}); check transport.tls and transport.caSecret` },
  unreachable: { place: 'server', cure: (said) => `cannot be reached (${said}); is it running, and does the network let us through?` },
  lost: { place: 'table', cure: (said) => `the connection was lost (${said}); what was not recorded yet is read again` },
  other: { place: 'table', cure: (said) => said },
}
