import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { VideoProbeFact } from '../../contract/video-fact.ts'
import { lookAtPlaylist } from '../../server/video/playlist-look.ts'
import { readPlaylist } from '../../server/video/playlist.ts'
import type { Playlist } from '../../server/video/playlist.ts'
import { Prober } from '../../server/video/prober.ts'
import type { ProberOptions } from '../../server/video/prober.ts'
import { codecOf } from '../../server/video/stream-codec.ts'
import { StreamTrouble } from '../../server/video/trouble.ts'
import { ManualClock } from '../support/manual-clock.ts'

const drawn = readFileSync(new URL('../../mock-streams/video/media/square/00.mpegts', import.meta.url))
const minute = 60_000

const fetched = (text: string): Playlist => readPlaylist(text, { base: 'http://media.test/a/live.m3u8' })

/** A live playlist of two-second segments whose first has this number. */
const playlist = (first: number, from?: number): string =>
  [
    '#EXTM3U',
    '#EXT-X-TARGETDURATION:2',
    `#EXT-X-MEDIA-SEQUENCE:${String(first)}`,
    ...(from === undefined ? [] : [`#EXT-X-PROGRAM-DATE-TIME:${new Date(from).toISOString()}`]),
    ...[0, 1, 2].flatMap((index) => ['#EXTINF:2.0,', `${String(first + index)}.ts`]),
  ].join('\n')

function rig(given: Partial<ProberOptions> = {}) {
  const clock = new ManualClock()
  const facts: VideoProbeFact[] = []
  const looked: string[] = []
  const began = clock.now()
  /** what a camera's playlist says: moves on with the clock */
  const live = (): string => playlist(Math.floor((clock.now() - began) / 2_000), clock.now() - 8_000)
  const prober = new Prober({
    clock,
    online: () => ['a'],
    hasRoom: () => true,
    livePlaylist: (source) => {
      looked.push(source)
      return Promise.resolve(fetched(live()))
    },
    variant: () => Promise.reject(new Error('no master')),
    media: () => Promise.resolve({ body: drawn }),
    record: (told) => Promise.resolve(void facts.push(...told)),
    everyMs: 5 * minute,
    random: () => 0,
    ...given,
  })
  return { clock, facts, looked, prober, pass: (ms: number) => pass(clock, ms) }
}

