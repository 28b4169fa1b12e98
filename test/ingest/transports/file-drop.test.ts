import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fileDrop } from '../../../server/ingest/transports/file-drop.ts'
import { Collector } from '../../../server/ingest/transports/files/collector.ts'
import { matches } from '../../../server/ingest/transports/files/names.ts'
import { FileTrouble } from '../../../server/ingest/transports/files/place.ts'
import type { Place } from '../../../server/ingest/transports/files/place.ts'
import { NotTakenError } from '../../../server/ingest/transport.ts'
import { temporaryFolder } from '../../store/temporary-folder.ts'
import { benchOf, until } from '../../support/transport-context.ts'
import { deskOf } from './drop-desk.ts'
import type { Desk } from './drop-desk.ts'

describe('a file that is complete', () => {
  it('is taken once and archived by day, with a note of its content', async () => {
    const desk = deskOf()
    desk.put('b.csv', '2')
    desk.put('a.csv', '1')
    await desk.settle()
    expect(desk.bench.handed).toEqual([
      {
        origin: 'a.csv',
        body: '1',
        note: {
          key: 'file/6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b',
          value: expect.stringContaining('"name":"a.csv"') as string,
        },
      },
      {
        origin: 'b.csv',
        body: '2',
        note: {
          key: 'file/d4735e3a265e16eee03f59718b9b5d03019c07d8b6c51f90da3a666eec13ab35',
          value: expect.stringContaining('"name":"b.csv"') as string,
        },
      },
    ])
    expect(desk.files()).toEqual(['archive/2026-11-23/a.csv', 'archive/2026-11-23/b.csv'])
  })

  it.each([
    ['delete', []],
    ['leave', ['a.csv']],
  ])('archive: %s', async (archive, left) => {
    const desk = deskOf({ archive })
    desk.put('a.csv', '1')
    await desk.settle()
    await desk.settle()
    expect([desk.bodies(), desk.files()]).toEqual([[['a.csv', '1']], left])
  })

  it('that gives nothing is told, and archived', async () => {
    const desk = deskOf()
    desk.bench.answer = () => ({ facts: 0, rejected: 0 })
    desk.put('a.csv', '站号,液位\n')
    await desk.settle()
    expect(desk.bench.warnings).toEqual([
      'file "a.csv" was taken, and gave nothing: it is empty, has a header alone, or the mapping passes over all that is in it',
    ])
    expect(desk.files()).toEqual(['archive/2026-11-23/a.csv'])
  })

  it('is taken by the order of time where that is asked for', async () => {
    const desk = deskOf({ order: 'time', complete: 'rename' })
    desk.put('a.csv', 'new')
    desk.put('b.csv', 'old')
    utimesSync(join(desk.path, 'b.csv'), 1, 1)
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['b.csv', 'old'],
      ['a.csv', 'new'],
    ])
  })

  it('is left alone when its name is not wanted, hidden, or says that it is unfinished', async () => {
    const desk = deskOf({ pattern: ['*.csv', 'x?.txt'], complete: 'rename' })
    for (const name of ['a.CSV', 'x1.txt', 'x12.txt', '.a.csv', 'b.csv.tmp', 'c.csv.part', 'd.xlsx']) desk.put(name, name)
    for (const name of ['archive', 'failed', 'other']) mkdirSync(join(desk.path, name))
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['a.CSV', 'a.CSV'],
      ['x1.txt', 'x1.txt'],
    ])
  })

  it('is found by a name in GBK, too', async () => {
    const desk = deskOf({ complete: 'rename' })
    const gbk = Buffer.concat([Buffer.from(`${desk.path}/`), Buffer.from([0xc9, 0xe7, 0xb1, 0xa3]), Buffer.from('.csv')])
    writeFileSync(gbk, '社保')
    await desk.scan()
    expect([desk.bodies(), desk.files()]).toEqual([[['社保.csv', '社保']], ['archive/2026-11-23/社保.csv']])
  })
})

