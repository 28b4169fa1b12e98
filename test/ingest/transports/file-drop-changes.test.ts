import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../store/temporary-folder.ts'
import { deskOf } from './drop-desk.ts'
import type { Desk } from './drop-desk.ts'

// moves are spied on: what happens in the middle of one cannot be brought about otherwise
vi.mock('node:fs/promises', { spy: true })

describe('a file that was refused as a whole', () => {
  it('is taken when it is dropped again after what the feed says was mended', async () => {
    const gbk = Buffer.from([0x69, 0x64, 0x0a, 0xc2, 0xb7, 0x0a])
    const refusing = (desk: Desk): void => void (desk.bench.answer = () => ({ facts: 0, rejected: 1 }))
    const before = deskOf({ complete: 'rename' }, { feed: { codec: { name: 'csv', encoding: 'utf-8' } } })
    refusing(before)
    before.put('g.csv', gbk)
    await before.scan()
    before.put('h.csv', gbk)
    await before.scan()
    expect(before.bench.handed, 'by the same rules it would be refused again').toHaveLength(1)
    expect(before.files()).toEqual(['g.csv', 'g.csv.reason.txt', 'h.csv', 'h.csv.reason.txt'].map((name) => `failed/${name}`))
    expect(readFileSync(join(before.path, 'failed/h.csv.reason.txt'), 'utf8')).toContain(
      'The same content was refused before, and the feed tried has not changed since. Mend the feed or the file',
    )
    const mended = { at: before.path, ledger: before.bench.ledger, feed: { codec: { name: 'csv', encoding: 'gbk' } } }
    const after = deskOf({ complete: 'rename' }, mended)
    after.put('g.csv', gbk)
    await after.scan()
    expect([after.bench.handed.length, after.files().filter((name) => name.startsWith('archive'))]).toEqual([1, ['archive/2026-11-23/g.csv']])
  })

  it('is taken where it lies when the feed was mended, and not before', async () => {
    const before = deskOf({ complete: 'rename', archive: 'leave' })
    before.bench.answer = () => ({ facts: 0, rejected: 1 })
    before.put('a.csv', '1')
    await before.scan()
    await before.scan()
    const same = { at: before.path, ledger: before.bench.ledger }
    const unchanged = deskOf({ complete: 'rename', archive: 'leave' }, same)
    await unchanged.scan()
    const mended = deskOf({ complete: 'rename', archive: 'leave' }, { ...same, feed: { mapping: '$.mended' } })
    await mended.scan()
    expect([before, unchanged, mended].map((desk) => desk.bench.handed.length)).toEqual([1, 0, 1])
  })
})

describe('a file that is replaced while it is taken', () => {
  /** Somebody renames another file into its place, as `deliver` is under way. */
  const replacing = (desk: Desk, act: () => void): void => {
    const { answer } = desk.bench
    desk.bench.answer = (delivery) => {
      desk.bench.answer = answer
      act()
      return answer(delivery)
    }
  }

  it.each([{ archive: 'move' }, { archive: 'delete' }])('is left, and taken at the next look: %j', async (options) => {
    const desk = deskOf({ complete: 'rename', ...options })
    desk.put('a.csv', 'old')
    replacing(desk, () => {
      desk.put('.b', 'new')
      renameSync(join(desk.path, '.b'), join(desk.path, 'a.csv'))
    })
    await desk.scan()
    expect(desk.files()).toEqual(['a.csv'])
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['a.csv', 'old'],
      ['a.csv', 'new'],
    ])
    expect(desk.files()).toEqual(options.archive === 'move' ? ['archive/2026-11-23/a.csv'] : [])
  })

  it('is left with its marker when both are new', async () => {
    const desk = deskOf({ complete: 'marker' })
    desk.put('a.csv', 'old')
    desk.put('a.csv.ok', '')
    replacing(desk, () => {
      for (const name of ['a.csv', 'a.csv.ok']) {
        desk.put('.b', `new ${name}`)
        renameSync(join(desk.path, '.b'), join(desk.path, name))
      }
    })
    await desk.scan()
    expect(desk.files()).toEqual(['a.csv', 'a.csv.ok'])
    await desk.scan()
    expect(desk.bodies()).toEqual([
      ['a.csv', 'old'],
      ['a.csv', 'new a.csv'],
    ])
  })

  it.each([
    ['alone', false, ['a.csv']],
    ['and that by a third', true, ['a.1.csv', 'a.csv']],
  ])('between a look and the move %s comes back', async (_words, isThird, left) => {
    const desk = deskOf({ complete: 'rename' })
    desk.put('a.csv', 'old')
    const [entry] = await desk.place.list((name) => name === 'a.csv')
    vi.mocked(rename).mockImplementationOnce(async (from, to) => {
      desk.put('.b', 'newer')
      renameSync(join(desk.path, '.b'), join(desk.path, 'a.csv'))
      renameSync(from, to)
      if (isThird) desk.put('a.csv', 'third')
      await Promise.resolve()
    })
    expect(await desk.place.move(entry!, 'archive/x', 'a.1.csv')).toBe(false)
    expect(desk.files()).toEqual(left)
    expect(readFileSync(join(desk.path, left[0] ?? ''), 'utf8')).toBe('newer')
  })
})

describe('links laid by whoever may write there', () => {
  it('lead no reason into another file', async () => {
    const desk = deskOf({ complete: 'rename' })
    const victim = join(temporaryFolder(), 'victim.txt')
    writeFileSync(victim, 'precious')
    mkdirSync(join(desk.path, 'failed'))
    symlinkSync(victim, join(desk.path, 'failed/x.csv.reason.txt'))
    desk.put('x.csv', '1')
    desk.bench.answer = () => ({ facts: 0, rejected: 1 })
    await desk.scan()
    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(readFileSync(join(desk.path, 'failed/x.csv.reason.txt'), 'utf8')).toContain('Nothing in this file could be taken')
  })

  it.each([
    ['archive', 1],
    ['archive/2026-11-23', 1],
    ['failed', 0],
  ])('lead nothing out at %s, and that is ours to mend', async (at, facts) => {
    const desk = deskOf({ complete: 'rename', pattern: '*.csv' })
    const outside = temporaryFolder()
    if (at.includes('/')) mkdirSync(join(desk.path, 'archive'))
    symlinkSync(outside, join(desk.path, at))
    desk.put('y.csv', '1')
    desk.put('z.csv', '2')
    desk.bench.answer = () => ({ facts, rejected: 1 - facts })
    const name = at.split('/').at(-1) ?? ''
    await expect(desk.scan()).rejects.toMatchObject({
      name: 'MisconfiguredError',
      message: expect.stringContaining(`${name} is a symbolic link, which is not followed; take it away: a folder is made in its place`) as string,
    })
    expect([readdirSync(outside), desk.bench.handed.length, existsSync(join(desk.path, 'y.csv'))]).toEqual([[], 2, true])
    unlinkSync(join(desk.path, at))
    await desk.scan()
    expect([desk.bench.handed.length, existsSync(join(desk.path, 'y.csv'))]).toEqual([2, false])
  })
})
