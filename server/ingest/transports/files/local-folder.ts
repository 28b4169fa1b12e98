import { isUtf8 } from 'node:buffer'
import { constants } from 'node:fs'
import type { BigIntStats } from 'node:fs'
import { lstat, mkdir, open, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { rawKeptBytes } from '../../../../contract/rejection.ts'
import { legible } from '../../legible-text.ts'
import { FileTrouble } from './place.ts'
import type { Entry, Place, Read } from './place.ts'

/** Files asked after at the same time. */
const statsAtOnce = 64

/** A folder of this machine, or one that is mounted on it. Links are never followed: they could lead out of what the configuration allows. */
export class LocalFolder implements Place {
  readonly words: string
  readonly #path: string
  /** Windows tools write names in GBK: those are shown as text and opened by their bytes */
  #rawNames = new Map<string, Buffer>()

  constructor(path: string) {
    this.#path = path
    this.words = `folder ${path}`
  }

  async list(isWanted: (name: string) => boolean): Promise<readonly Entry[]> {
    const names = this.#namesOf(await this.#readFolder()).filter(isWanted)
    const entries: Entry[] = []
    for (let from = 0; from < names.length; from += statsAtOnce) {
      const asked = await Promise.all(names.slice(from, from + statsAtOnce).map(async (name) => await this.#entryOf(name)))
      entries.push(...asked.filter((entry) => entry !== undefined))
    }
    return entries
  }

  async read(entry: Entry, mostBytes: number): Promise<Read> {
    let handle: FileHandle
    try {
      // without O_NONBLOCK a pipe put in the file's place would hang here for ever
      handle = await open(this.#pathOf(entry.name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    } catch (error) {
      return unreadable(error)
    }
    try {
      return await readWhole(handle, entry, mostBytes)
    } catch (error) {
      return unreadable(error)
    } finally {
      await handle.close()
    }
  }

  async move(entry: Entry, folder: string, spare: string): Promise<boolean> {
    const { name } = entry
    return await this.#attempt(name, `cannot be moved to ${folder}/`, async () => {
      await this.#makeFolder(folder)
      const isTaken = await exists(`${this.#path}/${folder}/${name}`)
      const target = `${this.#path}/${folder}/${isTaken ? spare : name}`
      if (!(await this.#isSame(entry))) return false
      await rename(this.#pathOf(name), target)
      if (contentOf(await lstat(target, { bigint: true })) === contentIn(entry.version)) return true
      await this.#giveBack(target, name, spare)
      return false
    })
  }

  async remove(entry: Entry): Promise<boolean> {
    return await this.#attempt(entry.name, 'cannot be deleted', async () => {
      if (!(await this.#isSame(entry))) return false
      await unlink(this.#pathOf(entry.name))
      return true
    })
  }

  async write(folder: string, name: string, text: string): Promise<void> {
    const path = `${this.#path}/${folder}/${name}`
    await this.#attempt(`${folder}/${name}`, 'cannot be written', async () => {
      await this.#makeFolder(folder)
      // a link laid there would lead our words into another file; `wx` writes into a new one only
      await rm(path, { force: true })
      await writeFile(path, text, { flag: 'wx' })
    })
  }

  async #isSame({ name, version }: Entry): Promise<boolean> {
    return versionOf(await lstat(this.#pathOf(name), { bigint: true })) === version
  }

  /** It came between a look and the move: under its name again, or another one where a third file has that by now. */
  async #giveBack(moved: string, name: string, spare: string): Promise<void> {
    const isTaken = await exists(this.#pathOf(name))
    await rename(moved, isTaken ? `${this.#path}/${spare}` : this.#pathOf(name))
  }

  /** Whoever writes here could lay a link in a folder's place, and would have us write wherever it leads. */
  async #makeFolder(folder: string): Promise<void> {
    let path = this.#path
    for (const part of folder.split('/')) {
      path = `${path}/${part}`
      await mkdir(path).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error
      })
      const found = await lstat(path)
      if (found.isSymbolicLink()) throw new InTheWay(`${part} is a symbolic link, which is not followed; take it away: a folder is made in its place`)
      if (!found.isDirectory()) throw new InTheWay('a file stands where a folder is needed; move it away')
    }
  }

  async #readFolder(): Promise<readonly Buffer[]> {
    try {
      return await readdir(this.#path, { encoding: 'buffer' })
    } catch (error) {
      const cure =
        codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR' ? '; make it, or mend `source`' : '; let the user that this server runs as read it'
      throw new Error(`${this.words}: ${reasonOf(error)}${cure}`, { cause: error })
    }
  }

  #namesOf(raw: readonly Buffer[]): string[] {
    this.#rawNames = new Map()
    return raw.map((bytes) => {
      if (isUtf8(bytes)) return bytes.toString('utf8')
      const name = legible(bytes, 'gb18030')
      this.#rawNames.set(name, bytes)
      return name
    })
  }

  #pathOf(name: string): string | Buffer {
    const raw = this.#rawNames.get(name)
    return raw === undefined ? `${this.#path}/${name}` : Buffer.concat([Buffer.from(`${this.#path}/`), raw])
  }

  async #entryOf(name: string): Promise<Entry | undefined> {
    try {
      const found = await lstat(this.#pathOf(name), { bigint: true })
      const kind = found.isFile() ? 'file' : found.isSymbolicLink() ? 'link' : 'other'
      // a folder's time changes with what is put into it, which makes it no other
      const version = kind === 'other' ? kind : versionOf(found)
      return { name, kind, size: sizeOf(found), modifiedAt: Number(found.mtimeMs), version }
    } catch {
      // taken away between two looks: no entry
      return undefined
    }
  }

  async #attempt<T>(name: string, what: string, act: () => Promise<T>): Promise<T> {
    try {
      return await act()
    } catch (error) {
      const kind = error instanceof InTheWay ? 'ours' : codeOf(error) === 'ENOENT' ? 'gone' : 'other'
      throw new FileTrouble(`${name} ${what}: ${reasonOf(error)}`, kind)
    }
  }
}

