import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** the system's own: no other has the bindings */
const python = '/usr/bin/python3'

/** GStreamer's RTSP server, on two ports. */
export interface RealCameras {
  readonly open: number
  /** lets `userOfClosed` in, by Digest */
  readonly closed: number
  readonly process: ChildProcess
}

export const userOfClosed = { user: 'operator', password: "p@ss'w:rd%1" }

export async function startCameras(ports: readonly [number, number] = [0, 0]): Promise<RealCameras> {
  if (spawnSync(python, ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")']).status !== 0) {
    throw new Error(
      'test:services needs GStreamer’s RTSP server: apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-{base,good,bad,ugly}',
    )
  }
  const script = fileURLToPath(new URL('gateway-camera.py', import.meta.url))
  const process = spawn(python, [script, ...ports.map(String)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = (await once(createInterface(process.stdout), 'line')) as [string]
  const [open = 0, closed = 0] = line.split(' ').map(Number)
  return { open, closed, process }
}

export async function stopCameras({ process }: RealCameras): Promise<void> {
  process.kill('SIGKILL')
  await once(process, 'exit')
}
