import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startFrontDatabase } from '../../../mock-streams/front-database/server.ts'
import type { RunningFrontDatabase } from '../../../mock-streams/front-database/server.ts'
import { table } from '../../../server/ingest/transports/table.ts'
import { earlier } from '../../../server/ingest/transports/tables/earlier.ts'
import { sqlOf } from '../../../server/ingest/transports/tables/select.ts'
import { instant, localTime, numberOrText } from '../../../server/ingest/transports/tables/values.ts'
import { benchOf, until } from '../../support/transport-context.ts'
import type { Bench, BenchSettings } from '../../support/transport-context.ts'
import { startTcpProxy } from '../../support/tcp-proxy.ts'
import { ManualClock } from '../../support/manual-clock.ts'

type Rows = Record<string, unknown>[]

let database: RunningFrontDatabase
let visits: Rows
let batches: Rows
beforeEach(async () => {
  visits = []
  batches = []
  const columns = [
    { name: 'id', type: 'bigint' },
    { name: 'gxsj', type: 'datetime' },
    { name: 'pch', type: 'varchar' },
    { name: 'ks', type: 'varchar' },
    { name: 'je', type: 'decimal' },
    { name: 'bw', type: 'text' },
  ] as const
  database = await startFrontDatabase({
    port: 0,
    host: '127.0.0.1',
    user: 'reader',
    password: 'right',
    tables: {
      visits: { columns, rows: () => visits },
      batches: {
        columns: [
          { name: 'pch', type: 'varchar' },
          { name: 'zt', type: 'varchar' },
        ],
        rows: () => batches,
      },
    },
  })
})
afterEach(async () => await database.close())

const row = (id: number | string, gxsj: string | null, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id,
  gxsj,
  pch: null,
  ks: null,
  je: null,
  bw: null,
  ...more,
})
const incremental = {
  mode: 'incremental',
  table: 'visits',
  column: 'gxsj',
  tieBreaker: 'id',
  passwordSecret: 'front',
  pollSeconds: 60,
  columns: ['id'],
}

interface Reading {
  readonly bench: Bench<unknown>
  readonly clock: ManualClock
  /** lets the next poll happen, and waits until it has */
  readonly poll: () => Promise<void>
  /** what it ended with */
  readonly end: Promise<unknown>
}

function read(options: object, settings: BenchSettings & { source?: string } = {}): Reading {
  const clock = new ManualClock()
  const source = settings.source ?? `mysql://reader@front.example:${String(database.port)}/exchange`
  const bench = benchOf(table, source, options, { clock, secrets: { front: 'right' }, ...settings }) as Bench<unknown>
  // the bench parsed the options with the transport's own schema
  const end = table.run(bench.context as Parameters<typeof table.run>[0]).then(
    () => 'stopped',
    (error: unknown) => error,
  )
  onTestFinished(() => bench.abort())
  let polls = 0
  return {
    bench,
    clock,
    end,
    async poll() {
      polls += 1
      if (polls > 1) clock.advance(60_000)
      await Promise.race([until(() => bench.alive >= polls), end])
    },
  }
}

const idsOf = (bench: Bench<unknown>): unknown[] =>
  bench.handed.flatMap((handed) =>
    'messages' in handed
      ? handed.messages.map((message) => ('value' in message ? (message.value as { id: unknown }).id : message.refusal.detail))
      : [],
  )

