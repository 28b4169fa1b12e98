import { mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { sftp } from '../../../server/ingest/transports/sftp.ts'
import { temporaryFolder } from '../../store/temporary-folder.ts'
import { newKey, publicKeyOf, startSftpServer } from '../../support/sftp-server.ts'
import type { RunningSftpServer } from '../../support/sftp-server.ts'
import { benchOf, until } from '../../support/transport-context.ts'
import type { Bench, BenchSettings } from '../../support/transport-context.ts'

const privateKey = newKey()

let server: RunningSftpServer
let folder: string
const denied = new Set<string>()
beforeEach(async () => {
  folder = temporaryFolder()
  mkdirSync(join(folder, 'outbox'))
  denied.clear()
  server = await startSftpServer({ user: 'yiping', password: 'right', publicKey: publicKeyOf(privateKey), folder, denied })
})
afterEach(async () => await server.close())

const put = (name: string, text: string): void => writeFileSync(join(folder, 'outbox', name), text)
const files = (under = 'outbox'): string[] =>
  readdirSync(join(folder, under), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? files(join(under, entry.name)) : [join(under, entry.name).slice('outbox/'.length)]))
    .sort()

interface Fetching {
  readonly bench: Bench<unknown>
  /** what it ended with */
  readonly end: Promise<unknown>
}

function fetching(options: object = {}, settings: BenchSettings & { readonly source?: string } = {}): Fetching {
  const source = settings.source ?? `sftp://yiping@exchange.example:${String(server.port)}/outbox`
  const login = { passwordSecret: 'exchange', hostKey: server.fingerprint, complete: 'rename', scanSeconds: 1 }
  const bench = benchOf(sftp, source, { ...login, ...options }, { secrets: { exchange: 'right', key: privateKey }, ...settings })
  onTestFinished(() => bench.abort())
  const end = sftp.run(bench.context).then(
    () => 'stopped',
    (error: unknown) => error,
  )
  return { bench: bench, end }
}

const bodies = ({ handed }: Bench<unknown>): unknown => handed.map((one) => [one.origin, 'body' in one ? one.body : one.messages])
const words = async ({ end }: Fetching): Promise<string> => {
  const error = await end
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}

describe('files on an SFTP server', () => {
  it('are taken once and archived there', async () => {
    put('b.csv', '2')
    put('a.csv', '社保'.repeat(50_000))
    const { bench, end } = fetching()
    await until(() => bench.alive >= 2)
    put('c.csv', '2')
    await until(() => bench.alive >= 4)
    bench.abort()
    expect(await end).toBe('stopped')
    expect(bodies(bench)).toEqual([
      ['a.csv', '社保'.repeat(50_000)],
      ['b.csv', '2'],
    ])
    const day = readdirSync(join(folder, 'outbox/archive'))
    expect(files()).toEqual(['a.csv', 'b.csv', 'c.csv'].map((name) => `archive/${day[0] ?? ''}/${name}`))
  })

  it('are left where that is asked for, and known after a restart', async () => {
    put('a.csv', '1')
    const first = fetching({ archive: 'leave' })
    await until(() => first.bench.alive >= 2)
    first.bench.abort()
    const second = fetching({ archive: 'leave' }, { ledger: first.bench.ledger })
    await until(() => second.bench.alive >= 2)
    expect([bodies(first.bench), bodies(second.bench), files()]).toEqual([[['a.csv', '1']], [], ['a.csv']])
  })

  it('are refused when they are too large, links, or of no good', async () => {
    put('large.csv', '123456')
    put('bad.csv', '1')
    symlinkSync('bad.csv', join(folder, 'outbox/link.csv'))
    const { bench } = fetching({}, { feed: { limits: { messageBytes: 5 } } })
    bench.answer = (delivery) => ({ facts: 0, rejected: 'body' in delivery ? 1 : delivery.length })
    await until(() => bench.alive >= 2)
    expect(bodies(bench)).toMatchObject([
      ['bad.csv', '1'],
      ['large.csv', [{ refusal: { code: 'too-large' }, text: '123456' }]],
      ['link.csv', [{ refusal: { code: 'bad-shape' } }]],
    ])
    expect(files()).toEqual(
      ['bad.csv', 'bad.csv.reason.txt', 'large.csv', 'large.csv.reason.txt', 'link.csv', 'link.csv.reason.txt'].map((name) => `failed/${name}`),
    )
  })

  it.each(['move', 'delete'])('that are replaced while they are taken are left, and taken at the next look (archive: %s)', async (archive) => {
    put('a.csv', 'old')
    const { bench } = fetching({ archive })
    const { answer } = bench
    bench.answer = (delivery) => {
      bench.answer = answer
      put('a.csv', 'newer')
      return answer(delivery)
    }
    await until(() => bench.handed.length === 2)
    expect(bodies(bench)).toEqual([
      ['a.csv', 'old'],
      ['a.csv', 'newer'],
    ])
    await until(() => !files().includes('a.csv'))
    expect(files()).toHaveLength(archive === 'move' ? 1 : 0)
  })

  it('are waited for while somebody still writes them', async () => {
    put('a.csv', '1')
    const { bench } = fetching({ complete: 'marker' })
    await until(() => bench.alive >= 2)
    expect(bodies(bench)).toEqual([])
    put('a.csv.ok', '')
    utimesSync(join(folder, 'outbox/a.csv'), 1, 1)
    await until(() => bench.handed.length === 1)
  })

  it('that may not be read are told, and the others taken', async () => {
    put('a.csv', '1')
    put('b.csv', '2')
    denied.add('/outbox/a.csv')
    const { bench } = fetching()
    await until(() => bench.alive >= 2)
    expect(bodies(bench)).toMatchObject([
      [
        'a.csv',
        [{ refusal: { detail: 'file "a.csv": permission denied; let the user that this server runs as read it, and it is taken at the next look' } }],
      ],
      ['b.csv', '2'],
    ])
  })

  it('that may not be moved are taken once, and that is said', async () => {
    put('a.csv', '1')
    denied.add('/outbox/archive')
    const first = fetching()
    expect(await words(first)).toContain('a.csv cannot be moved to archive/')
    const second = fetching({}, { ledger: first.bench.ledger })
    await words(second)
    expect([bodies(first.bench), bodies(second.bench)]).toEqual([[['a.csv', '1']], []])
  })
})

