import { describe, expect, onTestFinished, test } from 'vitest'
import type { Entry, Fact } from '../../contract/fact.ts'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import type { Batch, EventLog } from '../../server/store/event-log.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import type { Recorder } from '../../server/store/recorder.ts'
import { start, tick, workOrder } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { delegating } from './delegated-log.ts'
import { temporaryFolder } from './temporary-folder.ts'

interface Bench {
  readonly log: EventLog
  readonly recorder: Recorder
  readonly clock: ManualClock
  /** every append the log was asked for */
  readonly appends: (readonly Batch[])[]
  /** what onEntries was given, one list per commit */
  readonly commits: (readonly Entry[])[]
  readonly storage: string[]
}

function bench(given: { readonly directory?: string; readonly maxBytes?: number } = {}): Bench {
  const directory = given.directory ?? temporaryFolder()
  const log = openEventLog({ directory, maxBytes: given.maxBytes })
  const clock = new ManualClock()
  const appends: (readonly Batch[])[] = []
  const commits: (readonly Entry[])[] = []
  const storage: string[] = []
  const append: EventLog['append'] = (batches, now, alongside) => {
    appends.push(batches)
    return log.append(batches, now, alongside)
  }
  const watched = delegating(log, { append })
  const recorder = createRecorder({
    log: watched,
    clock,
    onEntries: (entries) => commits.push(entries),
    onStorage: (state, reason) => storage.push(reason === undefined ? state : `${state}: ${reason}`),
  })
  onTestFinished(() => log.close())
  return { log, recorder, clock, appends, commits, storage }
}

const orders = (first: number, count: number): Fact[] => Array.from({ length: count }, (_, index) => workOrder({ id: `W${String(first + index)}` }))
const large = (name: string): Fact[] =>
  Array.from({ length: 400 }, (_, index) => workOrder({ id: `${name}${String(index)}`, title: 'x'.repeat(200) }))

/** Records large batches until the log is full. */
async function fill(recorder: Recorder): Promise<void> {
  for (let i = 0; ; i += 1) {
    try {
      await recorder.record('filler', large(`fill-${String(i)}-`))
    } catch (error) {
      expect(error).toBeInstanceOf(StorageFullError)
      return
    }
  }
}

describe('committing', () => {
  test('what arrives in one turn is committed once, told once in order, and answered after that', async () => {
    const { recorder, appends, commits, log } = bench()
    const heard: string[] = []
    const answers = await Promise.all([
      recorder.record('hotline', orders(1, 3)).then((answer) => {
        heard.push(`hotline after ${String(commits.length)} commit`)
        return answer
      }),
      recorder.record('system', [tick(start)]),
      recorder.record('hotline', orders(4, 2)),
      recorder.record('empty', []),
    ])
    expect(answers).toEqual([
      { accepted: 3, duplicates: 0, seq: 6 },
      { accepted: 1, duplicates: 0, seq: 6 },
      { accepted: 2, duplicates: 0, seq: 6 },
      { accepted: 0, duplicates: 0, seq: 6 },
    ])
    expect(heard).toEqual(['hotline after 1 commit'])
    expect(appends.length).toBe(1)
    expect(commits).toEqual([[...log.entries({ after: 0 })]])
    expect(commits[0]?.map(({ seq, feed }) => `${String(seq)} ${feed}`)).toEqual([
      '1 hotline',
      '2 hotline',
      '3 hotline',
      '4 hotline',
      '5 hotline',
      '6 system',
    ])
  })

  test('a transaction holds at most 5,000 facts, and feeds take turns', async () => {
    const { recorder, appends, commits } = bench()
    const flood = recorder.record('flood', orders(1, 12_000))
    const small = recorder.record('small', [tick(start)])
    const first = await Promise.race([flood.then(() => 'flood'), small.then(() => 'small')])
    expect(first).toBe('small')
    expect(await flood).toEqual({ accepted: 12_000, duplicates: 0, seq: 12_001 })
    expect(appends.map((batches) => batches.map(({ feed, facts }) => `${feed} ${String(facts.length)}`))).toEqual([
      ['flood 4999', 'small 1'],
      ['flood 5000'],
      ['flood 2001'],
    ])
    expect(
      commits
        .flat()
        .filter(({ feed }) => feed === 'flood')
        .map(({ fact }) => 'id' in fact && fact.id),
    ).toEqual(orders(1, 12_000).map((fact) => 'id' in fact && fact.id))
  })

  test('closing records what is queued, then takes no more', async () => {
    const { recorder, log } = bench()
    const last = recorder.record('hotline', orders(1, 6_000))
    await recorder.close()
    expect(await last).toMatchObject({ accepted: 6_000 })
    await expect(recorder.record('hotline', orders(1, 1))).rejects.toThrow('closed')
    await recorder.close()
    expect(log.lastSeq).toBe(6_000)
  })
})

