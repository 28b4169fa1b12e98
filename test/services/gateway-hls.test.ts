import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { OpenStream } from '../../server/video/provider.ts'
import { until } from '../support/transport-context.ts'
import { startGateway, watch } from './real-gateway.ts'

/** A live H.265 stream as HLS, of segments of two seconds: made by ffmpeg, served from a folder. */
async function startHls(segments: 'mpegts' | 'fmp4'): Promise<OpenStream> {
  const folder = mkdtempSync(join(tmpdir(), 'yiping-hls-'))
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15']
  const coding = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=none:keyint=30:min-keyint=30:pools=1', '-tag:v', 'hvc1']
  const live = ['-f', 'hls', '-hls_time', '2', '-hls_list_size', '6', '-hls_flags', 'delete_segments', '-hls_segment_type', segments, 'live.m3u8']
  const camera = spawn('ffmpeg', ['-loglevel', 'error', ...source, ...coding, ...live], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const server = createServer((request, response) => {
    readFile(join(folder, basename(request.url ?? ''))).then(
      (body) => response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(body),
      () => response.writeHead(404).end(),
    )
  }).listen(0, '127.0.0.1')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    camera.kill('SIGKILL')
    await once(camera, 'exit')
    rmSync(folder, { recursive: true })
  })
  await once(server, 'listening')
  await until(() => existsSync(join(folder, 'live.m3u8')))
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/live.m3u8`, kind: 'hls', expiresAt: undefined }
}

it.each(['mpegts', 'fmp4'] as const)('H.265 that a platform sends as HLS of %s is coded anew, and goes on', async (segments) => {
  const stream = await startHls(segments)
  const { gateway, failures } = startGateway()
  const address = gateway.anew('a/sub', stream)
  const first = await watch(gateway, address, 2)
  expect(first.stream).toBe('h264,avc1,640,360')
  expect(first.pictures).toBeGreaterThanOrEqual(40)
  const seen = failures.length
  const later = await watch(gateway, address, 5)
  expect(later.pictures).toBeGreaterThanOrEqual(100)
  expect(failures).toHaveLength(seen)
  expect(gateway.stats).toMatchObject({ running: 1, transcodes: 1 })
})
