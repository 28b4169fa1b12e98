import { describe, expect, onTestFinished, test } from 'vitest'
import type { ClockFact } from '../../contract/fact.ts'
import { minuteMs, secondMs } from '../../contract/time.ts'
import { startClockCheck } from '../../server/clock-check/clock-check.ts'
import type { ClockCheck } from '../../server/clock-check/clock-check.ts'
import type { SntpReply } from '../../server/clock-check/sntp-packet.ts'
import { askTime } from '../../server/clock-check/sntp.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { answerTo, timeServer } from './stand-in.ts'

/** A machine whose clock can be set by hand, between time servers that say what they are told to. */
class Machine {
  /** runs steadily, whatever the clock is set to */
  readonly steady = new ManualClock()
  setBy = 0
  readonly recorded: ClockFact[] = []
  readonly lines: unknown[] = []
  readonly asked: string[] = []
  /** by server, how far our clock is ahead before anybody sets it, a reply, or an Error */
  readonly says: Record<string, number | SntpReply | Error> = {}

  now(): number {
    return this.steady.now() + this.setBy
  }

  check(servers: readonly string[] = [], before?: Pick<ClockFact, 'driftMs' | 'isTrusted' | 'reference'>): ClockCheck {
    for (const server of servers) this.says[server] ??= 0
    const check = startClockCheck({
      clock: { now: () => this.now(), after: (ms, task) => this.steady.after(ms, task), every: (ms, task) => this.steady.every(ms, task) },
      monotonicMs: () => this.steady.now(),
      servers,
      ask: (server) => {
        this.asked.push(server)
        const says = this.says[server] ?? 0
        if (says instanceof Error) return Promise.reject(says)
        return Promise.resolve(typeof says === 'number' ? { kind: 'time', driftMs: says + this.setBy, delayMs: 1 } : says)
      },
      before,
      record: (fact) => void this.recorded.push(fact),
      log: (level, message, fields) => void this.lines.push([level, message, fields]),
    })
    onTestFinished(() => check.close())
    return check
  }

