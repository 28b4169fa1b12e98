import type { VideoPlatform, VideoPlatformOf } from '../../contract/configuration.ts'
import { createAddresses } from './addresses.ts'
import type { CameraList } from './camera-list.ts'
import { createIcc } from './icc.ts'
import { createIsecure } from './isecure.ts'
import { createOnvif } from './onvif.ts'
import { ProviderError } from './provider.ts'
import type { VideoProvider } from './provider.ts'
import { createWvp } from './wvp.ts'

/** What a provider is made from. */
export interface ProviderSetting<Provider extends VideoPlatform['provider']> {
  readonly platform: VideoPlatformOf<Provider>
  /** what an environment variable holds: one that `platform` names is never empty */
  readonly secretOf: (variable: string) => string
  readonly fetch: typeof globalThis.fetch
  /** epoch ms */
  readonly now: () => number
}

export interface ProviderParts {
  readonly platform: VideoPlatform
  /** of a platform that names one */
  readonly cameraList: CameraList | undefined
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
}

/** A provider for the interface that the platform speaks. One without its credentials is down, and says what is missing; the rest of the wall does not suffer. */
export function makeProvider({ platform, cameraList, environment, fetch, now }: ProviderParts): VideoProvider {
  const secretOf = (variable: string): string => environment[variable] ?? ''
  const missing = variablesOf(platform).filter((variable) => secretOf(variable) === '')
  if (missing.length > 0) return unconfigured(missing)
  const setting = { secretOf, fetch, now }
  switch (platform.provider) {
    case 'isecure':
      return createIsecure({ ...setting, platform })
    case 'wvp':
      return createWvp({ ...setting, platform })
    case 'icc':
      return createIcc({ ...setting, platform })
    case 'onvif':
      return createOnvif({ ...setting, platform })
    case 'addresses':
      // the schema asks for one, and whoever starts the platforms opens what they name
      if (cameraList === undefined) throw new Error(`platform ${platform.id} has no camera list`)
      return createAddresses({ ...setting, platform }, cameraList)
  }
}

const variablesOf = (platform: VideoPlatform): readonly string[] =>
  Object.entries(platform).flatMap(([key, value]) => (key.endsWith('Env') && typeof value === 'string' ? [value] : []))

function unconfigured(missing: readonly string[]): VideoProvider {
  const refuse = (): Promise<never> =>
    Promise.reject(new ProviderError('unconfigured', `no credential: set the environment variable ${missing.join(' and ')} and start again`))
  return { list: refuse, open: refuse }
}
