import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { table } from '../../server/ingest/transports/table.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { benchOf, until } from '../support/transport-context.ts'
import type { Bench, BenchSettings } from '../support/transport-context.ts'

/** PostgreSQL at its standard port on this machine, user postgres, as PGHOST, PGPORT, PGUSER and PGPASSWORD say otherwise. */
const server = {
  host: process.env.PGHOST ?? '127.0.0.1',
  port: Number(process.env.PGPORT ?? 5432),
  user: process.env.PGUSER ?? 'postgres',
  password: process.env.PGPASSWORD ?? '',
}
const database = `yiping_${randomBytes(6).toString('hex')}`
const reader = `reader_${randomBytes(6).toString('hex')}`

let admin: pg.Client
beforeAll(async () => {
  const root = new pg.Client({ ...server, database: 'postgres' })
  await root.connect().catch((error: unknown) => {
    throw new Error(
      `test:services needs PostgreSQL at ${server.host}:${String(server.port)}: apt-get install postgresql, or set PGHOST, PGPORT, PGUSER`,
      { cause: error },
    )
  })
  await root.query(`CREATE DATABASE ${database}`)
  await root.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'right'`)
  await root.end()
  admin = new pg.Client({ ...server, database })
  await admin.connect()
  await admin.query('CREATE SCHEMA gov')
  await admin.query(`GRANT USAGE ON SCHEMA gov TO ${reader}`)
})
afterAll(async () => {
  await admin.end()
  const root = new pg.Client({ ...server, database: 'postgres' })
  await root.connect()
  await root.query(`DROP DATABASE ${database} WITH (FORCE)`)
  await root.query(`DROP ROLE ${reader}`)
  await root.end()
})

interface Reading {
  readonly bench: Bench<unknown>
  readonly end: Promise<unknown>
}

function read(options: object, settings: BenchSettings & { readonly port?: number; readonly user?: string } = {}): Reading {
  const source = `postgres://${settings.user ?? server.user}@${server.host}:${String(settings.port ?? server.port)}/${database}`
  const login = server.password === '' && settings.user === undefined ? {} : { passwordSecret: 'front' }
  const bench = benchOf(
    table,
    source,
    { ...login, pollSeconds: 1, ...options },
    { secrets: { front: settings.user === undefined ? server.password : 'right' }, ...settings },
  )
  onTestFinished(() => bench.abort())
  const end = table.run(bench.context).then(
    () => 'stopped',
    (error: unknown) => error,
  )
  return { bench: bench, end }
}

const valuesOf = ({ handed }: Bench<unknown>): unknown[] =>
  handed.flatMap((one) => ('messages' in one ? one.messages.map((message) => ('value' in message ? message.value : message.refusal)) : []))
const words = async ({ end }: Reading): Promise<string> => {
  const error = await end
  return error instanceof Error ? error.message : String(error)
}

describe('PostgreSQL as a front-end database', () => {
  it('gives every type as it was written', async () => {
    await admin.query(`CREATE TABLE gov."各类" (id bigint PRIMARY KEY, n numeric(30,2), big bigint, small int, f double precision, flag boolean,
      d date, t timestamp, tz timestamptz, b bytea, j jsonb, names text[], amounts numeric[], u uuid, "名称" varchar(20))`)
    await admin.query(`INSERT INTO gov."各类" VALUES (1, 12.50, 42, 7, 0.1, true, '2026-11-23', '2026-11-23 14:21:08.123456', '2026-11-23 14:21:08.5+08',
      '\\x00ff', '{"a": [1, null]}', '{"崆峒","a,\\"b"}', '{1.5,NULL}', '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '水务局'),
      (2, 1234567890123456789012345678.12, 9007199254740993, NULL, 'NaN', NULL, NULL, '2026-11-23 14:21:08', NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
    const { bench } = read({ mode: 'full', table: 'gov.各类', key: 'id' })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench).sort((one, other) => (one as { id: number }).id - (other as { id: number }).id)).toEqual([
      {
        id: 1,
        n: 12.5,
        big: 42,
        small: 7,
        f: 0.1,
        flag: true,
        d: '2026-11-23',
        t: '2026-11-23 14:21:08.123',
        tz: '2026-11-23T06:21:08.500Z',
        b: 'AP8=',
        j: { a: [1, null] },
        names: ['崆峒', 'a,"b'],
        amounts: [1.5, null],
        u: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
        名称: '水务局',
      },
      {
        id: 2,
        n: '1234567890123456789012345678.12',
        big: '9007199254740993',
        small: null,
        f: 'NaN',
        flag: null,
        d: null,
        t: '2026-11-23 14:21:08',
        tz: null,
        b: null,
        j: null,
        names: null,
        amounts: null,
        u: null,
        名称: null,
      },
    ])
  })

  it.each(['timestamp', 'timestamptz'])('reads by a %s to the microsecond, and finds what was committed late', async (type) => {
    const name = `gov.visits_${type}`
    await admin.query(`CREATE TABLE ${name} (id text PRIMARY KEY, gxsj ${type})`)
    await admin.query(
      `INSERT INTO ${name} SELECT 'r' || n, timestamp '2026-11-23 14:00:00' + n * interval '1 microsecond' FROM generate_series(1, 25) n`,
    )
    const { bench } = read({ mode: 'incremental', table: name, column: 'gxsj', tieBreaker: 'id', pageRows: 7 })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toHaveLength(25)
    await admin.query(`INSERT INTO ${name} VALUES ('late', '2026-11-23 13:59:30'), ('new', '2026-11-23 14:00:01')`)
    await until(() => bench.handed.length >= 6)
    const { alive } = bench
    await until(() => bench.alive >= alive + 2)
    expect(valuesOf(bench).slice(25)).toMatchObject([{ id: 'late' }, { id: 'new' }])
  })

  it('reads batches by a status table', async () => {
    await admin.query(`CREATE TABLE gov.batch_rows (id int PRIMARY KEY, pch int); INSERT INTO gov.batch_rows VALUES (1, 10), (2, 10), (3, 11);
      CREATE TABLE gov.batch_states (pch int, done boolean); INSERT INTO gov.batch_states VALUES (10, true), (11, false)`)
    const status = { table: 'gov.batch_states', batchColumn: 'pch', statusColumn: 'done', complete: true }
    const { bench } = read({ mode: 'batch', table: 'gov.batch_rows', batchColumn: 'pch', tieBreaker: 'id', status })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toEqual([
      { id: 1, pch: 10 },
      { id: 2, pch: 10 },
    ])
    await admin.query('UPDATE gov.batch_states SET done = true')
    await until(() => bench.handed.length === 2)
    expect(valuesOf(bench).slice(2)).toEqual([{ id: 3, pch: 11 }])
  })

  it('filters by values that look like SQL, and by names that do', async () => {
    const odd = `x'; DROP TABLE gov.odd; --`
    await admin.query(`CREATE TABLE gov.odd (id int PRIMARY KEY, "a""; DROP TABLE gov.odd; --" text)`)
    await admin.query('INSERT INTO gov.odd VALUES (1, $1), (2, $2)', [odd, 'x'])
    const { bench } = read({ mode: 'full', table: 'gov.odd', key: 'id', where: { 'a"; DROP TABLE gov.odd; --': odd } })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toMatchObject([{ id: 1 }])
  })

  it('reads text of a database in another encoding', async () => {
    const other = `${database}_euc`
    await admin.query(`CREATE DATABASE ${other} ENCODING 'EUC_CN' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`)
    onTestFinished(async () => {
      await admin.query(`DROP DATABASE ${other} WITH (FORCE)`)
    })
    const client = new pg.Client({ ...server, database: other })
    await client.connect()
    await client.query(`CREATE TABLE t (id int PRIMARY KEY, name text); INSERT INTO t VALUES (1, '平凉市崆峒区')`)
    await client.end()
    const bench = benchOf(
      table,
      `postgres://${server.user}@${server.host}:${String(server.port)}/${other}`,
      { mode: 'full', table: 't', key: 'id' },
      { secrets: {} },
    )
    onTestFinished(() => bench.abort())
    void table.run(bench.context)
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench as Bench<unknown>)).toEqual([{ id: 1, name: '平凉市崆峒区' }])
  })
})

