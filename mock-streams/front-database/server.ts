import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { createServer } from 'mysql2'
import type { Connection } from 'mysql2'
import { SqlError, parseSelect } from './statement.ts'
import { answer } from './table.ts'
import type { Answer, ColumnType, Table } from './table.ts'

/**
 * A stand-in for a sector's 前置库: a server that speaks MySQL's protocol, holds a few tables in memory, lets itself be read and not written,
 * and refuses in MySQL's own words. It knows nothing of whom it serves.
 */
export interface FrontDatabaseOptions {
  /** 0 takes any free port */
  readonly port: number
  readonly host: string
  readonly user: string
  readonly password: string
  readonly tables: Readonly<Record<string, Table>>
}

export interface RunningFrontDatabase {
  readonly port: number
  /** Ends every connection. */
  close(): Promise<void>
}

export async function startFrontDatabase(options: FrontDatabaseOptions): Promise<RunningFrontDatabase> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((connection) => {
    // the library gives its handler a whole connection, with the socket it runs on; its types say less
    const client = connection as unknown as ServedConnection
    sockets.add(client.stream)
    client.stream.on('close', () => sockets.delete(client.stream))
    connections += 1
    serve(client, connections, options)
  })
  // the server of node:net inside; its `listen` takes a host, the library's types leave that out
  const { _server: net } = server as unknown as { readonly _server: NetServer }
  net.listen(options.port, options.host)
  await once(net, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  const { port } = net.address() as AddressInfo
  return {
    port,
    async close() {
      for (const socket of sockets) socket.destroy()
      net.close()
      await once(net, 'close')
    },
  }
}

type ServedConnection = Omit<Connection, 'writeTextResult'> & {
  readonly stream: Socket
  writeColumns(columns: readonly object[]): void
  writeTextRow(cells: readonly (string | null)[]): void
}

interface Login {
  readonly user: string
  readonly authPluginData1: Buffer
  readonly authPluginData2: Buffer
  readonly authToken: Buffer
}

const utf8mb4 = 45

/** Bits of the protocol: long password, found rows, long flags, database in the login, protocol 4.1, transactions, 20-byte scramble, plug-in's name. */
const capabilities = 0x1 | 0x2 | 0x4 | 0x8 | 0x200 | 0x2000 | 0x8000 | 0x80000

function serve(client: ServedConnection, id: number, options: FrontDatabaseOptions): void {
  client.serverHandshake({
    protocolVersion: 10,
    serverVersion: '8.0.36-stand-in',
    connectionId: id,
    statusFlags: 2,
    characterSet: utf8mb4,
    capabilityFlags: capabilities,
    authCallback: (login: Login, tell: (error: null, refusal?: { readonly message: string; readonly code: number }) => void) => {
      if (isWelcome(login, options)) {
        tell(null)
        awaitCommand(client)
      } else {
        const words = `Access denied for user '${login.user}'@'${client.stream.remoteAddress ?? ''}' (using password: ${login.authToken.length > 0 ? 'YES' : 'NO'})`
        tell(null, { message: words, code: 1045 })
      }
    },
  })
  client.on('query', (sql: string) => reply(client, () => writeAnswer(client, answerTo(sql, options.tables))))
  // the library hands SET to this listener, too
  client.on('stmt_prepare', (sql: string) => reply(client, () => applySetting(client, sql)))
  client.on('init_db', () => reply(client, () => client.writeOk()))
  client.on('ping', () => reply(client, () => client.writeOk()))
  client.on('packet', (_: unknown, isKnown: boolean) => {
    if (!isKnown) reply(client, () => client.writeError({ code: 1047, message: 'Unknown command' }))
  })
  client.on('error', () => client.stream.destroy())
}

function reply(client: ServedConnection, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    client.writeError({ code: error.code, message: error.message })
  }
  awaitCommand(client)
}

/** The protocol numbers the packets of each command anew, which the library leaves to its user. */
function awaitCommand(client: ServedConnection): void {
  client.sequenceId = 0
}

function answerTo(sql: string, tables: Readonly<Record<string, Table>>): Answer {
  if (/^\s*(insert|update|delete|replace|create|drop|alter|truncate)\b/i.test(sql))
    throw new SqlError(1290, 'The MySQL server is running with the --read-only option so it cannot execute this statement')
  const statement = parseSelect(sql)
  const table = Object.hasOwn(tables, statement.table) ? tables[statement.table] : undefined
  if (table === undefined) throw new SqlError(1146, `Table 'exchange.${statement.table}' doesn't exist`)
  return answer(statement, table)
}

const settings = /^set\s+(names\s|(session\s+)?(sql_mode|time_zone|max_execution_time|autocommit)\s*=|(session\s+)?transaction\s+read\s+only)/i

function applySetting(client: ServedConnection, sql: string): void {
  if (!/^set\b/i.test(sql)) throw new SqlError(1295, 'This command is not supported in the prepared statement protocol yet')
  if (!settings.test(sql)) throw new SqlError(1193, `Unknown system variable '${sql.slice(4, 60)}'`)
  client.writeOk()
}

/** mysql_native_password: the token is SHA1(password) XOR SHA1(scramble + SHA1(SHA1(password))). */
function isWelcome({ user, authPluginData1, authPluginData2, authToken }: Login, options: FrontDatabaseOptions): boolean {
  if (user !== options.user) return false
  if (options.password === '') return authToken.length === 0
  const stage1 = sha1(Buffer.from(options.password))
  const mask = sha1(authPluginData1, authPluginData2.subarray(0, 12), sha1(stage1))
  const expected = Buffer.from(stage1.map((byte, at) => byte ^ (mask[at] ?? 0)))
  return authToken.length === expected.length && timingSafeEqual(authToken, expected)
}

function sha1(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** Numbers of the protocol. */
const typeNumbers: Readonly<Record<ColumnType, number>> = {
  int: 3,
  double: 5,
  timestamp: 7,
  bigint: 8,
  date: 10,
  datetime: 12,
  json: 245,
  decimal: 246,
  text: 252,
  varchar: 253,
}

function writeAnswer(client: ServedConnection, { columns, rows }: Answer): void {
  client.writeColumns(
    columns.map(({ name, type }) => ({
      catalog: 'def',
      schema: 'exchange',
      table: '',
      orgTable: '',
      name,
      orgName: name,
      characterSet: utf8mb4,
      columnLength: 255,
      columnType: typeNumbers[type],
      flags: 0,
      decimals: 0,
    })),
  )
  for (const row of rows) client.writeTextRow(row)
  client.writeEof()
}