describe('a file that is still being written', () => {
  it('is waited for until it has not changed for a while', async () => {
    const desk = deskOf()
    desk.put('a.csv', '1')
    expect(await desk.scan(), 'looks again when it may be stable').toBe(5_000)
    desk.clock.advance(4_000)
    appendFileSync(join(desk.path, 'a.csv'), '2')
    await desk.scan()
    desk.clock.advance(4_000)
    await desk.scan()
    expect(desk.bodies()).toEqual([])
    desk.clock.advance(1_000)
    expect(await desk.scan()).toBe(10_000)
    expect(desk.bodies()).toEqual([['a.csv', '12']])
  })

  it('is not taken when it grows while it is read', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    const [entry] = await desk.place.list(() => true)
    appendFileSync(join(desk.path, 'a.csv'), '2')
    expect(await desk.place.read(entry!, 100)).toEqual({ outcome: 'changed' })
  })

  it('waits for its marker, which goes with it', async () => {
    const desk = deskOf({ complete: 'marker' })
    for (const name of ['a.csv', 'b.csv', 'c.csv']) desk.put(name, name)
    desk.put('a.csv.ok', '')
    desk.put('b.done', '')
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['a.csv', 'a.csv'],
      ['b.csv', 'b.csv'],
    ])
    expect(desk.files()).toEqual([
      'archive/2026-11-23/a.csv',
      'archive/2026-11-23/a.csv.ok',
      'archive/2026-11-23/b.csv',
      'archive/2026-11-23/b.done',
      'c.csv',
    ])
  })

  it('is not taken by a marker older than itself', async () => {
    const desk = deskOf({ complete: 'marker', archive: 'leave' })
    desk.put('a.csv.ok', '')
    desk.put('a.csv', 'new')
    utimesSync(join(desk.path, 'a.csv.ok'), 1, 1)
    await desk.scan()
    expect(desk.bodies()).toEqual([])
  })
})

describe('the ledger', () => {
  it('never takes the same bytes twice, under whatever name, on whatever day', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    await desk.scan()
    desk.put('b.csv', '1')
    desk.put('a.csv', '1')
    await desk.scan()
    expect(desk.bodies()).toEqual([['a.csv', '1']])
    expect(desk.files()).toEqual(['archive/2026-11-23/a.6b86b273ff34fce1.csv', 'archive/2026-11-23/a.csv', 'archive/2026-11-23/b.csv'])
  })

  it.each(['move', 'leave'])('takes a name again when what is in it is new (archive: %s)', async (archive) => {
    const desk = deskOf({ complete: 'rename', archive })
    desk.put('a.csv', '1')
    await desk.scan()
    desk.put('a.csv', '22')
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['a.csv', '1'],
      ['a.csv', '22'],
    ])
  })

  it('archives without reading it what was recorded just before a crash', async () => {
    const before = deskOf({ complete: 'rename', archive: 'leave' })
    before.put('a.csv', '1')
    await before.scan()
    const after = deskOf({ complete: 'stable' }, { at: before.path, ledger: before.bench.ledger })
    after.place.read = () => Promise.reject(new Error('read again'))
    await after.scan()
    expect([after.bodies(), after.files()]).toEqual([[], ['archive/2026-11-23/a.csv']])
  })

  it('holds nothing of a file that could not be recorded, which stays', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    const { answer } = desk.bench
    desk.bench.answer = () => {
      throw new NotTakenError('the disk is full')
    }
    await expect(desk.scan()).rejects.toThrow(NotTakenError)
    expect([desk.bench.ledger.size, desk.files()]).toEqual([0, ['a.csv']])
    desk.bench.answer = answer
    await desk.scan()
    expect(desk.bodies()).toEqual([['a.csv', '1']])
  })
})

