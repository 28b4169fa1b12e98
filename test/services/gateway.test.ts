import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { OpenStream } from '../../server/video/provider.ts'
import { until } from '../support/transport-context.ts'
import { freePort } from '../support/whole.ts'
import { namesIn, playlistOf, refusalOf } from '../video/gateway/rig.ts'
import { startCameras, stopCameras } from './real-cameras.ts'
import type { RealCameras } from './real-cameras.ts'
import { startGateway, watch } from './real-gateway.ts'

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const camera = 'a/sub'

const rtsp = (port: number, path: string, user = ''): OpenStream => ({
  url: `rtsp://${user}127.0.0.1:${String(port)}${path}`,
  kind: 'rtsp',
  expiresAt: undefined,
})

describe('the gateway, with real programs', () => {
  let cameras: RealCameras
  beforeAll(async () => {
    cameras = await startCameras()
  })
  afterAll(async () => {
    await stopCameras(cameras)
  })

  it('makes HLS of a camera’s RTSP, without its sound, within the time that a viewer waits', async () => {
    const { gateway } = startGateway()
    const address = gateway.open(camera, rtsp(cameras.open, '/h264'))
    expect(await refusalOf(gateway.fetch(address))).toBe('open')
    const { stream, pictures } = await watch(gateway, address, 3)
    expect(stream).toBe('h264,avc1,640,360')
    expect(pictures).toBeGreaterThanOrEqual(40)
  })

  it('signs in with a password that is full of marks, and shows it to no other process', async () => {
    const { gateway, pids } = startGateway()
    await playlistOf(gateway, gateway.open(camera, rtsp(cameras.closed, '/h264', 'operator:p%40ss%27w%3Ard%251@')))
    const seen = ['cmdline', 'environ'].map((name) => readFileSync(`/proc/${String(pids[0])}/${name}`, 'utf8')).join(' ')
    expect(seen).toContain('pipe:0')
    expect(seen).not.toMatch(/operator|127\.0\.0\.1|HOME/)
  })

  it('says that a password is wrong, and leaves it at that', async () => {
    const { gateway, failures } = startGateway()
    const address = gateway.open(camera, rtsp(cameras.closed, '/h264', 'operator:wrong@'))
    const told = 'no-permission: the camera refuses the user or the password'
    expect(await refusalOf(gateway.fetch(address))).toBe(told)
    expect(await refusalOf(gateway.fetch(address))).toBe(told)
    expect(failures).toHaveLength(1)
  })

  it('says that there is no such stream', async () => {
    const { gateway } = startGateway()
    expect(await refusalOf(gateway.fetch(gateway.open(camera, rtsp(cameras.open, '/none'))))).toBe(
      'no-stream: the camera knows no stream at the address given for it',
    )
  })

  it('hands H.265 on as it is, and codes it anew for those who cannot see it', async () => {
    const { gateway } = startGateway()
    const address = gateway.open(camera, rtsp(cameras.open, '/h265'))
    expect((await watch(gateway, address, 2)).stream).toBe('hevc,hvc1,640,360')
    expect(gateway.codecOf(address)).toMatch(/^hvc1\.1\.6\.L\d+/)
    const anew = await watch(gateway, gateway.inH264(address), 2)
    expect(anew.stream).toBe('h264,avc1,640,360')
    expect(anew.pictures).toBeGreaterThanOrEqual(40)
    expect(gateway.stats).toMatchObject({ running: 2, transcodes: 1 })
  })

  it('leaves no process and writes no file', async () => {
    const { gateway, pids } = startGateway()
    await playlistOf(gateway, gateway.open(camera, rtsp(cameras.open, '/h264')))
    const process = `/proc/${String(pids[0])}`
    const opened = readdirSync(`${process}/fd`).map((name) => readlinkSync(`${process}/fd/${name}`))
    expect(opened.filter((name) => !/^(pipe|socket|anon_inode):/.test(name))).toEqual([])
    expect(readlinkSync(`${process}/cwd`)).toBe('/')
    await gateway.stop(camera)
    expect(existsSync(process)).toBe(false)
    expect(gateway.stats).toMatchObject({ running: 0, bytes: 0 })
  })

  it('begins again when the camera comes back, in the same playlist', async () => {
    const mine = await startCameras()
    const { gateway, failures } = startGateway()
    const address = gateway.open(camera, rtsp(mine.open, '/h264'))
    const before = namesIn(await playlistOf(gateway, address))
    await stopCameras(mine)
    await until(() => failures.length > 0)
    const back = await startCameras([mine.open, mine.closed])
    onTestFinished(() => stopCameras(back))
    await until(async () => (await playlistOf(gateway, address).catch(() => '')).includes('#EXT-X-DISCONTINUITY\n'))
    const after = namesIn(await playlistOf(gateway, address))
    expect(after.at(-1)).not.toBe(before.at(-1))
    expect(gateway.stats.restarts).toBeGreaterThanOrEqual(1)
  })

  it('gives up a camera that says nothing after DESCRIBE, and tries again', async () => {
    let described = 0
    const mute = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        const request = bytes.toString()
        if (request.startsWith('DESCRIBE')) described += 1
        else socket.write(`RTSP/1.0 200 OK\r\nCSeq: ${/CSeq: (\d+)/.exec(request)?.[1] ?? ''}\r\nPublic: DESCRIBE, SETUP, PLAY\r\n\r\n`)
      })
    }).listen(0, '127.0.0.1')
    onTestFinished(() => void mute.close())
    await once(mute, 'listening')
    const { gateway, failures } = startGateway()
    const address = gateway.open(camera, rtsp((mute.address() as AddressInfo).port, '/x'))
    expect(await refusalOf(gateway.fetch(address))).toBe('no-stream: the camera has said nothing for 5 s')
    await until(() => described >= 2)
    expect(failures).toEqual(['the camera has said nothing for 5 s'])
  })

  it.each([
    ['H.264 is copied', ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15'], 'copy'],
    ['Sorenson’s coding, which no browser knows, is made H.264', ['-c:v', 'flv1', '-g', '15'], 'h264'],
  ])('HTTP-FLV: %s', async (_name, coding, coded) => {
    const port = await freePort()
    const url = `http://127.0.0.1:${String(port)}/live.flv`
    const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=15', '-pix_fmt', 'yuv420p', ...coding]
    // it serves one viewer and ends: a second attempt must find it again
    const server = serveAgain(['-loglevel', 'error', ...source, '-f', 'flv', '-listen', '1', url])
    onTestFinished(() => server.stop())
    const { gateway } = startGateway()
    const address = gateway.open(camera, { url, kind: 'flv', expiresAt: undefined })
    await until(async () => (await refusalOf(gateway.fetch(address))) === 'open')
    const { stream, pictures } = await watch(gateway, address, 2)
    expect(stream).toBe('h264,avc1,640,360')
    expect(pictures).toBeGreaterThanOrEqual(25)
    expect(gateway.stats.transcodes).toBe(coded === 'copy' ? 0 : 1)
  })

  it('takes ffmpeg with it when our own process is killed', async () => {
    const owner = spawn(process.execPath, ['--import', 'tsx', file('gateway-owner.ts'), rtsp(cameras.open, '/h264').url], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const lines = createInterface(owner.stdout)[Symbol.asyncIterator]()
    const { value: pid } = (await lines.next()) as { value: string }
    expect((await lines.next()).value).toBe('watching')
    expect(existsSync(`/proc/${pid}`)).toBe(true)
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const killedAt = Date.now()
    await until(() => !existsSync(`/proc/${pid}`))
    expect(Date.now() - killedAt).toBeLessThan(5_000)
  })
})

/** Runs ffmpeg anew each time it ends. */
function serveAgain(args: readonly string[]): { readonly stop: () => Promise<void> } {
  const stopping = new AbortController()
  const running = (async () => {
    while (!stopping.signal.aborted) {
      const child = spawn('ffmpeg', args, { stdio: 'ignore' })
      const kill = (): void => void child.kill('SIGKILL')
      stopping.signal.addEventListener('abort', kill)
      await once(child, 'exit')
      stopping.signal.removeEventListener('abort', kill)
    }
  })()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
