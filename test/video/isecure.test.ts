import { afterEach, describe, expect, test } from 'vitest'
import { startVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { RunningVideoPlatform } from '../../mock-streams/video/platform.ts'
import type { VideoPlatformOf } from '../../contract/configuration.ts'
import { createIsecure } from '../../server/video/isecure.ts'
import { signedHeaders } from '../../server/video/isecure-signature.ts'
import type { VideoProvider } from '../../server/video/provider.ts'
import { ProviderError } from '../../server/video/provider.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { videoPlatform } from '../support/registry.ts'
import { crossing, key, secret } from './support.ts'

/** 中心广场, which turns */
const square = '62080200001310000004'
const clock = new ManualClock()
const never = new AbortController().signal
interface Given {
  readonly fetch: typeof globalThis.fetch
  readonly key?: string
  readonly secret?: string
  readonly mediaHosts?: VideoPlatformOf<'isecure'>['mediaHosts']
}

function isecure(url: string, given: Given): VideoProvider {
  const held: Readonly<Record<string, string>> = { VIDEO_KEY: given.key ?? key, VIDEO_SECRET: given.secret ?? secret }
  const secretOf = (variable: string): string => held[variable] ?? ''
  return createIsecure({
    platform: videoPlatform({ id: 'demo', url, mediaHosts: given.mediaHosts ?? [] }),
    secretOf,
    fetch: given.fetch,
    now: () => clock.now(),
  })
}

let platform: RunningVideoPlatform | undefined

async function provider(given: { readonly key?: string; readonly secret?: string } = {}): Promise<VideoProvider> {
  platform = await startVideoPlatform({ port: 0, key, secret, seed: 1, scenario: 'calm', now: () => clock.now() })
  return isecure(platform.url, { fetch, ...given })
}

const faultOf = async (work: Promise<unknown>): Promise<string> => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  return error instanceof ProviderError ? `${error.fault}: ${error.message}` : 'no ProviderError'
}

/** Fetch that answers this body to anything. */
const answering =
  (body: string): typeof fetch =>
  () =>
    Promise.resolve(new Response(body))
const asked = (body: unknown): VideoProvider => isecure('http://platform.test', { fetch: answering(JSON.stringify(body)) })

afterEach(async () => {
  await platform?.close()
  platform = undefined
})

describe('signing', () => {
  test('follows the published order of lines', () => {
    // computed with openssl: printf 'POST\n*/*\napplication/json\nx-ca-key:k\nx-ca-nonce:n\nx-ca-timestamp:1\n/artemis/x' | openssl dgst -sha256 -hmac s -binary | base64
    const headers = signedHeaders({ method: 'POST', path: '/artemis/x', key: 'k', secret: 's', nonce: 'n', timestamp: 1 })
    expect(headers['x-ca-signature']).toBe('Ofb5ZV+VnNRldm7L6Ecj4QPEP+9Dr8+a9cuppqhN/+4=')
    expect(headers['x-ca-signature-headers']).toBe('x-ca-key,x-ca-nonce,x-ca-timestamp')
  })

  test('is accepted by the platform', async () => {
    const catalogue = await (await provider()).list(never)
    expect(catalogue.items).toHaveLength(12)
    expect(catalogue.refused).toEqual([])
    expect(catalogue.items[0]).toEqual({
      id: crossing,
      name: '解放路十字',
      isOnline: true,
      regions: ['社会治理', 'root-620802-01'],
      place: [106.6842, 35.5392],
      heading: 68,
    })
  })

  test.each([
    ['a wrong secret', { secret: 'wrong' }, 'refused: the platform refused the signature: check the secret, and the clocks of both machines'],
    ['an unknown key', { key: '1' }, 'refused: the platform does not know the AppKey'],
  ])('%s is named, and neither key nor secret is repeated', async (_name, given, said) => {
    const words = await faultOf((await provider(given)).list(never))
    expect(words).toBe(said)
    expect(words).not.toContain(key)
  })

  test('a request of yesterday, or one sent twice, is refused', async () => {
    await provider()
    const sign = (timestamp: number): Record<string, string> =>
      signedHeaders({ method: 'POST', path: '/artemis/api/resource/v1/cameras', key, secret, nonce: 'once', timestamp })
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const answer = await fetch(`${platform!.url}/artemis/api/resource/v1/cameras`, { method: 'POST', headers, body: '{"pageNo":1,"pageSize":5}' })
      const body: unknown = await answer.json()
      return (body as { readonly code: unknown }).code
    }
    expect(await ask(sign(clock.now() - 86_400_000))).toBe('0x02401003')
    expect(await ask(sign(clock.now()))).toBe('0')
    expect(await ask(sign(clock.now()))).toBe('0x02401003')
  })
})

