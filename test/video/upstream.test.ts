import type { RequestListener, ServerResponse } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import { camera, liveOf, mediaOf, playlistOf, segmentsOf, startCamera, told } from './support.ts'
import type { CameraOptions, CameraRig } from './support.ts'

let rig: CameraRig | undefined

async function playing(options: CameraOptions): Promise<CameraRig> {
  rig = await startCamera(options)
  return rig
}

afterEach(async () => {
  await rig?.close()
  rig = undefined
})

const live = liveOf(camera)
const segments = async ({ get }: CameraRig): Promise<readonly string[]> => segmentsOf(await (await get(live)).text(), camera)
const playlistType = { 'content-type': 'application/vnd.apple.mpegurl' }
/** Media server that has a playlist, and does this with whatever it names. */
const naming =
  (line: string, rest: RequestListener): RequestListener =>
  (request, response) =>
    request.url === '/live.m3u8' ? void response.writeHead(200, playlistType).end(playlistOf([line])) : rest(request, response)

describe('a media server that answers for a playlist with', () => {
  test.each<[string, RequestListener, string]>([
    ['404', (_, response) => response.writeHead(404).end(), '404 no-stream'],
    ['410: the address is over', (_, response) => response.writeHead(410).end(), '404 no-stream'],
    ['401', (_, response) => response.writeHead(401).end(), '403 no-permission'],
    ['403', (_, response) => response.writeHead(403).end(), '403 no-permission'],
    ['429', (_, response) => response.writeHead(429).end(), '503 busy'],
    ['500', (_, response) => response.writeHead(500).end(), '503 platform-down'],
    ['a sign-in page', (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>'), '404 no-stream'],
    [
      'an encoding nobody asked for',
      (_, response) => response.writeHead(200, { ...playlistType, 'content-encoding': 'gzip' }).end('x'),
      '404 no-stream',
    ],
    ['an empty answer', (_, response) => response.writeHead(200, playlistType).end(), '404 no-stream'],
    ['a megabyte', (_, response) => response.writeHead(200, playlistType).end(`#EXTM3U\n${'#'.repeat(1_000_000)}`), '404 no-stream'],
    ['a megabyte in pieces, of no announced length', (_, response) => pour(response), '404 no-stream'],
    ['half of what it announced', (_, response) => half(response, playlistType), '404 no-stream'],
    ['a broken connection', (request) => request.socket.destroy(), '503 platform-down'],
    [
      'variables that nothing defines',
      (_, response) => response.writeHead(200, playlistType).end('#EXTM3U\n#EXT-X-DEFINE:IMPORT="x"\n'),
      '404 no-stream',
    ],
    ['a playlist without anything', (_, response) => response.writeHead(200, playlistType).end('#EXTM3U\n'), '404 no-stream'],
    [
      'a master playlist without variants',
      (_, response) => response.writeHead(200, playlistType).end('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n'),
      '404 no-stream',
    ],
    [
      'a playlist that has ended before it began',
      (_, response) => response.writeHead(200, playlistType).end(`${playlistOf([])}#EXT-X-ENDLIST`),
      '404 no-stream',
    ],
    [
      'a playlist that has begun, and has no segment yet',
      (_, response) => response.writeHead(200, playlistType).end(playlistOf([])),
      '503 connecting',
    ],
    ['a redirect to itself', (request, response) => response.writeHead(302, { location: request.url }).end(), '404 no-stream'],
    ['a redirect to no address', (_, response) => response.writeHead(302, { location: 'http://[' }).end(), '404 no-stream'],
  ])('%s', async (_name, media, said) => {
    const { get, video } = await playing({ media })
    expect(await told(await get(live))).toBe(said)
    expect(video.figures().platforms[0]?.cacheBytes).toBe(0)
  })
})

function pour(response: ServerResponse): void {
  response.writeHead(200, playlistType)
  for (let piece = 0; piece < 100; piece += 1) response.write('#'.repeat(10_000))
  response.end()
}

function half(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  response.writeHead(200, { ...headers, 'content-length': '1000' }).write('#EXTM3U\n'.padEnd(500, 'x'), () => response.destroy())
}

test('an endless redirect is followed three times', async () => {
  const { get, asked, opened } = await playing({ media: (request, response) => response.writeHead(302, { location: `${request.url ?? ''}x` }).end() })
  await get(live)
  expect([asked.length, opened.length]).toEqual([4, 1])
})

test('a redirect is followed on the platform itself, and what it leads to is what relative addresses are meant against', async () => {
  const given = await playing({
    media: (request, response) => {
      if (request.url === '/live.m3u8') response.writeHead(302, { location: '/moved/here.m3u8' }).end()
      else mediaOf(() => playlistOf(['s.ts']))(request, response)
    },
  })
  const [path = ''] = await segments(given)
  expect(await (await given.get(path)).text()).toBe('/moved/s.ts')
})

test('a segment that breaks off in the middle is no segment, and is fetched again for the next who asks', async () => {
  let broken = true
  const given = await playing({
    media: naming('1.ts', (_request, response) => {
      if (broken) half(response, { 'content-type': 'video/mp2t' })
      else response.writeHead(200, { 'content-type': 'video/mp2t' }).end('whole')
    }),
  })
  const [path = ''] = await segments(given)
  expect(await told(await given.get(path))).toBe('404 no-stream')
  broken = false
  expect(await (await given.get(path)).text()).toBe('whole')
  expect([...(given.video.figures().platforms[0]?.failures ?? [])]).toEqual([['no-stream', 1]])
})

test.each([
  ['that never answers', live, () => undefined, 8_000],
  ['that drips', live, (_: unknown, response: ServerResponse) => void response.writeHead(200, playlistType).write('#'), 8_000],
  ['that waits longer for a part than any part takes', `${live}?_HLS_msn=5&_HLS_part=1`, () => undefined, 20_000],
] as const)('a media server %s is given up', async (_name, path, media, withinMs) => {
  let wasAsked = (): void => undefined
  const asked = new Promise<void>((resolve) => (wasAsked = resolve))
  const { get, clock, video } = await playing({
    media: (request, response) => {
      media(request, response)
      wasAsked()
    },
  })
  const answer = get(path)
  await asked
  clock.advance(withinMs - 1)
  await new Promise((resolve) => setImmediate(resolve))
  expect(video.figures().platforms[0]?.failures.size).toBe(0)
  clock.advance(1)
  expect(await told(await answer)).toBe('503 platform-down')
})

describe('an address', () => {
  const elsewhere = [
    '169.254.169.254',
    '127.0.0.2',
    '[::1]',
    '[::ffff:169.254.169.254]',
    'localhost',
    '127.0.0.1.evil.test',
    '127.0.0.1@evil.test',
    '0x7f.1.evil.test',
  ]

  test.each(elsewhere)('at %s is not followed out of a playlist, a redirect or a map', async (host) => {
    const address = `http://${host}:22/latest/meta-data`
    const { hostname } = new URL(address)
    const given = await playing({
      media: (request, response) => {
        if (request.url === '/live.m3u8')
          response
            .writeHead(200, playlistType)
            .end(`#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MAP:URI="${address}"\n#EXTINF:2,\n${address}\n#EXTINF:2,\nhop.ts\n`)
        else response.writeHead(302, { location: address }).end()
      },
    })
    const playlist = await (await given.get(live)).text()
    expect(playlist).not.toContain(hostname)
    const map = /URI="([^"]+)"/.exec(playlist)?.[1] ?? ''
    const [first = '', hop = ''] = segmentsOf(playlist, camera)
    for (const path of [first, hop, new URL(map, `http://wall${live}`).pathname]) {
      const answer = await given.get(path)
      expect(answer.status).toBe(404)
      expect(await answer.text()).not.toContain(hostname)
    }
    expect(given.refusedHosts).toEqual(Array.from({ length: 3 }, () => `${hostname.replace(/^\[|\]$/g, '')}:22`))
  })

  test('that is numbers in disguise is read as the address it is', async () => {
    const given = await playing({ media: naming('http://2852039166/latest', () => undefined) })
    const [path = ''] = await segments(given)
    expect(await told(await given.get(path))).toBe('404 no-stream')
    expect(given.refusedHosts).toEqual(['169.254.169.254:80'])
  })

  const port = (origin: string): string => new URL(origin).port
  const named = (origin: string): Partial<import('../../server/video/provider.ts').OpenStream> => ({
    url: `http://media.test:${port(origin)}/live.m3u8`,
  })

  test('of a media server that config names is followed, on the port that it names', async () => {
    const lookup = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }])
    const media = mediaOf(() => playlistOf(['1.ts']))
    const open = await playing({ media, stream: named, lookup, config: { mediaHosts: ['media.test'] } })
    expect(await told(await open.get(live))).toBe('200')
    await open.close()
    const shut = await playing({ media, stream: named, lookup, config: { mediaHosts: ['media.test:1'] } })
    expect(await told(await shut.get(live))).toBe('404 no-stream')
    expect(shut.asked).toEqual([])
  })

  test('by a name is connected to as it was looked at: one that leads elsewhere later is refused then', async () => {
    const answers = ['127.0.0.1', '169.254.169.254']
    let lookups = 0
    const given = await playing({
      media: (request, response) => {
        // a connection of its own for each request, so that each is looked at
        response.setHeader('connection', 'close')
        mediaOf(() => playlistOf(['1.ts']))(request, response)
      },
      stream: named,
      config: { mediaHosts: ['media.test'] },
      lookup: () => Promise.resolve([{ address: answers[lookups++] ?? '', family: 4 }]),
    })
    const [path = ''] = await segments(given)
    expect(lookups).toBe(1)
    expect(await told(await given.get(path))).toBe('404 no-stream')
    expect([lookups, given.asked]).toEqual([2, ['/live.m3u8']])
  })

  test('by a name that nobody knows is a platform that does not answer', async () => {
    const lookup = () => Promise.reject(new Error('ENOTFOUND'))
    const { get } = await playing({ media: () => undefined, stream: named, lookup, config: { mediaHosts: ['media.test'] } })
    expect(await told(await get(live))).toBe('503 platform-down')
  })
})

