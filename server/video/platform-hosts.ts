import type { VideoPlatform } from '../../contract/configuration.ts'
import type { MediaHosts } from './upstream.ts'

/**
 * Where one platform's streams may come from: the platform itself and its devices on whatever port, as gateway and media server have different
 * ones, and what `mediaHosts` names: media servers, the cameras of a list, the network in which devices are discovered.
 */
export function hostsOf(platform: VideoPlatform, guard: (allowed: readonly string[]) => MediaHosts): MediaHosts {
  const addresses = platform.provider === 'onvif' ? platform.devices : platform.provider === 'addresses' ? [] : [platform.url]
  return guard([...addresses.map((address) => new URL(address).hostname), ...platform.mediaHosts])
}
