import { fileURLToPath } from 'node:url'
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { instantOf } from '../../contract/time.ts'
import { la311 } from '../../mock-streams/replay/la311.ts'
import { play } from '../../mock-streams/replay/player.ts'
import { loadTape } from '../../mock-streams/replay/tape.ts'
import type { IntakeStub } from './intake-stub.ts'
import { startIntakeStub } from './intake-stub.ts'

const excerpt = fileURLToPath(new URL('../feeds/la311/excerpt.csv', import.meta.url))
const program = fileURLToPath(new URL('../../mock-streams/replay/main.ts', import.meta.url))
const everything = { limit: Infinity, from: Number.NEGATIVE_INFINITY }
const folder = mkdtempSync(join(tmpdir(), 'yiping-replay-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const rowOf = (given: Record<string, string>): Record<string, string> => ({
  SRNumber: '1',
  CreatedDate: '12/31/2017 11:59:58 PM',
  UpdatedDate: '01/03/2018 10:11:23 AM',
  ClosedDate: '01/02/2018 09:00:00 AM',
  Status: 'Closed',
  ...given,
})

describe('what the city said of one request', () => {
  it('is once that it was made, and once that it ended', () => {
    const said = la311.messagesOf(rowOf({}))
    expect(said.map(({ at, message }) => [new Date(at).toISOString(), message])).toEqual([
      ['2018-01-01T07:59:58.000Z', rowOf({ Status: 'Open', ClosedDate: '', UpdatedDate: '12/31/2017 11:59:58 PM' })],
      ['2018-01-02T17:00:00.000Z', rowOf({})],
    ])
  })

  it('is one thing for a request that is still open', () => {
    expect(la311.messagesOf(rowOf({ Status: 'Open', ClosedDate: '' }))).toHaveLength(1)
  })

  it('ends at the last update where no end is written, and never before it began', () => {
    const endOf = (given: Record<string, string>): string => new Date(la311.messagesOf(rowOf(given))[1]?.at ?? 0).toISOString()
    expect(endOf({ Status: 'Referred Out', ClosedDate: '' })).toBe('2018-01-03T18:11:23.000Z')
    expect(endOf({ ClosedDate: '12/31/2017 11:00:00 PM' })).toBe('2018-01-01T07:59:58.000Z')
  })

  it('keeps the same time as the server does, all the year round', () => {
    for (let day = 0; day < 365; day++)
      for (const hour of [0, 3, 13]) {
        const date = new Date(Date.UTC(2017, 0, 1 + day, hour, 30))
        const [month, date_] = [date.getUTCMonth() + 1, date.getUTCDate()].map((part) => String(part).padStart(2, '0'))
        const text = `${month ?? ''}/${date_ ?? ''}/2017 ${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, '0')}:30:00 ${hour < 12 ? 'AM' : 'PM'}`
        const local = { year: 2017, month: Number(month), day: Number(date_), hour, minute: 30, second: 0 }
        expect(la311.messagesOf(rowOf({ CreatedDate: text, Status: 'Open' }))[0]?.at).toBe(instantOf(local, 'America/Los_Angeles'))
      }
  })
})

describe('the tape', () => {
  it('holds the excerpt in the order it was said, and its totals', async () => {
    const tape = await loadTape(excerpt, la311, everything)
    const times = tape.messages.map(({ at }) => at)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect({ rows: tape.rows, messages: tape.messages.length }).toEqual({ rows: 200, messages: 395 })
    expect(Object.fromEntries(tape.totals['status'] ?? [])).toEqual({ Closed: 164, Cancelled: 22, 'Referred Out': 9, Open: 5 })
    expect(Object.fromEntries(tape.totals['coordinates'] ?? [])).toEqual({ with: 157, without: 43 })
  })

  it('can be cut: the first rows from a day on', async () => {
    const tape = await loadTape(excerpt, la311, { limit: 20, from: Date.UTC(2017, 11, 31, 8) })
    expect(tape.rows).toBe(20)
    expect(tape.messages[0]?.at).toBeGreaterThanOrEqual(Date.UTC(2017, 11, 31, 8))
  })

  it('says which columns are missing, and which row is wrong', async () => {
    const other = join(folder, 'other.csv')
    writeFileSync(other, 'id,when\n1,2\n')
    await expect(loadTape(other, la311, everything)).rejects.toThrow(
      /other\.csv is not a recording of la311: it lacks the columns SRNumber, CreatedDate.*its own are id, when/,
    )
    const wrong = join(folder, 'wrong.csv')
    writeFileSync(wrong, `${la311.columns.join(',')}\n1,soon,,,Closed,,,,,,\n`)
    await expect(loadTape(wrong, la311, everything)).rejects.toThrow(/wrong\.csv, row 1: CreatedDate: "soon"/)
  })
})