describe('the way in', () => {
  it('by a private key', async () => {
    put('a.csv', '1')
    const { bench } = fetching({ passwordSecret: undefined, keySecret: 'key' })
    await until(() => bench.handed.length === 1)
  })

  it('says that a private key is none', async () => {
    const said = await words(fetching({ passwordSecret: undefined, keySecret: 'key' }, { secrets: { key: 'not a key' } }))
    expect(said).toContain('the private key cannot be read')
    expect(said).not.toContain('not a key')
  })

  it('is shut to a wrong password, which is not said', async () => {
    const said = await words(fetching({}, { secrets: { exchange: 'wr0ng' } }))
    expect(said).toBe(`Error: sftp://exchange.example:${String(server.port)}/outbox: user yiping is refused; check the user, and the password or key`)
  })

  it('is not taken to a server with another key, which is given no password', async () => {
    const hostKey = `SHA256:${'a'.repeat(43)}`
    expect(await words(fetching({ hostKey }))).toBe(
      `MisconfiguredError: sftp://exchange.example:${String(server.port)}/outbox: its key is ${server.fingerprint}, transport.hostKey says ${hostKey}; ask whoever keeps it whether it was set up anew, and change hostKey only then`,
    )
  })

  it('goes to the address that was allowed', async () => {
    const asked: unknown[] = []
    const { bench } = fetching(
      {},
      {
        resolve: (host, port) => {
          asked.push([host, port])
          return '127.0.0.1'
        },
      },
    )
    await until(() => bench.alive >= 1)
    expect(asked).toEqual([['exchange.example', server.port]])
  })

  it.each([
    ['sftp://exchange.example/outbox', 'names no user'],
    ['sftp://yiping:s3cret@exchange.example/outbox', 'holds a password; put it into a secret'],
  ])('refuses %s', async (source, reason) => expect(await words(fetching({}, { source }))).toContain(reason))

  it.each([
    [{}, 'give either passwordSecret or keySecret'],
    [{ passwordSecret: 'a' }, 'give hostKey'],
    [{ passwordSecret: 'a', hostKey: 'MD5:00' }, 'a fingerprint such as SHA256:'],
  ])('refuses the options %j', (options, reason) => {
    expect(sftp.options.safeParse(options).error?.message).toContain(reason)
  })
})

describe('trouble on the way', () => {
  it('names a folder that is not there', async () => {
    const source = `sftp://yiping@exchange.example:${String(server.port)}/nowhere`
    expect(await words(fetching({}, { source }))).toBe(
      `Error: sftp://exchange.example:${String(server.port)}/nowhere: there is no such folder; mend the path in \`source\``,
    )
  })

  it('says that the connection was lost, and goes on after it', async () => {
    put('a.csv', '1')
    const first = fetching()
    await until(() => first.bench.handed.length === 1)
    server.cut()
    expect(await words(first)).toContain('the connection is lost')
    put('b.csv', '2')
    const second = fetching({}, { ledger: first.bench.ledger })
    await until(() => second.bench.handed.length === 1)
    expect([bodies(first.bench), bodies(second.bench)]).toEqual([[['a.csv', '1']], [['b.csv', '2']]])
  })

  it('gives up a server that does not answer', async () => {
    server.setSilent(true)
    expect(await words(fetching({ timeoutSeconds: 0.5 }))).toContain('no answer within 0.5 s')
  })

  it('stops at once while a server does not answer', async () => {
    const { bench, end } = fetching()
    await until(() => bench.alive >= 1)
    server.setSilent(true)
    bench.abort()
    expect(await end).toBe('stopped')
  })
})
