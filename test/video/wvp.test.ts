import { afterEach, describe, expect, test } from 'vitest'
import { startWvp } from '../../mock-streams/video/wvp.ts'
import type { RunningWvp, WvpOptions } from '../../mock-streams/video/wvp.ts'
import { lowerPlatform, recorder } from '../../mock-streams/video/wvp-catalogue.ts'
import { LeaseBook } from '../../server/video/lease.ts'
import { ProviderError } from '../../server/video/provider.ts'
import type { CatalogueItem, OpenStream, VideoProvider } from '../../server/video/provider.ts'
import { StreamTrouble } from '../../server/video/trouble.ts'
import { createWvp } from '../../server/video/wvp.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { wvpPlatform } from './platforms.ts'
import { crossing } from './support.ts'

const user = 'yiping'
const password = 'Kongtong-2026'
const clock = new ManualClock()
const never = new AbortController().signal

interface Given {
  readonly fetch?: typeof globalThis.fetch
  readonly password?: string
}

function wvp(url: string, given: Given = {}): VideoProvider {
  const held: Readonly<Record<string, string>> = { WVP_USER: user, WVP_PASSWORD: given.password ?? password }
  const secretOf = (variable: string): string => held[variable] ?? ''
  return createWvp({ platform: wvpPlatform({ url }), secretOf, fetch: given.fetch ?? fetch, now: () => clock.now() })
}

let platform: RunningWvp | undefined

async function started(options: Partial<WvpOptions> = {}, given: Given = {}): Promise<{ provider: VideoProvider; platform: RunningWvp }> {
  platform = await startWvp({ port: 0, user, password, now: () => clock.now(), ...options })
  return { provider: wvp(platform.url, given), platform }
}

afterEach(async () => {
  await platform?.close()
  platform = undefined
})

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return error instanceof ProviderError ? `${error.fault}: ${error.message}` : 'no ProviderError'
}

interface ListedDevice {
  readonly deviceId: string
  readonly name: string
  readonly onLine: boolean
  readonly channels: readonly unknown[]
}

const playing = (path: string): unknown => ({ code: 0, msg: '成功', data: { hls: `http://media.test${path}.m3u8` } })

/** A platform of these devices; what is neither a list nor the sign-in it answers with `other`. */
function withDevices(devices: readonly ListedDevice[], other = playing): VideoProvider {
  const answer = (address: URL): unknown => {
    if (address.pathname === '/api/user/login') return { code: 0, data: { accessToken: 't' } }
    if (address.pathname.endsWith('/devices')) return paged(devices, address)
    const channels = devices.find(({ deviceId }) => address.pathname.endsWith(`/${deviceId}/channels`))?.channels
    return channels === undefined ? other(address.pathname) : paged(channels, address)
  }
  return wvp('http://platform.test', { fetch: (address) => Promise.resolve(Response.json(answer(address as URL))) })
}

const withChannels = (channels: readonly unknown[], other = playing): VideoProvider =>
  withDevices([{ deviceId: 'd', name: '录像机', onLine: true, channels }], other)

function paged(list: readonly unknown[], { searchParams }: URL): unknown {
  const [page, count] = [Number(searchParams.get('page')), Number(searchParams.get('count'))]
  return { code: 0, msg: '成功', data: { total: list.length, list: list.slice((page - 1) * count, page * count) } }
}

const idsOf = (items: readonly CatalogueItem[]): readonly string[] => items.map(({ id }) => id)

describe('signing in', () => {
  test('is done once for many requests', async () => {
    const { provider, platform } = await started()
    await Promise.all([provider.list(never), provider.list(never)])
    await provider.open(crossing, 'sub', never)
    expect(platform.served.login).toBe(1)
  })

  test('is done once anew when the token has ended, and the request goes through', async () => {
    const { provider, platform } = await started({ tokenLifeMs: 60_000 })
    await provider.list(never)
    clock.advance(60_001)
    await provider.list(never)
    expect(platform.served.login).toBe(2)
    platform.forgetTokens()
    await Promise.all([provider.open(crossing, 'sub', never), provider.list(never)])
    expect(platform.served.login).toBe(3)
  })

  test('with a wrong password is told, and not tried again for a minute', async () => {
    const { provider, platform } = await started({}, { password: 'wrong' })
    const said = 'refused: the platform refused the user or the password'
    expect(await faultOf(provider.list(never))).toBe(said)
    expect(await faultOf(provider.open(crossing, 'sub', never))).toBe(said)
    expect(platform.served.login).toBe(1)
    clock.advance(60_001)
    await faultOf(provider.list(never))
    expect(platform.served.login).toBe(2)
  })

  test('that does not help is told', async () => {
    const refusing: typeof fetch = (address) =>
      Promise.resolve(
        Response.json((address as URL).pathname === '/api/user/login' ? { code: 0, data: { accessToken: 't' } } : { code: 401, msg: 'x' }),
      )
    expect(await faultOf(wvp('http://platform.test', { fetch: refusing }).list(never))).toBe(
      'refused: the platform does not take the token that it has just given: look at its clock',
    )
  })

  test('a token that the platform renews by itself is used from then on', async () => {
    const used: (string | null)[] = []
    const renewing: typeof fetch = (address, init) => {
      used.push(new Headers(init?.headers).get('access-token'))
      const path = (address as URL).pathname
      if (path === '/api/user/login') return Promise.resolve(Response.json({ code: 0, data: { accessToken: 'first' } }))
      return Promise.resolve(Response.json({ code: 0, data: { total: 0, list: [] } }, { headers: { 'access-token': 'second' } }))
    }
    const provider = wvp('http://platform.test', { fetch: renewing })
    await provider.list(never)
    await provider.list(never)
    expect(used).toEqual([null, 'first', 'second'])
  })
})

