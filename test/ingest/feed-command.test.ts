import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkFeeds } from '../../server/feed-command/check.ts'
import { configurationFolder } from '../../server/feed-command/configuration-folder.ts'
import { newFeed } from '../../server/feed-command/new-feed.ts'
import { listFeeds, replayFeed, tailFeed, tokenBeside } from '../../server/feed-command/remote.ts'
import { tryFeed } from '../../server/feed-command/try-feed.ts'
import type { TryOptions } from '../../server/feed-command/try-feed.ts'
import { transports } from '../../server/ingest/transports/index.ts'

const root = new URL('../..', import.meta.url).pathname

let folder: string
let config: string
let told: string[]
const say = (line: string): unknown => told.push(line)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yiping-feed-command-'))
  config = join(folder, 'config')
  told = []
  await cp(join(root, 'config'), config, { recursive: true })
  for (const name of await readdir(join(config, 'feeds'))) if (name !== 'native.yaml') await rm(join(config, 'feeds', name))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const feedFile = (id: string): string => join(config, 'feeds', `${id}.yaml`)

/** The blanks of a new file that only a person can fill. */
async function fillIn(id: string, more: (yaml: string) => string = (yaml) => yaml): Promise<void> {
  await writeFile(feedFile(id), more((await readFile(feedFile(id), 'utf8')).replace('contact: 值班室电话', 'contact: 水务局 值班室')))
}

describe('the configuration folder', () => {
  test('given other ports for the demonstration, then it is the copy that the server reads, once there is one', async () => {
    const environment = { YIPING_DATA: folder, YIPING_CONFIG: config, MOCK_PORT_BASE: '9200' }
    expect(configurationFolder(environment)).toBe(config)
    await cp(config, join(folder, 'demo-config'), { recursive: true })
    expect(configurationFolder(environment)).toBe(join(folder, 'demo-config'))
    expect(configurationFolder({ ...environment, MOCK_PORT_BASE: '8090' })).toBe(config)
  })
})

describe('check', () => {
  test('given a configuration without mistakes, then it names its feeds and ends well', () => {
    expect(checkFeeds(config, say)).toBe(0)
    expect(told).toEqual([`${config}: no mistakes; 1 feeds: native`])
  })

  test('given blanks that are not filled in, then it says which and how, and ends with EX_CONFIG', async () => {
    newFeed({ configDirectory: config, id: 'river', source: undefined, codec: undefined }, () => undefined)
    await fillIn('river', (yaml) => yaml.replace('contact: 水务局 值班室', "contact: ''").replace("district: '620802'", 'district: 620802'))
    expect(checkFeeds(config, say)).toBe(78)
    expect(told.join('\n')).toMatch(/river\.yaml: contact: write whom to phone when it falls silent, such as 值班室/)
    expect(told.join('\n')).toMatch(/river\.yaml: district: put it in quotes: '620802'/)
  })
})

