import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Instant } from '../../contract/time.ts'

/** Pictures kept on disk by name, not more than `mostBytes` of them: those that were not asked for the longest go first. */
export interface DiskCache {
  /** undefined when it is not kept, or has become too old */
  get(name: string): Promise<Buffer | undefined>
  /** also one that has become too old, for want of a newer one */
  getOld(name: string): Promise<Buffer | undefined>
  put(name: string, body: Buffer): Promise<void>
  readonly bytes: number
}

export interface DiskCacheOptions {
  readonly directory: string
  readonly mostBytes: number
  readonly keepMs: number
  readonly now: () => Instant
}

interface Kept {
  readonly bytes: number
  readonly writtenAt: Instant
}

/** @throws when the folder cannot be made or read */
export async function openDiskCache({ directory, mostBytes, keepMs, now }: DiskCacheOptions): Promise<DiskCache> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  /** the longest unused first */
  const kept = await readKept(directory)
  let bytes = [...kept.values()].reduce((sum, file) => sum + file.bytes, 0)
  const drop = async (name: string, file: Kept): Promise<void> => {
    kept.delete(name)
    bytes -= file.bytes
    await rm(join(directory, name), { force: true })
  }
  const getOld = async (name: string): Promise<Buffer | undefined> => {
    const file = kept.get(name)
    if (file === undefined) return undefined
    kept.delete(name)
    kept.set(name, file)
    // a file that somebody took away is fetched again
    return await readFile(join(directory, name)).catch(async () => {
      await drop(name, file)
      return undefined
    })
  }
  return {
    get bytes() {
      return bytes
    },
    getOld,
    async get(name) {
      const file = kept.get(name)
      return file === undefined || now() - file.writtenAt > keepMs ? undefined : await getOld(name)
    },
    async put(name, body) {
      const known = kept.get(name)
      if (known !== undefined) await drop(name, known)
      const path = join(directory, name)
      // whole or not at all, also when the power fails
      await writeFile(`${path}.part`, body, { mode: 0o600 })
      await rename(`${path}.part`, path)
      await utimes(path, now() / 1_000, now() / 1_000)
      kept.set(name, { bytes: body.length, writtenAt: now() })
      bytes += body.length
      for (const [oldest, file] of kept) {
        if (bytes <= mostBytes) return
        await drop(oldest, file)
      }
    },
  }
}

async function readKept(directory: string): Promise<Map<string, Kept>> {
  const found: (readonly [string, Kept])[] = []
  for (const name of await readdir(directory)) {
    const { size, mtimeMs } = await stat(join(directory, name))
    if (name.endsWith('.part')) await rm(join(directory, name), { force: true })
    else found.push([name, { bytes: size, writtenAt: mtimeMs }])
  }
  return new Map(found.sort(([, a], [, b]) => a.writtenAt - b.writtenAt))
}