describe('the catalogue', () => {
  test('is read page by page', async () => {
    const pages: unknown[] = []
    const fetchPage: typeof fetch = (_address, init) => {
      const { pageNo, pageSize } = JSON.parse(init?.body as string) as { readonly pageNo: number; readonly pageSize: number }
      pages.push(pageNo)
      const list = Array.from({ length: pageNo === 3 ? 1 : pageSize }, (_, index) => ({
        cameraIndexCode: `${String(pageNo)}-${String(index)}`,
        cameraName: 'x',
      }))
      return Promise.resolve(Response.json({ code: '0', data: { total: pageSize * 2 + 1, list } }))
    }
    const { items } = await isecure('http://platform.test', { fetch: fetchPage }).list(never)
    expect(pages).toEqual([1, 2, 3])
    expect(items).toHaveLength(1_001)
  })

  test('masks whose door a camera looks at, and whom to call, before anybody records its name', async () => {
    const named = (cameraIndexCode: string, cameraName: string): object => ({ cameraIndexCode, cameraName })
    const list = [named('a', '解放路12号 王先生\u202e13812345678'), named('b', '中心广场\n东'), named('c', '柳湖'.repeat(300))]
    const { items } = await asked({ code: '0', data: { total: list.length, list } }).list(never)
    expect(items.map(({ name }) => name)).toEqual(['解放路*号 王*****', '中心广场 东', '柳湖'.repeat(100)])
  })

  test('keeps what can be read: missing, zero and impossible places, odd headings, doubles', async () => {
    const camera = (given: object): object => ({ cameraIndexCode: 'a', cameraName: '路口', status: '1', ...given })
    const list = [
      camera({ longitude: 0, latitude: 0 }),
      camera({ cameraIndexCode: 'b', longitude: '35.5', latitude: '106.6', viewshed: 'north' }),
      camera({ cameraIndexCode: 'c', longitude: '', latitude: null, viewshed: '{"azimuth":"-1"}', status: 2 }),
      camera({ cameraName: 'once more' }),
      { cameraName: 'no code' },
      'text',
    ]
    const { items, refused } = await asked({ code: '0', data: { total: list.length, list } }).list(never)
    expect(items.map(({ id, isOnline, place, heading }) => ({ id, isOnline, place, heading }))).toEqual([
      { id: 'a', isOnline: true, place: undefined, heading: undefined },
      { id: 'b', isOnline: true, place: undefined, heading: undefined },
      { id: 'c', isOnline: false, place: undefined, heading: undefined },
    ])
    expect(refused.map(({ detail }) => detail)).toEqual([
      'data.list[].cameraIndexCode: Invalid input: expected string, received undefined',
      'data.list[].: Invalid input: expected object, received string',
    ])
  })
})

