import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { setPriority } from 'node:os'
import { secondMs } from '../../../contract/time.ts'
import type { OpenStream } from '../provider.ts'
import { StreamTrouble, troubleOf } from '../trouble.ts'
import { argumentsFor } from './command.ts'
import type { Coding } from './command.ts'
import { Complaints } from './complaints.ts'
import { openFlv } from './flv-input.ts'
import { openHls } from './hls-input.ts'
import type { Input, InputOptions, OpenInput } from './input.ts'
import { Mp4Reader } from './mp4.ts'
import type { Fragment, Initialisation } from './mp4.ts'
import { ended } from './program.ts'
import type { Program, Spawn } from './program.ts'
import { openRtsp } from './rtsp-input.ts'

export interface RunOptions extends Omit<InputOptions, 'program'> {
  readonly findProgram: () => Promise<Program>
  readonly spawn: Spawn
  readonly stream: OpenStream
  readonly coding: Coding
  readonly onInit: (init: Initialisation) => void
  readonly onFragment: (fragment: Fragment) => void
}

export interface Outcome {
  readonly trouble: StreamTrouble
  /** the pictures cannot be had as they are, only coded anew */
  readonly cannotCopy: boolean
}

const inputs: Readonly<Record<OpenStream['kind'], OpenInput>> = { flv: openFlv, rtsp: openRtsp, hls: openHls }
const lastWordsMs = 2 * secondMs
/** below the server, which has walls to serve */
const niceness = 5

/** One life of one ffmpeg process. */
export class Run {
  readonly coding: Coding
  /** when the process is gone; never rejects */
  readonly finished: Promise<Outcome>
  readonly #options: RunOptions
  readonly #end = new AbortController()
  readonly #complaints = new Complaints()
  readonly #reader: Mp4Reader
  #given: StreamTrouble | undefined

  constructor(options: RunOptions) {
    this.#options = options
    this.coding = options.coding
    this.#reader = new Mp4Reader({ init: options.onInit, fragment: options.onFragment })
    this.finished = this.#live()
  }

  /** Ends it: told to at first, by force after two seconds. */
  async end(reason?: StreamTrouble): Promise<void> {
    this.#given ??= reason
    this.#end.abort()
    await this.finished
  }

  async #live(): Promise<Outcome> {
    const { findProgram, stream } = this.#options
    const { signal } = this.#end
    let input: Input | undefined
    try {
      const program = await findProgram()
      signal.throwIfAborted()
      input = await inputs[stream.kind](stream, { ...this.#options, program }, signal)
      signal.throwIfAborted()
      // some versions look for a signal only when they have read something
      signal.addEventListener('abort', input.close, { once: true })
      await this.#convert(program, input)
      return { trouble: this.#given ?? input.trouble() ?? this.#complaints.trouble(), cannotCopy: this.#complaints.isAboutCopying }
    } catch (error) {
      return { trouble: this.#given ?? troubleOf(error), cannotCopy: false }
    } finally {
      input?.close()
    }
  }

  async #convert({ command }: Program, input: Input): Promise<void> {
    const child = this.#options.spawn(command, argumentsFor(input.options, this.coding))
    const isGone = ended(child)
    const stopKilling = this.#killAtTheEnd(child)
    child.stdout.on('data', (bytes: Buffer) => this.#read(bytes))
    child.stderr.on('data', (bytes: Buffer) => this.#complaints.add(bytes.toString()))
    // a process that ends while it is being written to: that it has ended is told by itself
    child.stdin.on('error', () => undefined)
    input.feed(child.stdin)
    giveWay(child)
    await isGone.finally(stopKilling)
  }

  #read(bytes: Buffer): void {
    if (this.#end.signal.aborted) return
    try {
      this.#reader.write(bytes)
    } catch (cause) {
      void this.end(new StreamTrouble('no-stream', 'ffmpeg writes something that is no MP4', { cause }))
    }
  }

  #killAtTheEnd(child: ChildProcessWithoutNullStreams): () => void {
    const { signal } = this.#end
    let cancel = (): void => undefined
    const kill = (): void => {
      child.kill('SIGTERM')
      cancel = this.#options.clock.after(lastWordsMs, () => void child.kill('SIGKILL'))
    }
    signal.addEventListener('abort', kill, { once: true })
    return () => {
      signal.removeEventListener('abort', kill)
      cancel()
    }
  }
}

function giveWay({ pid }: ChildProcessWithoutNullStreams): void {
  try {
    if (pid !== undefined) setPriority(pid, niceness)
  } catch {
    // it is gone already, or the system does not allow it: then it runs beside us
  }
}
