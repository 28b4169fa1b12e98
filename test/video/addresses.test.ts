import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import { cameraListProblems, openCameraLists } from '../../server/video/camera-list.ts'
import type { CameraList } from '../../server/video/camera-list.ts'
import { makeProvider } from '../../server/video/make-provider.ts'
import { ProviderError } from '../../server/video/provider.ts'
import type { OpenStream, Quality, VideoProvider } from '../../server/video/provider.ts'
import { startVideo } from '../../server/video/video.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { addressesPlatform } from './platforms.ts'

const never = new AbortController().signal
const usual = { sensitivity: 'open', isKey: false, canMove: false }
const header = 'id,name,domain,main,sub,kind\n'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'yiping-addresses-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Each file written is a second older or younger than any before: what changed within one instant would not be seen. */
let second = 1_700_000_000
function write(rows: string): void {
  writeFileSync(join(folder, 'plain.csv'), header + rows)
  second += 1
  utimesSync(join(folder, 'plain.csv'), second, second)
}

interface Opened {
  readonly provider: VideoProvider
  readonly cameraList: CameraList
}

const hosts = ['10.30.0.0/16', 'cdn.test', 'nvr.test:554']
const withPassword: Partial<VideoPlatformOf<'addresses'>> = { userEnv: 'USER', passwordEnv: 'PASSWORD' }

function opened(config: Partial<VideoPlatformOf<'addresses'>> = {}, environment: Readonly<Record<string, string>> = {}): Opened {
  const platform = addressesPlatform({ mediaHosts: hosts, ...config })
  const cameraList = openCameraLists(folder, registryWith({ videoPlatforms: [platform] })).get(platform.id)
  if (cameraList === undefined) throw new Error('the schema asks for a camera list')
  return { provider: makeProvider({ platform, cameraList, environment, fetch, now: () => 0 }), cameraList }
}

/** What is opened of one camera whose row is this. */
async function open(cells: string, quality: Quality = 'main', given: Parameters<typeof opened> = []): Promise<OpenStream> {
  write(`a,路口,社会治理,${cells}\n`)
  return await opened(...given).provider.open('a', quality, never)
}

async function problemsOf(rows: string): Promise<readonly string[]> {
  write(rows)
  return (await cameraListProblems([opened().cameraList])).map(({ path, problem }) => `${path}: ${problem}`)
}

test('every camera of the list is there, online, and in no region', async () => {
  write('a,路口,社会治理,rtsp://10.30.1.1/1,,\nb,桥,城市管理,https://cdn.test/b.m3u8,,\n')
  expect(await opened().provider.list(never)).toEqual({
    items: [
      { id: 'a', name: '路口', isOnline: true, regions: [], place: undefined, heading: undefined },
      { id: 'b', name: '桥', isOnline: true, regions: [], place: undefined, heading: undefined },
    ],
    refused: [],
  })
})

describe('an address', () => {
  test.each([
    ['rtsp://10.30.1.1/Streaming/Channels/101', 'rtsp'],
    ['rtsps://10.30.1.1:322/1', 'rtsp'],
    ['https://cdn.test/live/a.m3u8?token=1', 'hls'],
    ['http://10.30.1.1:8080/live/a.live.flv', 'flv'],
  ])('%s is taken for what it says', async (address, kind) => {
    expect(await open(`${address},,`)).toEqual({ url: address, kind, expiresAt: undefined })
  })

  test('that does not tell is taken for what the column says', async () => {
    expect((await open('https://cdn.test/live?id=1,,hls')).kind).toBe('hls')
    expect((await open('https://cdn.test/live?id=1,,FLV')).kind).toBe('flv')
  })

  test('of the small stream is opened where it is asked for and there is one', async () => {
    expect((await open('rtsp://10.30.1.1/1,rtsp://10.30.1.1/2,', 'sub')).url).toBe('rtsp://10.30.1.1/2')
    expect((await open('rtsp://10.30.1.1/1,rtsp://10.30.1.1/2,', 'main')).url).toBe('rtsp://10.30.1.1/1')
    expect((await open('rtsp://10.30.1.1/1,,', 'sub')).url).toBe('rtsp://10.30.1.1/1')
  })

  test('gets user and password from the environment, percent-encoded', async () => {
    const environment = { USER: 'ad min', PASSWORD: 'p@s/s:%25#1' }
    const { url } = await open('rtsp://10.30.1.1:554/1?subtype=0,,', 'main', [withPassword, environment])
    expect(url).toBe('rtsp://ad%20min:p%40s%2Fs%3A%2525%231@10.30.1.1:554/1?subtype=0')
    expect(decodeURIComponent(new URL(url).password)).toBe(environment.PASSWORD)
    const named = await open('https://other@cdn.test/a.m3u8,,', 'main', [withPassword, environment])
    expect(named.url).toBe('https://other:p%40s%2Fs%3A%2525%231@cdn.test/a.m3u8')
  })

  test.each([
    [
      'rtsp://admin:12345@10.30.1.1/1,,',
      'main',
      'found an address with a password in it: take user and password out, and name variables that hold them in userEnv and passwordEnv',
    ],
    ['rtmp://10.30.1.1/live,,', 'main', 'found an address that begins with rtmp:, expected http, https, rtsp or rtsps'],
    ['10.30.1.1/1,,', 'main', 'found no address, expected http(s)://…m3u8, http(s)://…flv or rtsp://…'],
    [
      'https://cdn.test/live,,',
      'main',
      'the address does not tell what it is: expected it to end in .m3u8 or .flv, or hls or flv in the column 码流类型 (kind)',
    ],
    ['rtsp://10.30.1.1/1,,hls', 'main', 'found an RTSP address, and the kind hls: leave the kind empty'],
    ['rtsp://10.31.1.1/1,,', 'main', "its host 10.31.1.1:554 is none of the platform's mediaHosts: add it there if streams may come from it"],
    ['rtsp://nvr.test:8554/1,,', 'main', "its host nvr.test:8554 is none of the platform's mediaHosts: add it there if streams may come from it"],
    ['rtsp：//10.30.1.1/1,,', 'main', 'found full-width characters in it, expected those of a keyboard'],
    [',,', 'main', 'found nothing, expected a value: a camera cannot be without'],
    [
      'rtsp://10.30.1.1/1,rtsp://10.31.1.1/2,',
      'sub',
      "its host 10.31.1.1:554 is none of the platform's mediaHosts: add it there if streams may come from it",
    ],
  ])('that is wrong is told without repeating it: %s', async (cells, column, problem) => {
    expect(await problemsOf(`a,路口,社会治理,${cells}\n`)).toEqual([`row 2, column ${column}: ${problem}`])
  })

  test('at a named host is ours at the named port, which RTSP need not write', async () => {
    expect(await problemsOf('a,路口,社会治理,rtsp://NVR.test/1,,\n')).toEqual([])
  })
})

