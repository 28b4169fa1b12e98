import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { feedFolder } from '../../server/feed-folder.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'

let drops: string
let outside: string
beforeEach(() => {
  drops = join(temporaryFolder(), 'drops')
  outside = temporaryFolder()
})

describe('the folder of a feed', () => {
  it('is made in the drops, and found where it is allowed', () => {
    expect(feedFolder('a/b', drops, [])).toBe(join(drops, 'a/b'))
    expect(existsSync(join(drops, 'a/b'))).toBe(true)
    expect(feedFolder(join(outside, 'x'), drops, [outside])).toBe(join(outside, 'x'))
    expect(existsSync(join(outside, 'x')), 'of somebody else').toBe(false)
  })

  it('is refused elsewhere', () => {
    expect(() => feedFolder('../x', drops, [])).toThrow(`the folder ../x leads out of ${drops}; name one in it`)
    expect(() => feedFolder(outside, drops, [])).toThrow(`the folder ${outside} is not among feedFolders of config/app.yaml`)
  })

  it.each(['esc', 'esc/within'])('is refused where a link leads elsewhere, and nothing is made there: %s', (path) => {
    mkdirSync(drops)
    symlinkSync(outside, join(drops, 'esc'))
    const real = path === 'esc' ? outside : join(outside, 'within')
    expect(() => feedFolder(path, drops, [])).toThrow(
      expect.objectContaining({
        name: 'MisconfiguredError',
        message: `the folder ${path} leads by a symbolic link to ${real}; put a folder in the link's place, or add ${real} to feedFolders of config/app.yaml if that is meant`,
      }) as Error,
    )
    expect(existsSync(join(outside, 'within'))).toBe(false)
    expect(feedFolder(path, drops, [outside]), 'allowed by what it leads to').toBe(join(drops, path))
  })

  it('is refused where a link leads out of an allowed folder', () => {
    const allowed = temporaryFolder()
    symlinkSync(outside, join(allowed, 'esc'))
    expect(() => feedFolder(join(allowed, 'esc'), drops, [allowed])).toThrow('leads by a symbolic link')
  })

  it('may lie where the data folder itself is a link', () => {
    const link = join(temporaryFolder(), 'data')
    symlinkSync(outside, link)
    expect(feedFolder('a', join(link, 'drops'), [])).toBe(join(link, 'drops/a'))
  })
})
