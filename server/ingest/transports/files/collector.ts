import { dayOf, secondMs } from '../../../../contract/time.ts'
import { rawKeptBytes } from '../../../../contract/rejection.ts'
import type { Refusal } from '../../../../contract/rejection.ts'
import { legible } from '../../legible-text.ts'
import { MisconfiguredError } from '../../transport.ts'
import type { Delivered, TransportContext } from '../../transport.ts'
import { Batches, contentHash } from './batches.ts'
import { Completeness } from './completeness.ts'
import { namesOf } from './names.ts'
import type { Names } from './names.ts'
import type { FileOptions } from './options.ts'
import { FileTrouble } from './place.ts'
import type { Entry, Place } from './place.ts'

type Context = Pick<TransportContext<unknown>, 'feed' | 'ledger' | 'clock' | 'signal' | 'deliver' | 'deliverMessages' | 'answered' | 'warn'>

/** Takes what is complete in one folder, each content once, in order, and puts it away. */
export class Collector {
  readonly #context: Context
  readonly #place: Place
  readonly #options: FileOptions
  readonly #names: Names
  readonly #completeness: Completeness
  readonly #batches: Batches
  #troubles: FileTrouble[] = []

  constructor(context: Context, place: Place, options: FileOptions) {
    this.#context = context
    this.#place = place
    this.#options = options
    this.#names = namesOf(options)
    this.#completeness = new Completeness(options)
    this.#batches = new Batches(context.ledger, context.feed)
  }

  /**
   * Looks at the folder once. A file that cannot be put away stops nobody else: it is told when all are done, and is not taken again.
   * @returns milliseconds after which to look again
   * @throws when the folder cannot be read, when nothing can be recorded, or when something could not be put away: MisconfiguredError when
   * something stands where our own folders must be
   */
  async scan(): Promise<number> {
    const listed = await this.#place.list((name) => this.#names.isWanted(name) || this.#names.isMarker(name))
    this.#context.answered()
    this.#completeness.look(listed, this.#context.clock.now())
    const wanted = listed.filter(({ name, kind }) => this.#names.isWanted(name) && !(kind === 'other' && ownFolders.has(name)))
    this.#batches.look(wanted)
    this.#troubles = []
    let isWaiting = false
    for (const entry of wanted.sort(this.#options.order === 'name' ? byName : byTime)) {
      if (this.#context.signal.aborted) break
      const isDone = await this.#attend(entry)
      if (!isDone) isWaiting = true
    }
    this.#tellTroubles()
    const seconds =
      isWaiting && this.#options.complete === 'stable' ? Math.min(this.#options.stableSeconds, this.#options.scanSeconds) : this.#options.scanSeconds
    return seconds * secondMs
  }

  /** @returns false when it should be looked at again soon */
  async #attend(entry: Entry): Promise<boolean> {
    const known = this.#batches.knownAs(entry)
    if (known === 'taken' || known === 'refused') {
      await this.#putAway(entry, known === 'taken' ? undefined : refusedBefore(this.#context.feed.id), entry.version)
      return true
    }
    if (entry.kind === 'other') {
      await this.#tellOnce(entry, 'no file but a folder, a pipe or the like, which is not read; take it away, or narrow transport.pattern')
      return true
    }
    if (entry.kind === 'link') {
      await this.#refuse(entry, Buffer.alloc(0), {
        stage: 'receive',
        code: 'bad-shape',
        detail: `file ${quote(entry.name)}: a symbolic link, which is not followed; put the file itself here`,
      })
      return true
    }
    if (!this.#completeness.isComplete(entry)) return false
    return await this.#take(entry)
  }

  async #take(entry: Entry): Promise<boolean> {
    const most = this.#context.feed.limits.messageBytes
    const read = await this.#place.read(entry, most)
    switch (read.outcome) {
      case 'gone':
        return true
      case 'changed':
        this.#completeness.changed(entry.name)
        return false
      case 'denied':
        await this.#tellOnce(entry, `${read.words}; let the user that this server runs as read it, and it is taken at the next look`)
        return true
      case 'too-large':
        await this.#refuse(entry, read.start, tooLarge(entry, most))
        return true
      case 'whole':
        await this.#deliver(entry, read.bytes)
        return true
    }
  }