describe('what a stream needs to be fetched', () => {
  test('headers go to the host of its address, on whatever port, and to no other', async () => {
    const seen: unknown[] = []
    const given = await playing({
      media: (request, response) => {
        seen.push([request.headers.host?.split(':')[0], request.headers.authorization])
        mediaOf(() => playlistOf(['1.ts', `http://media.test:${port(given.origin)}/2.ts`]))(request, response)
      },
      stream: () => ({ headers: { authorization: 'Bearer t0k' } }),
      lookup: () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]),
      config: { mediaHosts: ['media.test'] },
    })
    for (const path of await segments(given)) await given.get(path)
    expect(seen).toEqual([
      ['127.0.0.1', 'Bearer t0k'],
      ['127.0.0.1', 'Bearer t0k'],
      ['media.test', undefined],
    ])
  })

  const port = (origin: string): string => new URL(origin).port

  test('a user and password in its address go as they should, and to no viewer', async () => {
    const seen: unknown[] = []
    const given = await playing({
      media: (request, response) => {
        seen.push(request.headers.authorization)
        mediaOf(() => playlistOf(['1.ts']))(request, response)
      },
      stream: (origin) => ({ url: origin.replace('http://', 'http://viewer:p%40ss@') + '/live.m3u8' }),
    })
    const playlist = await (await given.get(live)).text()
    await given.get(segmentsOf(playlist, camera)[0] ?? '')
    const basic = `Basic ${Buffer.from('viewer:p@ss').toString('base64')}`
    expect(seen).toEqual([basic, basic])
    expect(playlist).not.toContain('viewer')
  })
})

