import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
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

test('where it cannot be coded anew it comes as it is, and nobody who watches it so loses it', async () => {
  const given = await sending('/h265/no-coder')
  const asItIs = await (await given.get(live)).text()
  expect(await (await given.get(`${live}?codec=h264`)).text()).toBe(asItIs)
  expect(await (await given.get(live)).text()).toBe(asItIs)
  expect(given.closed).toEqual([])
})

test('a stream that is dead says so, and is opened again', async () => {
  const given = await sending('/garbage/stay')
  expect(await told(await given.get(`${live}?codec=h264`))).toBe('404 no-stream')
  expect(given.closed.length).toBeGreaterThan(0)
})

describe('what the platform sends as HLS', () => {
  const hls = { media: mediaOf(() => playlistOf(['h265/stay'])), stream: (origin: string) => ({ url: `${origin}/live.m3u8`, kind: 'hls' as const }) }

  test('is coded anew as well, and no more after its last viewer', async () => {
    const given = await sending('', hls)
    const [asItIs, anew] = [await (await given.get(live)).text(), await (await given.get(`${live}?codec=h264`)).text()]
    expect(anew).not.toBe(asItIs)
    const answer = await given.get(segmentsOf(anew, camera)[0] ?? '')
    expect([answer.status, (await answer.arrayBuffer()).byteLength > 100]).toEqual([200, true])
    expect(conversions(given)).toMatchObject({ running: 1, transcodes: 1 })
    expect(given.opened).toEqual([`${camera} sub`])
    await given.close()
    rig = undefined
    expect(conversions(given)).toMatchObject({ running: 0, transcodes: 0 })
  })

  test('comes as it is where there is no ffmpeg', async () => {
    const given = await sending('', { ...hls, environment: { YIPING_FFMPEG: '/nowhere/ffmpeg' } })
    const answers = [await given.get(live), await given.get(`${live}?codec=h264`)]
    const [asItIs, anew] = await Promise.all(answers.map((answer) => answer.text()))
    expect(anew).toBe(asItIs)
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  })
})
