import { afterEach, expect, test } from 'vitest'
import { crossing, liveOf, secret, segmentsOf, startRig, told } from './support.ts'
import type { Rig, RigOptions } from './support.ts'

let rig: Rig | undefined

async function started(options: RigOptions = {}): Promise<Rig> {
  rig = await startRig(options)
  return rig
}

afterEach(async () => {
  await rig?.close()
  rig = undefined
})

async function playing(options: RigOptions = {}): Promise<Rig> {
  const made = await started(options)
  await made.until('received demo')
  return made
}

test('the whole catalogue becomes facts without any address', async () => {
  const { facts, platform } = await playing()
  expect(facts).toHaveLength(12)
  expect(new Set(facts.map(({ domain }) => domain)).size).toBe(3)
  expect(JSON.stringify(facts)).not.toContain(new URL(platform.url).port)
})

test('a stream is played under our own origin, without a word of where it comes from', async () => {
  const { get, platform } = await playing()
  const answer = await get(liveOf(crossing))
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/vnd.apple.mpegurl')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const playlist = await answer.text()
  for (const word of ['http', 'openUrl', new URL(platform.url).port, secret]) expect(playlist).not.toContain(word)
  const segments = segmentsOf(playlist, crossing)
  expect(segments).toHaveLength(6)
  const segment = await get(segments[0]!)
  expect(segment.headers.get('content-type')).toBe('video/mp2t')
  const bytes = new Uint8Array(await segment.arrayBuffer())
  expect([bytes[0], bytes[188], bytes.length % 188]).toEqual([0x47, 0x47, 0])
})

test('twenty viewers cost the platform one address, one playlist and one of each segment', async () => {
  const { get, platform } = await playing()
  const viewers = Array.from({ length: 20 }, (_, index) => `wall-${String(index)}`)
  const bodies = await Promise.all(
    viewers.map(async (viewer) => {
      const playlist = await (await get(liveOf(crossing), viewer)).text()
      return await Promise.all(segmentsOf(playlist, crossing).map(async (path) => (await (await get(path, viewer)).arrayBuffer()).byteLength))
    }),
  )
  expect(new Set(bodies.map((sizes) => sizes.join())).size).toBe(1)
  expect(platform.served).toEqual({ catalogue: 1, preview: 1, playlist: 1, segment: 6 })
})

test('a segment name is good for one session, one source and some minutes', async () => {
  const { get, clock } = await playing()
  const [path = ''] = segmentsOf(await (await get(liveOf(crossing))).text(), crossing)
  expect((await get(path)).status).toBe(200)
  expect(await told(await get(path, 'wall-2'))).toBe('404 no-stream')
  expect(await told(await get(path.replace(crossing, '62080200001310000002')))).toBe('404 no-stream')
  const forged = (part: number, to: string): string => {
    const [folder, name = ''] = path.split('/segment/')
    return `${String(folder)}/segment/${name
      .split('.')
      .map((old, index) => (index === part ? to : old))
      .join('.')}`
  }
  for (const bad of [forged(0, 'AAAAAAAAAAAAAAAA'), forged(1, 'zzzzzzzzz'), forged(2, 'A'.repeat(32)), forged(2, 'é'.repeat(32)), forged(2, '')]) {
    expect(await told(await get(bad))).toBe('404 no-stream')
  }
  clock.advance(11 * 60_000)
  expect(await told(await get(path))).toBe('404 no-stream')
})

test('an unknown camera is 404; before the catalogue has come nobody can say so', async () => {
  const { get } = await playing()
  expect(await told(await get(liveOf('nobody')))).toBe('404 offline')
})

test('a viewer outlives the address: it is renewed before its five minutes are over', async () => {
  const { get, clock, platform } = await playing()
  for (let second = 0; second < 700; second += 10) {
    const playlist = await get(liveOf(crossing))
    expect(playlist.status).toBe(200)
    const last = segmentsOf(await playlist.text(), crossing).at(-1)!
    expect((await get(last)).status).toBe(200)
    clock.advance(10_000)
  }
  expect(platform.served.preview).toBe(3)
})

test('an address that ends too early is replaced within the same request', async () => {
  const { get, clock, platform } = await playing({ stand: { urlLifeMs: 60_000 } })
  for (let second = 0; second < 150; second += 10) {
    expect((await get(liveOf(crossing))).status).toBe(200)
    clock.advance(10_000)
  }
  expect(platform.served.preview).toBe(3)
})

test('a camera that goes off is no-stream until the catalogue says offline, and comes back', async () => {
  const { get, clock, platform, until, facts } = await playing()
  expect((await get(liveOf(crossing))).status).toBe(200)
  platform.setCamera(crossing, 'offline')
  clock.advance(2_000)
  expect(await told(await get(liveOf(crossing)))).toBe('404 no-stream')
  // the proxy asks the catalogue itself as soon as a stream is dead
  await until('received demo', 2)
  expect(facts.at(-1)).toMatchObject({ id: crossing, state: 'offline' })
  expect(await told(await get(liveOf(crossing)))).toBe('404 offline')
  platform.setCamera(crossing, 'online')
  clock.advance(60_000)
  await until('received demo', 3)
  expect((await get(liveOf(crossing))).status).toBe(200)
})

test('when the platform dies it is said so at once, cameras stay in the catalogue, and all heals by itself', async () => {
  const { get, clock, platform, until, facts } = await playing()
  expect((await get(liveOf(crossing))).status).toBe(200)
  platform.setPlatform('down')
  clock.advance(2_000)
  expect(await told(await get(liveOf(crossing)))).toBe('503 platform-down')
  clock.advance(60_000)
  await until('failed demo: the platform does not answer')
  expect(facts.every(({ state }) => state === 'online')).toBe(true)
  platform.setPlatform('up')
  clock.advance(15_000)
  expect((await get(liveOf(crossing))).status).toBe(200)
})

test('a missing credential is a platform that is down and says which variable to set', async () => {
  const { get, until, heard, platform } = await started({ environment: { VIDEO_KEY: 'k' } })
  await until('failed')
  expect(heard).toEqual(['failed demo: no credential: set the environment variable VIDEO_SECRET and start again'])
  expect(await told(await get(liveOf(crossing)))).toBe('503 platform-down')
  expect(platform.served.catalogue).toBe(0)
})

test('more cameras than the platform allows are told to wait', async () => {
  const { get, video } = await playing({ config: { maxStreams: 1 } })
  await get(liveOf(crossing))
  expect(await told(await get(liveOf('62080200001310000002')))).toBe('503 busy')
  expect(video.figures().platforms).toMatchObject([{ id: 'demo', openStreams: 1 }])
  // the better picture of a camera that is open is a stream of its own to the platform
  expect(await told(await get(`${liveOf(crossing)}?quality=main`))).toBe('503 busy')
})