describe('byte ranges', () => {
  const file = Buffer.from('0123456789abcdefghij')
  const listed = '#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n#EXT-X-BYTERANGE:10@0\nall.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:10\nall.mp4\n'

  test.each([
    ['as the player asks, and are cached apart', true],
    ['of a media server that knows none are cut out here', false],
  ])('are %s', async (_name, knowsRanges) => {
    const ranges: (string | undefined)[] = []
    const given = await playing({
      media: (request, response) => {
        if (request.url === '/live.m3u8') return void response.writeHead(200, playlistType).end(listed)
        const { range } = request.headers
        ranges.push(range)
        const [, from = 0, to = 0] = (/bytes=(\d+)-(\d+)/.exec(range ?? '') ?? []).map(Number)
        if (!knowsRanges) return void response.writeHead(200, { 'content-type': 'video/mp4' }).end(file)
        response
          .writeHead(206, { 'content-type': 'video/mp4', 'content-range': `bytes ${String(from)}-${String(to)}/20` })
          .end(file.subarray(from, to + 1))
      },
    })
    const [path = '', again] = await segments(given)
    expect(again).toBe(path)
    for (const [range, text] of [
      ['0-9', '0123456789'],
      ['10-19', 'abcdefghij'],
      ['0-9', '0123456789'],
    ] as const) {
      const answer = await given.get(path, 'wall-1', { range: `bytes=${range}` })
      expect([answer.status, answer.headers.get('content-range'), await answer.text()]).toEqual([206, `bytes ${range}/20`, text])
    }
    expect(ranges).toEqual(['bytes=0-9', 'bytes=10-19'])
    expect(given.video.figures().platforms[0]?.cacheBytes).toBe(listed.length + 20)
  })
})

