import type { VideoPlatform } from '../../contract/configuration.ts'
import type { Registry } from '../core/registry.ts'
import type { ConfigurationReader } from './read.ts'
import type { Mistake } from './target-shape.ts'
import { unknownOfMany } from './unknown-name.ts'

/** Checks what config/video/*.yaml say of units, files, hosts and variables. What stands in their camera lists is read when the server starts. */
export function checkVideo(reader: ConfigurationReader, registry: Registry): void {
  for (const platform of registry.videoPlatforms.values()) {
    const mistakes = [
      ...unitMistakes(platform, registry),
      ...listMistakes(platform, reader),
      ...twinMistakes('keyCameras', platform.keyCameras),
      ...hostMistakes(platform.mediaHosts),
      ...variableMistakes(platform),
      ...addressMistakes(platform),
    ]
    for (const { path, problem } of mistakes) reader.reportIn(platform, path, problem)
  }
}

function unitMistakes({ units, district }: VideoPlatform, registry: Registry): readonly Mistake[] {
  // of an unknown district that alone is told
  if (!registry.districts.has(district)) return []
  const known = [...registry.units.values()].filter((unit) => unit.district === district).map(({ id }) => id)
  return Object.entries(units).flatMap(([region, unit]) => {
    if (known.includes(unit)) return []
    const problem = unknownOfMany(`unit of district ${district}`, unit, { known, place: 'config/units.yaml (by id)' })
    return [{ path: ['units', region], problem }]
  })
}

function listMistakes({ cameraList }: VideoPlatform, reader: ConfigurationReader): readonly Mistake[] {
  if (cameraList === undefined) return []
  const told = (problem: string): readonly Mistake[] => [{ path: ['cameraList'], problem }]
  if (/[\\/]/.test(cameraList)) return told('the name of a file in config/video, without a folder')
  if (!/\.(csv|xlsx)$/i.test(cameraList)) return told('a camera list is a .csv or an .xlsx file')
  return reader.has(`video/${cameraList}`) ? [] : told(`config/video/${cameraList} is missing`)
}

function twinMistakes(key: string, names: readonly string[]): readonly Mistake[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [{ path: [key, index], problem: `${JSON.stringify(name)} stands here twice` }],
  )
}

/** name, name:port, 10.20.0.0/16, 10.1.2.3:554, [fd00::1]:554, fd00::/8 */
const hostForm = /^([\p{L}\p{N}][\p{L}\p{N}.-]*(:\d{1,5}|\/\d{1,2})?|\[[\da-f:]+\](:\d{1,5})?|[\da-f:]+\/\d{1,3})$/iu

function hostMistakes(hosts: readonly string[]): readonly Mistake[] {
  const problem = 'no host: give a name, name:port or a network such as 10.20.0.0/16, without a scheme or a path'
  return hosts.flatMap((host, index) => (hostForm.test(host) ? [] : [{ path: ['mediaHosts', index], problem }]))
}

/** Who writes the password itself is told, and the password is not repeated. */
function variableMistakes(platform: VideoPlatform): readonly Mistake[] {
  const named = Object.entries(platform).flatMap(([key, value]) => (key.endsWith('Env') && typeof value === 'string' ? [{ key, value }] : []))
  const strange = named.filter(({ value }) => !/^[A-Z_][A-Z0-9_]*$/i.test(value))
  const problem = 'no name of an environment variable: letters, digits and _; the value itself does not stand in a file'
  const mistakes = strange.map(({ key }) => ({ path: [key], problem }))
  if (platform.provider !== 'addresses' || (platform.userEnv === undefined) === (platform.passwordEnv === undefined)) return mistakes
  const [there, missing] = platform.userEnv === undefined ? ['passwordEnv', 'userEnv'] : ['userEnv', 'passwordEnv']
  return [...mistakes, { path: [there], problem: `${missing} is missing beside it: name both, or neither` }]
}

function addressMistakes(platform: VideoPlatform): readonly Mistake[] {
  if (platform.provider === 'addresses') return []
  if (platform.provider !== 'onvif') return gatewayMistakes(['url'], platform.url)
  const { devices, discover } = platform
  if (devices.length === 0 && !discover)
    return [{ path: ['devices'], problem: 'there is none, so there are no cameras: name some, or set discover: true' }]
  return [...twinMistakes('devices', devices), ...devices.flatMap((device, index) => credentialMistakes(['devices', index], device))]
}

function gatewayMistakes(path: Mistake['path'], address: string): readonly Mistake[] {
  const { pathname, search } = new URL(address)
  const extra =
    pathname === '/' && search === '' ? [] : [{ path, problem: 'scheme, host and port only: what comes behind them the interface says itself' }]
  return [...extra, ...credentialMistakes(path, address)]
}

function credentialMistakes(path: Mistake['path'], address: string): readonly Mistake[] {
  const { username, password } = new URL(address)
  if (username === '' && password === '') return []
  return [{ path, problem: 'take user and password out of the address: the environment holds them, under the names given here' }]
}
