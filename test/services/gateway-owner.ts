import { systemClock } from '../../server/system-clock.ts'
import { Gateway } from '../../server/video/gateway/gateway.ts'
import { spawnAlone } from '../../server/video/gateway/program.ts'

// A process to be killed in the middle of it: opens the stream of its argument and says which process of ffmpeg it started.
const gateway = new Gateway({
  ffmpeg: 'ffmpeg',
  spawn: (command, args) => {
    const child = spawnAlone(command, args)
    if (!args.includes('-version')) process.stdout.write(`${String(child.pid)}\n`)
    return child
  },
  maxTranscodes: 1,
  random: Math.random,
  clock: systemClock,
  hosts: { resolve: (host) => Promise.resolve({ address: host }) },
  failed: (_camera, reason) => process.stdout.write(`failed: ${reason}\n`),
})
await gateway.fetch(gateway.open('camera', { url: process.argv[2] ?? '', kind: 'rtsp', expiresAt: undefined })).catch(() => undefined)
process.stdout.write('watching\n')