describe('duplicates', () => {
  test('are counted within a batch, within a transaction, and after it', async () => {
    const { recorder, log } = bench()
    const [first, second] = await Promise.all([
      recorder.record('hotline', [...orders(1, 2), ...orders(1, 1)]),
      recorder.record('hotline', orders(2, 2)),
    ])
    expect([first, second]).toEqual([
      { accepted: 2, duplicates: 1, seq: 3 },
      { accepted: 1, duplicates: 1, seq: 3 },
    ])
    expect(await recorder.record('hotline', orders(1, 3))).toEqual({ accepted: 0, duplicates: 3, seq: 3 })
    expect(log.lastSeq).toBe(3)
  })

  test('are of one feed and of exactly the same words', async () => {
    const { recorder } = bench()
    await recorder.record('hotline', orders(1, 1))
    expect(await recorder.record('other', orders(1, 1))).toMatchObject({ accepted: 1, duplicates: 0 })
    expect(await recorder.record('hotline', [workOrder({ id: 'W1', title: '' })])).toMatchObject({ accepted: 1, duplicates: 0 })
  })

  test('are known again after a restart', async () => {
    const directory = temporaryFolder()
    const before = openEventLog({ directory })
    const recorder = createRecorder({ log: before, clock: new ManualClock(), onEntries: () => undefined, onStorage: () => undefined })
    const facts = [workOrder({ title: '路灯"不亮",\n[1]' }), workOrder({ id: 'W2', place: [106.69, 35.54], dueAt: start })]
    await recorder.record('hotline', facts)
    before.close()
    const after = bench({ directory })
    expect(await after.recorder.record('hotline', [...facts, workOrder({ id: 'W3' })])).toEqual({ accepted: 1, duplicates: 2, seq: 3 })
  })

  test('are known for at least the last 100,000 facts and at most the last 200,000', { timeout: 30_000 }, async () => {
    const { recorder, log } = bench()
    await recorder.record('hotline', orders(1, 100_000))
    expect(await recorder.record('hotline', orders(1, 1))).toMatchObject({ duplicates: 1 })
    await recorder.record('hotline', orders(100_001, 99_999))
    expect(await recorder.record('hotline', orders(1, 1))).toMatchObject({ duplicates: 1 })
    await recorder.record('hotline', orders(200_000, 2))
    // the first 100,000 are forgotten together
    expect(await recorder.record('hotline', orders(1, 1))).toMatchObject({ accepted: 1 })
    expect(await recorder.record('hotline', orders(100_001, 1))).toMatchObject({ duplicates: 1 })
    expect(log.lastSeq).toBe(200_002)
  })
})

describe('facts with a key', () => {
  const keyed = (key: string, title: string): Fact => workOrder({ key, title })

  test('are duplicates by the key, whatever they say; without one, by their words', async () => {
    const { recorder, log } = bench()
    expect(await recorder.record('hotline', [keyed('m-1', 'a'), keyed('m-1', 'b'), keyed('m-2', 'a')])).toMatchObject({ accepted: 2, duplicates: 1 })
    expect(await recorder.record('hotline', [keyed('m-2', 'c'), workOrder({ title: 'a' })])).toMatchObject({ accepted: 1, duplicates: 1 })
    expect(await recorder.record('other', [keyed('m-1', 'a')])).toMatchObject({ accepted: 1, duplicates: 0 })
    expect([...log.entries({ after: 0 })].map(({ fact }) => 'title' in fact && fact.title)).toEqual(['a', 'a', 'a', 'a'])
  })

  test('are known again after a restart, and nothing that only looks like a key', async () => {
    const directory = temporaryFolder()
    const before = openEventLog({ directory })
    const recorder = createRecorder({ log: before, clock: new ManualClock(), onEntries: () => undefined, onStorage: () => undefined })
    const quoting = workOrder({ id: 'W2', title: '"key":"m-3"' })
    await recorder.record('hotline', [keyed('m-1', 'a'), keyed('"\\崆', 'b'), quoting])
    before.close()
    const after = bench({ directory })
    const answer = await after.recorder.record('hotline', [keyed('m-1', 'other'), keyed('"\\崆', 'other'), quoting, keyed('m-3', 'c')])
    expect(answer).toEqual({ accepted: 1, duplicates: 3, seq: 4 })
  })

  test('are not taken for facts whose words are that key', async () => {
    const { recorder } = bench()
    const plain = workOrder()
    await recorder.record('hotline', [plain])
    expect(await recorder.record('hotline', [keyed(JSON.stringify(plain), 'x')])).toMatchObject({ accepted: 1 })
  })
})

