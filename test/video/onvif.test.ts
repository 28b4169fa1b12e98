import { afterEach, describe, expect, test } from 'vitest'
import { videoPlatformSchema } from '../../contract/configuration.ts'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import { startDiscovery } from '../../mock-streams/video/onvif-discovery.ts'
import { startOnvifDevice } from '../../mock-streams/video/onvif.ts'
import type { OnvifOptions, RunningOnvif } from '../../mock-streams/video/onvif.ts'
import { readChannels } from '../../server/video/onvif-catalogue.ts'
import { searchDevices } from '../../server/video/onvif-discovery.ts'
import { parseXml } from '../../server/video/onvif-soap.ts'
import { createOnvif } from '../../server/video/onvif.ts'
import type { OnvifMeans } from '../../server/video/onvif.ts'
import { ProviderError } from '../../server/video/provider.ts'
import type { VideoProvider } from '../../server/video/provider.ts'
import { ManualClock } from '../support/manual-clock.ts'

const minute = 60_000
const never = new AbortController().signal
const user = 'yiping'
const password = 'p@ss/w:rd&'

let clock = new ManualClock()
let running: { close(): Promise<void> }[] = []

async function device(given: Partial<OnvifOptions> = {}): Promise<RunningOnvif> {
  const started = await startOnvifDevice({ port: 0, user, password, serial: 'DS-2CD2T47-0001', clock: () => clock.now(), ...given })
  running.push(started)
  return started
}

interface Given extends Partial<OnvifMeans> {
  readonly config?: Partial<VideoPlatformOf<'onvif'>>
  readonly password?: string
  readonly fetch?: typeof globalThis.fetch
}

function onvifPlatform(given: Partial<VideoPlatformOf<'onvif'>>): VideoPlatformOf<'onvif'> {
  const named = { id: 'town-cameras', name: '乡镇摄像机', shortName: '乡镇', nameEn: 'Town cameras', district: '620802', demo: true, domains: {} }
  const variables = { userEnv: 'ONVIF_USER', passwordEnv: 'ONVIF_PASSWORD' }
  const platform = videoPlatformSchema.parse({ ...named, ...variables, contact: '值班室', provider: 'onvif', ...given })
  if (platform.provider !== 'onvif') throw new Error('the schema gave another provider')
  return platform
}

function onvif(devices: readonly string[], { config, password: word = password, fetch: ask = fetch, ...means }: Given = {}): VideoProvider {
  const platform = onvifPlatform({ devices: [...devices], ...config })
  const secretOf = (variable: string): string => (variable === 'ONVIF_USER' ? user : word)
  // nothing here is late unless a test says so
  return createOnvif({ platform, secretOf, fetch: ask, now: () => clock.now() }, { deadline: () => never, ...means })
}

const hrefOf = (address: Parameters<typeof fetch>[0]): string => (address instanceof URL ? address.href : '')

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return error instanceof ProviderError ? `${error.fault}: ${error.message}` : 'no ProviderError'
}

afterEach(async () => {
  await Promise.all(running.map((each) => each.close()))
  running = []
  clock = new ManualClock()
})

const refusedWords = 'the device refuses the user or the password: check both, and that this user may use ONVIF'

