import { spawnSync } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { ensureInstalled, root, run } from '../server/launch/prepare.mjs'

// Tests against programs of other makers. One that is absent is an error here: `npm test` is for machines without them.
const programs = [
  { name: 'ffmpeg', command: 'ffmpeg', args: ['-version'], cure: 'apt-get install ffmpeg' },
  {
    name: 'GStreamer’s RTSP server',
    // the system's own: no other has the bindings
    command: '/usr/bin/python3',
    args: ['-c', 'import gi; gi.require_version("GstRtspServer", "1.0")'],
    cure: 'apt-get install gir1.2-gst-rtsp-server-1.0 python3-gi gstreamer1.0-plugins-{base,good,bad,ugly}',
  },
  // not everybody's PATH leads there
  { name: 'nginx', command: '/usr/sbin/nginx', args: ['-v'], cure: 'apt-get install nginx-light' },
]
const servers = [
  { name: 'Mosquitto', port: 1883, cure: 'apt-get install mosquitto' },
  { name: 'NATS with JetStream', port: 4222, cure: 'apt-get install nats-server, and start it with -js' },
  { name: 'PostgreSQL', port: 5432, cure: 'apt-get install postgresql' },
  { name: 'MariaDB', port: 3306, cure: 'apt-get install mariadb-server' },
]

const listens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const end = (is) => {
      socket.destroy()
      resolve(is)
    }
    socket.setTimeout(2_000, () => end(false))
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })

const absent = programs
  .filter(({ command, args }) => spawnSync(command, args).status !== 0)
  .map(({ name, cure }) => `${name}, which does not run here: ${cure}`)
for (const { name, port, cure } of servers)
  if (!(await listens(port))) absent.push(`${name}, which does not listen on 127.0.0.1:${String(port)}: ${cure}`)
for (const each of absent) console.error(`test:services needs ${each}`)
if (absent.length > 0) process.exit(1)
try {
  await ensureInstalled()
  await run(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--config', 'test/vitest.config.ts', '--project', 'services'])
} catch (error) {
  console.error(error.message)
  process.exit(1)
}
