import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { OpenStream } from '../../../server/video/provider.ts'
import { gatewayRig, namesIn, playlistOf, refusalOf } from './rig.ts'

const isGone = ({ exitCode, signalCode }: { readonly exitCode: number | null; readonly signalCode: string | null }): boolean =>
  exitCode !== null || signalCode !== null

describe('a camera that is watched', () => {
  it('is one process for all its viewers, and its parts are had by the addresses in the playlist', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    const [playlist = '', ...others] = await Promise.all(Array.from({ length: 20 }, () => playlistOf(gateway, address)))
    expect(new Set(others)).toEqual(new Set([playlist]))
    expect(conversions).toHaveLength(1)
    const init = /MAP:URI="(.*)"/.exec(playlist)?.[1] ?? ''
    const parts = await Promise.all([init, ...namesIn(playlist)].map((name) => gateway.fetch(new URL(name, address).href)))
    expect(parts.map(({ contentType, body }) => [contentType, body.toString('latin1', 4, 8)])).toEqual([
      ['video/mp4', 'ftyp'],
      ...namesIn(playlist).map(() => ['video/iso.segment', 'moof']),
    ])
    expect(gateway.codecOf(address)).toBe('avc1.4d400a')
    expect(gateway.stats).toMatchObject({ running: 1, transcodes: 0, restarts: 0 })
    expect(gateway.stats.bytes).toBeGreaterThan(1_000)
  })

  it('is not started by opening, but by its first viewer', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    gateway.open('a/sub', rtsp('/h264/stay'))
    expect(conversions).toEqual([])
    expect(gateway.stats.running).toBe(0)
  })

  it('has no address, user or password in its arguments, and none in the addresses that are handed out', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    const playlist = await playlistOf(gateway, address)
    expect(`${String(conversions[0]?.args.join(' '))} ${address} ${playlist}`).not.toMatch(/user|secret|127\.0\.0\.1|rtsp:/)
    expect(conversions[0]?.args.join(' ')).toContain('-protocol_whitelist pipe,rtp,tcp -format_whitelist concat,rtsp')
  })

  it('stops with the last viewer: no process, nothing held', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    await playlistOf(gateway, address)
    await gateway.stop('a/sub')
    expect(conversions.map(({ child }) => isGone(child))).toEqual([true])
    expect(gateway.stats).toEqual({ running: 0, transcodes: 0, restarts: 0, bytes: 0 })
    expect(await refusalOf(gateway.fetch(address))).toBe('no-stream: the stream has been closed')
  })

  it('stops by itself when nobody has asked for 20 s, and begins again for the next who does', async () => {
    const { clock, gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    const playlist = await playlistOf(gateway, address)
    clock.advance(6_000)
    await gateway.fetch(new URL(namesIn(playlist)[0] ?? '', address).href)
    clock.advance(1)
    expect(gateway.stats.running).toBe(1)
    clock.advance(25_000)
    expect(gateway.stats.running).toBe(0)
    const again = await playlistOf(gateway, address)
    expect(conversions).toHaveLength(2)
    const sequenceOf = (text: string): number => Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1])
    expect(sequenceOf(again)).toBeGreaterThan(sequenceOf(playlist))
  })

  it('a process that does not listen is ended by force after two seconds', async () => {
    const { clock, gateway, conversions, rtsp } = await gatewayRig()
    await playlistOf(gateway, gateway.open('a/sub', rtsp('/h264/stubborn')))
    const stopped = gateway.stop('a/sub')
    clock.advance(1_999)
    expect(conversions[0]?.child.signalCode).toBeNull()
    clock.advance(1)
    await stopped
    expect(conversions[0]?.child.signalCode).toBe('SIGKILL')
  })

  it('closing waits for every process, also for those whose stopping nobody waited for', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const addresses = ['a', 'b', 'c'].map((key) => gateway.open(key, rtsp('/h264/stay')))
    await Promise.all(addresses.map((address) => playlistOf(gateway, address)))
    void gateway.stop('a')
    await gateway.close()
    expect(conversions.map(({ child }) => isGone(child))).toEqual([true, true, true])
  })
})

