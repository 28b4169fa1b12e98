import type { ProviderSetting } from './make-provider.ts'
import { ProviderError } from './provider.ts'
import type { VideoProvider } from './provider.ts'

export function createIcc({ platform }: ProviderSetting<'icc'>): VideoProvider {
  const refuse = (): Promise<never> => Promise.reject(new ProviderError('unconfigured', `${platform.provider} is not written yet`))
  return { list: refuse, open: refuse }
}
