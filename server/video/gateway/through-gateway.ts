import type { OpenStream, Quality, VideoProvider } from '../provider.ts'
import type { Gateway } from './gateway.ts'

/** A stream as the platform opened it, behind the same, or one that the gateway makes of it. */
interface Behind {
  readonly stream: OpenStream
  readonly key: string
  readonly quality: Quality
}

/** What the gateway calls a stream. */
export const gatewayKey = (source: string, quality: Quality): string => `${source}/${quality}`

/** The same platform, with every stream as HLS: what comes otherwise has the gateway's address, and lives as long as the platform's stream. */
export function throughGateway(provider: VideoProvider, gateway: Gateway): VideoProvider {
  const behind = new WeakMap<OpenStream, Behind>()
  const asHls = (source: string, quality: Quality, stream: OpenStream): OpenStream => {
    const key = gatewayKey(source, quality)
    const hls: OpenStream = stream.kind === 'hls' ? stream : { url: gateway.open(key, stream), kind: 'hls', expiresAt: stream.expiresAt }
    behind.set(hls, { stream, key, quality })
    return hls
  }
  // bound one by one: what stands on a class is not copied with an object's own
  const [keepAlive, snapshot, ptz] = [provider.keepAlive?.bind(provider), provider.snapshot?.bind(provider), provider.ptz?.bind(provider)]
  return {
    list: (signal) => provider.list(signal),
    ...(snapshot && { snapshot }),
    ...(ptz && { ptz }),
    open: async (source, quality, signal) => asHls(source, quality, await provider.open(source, quality, signal)),
    ...(keepAlive && {
      keepAlive: async (source, stream, signal) => {
        const known = behind.get(stream)
        const kept = await keepAlive(source, known?.stream ?? stream, signal)
        return known === undefined ? kept : asHls(source, known.quality, kept)
      },
    }),
    close: async (source, stream) => {
      const known = behind.get(stream)
      // at once: the next viewer's opening of the same camera must not be stopped by the last one's closing
      const stopped = known && gateway.stop(known.key)
      await Promise.all([stopped, provider.close?.(source, known?.stream ?? stream)])
    },
  }
}