describe('new', () => {
  const ways = ['intake', ...transports.flatMap(({ schemes }) => schemes)]

  test.each(ways)('given %s:, then what it writes is a feed once its blanks are filled in', async (scheme) => {
    expect(newFeed({ configDirectory: config, id: 'river', source: `${scheme}:`, codec: undefined }, say)).toBe(0)
    await fillIn('river')
    expect(checkFeeds(config, say), told.join('\n')).toBe(0)
    expect(told).toEqual([
      `${feedFile('river')} is written. Fill it in, then: npm run feed -- try river <sample>`,
      `${config}: no mistakes; 2 feeds: native, river`,
    ])
  })

  test('given a way by files, then the folder is its own, and nobody else’s', async () => {
    for (const id of ['river', 'lake']) newFeed({ configDirectory: config, id, source: 'file:', codec: undefined }, () => undefined)
    expect(checkFeeds(config, say), told.join('\n')).toBe(0)
    expect(await readFile(feedFile('river'), 'utf8')).toMatch(/^source: file:river$/m)
    await fillIn('river', (yaml) => yaml.replace('source: file:river', 'source: file:./lake/'))
    expect(checkFeeds(config, say)).toBe(78)
    expect(told.at(-1)).toContain('feeds/river.yaml: source: feed lake takes the files of this folder already: each would take files from the other')
    await fillIn('river', (yaml) => yaml.replace("'*.csv'", "'river-*.csv'"))
    expect(checkFeeds(config, say)).toBe(0)
  })

  test('given a port that another feed listens at, then the check names that feed', () => {
    for (const id of ['air', 'gas']) newFeed({ configDirectory: config, id, source: 'tcp:', codec: undefined }, () => undefined)
    expect(checkFeeds(config, say)).toBe(78)
    expect(told.at(-1)).toContain('feeds/air.yaml: source: feed gas listens at this port already: choose another port')
    expect(told.at(-1)).toContain('feeds/gas.yaml: source: feed air listens at this port already')
  })

  test('given a codec, then it is the one that is named, whatever the way usually has', async () => {
    newFeed({ configDirectory: config, id: 'river', source: 'mqtt:', codec: 'csv' }, say)
    await fillIn('river')
    expect((await readFile(feedFile('river'), 'utf8')).match(/^codec: .*$/gm)).toEqual(['codec: csv'])
    expect(checkFeeds(config, say), told.join('\n')).toBe(0)
  })

  test.each([
    [{ id: 'River 1' }, '"River 1" is no id: lower-case letters, digits and -'],
    [{ id: 'native' }, /native\.yaml is there already$/],
    [{ source: 'gopher://old' }, /^no transport takes gopher:; there are intake, .*mqtt/],
    [{ codec: 'morse' }, /^no codec is called morse; there are json, ndjson, csv/],
  ])('given %j, then it says what is wrong and writes nothing', async (given, problem) => {
    const before = await readdir(join(config, 'feeds'))
    const options = { configDirectory: config, id: 'river', source: undefined, codec: undefined, ...given }
    expect(() => newFeed(options, say)).toThrow(problem)
    expect(await readdir(join(config, 'feeds'))).toEqual(before)
  })
})

describe('try', () => {
  const sample = (): string => join(folder, 'sample.json')
  const asked = (given: Partial<TryOptions> = {}): TryOptions => ({
    configDirectory: config,
    feed: 'river',
    file: sample(),
    encoding: undefined,
    origin: undefined,
    ...given,
  })

  beforeEach(async () => {
    newFeed({ configDirectory: config, id: 'river', source: undefined, codec: undefined }, () => undefined)
    await fillIn('river')
    await writeFile(sample(), JSON.stringify([{ id: 'A7', time: Math.floor(Date.now() / 60_000 - 1) * 60_000 + 8_000, value: '1,332.5' }]))
  })

  test('given a sample that is understood, then its facts are told and nothing is refused', async () => {
    const [{ time }] = JSON.parse(await readFile(sample(), 'utf8')) as [{ time: number }]
    expect(await tryFeed(asked(), say)).toBe(0)
    const fact = {
      kind: 'sensor-reading',
      sensor: 'A7',
      quantity: 'water-level',
      at: `${new Date(time + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ')}:08`,
      value: 1_332.5,
    }
    expect(told).toEqual([
      'message 1 ([0])',
      `  ${JSON.stringify(fact)}`,
      '1 messages: 1 facts, 0 refusals; nothing was recorded; times of Asia/Shanghai',
    ])
  })

  test('given a message that is refused, then it says why and where, and ends with 1', async () => {
    await writeFile(sample(), '[{"id": "A7", "time": "soon", "value": 1}]')
    expect(await tryFeed(asked(), say)).toBe(1)
    expect(told).toEqual([
      'message 1 ([0])',
      expect.stringMatching(/^ {2}refused, map\/bad-instant: .*"soon" is not a time; send it as/),
      '1 messages: 0 facts, 1 refusals; nothing was recorded; times of Asia/Shanghai',
    ])
  })

  test('given a body that is none, then it is refused as a whole', async () => {
    await writeFile(sample(), '{"id": ')
    expect(await tryFeed(asked(), say)).toBe(1)
    expect(told).toEqual([expect.stringMatching(/^refused as a whole, decode\/bad-syntax: body: the JSON ends before it is complete/)])
  })

  test('given bytes in hexadecimal, then they are taken as the bytes', async () => {
    const hex = Buffer.from(await readFile(sample())).toString('hex')
    await writeFile(sample(), hex)
    expect(await tryFeed(asked({ encoding: 'hex' }), say)).toBe(0)
  })

  test('given a mistake in the mapping, then its line in the file is told', async () => {
    await fillIn('river', (yaml) => yaml.replace('$figure(value)', '$figur(value)'))
    const line = (await readFile(feedFile('river'), 'utf8')).split('\n').findIndex((text) => text.includes('$figur(')) + 1
    expect(await tryFeed(asked({ feed: feedFile('river') }), say)).toBe(1)
    expect(told).toEqual([expect.stringMatching(new RegExp(`^line ${String(line)}: mapping: .*there is no "\\$figur"; there are .*\\$figure`))])
  })

  test('given a name that is no feed’s, or no sample, then it says so', async () => {
    await expect(tryFeed(asked({ feed: 'lake' }), say)).rejects.toThrow(/^no feed in .* is called "lake"/)
    await expect(tryFeed(asked({ file: join(folder, 'none.json') }), say)).rejects.toThrow(/none\.json is not there$/)
  })
})