  async #deliver(entry: Entry, bytes: Buffer): Promise<void> {
    const hash = contentHash(bytes)
    const now = this.#context.clock.now()
    const known = this.#batches.fateOf(hash)
    let failure = known === 'refused' ? refusedBefore(this.#context.feed.id) : undefined
    if (known === undefined) {
      const raw = { body: bytes, origin: entry.name }
      const delivered = await this.#context.deliver(raw, (outcome) => this.#batches.noteOf(entry, hash, now, fateIn(outcome)))
      if (delivered.facts === 0 && delivered.rejected === 0) this.#context.warn(nothingFound(entry))
      if (fateIn(delivered) === 'refused') failure = nothingTaken(delivered.rejected, this.#context.feed.id)
    }
    this.#batches.remember(entry, now, failure === undefined ? 'taken' : 'refused')
    await this.#putAway(entry, failure, hash)
  }

  /** Refused without being taken for content: kept, noted by name, put among the failed. */
  async #refuse(entry: Entry, start: Buffer, refusal: Refusal): Promise<void> {
    const now = this.#context.clock.now()
    const text = legible(start.subarray(0, rawKeptBytes), undefined)
    await this.#context.deliverMessages([{ refusal, text }], entry.name, this.#batches.refusalOf(entry, now, 'refused'))
    this.#batches.remember(entry, now, 'refused')
    await this.#putAway(entry, refusal.detail, entry.version)
  }

  /** Told once; tried again at every look, since it is mended by a change of rights that nothing else shows. */
  async #tellOnce(entry: Entry, words: string): Promise<void> {
    if (this.#batches.knownAs(entry) === 'denied') return
    const now = this.#context.clock.now()
    const detail = `file ${quote(entry.name)}: ${words}`
    const refusal: Refusal = { stage: 'receive', code: 'bad-shape', detail }
    await this.#context.deliverMessages([{ refusal, text: '' }], entry.name, this.#batches.refusalOf(entry, now, 'denied'))
    this.#batches.remember(entry, now, 'denied')
  }

  async #putAway(entry: Entry, failure: string | undefined, mark: string): Promise<void> {
    const { archive } = this.#options
    if (archive === 'leave') return
    const day = dayOf(this.#context.clock.now(), this.#context.feed.zone)
    const folder = failure === undefined ? `archive/${day}` : 'failed'
    // a file that was replaced meanwhile is another one, and met at the next look
    const dispose = async (disposed: Entry): Promise<boolean> =>
      archive === 'delete' && failure === undefined
        ? await this.#place.remove(disposed)
        : await this.#place.move(disposed, folder, marked(disposed.name, mark))
    try {
      // the marker first: left behind, it would make the next file of this name look complete while it is still being written
      const marker = this.#completeness.markerOf(entry)
      if (marker !== undefined && !(await dispose(marker))) return
      const isAway = await dispose(entry)
      if (isAway && failure !== undefined) await this.#place.write(folder, `${entry.name}.reason.txt`, `${failure}\n`)
    } catch (error) {
      if (!(error instanceof FileTrouble)) throw error
      if (error.kind !== 'gone') this.#troubles.push(error)
    }
  }

  #tellTroubles(): void {
    const [first, ...others] = this.#troubles
    if (first === undefined) return
    const more = others.length === 0 ? '' : `, and ${String(others.length)} more`
    const words = `${this.#place.words}: ${first.message}${more}; what is in them is dealt with, but they stay where they are until that is mended`
    throw this.#troubles.some(({ kind }) => kind === 'ours') ? new MisconfiguredError(words) : new Error(words)
  }
}

const byName = (one: Entry, other: Entry): number => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0)
const byTime = (one: Entry, other: Entry): number => one.modifiedAt - other.modifiedAt || byName(one, other)

/** made by us where files are moved */
const ownFolders: ReadonlySet<string> = new Set(['archive', 'failed'])

const fateIn = ({ facts, rejected }: Delivered): 'taken' | 'refused' => (facts === 0 && rejected > 0 ? 'refused' : 'taken')

const quote = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name)

/** `a.csv` with a mark of its content, for a folder that holds another `a.csv`. */
function marked(name: string, mark: string): string {
  const short = mark.replaceAll(/[^0-9a-zA-Z]/g, '').slice(0, 16)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? `${name.slice(0, dot)}.${short}${name.slice(dot)}` : `${name}.${short}`
}

function tooLarge(entry: Entry, most: number): Refusal {
  const detail = `file ${quote(entry.name)}: ${String(entry.size)} bytes; this feed takes ${String(most)} at most: split the file, or raise limits.messageBytes`
  return { stage: 'receive', code: 'too-large', detail }
}

const nothingFound = (entry: Entry): string =>
  `file ${quote(entry.name)} was taken, and gave nothing: it is empty, has a header alone, or the mapping passes over all that is in it`

const nothingTaken = (rejected: number, feed: string): string =>
  `此文件未入库：${String(rejected)} 条均被退回，原因见数据接入台（${feed}）。\nNothing in this file could be taken: ${String(rejected)} refused; the reasons are listed at the bench, under the feed ${feed}.`

const refusedBefore = (feed: string): string =>
  `相同内容此前已被退回，数据源（${feed}）此后未改。请先修改数据源或文件，再重新放入。\nThe same content was refused before, and the feed ${feed} has not changed since. Mend the feed or the file, then drop it again.`
