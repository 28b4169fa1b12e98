import { afterEach, describe, expect, test } from 'vitest'
import { videoPlatformSchema } from '../../contract/configuration.ts'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import { startIcc } from '../../mock-streams/video/icc.ts'
import type { IccOptions, RunningIcc } from '../../mock-streams/video/icc.ts'
import { halfOf } from '../../server/video/icc-address.ts'
import { createIcc } from '../../server/video/icc.ts'
import type { ProviderSetting } from '../../server/video/make-provider.ts'
import { ProviderError } from '../../server/video/provider.ts'
import type { VideoProvider } from '../../server/video/provider.ts'
import { ManualClock } from '../support/manual-clock.ts'

const minute = 60_000
const never = new AbortController().signal
const held = { ICC_USER: 'screen', ICC_PASSWORD: 'Kongtong@2026', ICC_ID: 'yiping', ICC_SECRET: '9b6c1c1e-57a8' } as const

let clock = new ManualClock()
let platform: RunningIcc | undefined

function iccPlatform(given: Partial<VideoPlatformOf<'icc'>>): VideoPlatformOf<'icc'> {
  const named = { id: 'icc', name: '大华平台', shortName: '大华', nameEn: 'ICC', district: '620802', demo: true, domains: {}, contact: '值班室' }
  const variables = { userEnv: 'ICC_USER', passwordEnv: 'ICC_PASSWORD', clientIdEnv: 'ICC_ID', clientSecretEnv: 'ICC_SECRET' }
  const platform = videoPlatformSchema.parse({ ...named, ...variables, provider: 'icc', ...given })
  if (platform.provider !== 'icc') throw new Error('the schema gave another provider')
  return platform
}

function setting(
  url: string,
  given: Partial<ProviderSetting<'icc'>> & { readonly config?: Partial<VideoPlatformOf<'icc'>> } = {},
): ProviderSetting<'icc'> {
  return {
    platform: iccPlatform({ url, ...given.config }),
    secretOf: given.secretOf ?? ((variable) => (held as Readonly<Record<string, string>>)[variable] ?? ''),
    fetch: given.fetch ?? fetch,
    now: () => clock.now(),
  }
}

async function icc(stand: Partial<IccOptions> = {}, given: Parameters<typeof setting>[1] = {}): Promise<VideoProvider> {
  const { ICC_USER: user, ICC_PASSWORD: password, ICC_ID: clientId, ICC_SECRET: clientSecret } = held
  platform = await startIcc({ port: 0, user, password, clientId, clientSecret, now: () => clock.now(), ...stand })
  return createIcc(setting(platform.url, given))
}

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return error instanceof ProviderError ? `${error.fault}: ${error.message}` : 'no ProviderError'
}

afterEach(async () => {
  await platform?.close()
  platform = undefined
  clock = new ManualClock()
})

const crossing = '1000001$1$0$0'
const square = '1000004$1$0$0'
const realtime = '/evo-apigw/admin/API/video/stream/realtime'
const channels = '/evo-apigw/evo-brm/1.2.0/device/channel/subsystem/page'
const organisations = '/evo-apigw/evo-brm/1.2.0/organization/subsystem/page'
const tokenPath = '/evo-apigw/evo-oauth/1.0.0/oauth/extend/token'

