import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import type { ReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Attachment, AttachmentType } from '../../contract/supervision-fact.ts'
import { attachmentEndings } from '../../contract/supervision.ts'
import { fail, ok } from '../../contract/result.ts'
import type { Result } from '../../contract/result.ts'
import { dayMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { archiveType, beginningOf, endingOf, headBytes, nameProblem } from './content-type.ts'

/** Why a file is not taken. `detail` names the reason and the cure. */
export interface AttachmentRefusal {
  readonly why: 'too-large' | 'not-taken' | 'full' | 'enough-today' | 'broken-off' | 'unknown'
  readonly detail: string
}

/** 附件: files by the SHA-256 of their content, each once. */
export interface AttachmentStore {
  /**
   * Takes a file in as it arrives; it is durable when this resolves. Never more than a piece of it is in memory.
   * @param count asked at each piece, by its bytes, why the sender may send no more
   */
  take(name: string, content: AsyncIterable<Buffer>, count?: Count): Promise<Result<Attachment, AttachmentRefusal>>
  /** The attachment that a step is to name; from then on it has another day to be named in. */
  named(id: string, name: string): Promise<Result<Attachment, AttachmentRefusal>>
  /** undefined when it is gone */
  read(id: string): ReadStream | undefined
  /** Puts away what is named by a step, and removes what nobody has named within a day. */
  sweep(): void
}

type Count = (bytes: number) => AttachmentRefusal | undefined

export interface AttachmentStoreOptions {
  readonly directory: string
  readonly mostBytes: number
  readonly mostTotalBytes: number
  readonly isAttached: (id: string) => boolean
  readonly clock: Clock
}

/** The directory of an archive: one of a thousand entries takes less. */
const tailBytes = 128 * 1024
const unnamedForMs = dayMs

/** @throws when the folder cannot be made or read */
export function openAttachmentStore(options: AttachmentStoreOptions): AttachmentStore {
  return new FolderStore(options)
}

class FolderStore implements AttachmentStore {
  readonly #options: AttachmentStoreOptions
  /** not named by a step so far as was known at the last sweep */
  readonly #fresh: string
  readonly #kept: string
  #bytes = 0

  constructor(options: AttachmentStoreOptions) {
    this.#options = options
    this.#fresh = join(options.directory, 'new')
    this.#kept = join(options.directory, 'kept')
    for (const folder of [this.#fresh, this.#kept]) mkdirSync(folder, { recursive: true, mode: 0o700 })
    // nobody writes yet: what is in parts was broken off
    for (const name of readdirSync(this.#fresh)) if (name.endsWith('.part')) rmSync(join(this.#fresh, name))
    for (const folder of [this.#fresh, this.#kept]) for (const name of readdirSync(folder)) this.#bytes += statSync(join(folder, name)).size
  }

  async take(name: string, content: AsyncIterable<Buffer>, count: Count = () => undefined): Promise<Result<Attachment, AttachmentRefusal>> {
    if (attachmentEndings[endingOf(name)] === undefined) return refused('not-taken', unknownEnding(name))
    const part = join(this.#fresh, `${randomUUID()}.part`)
    const file = await open(part, 'wx+', 0o600)
    try {
      const written = await this.#write(file, content, count)
      if (!written.ok) return written
      const { id, bytes } = written.value
      const type = await typeOf(file, bytes)
      if (!type.ok) return type
      const problem = nameProblem(name, type.value)
      if (problem !== undefined) return refused('not-taken', problem)
      await file.sync()
      this.#keep(part, id, bytes)
      return ok({ id, name, bytes, mediaType: type.value })
    } catch (error) {
      if (codeOf(error) === 'ENOSPC') return refused('full', 'the disk of the server is full: free space there, and send the file again')
      throw error
    } finally {
      await file.close()
      rmSync(part, { force: true })
    }
  }

  async named(id: string, name: string): Promise<Result<Attachment, AttachmentRefusal>> {
    const path = this.#pathOf(id)
    if (path === undefined) return refused('unknown', 'no such file was sent, or it was more than a day ago; send it again, and name it then')
    const now = this.#options.clock.now() / 1_000
    utimesSync(path, now, now)
    const file = await open(path, 'r')
    try {
      const { size: bytes } = await file.stat()
      const type = await typeOf(file, bytes)
      if (!type.ok) return type
      const problem = nameProblem(name, type.value)
      return problem === undefined ? ok({ id, name, bytes, mediaType: type.value }) : refused('not-taken', problem)
    } finally {
      await file.close()
    }
  }

  read(id: string): ReadStream | undefined {
    const path = this.#pathOf(id)
    return path === undefined ? undefined : createReadStream(path)
  }

  /** One after the other without a pause: nothing can be named in between. */
  sweep(): void {
    const now = this.#options.clock.now()
    for (const name of readdirSync(this.#fresh)) {
      const path = join(this.#fresh, name)
      if (name.endsWith('.part')) continue
      if (this.#options.isAttached(name)) renameSync(path, join(this.#kept, name))
      else {
        const { mtimeMs, size } = statSync(path)
        if (now - mtimeMs < unnamedForMs) continue
        rmSync(path)
        this.#bytes -= size
      }
    }
  }

  async #write(
    file: FileHandle,
    content: AsyncIterable<Buffer>,
    count: Count,
  ): Promise<Result<{ readonly id: string; readonly bytes: number }, AttachmentRefusal>> {
    const { mostBytes, mostTotalBytes } = this.#options
    const hash = createHash('sha256')
    let head = Buffer.alloc(0)
    let bytes = 0
    try {
      for await (const piece of content) {
        bytes += piece.length
        if (bytes > mostBytes) return refused('too-large', `more than ${megabytes(mostBytes)}; send a smaller file, or raise attachments.megabytes`)
        if (this.#bytes + bytes > mostTotalBytes)
          return refused('full', `all files together have reached ${megabytes(mostTotalBytes)}; raise attachments.totalMegabytes, or free space`)
        const refusal = count(piece.length)
        if (refusal !== undefined) return fail(refusal)
        if (head.length < headBytes) head = Buffer.concat([head, piece.subarray(0, headBytes)])
        if (head.length >= headBytes && beginningOf(head) === undefined) return refused('not-taken', unknownContent)
        hash.update(piece)
        await file.write(piece)
      }
    } catch (error) {
      if (!brokenOff.has(codeOf(error))) throw error
      return refused('broken-off', 'the sender broke off; send the file again')
    }
    return ok({ id: hash.digest('hex'), bytes })
  }

  #keep(part: string, id: string, bytes: number): void {
    if (this.#pathOf(id) === undefined) this.#bytes += bytes
    const path = this.#pathOf(id) ?? join(this.#fresh, id)
    renameSync(part, path)
    const now = this.#options.clock.now() / 1_000
    utimesSync(path, now, now)
  }

  #pathOf(id: string): string | undefined {
    return [this.#kept, this.#fresh].map((folder) => join(folder, id)).find((path) => existsSync(path))
  }
}

const refused = (why: AttachmentRefusal['why'], detail: string): Result<never, AttachmentRefusal> => fail({ why, detail })

const megabytes = (bytes: number): string => `${String(Math.round(bytes / 100_000) / 10)} MB`

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)

const brokenOff: ReadonlySet<unknown> = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'])

const knownEndings = Object.keys(attachmentEndings)
  .map((ending) => `.${ending}`)
  .join(', ')
const unknownContent = `the content is none of those that are taken: ${knownEndings}; pages, scripts and archives are not`
const unknownEnding = (name: string): string =>
  `${endingOf(name) === '' ? 'the name has no ending' : `the name ends in .${endingOf(name)}`}; expected one of ${knownEndings}`

/** By its beginning and, of an archive, its end. */
async function typeOf(file: FileHandle, bytes: number): Promise<Result<AttachmentType, AttachmentRefusal>> {
  if (bytes === 0) return refused('not-taken', 'the file is empty; send the one that is meant')
  const beginning = beginningOf(await bytesAt(file, 0, Math.min(bytes, headBytes)))
  if (beginning === undefined) return refused('not-taken', unknownContent)
  if (beginning !== 'archive') return ok(beginning)
  const type = archiveType(await bytesAt(file, Math.max(0, bytes - tailBytes), Math.min(bytes, tailBytes)))
  if (type === 'macros') return refused('not-taken', 'the document holds macros; save it without them, as .docx or .xlsx')
  return type === undefined ? refused('not-taken', unknownContent) : ok(type)
}

async function bytesAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}
