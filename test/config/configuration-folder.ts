import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { FeedCheck } from '../../server/configuration/feed-file.ts'
import { loadConfiguration } from '../../server/configuration/load.ts'
import type { Problem } from '../../server/configuration/problem.ts'

export const shipped = new URL('../../config', import.meta.url).pathname

/** Stands in for what the composition root knows of dialects and mappings. */
export const checkFeed: FeedCheck = ({ dialect, mapping }) => [
  ...(dialect === 'klingon' ? [{ path: 'dialect', problem: 'nobody speaks it' }] : []),
  ...(mapping?.includes('$nothing') === true ? [{ path: 'mapping', problem: 'no such function', position: mapping.indexOf('$nothing') }] : []),
]

/** The shipped configuration in a folder of its own, to make mistakes in. */
export class ConfigurationFolder {
  readonly directory = mkdtempSync(join(tmpdir(), 'yiping-config-'))

  constructor() {
    cpSync(shipped, this.directory, { recursive: true })
  }

  edit(file: string, change: (text: string) => string): void {
    const path = join(this.directory, file)
    const before = readFileSync(path, 'utf8')
    const after = change(before)
    expect(after, `the edit of ${file} must change something`).not.toBe(before)
    writeFileSync(path, after)
  }

  /** Writes a file of the test's own, in place of whatever is shipped there. */
  write(file: string, text: string): void {
    const path = join(this.directory, file)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }

  /** Takes away a file, a folder, or everything. */
  remove(file = ''): void {
    rmSync(join(this.directory, file), { recursive: true, force: true })
  }

  problems(): readonly Problem[] {
    const loaded = loadConfiguration(this.directory, checkFeed)
    return loaded.ok ? [] : loaded.error
  }

  /** `file: path: problem`, in the order found. */
  told(): readonly string[] {
    return this.problems().map(({ file, path, problem }) => `${file}: ${path}: ${problem}`)
  }
}
