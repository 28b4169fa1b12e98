import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import { describe, expect, onTestFinished, test } from 'vitest'
import { StorageFullError } from '../../server/core/storage-full.ts'
import { holdLock, openDatabase } from '../../server/store/database.ts'
import type { Bindable, Database, DatabaseOptions } from '../../server/store/database.ts'
import { temporaryFolder } from './temporary-folder.ts'

function opened(options: DatabaseOptions = {}, file = join(temporaryFolder(), 'test.sqlite')): Database {
  const database = openDatabase(file, options)
  onTestFinished(() => database.close())
  return database
}

describe('binding', () => {
  test('booleans become 0 and 1, undefined becomes null, bytes come back as they were', () => {
    const database = opened()
    const statement = database.statement<{ a: number; b: number; c: null; d: ArrayBuffer }>('SELECT ? AS a, ? AS b, ? AS c, ? AS d')
    const row = statement.get([true, false, undefined, Uint8Array.of(1, 0, 2).subarray(1)])
    expect(row).toEqual({ a: 1, b: 0, c: null, d: Uint8Array.of(0, 2).buffer })
  })

  // each of these would abort the process, or store something else, if it reached the driver
  test.each<[string, unknown]>([
    ['an object', { a: 1 }],
    ['an array', [1]],
    ['a date', new Date(0)],
    ['a function', () => 1],
    ['a symbol', Symbol('a')],
    ['a bigint', 1n],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a text with a NUL', 'a\0b'],
  ])('%s is refused before it reaches the driver', (_, value) => {
    const statement = opened().statement('SELECT ? AS value')
    // as: what the types forbid is what is tried here
    expect(() => statement.all([value as Bindable])).toThrow(TypeError)
    expect(() => statement.run([value as Bindable])).toThrow(TypeError)
  })

  test('a value too few or too many is refused', () => {
    const statement = opened().statement('SELECT ? AS a, ? AS b')
    expect(() => statement.all([1])).toThrow('takes 2 values, not 1')
    expect(() => statement.all([1, 2, 3])).toThrow('takes 2 values, not 3')
  })

  test('instants and Chinese text survive', () => {
    const database = opened()
    database.execute('CREATE TABLE t (at INTEGER, name TEXT) STRICT')
    database.statement('INSERT INTO t VALUES (?, ?)').run([8_640_000_000_000_000, '崆峒区𠮷'])
    expect(database.statement<unknown>('SELECT * FROM t').all([])).toEqual([{ at: 8_640_000_000_000_000, name: '崆峒区𠮷' }])
  })
})

describe('transactions', () => {
  test('a throw undoes everything and leaves the connection usable', () => {
    const database = opened()
    database.execute('CREATE TABLE t (a INTEGER) STRICT')
    const insert = database.statement('INSERT INTO t VALUES (?)')
    expect(() =>
      database.transaction(() => {
        insert.run([1])
        throw new Error('no')
      }),
    ).toThrow('no')
    database.transaction(() => insert.run([2]))
    expect(database.statement<unknown>('SELECT a FROM t').all([])).toEqual([{ a: 2 }])
  })

  test('is WAL with synchronous FULL', () => {
    const database = opened()
    expect(database.statement<unknown>('PRAGMA journal_mode').get([])).toEqual({ journal_mode: 'wal' })
    expect(database.statement<unknown>('PRAGMA synchronous').get([])).toEqual({ synchronous: 2 })
    expect(database.statement<unknown>('PRAGMA foreign_keys').get([])).toEqual({ foreign_keys: 1 })
  })
})

describe('what cannot be written', () => {
  test('a full file says which, how large, and what to do, and undoes the transaction', () => {
    const file = join(temporaryFolder(), 'small.sqlite')
    const database = opened({ maxBytes: 40_960 }, file)
    database.execute('CREATE TABLE t (a TEXT) STRICT')
    const insert = database.statement('INSERT INTO t VALUES (?)')
    const fill = (): void =>
      database.transaction(() => {
        for (let i = 0; i < 100; i += 1) insert.run(['x'.repeat(1_000)])
      })
    expect(fill).toThrow(StorageFullError)
    expect(fill).toThrow(new RegExp(`small.sqlite \\(0\\.\\d MiB\\) cannot be written: the disk is full.*Free space`))
    expect(database.statement<unknown>('SELECT count(*) AS n FROM t').get([])).toEqual({ n: 0 })
    database.transaction(() => insert.run(['x']))
    expect(database.statement<unknown>('SELECT count(*) AS n FROM t').get([])).toEqual({ n: 1 })
  })

  test('a read-only connection reads what another writes, and writes nothing', () => {
    const file = join(temporaryFolder(), 'test.sqlite')
    const writer = opened({}, file)
    writer.execute('CREATE TABLE t (a INTEGER) STRICT')
    const reader = opened({ readOnly: true }, file)
    writer.statement('INSERT INTO t VALUES (?)').run([1])
    expect(reader.statement<unknown>('SELECT a FROM t').all([])).toEqual([{ a: 1 }])
    expect(() => reader.execute('DELETE FROM t')).toThrow('read-only')
  })

  test('a finished read holds no lock on the WAL', () => {
    const file = join(temporaryFolder(), 'test.sqlite')
    const writer = opened({}, file)
    writer.execute('CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1), (2), (3)')
    const reader = opened({ readOnly: true }, file)
    reader.statement('SELECT a FROM t').get([])
    writer.execute('INSERT INTO t VALUES (4)')
    expect(writer.statement<unknown>('PRAGMA wal_checkpoint(TRUNCATE)').get([])).toEqual({ busy: 0, log: 0, checkpointed: 0 })
  })

  test('what is no database is not opened', () => {
    const file = join(temporaryFolder(), 'notes.sqlite')
    writeFileSync(file, 'these are notes, and not a database at all. '.repeat(50))
    expect(() => openDatabase(file)).toThrow('is no database of ours')
  })
})

test('a lock is held once, and free again when given up', () => {
  const file = join(temporaryFolder(), 'lock')
  const first = holdLock(file)
  expect(first).toBeTypeOf('function')
  expect(holdLock(file)).toBeUndefined()
  first?.()
  const second = holdLock(file)
  expect(second).toBeTypeOf('function')
  second?.()
})
