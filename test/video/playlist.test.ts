import { describe, expect, test } from 'vitest'
import { livePlaylist } from '../../mock-streams/video/playlist.ts'
import { PlaylistError, rewritePlaylist } from '../../server/video/playlist.ts'

const rewrite = (text: string, base = 'http://media.test/openUrl/t0k/live.m3u8'): string =>
  rewritePlaylist(text, base, (address, kind) => `<${kind} ${address}>`)

describe('rewritePlaylist', () => {
  test('relative, rooted and absolute addresses; everything else stays', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.000,title',
      '7.ts?x=1',
      '#EXT-X-BYTERANGE:100@0',
      '/a/8.ts',
      'http://other.test/9.ts',
      '',
    ].join('\n')
    expect(rewrite(text).split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.000,title',
      '<media http://media.test/openUrl/t0k/7.ts?x=1>',
      '#EXT-X-BYTERANGE:100@0',
      '<media http://media.test/a/8.ts>',
      '<media http://other.test/9.ts>',
      '',
    ])
  })

  test('addresses in keys, maps, parts and hints', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-KEY:METHOD=AES-128,URI="../key?id=1",IV=0x1',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AA"',
      '#EXT-X-MAP:URI="init.mp4",BYTERANGE="720@0"',
      '#EXT-X-PART:DURATION=0.5,URI="p1.m4s",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2.m4s"',
      '#EXT-X-RENDITION-REPORT:URI="../low/live.m3u8",LAST-MSN=3',
    ].join('\r\n')
    expect(rewrite(text).split('\n').slice(1)).toEqual([
      '#EXT-X-KEY:METHOD=AES-128,URI="<media http://media.test/openUrl/key?id=1>",IV=0x1',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AA"',
      '#EXT-X-MAP:URI="<media http://media.test/openUrl/t0k/init.mp4>",BYTERANGE="720@0"',
      '#EXT-X-PART:DURATION=0.5,URI="<media http://media.test/openUrl/t0k/p1.m4s>",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="<media http://media.test/openUrl/t0k/p2.m4s>"',
      '#EXT-X-RENDITION-REPORT:URI="<playlist http://media.test/openUrl/low/live.m3u8>",LAST-MSN=3',
    ])
  })

  test('a master playlist names playlists', () => {
    const text = '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="a.m3u8"\n#EXT-X-STREAM-INF:BANDWIDTH=1\nlow.m3u8'
    expect(rewrite(text)).toBe(
      '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",URI="<playlist http://media.test/openUrl/t0k/a.m3u8>"\n#EXT-X-STREAM-INF:BANDWIDTH=1\n<playlist http://media.test/openUrl/t0k/low.m3u8>',
    )
  })

  test('comments, which may name anything, are left out', () => {
    expect(rewrite('\uFEFF#EXTM3U\n# made by http://10.0.0.3:83/\n1.ts')).toBe(
      '\uFEFF#EXTM3U\n<media http://media.test/openUrl/t0k/1.ts>'.replace('\uFEFF', ''),
    )
  })

  test.each([
    ['a page', '<html></html>', 'not a playlist: it does not begin with #EXTM3U'],
    ['a file', '#EXTM3U\nfile:///etc/passwd', 'an address in the playlist has the scheme file:'],
    ['no address', '#EXTM3U\nhttp://[', 'an address in the playlist cannot be read'],
  ])('%s is refused', (_name, text, said) => {
    expect(() => rewrite(text)).toThrow(new PlaylistError(said))
  })
})

describe("the stand-in's endless playlist", () => {
  const numbers = (text: string): number[] => [...text.matchAll(/^(\d+)\.ts$/gm)].map(([, number]) => Number(number))
  const field = (text: string, name: string): number => Number(new RegExp(`#EXT-X-${name}:(\\d+)`).exec(text)?.[1])

  test('moves on by one segment every two seconds, and its discontinuity numbers agree over the joins', () => {
    const start = Date.UTC(2026, 10, 23, 6, 30)
    const reel = { startedAt: start - 60_000, phaseMs: 7_000 }
    const playlists = Array.from({ length: 40 }, (_, index) => livePlaylist(start + index * 2_000, reel))
    const joinsBefore = new Map<number, number>()
    playlists.forEach((text, index) => {
      const shown = numbers(text)
      expect(shown).toEqual(Array.from({ length: 6 }, (_, step) => numbers(playlists[0]!)[0]! + index + step))
      expect(field(text, 'MEDIA-SEQUENCE')).toBe(shown[0])
      let joins = field(text, 'DISCONTINUITY-SEQUENCE')
      for (const piece of text.split(/(?=#EXT-X-PROGRAM|#EXT-X-DISCONTINUITY\n)/).slice(1)) {
        if (piece.startsWith('#EXT-X-DISCONTINUITY')) joins++
        const [number] = numbers(piece)
        if (number === undefined) continue
        expect(joinsBefore.get(number) ?? joins).toBe(joins)
        joinsBefore.set(number, joins)
      }
    })
    expect(new Set(joinsBefore.values()).size).toBeGreaterThanOrEqual(3)
  })
})
