import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenStream } from '../../../server/video/provider.ts'
import { gatewayRig, playlistOf, refusalOf } from './rig.ts'
import type { Rig } from './rig.ts'

/** HLS of a platform that is coded anew: followed here, and fed to ffmpeg. The stand-in takes what it shall do from the first segment. */

interface Media {
  /** what it is asked for and answers, by path; a segment holds its own path */
  playlist: string
  readonly asked: string[]
  readonly headers: (string | undefined)[]
  /** resolves when `path` has been asked for that many times */
  readonly until: (path: string, times?: number) => Promise<void>
  readonly stream: OpenStream
}

async function mediaServer(playlist: string): Promise<Media> {
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    media.asked.push(path)
    media.headers.push(request.headers.authorization)
    const isPlaylist = path.endsWith('.m3u8')
    response.writeHead(200, { 'content-type': isPlaylist ? 'application/vnd.apple.mpegurl' : 'video/mp2t' })
    response.end(path === '/master.m3u8' ? '#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=9\nlive.m3u8\n' : isPlaylist ? media.playlist : path)
    for (const look of waiting) look()
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/live.m3u8`
  const media: Media = {
    playlist,
    asked: [],
    headers: [],
    until: (path, times = 1) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (media.asked.filter((one) => one === path).length < times) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    stream: { url, kind: 'hls', headers: { authorization: 'Bearer secret' }, expiresAt: undefined },
  }
  return media
}

/** Segments `/h265/stay/<number>` of two seconds. */
const live = (first: number, last: number, more = ''): string =>
  [
    `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:${String(first)}`,
    ...Array.from({ length: last - first + 1 }, (_, index) => `#EXTINF:2,\n/h265/stay/${String(first + index)}`),
    more,
  ].join('\n')

const start = (rig: Rig, { stream }: Media): string => rig.gateway.anew('a/sub', stream)
const segments = ({ asked }: Media): readonly string[] =>
  asked.filter((path) => path.startsWith('/h265/')).map((path) => path.slice('/h265/stay/'.length))

describe('HLS that is coded anew', () => {
  it('begins with the last two segments, and each new one is fetched once, in order', async () => {
    const rig = await gatewayRig()
    const media = await mediaServer(live(1, 6))
    expect(await playlistOf(rig.gateway, start(rig, media))).toContain('#EXTINF')
    expect(rig.conversions[0]?.args.join(' ')).toContain(
      '-re -analyzeduration 1000000 -protocol_whitelist pipe -format_whitelist mpegts -f mpegts -i pipe:0',
    )
    expect(rig.conversions[0]?.args).toContain('libx264')
    media.playlist = live(2, 8)
    rig.clock.advance(1_000)
    await media.until('/h265/stay/8')
    expect(segments(media)).toEqual(['5', '6', '7', '8'])
    expect(new Set(media.headers)).toEqual(new Set(['Bearer secret']))
  })

  it('that has run ahead is joined at its end', async () => {
    const rig = await gatewayRig()
    const media = await mediaServer(live(1, 6))
    await playlistOf(rig.gateway, start(rig, media))
    media.playlist = live(20, 26)
    rig.clock.advance(1_000)
    await media.until('/h265/stay/26')
    expect(segments(media)).toEqual(['5', '6', '26'])
  })

  it('through a master playlist, and in fragments of MP4 with their initialisation', async () => {
    const rig = await gatewayRig()
    const media = await mediaServer(live(1, 6).replace('#EXTINF', '#EXT-X-MAP:URI="/h265/stay/init"\n#EXTINF'))
    const stream = { ...media.stream, url: media.stream.url.replace('live', 'master') }
    await playlistOf(rig.gateway, rig.gateway.anew('a/sub', stream))
    expect(rig.conversions[0]?.args.join(' ')).toContain('-f mov -i pipe:0')
    await media.until('/h265/stay/6')
    expect(media.asked).toEqual(['/master.m3u8', '/live.m3u8', '/h265/stay/init', '/h265/stay/5', '/h265/stay/6'])
  })

  it.each([
    ['begins anew', live(1, 2), 'the stream has begun anew'],
    ['ends', live(1, 6, '#EXT-X-ENDLIST'), 'the stream has ended'],
    ['is no playlist any more', '<html>', ''],
  ])('that %s is told, and started again', async (_name, then, said) => {
    const rig = await gatewayRig()
    const media = await mediaServer(live(1, 6).replaceAll('stay', 'whole'))
    await playlistOf(rig.gateway, start(rig, media))
    media.playlist = then.replaceAll('stay', 'whole')
    rig.clock.advance(1_000)
    await rig.failed(1)
    expect(rig.failures[0]).toContain(said)
    media.playlist = live(30, 31)
    rig.clock.advance(1_000)
    await rig.started(2)
    await media.until('/h265/stay/31')
    expect(rig.gateway.stats.restarts).toBe(1)
  })

  it.each([
    ['encrypted', live(1, 6).replace('#EXTINF', '#EXT-X-KEY:METHOD=AES-128,URI="key"\n#EXTINF'), /encrypted/],
    ['without a segment', live(1, 0), /neither segments nor variants/],
    ['a page', '<html>', /^no-stream/],
  ])('%s is refused in words', async (_name, playlist, said) => {
    const rig = await gatewayRig()
    const media = await mediaServer(playlist)
    expect(await refusalOf(rig.gateway.fetch(start(rig, media)))).toMatch(said)
    expect(rig.conversions).toEqual([])
  })

  it('of another host than the platform’s is not gone to', async () => {
    const rig = await gatewayRig()
    const refusal = await refusalOf(
      rig.gateway.fetch(rig.gateway.anew('a/sub', { url: 'http://localhost:1/live.m3u8', kind: 'hls', expiresAt: undefined })),
    )
    expect(refusal).toContain('neither the platform nor one of its mediaHosts')
  })

  it('stops asking when nobody watches', async () => {
    const rig = await gatewayRig()
    const media = await mediaServer(live(1, 6))
    await playlistOf(rig.gateway, start(rig, media))
    await rig.gateway.stop('a/sub')
    const { length } = media.asked
    rig.clock.advance(60_000)
    expect(media.asked).toHaveLength(length)
    expect(rig.gateway.stats).toEqual({ running: 0, transcodes: 0, restarts: 0, bytes: 0 })
  })
})
