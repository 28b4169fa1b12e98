import { randomBytes } from 'node:crypto'
import { createConnection } from 'mysql2/promise'
import type { Connection } from 'mysql2/promise'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { table } from '../../server/ingest/transports/table.ts'
import { startTcpProxy } from '../support/tcp-proxy.ts'
import { benchOf, until } from '../support/transport-context.ts'
import type { Bench, BenchSettings } from '../support/transport-context.ts'

/** MariaDB (or MySQL) at its standard port on this machine, user root, as MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_USER and MYSQL_PWD say otherwise. */
const server = {
  host: process.env.MYSQL_HOST ?? '127.0.0.1',
  port: Number(process.env.MYSQL_TCP_PORT ?? 3306),
  user: process.env.MYSQL_USER ?? 'root',
  password: process.env.MYSQL_PWD ?? '',
}
const database = `yiping_${randomBytes(6).toString('hex')}`
const reader = `reader_${randomBytes(4).toString('hex')}`

let admin: Connection
beforeAll(async () => {
  admin = await createConnection({ ...server, multipleStatements: true, charset: 'utf8mb4' }).catch((error: unknown) => {
    throw new Error(
      `test:services needs MariaDB or MySQL at ${server.host}:${String(server.port)}: apt-get install mariadb-server, or set MYSQL_HOST, MYSQL_TCP_PORT, MYSQL_USER`,
      { cause: error },
    )
  })
  await admin.query(`CREATE DATABASE ${database} CHARACTER SET utf8mb4; USE ${database}; CREATE USER '${reader}'@'%' IDENTIFIED BY 'right'; CREATE TABLE granted (id INT);
    GRANT SELECT ON ${database}.granted TO '${reader}'@'%'`)
})
afterAll(async () => {
  await admin.query(`DROP DATABASE ${database}; DROP USER '${reader}'@'%'`)
  await admin.end()
})

interface Reading {
  readonly bench: Bench<unknown>
  readonly end: Promise<unknown>
}

