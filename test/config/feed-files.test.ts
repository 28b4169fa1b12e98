import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { FeedFiles } from '../../server/configuration/feed-files.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { ManualClock } from '../support/manual-clock.ts'

let directory: string
let versions: string
let files: FeedFiles

beforeEach(() => {
  const folder = temporaryFolder()
  directory = join(folder, 'feeds')
  versions = join(folder, 'feed-versions')
  mkdirSync(directory)
  files = new FeedFiles({ directory, versions })
})

const write = (file: string, text: string): void => writeFileSync(join(directory, file), text)
const yamlOf = (file: string): string => readFileSync(join(directory, file), 'utf8')
const told = (id: string): readonly string[] => files.read(id)?.versions.map(({ version, by }) => `${String(version)} ${by}`) ?? []

describe('the folder', () => {
  it('is told as people find it from where the server was started', () => {
    expect(files.folder).toBe(directory)
    expect(new FeedFiles({ directory: join(process.cwd(), 'config/feeds'), versions }).folder).toBe(join('config', 'feeds'))
  })
})

describe('a feed’s file', () => {
  it('saved is there as a whole, as plain YAML, with its version', () => {
    expect(files.save('air', 'id: air\nname: 一\n')).toBe(1)
    expect(files.save('air', 'id: air\nname: 二 # with a comment\n')).toBe(2)
    expect(yamlOf('air.yaml')).toBe('id: air\nname: 二 # with a comment\n')
    expect(readdirSync(directory)).toEqual(['air.yaml'])
    expect(files.read('air')).toEqual({
      id: 'air',
      yaml: 'id: air\nname: 二 # with a comment\n',
      version: 2,
      versions: [
        { version: 2, by: 'bench', savedAt: expect.any(Number) as number },
        { version: 1, by: 'bench', savedAt: expect.any(Number) as number },
      ],
    })
    expect(files.newestVersion('air')).toBe(2)
  })

  it('keeps the name it has', () => {
    write('21-空气.yml', 'id: air\n')
    files.save('air', 'id: air\nname: 二\n')
    expect(readdirSync(directory)).toEqual(['21-空气.yml'])
    expect(yamlOf('21-空气.yml')).toBe('id: air\nname: 二\n')
  })

  it('saved as it is already, is no new version', () => {
    files.save('air', 'id: air\n')
    expect(files.save('air', 'id: air\n')).toBe(1)
  })

  it('can be had in each of its versions, to go back to', () => {
    for (const name of ['一', '二', '三']) files.save('air', `id: air\nname: ${name}\n`)
    expect(files.readVersion('air', 1)).toBe('id: air\nname: 一\n')
    expect(files.readVersion('air', 9)).toBeUndefined()
    files.save('air', files.readVersion('air', 1) ?? '')
    expect(files.read('air')).toMatchObject({ yaml: 'id: air\nname: 一\n', version: 4 })
  })

  it('taken away leaves its versions, and goes on from them when it comes back', () => {
    files.save('air', 'id: air\n')
    files.remove('air')
    expect(readdirSync(directory)).toEqual([])
    expect(files.read('air')).toBeUndefined()
    expect(files.readVersion('air', 1)).toBe('id: air\n')
    expect(files.save('air', 'id: air\nname: 二\n')).toBe(2)
    files.remove('nobody')
  })

  it('has its last 200 versions', () => {
    for (let number = 1; number <= 205; number += 1) files.save('air', `id: air\nname: ${String(number)}\n`)
    const kept = files.read('air')?.versions.map(({ version }) => version)
    expect(kept).toHaveLength(200)
    expect([kept?.[0], kept?.at(-1)]).toEqual([205, 6])
  })

  it('is not written over another’s, nor over one that somebody is at work on', () => {
    write('orders.yaml', 'id: hotline\n')
    write('draft.yaml', 'id: draft\nname: [unfinished\n')
    symlinkSync(join(directory, 'nowhere'), join(directory, 'linked.yaml'))
    const saving = (id: string) => () => files.save(id, `id: ${id}\n`)
    expect(saving('orders')).toThrow('orders.yaml in config/feeds holds the feed hotline: rename it, or choose another id; it is not overwritten')
    const unreadable = 'is there already and cannot be read as a feed: mend, rename or remove it, or choose another id'
    for (const id of ['draft', 'linked']) expect(saving(id)).toThrow(`${id}.yaml in config/feeds ${unreadable}`)
    expect(yamlOf('orders.yaml')).toBe('id: hotline\n')
    expect(readdirSync(directory)).toEqual(['draft.yaml', 'linked.yaml', 'orders.yaml'])
    expect(files.readVersion('orders', 1)).toBeUndefined()
  })

  it('that cannot be written leaves nothing half done', () => {
    mkdirSync(join(directory, 'air.yaml'))
    expect(() => files.save('air', 'id: air\n')).toThrow()
    expect(readdirSync(directory)).toEqual(['air.yaml'])
    expect(existsSync(join(versions, 'air'))).toBe(false)
  })
})

