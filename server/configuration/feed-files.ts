import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, watch, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative } from 'node:path'
import { parseDocument } from 'yaml'
import type { FeedFile, FeedVersion } from '../../contract/bench.ts'

/** 供数配置文件: the YAML files of config/feeds, and every version of each that the server has seen, as plain YAML in the data folder. */

export interface FeedFilesOptions {
  /** config/feeds */
  readonly directory: string
  /** in the data folder; made when missing */
  readonly versions: string
}

/** A feed's file as it lies there now. */
export interface FoundFile {
  /** undefined when the file cannot be read, is no YAML, or says no id */
  readonly id: string | undefined
  /** another file, earlier by name, that says the same id: that one counts */
  readonly sameIdAs: string | undefined
  readonly file: string
  readonly yaml: string
}

/** The file that a new feed would be written to is there already, and is not its own. */
export class FileTakenError extends Error {
  override readonly name = 'FileTakenError'

  constructor({ id, file }: FoundFile) {
    const holds = id === undefined ? 'is there already and cannot be read as a feed: mend, rename or remove it' : `holds the feed ${id}: rename it`
    super(`${file} in config/feeds ${holds}, or choose another id; it is not overwritten`)
  }
}

/** Versions kept of one feed. */
const versionsKept = 200

export class FeedFiles {
  readonly #directory: string
  readonly #versions: string

  constructor({ directory, versions }: FeedFilesOptions) {
    this.#directory = directory
    this.#versions = versions
  }

  /** config/feeds as people find it: from where the server was started, or from the root of the disk. */
  get folder(): string {
    const fromHere = relative('.', this.#directory)
    return fromHere.startsWith('..') || isAbsolute(fromHere) ? this.#directory : fromHere
  }

  /** Every file of a folder of feeds, sorted by name. */
  static filesIn(directory: string): readonly FoundFile[] {
    const files = readdirSync(directory)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
    const known = new Map<string, string>()
    return files.map((file) => {
      const yaml = textOf(join(directory, file))
      const id = idIn(yaml)
      const sameIdAs = id === undefined ? undefined : known.get(id)
      if (id !== undefined && sameIdAs === undefined) known.set(id, file)
      return { id, sameIdAs, file, yaml }
    })
  }

  /** Every file as it is now. A version is noted for each that differs from the newest known. */
  readAll(): readonly FoundFile[] {
    const found = FeedFiles.filesIn(this.#directory)
    for (const { id, sameIdAs, yaml } of found) if (id !== undefined && sameIdAs === undefined) this.#note(id, yaml, 'file')
    return found
  }

  read(id: string): FeedFile | undefined {
    const found = this.readAll().find((file) => file.id === id)
    if (found === undefined) return undefined
    const versions = this.#list(id)
    return { id, yaml: found.yaml, version: versions[0]?.version ?? 0, versions }
  }

  /** 0 for a feed without any */
  newestVersion(id: string): number {
    return this.#named(id)[0]?.version ?? 0
  }

  readVersion(id: string, version: number): string | undefined {
    const found = this.#named(id).find((known) => known.version === version)
    return found === undefined ? undefined : readFileSync(join(this.#folderOf(id), nameOf(found)), 'utf8')
  }

  /**
   * Puts a feed's file in place as a whole: who reads meanwhile sees the old one or the new one.
   * @returns its version. @throws FileTakenError when a new feed's file is another's; when the folder cannot be written
   */
  save(id: string, yaml: string): number {
    const files = this.readAll()
    const file = files.find((known) => known.id === id)?.file ?? `${id}.yaml`
    const others = files.find((known) => known.file === file && known.id !== id)
    if (others !== undefined) throw new FileTakenError(others)
    const target = join(this.#directory, file)
    const draft = `${target}.new`
    try {
      writeFileSync(draft, yaml)
      renameSync(draft, target)
    } catch (error) {
      rmSync(draft, { force: true })
      throw error
    }
    return this.#note(id, yaml, 'bench')
  }

  /** Takes a feed's file away; its versions stay. */
  remove(id: string): void {
    const file = this.readAll().find((known) => known.id === id)?.file
    if (file !== undefined) rmSync(join(this.#directory, file))
  }

  /**
   * Calls `onChange` when a file was changed, added or removed by anybody, soon after the last of several changes.
   * @param onBlind called when the system does not tell of changes, or no longer
   * @returns ends it
   */
  watch(onChange: () => void, after: (ms: number, task: () => void) => () => void, onBlind: (error: unknown) => void): () => void {
    let cancel: (() => void) | undefined
    const changed = (): void => {
      cancel?.()
      cancel = after(settleMs, onChange)
    }
    try {
      const watcher = watch(this.#directory, changed).on('error', onBlind)
      return () => {
        cancel?.()
        watcher.close()
      }
    } catch (error) {
      // such as no watches left on this machine: the server runs without
      onBlind(error)
      return () => undefined
    }
  }

  #note(id: string, yaml: string, by: FeedVersion['by']): number {
    const versions = this.#named(id)
    const newest = versions[0]
    if (newest !== undefined && this.readVersion(id, newest.version) === yaml) return newest.version
    const version = (newest?.version ?? 0) + 1
    mkdirSync(this.#folderOf(id), { recursive: true, mode: 0o700 })
    writeFileSync(join(this.#folderOf(id), nameOf({ version, by })), yaml)
    for (const old of versions.slice(versionsKept - 1)) rmSync(join(this.#folderOf(id), nameOf(old)))
    return version
  }

  /** Newest first. */
  #list(id: string): readonly FeedVersion[] {
    return this.#named(id).map((named) => ({ ...named, savedAt: Math.floor(statSync(join(this.#folderOf(id), nameOf(named))).mtimeMs) }))
  }

  /** Newest first, as their files' names say it. */
  #named(id: string): readonly Named[] {
    const folder = this.#folderOf(id)
    if (!isId(id) || !existsSync(folder)) return []
    const found = readdirSync(folder).flatMap((name): Named[] => {
      const parts = /^(\d+)-(bench|file)\.yaml$/.exec(name)
      return parts === null ? [] : [{ version: Number(parts[1]), by: parts[2] === 'bench' ? 'bench' : 'file' }]
    })
    return found.sort((one, other) => other.version - one.version)
  }

  #folderOf(id: string): string {
    return join(this.#versions, id)
  }
}

/** Editors and git write a file in several steps. */
const settleMs = 300

type Named = Pick<FeedVersion, 'version' | 'by'>

const nameOf = ({ version, by }: Named): string => `${String(version).padStart(4, '0')}-${by}.yaml`

/** The id a feed's file says; undefined when it says none that could be a file's name. */
function idIn(yaml: string): string | undefined {
  const document = parseDocument(yaml, { uniqueKeys: false })
  const id: unknown = document.errors.length > 0 ? undefined : document.get('id')
  return typeof id === 'string' && isId(id) ? id : undefined
}

/** An id that is not one could lead out of the folder, or be no name for one. */
const isId = (id: string): boolean => /^[a-z0-9][a-z0-9-]{0,63}$/.test(id)

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // taken away since the folder was read, or nothing that can be read: a file without an id
    return ''
  }
}
