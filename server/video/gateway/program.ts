import { spawn as spawnChild } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { secondMs } from '../../../contract/time.ts'
import type { Clock } from '../../core/clock.ts'
import { StreamTrouble } from '../trouble.ts'

export type Spawn = (command: string, args: readonly string[]) => ChildProcessWithoutNullStreams

/** The ffmpeg of this machine. */
export interface Program {
  readonly command: string
  /** from ffmpeg 5 on a list of files may carry options for each */
  readonly hasInputOptions: boolean
}

/** Starts a program with nothing of our environment but where programs are, and in no folder of ours. No shell reads the arguments. */
export const spawnAlone: Spawn = (command, args) => spawnChild(command, args, { cwd: '/', env: { PATH: process.env.PATH }, stdio: 'pipe' })

const answerWithinMs = 5 * secondMs

/** Asks ffmpeg which version it is. Throws StreamTrouble when there is none. */
export async function findProgram(command: string, spawn: Spawn, clock: Clock): Promise<Program> {
  const child = spawn(command, ['-version'])
  const cancel = clock.after(answerWithinMs, () => void child.kill('SIGKILL'))
  const text = await outputOf(child).finally(cancel)
  // versions of ffmpeg itself are named freely by those who build it
  const libavformat = Number(/^libavformat\s+(\d+)\./m.exec(text)?.[1])
  if (Number.isNaN(libavformat)) throw missing()
  return { command, hasInputOptions: libavformat >= 59 }
}

async function outputOf(child: ChildProcessWithoutNullStreams): Promise<string> {
  let text = ''
  child.stdout.on('data', (bytes: Buffer) => (text += bytes.toString()))
  child.stderr.resume()
  child.stdin.on('error', () => undefined).end()
  await ended(child)
  return text
}

/** Until a process is gone and everything it wrote has been read. Throws StreamTrouble when it could not even be started. */
export async function ended(child: ChildProcessWithoutNullStreams): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause) => (child.pid === undefined ? reject(missing(cause)) : undefined))
    child.once('close', () => resolve())
  })
}

function missing(cause?: unknown): StreamTrouble {
  const cure = 'install it (Debian and Ubuntu: apt-get install ffmpeg) or let YIPING_FFMPEG name it'
  return new StreamTrouble('platform-down', `RTSP and FLV need ffmpeg, which does not run here: ${cure}`, { cause })
}