describe('the catalogue', () => {
  test('has every camera once, with the directories above it, and nothing that is none', async () => {
    const { provider } = await started()
    const { items, refused } = await provider.list(never)
    expect(refused).toEqual([])
    expect(items).toHaveLength(12)
    expect(items[0]).toEqual({
      id: crossing,
      name: '解放路十字',
      isOnline: true,
      regions: ['社会治理', '62080200002160000001', '雪亮工程', '62080200002150000001', '区视频共享平台', lowerPlatform, '620802', '6208', '62'],
      place: [106.6842, 35.5392],
      heading: 90,
      canMove: true,
    })
    // a missing place is 0, 0 in the lists; a recorder without directories is a region itself
    expect(items.find(({ name }) => name === '世纪花园小区')?.place).toBeUndefined()
    expect(items.find(({ name }) => name === '政务服务大厅')?.regions).toEqual(['柳湖片区录像机', recorder, '620802', '6208', '62'])
    expect(items.find(({ name }) => name === '政务服务大厅')?.canMove).toBeUndefined()
  })

  test('follows what goes off', async () => {
    const { provider, platform } = await started()
    platform.setCamera('62080200001310000010', 'offline')
    expect((await provider.list(never)).items.filter(({ isOnline }) => !isOnline).map(({ name }) => name)).toEqual(['政务服务大厅'])
  })

  test('takes a camera that hangs on two devices from where it is online, else as it came first', async () => {
    const provider = withDevices([
      {
        deviceId: 'd1',
        name: '一',
        onLine: false,
        channels: [
          { deviceId: 'a', name: 'a1' },
          { deviceId: 'b', name: 'b1' },
        ],
      },
      {
        deviceId: 'd2',
        name: '二',
        onLine: true,
        channels: [
          { deviceId: 'a', name: 'a2' },
          { deviceId: 'b', name: 'b2', status: 'OFF' },
        ],
      },
    ])
    const { items } = await provider.list(never)
    expect(items.map(({ name, isOnline }) => ({ name, isOnline }))).toEqual([
      { name: 'a2', isOnline: true },
      { name: 'b1', isOnline: false },
    ])
    expect((await provider.open('a', 'sub', never)).url).toBe('http://media.test/api/play/start/d2/a.m3u8')
  })

  test('is read page by page', async () => {
    const entries = Array.from({ length: 401 }, (_, index) => ({ deviceId: `c${String(index)}`, name: 'x' }))
    expect((await withChannels(entries).list(never)).items).toHaveLength(401)
  })

  test('reads what older versions call otherwise', async () => {
    const older = {
      channelId: 'c',
      deviceId: 'd',
      name: '旧',
      status: 0,
      PTZType: 4,
      longitudeWgs84: 106.5,
      latitudeWgs84: 35.5,
      longitude: 1,
      latitude: 1,
    }
    expect((await withChannels([older]).list(never)).items).toEqual([
      { id: 'c', name: '旧', isOnline: false, regions: ['录像机', 'd'], place: [106.5, 35.5], heading: undefined, canMove: true },
    ])
  })

  test('keeps what can be read: places that are none, loops of directories, orphans, whole paths as parents', async () => {
    const entries = [
      { deviceId: 'a', name: '甲', longitude: '35.5', latitude: '106.6' },
      { deviceId: 'b', name: '乙', parentId: '62080200002160000008', longitude: null, latitude: '' },
      { deviceId: 'c', name: '丙', parentId: 'd/62080200002160000001', gbName: '丙（更正）', gbLongitude: 106.5, gbLatitude: 35.5 },
      { deviceId: '62080200002160000001', name: '目录一', parentId: '62080200002160000002' },
      { deviceId: '62080200002160000002', name: '目录二', parentId: '62080200002160000001' },
      { name: '无编码', password: 'secret-of-it', ipAddress: '10.1.1.1' },
      'text',
    ]
    const { items, refused } = await withChannels(entries).list(never)
    expect(items.map(({ name, place, regions }) => ({ name, place, regions }))).toEqual([
      { name: '甲', place: undefined, regions: ['录像机', 'd'] },
      { name: '乙', place: undefined, regions: ['62080200002160000008', '录像机', 'd'] },
      { name: '丙（更正）', place: [106.5, 35.5], regions: ['目录一', '62080200002160000001', '目录二', '62080200002160000002', '录像机', 'd'] },
    ])
    expect(refused.map(({ detail }) => detail)).toEqual(['data.list[]: a channel without a code', 'data.list[]: a channel without a code'])
    expect(JSON.stringify(refused)).not.toMatch(/secret-of-it|10\.1\.1\.1/)
  })

  test('takes over neither a password nor an address of a device', async () => {
    const { provider } = await started()
    expect(JSON.stringify(await provider.list(never))).not.toMatch(/password|10\.20\.30/)
  })

  test('masks whose door a camera looks at', async () => {
    const { items } = await withChannels([{ deviceId: 'a', name: '解放路12号 王先生\u202e13812345678' }]).list(never)
    expect(items.map(({ name }) => name)).toEqual(['解放路*号 王*****'])
  })

  test('leaves out decoders, alarms, sound and users, and a recorder that has channels here', async () => {
    const of = (type: string, parentId?: string): object => ({ deviceId: `6208020000${type}0000001`, name: type, parentId })
    const entries = ['111', '114', '118', '121', '131', '132', '134', '137', '200', '216', '300'].map((type) => of(type))
    const { items } = await withChannels([...entries, { deviceId: 'x', parentId: '62080200001180000001' }]).list(never)
    expect(idsOf(items)).toEqual(['111', '121', '131', '132'].map((type) => `6208020000${type}0000001`).concat('x'))
  })
})

