import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import ssh2 from 'ssh2'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { sftp } from '../../server/ingest/transports/sftp.ts'
import { benchOf, until } from '../support/transport-context.ts'
import type { Bench } from '../support/transport-context.ts'

const sshd = process.env.SSHD ?? '/usr/sbin/sshd'

/** OpenSSH is the SFTP server that nearly every exchange platform runs. */
describe('OpenSSH’s SFTP server', () => {
  let home: string
  let port: number
  let running: ChildProcess
  const host = ssh2.utils.generateKeyPairSync('ed25519')
  const user = ssh2.utils.generateKeyPairSync('ed25519')
  const fingerprint = `SHA256:${createHash('sha256')
    .update(Buffer.from(host.public.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replaceAll('=', '')}`

  beforeAll(async () => {
    if (!existsSync(sshd))
      throw new Error(`test:services needs OpenSSH's server, which is not at ${sshd}: apt-get install openssh-server, or set SSHD`)
    home = await mkdtemp(join(tmpdir(), 'yiping-sshd-'))
    port = await freePort()
    mkdirSync(join(home, 'outbox'))
    for (const [name, text] of Object.entries({ host: host.private, authorized: `${user.public}\n`, config: configuration() })) {
      writeFileSync(join(home, name), text)
      chmodSync(join(home, name), 0o600)
    }
    // the folder that sshd wants to be empty; its service would make it
    if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true })
    running = spawn(sshd, ['-D', '-e', '-f', join(home, 'config')], { stdio: 'ignore' })
    await until(() => answers(port))
  })
  afterAll(async () => {
    if (!existsSync(sshd)) return
    running.kill()
    await once(running, 'exit')
    await rm(home, { recursive: true })
  })

  const configuration = (): string =>
    [
      `Port ${String(port)}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${join(home, 'host')}`,
      `AuthorizedKeysFile ${join(home, 'authorized')}`,
      `PidFile ${join(home, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PasswordAuthentication no',
      'PermitRootLogin prohibit-password',
      'Subsystem sftp internal-sftp',
      '',
    ].join('\n')

  const put = (name: string, text: string): void => writeFileSync(join(home, 'outbox', name), text)

  function fetching(options: object = {}, ledger?: Map<string, string>): { readonly bench: Bench<unknown>; readonly end: Promise<unknown> } {
    const source = `sftp://${userInfo().username}@127.0.0.1:${String(port)}${home}/outbox`
    const bench = benchOf(
      sftp,
      source,
      { keySecret: 'key', hostKey: fingerprint, complete: 'rename', scanSeconds: 1, ...options },
      { secrets: { key: user.private }, feed: { limits: { messageBytes: 2_000_000 } }, ...(ledger === undefined ? {} : { ledger }) },
    )
    onTestFinished(() => bench.abort())
    const end = sftp.run(bench.context).then(
      () => 'stopped',
      (error: unknown) => error,
    )
    return { bench: bench, end }
  }

  it('gives each file once, large ones whole, and archives them', async () => {
    const large = '平凉市崆峒区\n'.repeat(80_000)
    put('社保.csv', large)
    put('b.csv', '2')
    put('c.csv.tmp', '3')
    symlinkSync('/etc/hostname', join(home, 'outbox/link.csv'))
    const { bench, end } = fetching({ pattern: '*.csv' })
    await until(() => bench.alive >= 2)
    put('d.csv', '2')
    put('b.csv', '22')
    const { alive } = bench
    await until(() => bench.alive >= alive + 2)
    bench.abort()
    expect(await end).toBe('stopped')
    expect(bench.handed.map((one) => [one.origin, 'body' in one ? one.body : one.messages])).toMatchObject([
      ['b.csv', '2'],
      ['link.csv', [{ refusal: { code: 'bad-shape' } }]],
      ['社保.csv', large],
      ['b.csv', '22'],
    ])
    const [day = ''] = readdirSync(join(home, 'outbox/archive'))
    const archived = readdirSync(join(home, 'outbox/archive', day))
    expect(archived.filter((name) => !name.startsWith('b.')).sort()).toEqual(['d.csv', '社保.csv'])
    expect(archived.filter((name) => name.startsWith('b.'))).toHaveLength(2)
    expect(readFileSync(join(home, 'outbox/archive', day, '社保.csv'), 'utf8')).toBe(large)
    expect(readdirSync(join(home, 'outbox')).sort()).toEqual(['archive', 'c.csv.tmp', 'failed'])
  })

  it('is known by its key', async () => {
    expect(await fetching({ hostKey: `SHA256:${'a'.repeat(43)}` }).end).toMatchObject({
      name: 'MisconfiguredError',
      message: expect.stringContaining(`its key is ${fingerprint}`) as string,
    })
  })

  it('goes away and comes back, and nothing is taken twice', async () => {
    put('before.csv', 'before')
    const first = fetching({ archive: 'leave', pattern: '*.csv' })
    await until(() => first.bench.alive >= 2)
    running.kill()
    await once(running, 'exit')
    const lost = first.end
    first.bench.abort()
    await lost
    running = spawn(sshd, ['-D', '-e', '-f', join(home, 'config')], { stdio: 'ignore' })
    await until(() => answers(port))
    put('later.csv', 'later')
    const second = fetching({ archive: 'leave', pattern: '*.csv' }, first.bench.ledger)
    await until(() => second.bench.alive >= 2)
    expect([first, second].map(({ bench }) => bench.handed.map(({ origin }) => origin))).toEqual([['before.csv'], ['later.csv']])
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    // not yet
    return false
  } finally {
    socket.destroy()
  }
}
