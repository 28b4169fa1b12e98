import type { FileInfo } from 'ssh2-sftp-client'
import { rawKeptBytes } from '../../../../contract/rejection.ts'
import { FileTrouble } from './place.ts'
import type { Entry, Place, Read } from './place.ts'

/** What of an SFTP client is used here; ssh2-sftp-client has it. */
export interface RemoteFiles {
  list(path: string, filter: (file: FileInfo) => boolean): Promise<FileInfo[]>
  /** at most `mostBytes` from the start */
  read(path: string, mostBytes: number): Promise<Buffer>
  /** of a link itself, where it is one */
  lstat(path: string): Promise<{ readonly size: number; readonly modifyTime: number }>
  exists(path: string): Promise<boolean>
  mkdir(path: string): Promise<unknown>
  rename(from: string, to: string): Promise<unknown>
  delete(path: string): Promise<unknown>
  put(bytes: Buffer, path: string): Promise<unknown>
}

/** The server knew the file no more, or would not let us at it; any other error is the connection's. */
export class RemoteRefusal extends Error {
  override readonly name = 'RemoteRefusal'
  readonly isGone: boolean

  constructor(words: string, isGone: boolean) {
    super(words)
    this.isGone = isGone
  }
}

/** A folder on an SFTP server. Its times are whole seconds. */
export class RemoteFolder implements Place {
  readonly words: string
  readonly #files: RemoteFiles
  readonly #path: string

  constructor(files: RemoteFiles, path: string, words: string) {
    this.#files = files
    this.#path = path
    this.words = words
  }

  async list(isWanted: (name: string) => boolean): Promise<readonly Entry[]> {
    try {
      const found = await this.#files.list(this.#path, ({ name }) => isWanted(name))
      return found.map(entryOf)
    } catch (error) {
      if (!(error instanceof RemoteRefusal)) throw error
      const cure = error.isGone ? 'there is no such folder; mend the path in `source`' : `${error.message}; let the user read it`
      throw new Error(`${this.words}: ${cure}`, { cause: error })
    }
  }

  async read(entry: Entry, mostBytes: number): Promise<Read> {
    const path = `${this.#path}/${entry.name}`
    try {
      if (entry.size > mostBytes) return { outcome: 'too-large', start: await this.#files.read(path, 2 * rawKeptBytes) }
      const bytes = await this.#files.read(path, mostBytes)
      const { size, modifyTime } = await this.#files.lstat(path)
      return versionOf(size, modifyTime) === entry.version && bytes.length === size ? { outcome: 'whole', bytes } : { outcome: 'changed' }
    } catch (error) {
      if (!(error instanceof RemoteRefusal)) throw error
      return error.isGone ? { outcome: 'gone' } : { outcome: 'denied', words: error.message }
    }
  }

  async move(entry: Entry, folder: string, spare: string): Promise<boolean> {
    const { name } = entry
    return await attempt(name, `cannot be moved to ${folder}/`, async () => {
      await this.#makeFolder(folder)
      const isTaken = await this.#files.exists(`${this.#path}/${folder}/${name}`)
      if (!(await this.#isSame(entry))) return false
      await this.#files.rename(`${this.#path}/${name}`, `${this.#path}/${folder}/${isTaken ? spare : name}`)
      return true
    })
  }

  async remove(entry: Entry): Promise<boolean> {
    return await attempt(entry.name, 'cannot be deleted', async () => {
      if (!(await this.#isSame(entry))) return false
      await this.#files.delete(`${this.#path}/${entry.name}`)
      return true
    })
  }

  async write(folder: string, name: string, text: string): Promise<void> {
    await attempt(`${folder}/${name}`, 'cannot be written', async () => await this.#files.put(Buffer.from(text), `${this.#path}/${folder}/${name}`))
  }

  async #isSame({ name, version }: Entry): Promise<boolean> {
    const { size, modifyTime } = await this.#files.lstat(`${this.#path}/${name}`)
    return versionOf(size, modifyTime) === version
  }

  async #makeFolder(folder: string): Promise<void> {
    let path = this.#path
    for (const part of folder.split('/')) {
      path = `${path}/${part}`
      if (!(await this.#files.exists(path))) await this.#files.mkdir(path)
    }
  }
}

async function attempt<T>(name: string, what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof RemoteRefusal)) throw error
    throw new FileTrouble(`${name} ${what}: ${error.message}; give the user the right to, or set archive: leave`, error.isGone ? 'gone' : 'other')
  }
}

const versionOf = (size: number, modifyTime: number): string => `${String(size)}-${String(modifyTime)}`

function entryOf({ name, type, size, modifyTime }: FileInfo): Entry {
  const kind = type === '-' ? 'file' : type === 'l' ? 'link' : 'other'
  // a folder's time changes with what is put into it, which makes it no other
  return { name, kind, size, modifiedAt: modifyTime, version: kind === 'other' ? kind : versionOf(size, modifyTime) }
}