describe('the catalogue', () => {
  test('has the cameras by their organisation and those above it, and no doors', async () => {
    const { items, refused } = await (await icc()).list(never)
    expect(refused).toEqual([])
    expect(items).toHaveLength(12)
    expect(items[0]).toEqual({
      id: crossing,
      name: '解放路十字',
      isOnline: true,
      regions: ['社会治理', '001001', '崆峒区', '001'],
      place: [106.6842, 35.5392],
      heading: undefined,
      code: '62080200001310000001',
    })
    expect(items.find(({ id }) => id === square)?.canMove).toBe(true)
    expect(items.filter(({ isOnline }) => !isOnline).map(({ name }) => name)).toEqual(['甘沟路口'])
    expect(items.find(({ name }) => name === '世纪花园小区')?.place).toBeUndefined()
  })

  test('keeps the names of regions when the tree can just now not be read, and does without where it never may', async () => {
    const provider = await icc()
    await provider.list(never)
    platform!.setAnswer(organisations, { body: { code: '28000001', errMsg: 'busy' } })
    expect((await provider.list(never)).items[0]?.regions).toEqual(['社会治理', '001001', '崆峒区', '001'])
    platform!.setAnswer(organisations, { status: 403, body: {} })
    expect((await createIcc(setting(platform!.url)).list(never)).items[0]?.regions).toEqual(['001001', '001'])
  })

  test('masks whose door it is, refuses what is no channel, counts doubles once', async () => {
    const provider = await icc()
    const channel = (given: object): object => ({ channelCode: 'a', channelName: '路口', ...given })
    const pageData = [
      channel({ channelName: '王先生13812345678' }),
      channel({}),
      channel({ channelCode: 'b', stat: 0, gpsX: '0', gpsY: '0' }),
      { channelName: 'x' },
    ]
    platform!.setAnswer(channels, { body: { success: true, code: '0', data: { totalRows: 4, pageData } } })
    const { items, refused } = await provider.list(never)
    expect(items.map(({ id, name, isOnline, place, regions }) => ({ id, name, isOnline, place, regions }))).toEqual([
      { id: 'a', name: '王*****', isOnline: true, place: undefined, regions: [] },
      { id: 'b', name: '路口', isOnline: false, place: undefined, regions: [] },
    ])
    expect(refused).toEqual([
      { detail: 'data.pageData[].channelCode: Invalid input: expected string, received undefined', raw: '{"channelName":"x"}' },
    ])
  })
})

describe('signing in', () => {
  test('one login serves all who ask at once, and every later question', async () => {
    const provider = await icc()
    await Promise.all([provider.list(never), provider.open(crossing, 'sub', never), provider.open(square, 'sub', never)])
    await provider.list(never)
    expect(platform!.served).toMatchObject({ publicKey: 1, login: 1, refresh: 0 })
  })

  test('a token that is no longer accepted is replaced once for all who met it', async () => {
    const provider = await icc()
    await provider.list(never)
    platform!.forgetTokens()
    const opened = await Promise.all([provider.open(crossing, 'sub', never), provider.open(square, 'sub', never), provider.list(never)])
    expect(opened).toHaveLength(3)
    expect(platform!.served.login).toBe(2)
  })

  test('a late word that the old token has ended does not end the new one', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    let isLate = false
    const slowly: typeof fetch = async (address, init) => {
      const answer = await fetch(address, init)
      if (isLate && address instanceof URL && address.pathname === realtime) {
        isLate = false
        await gate
      }
      return answer
    }
    const provider = await icc({}, { fetch: slowly })
    await provider.list(never)
    platform!.forgetTokens()
    isLate = true
    const late = provider.open(crossing, 'sub', never)
    await provider.list(never)
    release()
    await late
    expect(platform!.served.login).toBe(2)
  })

  test('a platform that does not accept what it has just given is not asked for ever', async () => {
    const provider = await icc()
    platform!.setAnswer(channels, { status: 401, body: { error: 'unauthorized' } })
    expect(await faultOf(provider.list(never))).toBe('refused: the platform does not accept the token that it has just given')
    expect(platform!.served.login).toBe(2)
  })

  test('is kept alive, refreshed in time while that may be, and done anew later', async () => {
    const provider = await icc({ tokenSeconds: 600 })
    await provider.list(never)
    clock.advance(4 * minute)
    await provider.list(never)
    expect(platform!.served).toMatchObject({ login: 1, refresh: 0, keepalive: 1 })
    clock.advance(4 * minute)
    await provider.list(never)
    expect(platform!.served).toMatchObject({ login: 1, refresh: 1 })
    clock.advance(26 * minute)
    await provider.list(never)
    expect(platform!.served).toMatchObject({ login: 2, refresh: 1 })
  })

  test.each([
    ['password', { ICC_PASSWORD: 'wrong' }],
    ['client secret', { ICC_SECRET: 'wrong' }],
    ['password longer than any key', { ICC_PASSWORD: 'x'.repeat(200) }],
  ])('a wrong %s is said, and nothing of it', async (_name, wrong) => {
    const secrets: Readonly<Record<string, string>> = { ...held, ...wrong }
    const words = await faultOf((await icc({}, { secretOf: (variable) => secrets[variable] ?? '' })).list(never))
    expect(words).toMatch(/^(refused: the platform refused the login: check user, password|unreachable: the password cannot be encrypted)/)
    for (const secret of [...Object.values(secrets), platform!.url]) expect(words).not.toContain(secret)
  })

  test('a refused login is not repeated for five minutes, since platforms lock accounts', async () => {
    const provider = await icc({ password: 'another' })
    for (let time = 0; time < 5; time++) expect(await faultOf(provider.list(never))).toMatch(/^refused/)
    expect(platform!.served.login).toBe(1)
    clock.advance(5 * minute)
    await faultOf(provider.list(never))
    expect(platform!.served.login).toBe(2)
  })

  test('a login service that is away says nothing of the password', async () => {
    const provider = await icc()
    platform!.setAnswer(tokenPath, { status: 502, body: {} })
    expect(await faultOf(provider.list(never))).toBe('unreachable: the platform failed with code 502')
    platform!.setAnswer(tokenPath, undefined)
    expect((await provider.list(never)).items).toHaveLength(12)
  })
})

