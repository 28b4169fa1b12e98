import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { VideoFigures } from '../../server/video/video.ts'
import { camera, liveOf, mediaOf, playlistOf, segmentsOf, startCamera, told } from './support.ts'
import type { CameraOptions, CameraRig } from './support.ts'

/** 转码: a browser that cannot decode H.265 asks for the same camera in H.264. ffmpeg is the gateway's stand-in, the camera takes connections. */

const folder = mkdtempSync(join(tmpdir(), 'yiping-anew-'))
const program = join(folder, 'ffmpeg')
let cameras: Server
let rig: CameraRig | undefined

beforeAll(async () => {
  const standIn = new URL('gateway/stand-in-ffmpeg.mjs', import.meta.url).href
  const script = `if (process.argv.includes('-version')) console.log('libavformat 59.27.100')\nelse void import(${JSON.stringify(standIn)})\n`
  writeFileSync(program, `#!${process.execPath}\n${script}`, { mode: 0o755 })
  cameras = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1')
  await once(cameras, 'listening')
})

afterEach(async () => {
  await rig?.close()
  rig = undefined
})

afterAll(() => {
  cameras.close()
  rmSync(folder, { recursive: true })
})

/** A platform whose cameras send RTSP; what the stand-in does is the end of the address. */
async function sending(behaviour: string, given: Partial<CameraOptions> = {}): Promise<CameraRig> {
  // a TCP server that listens has an address with a port
  const { port } = cameras.address() as AddressInfo
  rig = await startCamera({
    media: mediaOf(() => playlistOf(['0.ts'])),
    stream: () => ({ url: `rtsp://127.0.0.1:${String(port)}${behaviour}`, kind: 'rtsp' }),
    environment: { YIPING_FFMPEG: program },
    config: { maxTranscodes: 1 },
    ...given,
  })
  return rig
}

const live = liveOf(camera)
const conversions = ({ video }: CameraRig): VideoFigures['platforms'][number]['conversions'] => video.figures().platforms[0]!.conversions

test('H.265 comes as it is, and coded anew to who asks for H.264: another picture of the same stream', async () => {
  const given = await sending('/h265/stay')
  const asItIs = segmentsOf(await (await given.get(live)).text(), camera)
  expect(conversions(given)).toMatchObject({ running: 1, transcodes: 0 })
  const answer = await given.get(`${live}?codec=h264`)
  const anew = segmentsOf(await answer.text(), camera)
  expect([answer.status, conversions(given).running, conversions(given).transcodes]).toEqual([200, 2, 1])
  const bytes = async (path = ''): Promise<string> => Buffer.from(await (await given.get(path)).arrayBuffer()).toString('base64')
  const pictures = await Promise.all([bytes(asItIs[0]), bytes(anew[0])])
  expect(pictures.every((picture) => picture.length > 100)).toBe(true)
  expect(pictures[0]).not.toBe(pictures[1])
  expect(given.opened, 'one stream of the platform').toEqual([`${camera} sub`])
})

test('H.264 is not coded anew for who asks for it', async () => {
  const given = await sending('/h264/stay')
  await given.get(live)
  expect((await given.get(`${live}?codec=h264`)).status).toBe(200)
  expect(conversions(given)).toMatchObject({ running: 1, transcodes: 0 })
})

test('no more than maxTranscodes at a time: busy, and who watches it as it is keeps the picture', async () => {
  const given = await sending('/h265/stay')
  expect((await given.get(`${live}?codec=h264`)).status).toBe(200)
  const other = liveOf('cam-2')
  expect((await given.get(other)).status).toBe(200)
  expect(await told(await given.get(`${other}?codec=h264`))).toBe('503 busy')
  expect(conversions(given)).toMatchObject({ running: 2, transcodes: 1 })
  expect((await given.get(other)).status).toBe(200)
  expect([given.opened, given.closed]).toEqual([[`${camera} sub`, 'cam-2 sub'], []])
})

test('that it cannot be coded anew costs nobody the picture as it is; a stream that is dead for both is opened again', async () => {
  const given = await sending('/h265/no-coder')
  expect((await given.get(live)).status).toBe(200)
  expect(await told(await given.get(`${live}?codec=h264`))).toBe('503 platform-down')
  expect((await given.get(live)).status).toBe(200)
  expect(given.closed).toEqual([])
  await given.close()
  rig = undefined
  const dead = await sending('/nothing/exit')
  expect(await told(await dead.get(`${live}?codec=h264`))).toBe('404 no-stream')
  expect(dead.closed.length).toBeGreaterThan(0)
})

test('what the platform sends as HLS comes as it is', async () => {
  const given = await sending('', { stream: (origin) => ({ url: `${origin}/live.m3u8`, kind: 'hls' }) })
  const answers = await Promise.all([given.get(live), given.get(`${live}?codec=h264`)])
  const [asItIs, anew] = await Promise.all(answers.map((answer) => answer.text()))
  expect(anew).toBe(asItIs)
  expect(conversions(given).running).toBe(0)
})
