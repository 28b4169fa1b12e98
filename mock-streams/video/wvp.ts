import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { devices } from './wvp-catalogue.ts'
import type { Channel, Device } from './wvp-catalogue.ts'
import { MediaServer } from './wvp-media.ts'
import type { Protocol } from './wvp-media.ts'

/**
 * A stand-in for WVP-GB28181-pro 2.7 and its ZLMediaKit: sign-in with a token that ends, devices and channels by pages, streams that begin
 * when they are asked for and are closed when nobody fetches them. It answers as the published interface does and knows nothing of whom it serves.
 */
export interface WvpOptions {
  /** 0 takes any free port */
  readonly port: number
  readonly user: string
  readonly password: string
  /** how long a token can be used; the platform's own is 30 days */
  readonly tokenLifeMs?: number
  /** how long a stream that nobody fetches goes on; the media server's own is 20 s */
  readonly unwatchedMs?: number
  /** what the media server is switched on for; the rest of the addresses is null */
  readonly protocols?: readonly Protocol[]
  /** the platform's clock, epoch ms */
  readonly now?: () => number
}

type Served = Record<'login' | 'devices' | 'channels' | 'start' | 'stop' | 'playlist' | 'segment' | 'snap' | 'ptz', number>

export interface RunningWvp {
  readonly url: string
  /** requests answered so far, by what they asked for */
  readonly served: Served
  /** the last command to a camera's motors */
  readonly turned: Readonly<Record<string, string>> | undefined
  /** resolves when `served` has come to `times` */
  reached(what: keyof Served, times: number): Promise<void>
  /** `down` breaks every connection */
  setPlatform(state: 'up' | 'down'): void
  /** silent: the catalogue has it as online, and it sends nothing when it is asked to (收流超时) · slow: its answer does not come */
  setCamera(code: string, state: 'online' | 'offline' | 'silent' | 'slow'): void
  /** every token that was given is no longer known, as after a new start */
  forgetTokens(): void
  close(): Promise<void>
}

/** Starts the stand-in on the loopback interface. */
export async function startWvp(options: WvpOptions): Promise<RunningWvp> {
  const platform = new WvpStandIn(options)
  await platform.listen(options.port)
  return platform
}

const dayMs = 86_400_000

/** One white pixel: the picture of every camera. */
const pixel = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
)

type Query = Readonly<Record<string, string>>
type Reply = { readonly code: number; readonly msg: string; readonly data?: unknown } | undefined

class WvpStandIn implements RunningWvp {
  readonly served: Served = { login: 0, devices: 0, channels: 0, start: 0, stop: 0, playlist: 0, segment: 0, snap: 0, ptz: 0 }
  readonly #waiting = new Set<() => void>()
  turned: Readonly<Record<string, string>> | undefined
  readonly #options: WvpOptions
  readonly #now: () => number
  readonly #server: Server
  readonly #tokens = new Map<string, number>()
  readonly #states = new Map<string, string>()
  readonly #media: MediaServer
  readonly #snaps = new Set<string>()
  #isUp = true
  #url = ''