describe('live', () => {
  test.each([
    ['main', '1'],
    ['sub', '2'],
  ] as const)('%s is HLS that carries the token, for as long as that lasts', async (quality, number) => {
    const provider = await icc()
    const stream = await provider.open(crossing, quality, never)
    expect(stream).toMatchObject({ kind: 'hls', expiresAt: clock.now() + 7_199_000 })
    expect(stream.url).toMatch(new RegExp(`/live/cameraid/1000001%240/substream/${number}\\.m3u8\\?token=1:[0-9a-f-]{36}$`))
    const answer = await fetch(stream.url)
    expect([answer.status, (await answer.text()).split('\n')[0]]).toEqual([200, '#EXTM3U'])
  })

  test('is never opened with a token that is about to end', async () => {
    const provider = await icc({ tokenSeconds: 300 })
    await provider.list(never)
    clock.advance(4.5 * minute)
    const { url, expiresAt } = await provider.open(crossing, 'sub', never)
    expect(expiresAt).toBe(clock.now() + 5 * minute)
    expect((await fetch(url)).status).toBe(200)
  })

  test('an address with a token of its own stays as it is', async () => {
    const provider = await icc()
    platform!.setAnswer(realtime, { body: { code: 1000, data: { url: 'http://10.20.0.7:7086/live/a.m3u8?token=b' } } })
    expect(await provider.open(crossing, 'sub', never)).toEqual({
      url: 'http://10.20.0.7:7086/live/a.m3u8?token=b',
      kind: 'hls',
      expiresAt: undefined,
    })
  })

  test.each([
    ['private', 'public|private', 'rtsp://10.20.0.7:9100'],
    ['public', 'public|private', 'rtsp://203.0.113.7:9100'],
    ['private', 'private|public', 'rtsp://10.20.0.7:9100'],
    ['public', 'private|public', 'rtsp://203.0.113.7:9100'],
    ['public', 'private', 'rtsp://10.20.0.7:9100'],
  ] as const)('without HLS, the %s half of %s', async (network, rtsp, start) => {
    const provider = await icc({ hasHls: false, rtsp }, { config: { network } })
    expect(await provider.open(crossing, 'sub', never)).toEqual({
      url: `${start}/dss/monitor/param/cameraid=1000001%240%26substream=2?token=12`,
      kind: 'rtsp',
      expiresAt: undefined,
    })
  })

  test('where both halves are of one sort, the first is the public one', () => {
    const list = ' rtsp://10.1.1.1/a | rtsp://192.168.1.1/a |'
    expect([halfOf(list, 'public'), halfOf(list, 'private'), halfOf('|', 'public')]).toEqual(['rtsp://10.1.1.1/a', 'rtsp://192.168.1.1/a', undefined])
  })
})