describe('a table read by a growing column', () => {
  it('hands on every row once, page by page, each page with its cursor', async () => {
    visits = [row(1, '2026-11-23 14:00:00', { ks: '内科', je: '12.50' }), row(2, '2026-11-23 14:00:01')]
    const { bench, poll } = read({ ...incremental, pageRows: 1, columns: ['ks', 'je'] })
    await poll()
    expect(bench.handed).toEqual([
      {
        origin: 'visits',
        messages: [{ value: { ks: '内科', je: 12.5, gxsj: '2026-11-23 14:00:00', id: 1 }, place: 'row gxsj=2026-11-23 14:00:00, id=1' }],
        note: { key: 'rows/visits/gxsj/id', value: '{"at":{"kind":"text","text":"2026-11-23 14:00:00"},"tie":{"kind":"number","text":"1"}}' },
      },
      {
        origin: 'visits',
        messages: [{ value: { ks: null, je: null, gxsj: '2026-11-23 14:00:01', id: 2 }, place: 'row gxsj=2026-11-23 14:00:01, id=2' }],
        note: { key: 'rows/visits/gxsj/id', value: '{"at":{"kind":"text","text":"2026-11-23 14:00:01"},"tie":{"kind":"number","text":"2"}}' },
      },
    ])
    await poll()
    await poll()
    expect(bench.handed).toHaveLength(2)
  })

  it('loses nothing where equal values stand at the border of a page', async () => {
    visits = [5, 3, 1, 4, 2].map((id) => row(id, '2026-11-23 14:00:00'))
    const { bench, poll } = read({ ...incremental, pageRows: 2 })
    await poll()
    expect(idsOf(bench)).toEqual([1, 2, 3, 4, 5])
  })

  it('goes on where the last page was recorded, after a stop in the middle', async () => {
    visits = [1, 2, 3, 4, 5].map((id) => row(id, `2026-11-23 14:00:0${String(id)}`))
    const first = read({ ...incremental, pageRows: 2, overlapSeconds: 0 })
    first.bench.answer = (delivery) => {
      if (first.bench.handed.length === 1) throw new Error('the disk is full')
      return { facts: 'body' in delivery ? 1 : delivery.length, rejected: 0 }
    }
    expect(await first.end).toEqual(new Error('the disk is full'))
    const second = read({ ...incremental, pageRows: 2, overlapSeconds: 0 }, { ledger: first.bench.ledger })
    await second.poll()
    expect([idsOf(first.bench), idsOf(second.bench)]).toEqual([
      [1, 2],
      [3, 4, 5],
    ])
  })

  it('finds rows that were committed late, and takes the others of the overlap once', async () => {
    visits = [row(10, '2026-11-23 14:00:30'), row(11, '2026-11-23 14:01:00')]
    const { bench, poll } = read({ ...incremental, pageRows: 1 })
    await poll()
    visits.push(row(5, '2026-11-23 14:00:15'), row(6, '2026-11-23 13:59:00'), row(7, '2026-11-23 14:01:00'))
    await poll()
    await poll()
    expect(idsOf(bench), 'row 6 is further back than the usual 60 s').toEqual([10, 11, 5, 7])
    expect(bench.ledger.get('rows/visits/gxsj/id'), 'late rows do not move the cursor back').toContain('"text":"11"')
  })

  it('takes a row again when it was changed and its time moved', async () => {
    visits = [row(1, '2026-11-23 14:00:00', { ks: '内科' })]
    const { bench, poll } = read({ ...incremental, columns: ['id', 'ks'] })
    await poll()
    visits = [row(1, '2026-11-23 14:05:00', { ks: '外科' })]
    await poll()
    expect(bench.handed.map((handed) => ('messages' in handed ? handed.messages : []))).toMatchObject([
      [{ value: { id: 1, ks: '内科' } }],
      [{ value: { id: 1, ks: '外科', gxsj: '2026-11-23 14:05:00' } }],
    ])
  })

  it('reads by a number that no double holds, in the order of numbers', async () => {
    visits = [row('9007199254740993', null), row('9007199254740992', null), row(9, null), row(10, null)]
    const { bench, poll } = read({ ...incremental, column: 'id', pageRows: 1 })
    await poll()
    visits.push(row('9007199254740994', null))
    await poll()
    expect(idsOf(bench)).toEqual([9, 10, '9007199254740992', '9007199254740993', '9007199254740994'])
  })

  it('is not ended by a row of a time to come, which is handed on once', async () => {
    visits = [row(1, '2026-11-23 14:00:00'), row(2, '2099-01-01 00:00:00')]
    const { bench, poll } = read(incremental)
    await poll()
    visits.push(row(3, '2026-11-23 14:05:00'), row(4, '2026-11-23 14:06:00'))
    await poll()
    await poll()
    expect(idsOf(bench)).toEqual([1, 2, 3, 4])
    expect(bench.ledger.get('rows/visits/gxsj/id')).toContain('"text":"2026-11-23 14:06:00"')
    const after = read(incremental, { ledger: bench.ledger })
    await after.poll()
    expect(idsOf(after.bench), 'after a restart once more').toEqual([3, 4, 2])
  })

  it('that was read up to a time to come says so, and goes on from yesterday', async () => {
    visits = [row(1, '2026-11-21 14:00:00'), row(2, '2026-11-23 14:05:00')]
    const cursor = '{"at":{"kind":"text","text":"2099-01-01 00:00:00"},"tie":{"kind":"number","text":"9"}}'
    const ledger = new Map([['rows/visits/gxsj/id', cursor]])
    const { bench, end } = read(incremental, { ledger })
    expect(await end).toEqual(
      new Error(
        'column gxsj: read up to "2099-01-01 00:00:00", ahead of our clock, so nothing new came; goes on from "2026-11-22 14:30:00". To read what was missed, save the feed under a new id',
      ),
    )
    const again = read(incremental, { ledger: bench.ledger })
    await again.poll()
    expect(idsOf(again.bench)).toEqual([2])
  })

  it('takes a running number for what it is, however much it looks like a time', async () => {
    visits = [row('4070880000', null)]
    const { bench, poll } = read({ ...incremental, column: 'id' })
    await poll()
    expect(bench.ledger.get('rows/visits/id/id')).toContain('"text":"4070880000"')
  })

  it('filters by equal values, quotes and injections included', async () => {
    const odd = `x' OR 1=1 -- \\'`
    visits = [
      row(1, '2026-11-23 14:00:00', { ks: odd }),
      row(2, '2026-11-23 14:00:00', { ks: 'x' }),
      row(3, '2026-11-23 14:00:00', { ks: odd, je: '1' }),
    ]
    const { bench, poll } = read({ ...incremental, where: { ks: odd, je: null } })
    await poll()
    expect(idsOf(bench)).toEqual([1])
  })

  it('refuses a row alone that is too large, or whose JSON cannot be read', async () => {
    visits = [
      row(1, '2026-11-23 14:00:00', { bw: '{"a":1}' }),
      row(2, '2026-11-23 14:00:01', { bw: 'x'.repeat(2_000) }),
      row(3, '2026-11-23 14:00:02', { bw: '{"a":' }),
    ]
    const { bench, poll } = read({ ...incremental, columns: ['bw'], jsonColumns: ['bw'] }, { feed: { limits: { messageBytes: 1_000 } } })
    await poll()
    expect(bench.handed[0]).toMatchObject({
      messages: [
        { value: { bw: { a: 1 } } },
        {
          refusal: {
            stage: 'receive',
            code: 'too-large',
            detail:
              'row gxsj=2026-11-23 14:00:01, id=2: about 2020 bytes; this feed takes 1000 at most: name the columns that are needed in transport.columns, or raise limits.messageBytes',
          },
        },
        { refusal: { stage: 'decode', code: 'bad-syntax' } },
      ],
    })
  })
})