describe('a camera that turns', () => {
  test.each([
    [{ cameraType: 2 }, true],
    [{ cameraType: '3' }, true],
    [{ cameraType: 0, ptz: null }, undefined],
    [{ cameraType: 2, ptz: 4 }, undefined],
    [{ cameraType: 1, ptz: '1' }, true],
    [{ cameraType: 0, ptz: 2 }, undefined],
    [{}, undefined],
  ])('%j: %s', async (given, canMove) => {
    const list = [{ cameraIndexCode: 'a', cameraName: '路口', ...given }]
    expect((await asked({ code: '0', data: { total: 1, list } }).list(never)).items[0]?.canMove).toBe(canMove)
  })

  test('is told to begin and to end the same movement, in that order', async () => {
    const turning = await provider()
    await Promise.all([turning.ptz!(square, 'right', 0.4, never), turning.ptz!(square, 'stop', 0.4, never)])
    await turning.ptz!(square, 'in', 1, never)
    await turning.ptz!(square, 'out', 0.05, never)
    await turning.ptz!(square, 'stop', 0.5, never)
    const about = { cameraIndexCode: square }
    expect(platform!.moves).toEqual([
      { ...about, action: 0, command: 'RIGHT', speed: 40 },
      { ...about, action: 1, command: 'RIGHT', speed: 40 },
      { ...about, action: 0, command: 'ZOOM_IN', speed: 100 },
      { ...about, action: 0, command: 'ZOOM_OUT', speed: 5 },
      { ...about, action: 1, command: 'ZOOM_OUT', speed: 50 },
    ])
  })

  test('a camera that does not', async () => {
    expect(await faultOf((await provider()).ptz!(crossing, 'left', 0.5, never))).toBe('unreachable: the platform failed with code "0x01b01307"')
  })
})

describe('a still', () => {
  test('is taken and fetched', async () => {
    const still = await (await provider()).snapshot!(crossing, never)
    expect([still.contentType, still.body.subarray(1, 4).toString()]).toEqual(['image/png', 'PNG'])
  })

  test('of an unknown camera', async () => {
    expect(await faultOf((await provider()).snapshot!('1', never))).toBe('unknown-camera: the platform does not know this camera')
  })

  const elsewhere = 'forbidden: the platform keeps its stills on another host than its own: name that host in mediaHosts'
  const notOne = 'unreachable: what came in place of a picture is none'
  test.each([
    ['the platform itself', 'https://platform.test:6113/pic', [], notOne],
    ['another host', 'http://10.20.3.4:6120/pic', [], elsewhere],
    ['a host that is named', 'http://10.20.3.4:6120/pic', ['10.20.3.4'], notOne],
    ['a host and port that are named', 'http://10.20.3.4:6120/pic', ['10.20.3.4:6120'], notOne],
    ['another port than the named one', 'http://10.20.3.4:6120/pic', ['10.20.3.4:6121'], elsewhere],
    ['a network that is named', 'http://10.20.3.4:6120/pic', ['10.20.0.0/16'], notOne],
    ['a host outside of it', 'http://10.21.3.4:6120/pic', ['10.20.0.0/16'], elsewhere],
  ])('from %s', async (_name, picUrl, mediaHosts, said) => {
    const fetchPage = answering(JSON.stringify({ code: '0', data: { picUrl } }))
    expect(await faultOf(isecure('http://platform.test', { fetch: fetchPage, mediaHosts }).snapshot!('1', never))).toBe(said)
  })
})

describe('what a platform may answer instead', () => {
  test.each([
    ['a sign-in page', '<html>', 'unreachable: the answer is not JSON: is this the address of the platform?'],
    [
      'another shape',
      '{"code":"0","data":{"rows":[]}}',
      'unreachable: the answer is not as published: total Invalid input: expected number, received NaN',
    ],
    ['no grant', '{"code":"0x02401008","msg":"x"}', 'forbidden: the platform has not granted this interface to the AppKey'],
    ['a code that is none', '{"code":"http://10.0.0.9"}', 'unreachable: the platform failed with a code that is none'],
    ['an unknown code', '{"code":"0x00052102"}', 'unreachable: the platform failed with code "0x00052102"'],
  ])('%s', async (_name, body, said) => {
    const strange = isecure('http://platform.test', { fetch: answering(body) })
    expect(await faultOf(strange.list(never))).toBe(said)
  })

  test('an unknown camera', async () => {
    expect(await faultOf((await provider()).open('1', 'sub', never))).toBe('unknown-camera: the platform does not know this camera')
  })

  test('nothing at all', async () => {
    const lost = await provider()
    platform!.setPlatform('down')
    expect(await faultOf(lost.list(never))).toBe('unreachable: the platform does not answer')
  })

  test('an address that is no web address', async () => {
    expect(await faultOf(asked({ code: '0', data: { url: 'file:///etc/passwd' } }).open('1', 'sub', never))).toMatch(
      /^unreachable: the answer is not as published: url/,
    )
  })
})