describe('the catalogue', () => {
  test('has a camera by its serial number, with the name and the place that its installer wrote', async () => {
    const { service } = await device({ name: '解放路十字 & 东', location: 'country/china/city/平凉', hasPtz: true })
    expect(await onvif([service]).list(never)).toEqual({
      items: [
        {
          id: 'DS-2CD2T47-0001.VideoSource_1',
          name: '解放路十字 & 东',
          isOnline: true,
          regions: ['country/china/city/平凉', '平凉', '127.0.0.1', 'town-cameras'],
          place: undefined,
          heading: undefined,
          canMove: true,
        },
      ],
      refused: [],
    })
  })

  test('has every source of a recorder', async () => {
    const { service } = await device({ name: '东城NVR', sources: 3 })
    const { items } = await onvif([service]).list(never)
    expect(items.map(({ id, name, canMove }) => [id, name, canMove])).toEqual([
      ['DS-2CD2T47-0001.VideoSource_1', '东城NVR 1', undefined],
      ['DS-2CD2T47-0001.VideoSource_2', '东城NVR 2', undefined],
      ['DS-2CD2T47-0001.VideoSource_3', '东城NVR 3', undefined],
    ])
  })

  test.each([
    ['none', ''],
    ['zeros', '00000000'],
    ['a count', '123456789'],
  ])('a serial number that is %s gives way to the host', async (_name, serial) => {
    const { service } = await device({ serial })
    expect((await onvif([service]).list(never)).items[0]?.id).toBe('127.0.0.1.VideoSource_1')
  })

  test('a device from before GetServices is asked in the older way', async () => {
    const old = await device({ isOld: true })
    expect((await onvif([old.service]).list(never)).items).toHaveLength(1)
    expect(old.asked).toEqual(['GetSystemDateAndTime', 'GetServices', 'GetCapabilities', 'GetProfiles', 'GetDeviceInformation', 'GetScopes'])
  })

  test('a device that was read is only asked for its time, for ten minutes', async () => {
    const one = await device()
    const provider = onvif([one.service])
    await provider.list(never)
    one.asked.length = 0
    clock.advance(minute)
    expect((await provider.list(never)).items).toHaveLength(1)
    expect(one.asked).toEqual(['GetSystemDateAndTime'])
    clock.advance(10 * minute)
    await provider.list(never)
    expect(one.asked).toContain('GetProfiles')
  })

  const source = '<VideoSourceConfiguration><SourceToken>1</SourceToken></VideoSourceConfiguration>'
  const encoder = '<VideoEncoderConfiguration><Resolution><Width>9</Width><Height>9</Height></Resolution></VideoEncoderConfiguration>'
  test.each([
    ['of which none says where its picture is from', `<Profiles token="a">${encoder}</Profiles>`, [['127.0.0.1.source', 'a', 'a']]],
    [
      'of which none says how large it is',
      `<Profiles token="a">${source}</Profiles><Profiles token="b">${source}</Profiles>`,
      [['127.0.0.1.1', 'a', 'b']],
    ],
    [
      'of which one has no picture',
      `<Profiles token="a">${source}</Profiles><Profiles token="b">${source}${encoder}</Profiles>`,
      [['127.0.0.1.1', 'b', 'b']],
    ],
    ['without a token', `<Profiles>${source}${encoder}</Profiles>`, []],
  ])('profiles %s', (_name, written, channels) => {
    const profiles = parseXml(`<GetProfilesResponse>${written}</GetProfilesResponse>`)
    const read = readChannels({ information: undefined, scopes: undefined, profiles }, { host: '127.0.0.1', everywhere: 'all' })
    expect(read.map(({ item, main, sub }) => [item.id, main, sub])).toEqual(channels)
  })

  test('two devices that call themselves the same are not mixed up', async () => {
    const [first, second] = [await device({ name: '一' }), await device({ name: '二' })]
    const { items, refused } = await onvif([first.service, second.service]).list(never)
    expect(items.map(({ name }) => name)).toEqual(['一'])
    expect(refused).toEqual([
      {
        detail: 'another device has the same serial number: the cameras of this one cannot be told from its own',
        raw: JSON.stringify({ device: second.service }),
      },
    ])
  })

  test('without any device says what to do', async () => {
    expect(await faultOf(onvif([]).list(never))).toBe('unconfigured: no device: name some in devices, or set discover')
  })
})