test('a camera whose row is wrong is refused, and the others stay; the file is read again when it has changed', async () => {
  write('a,路口,社会治理,rtsp://10.30.1.1/1,,\nb,桥,治安,rtsp://10.30.1.2/1,,\n')
  const { provider, cameraList } = opened()
  expect((await provider.list(never)).items.map(({ id }) => id)).toEqual(['a'])
  expect(cameraList.refusals(await cameraList.read(), []).map(({ detail }) => detail)[0]).toBe(
    'plain.csv row 3, column domain: no domain is called "治安"; there are 社会治理, 城市管理, 智慧文旅, social-governance, urban-management, culture-tourism',
  )
  const refusal: unknown = await provider.open('b', 'main', never).catch((error: unknown) => error)
  expect(refusal instanceof ProviderError ? [refusal.fault, refusal.message] : refusal).toEqual([
    'unknown-camera',
    'the camera list has no camera of this number',
  ])
  write('b,桥,城市管理,rtsp://10.30.1.2/1,,\n')
  expect((await provider.list(never)).items.map(({ id }) => id)).toEqual(['b'])
  expect((await provider.open('b', 'main', never)).url).toBe('rtsp://10.30.1.2/1')
})

test('a variable that is named and empty is told, and nothing is opened without it', async () => {
  write('a,路口,社会治理,rtsp://10.30.1.1/1,,\n')
  await expect(opened(withPassword, { USER: 'admin' }).provider.list(never)).rejects.toThrow(
    'no credential: set the environment variable PASSWORD and start again',
  )
})

test('cameras of a list are on the log with what it says of them, once', async () => {
  write('a,路口,社会治理,rtsp://10.30.1.1/1,,\nb,桥,治安,rtsp://10.30.1.2/1,,\n')
  const platform = addressesPlatform({ mediaHosts: hosts })
  const registry = registryWith({ videoPlatforms: [platform] })
  const recorded: unknown[] = []
  const refused: string[] = []
  await new Promise<void>((resolve) => {
    const video = startVideo({
      registry: { videoPlatforms: new Map([[platform.id, platform]]) },
      cameraLists: openCameraLists(folder, registry),
      clock: new ManualClock(1_000),
      record: (_platform, facts) => Promise.resolve(recorded.push(...facts)),
      watch: {
        received: () => void video.close().then(resolve),
        failed: (_platform, reason) => refused.push(reason),
        refused: (_platform, items) => refused.push(...items.map(({ detail }) => detail)),
      },
      onlineBefore: () => [],
      environment: {},
      fetch,
      hosts: () => ({ resolve: () => Promise.resolve(undefined) }),
      recordViewings: () => Promise.resolve(),
      leftOpen: { viewings: [], at: 0 },
      moved: () => undefined,
      streamFailed: () => undefined,
    })
  })
  expect(recorded).toEqual([{ kind: 'video-source', id: 'a', at: 1_000, state: 'online', name: '路口', domain: 'social-governance', ...usual }])
  expect(refused).toEqual([expect.stringMatching(/^plain\.csv row 3, column domain: /)])
})
