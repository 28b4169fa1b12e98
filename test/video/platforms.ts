import { videoPlatformSchema } from '../../contract/configuration.ts'
import type { VideoPlatformOf } from '../../contract/configuration.ts'

/** Builders of config/video: each gives a complete, valid platform by its schema, and takes what the test cares about. */

const shared = { district: '620802', demo: true, domains: {}, contact: '值班室' }

export function wvpPlatform(given: Partial<VideoPlatformOf<'wvp'>> & Pick<VideoPlatformOf<'wvp'>, 'url'>): VideoPlatformOf<'wvp'> {
  const named = { id: 'wvp', name: '国标视频平台', shortName: '国标', nameEn: 'GB/T 28181 platform' }
  const platform = videoPlatformSchema.parse({
    ...shared,
    ...named,
    provider: 'wvp',
    userEnv: 'WVP_USER',
    passwordEnv: 'WVP_PASSWORD',
    ...given,
  })
  if (platform.provider !== 'wvp') throw new Error('the schema gave another provider')
  return platform
}

export function addressesPlatform(given: Partial<VideoPlatformOf<'addresses'>> = {}): VideoPlatformOf<'addresses'> {
  const named = { id: 'plain', name: '直连摄像机', shortName: '直连', nameEn: 'Plain cameras' }
  const platform = videoPlatformSchema.parse({ ...shared, ...named, provider: 'addresses', cameraList: 'plain.csv', ...given })
  if (platform.provider !== 'addresses') throw new Error('the schema gave another provider')
  return platform
}
