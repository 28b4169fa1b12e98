import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Fact, ReadingFact } from '../../contract/fact.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { Registry } from '../../server/core/registry.ts'
import { openDatabase } from '../../server/store/database.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import type { EventLog } from '../../server/store/event-log.ts'
import { startHistorian } from '../../server/store/historian.ts'
import { HistoryDesk } from '../../server/store/history-desk.ts'
import type { CurveQuestion } from '../../server/core/curve.ts'
import type { SeriesName } from '../../server/store/history.ts'
import { feedFact, reading, start, workOrder } from '../support/facts.ts'
import { feed, registryWith } from '../support/registry.ts'
import { temporaryFolder } from './temporary-folder.ts'

// threads start slowly on a busy machine
vi.setConfig({ testTimeout: 60_000 })

const registry = registryWith()
const satisfaction: SeriesName = { district: '620802', kind: 'reading', name: 'satisfaction', member: undefined }

const asked = (given: Partial<CurveQuestion> = {}): CurveQuestion => ({
  district: '620802',
  indicator: 'satisfaction',
  unit: undefined,
  range: { from: start, to: start + 10 * dayMs, points: 10 },
  now: start + 10 * dayMs,
  orders: [],
  ...given,
})

function opened(directory: string): EventLog {
  const log = openEventLog({ directory })
  onTestFinished(() => log.close())
  return log
}

function record(log: EventLog, facts: readonly Fact[], given: { readonly feed?: string; readonly at?: number } = {}): void {
  log.append([{ feed: given.feed ?? 'indicators', facts: facts.map((fact) => JSON.stringify(fact)) }], given.at ?? start)
}

/** A desk over a folder, as the historian's thread has one. */
function deskOf(
  directory: string,
  log: EventLog,
  given: { readonly registry?: Registry; readonly report?: (problem: string) => void } = {},
): HistoryDesk {
  const told = (problem: string): never => {
    throw new Error(`not to be told here: ${problem}`)
  }
  const desk = new HistoryDesk({ log, registry: given.registry ?? registry, directory, report: given.report ?? told })
  onTestFinished(() => desk.close())
  return desk
}

const day = (number: number, given: Partial<ReadingFact> = {}): ReadingFact => reading({ at: start + number * dayMs, value: 90 + number, ...given })
const point = (number: number, value: number): unknown => ({ at: start + number * dayMs, min: value, max: value, last: value })

describe('a reported indicator', () => {
  test('is as it was told, and what took the place of another value stays visible', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0), day(1), workOrder(), day(2), day(1, { unit: 'housing', value: 1 })])
    record(log, [day(1, { value: 80 }), day(2)], { at: start + minuteMs })
    record(log, [day(1, { value: 91 })], { at: start + 2 * minuteMs })
    const desk = deskOf(directory, log)
    expect(await desk.curve(asked())).toEqual({
      curve: [point(0, 90), point(1, 91), point(2, 92)],
      corrections: [
        { at: start + dayMs, from: 91, to: 80, receivedAt: start + minuteMs },
        { at: start + dayMs, from: 80, to: 91, receivedAt: start + 2 * minuteMs },
      ],
    })
    expect(await desk.curve(asked({ unit: 'housing' }))).toEqual({ curve: [point(1, 1)], corrections: [] })
    expect(await desk.curve(asked({ indicator: 'on_time_rate' }))).toEqual({ curve: [], corrections: [] })
    expect(await desk.curve(asked({ district: 'la' }))).toEqual({ curve: [], corrections: [] })
  })

  test('has a value at every instant after its first', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0, { numerator: 9, denominator: 10 }), day(2), day(2, { value: 70 })])
    const desk = deskOf(directory, log)
    expect(await desk.latest(satisfaction, start - 1)).toBeUndefined()
    expect(await desk.latest(satisfaction, start + dayMs)).toEqual({ at: start, value: 90, seq: 1, receivedAt: start, numerator: 9, denominator: 10 })
    expect(await desk.latest(satisfaction, start + 3 * dayMs)).toEqual({
      at: start + 2 * dayMs,
      value: 70,
      seq: 3,
      receivedAt: start,
      numerator: undefined,
      denominator: undefined,
    })
  })

  test('is of the district that its feed belonged to at the time', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0)], { feed: 'nobody' })
    record(log, [feedFact({ feed: 'moving' })], { feed: 'system' })
    record(log, [day(1)], { feed: 'moving' })
    record(log, [feedFact({ feed: 'moving', district: 'la' })], { feed: 'system' })
    record(log, [day(2)], { feed: 'moving' })
    record(log, [feedFact({ feed: 'moving', label: undefined })], { feed: 'system' })
    record(log, [day(3)], { feed: 'moving' })
    const desk = deskOf(directory, log)
    expect((await desk.curve(asked())).curve).toEqual([point(1, 91)])
    expect((await desk.curve(asked({ district: 'la' }))).curve).toEqual([point(2, 92)])
  })

  test('is reduced where there is more than can be drawn', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const seconds = Array.from({ length: 3_600 }, (_, number) => reading({ at: start + number * 1_000, value: Math.sin(number / 40) / 3 }))
    record(log, seconds)
    const { curve } = await deskOf(directory, log).curve(asked({ range: { from: start, to: start + 3_600_000, points: 60 } }))
    const minutes = Array.from({ length: 60 }, (_, minute) => seconds.slice(minute * 60, minute * 60 + 60))
    expect(curve).toEqual(
      minutes.map((minute) => {
        const values = minute.map(({ value }) => value)
        return { at: minute.at(-1)?.at, min: Math.min(...values), max: Math.max(...values), last: values.at(-1) }
      }),
    )
  })
})

