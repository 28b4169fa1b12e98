import { expect, it } from 'vitest'
import { LiveWindow } from '../../../server/video/gateway/live-window.ts'

const start = Date.UTC(2026, 10, 23, 6, 30)
const fragment = (durationMs: number, bytes = 10) => ({ durationMs, body: Buffer.alloc(bytes, 'p') })

/** A window that has had `count` segments of two seconds, each when it was over. */
function windowOf(count: number): LiveWindow {
  const window = new LiveWindow(start)
  window.begin(Buffer.from('init'))
  for (let index = 1; index <= count; index++) window.add(fragment(2_000), start + index * 2_000)
  return window
}

const linesOf = (window: LiveWindow): readonly string[] => window.playlist()?.split('\n') ?? []
const namesIn = (window: LiveWindow): readonly string[] => linesOf(window).filter((line) => line.endsWith('.m4s'))
const tag = (window: LiveWindow, name: string): string | undefined => linesOf(window).find((line) => line.startsWith(`#EXT-X-${name}:`))

it('there is no playlist before the first segment, then one that a player can follow', () => {
  expect(windowOf(0).playlist()).toBeUndefined()
  expect(linesOf(windowOf(2))).toEqual([
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-TARGETDURATION:2',
    '#EXT-X-MEDIA-SEQUENCE:1795415400',
    '#EXT-X-DISCONTINUITY-SEQUENCE:0',
    '#EXT-X-INDEPENDENT-SEGMENTS',
    '#EXT-X-MAP:URI="mwsvz0w0-1795415400.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-23T06:30:00.000Z',
    '#EXTINF:2.000,',
    'mwsvz0w0-1795415400.m4s',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-23T06:30:02.000Z',
    '#EXTINF:2.000,',
    'mwsvz0w0-1795415401.m4s',
    '',
  ])
})

it('names five segments and keeps twelve, for viewers who are behind', () => {
  const window = windowOf(30)
  const names = namesIn(window)
  expect(names).toHaveLength(5)
  expect(tag(window, 'MEDIA-SEQUENCE')).toBe('#EXT-X-MEDIA-SEQUENCE:1795415425')
  expect(window.part(names[0] ?? '')).toEqual({ body: fragment(0).body, contentType: 'video/iso.segment' })
  const older = (by: number): string => names[0]?.replace('1795415425', String(1_795_415_425 - by)) ?? ''
  expect(window.part(older(7))).toBeDefined()
  expect(window.part(older(8))).toBeUndefined()
  expect(window.part('mwsvz0w0-1795415400.mp4')).toEqual({ body: Buffer.from('init'), contentType: 'video/mp4' })
  expect(window.bytes).toBe(12 * 10 + 4)
})

it('fragments of less than a second are joined', () => {
  const window = new LiveWindow(start)
  window.begin(Buffer.from('init'))
  for (const at of [400, 800]) window.add(fragment(400), start + at)
  expect(window.playlist()).toBeUndefined()
  window.add(fragment(400), start + 1_200)
  expect(linesOf(window)).toContain('#EXTINF:1.200,')
  expect(window.part(namesIn(window)[0] ?? '')?.body).toHaveLength(30)
})

it('a new beginning is a discontinuity, counted when its segment has left the playlist', () => {
  const window = windowOf(3)
  window.begin(Buffer.from('other'))
  window.add(fragment(2_000), start + 20_000)
  expect(linesOf(window).slice(-7)).toEqual([
    'mwsvz0w0-1795415402.m4s',
    '#EXT-X-DISCONTINUITY',
    '#EXT-X-MAP:URI="mwsvz0w0-1795415403.mp4"',
    '#EXT-X-PROGRAM-DATE-TIME:2026-11-23T06:30:18.000Z',
    '#EXTINF:2.000,',
    'mwsvz0w0-1795415403.m4s',
    '',
  ])
  const counts = Array.from({ length: 16 }, (_, index) => {
    window.add(fragment(2_000), start + 22_000 + index * 2_000)
    return tag(window, 'DISCONTINUITY-SEQUENCE')?.split(':')[1]
  })
  // the segment that carries the tag is the first named one after four more
  expect(counts.join('')).toBe('0001111111111111')
  expect(linesOf(window)).not.toContain('#EXT-X-DISCONTINUITY')
})

it('a beginning that comes to nothing leaves no trace', () => {
  const window = windowOf(1)
  window.begin(Buffer.from('nothing follows'))
  window.begin(Buffer.from('other'))
  window.add(fragment(2_000), start + 10_000)
  expect(linesOf(window).filter((line) => line === '#EXT-X-DISCONTINUITY')).toHaveLength(1)
})

it('times of segments run on smoothly while pictures arrive unevenly, and jump after a pause', () => {
  const window = windowOf(1)
  window.add(fragment(2_000), start + 4_300)
  window.add(fragment(2_000), start + 5_800)
  window.add(fragment(2_000), start + 30_000)
  const times = linesOf(window).flatMap((line) => /TIME:.*T06:30:(.*)Z/.exec(line)?.[1] ?? [])
  expect(times).toEqual(['00.000', '02.000', '04.000', '28.000'])
})

it('holds 48 MB at most, and always the last segment', () => {
  const window = new LiveWindow(start)
  window.begin(Buffer.alloc(0))
  for (let index = 1; index <= 5; index++) window.add(fragment(2_000, 15 * 1024 * 1024), start + index * 2_000)
  expect(namesIn(window)).toHaveLength(3)
})

it('a window of the same camera that begins later has later numbers and other names', () => {
  const later = new LiveWindow(start + 60_000)
  later.begin(Buffer.from('init'))
  later.add(fragment(2_000), start + 62_000)
  expect(tag(later, 'MEDIA-SEQUENCE')).toBe('#EXT-X-MEDIA-SEQUENCE:1795415460')
  expect(namesIn(later)).not.toContain(namesIn(windowOf(40))[0])
})
