import { MisconfiguredError } from '../transport.ts'
import type { Transport, TransportContext } from '../transport.ts'
import { secondMs } from '../../../contract/time.ts'
import { Alarm } from './polling.ts'
import { BatchReader } from './tables/batch.ts'
import { FullReader } from './tables/full.ts'
import { IncrementalReader } from './tables/incremental.ts'
import { openMysql } from './tables/mysql.ts'
import { tableOptions } from './tables/options.ts'
import type { TableOptions } from './tables/options.ts'
import { openPostgres } from './tables/postgres.ts'
import type { TableReader } from './tables/reader.ts'
import { DatabaseError, wordsFor } from './tables/session.ts'
import type { DatabaseTarget, OpenDatabase, TableSession } from './tables/session.ts'

interface Maker {
  readonly open: OpenDatabase
  readonly port: number
}

const postgres: Maker = { open: openPostgres, port: 5432 }
const mysql: Maker = { open: openMysql, port: 3306 }
const makers: Readonly<Record<string, Maker>> = { 'postgres:': postgres, 'postgresql:': postgres, 'mysql:': mysql, 'mariadb:': mysql }

type Context = TransportContext<TableOptions>

/** 库表交换: a table of a front-end database (前置库) that is asked again and again. */
export const table: Transport<TableOptions> = {
  name: 'table',
  schemes: ['postgres', 'postgresql', 'mysql', 'mariadb'],
  summary: {
    zh: '轮询前置库的表：按增量列、批次或全量读取，断点随数据一同入库，不漏不重；只读连接',
    en: 'Polls a table of a front-end database by a growing column, by batches or whole; how far it is read is recorded with the rows; read-only',
  },
  options: tableOptions,
  usualCodec: undefined,
  sample: `source: mysql://reader@front-database.example:3306/exchange   # or postgres://…, mariadb://…
transport:
  mode: incremental        # or batch, or full
  table: outpatient_visit  # or schema.table
  column: updated_at       # grows with every new or changed row
  tieBreaker: id           # tells rows with the same updated_at apart
  overlapSeconds: 60       # reads a little before the last row too: rows are committed late
  passwordSecret: front-database
  pollSeconds: 60
`,
  async run(context) {
    const reader = readerOf(context)
    const alarm = new Alarm(context.clock, context.signal)
    while (!context.signal.aborted) {
      await pollOnce(context, reader)
      await alarm.sleep(context.options.pollSeconds * secondMs)
    }
  },
}

function readerOf(context: Context): TableReader {
  const { options } = context
  switch (options.mode) {
    case 'incremental':
      return new IncrementalReader(context, options)
    case 'batch':
      return new BatchReader(context, options)
    case 'full':
      return new FullReader(context, options)
  }
}

/** A connection for each poll: front-end databases allow few, and firewalls forget idle ones without a word. */
async function pollOnce(context: Context, reader: TableReader): Promise<void> {
  const { signal, url } = context
  let session: TableSession | undefined
  try {
    const opening = makerOf(url).open(await targetOf(context))
    session = await unlessAborted(opening, signal, () => void opening.then((late) => late.close()).catch(() => undefined))
    await reader.poll(guarded(session, signal))
    context.answered()
  } catch (error) {
    // what fails because we were told to stop is no failure
    if (!signal.aborted) throw inWords(error, context)
  } finally {
    session?.close()
  }
}

/** A database that does not answer keeps nobody waiting who is told to stop. */
const guarded = (session: TableSession, signal: AbortSignal): TableSession => ({
  select: async (select) => await unlessAborted(session.select(select), signal, () => session.close()),
  close: () => session.close(),
})

async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal, giveUp: () => void): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const stop = (): void => {
      giveUp()
      reject(new Error('told to stop'))
    }
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}

function inWords(error: unknown, { url, options }: Context): unknown {
  if (!(error instanceof DatabaseError)) return error
  const asked = { server: serverOf(url), database: databaseOf(url), user: decodeURIComponent(url.username), table: options.table }
  return new Error(wordsFor(error, asked), { cause: error })
}

async function targetOf(context: Context): Promise<DatabaseTarget> {
  const { url, options, hosts } = context
  if (url.username === '') throw new MisconfiguredError(`source: names no user; write ${url.protocol}//user@${url.host}/${databaseOf(url)}`)
  if (url.password !== '') throw new MisconfiguredError('source: holds a password; put it into a secret, and name that in transport.passwordSecret')
  if (databaseOf(url) === '') throw new MisconfiguredError(`source: names no database; write ${serverOf(url)}/database`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = url.port === '' ? makerOf(url).port : Number(url.port)
  const { address } = await hosts.resolve(host, port)
  return {
    host,
    address,
    port,
    user: decodeURIComponent(url.username),
    password: options.passwordSecret === undefined ? undefined : context.secret(options.passwordSecret),
    database: databaseOf(url),
    tls: options.tls,
    ca: options.caSecret === undefined ? undefined : context.secret(options.caSecret),
    statementTimeoutSeconds: options.statementTimeoutSeconds,
  }
}

function makerOf(url: URL): Maker {
  const maker = makers[url.protocol]
  if (maker === undefined) throw new MisconfiguredError(`source: ${url.protocol} is no database; write ${Object.keys(makers).join(' ')}`)
  return maker
}

const serverOf = (url: URL): string => `${url.protocol}//${url.host}`
const databaseOf = (url: URL): string => decodeURIComponent(url.pathname.slice(1))