/** Something stands where one of our own folders must be. */
class InTheWay extends Error {}

async function readWhole(handle: FileHandle, entry: Entry, mostBytes: number): Promise<Read> {
  const before = await handle.stat({ bigint: true })
  if (!before.isFile() || versionOf(before) !== entry.version) return { outcome: 'changed' }
  const size = sizeOf(before)
  if (size > mostBytes) return { outcome: 'too-large', start: await readStart(handle, 2 * rawKeptBytes) }
  const bytes = await readStart(handle, size)
  const after = await handle.stat({ bigint: true })
  return bytes.length === size && versionOf(after) === entry.version ? { outcome: 'whole', bytes } : { outcome: 'changed' }
}

async function readStart(handle: FileHandle, most: number): Promise<Buffer> {
  const bytes = Buffer.alloc(most)
  let filled = 0
  while (filled < most) {
    const { bytesRead } = await handle.read(bytes, filled, most - filled, filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

const sizeOf = ({ size }: BigIntStats): number => Number(size)
const contentOf = (found: BigIntStats): string => `${String(found.size)}-${String(found.mtimeNs)}`
const versionOf = (found: BigIntStats): string => `${String(found.ino)}-${contentOf(found)}`
/** Of a version, what a move leaves as it is: network shares may give a file that was moved another number. */
const contentIn = (version: string): string => version.slice(version.indexOf('-') + 1)

async function exists(path: string | Buffer): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false
    throw error
  }
}

function unreadable(error: unknown): Read {
  const code = codeOf(error)
  if (code === 'ENOENT') return { outcome: 'gone' }
  // ELOOP: a link was put in the file's place; the next look sees it
  if (code === 'ELOOP') return { outcome: 'changed' }
  return { outcome: 'denied', words: reasonOf(error) }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'a file stands where a folder is needed; move it away',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'stands on a file system that can only be read; mount it writable, or set archive: leave',
  ENOSPC: 'no room left on the disk; free some',
  EDQUOT: 'the quota is used up; free some',
  EBUSY: 'is in use by another program',
  EIO: 'the disk cannot be read',
}

function reasonOf(error: unknown): string {
  const code = codeOf(error) ?? ''
  return reasons[code] ?? (error instanceof Error ? error.message : String(error))
}