describe('PostgreSQL in trouble', () => {
  const options = { mode: 'full', table: 'gov.trouble', key: 'id' }
  beforeAll(async () => {
    await admin.query(`CREATE TABLE gov.trouble (id int PRIMARY KEY); INSERT INTO gov.trouble SELECT generate_series(1, 10);
      CREATE VIEW gov.slow AS SELECT id, pg_sleep(5)::text AS s FROM gov.trouble`)
  })

  it.each([
    [{ table: 'gov.renamed' }, 'table gov.renamed: there is no such table ("relation \\"gov.renamed\\" does not exist")'],
    [{ columns: ['gone'] }, 'table gov.trouble: a column is missing ("column \\"gone\\" does not exist")'],
    [{ where: { id: 'x' } }, 'table gov.trouble: a value does not fit its column’s type'.replace('’', "'")],
    [{ table: 'gov.slow', statementTimeoutSeconds: 0.2 }, 'table gov.slow: no answer in time'],
    [{ tls: 'verified' }, 'no protected connection'],
  ])('%j', async (changes, reason) => expect(await words(read({ ...options, ...changes }))).toContain(reason))

  it('is not allowed to read', async () => {
    expect(await words(read(options, { user: reader }))).toContain(`table gov.trouble: user ${reader} may not read it`)
  })

  it('can write nothing', async () => {
    await admin.query(
      `CREATE FUNCTION gov.write() RETURNS int LANGUAGE sql AS 'INSERT INTO gov.trouble VALUES (99) RETURNING id'; CREATE VIEW gov.writing AS SELECT gov.write() AS id`,
    )
    expect(await words(read({ ...options, table: 'gov.writing' }))).toContain('cannot execute INSERT in a read-only transaction')
  })

  it('loses its connection in the middle, and goes on after it', async () => {
    const proxy = await startTcpProxy(server.port)
    onTestFinished(() => proxy.close())
    const rows = { mode: 'incremental', table: 'gov.trouble', column: 'id', tieBreaker: 'id', pageRows: 4 }
    const first = read(rows, { port: proxy.port })
    first.bench.answer = () => {
      proxy.cut()
      return { facts: 4, rejected: 0 }
    }
    expect(await words(first)).toContain('table gov.trouble: the connection was lost')
    proxy.restore()
    const second = read(rows, { port: proxy.port, ledger: first.bench.ledger })
    await until(() => second.bench.alive >= 1)
    expect([...valuesOf(first.bench), ...valuesOf(second.bench)]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => ({ id })))
  })

  it('hangs, and is given up; or hangs, and is left at once', async () => {
    const proxy = await startTcpProxy(server.port)
    onTestFinished(() => proxy.close())
    proxy.pause()
    expect(await words(read({ ...options, statementTimeoutSeconds: 0.5 }, { port: proxy.port }))).toContain('cannot be reached')
    const reading = read(options, { port: proxy.port })
    reading.bench.abort()
    expect(await reading.end).toBe('stopped')
  })
})