describe('a playlist that', () => {
  test('stands is a dead stream: another is opened, and if that stands too the viewer is told', async () => {
    const { get, clock, opened, closed } = await playing({ media: mediaOf(() => playlistOf(['1.ts', '2.ts'])) })
    const heard: string[] = []
    for (let second = 0; second <= 20; second += 2) {
      heard.push(await told(await get(live)))
      clock.advance(2_000)
    }
    expect(heard.slice(0, 8)).toEqual(Array.from({ length: 8 }, () => '200'))
    expect(new Set(heard.slice(8))).toEqual(new Set(['404 no-stream']))
    expect(opened.length).toBeGreaterThan(1)
    expect(closed.length).toBeGreaterThan(0)
  })

  test('stands, of a platform that gives a stream that moves when it is asked again, is healed within the request', async () => {
    let first = 0
    const { get, clock, opened } = await playing({
      media: (request, response) => mediaOf(() => playlistOf(['1.ts'], request.url?.startsWith('/new') ? (first += 1) : 0))(request, response),
      stream: (origin) => (opened_().length > 1 ? { url: `${origin}/new/live.m3u8` } : {}),
    })
    const opened_ = (): readonly string[] => rig?.opened ?? []
    for (let second = 0; second <= 40; second += 2) {
      expect(await told(await get(live))).toBe('200')
      clock.advance(2_000)
    }
    expect(opened).toHaveLength(2)
  })

  test('starts again at its first number is not answered from what was under those numbers before', async () => {
    let first = 7
    let life = 'first'
    const given = await playing({
      media: (request, response) => {
        if (request.url === '/live.m3u8') response.writeHead(200, playlistType).end(playlistOf([`${String(first)}.ts`], first))
        else response.writeHead(200, { 'content-type': 'video/mp2t' }).end(`${life} ${request.url ?? ''}`)
      },
    })
    const look = async (): Promise<string> => {
      given.clock.advance(2_000)
      return await (await given.get((await segments(given))[0] ?? '')).text()
    }
    expect(await look()).toBe('first /7.ts')
    first = 8
    expect(await look()).toBe('first /8.ts')
    ;[first, life] = [7, 'second']
    expect(await look()).toBe('second /7.ts')
  })

  test('has few files and writes them again is not answered from the round before', async () => {
    let round = 0
    const given = await playing({
      media: (request, response) => {
        if (request.url === '/live.m3u8') response.writeHead(200, playlistType).end(playlistOf(['ring0.ts'], round * 3))
        else response.writeHead(200, { 'content-type': 'video/mp2t' }).end(`round ${String(round)}`)
      },
    })
    for (round of [0, 1, 2]) {
      expect(await (await given.get((await segments(given))[0] ?? '')).text()).toBe(`round ${String(round)}`)
      given.clock.advance(6_000)
    }
  })

  test('jumps ahead by a minute is played on', async () => {
    let first = 10
    const given = await playing({ media: mediaOf(() => playlistOf([`${String(first)}.ts`], first)) })
    await segments(given)
    first = 40
    given.clock.advance(2_000)
    const [path = ''] = await segments(given)
    expect(await (await given.get(path)).text()).toBe('/40.ts')
    expect(given.opened).toHaveLength(1)
  })

  test('has segments of 30 s keeps its stream open between two requests', async () => {
    let first = 0
    const { get, clock, opened, closed } = await playing({
      media: mediaOf(() => playlistOf([`${String(first)}.ts`], first).replace('DURATION:2', 'DURATION:30')),
    })
    for (; first < 5; first += 1) {
      expect(await told(await get(live))).toBe('200')
      clock.advance(30_000)
    }
    expect([opened, closed]).toEqual([[`${camera} sub`], []])
  })

  test('names its variants once is watched for hours by their names', async () => {
    let first = 0
    const given = await playing({
      media: (request, response) => {
        if (request.url === '/live.m3u8') response.writeHead(200, playlistType).end('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow/index.m3u8\n')
        else mediaOf(() => playlistOf([`${String(first)}.ts`], first))(request, response)
      },
    })
    const [variant = ''] = await segments(given)
    for (; first < 60; first += 1) {
      const playlist = await given.get(variant)
      expect(playlist.status).toBe(200)
      const [path = ''] = segmentsOf(await playlist.text(), camera, variant)
      expect(await (await given.get(path)).text()).toBe(`/low/${String(first)}.ts`)
      given.clock.advance(10_000)
    }
    expect(given.asked.filter((path) => path === '/live.m3u8')).toHaveLength(1)
  })

  test('stands where a segment should be is not handed on, since it names addresses', async () => {
    const given = await playing({
      media: naming('1.ts', (_request, response) =>
        response.writeHead(200, { 'content-type': 'video/mp2t' }).end(playlistOf(['http://10.9.8.7/1.ts'])),
      ),
    })
    const [path = ''] = await segments(given)
    expect(await told(await given.get(path))).toBe('404 no-stream')
  })
})