describe('a file that cannot be taken', () => {
  const refusals = (desk: Desk): unknown => desk.bench.handed.map((handed) => ('messages' in handed ? handed.messages : handed.body))

  it('goes to failed/ with the reason when nothing of it was good', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    desk.bench.answer = () => ({ facts: 0, rejected: 3 })
    await desk.scan()
    expect(desk.files()).toEqual(['failed/a.csv', 'failed/a.csv.reason.txt'])
    expect(readFileSync(join(desk.path, 'failed/a.csv.reason.txt'), 'utf8')).toContain('Nothing in this file could be taken: 3 refused')
  })

  it('is archived when some of it was good', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    desk.bench.answer = () => ({ facts: 1, rejected: 3 })
    await desk.scan()
    expect(desk.files()).toEqual(['archive/2026-11-23/a.csv'])
  })

  it('is refused unread when it is too large, its beginning kept', async () => {
    const desk = deskOf({ complete: 'rename' }, { feed: { limits: { messageBytes: 5 } } })
    desk.put('a.csv', '123456')
    desk.put('b.csv', '12345')
    await desk.scan()
    expect(refusals(desk)).toEqual([
      [
        {
          refusal: {
            stage: 'receive',
            code: 'too-large',
            detail: 'file "a.csv": 6 bytes; this feed takes 5 at most: split the file, or raise limits.messageBytes',
          },
          text: '123456',
        },
      ],
      '12345',
    ])
    expect(desk.files()).toEqual(['archive/2026-11-23/b.csv', 'failed/a.csv', 'failed/a.csv.reason.txt'])
  })

  it('is told once where it must stay', async () => {
    const desk = deskOf({ complete: 'rename', archive: 'leave' }, { feed: { limits: { messageBytes: 5 } } })
    desk.put('a.csv', '123456')
    await desk.scan()
    await desk.scan()
    await deskOf({ complete: 'rename', archive: 'leave' }, { at: desk.path, ledger: desk.bench.ledger, feed: { limits: { messageBytes: 5 } } }).scan()
    expect([desk.bench.handed.length, desk.files()]).toEqual([1, ['a.csv']])
  })

  it('is not followed when it is a link', async () => {
    const desk = deskOf({ complete: 'rename' })
    const outside = join(temporaryFolder(), 'secret.csv')
    writeFileSync(outside, 'secret')
    symlinkSync(outside, join(desk.path, 'a.csv'))
    await desk.scan()
    expect(refusals(desk)).toMatchObject([
      [{ refusal: { code: 'bad-shape', detail: 'file "a.csv": a symbolic link, which is not followed; put the file itself here' } }],
    ])
    expect(existsSync(outside)).toBe(true)
  })

  it('is left alone, and told once, when it is a pipe or a folder', async () => {
    const desk = deskOf({ complete: 'rename' })
    execFileSync('mkfifo', [join(desk.path, 'a.csv')])
    for (const name of ['archive', 'failed', 'b.csv']) mkdirSync(join(desk.path, name))
    await desk.scan()
    desk.put('b.csv/within', 'changes the time of the folder')
    await desk.scan()
    await deskOf({ complete: 'rename' }, { at: desk.path, ledger: desk.bench.ledger }).scan()
    const detail = 'no file but a folder, a pipe or the like, which is not read; take it away, or narrow transport.pattern'
    expect(refusals(desk)).toMatchObject(['a.csv', 'b.csv'].map((name) => [{ refusal: { detail: `file "${name}": ${detail}` } }]))
    expect(desk.files()).toEqual(['a.csv', 'b.csv/within'])
  })

  it('is waited for, and told once, when it may not be read', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    const read = desk.place.read.bind(desk.place)
    desk.place.read = () => Promise.resolve({ outcome: 'denied', words: 'permission denied' })
    await desk.scan()
    await desk.scan()
    expect(refusals(desk)).toMatchObject([
      [{ refusal: { detail: 'file "a.csv": permission denied; let the user that this server runs as read it, and it is taken at the next look' } }],
    ])
    desk.place.read = read
    await desk.scan()
    expect(desk.bodies().at(-1)).toEqual(['a.csv', '1'])
  })

  it('is forgotten when it vanishes between two looks', async () => {
    const desk = deskOf()
    desk.put('a.csv', '1')
    desk.put('b.csv', '2')
    await desk.scan()
    unlinkSync(join(desk.path, 'a.csv'))
    desk.clock.advance(5_000)
    await desk.scan()
    expect(desk.bodies()).toEqual([['b.csv', '2']])
  })

  it('is forgotten when it vanishes while it is looked at', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    const [entry] = await desk.place.list(() => true)
    unlinkSync(join(desk.path, 'a.csv'))
    expect(await desk.place.read(entry!, 100)).toEqual({ outcome: 'gone' })
    await expect(desk.place.move(entry!, 'archive/x', 'a.1.csv')).rejects.toMatchObject({ name: 'FileTrouble', kind: 'gone' })
  })
})

describe('a disk or a folder in trouble', () => {
  it('goes on with the others when one cannot be archived, says so, and does not take it again', async () => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', '1')
    desk.put('b.csv', '2')
    const move = desk.place.move.bind(desk.place)
    desk.place.move = ({ name }) =>
      Promise.reject(new FileTrouble(`${name} cannot be moved to archive/2026-11-23/: no room left on the disk; free some`, 'other'))
    await expect(desk.scan()).rejects.toThrow(
      `folder ${desk.path}: a.csv cannot be moved to archive/2026-11-23/: no room left on the disk; free some, and 1 more; what is in them is dealt with, but they stay where they are until that is mended`,
    )
    desk.place.move = move
    await desk.scan()
    expect([desk.bodies().length, desk.files()]).toEqual([2, ['archive/2026-11-23/a.csv', 'archive/2026-11-23/b.csv']])
  })

  it('says what stands in the way of the archive', async () => {
    const desk = deskOf({ complete: 'rename', pattern: '*.csv' })
    desk.put('archive', 'a file, not a folder')
    desk.put('b.csv', '2')
    await expect(desk.scan()).rejects.toThrow('b.csv cannot be moved to archive/2026-11-23/: a file stands where a folder is needed; move it away')
  })

  it('says that the folder is gone, and comes back with it', async () => {
    const desk = deskOf({ complete: 'rename' })
    rmSync(desk.path, { recursive: true })
    await expect(desk.scan()).rejects.toThrow(`folder ${desk.path}: is not there; make it, or mend \`source\``)
    mkdirSync(desk.path)
    desk.put('a.csv', '1')
    await desk.scan()
    expect(desk.bodies()).toEqual([['a.csv', '1']])
  })
})