describe('a camera that fails', () => {
  it('hangs: after 8 s without a picture it is begun again, and the playlist goes on with a discontinuity', async () => {
    const { clock, gateway, failures, failed, pictures, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    const before = await playlistOf(gateway, address)
    clock.advance(7_999)
    expect(failures).toEqual([])
    clock.advance(1)
    await failed(1)
    expect(failures).toEqual(['a/sub: no picture has come for 8 s'])
    expect(await playlistOf(gateway, address), 'the last pictures stand still meanwhile').toBe(before)
    clock.advance(1_000)
    await pictures(2)
    const after = await playlistOf(gateway, address)
    expect(after).toContain('#EXT-X-DISCONTINUITY\n#EXT-X-MAP')
    expect(namesIn(after).slice(0, 2)).toEqual(namesIn(before).slice(-2))
    expect(gateway.stats).toMatchObject({ running: 1, restarts: 1 })
  })

  it('never shows anything: the viewer waits 6 s and is told to come again, after 15 s it is begun anew', async () => {
    const { clock, gateway, started, failed, failures, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/nothing/stay'))
    const first = refusalOf(gateway.fetch(address))
    await started(1)
    clock.advance(6_000)
    expect(await first).toBe('connecting: no picture yet, 6 s after the start')
    clock.advance(9_000)
    await failed(1)
    expect(failures).toEqual(['a/sub: no picture has come for 15 s'])
    expect(await refusalOf(gateway.fetch(address))).toBe('no-stream: no picture has come for 15 s')
  })

  it('ends again and again: the pauses double up to 15 s', async () => {
    const { clock, gateway, failed, failures, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/nothing/exit'))
    expect(await refusalOf(gateway.fetch(address))).toBe('no-stream: the stream has ended')
    const pauses: number[] = []
    for (let restart = 1; restart <= 6; restart++) {
      let waited = 0
      for (; gateway.stats.restarts < restart; waited += 500) {
        await refusalOf(gateway.fetch(address))
        clock.advance(500)
      }
      pauses.push(waited)
      await failed(restart + 1)
    }
    expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
    expect(new Set(failures)).toEqual(new Set(['a/sub: the stream has ended']))
  })

  it.each([
    [0, 750],
    [0.998, 1_249],
  ])('pauses are spread by dice (%d → %d ms), so that cameras of one switch do not come back together', async (dice, ms) => {
    const { clock, gateway, failed, rtsp } = await gatewayRig({ random: () => dice })
    await refusalOf(gateway.fetch(gateway.open('a/sub', rtsp('/nothing/exit'))))
    await failed(1)
    clock.advance(ms - 1)
    expect(gateway.stats.restarts).toBe(0)
    clock.advance(1)
    expect(gateway.stats.restarts).toBe(1)
  })

  it('crashes: it is begun again', async () => {
    const { clock, gateway, failed, pictures, rtsp } = await gatewayRig()
    await playlistOf(gateway, gateway.open('a/sub', rtsp('/h264/crash')))
    await failed(1)
    clock.advance(1_000)
    await pictures(2)
    expect(gateway.stats.restarts).toBe(1)
  })

  it('is opened anew at another address by its platform: that one is taken at once', async () => {
    const { gateway, failed, pictures, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/nothing/exit'))
    await refusalOf(gateway.fetch(address))
    await failed(1)
    expect(gateway.open('a/sub', rtsp('/nothing/exit'))).toBe(address)
    expect(gateway.stats.restarts).toBe(0)
    gateway.open('a/sub', rtsp('/h264/stay'))
    await pictures(2)
    expect(namesIn(await playlistOf(gateway, address))).toHaveLength(3)
  })

  it.each([
    ['/garbage/stay', 'no-stream: ffmpeg writes something that is no MP4'],
    ['/nothing/complain', 'platform-down: this ffmpeg cannot code H.264: install one that has libx264'],
  ])('%s → %s', async (behaviour, told) => {
    const { gateway, rtsp } = await gatewayRig()
    expect(await refusalOf(gateway.fetch(gateway.open('a/sub', rtsp(behaviour))))).toBe(told)
  })

  it('no ffmpeg on the machine: says what to install, and finds it when it is there', async () => {
    const { clock, gateway, machine, failed, pictures, rtsp } = await gatewayRig()
    machine.hasFfmpeg = false
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    expect(await refusalOf(gateway.fetch(address))).toBe(
      'platform-down: RTSP and FLV need ffmpeg, which does not run here: install it (Debian and Ubuntu: apt-get install ffmpeg) or let YIPING_FFMPEG name it',
    )
    await failed(1)
    machine.hasFfmpeg = true
    clock.advance(1_000)
    await pictures(1)
    expect(await refusalOf(gateway.fetch(address))).toBe('open')
  })

  it.each(['rtsp://10.0.0.9/stream', 'file:///etc/passwd', 'http://127.0.0.1/', 'nonsense'])('%s is not gone to', async (url) => {
    const { gateway, conversions } = await gatewayRig()
    const refusal = await refusalOf(gateway.fetch(gateway.open('a/sub', { url, kind: 'rtsp', expiresAt: undefined })))
    expect(refusal).toMatch(/^(no-stream: the stream comes from a host that is neither|platform-down: the platform (names a host|gives an address))/)
    expect(refusal).not.toContain('10.0.0.9')
    expect(conversions).toEqual([])
  })
})

describe('codings', () => {
  it('H.265 is handed on as it is and told; an H.264 picture is made of it for those who ask', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h265/stay'))
    await playlistOf(gateway, address)
    expect(gateway.codecOf(address)).toBe('hvc1.1.6.L30.90')
    const anew = gateway.inH264(address)
    const [name = ''] = namesIn(await playlistOf(gateway, anew))
    expect((await gateway.fetch(new URL(name, anew).href)).contentType).toBe('video/iso.segment')
    expect(conversions.map(({ args }) => args[args.indexOf('-c:v') + 1])).toEqual(['copy', 'libx264'])
    expect(gateway.codecOf(address)).toBe('hvc1.1.6.L30.90')
    expect(gateway.stats).toMatchObject({ running: 2, transcodes: 1 })
  })

  it('H.264 is never coded anew', async () => {
    const { gateway, conversions, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp('/h264/stay'))
    const playlist = await playlistOf(gateway, address)
    expect(await playlistOf(gateway, gateway.inH264(address))).toBe(playlist)
    expect(conversions).toHaveLength(1)
  })

  it.each(['/mpeg4/stay', '/flv1/no-tag'])('what no browser plays is coded anew without being asked: %s', async (behaviour) => {
    const { gateway, conversions, failures, rtsp } = await gatewayRig()
    const address = gateway.open('a/sub', rtsp(behaviour))
    await playlistOf(gateway, address)
    expect(conversions.map(({ args }) => args[args.indexOf('-c:v') + 1])).toEqual(['copy', 'libx264'])
    expect(gateway.codecOf(address)).toBe('avc1.4d400a')
    expect(failures).toEqual([])
  })

  it('no more than maxTranscodes are coded anew; a place comes free with the last viewer', async () => {
    const { clock, gateway, failed, pictures, rtsp } = await gatewayRig({ maxTranscodes: 1 })
    await playlistOf(gateway, gateway.open('a', rtsp('/mpeg4/stay')))
    const second = gateway.open('b', rtsp('/mpeg4/stay'))
    expect(await refusalOf(gateway.fetch(second))).toBe('busy: as many pictures are coded anew as maxTranscodes in config/video allows')
    await gateway.stop('a')
    expect(gateway.stats.transcodes).toBe(0)
    await failed(1)
    clock.advance(1_000)
    await pictures(4)
    expect(await refusalOf(gateway.fetch(second))).toBe('open')
    expect(gateway.stats.transcodes).toBe(1)
  })
})

describe('HTTP-FLV', () => {
  it('is fetched by us, with the platform’s headers, and handed to ffmpeg', async () => {
    const asked: (string | undefined)[] = []
    const { gateway, conversions } = await gatewayRig()
    const url = await mediaServer((request, response) => {
      asked.push(request.headers.authorization)
      response.writeHead(200, { 'content-type': 'video/x-flv' }).write('/h264/stay')
    })
    const stream: OpenStream = { url, kind: 'flv', headers: { authorization: 'Bearer secret' }, expiresAt: undefined }
    await playlistOf(gateway, gateway.open('a/sub', stream))
    expect(asked).toEqual(['Bearer secret'])
    expect(conversions[0]?.args.join(' ')).toContain('-protocol_whitelist pipe -format_whitelist flv -f flv -i pipe:0')
  })

  it.each([
    [403, 'no-permission: the camera’s stream is not ours to see'],
    [404, 'no-stream: the camera knows no stream at the address given for it'],
    [503, 'busy: the camera has no room for one more viewer'],
    [500, 'no-stream: the camera answers 500'],
  ])('%i is told in words', async (status, told) => {
    const { gateway } = await gatewayRig()
    const url = await mediaServer((_request, response) => void response.writeHead(status).end())
    expect(await refusalOf(gateway.fetch(gateway.open('a/sub', { url, kind: 'flv', expiresAt: undefined })))).toBe(told)
  })

  it('a redirect is followed to hosts of the platform alone', async () => {
    const { gateway, conversions } = await gatewayRig()
    const good = await mediaServer((_request, response) => void response.writeHead(200).write('/h264/stay'))
    const through = await mediaServer((_request, response) => void response.writeHead(302, { location: good }).end())
    const away = await mediaServer((_request, response) => void response.writeHead(302, { location: good.replace('127.0.0.1', 'localhost') }).end())
    await playlistOf(gateway, gateway.open('a', { url: through, kind: 'flv', expiresAt: undefined }))
    expect(await refusalOf(gateway.fetch(gateway.open('b', { url: away, kind: 'flv', expiresAt: undefined })))).toBe(
      'no-stream: the stream comes from a host that is neither the platform nor one of its mediaHosts',
    )
    expect(conversions).toHaveLength(1)
  })

  it('a wrong password is tried once in five minutes, however often screens come back, and at once when there is another', async () => {
    let asked = 0
    const { clock, gateway } = await gatewayRig()
    const url = await mediaServer((_request, response) => {
      asked += 1
      response.writeHead(401).end()
    })
    const open = (address = url): string => gateway.open('a/sub', { url: address, kind: 'flv', expiresAt: undefined })
    const told = 'no-permission: the camera refuses the user or the password'
    for (let second = 0; second < 290; second += 10) {
      expect(await refusalOf(gateway.fetch(open()))).toBe(told)
      await gateway.stop('a/sub')
      clock.advance(10_000)
    }
    expect(asked).toBe(1)
    expect(await refusalOf(gateway.fetch(open(`${url}?other`)))).toBe(told)
    expect(asked).toBe(2)
    clock.advance(300_000)
    expect(await refusalOf(gateway.fetch(open(`${url}?other`)))).toBe(told)
    expect(asked).toBe(3)
  })
})

async function mediaServer(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/live.flv`
}