describe('a table read by batches', () => {
  const options = { mode: 'batch', table: 'visits', batchColumn: 'pch', tieBreaker: 'id', passwordSecret: 'front', columns: ['id'], pageRows: 2 }
  const batchOf = (pch: string, ...ids: number[]): Rows => ids.map((id) => row(id, null, { pch }))

  it('takes a batch when the next has begun, whole and once', async () => {
    visits = [...batchOf('20261122', 1, 2, 3), ...batchOf('20261123', 4, 5)]
    const { bench, poll } = read(options)
    await poll()
    expect(idsOf(bench)).toEqual([1, 2, 3])
    visits.push(...batchOf('20261123', 6), ...batchOf('20261124', 7))
    await poll()
    await poll()
    expect(idsOf(bench)).toEqual([1, 2, 3, 4, 5, 6])
    expect([...bench.ledger.keys()]).toEqual(['batch/visits/pch/20261122', 'batch/visits/pch/20261123'])
  })

  it('goes on within a batch after a stop, and then with the next', async () => {
    visits = [...batchOf('a', 1, 2, 3), ...batchOf('b', 4), ...batchOf('c', 5)]
    const first = read(options)
    first.bench.answer = (delivery) => {
      if (first.bench.handed.length === 1) throw new Error('the disk is full')
      return { facts: 'body' in delivery ? 1 : delivery.length, rejected: 0 }
    }
    await first.end
    const second = read(options, { ledger: first.bench.ledger })
    await second.poll()
    expect([idsOf(first.bench), idsOf(second.bench)]).toEqual([
      [1, 2],
      [3, 4],
    ])
  })

  it('takes the batches that a status table calls complete, in whatever order they become so', async () => {
    visits = [...batchOf('a', 1), ...batchOf('b', 2), ...batchOf('c', 3)]
    batches = [
      { pch: 'a', zt: '0' },
      { pch: 'b', zt: '1' },
    ]
    const { bench, poll } = read({ ...options, status: { table: 'batches', batchColumn: 'pch', statusColumn: 'zt', complete: '1' } })
    await poll()
    batches = [
      { pch: 'a', zt: '1' },
      { pch: 'b', zt: '1' },
      { pch: 'empty', zt: '1' },
    ]
    await poll()
    await poll()
    expect(idsOf(bench)).toEqual([2, 1])
  })
})