describe('a change from outside', () => {
  it('is noted as one of the file, once', () => {
    files.save('air', 'id: air\n')
    write('air.yaml', 'id: air\nname: by hand\n')
    files.readAll()
    files.readAll()
    expect(told('air')).toEqual(['2 file', '1 bench'])
    expect(files.readVersion('air', 2)).toBe('id: air\nname: by hand\n')
  })

  it('is noted before the bench saves over it', () => {
    files.save('air', 'id: air\n')
    write('air.yaml', 'id: air\nname: by hand\n')
    files.save('air', 'id: air\nname: bench\n')
    expect(told('air')).toEqual(['3 bench', '2 file', '1 bench'])
  })

  it('of a file that says no id, or cannot be read, is noted nowhere', () => {
    write('a.yaml', 'id: [')
    write('b.yaml', 'name: no id\n')
    write('c.yaml', 'id: ../../etc\n')
    write('notes.txt', 'id: air\n')
    mkdirSync(join(directory, 'd.yaml'))
    symlinkSync(join(directory, 'nowhere'), join(directory, 'e.yaml'))
    expect(files.readAll().map(({ id, file }) => [id, file])).toEqual([
      [undefined, 'a.yaml'],
      [undefined, 'b.yaml'],
      [undefined, 'c.yaml'],
      [undefined, 'd.yaml'],
      [undefined, 'e.yaml'],
    ])
    expect(existsSync(versions)).toBe(false)
  })

  it('that gives two files one id counts for the first of them, and makes no versions by turns', () => {
    write('air.yaml', 'id: air\n')
    write('copy.yaml', 'id: air\nname: a copy to begin with\n')
    for (let times = 0; times < 3; times += 1) files.readAll()
    expect(files.readAll().map(({ file, sameIdAs }) => [file, sameIdAs])).toEqual([
      ['air.yaml', undefined],
      ['copy.yaml', 'air.yaml'],
    ])
    expect(told('air')).toEqual(['1 file'])
    expect(files.read('air')?.yaml).toBe('id: air\n')
  })

  it('is no way out of the folder', () => {
    mkdirSync(join(versions, 'air'), { recursive: true })
    writeFileSync(join(versions, '../0001-file.yaml'), 'secret: 1\n')
    for (const id of ['..', '../..', 'air/../..', '.', '']) {
      expect(files.readVersion(id, 1)).toBeUndefined()
      expect(files.newestVersion(id)).toBe(0)
      expect(files.read(id)).toBeUndefined()
    }
  })
})

describe('watching', () => {
  it('tells of a change soon after the last of several, until it ends', async () => {
    const clock = new ManualClock()
    let tasks = 0
    let isTold: (() => void) | undefined
    const after = (ms: number, task: () => void): (() => void) => {
      tasks += 1
      isTold?.()
      return clock.after(ms, task)
    }
    /** Resolves when the system has told of the change. */
    const noticed = (): Promise<void> => new Promise((resolve) => (isTold = resolve))
    let changes = 0
    const end = files.watch(
      () => (changes += 1),
      after,
      () => undefined,
    )
    onTestFinished(end)
    const first = noticed()
    write('air.yaml', 'id: air\n')
    await first
    clock.advance(200)
    const second = noticed()
    write('air.yaml', 'id: air\nname: 二\n')
    await second
    clock.advance(200)
    expect(changes).toBe(0)
    clock.advance(100)
    expect(changes).toBe(1)
    const third = noticed()
    rmSync(join(directory, 'air.yaml'))
    await third
    end()
    clock.advance(1_000)
    expect(changes).toBe(1)
    expect(tasks).toBeGreaterThanOrEqual(3)
  })

  it('where the system does not tell, says so, and the server runs without', () => {
    const blind: unknown[] = []
    const nowhere = new FeedFiles({ directory: join(directory, 'nowhere'), versions })
    nowhere.watch(
      () => undefined,
      () => () => undefined,
      (error) => blind.push(error),
    )()
    expect(blind).toEqual([expect.objectContaining({ code: 'ENOENT' })])
  })
})