describe('a full disk', () => {
  test('rejects every caller of the transaction, says so once, and remembers nothing of it', async () => {
    const { recorder, storage, commits, log } = bench({ maxBytes: 300_000 })
    await fill(recorder)
    expect(storage).toEqual([expect.stringMatching(/^stopped: .*log\.sqlite .* cannot be written: the disk is full/)])
    const held = { seq: log.lastSeq, commits: commits.length }
    const refused = await Promise.allSettled([recorder.record('a', large('a')), recorder.record('b', large('b'))])
    expect(refused.map((outcome) => outcome.status === 'rejected' && outcome.reason instanceof StorageFullError)).toEqual([true, true])
    expect({ seq: log.lastSeq, commits: commits.length }).toEqual(held)
    expect(storage.length).toBe(1)
  })

  test('of a batch over several transactions, what is left is not tried on its own', async () => {
    const { recorder, log, appends } = bench({ maxBytes: 600_000 })
    const whole = orders(1, 20_000)
    await expect(recorder.record('hotline', whole)).rejects.toBeInstanceOf(StorageFullError)
    expect(log.lastSeq).toBe((appends.length - 1) * 5_000)
    expect([...log.entries({ after: 0 })].map(({ fact }) => fact)).toEqual(whole.slice(0, log.lastSeq))
  })

  test('is left by itself: a probe every 5 s finds out, and what was refused is then taken', async () => {
    const directory = temporaryFolder()
    const room = { isFull: true }
    const log = openEventLog({ directory })
    onTestFinished(() => log.close())
    const clock = new ManualClock()
    const storage: string[] = []
    let probes = 0
    const fullNow = (): void => {
      if (room.isFull) throw new StorageFullError('full')
    }
    const limited = delegating(log, {
      append(batches, now, alongside) {
        fullNow()
        return log.append(batches, now, alongside)
      },
      probe() {
        probes += 1
        fullNow()
        log.probe()
      },
    })
    const recorder = createRecorder({ log: limited, clock, onEntries: () => undefined, onStorage: (state) => storage.push(state) })
    await expect(recorder.record('hotline', orders(1, 2))).rejects.toThrow('full')
    clock.advance(14_999)
    expect([probes, storage]).toEqual([2, ['stopped']])
    room.isFull = false
    clock.advance(1)
    expect([probes, storage]).toEqual([3, ['stopped', 'ok']])
    clock.advance(60_000)
    expect(probes).toBe(3)
    expect(await recorder.record('hotline', orders(1, 2))).toEqual({ accepted: 2, duplicates: 0, seq: 2 })
  })

  test('is left at once when a call succeeds', async () => {
    const directory = temporaryFolder()
    const small = bench({ directory, maxBytes: 300_000 })
    await fill(small.recorder)
    // a small batch still finds room in the last page
    expect(await small.recorder.record('system', [tick(start)])).toMatchObject({ accepted: 1 })
    expect(small.storage.length).toBe(2)
    expect(small.storage[1]).toBe('ok')
  })
})

test('facts that belong together are one transaction, whatever else waits to be written', async () => {
  const { recorder, commits } = bench()
  const together = orders(90_000, 4_001)
  await Promise.all([
    recorder.record('flood', orders(1, 4_000)),
    recorder.record('manual', together, { isWhole: true }),
    recorder.record('other', orders(50_000, 4_000)),
  ])
  const holding = commits.map((entries) => entries.filter(({ feed }) => feed === 'manual').length).filter((count) => count > 0)
  expect(holding).toEqual([4_001])
})
