import type { Configuration } from '../../../contract/configuration.ts'
import type { ScreenId } from '../../../contract/screen.ts'

/** Address of a screen: the default district's have the short form. */
export function screenPath(screen: ScreenId, district: string, configuration: Pick<Configuration, 'app'>): string {
  return district === configuration.app.defaultDistrict ? `/${screen}` : `/d/${district}/${screen}`
}