describe('moves', () => {
  test('begin and end with the same parameters, also when the end comes at once', async () => {
    const provider = await icc()
    await Promise.all([provider.ptz!(square, 'left', 0.5, never), provider.ptz!(square, 'stop', 0.5, never)])
    await provider.ptz!(square, 'in', 1, never)
    await provider.ptz!(square, 'stop', 0.05, never)
    const turning = { path: 'OperateDirect', channelId: square, direct: '3', stepX: '4', stepY: '4', extend: '' }
    const zooming = { path: 'OperateCamera', channelId: square, operateType: '1', direct: '1', step: '8', extend: '' }
    expect(platform!.moves).toEqual([
      { ...turning, command: '1' },
      { ...turning, command: '0' },
      { ...zooming, command: '1' },
      { ...zooming, command: '0' },
    ])
  })

  test('turning ends before zooming begins', async () => {
    const provider = await icc()
    await provider.ptz!(square, 'up', 0.05, never)
    await provider.ptz!(square, 'out', 0.5, never)
    expect(platform!.moves).toMatchObject([
      { path: 'OperateDirect', direct: '1', stepX: '1', command: '1' },
      { path: 'OperateDirect', direct: '1', command: '0' },
      { path: 'OperateCamera', direct: '2', step: '4', command: '1' },
    ])
  })

  test('a camera that another user holds', async () => {
    const provider = await icc()
    platform!.setAnswer('/evo-apigw/admin/API/DMS/Ptz/OperateDirect', { body: { code: 1000, data: { result: '0', lockUser: { userName: '张三' } } } })
    expect(await faultOf(provider.ptz!(square, 'left', 0.5, never))).toBe('overloaded: another user of the platform holds this camera')
  })
})

describe('a still', () => {
  test('is taken by the device and fetched from the store', async () => {
    const still = await (await icc()).snapshot!(crossing, never)
    expect(still.contentType).toBe('image/png')
    expect(still.body.subarray(1, 4).toString()).toBe('PNG')
  })

  test.each([
    ['http://198.51.100.9/a.jpg', 'forbidden: the platform keeps its stills on another host than its own: name that host in mediaHosts'],
    ['gone.jpg', "unreachable: the picture's address answers 404"],
  ])('from %s is none', async (PicInfo, said) => {
    const provider = await icc()
    platform!.setAnswer('/evo-apigw/admin/API/EVO/invoke/DMS', { body: { code: 1000, data: { params: { PicInfo } } } })
    expect(await faultOf(provider.snapshot!(crossing, never))).toBe(said)
  })
})

describe('what a platform may answer instead', () => {
  const secretWords = 'user screen at http://10.0.0.9: Kongtong@2026'
  test.each([
    [
      'another shape',
      channels,
      { body: { code: '0', data: { rows: secretWords } } },
      'unreachable: the answer is not as published: totalRows Invalid input: expected number, received NaN',
    ],
    ['an unknown code', channels, { body: { code: 28_010_001, errMsg: secretWords } }, 'unreachable: the platform failed with code 28010001'],
    ['a code that is none', channels, { body: { code: secretWords } }, 'unreachable: the platform failed with a code that is none'],
    ['no grant', channels, { status: 403, body: { error: secretWords } }, 'forbidden: the platform does not grant this to the user'],
    [
      'no such service',
      channels,
      { status: 404, body: secretWords },
      'unreachable: the platform does not have this interface: is the service installed?',
    ],
    [
      'a key that is none',
      '/evo-apigw/evo-oauth/1.0.0/oauth/public-key',
      { body: { code: '0', data: { publicKey: secretWords } } },
      "unreachable: the password cannot be encrypted with the platform's public key",
    ],
    [
      'a token that is none',
      tokenPath,
      { body: { code: '0', data: { access_token: '', msg: secretWords } } },
      'unreachable: the answer is not as published: access_token Too small: expected string to have >=1 characters',
    ],
  ])('%s', async (_name, path, answer, said) => {
    const provider = await icc()
    platform!.setAnswer(path, answer)
    expect(await faultOf(provider.list(never))).toBe(said)
  })

  test('an unknown camera', async () => {
    expect(await faultOf((await icc()).open('1$1$0$0', 'sub', never))).toBe('no-stream: the platform opens no stream of this camera: code 1103')
  })

  test('an RTSP address that is none', async () => {
    const provider = await icc({ hasHls: false })
    platform!.setAnswer('/evo-apigw/admin/API/MTS/Video/StartVideo', { body: { code: 1000, data: { url: 'file:///etc/passwd', token: 1 } } })
    expect(await faultOf(provider.open(crossing, 'sub', never))).toBe('unreachable: the answer is not as published: url holds no RTSP address')
  })

  test('a sign-in page, and nothing at all', async () => {
    const page = createIcc(setting('http://platform.test', { fetch: () => Promise.resolve(new Response('<html>')) }))
    expect(await faultOf(page.list(never))).toBe('unreachable: the answer is not JSON: is this the address of the platform?')
    const lost = createIcc(setting('http://platform.test', { fetch: () => Promise.reject(new Error(secretWords)) }))
    expect(await faultOf(lost.list(never))).toBe('unreachable: the platform does not answer')
  })
})
