import { spawnSync } from 'node:child_process'
import { expect, onTestFinished } from 'vitest'
import { systemClock } from '../../server/system-clock.ts'
import { Gateway } from '../../server/video/gateway/gateway.ts'
import { spawnAlone } from '../../server/video/gateway/program.ts'
import { until } from '../support/transport-context.ts'
import { namesIn, playlistOf } from '../video/gateway/rig.ts'

interface Setting {
  readonly gateway: Gateway
  readonly failures: readonly string[]
  /** of the ffmpeg processes that were started, in that order */
  readonly pids: readonly number[]
}

/** A gateway with the ffmpeg and the clock of this machine. */
export function startGateway(): Setting {
  const failures: string[] = []
  const pids: number[] = []
  const gateway = new Gateway({
    ffmpeg: 'ffmpeg',
    spawn: (command, args) => {
      const child = spawnAlone(command, args)
      if (!args.includes('-version') && child.pid !== undefined) pids.push(child.pid)
      return child
    },
    maxTranscodes: 1,
    random: () => 0.5,
    clock: systemClock,
    hosts: { resolve: (host) => Promise.resolve(host === '127.0.0.1' ? { address: host } : undefined) },
    failed: (_camera, reason) => failures.push(reason),
  })
  onTestFinished(() => gateway.close())
  return { gateway, failures, pids }
}

/** Watches until a playlist names that many segments; then what ffprobe finds in them, and how many pictures ffmpeg can decode. */
export async function watch(gateway: Gateway, address: string, segments: number): Promise<{ readonly stream: string; readonly pictures: number }> {
  let playlist = ''
  await until(async () => {
    playlist = await playlistOf(gateway, address)
    return namesIn(playlist).length >= segments
  })
  const init = /MAP:URI="(.*)"/.exec(playlist)?.[1] ?? ''
  const parts = await Promise.all([init, ...namesIn(playlist)].map(async (name) => (await gateway.fetch(new URL(name, address).href)).body))
  const input = Buffer.concat(parts)
  const probe = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,codec_tag_string,width,height', '-of', 'csv=p=0', '-'], {
    input,
  })
  const decoded = spawnSync('ffmpeg', ['-loglevel', 'error', '-i', '-', '-f', 'framemd5', '-'], { input })
  expect(`${probe.stderr.toString()}${decoded.stderr.toString()}`).toBe('')
  const hashes = decoded.stdout
    .toString()
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
  return { stream: probe.stdout.toString().trim(), pictures: new Set(hashes.map((line) => line.split(',').at(-1))).size }
}