describe('signing in', () => {
  test.each([
    ['three hours ahead', 3 * 60 * minute],
    ['in 1970', -clock.now()],
  ])('a clock %s is reckoned with', async (_name, skew) => {
    const { service } = await device({ clock: () => clock.now() + skew })
    expect((await onvif([service]).list(never)).items).toHaveLength(1)
  })

  test('a clock that is set meanwhile is asked for again', async () => {
    const one = await device()
    const provider = onvif([one.service])
    const { items } = await provider.list(never)
    one.setClock(() => clock.now() - 24 * 60 * minute)
    one.asked.length = 0
    expect((await provider.open(items[0]!.id, 'sub', never)).kind).toBe('rtsp')
    expect(one.asked).toEqual(['refused GetStreamUri', 'GetSystemDateAndTime', 'GetStreamUri'])
  })

  test('HTTP Digest where the device wants that, with one challenge for all questions', async () => {
    const one = await device({ signIn: 'digest' })
    const { items } = await onvif([one.service]).list(never)
    expect(items).toHaveLength(1)
    expect(one.asked.filter((action) => action.startsWith('refused'))).toEqual(['refused GetSystemDateAndTime'])
  })

  test.each(['wss', 'digest'] as const)(
    'a wrong password (%s) is said, and the device left alone for ten minutes, since devices lock users',
    async (signIn) => {
      const one = await device({ signIn })
      const provider = onvif([one.service], { password: 'wrong' })
      expect(await faultOf(provider.list(never))).toBe(`refused: ${refusedWords}`)
      const tries = one.asked.length
      clock.advance(9 * minute)
      expect(await faultOf(provider.list(never))).toBe(`refused: ${refusedWords}`)
      expect(one.asked).toHaveLength(tries)
      clock.advance(2 * minute)
      await faultOf(provider.list(never))
      expect(one.asked.length).toBeGreaterThan(tries)
    },
  )
})

