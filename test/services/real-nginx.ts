import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../support/transport-context.ts'
import { freePort } from '../support/whole.ts'

/** not everybody's PATH leads there */
const nginx = '/usr/sbin/nginx'

export interface MediaServer {
  /** such as http://127.0.0.1:40123 */
  readonly origin: string
  readonly close: () => Promise<void>
}

/** What an installer would write down, for nobody but one user, as one process of ours. */
const configuration = (port: number): string => `
daemon off; master_process off; pid nginx.pid; error_log stderr crit;
events {}
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  types { application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 mp4 m4s; }
  server { listen 127.0.0.1:${String(port)}; root media; auth_basic cameras; auth_basic_user_file users; }
}
`

/** How each live stream is cut; the name is its folder under the server's root. */
export const cuts = {
  'mpeg-ts': ['-hls_flags', 'delete_segments'],
  fmp4: ['-hls_flags', 'delete_segments', '-hls_segment_type', 'fmp4'],
  // one file that grows, asked for by its bytes; ffmpeg numbers its segments from 0 for ever, so none may leave the list
  ranges: ['-hls_list_size', '0', '-hls_flags', 'single_file'],
} as const

/** Live HLS of ffmpeg, one process for each cut, handed out by nginx to one user. */
export async function startHlsByNginx({ user, password }: { readonly user: string; readonly password: string }): Promise<MediaServer> {
  if (spawnSync(nginx, ['-v']).status !== 0) throw new Error('test:services needs nginx: apt-get install nginx-light')
  const folder = mkdtempSync(join(tmpdir(), 'yiping-nginx-'))
  const port = await freePort()
  writeFileSync(join(folder, 'nginx.conf'), configuration(port))
  // a colon would end the password, did it stand there as it is
  const hash = createHash('sha1').update(password).digest('base64')
  writeFileSync(join(folder, 'users'), `${user}:{SHA}${hash}\n`)
  const cameras = Object.entries(cuts).map(([name, cut]) => startLive(join(folder, 'media', name), cut))
  const server = spawn(nginx, ['-p', folder, '-c', 'nginx.conf', '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] })
  await until(() => Object.keys(cuts).every((name) => existsSync(join(folder, 'media', name, 'live.m3u8'))))
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    async close() {
      for (const child of [server, ...cameras]) {
        child.kill('SIGKILL')
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
      rmSync(folder, { recursive: true })
    },
  }
}

function startLive(folder: string, cut: readonly string[]) {
  mkdirSync(folder, { recursive: true })
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15']
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '30']
  const live = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '6', ...cut, 'live.m3u8']
  return spawn('ffmpeg', ['-loglevel', 'error', ...source, ...coding, ...live], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
}
