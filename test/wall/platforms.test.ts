import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startIcc } from '../../mock-streams/video/icc.ts'
import type { RunningIcc } from '../../mock-streams/video/icc.ts'
import { fileOf, livePlaylist } from '../../mock-streams/video/playlist.ts'
import { startWvp } from '../../mock-streams/video/wvp.ts'
import type { RunningWvp } from '../../mock-streams/video/wvp.ts'
import { until } from '../support/transport-context.ts'
import { startVideoWall } from '../support/video-wall.ts'
import type { VideoWall } from '../support/video-wall.ts'

/** Every maker's platform that gives HLS, at once, on one wall. (iSecure Center: ./video.test.ts; RTSP and ONVIF: test/services.) */
const cameras = {
  wvp: ['62080200001310000001', '62080200001310000009'],
  icc: ['1000003$1$0$0', '1000004$1$0$0'],
  addresses: ['gate-01', 'river-02'],
} as const
const secrets = {
  TEST_WVP_USER: 'operator-of-wvp',
  TEST_WVP_PASSWORD: 'password-of-wvp',
  TEST_ICC_USER: 'operator-of-icc',
  TEST_ICC_PASSWORD: 'password-of-icc',
  TEST_ICC_CLIENT: 'client-of-icc',
  TEST_ICC_SECRET: 'secret-of-icc',
  TEST_PLAIN_USER: 'operator-of-plain',
  TEST_PLAIN_PASSWORD: 'password:of@plain',
} as const

let wvp: RunningWvp
let icc: RunningIcc
let plain: Server
let wall: VideoWall

beforeAll(async () => {
  wvp = await startWvp({ port: 0, user: secrets.TEST_WVP_USER, password: secrets.TEST_WVP_PASSWORD, protocols: ['hls'] })
  icc = await startIcc({
    port: 0,
    user: secrets.TEST_ICC_USER,
    password: secrets.TEST_ICC_PASSWORD,
    clientId: secrets.TEST_ICC_CLIENT,
    clientSecret: secrets.TEST_ICC_SECRET,
  })
  plain = await startPlain(secrets.TEST_PLAIN_USER, secrets.TEST_PLAIN_PASSWORD)
  const address = `http://127.0.0.1:${String((plain.address() as AddressInfo).port)}`
  wall = await startVideoWall({
    environment: secrets,
    cameras: Object.values(cameras).flat(),
    platforms: {
      'wvp.yaml': `${head('wvp')}url: ${wvp.url}\nuserEnv: TEST_WVP_USER\npasswordEnv: TEST_WVP_PASSWORD\ndomains: { 社会治理: social-governance, 柳湖片区录像机: culture-tourism }\n`,
      'icc.yaml': `${head('icc')}url: ${icc.url}\nuserEnv: TEST_ICC_USER\npasswordEnv: TEST_ICC_PASSWORD\nclientIdEnv: TEST_ICC_CLIENT\nclientSecretEnv: TEST_ICC_SECRET\ndomains: { 社会治理: social-governance, 智慧文旅: culture-tourism }\n`,
      'plain.yaml': `${head('addresses')}cameraList: plain.csv\nmediaHosts: ['${new URL(address).host}']\nuserEnv: TEST_PLAIN_USER\npasswordEnv: TEST_PLAIN_PASSWORD\ndomains: {}\n`,
      'plain.csv': `id,name,domain,main\n${cameras.addresses.map((id) => `${id},${id},culture-tourism,${address}/${id.slice(0, -3)}/live.m3u8`).join('\n')}\n`,
    },
  })
})

afterAll(async () => {
  await wall.whole.stop()
  await wvp.close()
  await icc.close()
  plain.closeAllConnections()
  plain.close()
})

const head = (provider: string): string =>
  `id: ${provider}\nname: ${provider}\nshortName: ${provider.slice(0, 8)}\nnameEn: ${provider}\ndistrict: '620802'\nprovider: ${provider}\ndemo: true\ncatalogueSeconds: 5\ncontact: none\n`

/** A media server without a platform, which knows one user. */
async function startPlain(user: string, password: string): Promise<Server> {
  const startedAt = Date.now() - 60_000
  const wanted = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  const server = createServer((request, response) => {
    const [, scene = '', file = ''] = request.url?.split('/') ?? []
    if (request.headers.authorization !== wanted) response.writeHead(401).end()
    else if (file === 'live.m3u8') response.end(livePlaylist(Date.now(), { startedAt, phaseMs: 0 }))
    else
      readFile(new URL(`../../mock-streams/video/media/${scene}/${fileOf(Number.parseInt(file, 10))}`, import.meta.url)).then(
        (body) => response.writeHead(200, { 'content-type': 'video/mp2t' }).end(body),
        () => response.writeHead(404).end(),
      )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

test.for(Object.entries(cameras))('%s: its cameras play, and their pictures move on', async ([, sources]) => {
  await wall.untilTheyPlay(sources)
})

test('no address of a platform and no credential reaches the browser', () => {
  expect(wall.seen.filter((text) => text.startsWith('#EXTM3U')).length).toBeGreaterThan(Object.values(cameras).flat().length)
  expect(new Set(wall.seen.filter((text) => text.startsWith('http')).map((url) => new URL(url).origin))).toEqual(new Set([wall.whole.url]))
  const told = wall.seen.join('\n')
  const hosts = [wvp.url, icc.url].map((url) => new URL(url).host)
  for (const hidden of [...Object.values(secrets), ...hosts, String((plain.address() as AddressInfo).port), 'token='])
    expect(told).not.toContain(hidden)
})

const turning = cameras.icc[1]

/** what the platform was told, `start 3` or `stop 3` */
const told = (): readonly string[] =>
  icc.moves.map((move) => {
    const { command, direct } = move as { readonly command: string; readonly direct: string }
    return `${command === '1' ? 'start' : 'stop'} ${direct}`
  })

async function openDesk(): Promise<Page> {
  const context = await wall.page
    .context()
    .browser()!
    .newContext({ viewport: { width: 1920, height: 1080 }, locale: 'zh-CN' })
  const page = await context.newPage()
  page.on('pageerror', (error) => wall.whole.pageErrors.push(error.message))
  await page.goto(await wall.whole.signInLink('desk', '值班员甲'))
  return page
}

test('at the desk a camera turns while an arrow is held, and stops when it is let go, when the focus leaves, and when the page goes', async () => {
  const page = await openDesk()
  const start = async (times: number): Promise<void> => {
    await page.keyboard.down('ArrowLeft')
    await until(() => told().length === times)
  }
  await page.goto(new URL(`/desk/cameras?camera=${encodeURIComponent(turning)}`, wall.whole.url).href)
  await page.locator('.pad:focus').waitFor()
  await start(1)
  await page.keyboard.up('ArrowLeft')
  await until(() => told().length === 2)
  expect(told()).toEqual(['start 3', 'stop 3'])

  await start(3)
  await page.locator('input[type=search]').focus()
  await until(() => told().length === 4)
  expect(told().at(-1)).toBe('stop 3')
  await page.keyboard.up('ArrowLeft')

  await page.locator('.pad').focus()
  await start(5)
  await page.evaluate(() => location.reload())
  await until(() => told().length === 6)
  await page.keyboard.up('ArrowLeft')

  await page.locator('.pad:focus').waitFor()
  await start(7)
  await page.close()
  await until(() => told().length === 8)
  expect(told()).toEqual(Array.from({ length: 4 }, () => ['start 3', 'stop 3']).flat())
  expect(wall.whole.pageErrors).toEqual([])
  expect(wall.whole.outside).toEqual([])
})