describe('the player', () => {
  const messages = [0, 1_000, 2_000, 3_600_000, 10_000_000].map((at) => ({ at, message: { at } }))

  async function played(speed: number): Promise<readonly (readonly [real: number, at: readonly unknown[]])[]> {
    let now = 0
    const sent: (readonly [number, readonly unknown[]])[] = []
    await play({
      messages,
      client: {
        send: (batch) => {
          sent.push([now, batch.map((message) => (message as { at: number }).at)])
          return Promise.resolve({ accepted: batch.length, duplicates: 0, rejected: [] })
        },
      },
      speed,
      longestQuietMs: 5_000,
      signal: new AbortController().signal,
      now: () => now,
      wait: (ms) => {
        now += ms
        return Promise.resolve()
      },
      onProgress: () => undefined,
      onRefused: () => undefined,
    })
    return sent
  }

  it('keeps time: an hour in a second, a quiet stretch cut short', async () => {
    expect(await played(3_600)).toEqual([
      [0, [0]],
      [200, [1_000, 2_000]],
      [1_000, [3_600_000]],
      [2_800, [10_000_000]],
    ])
    expect(await played(100)).toEqual([
      [0, [0]],
      [200, [1_000, 2_000]],
      [5_200, [3_600_000]],
      [10_200, [10_000_000]],
    ])
  })

  it('sends as fast as it is taken when told to', async () => {
    expect(await played(Infinity)).toEqual([[0, [0, 1_000, 2_000, 3_600_000, 10_000_000]]])
  })
})

describe('npm run replay', () => {
  const stubs: IntakeStub[] = []
  afterEach(async () => {
    await Promise.all(stubs.splice(0).map((stub) => stub.close()))
  })

  function replay(...args: readonly string[]): Promise<{ code: number | null; output: string }> {
    const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], { env: { ...process.env, YIPING_DATA: folder }, stdio: 'pipe' })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
    return new Promise((resolve) =>
      child.on('close', (code) => {
        resolve({ code, output })
      }),
    )
  }

  it('plays a file, loses and doubles nothing when the server falters, and prints what the wall must show', async () => {
    const stub = await startIntakeStub([{ status: 429 }, 'lost', { status: 507 }])
    stubs.push(stub)
    const { code, output } = await replay('--feed', 'la311', '--file', excerpt, '--speed', 'max', '--url', stub.url, '--token', 't')
    expect(code).toBe(0)
    expect(stub.taken).toHaveLength(395)
    expect(output).toContain('200 requests played')
    expect(output).toMatch(/by status\n +164 {2}Closed\n +22 {2}Cancelled\n/)
    expect(output).toMatch(/by coordinates\n +157 {2}with\n +43 {2}without\n/)
  }, 30_000)

  it('ends with 1 when anything was refused, and says why', async () => {
    const refused = { accepted: 394, duplicates: 0, rejected: [{ index: 3, stage: 'map', code: 'bad-instant', detail: 'CreatedDate: …' }], seq: 1 }
    const stub = await startIntakeStub([{ status: 202, body: refused }])
    stubs.push(stub)
    const { code, output } = await replay('--feed', 'la311', '--file', excerpt, '--speed', 'max', '--url', stub.url, '--token', 't')
    expect(code).toBe(1)
    expect(output).toContain('refused: map/bad-instant: CreatedDate')
  }, 30_000)

  it.each([
    ['another feed', ['--feed', 'nyc', '--file', excerpt], /--feed nyc: there are la311/],
    ['no file', ['--feed', 'la311', '--file', 'nowhere.csv'], /nowhere\.csv: there is no such file/],
    ['no token', ['--feed', 'la311', '--file', excerpt], /YIPING_FEED_TOKEN_LA311/],
    ['a speed that is none', ['--feed', 'la311', '--file', excerpt, '--token', 't', '--speed', 'fast'], /--speed fast: give a number/],
  ])(
    'says what is wrong: %s',
    async (_name, args, message) => {
      const { code, output } = await replay(...args)
      expect({ code, output }).toEqual({ code: 2, output: expect.stringMatching(message) as string })
    },
    30_000,
  )

  it('says that the token is wrong', async () => {
    const stub = await startIntakeStub([{ status: 401 }])
    stubs.push(stub)
    const { code, output } = await replay('--feed', 'la311', '--file', excerpt, '--speed', 'max', '--url', stub.url, '--token', 't')
    expect({ code, output }).toEqual({ code: 2, output: expect.stringContaining('the token is not this feed’s') as string })
  }, 30_000)
})
