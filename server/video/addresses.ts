import type { CameraList } from './camera-list.ts'
import type { ProviderSetting } from './make-provider.ts'
import { ProviderError } from './provider.ts'
import type { VideoProvider } from './provider.ts'
import { withCredentials } from './stream-address.ts'

/**
 * No platform at all: cameras whose HLS, HTTP-FLV and RTSP addresses stand in a list. They count as online, since only opening can tell. What
 * is wrong with a row is told by whoever follows the list.
 */
export function createAddresses({ platform, secretOf }: ProviderSetting<'addresses'>, cameraList: CameraList): VideoProvider {
  const secretIn = (variable: string | undefined): string => (variable === undefined ? '' : secretOf(variable))
  const credentials = { user: secretIn(platform.userEnv), password: secretIn(platform.passwordEnv) }
  return {
    async list() {
      const { rows } = await cameraList.read()
      const items = rows.flatMap(({ id, name, place, heading, code }) =>
        id === undefined || name === undefined
          ? []
          : [{ id, name, isOnline: true, regions: [], place, heading, ...(code === undefined ? {} : { code }) }],
      )
      return { items, refused: [] }
    },
    async open(source, quality) {
      const row = (await cameraList.read()).of({ id: source })
      const address = quality === 'sub' ? (row?.sub ?? row?.main) : row?.main
      if (address === undefined) throw new ProviderError('unknown-camera', 'the camera list has no camera of this number')
      return { url: withCredentials(address.url, credentials), kind: address.kind, expiresAt: undefined }
    },
  }
}