test('what a low-latency player waits for is asked of the media server, and shared; anything else it asks is not', async () => {
  const { get, asked } = await playing({ media: mediaOf(() => playlistOf(['1.ts'])), stream: (origin) => ({ url: `${origin}/live.m3u8?token=t` }) })
  const waiting = `${live}?_HLS_msn=12&_HLS_part=3&_HLS_skip=YES&token=mine&x=1`
  await Promise.all([get(waiting), get(waiting, 'wall-2'), get(`${live}?_HLS_msn=12a&_HLS_skip=maybe`)])
  expect(asked.sort()).toEqual(['/live.m3u8?token=t', '/live.m3u8?token=t&_HLS_msn=12&_HLS_part=3&_HLS_skip=YES'])
})

describe('viewers of the same camera', () => {
  test('who go away do not take the segment from those who wait for it', async () => {
    let deliver = (): void => undefined
    let wasAsked = (): void => undefined
    const asked = new Promise<void>((resolve) => (wasAsked = resolve))
    const given = await playing({
      media: naming('1.ts', (_request, response) => {
        deliver = () => response.writeHead(200, { 'content-type': 'video/mp2t' }).end('whole')
        wasAsked()
      }),
    })
    const [path = ''] = await segments(given)
    const [other = ''] = segmentsOf(await (await given.get(live, 'wall-2')).text(), camera)
    const leaving = new AbortController()
    const gone = fetch(given.ours + path, { headers: { 'x-session': 'wall-1' }, signal: leaving.signal }).catch(() => 'gone')
    await asked
    const staying = given.get(other, 'wall-2')
    leaving.abort()
    expect(await gone).toBe('gone')
    deliver()
    expect(await (await staying).text()).toBe('whole')
    expect(given.asked.filter((path) => path === '/1.ts')).toHaveLength(1)
  })

  test('of whom one reads nothing do not wait for it, and it is cut off after a minute', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, 7)
    const given = await playing({
      media: naming('1.ts', (_request, response) => response.writeHead(200, { 'content-type': 'video/mp2t' }).end(body)),
    })
    const [path = ''] = await segments(given)
    const slow = await given.get(path)
    const [other = ''] = segmentsOf(await (await given.get(live, 'wall-2')).text(), camera)
    expect((await (await given.get(other, 'wall-2')).arrayBuffer()).byteLength).toBe(body.length)
    given.clock.advance(60_000)
    await expect(slow.arrayBuffer()).rejects.toThrow()
  })
})
