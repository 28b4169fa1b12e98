import { describe, expect, test } from 'vitest'
import { livePlaylist } from '../../mock-streams/video/playlist.ts'
import { PlaylistError, readPlaylist } from '../../server/video/playlist.ts'
import type { Reference } from '../../server/video/playlist.ts'

const base = 'http://media.test/openUrl/t0k/live.m3u8'
const named = ({ kind, address, sequence }: Reference): string => `<${kind} ${sequence === undefined ? '' : `${String(sequence)} `}${address}>`
const rewrite = (text: string, from = base): readonly string[] => readPlaylist(text, { base: from }).write(named).trim().split('\n').slice(1)

describe('a playlist that would keep the server busy', () => {
  test('is refused by its length, before its addresses are looked at', () => {
    const lines = (count: number) => ['#EXTM3U', ...Array.from({ length: count - 1 }, (_, index) => `${String(index)}.ts`)].join('\n')
    expect(() => rewrite(lines(20_001))).toThrow('20001 lines, expected 20000 at most: a live playlist has some dozens')
    expect(rewrite(lines(20_000))).toHaveLength(19_999)
  })
})

describe('what is written', () => {
  test('relative, rooted, protocol-relative and absolute addresses; everything else stays', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.000,title, with a comma',
      '7.ts?x=1&y=a,b',
      '#EXTINF:2,',
      '/a/8.ts',
      '#EXTINF:2,',
      '//other.test/9.ts',
      '#EXTINF:2,',
      'http://other.test:83/10.ts',
    ].join('\n')
    expect(rewrite(text)).toEqual([
      '#EXT-X-TARGETDURATION:2',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-DISCONTINUITY',
      '#EXTINF:2.000,title, with a comma',
      '<media 7 http://media.test/openUrl/t0k/7.ts?x=1&y=a,b>',
      '#EXTINF:2,',
      '<media 8 http://media.test/a/8.ts>',
      '#EXTINF:2,',
      '<media 9 http://other.test/9.ts>',
      '#EXTINF:2,',
      '<media 10 http://other.test:83/10.ts>',
    ])
  })

  test('is the same for a playlist with the line ends of another system and a mark before it', () => {
    const text = '#EXTM3U\n#EXT-X-MAP:URI="init.mp4"\n#EXTINF:2,\n1.m4s\n'
    expect(rewrite(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(rewrite(text))
  })

  test('addresses in keys, maps, parts and hints; a part has the number of its segment', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-TARGETDURATION:4',
      '#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,CAN-SKIP-UNTIL=24,PART-HOLD-BACK=1.0',
      '#EXT-X-MEDIA-SEQUENCE:10',
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=3',
      '#EXT-X-KEY:METHOD=AES-128,URI="../key?id=1",IV=0x1',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AA"',
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key-1",KEYFORMAT="com.apple.streamingkeydelivery"',
      '#EXT-X-MAP:URI="init.mp4",BYTERANGE="720@0"',
      '#EXTINF:4,',
      '13.m4s',
      '#EXT-X-PART:DURATION=0.5,URI="p1.m4s",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p2.m4s"',
      '#EXT-X-RENDITION-REPORT:URI="../low/live.m3u8",LAST-MSN=3',
    ].join('\n')
    expect(rewrite(text).slice(3)).toEqual([
      '#EXT-X-SKIP:SKIPPED-SEGMENTS=3',
      '#EXT-X-KEY:METHOD=AES-128,URI="<media http://media.test/openUrl/key?id=1>",IV=0x1',
      '#EXT-X-KEY:METHOD=AES-128,URI="data:text/plain;base64,AA"',
      '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="skd://key-1",KEYFORMAT="com.apple.streamingkeydelivery"',
      '#EXT-X-MAP:URI="<media http://media.test/openUrl/t0k/init.mp4>",BYTERANGE="720@0"',
      '#EXTINF:4,',
      '<media 13 http://media.test/openUrl/t0k/13.m4s>',
      '#EXT-X-PART:DURATION=0.5,URI="<media 14 http://media.test/openUrl/t0k/p1.m4s>",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="<media 14 http://media.test/openUrl/t0k/p2.m4s>"',
      '#EXT-X-RENDITION-REPORT:URI="<playlist http://media.test/openUrl/low/live.m3u8>",LAST-MSN=3',
    ])
  })

  test('a file that is asked for by its bytes has one name, whichever part of it is meant', () => {
    const text =
      '#EXTM3U\n#EXT-X-MAP:URI="a.mp4",BYTERANGE="9@0"\n#EXTINF:2,\n#EXT-X-BYTERANGE:100@9\na.mp4\n#EXTINF:2,\n#EXT-X-BYTERANGE:50\na.mp4\n#EXTINF:2,\nb.mp4'
    const references: Reference[] = []
    readPlaylist(text, { base }).write((reference) => String(references.push(reference)))
    expect(references.map(({ sequence, isRanged }) => [sequence, isRanged])).toEqual([
      [undefined, false],
      [undefined, true],
      [undefined, true],
      [2, false],
    ])
  })

  test('a master playlist names playlists, in every tag that may', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-CONTENT-STEERING:SERVER-URI="/steering?id=1",PATHWAY-ID="a"',
      '#EXT-X-SESSION-DATA:DATA-ID="title",URI="title.json"',
      '#EXT-X-SESSION-KEY:METHOD=AES-128,URI="key"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Ton, URI=",URI="a.m3u8"',
      '#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"',
      '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="t.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2",VIDEO-RANGE=SDR',
      'low.m3u8',
    ].join('\n')
    const folder = 'http://media.test/openUrl/t0k'
    expect(rewrite(text)).toEqual([
      '#EXT-X-CONTENT-STEERING:SERVER-URI="<media http://media.test/steering?id=1>",PATHWAY-ID="a"',
      `#EXT-X-SESSION-DATA:DATA-ID="title",URI="<media ${folder}/title.json>"`,
      `#EXT-X-SESSION-KEY:METHOD=AES-128,URI="<media ${folder}/key>"`,
      `#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Ton, URI=",URI="<playlist ${folder}/a.m3u8>"`,
      `#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="<playlist ${folder}/i.m3u8>"`,
      `#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=1,URI="<playlist ${folder}/t.m3u8>"`,
      '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64001f,mp4a.40.2",VIDEO-RANGE=SDR',
      `<playlist ${folder}/low.m3u8>`,
    ])
  })

  test('addresses of date ranges, of early segments, and such as lack their quotes', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-DATERANGE:ID="a",X-ASSET-URI="ad.m3u8",X-ASSET-LIST="list.json",X-NOTE="a, b"',
      '#EXT-X-PREFETCH:early.ts',
      '#EXT-X-MAP:URI=init.mp4,BYTERANGE=720@0',
    ].join('\n')
    const folder = 'http://media.test/openUrl/t0k'
    expect(rewrite(text)).toEqual([
      `#EXT-X-DATERANGE:ID="a",X-ASSET-URI="<playlist ${folder}/ad.m3u8>",X-ASSET-LIST="<media ${folder}/list.json>",X-NOTE="a, b"`,
      `#EXT-X-PREFETCH:<media ${folder}/early.ts>`,
      `#EXT-X-MAP:URI="<media ${folder}/init.mp4>",BYTERANGE=720@0`,
    ])
  })

  test('comments, which may name anything, are left out, and so is where the stream is from in a title', () => {
    const text = [
      '#EXTM3U',
      '# made by http://10.0.0.3:83/',
      '#EXTINF:2,rtsp://admin:secret@cam7.test/1 of http://media.test/x',
      '1.ts',
      '#EXT-X-DATERANGE:ID="b",SCHEME="https://aomedia.org/emsg/ID3",X-CAMERA="rtsp://10.3.0.9/live"',
    ].join('\n')
    expect(rewrite(text)).toEqual([
      '#EXTINF:2, of ',
      '<media 0 http://media.test/openUrl/t0k/1.ts>',
      '#EXT-X-DATERANGE:ID="b",SCHEME="https://aomedia.org/emsg/ID3",X-CAMERA=""',
    ])
  })
})