describe('a stream', () => {
  test('comes as HLS where the media server has it, else as HTTP-FLV, else as RTSP', async () => {
    const { provider, platform } = await started()
    const hls = await provider.open(crossing, 'main', never)
    expect(hls).toMatchObject({ kind: 'hls', expiresAt: undefined, url: `${platform.url}/rtp/${lowerPlatform}_${crossing}/hls.m3u8` })
    expect(await (await fetch(hls.url)).text()).toContain('#EXTM3U')
    await platform.close()
    const flv = await (await started({ protocols: ['flv', 'rtsp'] })).provider.open(crossing, 'main', never)
    expect(flv.kind).toBe('flv')
    expect(flv.url).toMatch(/^http:.*\.live\.flv$/)
    await platform.close()
    const rtsp = await (await started({ protocols: ['rtsp'] })).provider.open(crossing, 'main', never)
    expect([rtsp.kind, rtsp.url.slice(0, 7)]).toEqual(['rtsp', 'rtsp://'])
  })

  test('that nothing here can take is told', async () => {
    const { provider } = await started({ protocols: [] })
    expect(await faultOf(provider.open(crossing, 'sub', never))).toBe(
      'no-stream: the media server offers neither HLS nor HTTP-FLV nor RTSP: switch on one of them',
    )
  })

  test('is opened though the catalogue was not read yet, as after a new start', async () => {
    const { provider } = await started()
    expect((await provider.open(crossing, 'sub', never)).kind).toBe('hls')
  })

  test('is stopped when neither of its qualities is watched from here any more', async () => {
    const { provider, platform } = await started()
    const [main, sub] = [await provider.open(crossing, 'main', never), await provider.open(crossing, 'sub', never)]
    await provider.close?.(crossing, main)
    expect(platform.served.stop).toBe(0)
    expect((await fetch(sub.url)).status).toBe(200)
    await provider.close?.(crossing, sub)
    expect(platform.served.stop).toBe(1)
    expect((await fetch(sub.url)).status).toBe(404)
  })

  test('that the media server has closed since nobody watched is dead, and opened anew by the lease', async () => {
    const { provider, platform } = await started()
    const leases = new LeaseBook({ provider, clock, maxStreams: 4, random: () => 0.5 })
    const first = await leases.use(crossing, 'sub')
    clock.advance(19_000)
    // watched: alive
    expect((await fetch(first.url)).status).toBe(200)
    await leases.use(crossing, 'sub')
    clock.advance(19_500)
    await leases.use(crossing, 'sub')
    clock.advance(1_000)
    expect((await fetch(first.url)).status).toBe(404)
    leases.spoiled(first, new StreamTrouble('no-stream', 'the media server answers 404'))
    const again = await leases.use(crossing, 'sub')
    expect((await fetch(again.url)).status).toBe(200)
    expect(platform.served.start).toBe(2)
    await leases.close()
  })

  test.each([
    ['silent', 'no-stream: the camera was asked for its picture, and none reached the media server'],
    ['offline', 'no-stream: the camera did not answer the platform in time'],
  ] as const)('of a camera that is %s is told without an address', async (state, said) => {
    const { provider, platform } = await started()
    platform.setCamera(crossing, state)
    expect(await faultOf(provider.open(crossing, 'sub', never))).toBe(said)
  })

  test('that takes longer than anybody waits is told as the camera, not as the platform', async () => {
    const { provider, platform } = await started()
    await provider.list(never)
    platform.setCamera(crossing, 'slow')
    const patience = new AbortController()
    const opening = faultOf(provider.open(crossing, 'sub', patience.signal))
    await platform.reached('start', 1)
    patience.abort()
    expect(await opening).toBe('no-stream: the camera has not begun to send yet')
  })

  test('of a camera that the platform does not know is told', async () => {
    expect(await faultOf((await started()).provider.open('1', 'sub', never))).toBe('unknown-camera: the platform does not know this camera')
  })
})