  constructor(options: WvpOptions) {
    this.#options = options
    const { now = Date.now, unwatchedMs = 20_000, protocols = ['hls', 'flv', 'rtsp'] } = options
    this.#now = now
    this.#media = new MediaServer({ now, unwatchedMs, protocols })
    this.#server = createServer((request, response) => {
      this.#answer(request, response)
        .catch(() => response.destroy())
        .finally(() => this.#waiting.forEach((look) => look()))
    })
  }

  get url(): string {
    return this.#url
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    // a TCP server that listens has an address of this form
    const address = this.#server.address() as AddressInfo
    this.#url = `http://127.0.0.1:${String(address.port)}`
  }

  reached(what: keyof Served, times: number): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.served[what] < times) return
        this.#waiting.delete(look)
        resolve()
      }
      this.#waiting.add(look)
      look()
    })
  }

  setPlatform(state: 'up' | 'down'): void {
    this.#isUp = state === 'up'
    if (!this.#isUp) this.#server.closeAllConnections()
  }

  setCamera(code: string, state: 'online' | 'offline' | 'silent' | 'slow'): void {
    this.#states.set(code, state)
    if (state !== 'online') this.#media.lose(code)
  }

  forgetTokens(): void {
    this.#tokens.clear()
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#isUp) {
      request.socket.destroy()
      return
    }
    const { pathname, searchParams } = new URL(request.url ?? '/', this.#url)
    const [first = '', second = '', third = ''] = pathname.split('/').slice(1)
    if (first === 'rtp') {
      const given = await this.#media.play(response, second, third)
      if (given !== undefined) this.served[given]++
    } else this.#manage(request, response, pathname, Object.fromEntries(searchParams))
  }

  #manage(request: IncomingMessage, response: ServerResponse, path: string, query: Query): void {
    if (path === '/api/user/login') this.#logIn(response, query)
    // the one interface that needs no token
    else if (path.startsWith('/api/device/query/snap/')) this.#snapFile(response, path, query)
    else if (!this.#isSignedIn(request)) sendJson(response, { code: 401, msg: '请登录后重新请求' }, 401)
    else if (request.method !== 'GET') sendJson(response, { code: 400, msg: '参数或方法错误' }, 400)
    else {
      const reply = this.#api(path, query)
      // a camera that is slow keeps its caller waiting
      if (reply !== undefined) sendJson(response, reply)
    }
  }

  #logIn(response: ServerResponse, query: Query): void {
    this.served.login++
    const { user, password, tokenLifeMs = 30 * dayMs } = this.#options
    const digest = createHash('md5').update(password, 'utf8').digest('hex')
    if (query['username'] !== user || query['password'] !== digest) {
      sendJson(response, { code: 100, msg: '用户名或密码错误' })
      return
    }
    const accessToken = randomBytes(12).toString('base64url')
    this.#tokens.set(accessToken, this.#now() + tokenLifeMs)
    response.setHeader('access-token', accessToken)
    sendJson(response, success({ accessToken, serverId: '000000', id: 1, username: user, role: { id: 1, name: 'admin' } }))
  }

  #isSignedIn(request: IncomingMessage): boolean {
    const token = request.headers['access-token']
    return typeof token === 'string' && (this.#tokens.get(token) ?? 0) > this.#now()
  }

  #api(path: string, query: Query): Reply {
    const routes: readonly (readonly [RegExp, (...ids: string[]) => Reply])[] = [
      [/^\/api\/device\/query\/devices$/, () => this.#devices(query)],
      [/^\/api\/device\/query\/devices\/([^/]+)\/channels$/, (device = '') => this.#channels(device, query)],
      [/^\/api\/play\/snap$/, () => this.#snap(query['deviceId'] ?? '', query['channelId'] ?? '')],
      [/^\/api\/play\/start\/([^/]+)\/([^/]+)$/, (device = '', channel = '') => this.#start(device, channel)],
      [/^\/api\/play\/stop\/([^/]+)\/([^/]+)$/, (device = '', channel = '') => this.#stop(device, channel)],
      [/^\/api\/front-end\/ptz\/([^/]+)\/([^/]+)$/, (device = '', channel = '') => this.#turn(device, channel, query)],
    ]
    for (const [pattern, reply] of routes) {
      const [whole, ...ids] = pattern.exec(path) ?? []
      if (whole !== undefined) return reply(...ids)
    }
    return { code: 404, msg: '资源未找到' }
  }

  #devices(query: Query): Reply {
    this.served.devices++
    return success(page(devices.map(deviceEntry), query))
  }

  #channels(deviceId: string, query: Query): Reply {
    this.served.channels++
    const device = devices.find((each) => each.deviceId === deviceId)
    return success(
      page(
        (device?.channels ?? []).map((channel) => channelEntry(channel, this.#statusOf(channel))),
        query,
      ),
    )
  }

  #statusOf({ deviceId }: Channel): 'ON' | 'OFF' {
    return this.#states.get(deviceId) === 'offline' ? 'OFF' : 'ON'
  }

  #start(deviceId: string, channelId: string): Reply {
    this.served.start++
    if (cameraOf(deviceId, channelId) === undefined) return { code: 100, msg: '通道不存在' }
    const state = this.#states.get(channelId)
    if (state === 'slow') return undefined
    if (state === 'silent') return { code: -2, msg: `收流超时，设备：10.20.30.40:5060，通道：${channelId}` }
    if (state === 'offline') return { code: -1, msg: '信令超时' }
    const stream = `${deviceId}_${channelId}`
    this.#media.start(stream)
    return success(this.#media.addresses(stream, new URL(this.#url)))
  }

  #stop(deviceId: string, channelId: string): Reply {
    this.served.stop++
    return this.#media.stop(`${deviceId}_${channelId}`) ? success({ deviceId, channelId }) : { code: 100, msg: '点播未找到' }
  }

  #snap(deviceId: string, channelId: string): Reply {
    this.served.snap++
    if (cameraOf(deviceId, channelId) === undefined) return { code: 100, msg: '通道不存在' }
    const state = this.#states.get(channelId) ?? 'online'
    if (state !== 'online') return { code: -2, msg: '收流超时' }
    const file = `${deviceId}_${channelId}_${String(this.#now())}.jpg`
    this.#snaps.add(file)
    return success(`snap/${file}`)
  }

  /** Without a mark: a picture from whenever the channel was last played. The platform calls its JPEG files PNG. */
  #snapFile(response: ServerResponse, path: string, query: Query): void {
    const [deviceId = '', channelId = ''] = path.split('/').slice(-2)
    const isThere = this.#snaps.has(`${deviceId}_${channelId}_${query['mark'] ?? ''}.jpg`)
    if (!isThere) return void response.writeHead(204).end()
    response.writeHead(200, { 'content-type': 'image/png' }).end(pixel)
  }

  #turn(deviceId: string, channelId: string, query: Query): Reply {
    this.served.ptz++
    if (cameraOf(deviceId, channelId) === undefined) return { code: 100, msg: '通道不存在' }
    for (const [name, most] of Object.entries({ horizonSpeed: 255, verticalSpeed: 255, zoomSpeed: 15 })) {
      const speed = Number(query[name] ?? 16)
      if (!(Number.isInteger(speed) && speed >= 0 && speed <= most)) return { code: 100, msg: `${name} 为 0-${String(most)}的数字` }
    }
    this.turned = { deviceId, channelId, ...query }
    return success(null)
  }
}