describe('many files at once', () => {
  it('are taken in order, each once', async () => {
    const desk = deskOf({ complete: 'rename' })
    const names = Array.from({ length: 10_000 }, (_, count) => `${String(count).padStart(5, '0')}.csv`)
    const left = new Set(names.toReversed())
    const place: Place = {
      words: 'a folder in memory',
      list: () => Promise.resolve([...left].map((name) => ({ name, kind: 'file', size: 9, modifiedAt: 0, version: '1' }))),
      read: ({ name }) => Promise.resolve({ outcome: 'whole', bytes: Buffer.from(name) }),
      move: ({ name }) => Promise.resolve(left.delete(name)),
      remove: ({ name }) => Promise.resolve(left.delete(name)),
      write: () => Promise.resolve(),
    }
    await new Collector(desk.bench.context, place, desk.bench.context.options).scan()
    expect(desk.bench.handed.map(({ origin }) => origin)).toEqual(names)
    expect([left.size, desk.bench.ledger.size]).toEqual([0, 10_000])
  })

  it('are taken from a real folder', async () => {
    const desk = deskOf({ complete: 'rename' })
    for (let count = 0; count < 500; count += 1) desk.put(`${String(count)}.csv`, String(count))
    await desk.scan()
    expect(new Set(desk.bodies().map(([, body]) => body)).size).toBe(500)
    expect(readdirSync(desk.path)).toEqual(['archive'])
  })
})

describe('the transport', () => {
  it('makes its folder, sees a file that is put there, and ends when it is told to', async () => {
    const drops = temporaryFolder()
    const bench = benchOf(fileDrop, 'file:social-card', { complete: 'rename', scanSeconds: 3_600 }, { folder: (path) => join(drops, path) })
    onTestFinished(() => bench.abort())
    const running = fileDrop.run(bench.context)
    await until(() => bench.alive > 0)
    writeFileSync(join(drops, 'social-card/a.csv'), '1')
    await until(() => existsSync(join(drops, 'social-card/archive')) && bench.handed.length === 1)
    bench.abort()
    await running
    expect(bench.handed).toMatchObject([{ origin: 'a.csv', body: '1' }])
    expect(bench.signsOfLife).toBe(0)
  })

  it.each([
    ['file:social-card', 'social-card'],
    ['file:%E7%A4%BE%E4%BF%9D', '社保'],
    ['file:/srv/exchange', '/srv/exchange'],
    ['file:///srv/%E7%A4%BE%E4%BF%9D', '/srv/社保'],
  ])('%s is the folder %s', async (source, path) => {
    const asked: string[] = []
    const bench = benchOf(
      fileDrop,
      source,
      {},
      {
        folder: (named) => {
          asked.push(named)
          throw new Error('asked')
        },
      },
    )
    await expect(fileDrop.run(bench.context)).rejects.toThrow('asked')
    expect(asked).toEqual([path])
  })

  it.each(['file:', 'file://elsewhere/share', 'file:%E7'])('refuses %s', async (source) => {
    const { context } = benchOf(fileDrop, source, {})
    await expect(fileDrop.run(context)).rejects.toThrow('names no folder; write file:name for <data>/drops/name, or file:///srv/name')
  })

  it('costs next to nothing when nothing happens', async () => {
    const path = temporaryFolder()
    const benches = Array.from({ length: 100 }, () => benchOf(fileDrop, 'file:x', { scanSeconds: 1 }, { folder: () => path }))
    const running = benches.map(({ context }) => fileDrop.run(context))
    await until(() => benches.every(({ alive }) => alive >= 1))
    const began = process.cpuUsage()
    await until(() => benches.every(({ alive }) => alive >= 4))
    const { user, system } = process.cpuUsage(began)
    for (const bench of benches) bench.abort()
    await Promise.all(running)
    // 300 looks, ten times as often as usual
    expect((user + system) / 1_000_000).toBeLessThan(1)
  })
})

describe('patterns', () => {
  it.each([
    ['a.csv', '*.csv', true],
    ['a.csv', '*', true],
    ['a.csv', 'a?csv', true],
    ['ab.csv', 'a?.csv', true],
    ['a.csv', 'a?.csv', false],
    ['a.csv.bak', '*.csv', false],
    ['aXbXc', 'a*b*c', true],
    ['', '*', true],
    ['a', '', false],
  ])('%s %s %s', (name, pattern, is) => expect(matches(name, pattern)).toBe(is))

  it('cannot be made slow', () => {
    expect(matches('a'.repeat(200), `${'*a'.repeat(90)}b`)).toBe(false)
  })
})