describe('what a platform may answer instead', () => {
  const opened = (answer: unknown): Promise<OpenStream> => withChannels([{ deviceId: 'c', name: 'x' }], () => answer).open('c', 'sub', never)

  test.each([
    [{ code: -3, msg: '资源耗尽' }, 'overloaded: the platform has no media server or port left'],
    [{ code: 100, msg: '点播超时' }, 'no-stream: the camera did not answer the platform in time'],
    [{ code: 100, msg: '通道不存在' }, 'unknown-camera: the platform does not know this camera'],
    [{ code: 100, msg: '设备[10.1.1.1:5060]已离线' }, 'no-stream: the platform says that this camera is offline'],
    [{ code: 403, msg: '无权限操作' }, 'forbidden: the platform does not allow this to our user'],
    [{ code: 404, msg: '资源未找到' }, 'unreachable: the platform does not know this interface: is its version older than 2.7?'],
    [{ code: 500, msg: 'java.lang.NullPointerException' }, 'unreachable: the platform failed with code 500'],
    [{ code: 100, msg: '别的' }, 'no-stream: the platform failed with code 100'],
    [{ msg: 'no code' }, 'unreachable: the answer is not as published: code Invalid input: expected number, received NaN'],
    [{ code: 0, data: { hls: 'file:///etc/passwd' } }, 'unreachable: the answer is not as published: hls Invalid URL'],
  ])('%j', async (answer, said) => {
    expect(await faultOf(opened(answer))).toBe(said)
  })

  test('a sign-in page', async () => {
    const page: typeof fetch = () => Promise.resolve(new Response('<html>'))
    expect(await faultOf(wvp('http://platform.test', { fetch: page }).list(never))).toBe(
      'unreachable: the answer is not JSON: is this the address of the platform?',
    )
  })

  test('nothing at all', async () => {
    const { provider, platform } = await started()
    platform.setPlatform('down')
    expect(await faultOf(provider.list(never))).toBe('unreachable: the platform does not answer')
  })
})

describe('a still', () => {
  test('is the one that was just taken, and of the type that it is', async () => {
    const { provider } = await started()
    const { body, contentType } = await provider.snapshot!(crossing, never)
    expect(contentType).toBe('image/jpeg')
    expect(body.subarray(0, 2).toString('hex')).toBe('ffd8')
  })

  test('of a camera that sends nothing is none, rather than an old one', async () => {
    const { provider, platform } = await started()
    platform.setCamera(crossing, 'silent')
    expect(await faultOf(provider.snapshot!(crossing, never))).toMatch(/^no-stream: /)
    const other = withChannels([{ deviceId: 'c' }], () => ({ code: 0, data: 'snap/other.jpg' }))
    expect(await faultOf(other.snapshot!('c', never))).toBe('no-stream: the platform has taken no picture')
  })
})

test.each([
  ['left', 0.5, { command: 'left', horizonSpeed: '128', verticalSpeed: '128', zoomSpeed: '8' }],
  ['in', 0.05, { command: 'zoomin', horizonSpeed: '13', verticalSpeed: '13', zoomSpeed: '1' }],
  ['out', 1, { command: 'zoomout', horizonSpeed: '255', verticalSpeed: '255', zoomSpeed: '15' }],
  ['stop', 0.5, { command: 'stop' }],
] as const)('%s turns the camera in the platform’s own numbers', async (move, speed, said) => {
  const { provider, platform } = await started()
  await provider.ptz!(crossing, move, speed, never)
  expect(platform.turned).toMatchObject({ deviceId: lowerPlatform, channelId: crossing, ...said })
})