describe('the history', () => {
  test('goes on after a restart from where it was', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0), day(1)])
    const before = deskOf(directory, log)
    await before.catchUp()
    before.close()
    record(log, [day(1, { value: 50 }), day(2)])
    const entries = vi.spyOn(log, 'entries')
    const after = deskOf(directory, log)
    expect((await after.curve(asked())).curve).toEqual([point(0, 90), point(1, 50), point(2, 92)])
    expect(entries.mock.calls).toEqual([[{ after: 2, upTo: 4 }]])
  })

  test('answers the same after its file was deleted', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0), day(1), day(1, { value: 50 }), feedFact({ feed: 'indicators', district: 'la' })])
    record(log, [day(2)])
    const before = deskOf(directory, log)
    const told = await before.curve(asked())
    before.close()
    for (const name of readdirSync(directory).filter((file) => file.startsWith('history'))) rmSync(join(directory, name))
    expect(await deskOf(directory, log).curve(asked())).toEqual(told)
  })

  test('of another log is made again', async () => {
    const directory = temporaryFolder()
    const before = openEventLog({ directory })
    record(before, [day(0), day(1)])
    const desk = deskOf(directory, before)
    await desk.catchUp()
    desk.close()
    before.close()
    for (const name of readdirSync(directory).filter((file) => !file.startsWith('history'))) rmSync(join(directory, name))
    const log = opened(directory)
    record(log, [day(5), day(6)])
    const problems: string[] = []
    const after = deskOf(directory, log, { report: (problem) => problems.push(problem) })
    expect((await after.curve(asked())).curve).toEqual([point(5, 95), point(6, 96)])
    expect(problems).toEqual(['history.sqlite is made again from the log: it was made for another log'])
  })

  test('is made again when a feed that went by the configuration is of another district now', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(log, [day(0)])
    const before = deskOf(directory, log)
    await before.catchUp()
    before.close()
    const problems: string[] = []
    const moved = registryWith({ feeds: [feed({ id: 'indicators', district: 'la' })] })
    const after = deskOf(directory, log, { registry: moved, report: (problem) => problems.push(problem) })
    expect((await after.curve(asked({ district: 'la' }))).curve).toEqual([point(0, 90)])
    expect((await after.curve(asked())).curve).toEqual([])
    expect(problems).toEqual(['history.sqlite is made again from the log: feed indicators is of another district now'])
  })

  test.each([
    ['that is no database', (file: string): void => writeFileSync(file, 'not a database, and longer than a header of one would be'.repeat(40))],
    ['with a page overwritten', (file: string): void => overwrite(file)],
  ])('%s is set aside, told once, and made again', async (_name, damage) => {
    const directory = temporaryFolder()
    const log = opened(directory)
    record(
      log,
      Array.from({ length: 2_000 }, (_, number) => reading({ at: start + number, value: number })),
    )
    const before = deskOf(directory, log)
    await before.catchUp()
    before.close()
    settleInto(join(directory, 'history.sqlite'))
    damage(join(directory, 'history.sqlite'))
    const problems: string[] = []
    const after = deskOf(directory, log, { report: (problem) => problems.push(problem) })
    const range = { from: start, to: start + 2_000, points: 1 }
    expect(await after.curve(asked({ range }))).toEqual({ curve: [{ at: start + 1_999, min: 0, max: 1_999, last: 1_999 }], corrections: [] })
    expect(await after.curve(asked({ range }))).toHaveProperty('curve.length', 1)
    expect(problems).toEqual([expect.stringMatching(/^history\.sqlite is damaged \(.+\): kept as .+history\.sqlite\.damaged, and made again/)])
    expect(existsSync(join(directory, 'history.sqlite.damaged'))).toBe(true)
  })
})

/** Brings what the write-ahead log holds into the file itself. */
function settleInto(file: string): void {
  const database = openDatabase(file)
  database.statement('PRAGMA wal_checkpoint(TRUNCATE)').all([])
  database.close()
  for (const end of ['-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
}

/** Everything behind the first page, as a disk would that lost it. */
function overwrite(file: string): void {
  const content = readFileSync(file)
  content.fill(0xa5, 4_096)
  writeFileSync(file, content)
}

describe('the historian', () => {
  test('answers from its own thread, while the log grows, and takes in what is new with each checkpoint', async () => {
    const directory = temporaryFolder()
    const log = opened(directory)
    const configurationModule = new URL('./worker-configuration.ts', import.meta.url).href
    const historian = startHistorian({ directory, configDirectory: directory, configurationModule, feeds: [...registry.feeds.values()] })
    onTestFinished(() => historian.close())
    record(log, [day(0)])
    expect((await historian.curve(asked())).curve).toEqual([point(0, 90)])
    record(log, [day(1)])
    expect(await historian.checkpoint()).toBe(2)
    expect((await historian.curve(asked())).curve).toEqual([point(0, 90), point(1, 91)])
    expect(await historian.latest(satisfaction, start)).toMatchObject({ value: 90, seq: 1 })
    await expect(historian.curve(asked({ indicator: 'nothing' }))).rejects.toThrow('no indicator nothing in a district 620802')
  })
})