describe('live', () => {
  test.each([
    ['main', 'Profile_101'],
    ['sub', 'Profile_102'],
  ] as const)('%s is RTSP with user and password in it, percent-encoded', async (quality, profile) => {
    const { service } = await device()
    const provider = onvif([service])
    const [camera] = (await provider.list(never)).items
    expect(await provider.open(camera!.id, quality, never)).toEqual({
      url: `rtsp://yiping:p%40ss%2Fw%3Ard%26@127.0.0.1:554/cam/realmonitor?profile=${profile}&unicast=true`,
      kind: 'rtsp',
      expiresAt: undefined,
    })
  })

  test('a device behind a router is reached at the address that we know, and our password goes nowhere else', async () => {
    const { service } = await device({ believedHost: '192.168.1.64' })
    const provider = onvif([service])
    const [camera] = (await provider.list(never)).items
    expect((await provider.open(camera!.id, 'sub', never)).url).toMatch(/@127\.0\.0\.1:554\//)
    expect((await provider.snapshot!(camera!.id, never)).contentType).toBe('image/png')
  })

  test('streams of another host where config lets them be', async () => {
    const { service } = await device({ believedHost: '10.20.3.4' })
    const provider = onvif([service], { config: { mediaHosts: ['10.20.0.0/16'] } })
    const [camera] = (await provider.list(never)).items
    expect((await provider.open(camera!.id, 'sub', never)).url).toMatch(/@10\.20\.3\.4:554\//)
  })

  test('a device that does not answer now is no platform that is down', async () => {
    const one = await device()
    const provider = onvif([one.service])
    const [camera] = (await provider.list(never)).items
    one.setTrouble('html')
    expect(await faultOf(provider.open(camera!.id, 'sub', never))).toBe(
      'no-stream: the answer is not ONVIF: is this the address of a device service?',
    )
    expect(await faultOf(provider.snapshot!(camera!.id, never))).toMatch(/^no-stream: /)
  })

  test('a camera that no device has', async () => {
    expect(await faultOf(onvif([(await device()).service]).open('x.y', 'sub', never))).toBe('unknown-camera: no device that was read has this camera')
  })
})

describe('a still', () => {
  test.each(['digest', 'basic'] as const)('behind %s', async (stills) => {
    const one = await device({ stills })
    const provider = onvif([one.service])
    const [camera] = (await provider.list(never)).items
    expect((await provider.snapshot!(camera!.id, never)).contentType).toBe('image/png')
    expect(one.stillSignIns.map((word) => word.toLowerCase())).toEqual([stills])
  })
})

describe('moves', () => {
  test('begin and end', async () => {
    const one = await device({ hasPtz: true })
    const provider = onvif([one.service])
    const [camera] = (await provider.list(never)).items
    const bodies: string[] = []
    const listening = onvif([one.service], {
      fetch: (address, init) => {
        bodies.push(/<s:Body>(.*)<\/s:Body>/.exec(init?.body as string)?.[1] ?? '')
        return fetch(address, init)
      },
    })
    await listening.list(never)
    bodies.length = 0
    for (const move of ['left', 'up', 'in', 'stop'] as const) await listening.ptz!(camera!.id, move, 0.5, never)
    const [tt, token] = ['xmlns:tt="http://www.onvif.org/ver10/schema"', '<ProfileToken>Profile_102</ProfileToken>']
    const action = (name: string, inner: string): string => `<${name} xmlns="http://www.onvif.org/ver20/ptz/wsdl" ${tt}>${token}${inner}</${name}>`
    expect(bodies).toEqual([
      action('ContinuousMove', '<Velocity><tt:PanTilt x="-0.5" y="0"/></Velocity>'),
      action('ContinuousMove', '<Velocity><tt:PanTilt x="0" y="0.5"/></Velocity>'),
      action('ContinuousMove', '<Velocity><tt:Zoom x="0.5"/></Velocity>'),
      action('Stop', '<PanTilt>true</PanTilt><Zoom>true</Zoom>'),
    ])
    expect(one.asked.slice(-4)).toEqual(['ContinuousMove', 'ContinuousMove', 'ContinuousMove', 'Stop'])
  })

  test('a camera that cannot be turned', async () => {
    const provider = onvif([(await device()).service])
    const [camera] = (await provider.list(never)).items
    expect(await faultOf(provider.ptz!(camera!.id, 'left', 0.5, never))).toBe('forbidden: this camera cannot be turned')
  })
})

describe('a device that answers something else', () => {
  const notOnvif = 'the answer is not ONVIF: is this the address of a device service?'
  test.each([
    ['html', notOnvif],
    ['nonsense', notOnvif],
    ['entities', notOnvif],
    ['fault', 'the device failed'],
  ] as const)('%s is told in words of ours, and hides no other device', async (trouble, said) => {
    const [good, bad] = [await device({ serial: 'GOOD-0001' }), await device({ serial: 'BAD-00001' })]
    bad.setTrouble(trouble)
    const { items, refused } = await onvif([bad.service, good.service]).list(never)
    expect(items.map(({ id }) => id)).toEqual(['GOOD-0001.VideoSource_1'])
    expect(refused).toEqual([{ detail: said, raw: JSON.stringify({ device: bad.service }) }])
    const alone = await faultOf(onvif([bad.service]).list(never))
    expect(alone).toBe(`unreachable: ${said}`)
    for (const foreign of [password, user, bad.url, 'admin', '10.0.0.9']) expect(alone).not.toContain(foreign)
  })

  test('one that says nothing is given up, and its cameras are off until it speaks', async () => {
    const [good, bad] = [await device({ serial: 'GOOD-0001' }), await device({ serial: 'BAD-00001' })]
    const late = new AbortController()
    const provider = onvif([bad.service, good.service], {
      deadline: (address) => (bad.asked.includes('hang') || address !== bad.service ? never : late.signal),
      fetch: async (address, init) => {
        const answer = fetch(address, init)
        // given up as soon as it has heard the question
        if (bad.asked.length > 0 && hrefOf(address) === bad.service && hangs) late.abort(new Error('late'))
        return await answer
      },
    })
    let hangs = false
    expect((await provider.list(never)).items.map(({ isOnline }) => isOnline)).toEqual([true, true])
    hangs = true
    bad.setTrouble('hang')
    clock.advance(minute)
    const { items, refused } = await provider.list(never)
    expect(items.map(({ id, isOnline }) => [id, isOnline])).toEqual([
      ['BAD-00001.VideoSource_1', false],
      ['GOOD-0001.VideoSource_1', true],
    ])
    expect(refused).toEqual([{ detail: 'the device does not answer', raw: JSON.stringify({ device: bad.service }) }])
  })

  test('devices that take all the time are asked last, and those left over are told of', async () => {
    const good = await device({ serial: 'GOOD-0001' })
    const dead = Array.from({ length: 24 }, (_, at) => `http://127.0.0.1:${String(at + 1)}/onvif/device_service`)
    // as many as are asked at once, and together they take longer than a whole reading may
    let asked = 0
    const provider = onvif([...dead, good.service], {
      fetch: (address, init) => {
        if (hrefOf(address).startsWith(good.url)) return fetch(address, init)
        if (++asked === dead.length) clock.advance(minute)
        return Promise.reject(new Error('no route to 10.0.0.9'))
      },
    })
    const first = await provider.list(never)
    expect(first.items).toEqual([])
    expect(first.refused.at(-1)).toEqual({
      detail: 'not asked yet: too many devices do not answer; it is asked first next time',
      raw: JSON.stringify({ device: good.service }),
    })
    const second = await provider.list(never)
    expect(second.items.map(({ id }) => id)).toEqual(['GOOD-0001.VideoSource_1'])
    expect(second.refused).toHaveLength(24)
  })

  test('none that answers', async () => {
    const nobody: typeof fetch = () => Promise.reject(new Error('connect ECONNREFUSED 10.0.0.9:80'))
    expect(await faultOf(onvif(['http://a.test/onvif', 'http://b.test/onvif'], { fetch: nobody }).list(never))).toBe(
      'unreachable: none of 2 devices could be read; the first: the device does not answer',
    )
  })
})

describe('looking for devices', () => {
  test('tells each address once, and none that is not of the device itself', async () => {
    const responder = await startDiscovery([
      { addresses: ['http://10.0.0.9/onvif/device_service', 'http://127.0.0.1:8080/onvif/device_service'] },
      { addresses: ['http://198.51.100.7/onvif/device_service'] },
      { addresses: ['ftp://127.0.0.1/x', 'nonsense'] },
      { addresses: ['http://127.0.0.1:8081/onvif/device_service'] },
    ])
    running.push(responder)
    const found: string[] = []
    const enough = new AbortController()
    await searchDevices({ to: responder, from: ['127.0.0.1'] })((address) => {
      found.push(address)
      // the last device answers last, twice: what came before has been heard
      if (address.includes('8081')) enough.abort()
    }, enough.signal)
    expect(found).toEqual(['http://127.0.0.1:8080/onvif/device_service', 'http://127.0.0.1:8081/onvif/device_service'])
  })

  test('ends when told to, though nobody answers, and though a network is gone', async () => {
    await searchDevices({ to: { address: '127.0.0.1', port: 9 }, from: ['127.0.0.1', '192.0.2.1'] })(() => undefined, AbortSignal.abort())
    await expect(searchDevices({ to: { address: '127.0.0.1', port: 9 }, from: ['192.0.2.1'] })(() => undefined, never)).resolves.toBeUndefined()
  })

  test('adds what is found to what is named, keeps it, and asks both', async () => {
    const [named, found] = [await device({ serial: 'NAMED-001' }), await device({ serial: 'FOUND-001' })]
    let times = 0
    const provider = onvif([named.service], {
      config: { discover: true },
      search: (tell) => {
        if (times++ === 0) for (const address of [found.service, named.service]) tell(address)
        return Promise.resolve()
      },
    })
    await provider.list(never)
    expect((await provider.list(never)).items.map(({ id }) => id)).toEqual(['NAMED-001.VideoSource_1', 'FOUND-001.VideoSource_1'])
  })

  test('without any found', async () => {
    const provider = onvif([], { config: { discover: true }, search: () => Promise.resolve() })
    expect(await faultOf(provider.list(never))).toBe('unreachable: no device answers on the networks of this machine: name devices in devices')
  })
})