describe('list, tail and replay', () => {
  interface Asked {
    readonly url: string | undefined
    readonly authorization: string | undefined
    readonly body: string
  }
  let server: Server
  let asked: Asked[]
  let answers: { readonly status: number; readonly body: unknown }[]
  const running = (): { readonly url: string; readonly token: string } => ({
    // as: a server that listens on TCP
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    token: 'secret',
  })

  beforeEach(async () => {
    asked = []
    answers = []
    server = createServer((request: IncomingMessage, response) => {
      let body = ''
      request.on('data', (piece: Buffer) => (body += piece.toString()))
      request.on('end', () => {
        asked.push({ url: request.url, authorization: request.headers.authorization, body })
        const { status, body: answer } = answers.shift() ?? { status: 404, body: { detail: 'that is all' } }
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  test('when the feeds are listed, then each is a line', async () => {
    const feed = {
      id: 'river',
      state: 'down',
      connection: 'retrying',
      facts: 7,
      rejected: 2,
      source: 'mqtt://broker',
      lastError: { at: 0, text: 'no answer' },
    }
    answers.push({ status: 200, body: { feeds: [feed] } })
    expect(await listFeeds(running(), say)).toBe(0)
    expect(told).toEqual(['river\tdown\tretrying\t7 facts\t2 refused\tmqtt://broker\tno answer'])
    expect(asked).toEqual([{ url: '/api/bench/feeds', authorization: 'Bearer secret', body: '' }])
  })

  test('when a feed is tailed, then each message is told once, until the server says no', async () => {
    const line = { at: Date.UTC(2026, 10, 23), origin: 'sensors/7', text: '{"id":"A7"}', facts: 1, rejected: 0 }
    answers.push({ status: 200, body: { lines: [{ ...line, number: 3 }] } }, { status: 200, body: { lines: [] } })
    await expect(tailFeed(running(), 'river', say, 0)).rejects.toThrow('404: that is all')
    expect(told).toEqual(['2026-11-23T00:00:00.000Z sensors/7 → 1 facts, 0 refused\n{"id":"A7"}'])
    expect(asked.map(({ url }) => url)).toEqual([0, 3, 3].map((after) => `/api/bench/feeds/river/tail?after=${String(after)}`))
  })

  test.each([
    [{ replayed: 3, facts: 2, duplicates: 1, refusedAgain: 0, notReplayable: 0 }, 0, []],
    [{ replayed: 3, facts: 2, duplicates: 0, refusedAgain: 1, notReplayable: 0 }, 1, []],
    [{ replayed: 0, facts: 0, duplicates: 0, refusedAgain: 0, notReplayable: 4 }, 1, ['4 cannot be sent again: only a part of them is kept']],
  ])('when a replay answers %j, then it ends with %i', async (answer, code, more) => {
    answers.push({ status: 200, body: answer })
    expect(await replayFeed(running(), { feed: 'river', cause: 'map/bad-instant' }, say)).toBe(code)
    const { replayed, facts, duplicates, refusedAgain } = answer
    expect(told).toEqual([
      `${String(replayed)} messages sent through again: ${String(facts)} facts, ${String(duplicates)} known already, ${String(refusedAgain)} refused again`,
      ...more,
    ])
    expect(asked).toEqual([{ url: '/api/quarantine/replay', authorization: 'Bearer secret', body: '{"feed":"river","cause":"map/bad-instant"}' }])
  })

  test('when the token is not the right one, then the ways to give it are told', async () => {
    answers.push({ status: 401, body: { detail: 'this needs a session or a token' } })
    await expect(listFeeds(running(), say)).rejects.toThrow(
      /^401: this needs a session or a token; give the administrator’s token by --token or YIPING_BOOTSTRAP_TOKEN; .*<data>\/secrets\/admin\.token/,
    )
  })

  test('the token that `npm start` left is found for this machine, and sent to no other', async () => {
    expect(tokenBeside('http://localhost:8080', folder)).toBe('')
    await mkdir(join(folder, 'secrets'))
    await writeFile(join(folder, 'secrets/admin.token'), 'beside\n')
    for (const url of ['http://localhost:8080', 'http://127.0.0.1:9/', 'http://[::1]:8080']) expect(tokenBeside(url, folder)).toBe('beside')
    for (const url of ['http://localhost.example:8080', 'https://yiping.example', 'nowhere']) expect(tokenBeside(url, folder)).toBe('')
  })

  test('when the server says no, or is away, then its words or what to do are told', async () => {
    answers.push({ status: 403, body: { detail: 'this token is not the administrator’s' } })
    await expect(listFeeds(running(), say)).rejects.toThrow('403: this token is not the administrator’s')
    await expect(listFeeds({ url: 'http://127.0.0.1:9', token: '' }, say)).rejects.toThrow(
      'http://127.0.0.1:9 does not answer; start the server, or name it with --url',
    )
  })
})

describe('the command', () => {
  async function run(...given: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
    const child = execFile(process.execPath, ['--import', 'tsx', 'server/feed-command/main.ts', ...given], {
      cwd: root,
      env: { ...process.env, YIPING_CONFIG: config },
    })
    const output = { stdout: '', stderr: '' }
    child.stdout?.on('data', (text: string) => (output.stdout += text))
    child.stderr?.on('data', (text: string) => (output.stderr += text))
    // as: what a child process tells when it is closed
    const [code] = (await once(child, 'close')) as [number]
    return { code, ...output }
  }

  test('given nothing, then it tells how it is used', async () => {
    expect(await run()).toEqual({ code: 0, stdout: expect.stringContaining('npm run feed -- <command>') as string, stderr: '' })
  }, 30_000)

  test('given a mistake of whoever typed it, then it says which, and how it is used', async () => {
    const outcomes = await Promise.all([run('dance'), run('try', 'river'), run('check', '--loud')])
    expect(outcomes.map(({ code }) => code)).toEqual([64, 64, 64])
    expect(outcomes.map(({ stderr }) => stderr.split('\n')[0])).toEqual([
      'there is no command "dance"',
      'sample is missing',
      expect.stringContaining("'--loud'") as string,
    ])
  }, 30_000)

  test('given a folder, then it checks it', async () => {
    expect(await run('check')).toEqual({ code: 0, stdout: `${config}: no mistakes; 1 feeds: native\n`, stderr: '' })
  }, 30_000)
})
