import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { dayMs, dayOf } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'

/** 检查点: the state of the world after `seq`, kept so that the log need not be folded from its beginning. */
export interface Checkpoint {
  readonly seq: number
  readonly at: Instant
  /** what World.dump gave */
  readonly state: unknown
}

/** A checkpoint is good only for the log, the configuration and the fold it was made with. */
export interface CheckpointOrigin {
  readonly lineage: string
  readonly fingerprint: string
}

const format = 1
const fileSchema = z.strictObject({
  format: z.literal(format),
  lineage: z.string(),
  fingerprint: z.string(),
  seq: z.int().min(1),
  at: z.int().min(0),
  state: z.unknown(),
})

/** What a file's name tells. */
export interface CheckpointFile {
  readonly name: string
  readonly seq: number
  readonly at: Instant
}

/** The folder `checkpoints` of a data folder. */
export class Checkpoints {
  readonly #folder: string
  readonly #origin: CheckpointOrigin
  readonly #report: (problem: string) => void
  readonly #unusable = new Set<string>()

  /** @param report told once of each file that cannot be used; such a file is otherwise ignored */
  constructor(directory: string, origin: CheckpointOrigin, report: (problem: string) => void) {
    this.#folder = join(directory, 'checkpoints')
    this.#origin = origin
    this.#report = report
  }

  /** Names of those that may be usable, newest first. */
  files(): readonly CheckpointFile[] {
    return this.#allFiles().filter(({ name }) => !this.#unusable.has(name))
  }

  /** Reads one; undefined, after reporting why, when it is damaged or of another origin. */
  read(file: CheckpointFile): Checkpoint | undefined {
    try {
      const content = fileSchema.parse(JSON.parse(readFileSync(join(this.#folder, file.name), 'utf8')))
      const { lineage, fingerprint } = this.#origin
      if (content.lineage === lineage && content.fingerprint === fingerprint && content.seq === file.seq && content.at === file.at) return content
      this.refuse(file, 'it was made for another log, configuration or version')
    } catch (error) {
      this.refuse(file, error instanceof Error ? error.message : String(error))
    }
    return undefined
  }

  /** Never offers this file again, and says why. */
  refuse(file: CheckpointFile, reason: string): void {
    if (this.#unusable.has(file.name)) return
    this.#unusable.add(file.name)
    this.#report(`checkpoint ${file.name} is ignored: ${reason}`)
  }

  /** Writes one so that it is there whole or not at all, and removes those no longer worth keeping. Errors: those of the disk. */
  write({ seq, at, state }: Checkpoint): void {
    mkdirSync(this.#folder, { recursive: true })
    const name = `${String(seq)}-${String(at)}.json`
    const unfinished = join(this.#folder, `${name}.tmp`)
    try {
      writeDurably(unfinished, JSON.stringify({ format, ...this.#origin, seq, at, state }))
      renameSync(unfinished, join(this.#folder, name))
    } catch (error) {
      rmSync(unfinished, { force: true })
      throw error
    }
    syncFolder(this.#folder)
    this.#unusable.delete(name)
    this.#thin()
  }

  #allFiles(): readonly CheckpointFile[] {
    return namesIn(this.#folder)
      .flatMap((name) => {
        const [, seq, at] = /^(\d+)-(\d+)\.json$/.exec(name) ?? []
        return seq === undefined || at === undefined ? [] : [{ name, seq: Number(seq), at: Number(at) }]
      })
      .sort((a, b) => b.seq - a.seq)
  }

  #thin(): void {
    const files = this.#allFiles()
    const kept = new Set(worthKeeping(files))
    const superfluous = files.filter((file) => !kept.has(file)).map(({ name }) => name)
    // left behind by a process that was killed while writing
    const unfinished = namesIn(this.#folder).filter((name) => name.endsWith('.tmp'))
    for (const name of [...superfluous, ...unfinished]) rmSync(join(this.#folder, name), { force: true })
  }
}

const newestKept = 5
const daysKept = 40
/** Folding so many entries takes about as long as reading a checkpoint of a county. */
const entriesApart = 20_000
/** A log of so many times more is told apart as coarsely: the disk has its limits too. Thinned day by day, up to twice as many stay. */
const mostForDistance = 100

/**
 * Which checkpoints to keep: the newest 5, the last of each day for 40 days before the newest, the last of each month before that (UTC); and
 * of all others so many that no instant is further than some 20,000 entries, or a hundredth of the log, from the one before it.
 * @param files newest first
 */
export function worthKeeping(files: readonly CheckpointFile[]): readonly CheckpointFile[] {
  const newest = files[0] ?? { at: 0, seq: 0 }
  const apart = Math.max(entriesApart, newest.seq / mostForDistance)
  const periods = new Set<string>()
  let lastKept = newest.seq
  return files.filter((file, index) => {
    const day = dayOf(file.at, 'UTC')
    const period = newest.at - file.at < daysKept * dayMs ? day : day.slice(0, 'YYYY-MM'.length)
    const isLastOfPeriod = !periods.has(period)
    periods.add(period)
    // without it there would be nothing for too long before the one that was kept last
    const isNeeded = lastKept - (files[index + 1]?.seq ?? 0) > apart
    const isKept = isLastOfPeriod || index < newestKept || isNeeded
    if (isKept) lastKept = file.seq
    return isKept
  })
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

function writeDurably(file: string, text: string): void {
  const descriptor = openSync(file, 'w')
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** Makes a rename durable. Windows opens no folders, and journals renames by itself. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