/** Second by second, so that what a timer began comes to its end before the next. */
async function pass(clock: ManualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1_000) {
    clock.advance(1_000)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

const failing = (state: StreamTrouble['state']) => ({ livePlaylist: () => Promise.reject(new StreamTrouble(state, 'x')) })

describe('a look', () => {
  test('finds a camera whose segments arrive, with codec, rate, and how far its clock is from ours', async () => {
    const { facts, pass } = rig()
    await pass(10_000)
    expect(facts).toHaveLength(1)
    expect(facts[0]).toMatchObject({ kind: 'video-probe', source: 'a', state: 'moving', firstSegmentMs: 0, clockOffsetMs: -2_000 })
    expect(facts[0]?.codec).toMatch(/^avc1\.[0-9a-f]{6}$/)
    expect(facts[0]?.kilobitsPerSecond).toBe(Math.round((drawn.length * 8) / 2 / 1_000))
  })

  test('finds one whose playlist stands, once it has looked twice', async () => {
    const { facts, pass } = rig({ livePlaylist: () => Promise.resolve(fetched(playlist(7))) })
    await pass(15_000)
    expect(facts).toEqual([])
    await pass(30_000)
    expect(facts.map(({ state }) => state)).toEqual(['standing'])
  })

  test('a playlist that has ended is no live picture, even if it was another the first time', async () => {
    const { facts, pass } = rig({ livePlaylist: () => Promise.resolve(fetched(`${playlist(7)}\n#EXT-X-ENDLIST`)) })
    await pass(minute)
    expect(facts.map(({ state }) => state)).toEqual(['standing'])
  })

  test.each([
    ['no-stream', 'no-stream'],
    ['platform-down', 'platform-down'],
    ['no-permission', 'no-permission'],
  ] as const)('tells of %s', async (trouble, state) => {
    const { facts, pass } = rig(failing(trouble))
    await pass(minute)
    expect(facts.map((fact) => fact.state)).toEqual([state])
  })

  test.each(['busy', 'connecting', 'offline'] as const)('says nothing of the camera when the answer is %s', async (trouble) => {
    const { facts, pass } = rig(failing(trouble))
    await pass(11 * minute)
    expect(facts).toEqual([])
  })

  test('takes the smallest variant of a master, and the codec that it states', async () => {
    const asked: string[] = []
    const { facts, pass } = rig({
      livePlaylist: () =>
        Promise.resolve(
          fetched(
            '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="mp4a.40.2,hvc1.1.6.L93.B0"\nbig.m3u8\n#EXT-X-STREAM-INF:BANDWIDTH=100000,CODECS="avc1.42c01e"\nsmall.m3u8',
          ),
        ),
      variant: (_source, { address }) => {
        asked.push(address)
        return Promise.resolve(fetched(playlist(asked.length, 0)))
      },
    })
    await pass(10_000)
    expect(asked[0]).toBe('http://media.test/a/small.m3u8')
    expect(facts[0]).toMatchObject({ state: 'moving', codec: 'avc1.42c01e' })
  })

  test('a master without variants is no stream', async () => {
    const { facts, pass } = rig({ livePlaylist: () => Promise.resolve(fetched('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n')) })
    await pass(minute)
    expect(facts.map(({ state }) => state)).toEqual(['no-stream'])
  })
})

describe('the round', () => {
  test('looks at each camera once in its time, one after the other', async () => {
    const { looked, pass } = rig({ online: () => ['a', 'b', 'c'] })
    await pass(4 * minute)
    expect([...new Set(looked)].sort()).toEqual(['a', 'b', 'c'])
    expect(looked).toHaveLength(6)
    await pass(5 * minute)
    expect(looked).toHaveLength(12)
  })

  test('tells a state once, and its figures once an hour', async () => {
    const { facts, pass } = rig()
    await pass(59 * minute)
    expect(facts).toHaveLength(1)
    await pass(10 * minute)
    expect(facts).toHaveLength(2)
  })

  test('tells that a camera came back at the first look that finds it', async () => {
    let isBroken = true
    const given = rig({
      livePlaylist: () =>
        isBroken ? Promise.reject(new StreamTrouble('no-stream', 'x')) : Promise.resolve(fetched(playlist(given.looked.push('a')))),
    })
    await given.pass(minute)
    isBroken = false
    await given.pass(6 * minute)
    expect(given.facts.map(({ state }) => state)).toEqual(['no-stream', 'moving'])
  })

  test('leaves a camera alone while there is no room for a look', async () => {
    let hasRoom = false
    const { looked, pass } = rig({ hasRoom: () => hasRoom })
    await pass(10 * minute)
    expect(looked).toEqual([])
    hasRoom = true
    await pass(5_000)
    expect(looked).not.toEqual([])
  })

  test('what could not be recorded is told after the next look', async () => {
    let isFull = true
    const told: VideoProbeFact[] = []
    const { pass } = rig({ record: (facts) => (isFull ? Promise.reject(new Error('full')) : Promise.resolve(void told.push(...facts))) })
    await pass(minute)
    isFull = false
    await pass(6 * minute)
    expect(told).toHaveLength(1)
  })

  test('a camera that is off line is not looked at, and is told anew when it is back', async () => {
    let online = ['a']
    const { facts, looked, pass } = rig({ online: () => online })
    await pass(minute)
    online = []
    await pass(20 * minute)
    expect(looked).toHaveLength(2)
    online = ['a']
    await pass(minute)
    expect(facts).toHaveLength(2)
  })
})

describe('a playlist as a look reads it', () => {
  test('byte ranges and initialisation sections', () => {
    const text =
      '#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXT-X-MEDIA-SEQUENCE:5\n#EXT-X-MAP:URI="http://m.test/init.mp4"\n#EXTINF:4,\n#EXT-X-BYTERANGE:100@200\nhttp://m.test/all.mp4\n'
    expect(lookAtPlaylist(text)).toMatchObject({
      targetSeconds: 4,
      lastNumber: 5,
      last: { address: 'http://m.test/all.mp4', range: 'bytes=200-299', map: 'http://m.test/init.mp4', seconds: 4 },
    })
  })

  test('the date of the first segment dates the last', () => {
    const reading = lookAtPlaylist(playlist(0, Date.UTC(2026, 0, 1)))
    expect(reading).toMatchObject({ last: { startedAt: Date.UTC(2026, 0, 1) + 4_000 } })
  })

  test('an empty one has no last segment', () => {
    expect(lookAtPlaylist('#EXTM3U\n#EXT-X-TARGETDURATION:2')).toMatchObject({ kind: 'media', last: undefined })
  })
})

describe('the codec of a piece', () => {
  test('of fragmented MP4', () => {
    expect(codecOf(Buffer.concat([Buffer.alloc(40), Buffer.from('avcC\u0001\u0064\u0000\u001f', 'latin1')]))).toBe('avc1.64001f')
    expect(codecOf(Buffer.concat([Buffer.alloc(40), Buffer.from('hvc1....hvcC', 'latin1')]))).toBe('hvc1')
  })

  test('of a transport stream whose map names H.265', () => {
    const stream = Buffer.from(drawn)
    const map = stream.findLastIndex((byte, at) => byte === 0x02 && stream[at - 1] === 0 && at % 188 === 5 && at < 188 * 4)
    expect(map).toBeGreaterThan(0)
    stream[stream.indexOf(0x1b, map + 10)] = 0x24
    expect(codecOf(stream)).toBe('hvc1')
  })

  test('noise has none', () => {
    expect(codecOf(Buffer.from([0x47, ...Array.from({ length: 600 }, (_, index) => (index * 31) % 251)]))).toBeUndefined()
    expect(codecOf(Buffer.alloc(0))).toBeUndefined()
  })
})
