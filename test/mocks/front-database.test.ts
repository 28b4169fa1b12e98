import { afterEach, describe, expect, it } from 'vitest'
import { createConnection } from 'mysql2/promise'
import type { Connection } from 'mysql2/promise'
import { startFrontDatabase } from '../../mock-streams/front-database/server.ts'
import type { RunningFrontDatabase } from '../../mock-streams/front-database/server.ts'

const rows = [
  { id: '9007199254740993', 科室: '内科', at: '2026-11-23 14:21:08', note: null },
  { id: 2, 科室: "急'诊\\", at: '2026-11-23 14:22:00', note: 'b' },
  { id: 10, 科室: '儿科', at: '2026-11-23 14:22:00', note: 'c' },
]

describe('the stand-in for a front-end database, asked by a MySQL client', () => {
  let database: RunningFrontDatabase
  let client: Connection | undefined
  afterEach(async () => {
    client?.destroy()
    client = undefined
    await database.close()
  })

  async function open(password = 'right'): Promise<Connection> {
    database = await startFrontDatabase({
      port: 0,
      host: '127.0.0.1',
      user: 'reader',
      password: 'right',
      tables: {
        visits: {
          columns: [
            { name: 'id', type: 'bigint' },
            { name: '科室', type: 'varchar' },
            { name: 'at', type: 'datetime' },
            { name: 'note', type: 'text' },
          ],
          rows: () => rows,
        },
      },
    })
    client = await createConnection({
      host: '127.0.0.1',
      port: database.port,
      user: 'reader',
      password,
      database: 'exchange',
      dateStrings: true,
      supportBigNumbers: true,
    })
    return client
  }

  const ask = async (sql: string): Promise<unknown> => (await (client ?? (await open())).query(sql))[0]

  it('answers what is asked of it, in order, to the last digit', async () => {
    expect(await ask('SELECT * FROM `exchange`.`visits` ORDER BY `id` LIMIT 2')).toEqual([
      { id: 2, 科室: "急'诊\\", at: '2026-11-23 14:22:00', note: 'b' },
      { id: 10, 科室: '儿科', at: '2026-11-23 14:22:00', note: 'c' },
    ])
    expect(
      await ask(
        "SELECT `id` FROM `visits` WHERE `at` >= '2026-11-23 14:22:00' AND (`at` > '2026-11-23 14:22:00' OR `id` > 2) ORDER BY `at`, `id` LIMIT 9",
      ),
    ).toEqual([{ id: 10 }])
    expect(await ask('SELECT `科室` FROM `visits` WHERE `id` > 9007199254740992 ORDER BY `id` LIMIT 1')).toEqual([{ 科室: '内科' }])
    expect(await ask("SELECT `id` FROM `visits` WHERE `科室` = '急\\'诊\\\\' ORDER BY `id` LIMIT 1")).toEqual([{ id: 2 }])
    expect(await ask('SELECT `note` FROM `visits` WHERE `note` IS NULL ORDER BY `id` LIMIT 1')).toEqual([{ note: null }])
  })

  it.each([
    ['SELECT * FROM `nothing` ORDER BY `id` LIMIT 1', 1146, "Table 'exchange.nothing' doesn't exist"],
    ['SELECT `nix` FROM `visits` ORDER BY `id` LIMIT 1', 1054, "Unknown column 'nix' in 'field list'"],
    ['SELECT * FROM `visits` WHERE `nix` = 1 ORDER BY `id` LIMIT 1', 1054, "Unknown column 'nix' in 'where clause'"],
    ['SELECT * FROM `visits` ORDER BY `nix` LIMIT 1', 1054, "Unknown column 'nix' in 'order clause'"],
    ['DELETE FROM `visits`', 1290, 'The MySQL server is running with the --read-only option so it cannot execute this statement'],
    ['SET GLOBAL read_only = 0', 1193, "Unknown system variable 'GLOBAL read_only = 0'"],
  ])('refuses %s in MySQL’s words', async (sql, errno, message) => {
    await expect(ask(sql)).rejects.toMatchObject({ errno, message })
  })

  it.each([
    'SELECT 1 UNION SELECT 2',
    'SELECT * FROM `visits` WHERE 1=1',
    `SELECT * FROM \`visits\` WHERE ${'('.repeat(10_000)}`,
    'SHOW TABLES',
    '\u0001',
  ])('answers a syntax error to %.40s', async (sql) => {
    await expect(ask(sql)).rejects.toMatchObject({ errno: 1064 })
  })

  it('refuses a wrong password', async () => {
    await expect(open('wrong')).rejects.toMatchObject({ errno: 1045, message: "Access denied for user 'reader'@'127.0.0.1' (using password: YES)" })
  })
})