describe('variables', () => {
  const text = [
    '#EXTM3U',
    '#EXT-X-DEFINE:NAME="host",VALUE="http://10.0.0.3:83"',
    '#EXT-X-DEFINE:QUERYPARAM="token"',
    '#EXT-X-STREAM-INF:BANDWIDTH=1,NAME="{$token}"',
    '{$host}/low.m3u8?t={$token}',
  ].join('\n')

  test('are put in where they stand, and what defines them is left out', () => {
    expect(rewrite(text, `${base}?token=t1`)).toEqual(['#EXT-X-STREAM-INF:BANDWIDTH=1,NAME="t1"', '<playlist http://10.0.0.3:83/low.m3u8?t=t1>'])
  })

  test('may be imported by the playlists of a master playlist', () => {
    const { variables } = readPlaylist(text, { base: `${base}?token=t1` })
    const variant = '#EXTM3U\n#EXT-X-DEFINE:IMPORT="token"\n#EXTINF:2,\n1.ts?t={$token}'
    expect(readPlaylist(variant, { base, imported: variables }).write(named)).toContain('/1.ts?t=t1>')
    expect(() => readPlaylist(variant, { base })).toThrow(new PlaylistError('the playlist uses the variable "token", which nothing defines'))
  })

  test('are none where nothing is defined', () => {
    expect(rewrite('#EXTM3U\n#EXTINF:2,\n{$x}.ts')).toEqual(['#EXTINF:2,', '<media 0 http://media.test/openUrl/t0k/%7B$x%7D.ts>'])
  })
})

describe('what is no playlist', () => {
  test.each([
    ['a page', '<html></html>', 'not a playlist: it does not begin with #EXTM3U'],
    ['nothing', '', 'not a playlist: it does not begin with #EXTM3U'],
    ['a file', '#EXTM3U\nfile:///etc/passwd', 'an address in the playlist has the scheme file:'],
    ['a map that is a file', '#EXTM3U\n#EXT-X-MAP:URI="file:///etc/passwd"', 'an address in the playlist has the scheme file:'],
    ['no address', '#EXTM3U\nhttp://[', 'an address in the playlist cannot be read'],
  ])('%s is refused', (_name, text, said) => {
    expect(() => readPlaylist(text, { base })).toThrow(new PlaylistError(said))
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
