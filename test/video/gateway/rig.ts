import { spawn } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { Gateway } from '../../../server/video/gateway/gateway.ts'
import type { GatewayOptions } from '../../../server/video/gateway/gateway.ts'
import { spawnAlone } from '../../../server/video/gateway/program.ts'
import type { OpenStream } from '../../../server/video/provider.ts'
import { StreamTrouble } from '../../../server/video/trouble.ts'
import { ManualClock } from '../../support/manual-clock.ts'

const standIn = fileURLToPath(new URL('stand-in-ffmpeg.mjs', import.meta.url))

interface Conversion {
  readonly child: ChildProcessWithoutNullStreams
  readonly args: readonly string[]
  readonly wrote: Promise<unknown>
}

export interface Rig {
  readonly clock: ManualClock
  readonly gateway: Gateway
  /** processes started, but for those that were asked their version */
  readonly conversions: readonly Conversion[]
  readonly failures: readonly string[]
  readonly machine: { hasFfmpeg: boolean }
  /** a stream of the camera; what the stand-in does with it is the end of its address */
  readonly rtsp: (behaviour: string) => OpenStream
  /** resolves when that many failures have been told */
  readonly failed: (count: number) => Promise<void>
  /** resolves when that many processes have been started */
  readonly started: (count: number) => Promise<void>
  /** resolves when the `count`-th process that was started has written its pictures */
  readonly pictures: (count: number) => Promise<void>
}

/** A gateway whose ffmpeg is the stand-in and whose time is the manual clock's, and a camera that takes connections and says nothing. */
export async function gatewayRig(given: Partial<GatewayOptions> = {}): Promise<Rig> {
  const clock = new ManualClock()
  const conversions: Conversion[] = []
  const machine = { hasFfmpeg: true }
  const failures: string[] = []
  const camera = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(camera, 'listening')
  const { port } = camera.address() as AddressInfo
  const waiting = new Set<() => void>()
  const until = (holds: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  const tell = (): void => {
    for (const look of waiting) look()
  }
  const gateway = new Gateway({
    ffmpeg: 'ffmpeg',
    spawn: (_command, args) => {
      if (!machine.hasFfmpeg) return spawnAlone('/nowhere/ffmpeg', args)
      if (args.includes('-version')) return spawn('printf', ['libavformat 59.27.100'], { stdio: 'pipe' })
      const child = spawn(process.execPath, [standIn, ...args], { stdio: 'pipe', env: {} })
      conversions.push({ child, args, wrote: once(child.stdout, 'data') })
      tell()
      return child
    },
    maxTranscodes: 1,
    random: () => 0.5,
    clock,
    hosts: { resolve: (host) => Promise.resolve(host === '127.0.0.1' ? { address: host } : undefined) },
    failed: (camera, reason) => {
      failures.push(`${camera}: ${reason}`)
      tell()
    },
    ...given,
  })
  onTestFinished(async () => {
    await gateway.close()
    camera.close()
  })
  return {
    clock,
    gateway,
    conversions,
    failures,
    machine,
    rtsp: (behaviour) => ({
      url: `rtsp://user:secret@127.0.0.1:${String(port)}${behaviour}`,
      kind: 'rtsp',
      expiresAt: undefined,
    }),
    failed: (count) => until(() => failures.length >= count),
    started: (count) => until(() => conversions.length >= count),
    pictures: async (count) => {
      await until(() => conversions.length >= count)
      await conversions[count - 1]?.wrote
    },
  }
}

export async function playlistOf(gateway: Gateway, address: string): Promise<string> {
  return (await gateway.fetch(address)).body.toString()
}

/** `state: message` of a refusal; `open` where there is none */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  const reason: unknown = await work.then(
    () => 'open',
    (error: unknown) => error,
  )
  return reason instanceof StreamTrouble ? `${reason.state}: ${reason.message}` : String(reason)
}

export const namesIn = (playlist: string): readonly string[] => playlist.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