  /** Lets the time pass, and what was asked on the way be answered. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= secondMs) {
      this.steady.advance(Math.min(left, secondMs))
      await answered()
    }
  }

  told(): readonly unknown[] {
    return this.recorded.map(({ driftMs, isTrusted }) => [driftMs, isTrusted])
  }
}

/** Promises that are settled already run their course. */
const answered = (): Promise<void> => new Promise((done) => setImmediate(done))
const seconds = 1_000

describe('without a time server', () => {
  test('nothing is recorded as long as nobody sets the clock', async () => {
    const machine = new Machine()
    const check = machine.check()
    await machine.pass(10 * minuteMs)
    // a clock that is slewed is not set
    for (let i = 0; i < 20; i += 1) {
      machine.setBy += 4 * seconds
      await machine.pass(10 * secondMs)
    }
    expect(machine.recorded).toEqual([])
    expect(check.driftMs).toBeUndefined()
  })

  test('a jump of more than 5 s is recorded within 10 s; beyond a minute altogether the clock is not trusted', async () => {
    const machine = new Machine()
    const check = machine.check()
    machine.setBy += 40 * seconds
    await machine.pass(10 * secondMs)
    expect(machine.recorded).toEqual([{ kind: 'clock', at: machine.now(), driftMs: 40_000, reference: 'monotonic', isTrusted: true }])
    machine.setBy += 21 * seconds
    await machine.pass(10 * secondMs)
    // that trust is lost does not wait for the minute
    expect(machine.told()).toEqual([
      [40_000, true],
      [61_000, false],
    ])
    machine.setBy -= 61 * seconds
    await machine.pass(30 * secondMs)
    expect(machine.recorded).toHaveLength(2)
    await machine.pass(30 * secondMs)
    expect(machine.told()[2]).toEqual([0, true])
    expect(check.driftMs).toBe(0)
  })

  test('a clock that was not trusted when the server ended is taken at its word when it is started again', () => {
    const machine = new Machine()
    machine.check([], { driftMs: 3_600_000, isTrusted: false, reference: 'monotonic' })
    expect(machine.recorded).toEqual([{ kind: 'clock', at: machine.now(), driftMs: 0, reference: 'monotonic', isTrusted: true }])
    const other = new Machine()
    other.check([], { driftMs: 500, isTrusted: true, reference: 'a' })
    expect(other.recorded).toEqual([])
  })
})

describe('with time servers', () => {
  test('they are asked at the start and each 64 s, and the first comparison is recorded', async () => {
    const machine = new Machine()
    machine.says['a'] = 120
    const check = machine.check(['a'])
    await answered()
    expect(machine.recorded).toEqual([{ kind: 'clock', at: machine.now(), driftMs: 120, reference: 'a', isTrusted: true }])
    expect(check.driftMs).toBe(120)
    await machine.pass(64 * secondMs)
    await machine.pass(64 * secondMs)
    expect(machine.asked).toEqual(['a', 'a', 'a'])
    expect(machine.recorded).toHaveLength(1)
  })

  test('what the log knows already is not recorded at every start', async () => {
    const machine = new Machine()
    machine.says['a'] = 900
    machine.check(['a'], { driftMs: 0, isTrusted: true, reference: 'a' })
    await answered()
    expect(machine.recorded).toEqual([])
  })

  test('a clock that was not trusted when the server ended is not until a time server answers', async () => {
    const machine = new Machine()
    machine.says['a'] = new Error('no answer within 5 s')
    const check = machine.check(['a'], { driftMs: 90_000, isTrusted: false, reference: 'a' })
    await machine.pass(2 * minuteMs)
    expect(machine.recorded).toEqual([])
    expect(check.driftMs).toBe(90_000)
    machine.says['a'] = 5
    await machine.pass(64 * secondMs)
    expect(machine.told()).toEqual([[5, true]])
  })

  test('a drift is told again when it has moved by more than a second, and trust ends beyond 60 s', async () => {
    const machine = new Machine()
    machine.check(['a'])
    await answered()
    for (const drift of [1_000, 1_001, -60_000, -60_001, -60_500, 60_001, 60_000]) {
      machine.says['a'] = drift
      await machine.pass(64 * secondMs)
    }
    expect(machine.told()).toEqual([
      [0, true],
      [1_001, true],
      [-60_000, true],
      [-60_001, false],
      [60_001, false],
      [60_000, true],
    ])
  })

  test('the median of those that answer counts: one that is mad changes nothing', async () => {
    const machine = new Machine()
    machine.says['a'] = 100
    machine.says['b'] = 86_400_000
    machine.says['c'] = 300
    machine.check(['a', 'b', 'c'])
    await answered()
    expect(machine.recorded).toMatchObject([{ driftMs: 300, reference: 'a, b, c', isTrusted: true }])
    machine.says['b'] = new Error('no answer within 5 s')
    machine.says['a'] = 3_100
    await machine.pass(64 * secondMs)
    expect(machine.recorded[1]).toMatchObject({ driftMs: 1_700, reference: 'a, c' })
  })

  test('one that cannot be asked is told once, not each minute, and again when the reason is another', async () => {
    const machine = new Machine()
    machine.says['a'] = new Error('no answer within 5 s')
    const check = machine.check(['a'])
    await answered()
    await machine.pass(5 * minuteMs)
    expect(machine.recorded).toEqual([])
    expect(check.driftMs).toBeUndefined()
    machine.says['a'] = { kind: 'refused', reason: 'it is not synchronised itself' }
    await machine.pass(64 * secondMs)
    expect(machine.lines).toEqual([
      ['warn', 'a time server was of no help', { server: 'a', reason: 'no answer within 5 s' }],
      ['warn', 'a time server was of no help', { server: 'a', reason: 'it is not synchronised itself' }],
    ])
  })

  test.each([
    ['RATE', 2],
    ['DENY', 1],
    ['RSTR', 1],
  ])('one that answers %s is left alone; in the next two hours it is asked %i times', async (code, times) => {
    const machine = new Machine()
    machine.says['a'] = { kind: 'kiss', code }
    machine.check(['a', 'b'])
    await machine.pass(119 * minuteMs)
    expect(machine.asked.filter((server) => server === 'a')).toHaveLength(times)
    expect(machine.asked.filter((server) => server === 'b').length).toBeGreaterThan(100)
  })

  test('a jump between two comparisons counts at once, and not twice', async () => {
    const machine = new Machine()
    machine.says['a'] = 200
    const check = machine.check(['a'])
    await answered()
    await machine.pass(62 * secondMs)
    machine.setBy += 120 * seconds
    // the comparison after 64 s comes before the look after 70 s
    await machine.pass(3 * secondMs)
    expect(check.driftMs).toBe(120_200)
    await machine.pass(10 * secondMs)
    expect(check.driftMs).toBe(120_200)
    machine.setBy -= 120 * seconds
    await machine.pass(10 * secondMs)
    expect(check.driftMs).toBe(200)
    await machine.pass(minuteMs)
    expect(machine.told()).toEqual([
      [200, true],
      [120_200, false],
      [200, true],
    ])
  })

  test('an answer that comes after the end changes nothing', async () => {
    const machine = new Machine()
    machine.check(['a']).close()
    await answered()
    expect(machine.recorded).toEqual([])
  })
})

test('the whole way: a server on the network, and our clock two minutes slow', async () => {
  const machine = new Machine()
  const server = await timeServer((request) => [answerTo(request, { now: machine.now() + 2 * minuteMs })])
  const monotonicMs = () => machine.steady.now()
  const facts: ClockFact[] = []
  const told = new Promise<void>((done) => {
    const check = startClockCheck({
      clock: machine.steady,
      monotonicMs,
      servers: ['ntp.example.cn'],
      ask: () => askTime(server, { clock: machine.steady, monotonicMs }),
      before: undefined,
      record(fact) {
        facts.push(fact)
        done()
      },
      log: () => undefined,
    })
    onTestFinished(() => check.close())
  })
  await told
  expect(facts).toEqual([{ kind: 'clock', at: machine.now(), driftMs: -120_000, reference: 'ntp.example.cn', isTrusted: false }])
})
