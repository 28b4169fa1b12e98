import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { dayMs } from '../../contract/time.ts'
import { Checkpoints, worthKeeping } from '../../server/store/checkpoints.ts'
import type { CheckpointFile } from '../../server/store/checkpoints.ts'
import { start } from '../support/facts.ts'
import { temporaryFolder } from './temporary-folder.ts'

const origin = { lineage: 'L', fingerprint: 'F' }

function opened(directory: string, of = origin): { readonly checkpoints: Checkpoints; readonly problems: string[] } {
  const problems: string[] = []
  return { checkpoints: new Checkpoints(directory, of, (problem) => problems.push(problem)), problems }
}

/** Reads whatever can be read, newest first. */
const usable = (checkpoints: Checkpoints): unknown[] => checkpoints.files().flatMap((file) => checkpoints.read(file)?.state ?? [])

describe('writing', () => {
  test('what was written is read back, newest first', () => {
    const directory = temporaryFolder()
    const { checkpoints, problems } = opened(directory)
    expect(checkpoints.files()).toEqual([])
    checkpoints.write({ seq: 9, at: start, state: { a: '一屏' } })
    checkpoints.write({ seq: 10, at: start + 1, state: { a: 2 } })
    expect(usable(opened(directory).checkpoints)).toEqual([{ a: 2 }, { a: '一屏' }])
    expect(readdirSync(join(directory, 'checkpoints')).sort()).toEqual([`10-${String(start + 1)}.json`, `9-${String(start)}.json`])
    expect(problems).toEqual([])
  })

  test('what cannot be finished leaves nothing behind', () => {
    const directory = temporaryFolder()
    const { checkpoints } = opened(directory)
    // a folder in the place of the file: the rename must fail
    mkdirSync(join(directory, 'checkpoints', `7-${String(start)}.json`, 'in the way'), { recursive: true })
    expect(() => checkpoints.write({ seq: 7, at: start, state: 1 })).toThrow()
    expect(readdirSync(join(directory, 'checkpoints'))).toEqual([`7-${String(start)}.json`])
  })

  test('a file half written by a process that was killed is removed with the next', () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, 'checkpoints'))
    const left = join(directory, 'checkpoints', '3-5.json.tmp')
    writeFileSync(left, '{"format":1,')
    const { checkpoints, problems } = opened(directory)
    expect(usable(checkpoints)).toEqual([])
    checkpoints.write({ seq: 4, at: start, state: 1 })
    expect(existsSync(left)).toBe(false)
    expect(problems).toEqual([])
  })
})

describe('what cannot be used is ignored and told once', () => {
  const damages: [string, (text: string) => string, RegExp][] = [
    ['cut short', (text) => text.slice(0, -5), /JSON/],
    ['empty', () => '', /JSON/],
    ['no checkpoint', () => '{"hello":1}', /format/],
    ['of another format', (text) => text.replace('"format":1', '"format":2'), /format/],
    ['of another log', (text) => text.replace('"L"', '"M"'), /another log/],
    ['of another configuration', (text) => text.replace('"F"', '"G"'), /another log, configuration or version/],
    ['renamed', (text) => text.replace('"seq":2', '"seq":3'), /another/],
  ]

  test.each(damages)('%s', (_, damage, reason) => {
    const directory = temporaryFolder()
    const { checkpoints } = opened(directory)
    checkpoints.write({ seq: 1, at: start, state: 'older' })
    checkpoints.write({ seq: 2, at: start, state: 'newer' })
    const file = join(directory, 'checkpoints', `2-${String(start)}.json`)
    writeFileSync(file, damage(readFileSync(file, 'utf8')))
    const again = opened(directory)
    expect(usable(again.checkpoints)).toEqual(['older'])
    expect(usable(again.checkpoints)).toEqual(['older'])
    expect(again.problems).toEqual([expect.stringMatching(reason)])
    again.checkpoints.write({ seq: 2, at: start, state: 'mended' })
    expect(usable(again.checkpoints)).toEqual(['mended', 'older'])
  })

  test('other files in the folder are left alone', () => {
    const directory = temporaryFolder()
    mkdirSync(join(directory, 'checkpoints'))
    for (const name of ['README', '1-2.json.bak', 'a-b.json']) writeFileSync(join(directory, 'checkpoints', name), 'x')
    const { checkpoints, problems } = opened(directory)
    expect(checkpoints.files()).toEqual([])
    checkpoints.write({ seq: 1, at: start, state: 1 })
    expect(readdirSync(join(directory, 'checkpoints')).length).toBe(4)
    expect(problems).toEqual([])
  })
})