describe('a table read whole', () => {
  const options = { mode: 'full', table: 'visits', key: 'id', columns: ['id', 'ks'], passwordSecret: 'front', pageRows: 3 }

  it('hands on only what is new or changed, and counts what vanished', async () => {
    visits = Array.from({ length: 10 }, (_, id) => row(id, null, { ks: 'a' }))
    const { bench, poll } = read(options)
    await poll()
    expect(idsOf(bench).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    visits = [...visits.slice(2).map((old) => (old.id === 5 ? row(5, null, { ks: 'b' }) : old)), row(11, null)]
    await poll()
    await poll()
    expect(idsOf(bench).slice(10).sort()).toEqual([11, 5])
    expect(bench.ledger.get('vanished/visits/id')).toBe('2')
    visits.push(row(0, null, { ks: 'a' }))
    await poll()
    expect(idsOf(bench).slice(12), 'a row that came back is a new one').toEqual([0])
  })

  it('knows after a restart what it took before it', async () => {
    visits = [row(1, null), row(2, null)]
    const first = read(options)
    await first.poll()
    visits.push(row(3, null))
    const second = read(options, { ledger: first.bench.ledger })
    await second.poll()
    expect(idsOf(second.bench)).toEqual([3])
  })

  it('refuses a table that is too long', async () => {
    visits = [1, 2, 3, 4].map((id) => row(id, null))
    expect(await read({ ...options, mostRows: 3 }).end).toEqual(
      new Error(
        'table visits has more than 3 rows (transport.mostRows): read it by mode incremental or batch, narrow it by transport.where, or raise mostRows',
      ),
    )
  })
})

describe('a database that is not as it should be', () => {
  const wordsOf = async (options: object, settings: BenchSettings & { source?: string } = {}): Promise<string> => {
    const end = await read({ ...incremental, ...options }, settings).end
    return end instanceof Error ? end.message : String(end)
  }
  const server = (): string => `mysql://front.example:${String(database.port)}`

  it('names a table that is not there', async () => {
    expect(await wordsOf({ table: 'renamed' })).toBe(
      `${server()}/exchange, table renamed: there is no such table ("Table 'exchange.renamed' doesn't exist"): renamed, or in another schema? Put its name, exactly as the database writes it, into transport.table`,
    )
  })

  it('names a column that is not there', async () => {
    expect(await wordsOf({ columns: ['gone'] })).toContain(`table visits: a column is missing ("Unknown column 'gone' in 'field list'")`)
  })

  it('says that a password is wrong, without saying it', async () => {
    const words = await wordsOf({}, { secrets: { front: 'wr0ng' } })
    expect(words).toContain(`${server()}: user reader is refused`)
    expect(words).not.toContain('wr0ng')
  })

  it.each([
    ['mysql://reader:s3cret@front.example/exchange', 'source: holds a password; put it into a secret, and name that in transport.passwordSecret'],
    ['mysql://front.example/exchange', 'source: names no user; write mysql://user@front.example/exchange'],
    ['mysql://reader@front.example', 'source: names no database; write mysql://front.example/database'],
  ])('refuses %s', async (source, words) => {
    expect(await wordsOf({}, { source })).toBe(words)
  })

  it('refuses an overlap where the column is no time', async () => {
    visits = [row(1, null)]
    const reading = read({ ...incremental, column: 'id', overlapSeconds: 5 })
    await reading.poll()
    reading.clock.advance(60_000)
    expect(await reading.end).toMatchObject({
      name: 'MisconfiguredError',
      message: expect.stringContaining('transport.overlapSeconds: column id holds "1"') as string,
    })
  })

  it('gives up a database that never answers', async () => {
    const silent = await listen(createServer(() => undefined))
    expect(await wordsOf({ statementTimeoutSeconds: 0.1 }, { source: `mysql://reader@front.example:${String(silent)}/exchange` })).toContain(
      'cannot be reached',
    )
  })

  it('says that nobody listens', async () => {
    await database.close()
    expect(await wordsOf({})).toContain(`${server()}: cannot be reached`)
    database = await startFrontDatabase({ port: 0, host: '127.0.0.1', user: '', password: '', tables: {} })
  })

  it('says that the connection was lost in the middle, and goes on after it', async () => {
    visits = [1, 2, 3].map((id) => row(id, `2026-11-23 14:00:0${String(id)}`))
    const proxy = await startTcpProxy(database.port)
    onTestFinished(() => proxy.close())
    const source = `mysql://reader@front.example:${String(proxy.port)}/exchange`
    const first = read({ ...incremental, pageRows: 1 }, { source })
    first.bench.answer = () => {
      proxy.cut()
      return { facts: 1, rejected: 0 }
    }
    expect(await first.end).toMatchObject({ message: expect.stringContaining('table visits: the connection was lost') as string })
    proxy.restore()
    const second = read({ ...incremental, overlapSeconds: 0 }, { source, ledger: first.bench.ledger })
    await second.poll()
    expect([idsOf(first.bench), idsOf(second.bench)]).toEqual([[1], [2, 3]])
  })

  it('stops at once when it is told to, in the middle of a question', async () => {
    const proxy = await startTcpProxy(database.port)
    onTestFinished(() => proxy.close())
    visits = [row(1, '2026-11-23 14:00:00'), row(2, '2026-11-23 14:00:00')]
    const reading = read({ ...incremental, pageRows: 1 }, { source: `mysql://reader@front.example:${String(proxy.port)}/exchange` })
    reading.bench.answer = () => {
      proxy.pause()
      setImmediate(() => reading.bench.abort())
      return { facts: 1, rejected: 0 }
    }
    expect(await reading.end).toBe('stopped')
  })
})

describe('what is asked of a database', () => {
  it('holds names and values in quotation marks only', () => {
    const sql = sqlOf(
      {
        table: 'a"b.c',
        columns: ['d"; DROP TABLE x; --'],
        where: [
          {
            behind: [
              ['e', { kind: 'text', text: '1' }],
              ['f', { kind: 'text', text: '2' }],
            ],
          },
        ],
        orderBy: ['e', 'f'],
        limit: 5,
      },
      { name: (name) => `"${name.replaceAll('"', '""')}"`, literal: ({ text }) => `<${text}>` },
    )
    expect(sql).toBe('SELECT "d""; DROP TABLE x; --" FROM "a""b"."c" WHERE "e" >= <1> AND ("e" > <1> OR "f" > <2>) ORDER BY "e", "f" LIMIT 5')
  })

  it.each(['a.b.c', '', 'a.', 'a\0'])('refuses %j for a table’s name', (name) => {
    expect(table.options.safeParse({ ...incremental, table: name }).success).toBe(false)
  })
})

describe('values', () => {
  it.each([
    ['0', 0],
    ['-12.50', -12.5],
    ['1e21', 1e21],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['0.1000000000000000055', '0.1000000000000000055'],
    ['123456789012345.678', '123456789012345.678'],
    ['NaN', 'NaN'],
    ['', ''],
  ])('numbers: %s', (text, value) => expect(numberOrText(text)).toBe(value))

  it.each([
    ['2026-11-23 14:21:08', '2026-11-23 14:21:08'],
    ['2026-11-23 14:21:08.120000', '2026-11-23 14:21:08.120'],
    ['2026-11-23 14:21:08.000000', '2026-11-23 14:21:08'],
    ['2026-11-23', '2026-11-23'],
    ['0000-00-00 00:00:00', '0000-00-00 00:00:00'],
    ['infinity', 'infinity'],
  ])('times without a zone: %s', (text, value) => expect(localTime(text)).toBe(value))

  it('instants', () => expect(instant('2026-11-23 06:21:08.123456')).toBe('2026-11-23T06:21:08.123Z'))

  it.each([
    ['2026-11-23 00:00:30', 60, '2026-11-22 23:59:30'],
    ['2026-11-23 00:00:30.123456+00', 1, '2026-11-23 00:00:29+00'],
    ['20261123000030', 60, '20261122235930'],
    ['123', 60, undefined],
    ['0000-00-00 00:00:00', 60, undefined],
  ])('earlier: %s', (text, seconds, before) => expect(earlier(text, seconds)).toBe(before))
})

async function listen(server: Server): Promise<number> {
  const sockets: { destroy(): void }[] = []
  server.on('connection', (socket) => sockets.push(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  // a listening TCP server has an AddressInfo, not a pipe's name
  return (server.address() as AddressInfo).port
}
