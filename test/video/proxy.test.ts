import { afterEach, expect, test } from 'vitest'
import { crossing, liveOf, secret, segmentsOf, startRig } from './support.ts'
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

const told = async (answer: Response): Promise<string> => {
  // the shape is what the test is about
  const { state } = (await answer.json()) as { readonly state: unknown }
  return `${String(answer.status)} ${String(state)}`
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
  expect(video.openStreams()).toEqual({ demo: 1 })
})

/** Fetch that lets the platform's API through and answers for its media server. */
const withMedia =
  (answer: (address: string, init: RequestInit | undefined) => Response): typeof fetch =>
  (address, init) => {
    const url = String(address instanceof Request ? address.url : address)
    return url.includes('/artemis/') ? fetch(url, init) : Promise.resolve(answer(url, init))
  }

const playlistOf = (line: string): Response =>
  new Response(`#EXTM3U\n#EXTINF:2,\n${line}\n`, { headers: { 'content-type': 'application/vnd.apple.mpegurl' } })

test.each([
  ['an address inside the network', 'http://169.254.169.254/latest/meta-data'],
  ['another name for this machine', 'http://localhost:22/'],
  ['a host that only begins alike', 'http://127.0.0.1.evil.test/'],
  ['a host behind an @', 'http://127.0.0.1@evil.test/'],
])('a playlist that names %s is not followed', async (_name, address) => {
  const asked: string[] = []
  const { get } = await playing({
    fetch: withMedia((url) => {
      asked.push(url)
      return playlistOf(address)
    }),
  })
  const [path = ''] = segmentsOf(await (await get(liveOf(crossing))).text(), crossing)
  expect(await told(await get(path))).toBe('503 platform-down')
  expect(asked).toHaveLength(1)
})

test('a redirect is followed on the platform itself, and nowhere else', async () => {
  const redirect = (to: string): Response => new Response(null, { status: 302, headers: { location: to } })
  const { get, platform } = await playing({
    fetch: withMedia((url) =>
      url.includes('live.m3u8') ? redirect('/moved/here.m3u8') : url.includes('here.m3u8') ? playlistOf('s.ts') : redirect('http://evil.test/s.ts'),
    ),
  })
  const playlist = await (await get(liveOf(crossing))).text()
  const [path = ''] = segmentsOf(playlist, crossing)
  expect(await told(await get(path))).toBe('503 platform-down')
  expect(platform.served.preview).toBe(1)
})

test('an endless redirect ends', async () => {
  let hops = 0
  const { get } = await playing({
    fetch: withMedia((url) => {
      hops++
      return new Response(null, { status: 302, headers: { location: url } })
    }),
  })
  expect(await told(await get(liveOf(crossing)))).toBe('503 platform-down')
  expect(hops).toBe(4)
})

test.each([
  ['a sign-in page', () => new Response('<html>', { headers: { 'content-type': 'text/html; charset=utf-8' } }), '404 no-stream'],
  ['an empty playlist', () => new Response('', { headers: { 'content-type': 'application/vnd.apple.mpegurl' } }), '404 no-stream'],
  ['403', () => new Response(null, { status: 403 }), '403 no-permission'],
  ['500', () => new Response(null, { status: 500 }), '503 platform-down'],
  ['a playlist of a megabyte', () => new Response(`#EXTM3U\n${'#'.repeat(1_000_000)}`), '503 platform-down'],
])('a media server that answers with %s', async (_name, answer, said) => {
  const { get } = await playing({ fetch: withMedia(answer) })
  expect(await told(await get(liveOf(crossing)))).toBe(said)
})

test('a media server that never answers is given up after 8 s', async () => {
  let asked = (): void => undefined
  const wasAsked = new Promise<void>((resolve) => (asked = resolve))
  const hanging: typeof fetch = (address, init) =>
    String(address instanceof Request ? address.url : address).includes('/artemis/')
      ? fetch(address, init)
      : new Promise((_resolve, reject) => {
          asked()
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
        })
  const { get, clock } = await playing({ fetch: hanging })
  const answer = get(liveOf(crossing))
  await wasAsked
  clock.advance(8_000)
  expect(await told(await answer)).toBe('503 platform-down')
})

test('byte ranges are asked for as the player asks, and cached apart', async () => {
  const ranges: (string | null)[] = []
  const { get } = await playing({
    fetch: withMedia((url, init) => {
      if (url.includes('live.m3u8')) return playlistOf('s.mp4')
      const range = new Headers(init?.headers).get('range')
      ranges.push(range)
      return new Response(range, { status: 206, headers: { 'content-type': 'video/mp4', 'content-range': `${String(range).replace('=', ' ')}/100` } })
    }),
  })
  const [path = ''] = segmentsOf(await (await get(liveOf(crossing))).text(), crossing)
  for (const range of ['bytes=0-9', 'bytes=10-19', 'bytes=0-9']) {
    const answer = await get(path, 'wall-1', { range })
    expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([206, `${range.replace('=', ' ')}/100`, range])
  }
  expect(ranges).toEqual(['bytes=0-9', 'bytes=10-19'])
})

test('a master playlist is rewritten down to its segments', async () => {
  const { get } = await playing({
    fetch: withMedia((url) => {
      if (url.includes('live.m3u8'))
        return new Response('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n', { headers: { 'content-type': 'audio/mpegurl' } })
      return url.endsWith('low/index.m3u8') ? playlistOf('1.ts') : new Response(url, { headers: { 'content-type': 'video/mp2t' } })
    }),
  })
  const [variant = ''] = segmentsOf(await (await get(liveOf(crossing))).text(), crossing)
  const playlist = await (await get(variant)).text()
  const line = playlist.split('\n').find((one) => one !== '' && !one.startsWith('#'))!
  const segment = await get(new URL(line, `http://wall${variant}`).pathname)
  expect(await segment.text()).toMatch(/\/low\/1\.ts$/)
})
