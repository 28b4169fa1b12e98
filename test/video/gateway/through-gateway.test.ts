import { expect, it } from 'vitest'
import { throughGateway } from '../../../server/video/gateway/through-gateway.ts'
import type { OpenStream, VideoProvider } from '../../../server/video/provider.ts'
import { gatewayRig, playlistOf, refusalOf } from './rig.ts'

const nobody = { name: '', isOnline: true, regions: [], place: undefined, heading: undefined }

const { signal } = new AbortController()

/** A platform that notes what it is asked. */
function platform(stream: OpenStream): { readonly provider: VideoProvider; readonly asked: unknown[] } {
  const asked: unknown[] = []
  const note = (...given: readonly unknown[]): Promise<OpenStream> => {
    asked.push(given)
    return Promise.resolve(stream)
  }
  return {
    asked,
    provider: {
      list: () => Promise.resolve({ items: [], refused: [] }),
      open: (source, quality) => note('open', source, quality),
      keepAlive: (source, kept) => note('keep', source, kept),
      close: async (source, closed) => {
        await note('close', source, closed)
      },
    },
  }
}

it('a stream that is HLS already is left alone', async () => {
  const hls: OpenStream = { url: 'https://media.test/live.m3u8', kind: 'hls', expiresAt: 7 }
  const { gateway } = await gatewayRig()
  const { provider, asked } = platform(hls)
  const through = throughGateway(provider, gateway)
  const stream = await through.open('a', 'sub', signal)
  expect(stream).toBe(hls)
  expect(await through.keepAlive?.('a', stream, signal)).toBe(hls)
  await through.close?.('a', stream)
  expect(asked).toEqual([
    ['open', 'a', 'sub'],
    ['keep', 'a', hls],
    ['close', 'a', hls],
  ])
})

it('another gets an address of ours and keeps its life; the platform is asked about the stream that it knows', async () => {
  const { gateway, rtsp } = await gatewayRig()
  const theirs: OpenStream = { ...rtsp('/h264/stay'), expiresAt: 7, handle: 'session 1' }
  const { provider, asked } = platform(theirs)
  const through = throughGateway(provider, gateway)
  const stream = await through.open('a', 'sub', signal)
  expect(stream).toMatchObject({ kind: 'hls', expiresAt: 7 })
  expect(gateway.owns(stream.url)).toBe(true)
  await playlistOf(gateway, stream.url)
  const renewed = await through.keepAlive?.('a', stream, signal)
  expect(renewed?.url, 'viewers see nothing of it').toBe(stream.url)
  await through.close?.('a', renewed ?? stream)
  expect(asked).toEqual([
    ['open', 'a', 'sub'],
    ['keep', 'a', theirs],
    ['close', 'a', theirs],
  ])
  expect(gateway.stats.running).toBe(0)
})

it('main and sub of one camera are two; closing one leaves the other', async () => {
  const { gateway, rtsp } = await gatewayRig()
  const through = throughGateway(platform(rtsp('/h264/stay')).provider, gateway)
  const [main, sub] = await Promise.all([through.open('a', 'main', signal), through.open('a', 'sub', signal)])
  await Promise.all([main, sub].map(({ url }) => playlistOf(gateway, url)))
  await through.close?.('a', main)
  expect([await refusalOf(gateway.fetch(main.url)), await refusalOf(gateway.fetch(sub.url))]).toEqual([
    'no-stream: the stream has been closed',
    'open',
  ])
})

it('a viewer who comes as the last one’s stream is being closed gets a new one', async () => {
  const { gateway, conversions, rtsp } = await gatewayRig()
  const through = throughGateway(platform(rtsp('/h264/stay')).provider, gateway)
  const first = await through.open('a', 'sub', signal)
  await playlistOf(gateway, first.url)
  const closed = through.close?.('a', first)
  const second = await through.open('a', 'sub', signal)
  await playlistOf(gateway, second.url)
  await closed
  expect(gateway.stats.running).toBe(1)
  expect(conversions).toHaveLength(2)
})

it('a provider that is a class keeps all that it can, and itself', async () => {
  class Provider implements VideoProvider {
    readonly #still = { body: Buffer.from('JPEG'), contentType: 'image/jpeg' }
    readonly moves: string[] = []
    list() {
      return Promise.resolve({ items: this.moves.map((move) => ({ ...nobody, id: move })), refused: [] })
    }
    open(): Promise<OpenStream> {
      return Promise.resolve({ url: 'https://media.test/live.m3u8', kind: 'hls', expiresAt: undefined })
    }
    snapshot() {
      return Promise.resolve(this.#still)
    }
    ptz(_source: string, move: string): Promise<void> {
      return Promise.resolve(void this.moves.push(move))
    }
  }
  const { gateway } = await gatewayRig()
  const provider = new Provider()
  const through = throughGateway(provider, gateway)
  expect((await through.snapshot?.('a', signal))?.contentType).toBe('image/jpeg')
  await through.ptz?.('a', 'left', 1, signal)
  expect((await through.list(signal)).items.map(({ id }) => id)).toEqual(['left'])
  expect(Reflect.get(through, 'keepAlive')).toBeUndefined()
})