const success = (data: unknown): Reply => ({ code: 0, msg: '成功', data })

const cameraOf = (deviceId: string, channelId: string): Channel | undefined =>
  devices.find((device) => device.deviceId === deviceId)?.channels.find((channel) => channel.deviceId === channelId && channel.camera !== undefined)

function page(list: readonly unknown[], query: Query): unknown {
  const [pageNum, pageSize] = [Number(query['page']), Number(query['count'])]
  return { total: list.length, list: list.slice((pageNum - 1) * pageSize, pageNum * pageSize), pageNum, pageSize }
}

const deviceEntry = ({ deviceId, name, channels }: Device, index: number): unknown => ({
  id: index + 1,
  deviceId,
  name,
  manufacturer: 'Stand-in',
  transport: 'UDP',
  streamMode: 'TCP-PASSIVE',
  ip: '10.20.30.40',
  port: 5060,
  hostAddress: '10.20.30.40:5060',
  onLine: true,
  channelCount: channels.length,
  password: 'device-password',
})

function channelEntry(channel: Channel, status: 'ON' | 'OFF'): unknown {
  const { deviceId, name, parentId, civilCode, businessGroupId, camera, ptzType, directionType } = channel
  return {
    deviceId,
    name,
    parentId,
    civilCode,
    businessGroupId,
    parental: 0,
    secrecy: 0,
    ipAddress: '10.20.30.41',
    port: 5060,
    password: 'channel-password',
    status,
    longitude: camera?.place?.[0] ?? 0,
    latitude: camera?.place?.[1] ?? 0,
    ptzType,
    directionType,
    channelType: camera === undefined ? 2 : 0,
    gbDeviceId: null,
    gbName: null,
    gbLongitude: null,
    gbLatitude: null,
  }
}

function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(body))
}
