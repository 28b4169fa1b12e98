import { expect, test } from 'vitest'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import { createHostGuard } from '../../server/ingest/host-guard.ts'
import { mediaHostProblems } from '../../server/video-room.ts'
import { hostsOf } from '../../server/video/platform-hosts.ts'
import { registryWith, videoPlatform } from '../support/registry.ts'

const guard = (allowed: readonly string[]) => {
  const hosts = createHostGuard(allowed, (host) => Promise.resolve([{ address: host === 'own.test' ? '10.0.0.1' : '10.0.0.2', family: 4 }]))
  return { resolve: (host: string, port: number) => hosts.resolve(host, port).catch(() => undefined) }
}

test('streams come from the platform on any port, and from what config names', async () => {
  const hosts = hostsOf(videoPlatform({ id: 'a', url: 'http://own.test:83', mediaHosts: ['media.test:554', '10.3.0.0/16'] }), guard)
  expect(await hosts.resolve('own.test', 9_000)).toMatchObject({ address: '10.0.0.1' })
  expect(await hosts.resolve('media.test', 554)).toMatchObject({ address: '10.0.0.2' })
  expect(await hosts.resolve('10.3.4.5', 80)).toMatchObject({ address: '10.3.4.5' })
  expect(await Promise.all([hosts.resolve('media.test', 80), hosts.resolve('10.4.0.1', 80), hosts.resolve('169.254.169.254', 80)])).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})

test('an address of a list of cameras is asked where mediaHosts names it, and nowhere else', async () => {
  // as: of the one it is made from only what all have in common is looked at
  const platform = {
    ...videoPlatform({ id: 'a' }),
    provider: 'addresses',
    cameraList: 'cameras.csv',
    mediaHosts: ['cam.test:8080'],
  } as VideoPlatformOf<'addresses'>
  const hosts = hostsOf(platform, guard)
  expect(await hosts.resolve('cam.test', 8_080)).toMatchObject({ address: '10.0.0.2' })
  expect(await hosts.resolve('cam.test', 80)).toBeUndefined()
})

test('an entry of mediaHosts that is no host is told with the platform it stands under', () => {
  const registry = registryWith({ videoPlatforms: [videoPlatform({ id: 'hik', mediaHosts: ['media.test', 'http://media.test/'] })] })
  expect(mediaHostProblems(registry).map(({ file, path, problem }) => `${file} ${path} ${problem.slice(0, 47)}`)).toEqual([
    'video hik.mediaHosts mediaHosts: "http://media.test/" is no host; gi',
  ])
})