function read(options: object, settings: BenchSettings & { readonly port?: number; readonly user?: string } = {}): Reading {
  const source = `mariadb://${settings.user ?? server.user}@${server.host}:${String(settings.port ?? server.port)}/${database}`
  const secrets = { front: settings.user === undefined ? server.password : 'right' }
  const bench = benchOf(table, source, { passwordSecret: 'front', pollSeconds: 1, ...options }, { secrets, ...settings })
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

describe('MariaDB as a front-end database', () => {
  it('gives every type as it was written', async () => {
    await admin.query(`SET time_zone = '+08:00'; CREATE TABLE \`各类\` (id BIGINT UNSIGNED PRIMARY KEY, n DECIMAL(30,2), big BIGINT, f DOUBLE, flag TINYINT(1), bits BIT(3), y YEAR,
      d DATE, t DATETIME(6), ts TIMESTAMP(3) NULL, tm TIME, b BLOB, fixed BINARY(2), txt TEXT, j JSON, e ENUM('甲','乙'), u UUID, \`名称\` VARCHAR(20));
      INSERT INTO \`各类\` VALUES (1, 12.50, 42, 0.1, 1, b'101', 2026, '2026-11-23', '2026-11-23 14:21:08.123456', '2026-11-23 14:21:08.5', '14:21:08', x'00ff', x'0102', '长文', '{"a": [1, null]}', '乙',
        '6f9619ff-8b86-d011-b42d-00cf4fc964ff', '水务局'),
      (18446744073709551615, 1234567890123456789012345678.12, 9007199254740993, NULL, NULL, NULL, NULL, NULL, '2026-11-23 14:21:08', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)`)
    const { bench } = read({ mode: 'incremental', table: '各类', column: 'id', tieBreaker: 'id' })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toEqual([
      {
        id: 1,
        n: 12.5,
        big: 42,
        f: 0.1,
        flag: 1,
        bits: 5,
        y: 2026,
        d: '2026-11-23',
        t: '2026-11-23 14:21:08.123',
        ts: '2026-11-23T06:21:08.500Z',
        tm: '14:21:08',
        b: 'AP8=',
        fixed: 'AQI=',
        txt: '长文',
        j: { a: [1, null] },
        e: '乙',
        u: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
        名称: '水务局',
      },
      {
        id: '18446744073709551615',
        n: '1234567890123456789012345678.12',
        big: '9007199254740993',
        f: null,
        flag: null,
        bits: null,
        y: null,
        d: null,
        t: '2026-11-23 14:21:08',
        ts: null,
        tm: null,
        b: null,
        fixed: null,
        txt: null,
        j: null,
        e: null,
        u: null,
        名称: null,
      },
    ])
  })

  it('reads columns in GBK', async () => {
    await admin.query(
      `CREATE TABLE gbk (id INT PRIMARY KEY, 名称 VARCHAR(20) CHARACTER SET gbk) CHARACTER SET gbk; INSERT INTO gbk VALUES (1, '平凉市崆峒区'), (2, '誠')`,
    )
    const { bench } = read({ mode: 'full', table: 'gbk', key: 'id', where: { 名称: '誠' } })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toEqual([{ id: 2, 名称: '誠' }])
  })

  it.each(['DATETIME(6)', 'TIMESTAMP(6)'])('reads by a %s to the microsecond, and finds what was committed late', async (type) => {
    const name = `visits_${type.slice(0, 4)}`
    await admin.query(`CREATE TABLE ${name} (id VARCHAR(10) PRIMARY KEY, gxsj ${type} NOT NULL DEFAULT '2026-01-01')`)
    for (let count = 1; count <= 25; count += 1)
      await admin.query(`INSERT INTO ${name} VALUES ('r${String(count)}', '2026-11-23 14:00:00.0000${String(count).padStart(2, '0')}')`)
    const { bench } = read({ mode: 'incremental', table: name, column: 'gxsj', tieBreaker: 'id', pageRows: 7 })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toHaveLength(25)
    await admin.query(`INSERT INTO ${name} VALUES ('late', '2026-11-23 13:59:30'), ('new', '2026-11-23 14:00:01')`)
    await until(() => bench.handed.length >= 6)
    const { alive } = bench
    await until(() => bench.alive >= alive + 2)
    expect(valuesOf(bench).slice(25)).toMatchObject([{ id: 'late' }, { id: 'new' }])
  })

  it('loses nothing where a binary key breaks the ties', async () => {
    await admin.query(
      `CREATE TABLE uuids (id BINARY(2) PRIMARY KEY, gxsj DATETIME); INSERT INTO uuids VALUES (x'ff00', '2026-11-23'), (x'27', '2026-11-23'), (x'5c27', '2026-11-23')`,
    )
    const { bench } = read({ mode: 'incremental', table: 'uuids', column: 'gxsj', tieBreaker: 'id', pageRows: 1, overlapSeconds: 0 })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toMatchObject([{ id: 'JwA=' }, { id: 'XCc=' }, { id: '/wA=' }])
  })

  it('does not read a FLOAT for ever that is written shorter than it is kept', async () => {
    await admin.query('CREATE TABLE floats (f FLOAT); INSERT INTO floats VALUES (0.1)')
    const { end } = read({ mode: 'incremental', table: 'floats', column: 'f', tieBreaker: 'f', pageRows: 1 })
    expect(await end).toMatchObject({ message: 'column f stays at "0.1" however often it is read on from there; name one of exact values, no FLOAT' })
  })

  it('filters by values that look like SQL, and by names that do', async () => {
    const odd = `x\\'; DROP TABLE odd; -- 誠'`
    await admin.query(
      'CREATE OR REPLACE TABLE odd (id INT PRIMARY KEY, `a``; DROP TABLE odd; --` VARCHAR(50)); INSERT INTO odd VALUES (1, ?), (2, ?)',
      [odd, 'x'],
    )
    const { bench } = read({ mode: 'full', table: `${database}.odd`, key: 'id', where: { 'a`; DROP TABLE odd; --': odd } })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toMatchObject([{ id: 1 }])
  })

  it('reads batches in the order of their ids', async () => {
    await admin.query(`CREATE TABLE batches (id INT PRIMARY KEY, pch BIGINT, KEY (pch)); INSERT INTO batches VALUES (1, 9), (2, 9), (3, 10)`)
    const { bench } = read({ mode: 'batch', table: 'batches', batchColumn: 'pch', tieBreaker: 'id' })
    await until(() => bench.alive >= 1)
    expect(valuesOf(bench)).toEqual([
      { id: 1, pch: 9 },
      { id: 2, pch: 9 },
    ])
    await admin.query('INSERT INTO batches VALUES (4, 11)')
    await until(() => bench.handed.length === 2)
    expect(valuesOf(bench).slice(2)).toEqual([{ id: 3, pch: 10 }])
  })
})

describe('MariaDB in trouble', () => {
  const options = { mode: 'full', table: 'trouble', key: 'id' }
  beforeAll(async () => {
    await admin.query(
      'CREATE TABLE trouble (id INT PRIMARY KEY); INSERT INTO trouble VALUES (1),(2),(3),(4),(5); CREATE VIEW slow AS SELECT id, SLEEP(3) AS s FROM trouble',
    )
  })

  it.each([
    [{ table: 'renamed' }, 'table renamed: there is no such table'],
    [{ columns: ['gone'] }, `table trouble: a column is missing ("Unknown column 'gone' in`],
    [{ table: 'slow', statementTimeoutSeconds: 0.2 }, 'table slow: no answer in time'],
    [{ tls: 'verified' }, 'no protected connection'],
  ])('%j', async (changes, reason) => expect(await words(read({ ...options, ...changes }))).toContain(reason))

  it('is not allowed to read', async () => {
    expect(await words(read(options, { user: reader }))).toContain(`table trouble: user ${reader} may not read it`)
  })

  it('does not know the password', async () => {
    expect(await words(read(options, { user: reader, secrets: { front: 'wr0ng' } }))).toContain(`user ${reader} is refused`)
  })

  it('can write nothing', async () => {
    await admin.query(
      `CREATE FUNCTION write_one() RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO trouble VALUES (99); RETURN 1; END; CREATE VIEW writing AS SELECT write_one() AS id`,
    )
    expect(await words(read({ ...options, table: 'writing' }))).toContain('READ ONLY')
  })

  it('loses its connection in the middle, and goes on after it', async () => {
    const proxy = await startTcpProxy(server.port)
    onTestFinished(() => proxy.close())
    const rows = { mode: 'incremental', table: 'trouble', column: 'id', tieBreaker: 'id', pageRows: 2 }
    const first = read(rows, { port: proxy.port })
    first.bench.answer = () => {
      proxy.cut()
      return { facts: 2, rejected: 0 }
    }
    expect(await words(first)).toContain('table trouble: the connection was lost')
    proxy.restore()
    const second = read(rows, { port: proxy.port, ledger: first.bench.ledger })
    await until(() => second.bench.alive >= 1)
    expect([...valuesOf(first.bench), ...valuesOf(second.bench)]).toEqual([1, 2, 3, 4, 5].map((id) => ({ id })))
  })
})