describe('thinning', () => {
  const every = (stepMs: number, count: number): CheckpointFile[] =>
    Array.from({ length: count }, (_, index) => ({ name: String(index), seq: count - index, at: Date.UTC(2026, 10, 23, 6, 30) - index * stepMs }))
  const days = (files: readonly CheckpointFile[]): string[] => files.map(({ at }) => new Date(at).toISOString().slice(0, 16))

  test('keeps the newest five however close', () => {
    const files = every(60_000, 8)
    expect(worthKeeping(files)).toEqual(files.slice(0, 5))
  })

  test('keeps the last of each day for 40 days, then the last of each month', () => {
    const kept = days(worthKeeping(every(6 * 3_600_000, 4 * 120)))
    expect(kept.slice(0, 7)).toEqual([
      '2026-11-23T06:30',
      '2026-11-23T00:30',
      '2026-11-22T18:30',
      '2026-11-22T12:30',
      '2026-11-22T06:30',
      '2026-11-21T18:30',
      '2026-11-20T18:30',
    ])
    expect(kept.slice(-6)).toEqual([
      '2026-10-15T18:30',
      '2026-10-14T18:30',
      '2026-10-14T06:30',
      '2026-09-30T18:30',
      '2026-08-31T18:30',
      '2026-07-31T18:30',
    ])
    expect(kept.length).toBe(5 + 39 + 4)
  })

  test('thinning daily over two years stays small and keeps reaching back', () => {
    let files: CheckpointFile[] = []
    for (let day = 0; day < 730; day += 1) {
      const at = Date.UTC(2026, 0, 1) + day * dayMs
      files = [...worthKeeping([{ name: String(day), seq: day + 1, at }, ...files])]
    }
    expect(files.length).toBeLessThan(70)
    const reached = new Set(days(files).map((day) => day.slice(0, 7)))
    expect(reached.size).toBe(24)
  })

  test('of a log in which much happens keeps as many as it takes to be near to every instant, and some two hundred at most', () => {
    const kept = (perDay: number): readonly CheckpointFile[] => {
      let files: readonly CheckpointFile[] = []
      for (let day = 1; day <= 365; day += 1)
        for (const half of [1, 2]) {
          const at = Date.UTC(2026, 0, 1) + (day * 2 + half - 2) * (dayMs / 2)
          files = worthKeeping([{ name: `${String(day)}.${String(half)}`, seq: ((day * 2 + half - 2) * perDay) / 2, at }, ...files])
        }
      return files
    }
    const furthest = (files: readonly CheckpointFile[]): number => Math.max(...files.map(({ seq }, index) => seq - (files[index + 1]?.seq ?? 0)))
    for (const perDay of [500, 3_000, 30_000]) {
      const files = kept(perDay)
      expect(furthest(files)).toBeLessThanOrEqual(Math.max(20_000, (365 * perDay) / 100))
      expect(files.length).toBeLessThan(5 + 40 + 12 + 200)
    }
  })

  test('happens on writing', () => {
    const directory = temporaryFolder()
    const { checkpoints } = opened(directory)
    for (let seq = 1; seq <= 9; seq += 1) checkpoints.write({ seq, at: start + seq, state: seq })
    expect(usable(opened(directory).checkpoints)).toEqual([9, 8, 7, 6, 5])
  })
})
