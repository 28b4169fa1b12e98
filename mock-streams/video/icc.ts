import { randomBytes, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { cameras } from './cameras.ts'
import type { Camera } from './cameras.ts'
import { listen, parseObject, readBody, sendJson } from './exchange.ts'
import type { RunningServer } from './exchange.ts'
import { fileOf, latestSegment, livePlaylist } from './playlist.ts'
import { createLoginKey } from './rsa.ts'
import type { LoginKey } from './rsa.ts'
import { stillOf } from './still.ts'

/**
 * A stand-in for a 大华 ICC (智能物联综合管理平台, evo-apigw): login by RSA with keys that are good once, tokens that expire, channels in pages,
 * an organisation tree, live addresses as HLS and as `public|private` RTSP, 云台, 设备远程抓图. It answers as the published interfaces do
 * (open-icc, 5.0.11) and knows nothing of whom it serves. No real platform was asked.
 */
export interface IccOptions {
  /** 0 takes any free port */
  readonly port: number
  readonly user: string
  readonly password: string
  readonly clientId: string
  readonly clientSecret: string
  /** the platform's clock, epoch ms */
  readonly now?: () => number
  /** life of an access token; the platform's own is 2 hours */
  readonly tokenSeconds?: number
  /** false for a platform without the service that makes HLS */
  readonly hasHls?: boolean
  /** order of the RTSP list; one half only */
  readonly rtsp?: 'public|private' | 'private|public' | 'private'
}

export interface RunningIcc extends RunningServer {
  /** requests answered so far, by what they asked for */
  readonly served: { publicKey: number; login: number; refresh: number; keepalive: number; channels: number; live: number }
  /** bodies of the moves that were asked for, in their order */
  readonly moves: unknown[]
  /** All tokens end now, as when the platform is started anew. */
  forgetTokens(): void
  /** Answers of this path in place of its own, until told otherwise. */
  setAnswer(path: string, answer: { readonly status?: number; readonly body: unknown } | undefined): void
}

/** The tree: a root, and below it the directories of the cameras. Codes grow by three digits with each level. */
const organisations = [
  { orgCode: '001', orgName: '崆峒区' },
  { orgCode: '001001', orgName: '社会治理' },
  { orgCode: '001002', orgName: '城市管理' },
  { orgCode: '001003', orgName: '智慧文旅' },
]
const ownerOf = (camera: Camera): string => `001${camera.region.slice(-2).padStart(3, '0')}`

export const deviceCodeOf = (camera: Camera): string => String(1_000_001 + cameras.indexOf(camera))
export const channelCodeOf = (camera: Camera): string => `${deviceCodeOf(camera)}$1$0$0`

const media = fileURLToPath(new URL('media/', import.meta.url))

interface Token {
  readonly value: string
  readonly refresh: string
  readonly expiresAt: number
}

type Asked = Readonly<Record<string, unknown>>

export async function startIcc(options: IccOptions): Promise<RunningIcc> {
  const platform = new IccStandIn(options)
  const server = await listen(options.port, (request, response) => platform.answer(request, response))
  platform.url = server.url
  return Object.assign(platform, { close: () => server.close() })
}

const ok = (data: unknown): unknown => ({ success: true, code: '0', errMsg: '', data })
const failed = (code: string, errMsg: string): unknown => ({ success: false, code, errMsg, data: {} })
const done = (data: unknown): unknown => ({ code: 1_000, desc: 'Success', data })
const invalidToken = failed('27001007', 'invalid access_token')

class IccStandIn {
  readonly served = { publicKey: 0, login: 0, refresh: 0, keepalive: 0, channels: 0, live: 0 }
  readonly moves: unknown[] = []
  url = ''
  readonly #options: IccOptions
  readonly #now: () => number
  readonly #startedAt: number
  readonly #key: LoginKey = createLoginKey()
  readonly #tokens: Token[] = []
  readonly #answers = new Map<string, { readonly status?: number; readonly body: unknown }>()
  /** how many logins may still use the key */
  #keysOut = 0

  constructor(options: IccOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    // the cameras have run for a minute: a playlist is full from the start
    this.#startedAt = this.#now() - 60_000
  }

  forgetTokens(): void {
    this.#tokens.length = 0
  }

  setAnswer(path: string, answer: { readonly status?: number; readonly body: unknown } | undefined): void {
    if (answer === undefined) this.#answers.delete(path)
    else this.#answers.set(path, answer)
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const forced = this.#answers.get(pathname)
    const body = parseObject(await readBody(request)) ?? {}
    if (forced !== undefined) {
      sendJson(response, forced.body, forced.status)
      return
    }
    if (pathname.startsWith('/live/')) {
      await this.#play(response, pathname, searchParams.get('token'))
      return
    }
    if (pathname.startsWith('/evo-apigw/evo-oss/')) {
      this.#still(response, pathname, searchParams.get('token'))
      return
    }
    if (pathname.startsWith('/evo-apigw/evo-oauth/')) {
      sendJson(response, this.#oauth(pathname, body))
      return
    }
    if (request.headers.authorization === undefined) {
      sendJson(response, { error: 'unauthorized', error_description: 'Full authentication is required to access this resource' }, 401)
      return
    }
    const isKnown = this.#tokens.some(({ value, expiresAt }) => request.headers.authorization === `bearer ${value}` && expiresAt > this.#now())
    if (!isKnown) {
      sendJson(response, invalidToken)
      return
    }
    const answer = this.#api(pathname, body)
    sendJson(response, answer ?? { code: 404, desc: 'not found' }, answer === undefined ? 404 : 200)
  }

  #oauth(path: string, asked: Asked): unknown {
    if (path === '/evo-apigw/evo-oauth/1.0.0/oauth/public-key') {
      this.served.publicKey++
      this.#keysOut++
      return ok({ publicKey: this.#key.publicKey })
    }
    if (path === '/evo-apigw/evo-oauth/1.0.0/oauth/extend/token') return this.#login(asked)
    if (path === '/evo-apigw/evo-oauth/1.0.0/oauth/extend/refresh/token') return this.#refresh(asked)
    return failed('404', 'not found')
  }

  #login(asked: Asked): unknown {
    this.served.login++
    if (!this.#isClient(asked) || asked['grant_type'] !== 'password')
      return failed('27001002', `Bad client credentials: ${String(asked['client_id'])}`)
    if (asked['public_key'] !== this.#key.publicKey || this.#keysOut === 0) return failed('27001011', 'public_key is invalid')
    this.#keysOut--
    const { user, password } = this.#options
    const isRight = asked['username'] === user && this.#key.decrypt(String(asked['password'])) === password
    return isRight ? ok(this.#grant()) : failed('27001003', `Bad credentials of ${String(asked['username'])}`)
  }

  #refresh(asked: Asked): unknown {
    this.served.refresh++
    const at = this.#tokens.findIndex(({ refresh }) => refresh === asked['refresh_token'])
    if (!this.#isClient(asked) || at < 0) return failed('27001005', 'Invalid refresh token')
    // the old pair ends: so do addresses that carry it
    this.#tokens.splice(at, 1)
    return ok(this.#grant())
  }

  #isClient(asked: Asked): boolean {
    const { clientId, clientSecret } = this.#options
    return asked['client_id'] === clientId && asked['client_secret'] === clientSecret
  }

  #grant(): unknown {
    const seconds = this.#options.tokenSeconds ?? 7_199
    const token = { value: `1:${randomUUID()}`, refresh: randomUUID(), expiresAt: this.#now() + seconds * 1_000 }
    this.#tokens.push(token)
    return {
      access_token: token.value,
      token_type: 'bearer',
      refresh_token: token.refresh,
      expires_in: seconds,
      scope: '*',
      userId: '1',
      magicId: randomBytes(8).toString('hex'),
    }
  }

  #api(path: string, asked: Asked): unknown {
    const wanted = asked['data'] as Asked | undefined
    switch (path) {
      case '/evo-apigw/evo-brm/1.2.0/user/keepalive':
        this.served.keepalive++
        return ok({})
      case '/evo-apigw/evo-brm/1.2.0/organization/subsystem/page':
        return ok(pageOf(organisations, asked))
      case '/evo-apigw/evo-brm/1.2.0/device/channel/subsystem/page':
        this.served.channels++
        return ok(pageOf([...cameras.map(channelOf), door], asked))
      case '/evo-apigw/admin/API/video/stream/realtime':
        return this.#realtime(wanted)
      case '/evo-apigw/admin/API/MTS/Video/StartVideo':
        return this.#startVideo(wanted)
      case '/evo-apigw/admin/API/DMS/Ptz/OperateDirect':
      case '/evo-apigw/admin/API/DMS/Ptz/OperateCamera':
        this.moves.push({ path: path.split('/').at(-1), ...wanted })
        return done('{"result":"1"}')
      case '/evo-apigw/admin/API/EVO/invoke/DMS':
        return this.#capture(asked)
      default:
        return undefined
    }
  }

  #realtime(asked: Asked | undefined): unknown {
    if (this.#options.hasHls === false) return undefined
    const camera = cameraOf(asked)
    if (camera === undefined || asked?.['type'] !== 'hls') return { code: 1_103, desc: `no channel ${String(asked?.['channelId'])}`, data: null }
    this.served.live++
    return done({ url: `${this.url}/live/cameraid/${deviceCodeOf(camera)}%240/substream/${String(asked['streamType'])}.m3u8` })
  }

  #startVideo(asked: Asked | undefined): unknown {
    const camera = cameraOf(asked)
    if (camera === undefined) return { code: 1_103, desc: `no channel ${String(asked?.['channelId'])}`, data: null }
    this.served.live++
    const path = `/dss/monitor/param/cameraid=${deviceCodeOf(camera)}%240%26substream=${String(asked?.['streamType'])}`
    const halves = { public: `rtsp://203.0.113.7:9100${path}`, private: `rtsp://10.20.0.7:9100${path}` }
    const order = (this.#options.rtsp ?? 'public|private').split('|') as readonly ('public' | 'private')[]
    return done({ url: order.map((half) => halves[half]).join('|'), token: '12', session: '345', minRate: null, trackId: null })
  }

  #capture(asked: Asked): unknown {
    const { id, method, params } = (parseObject(String(asked['params'])) ?? {}) as { id?: number; method?: string; params?: Asked }
    const camera = cameras.find((each) => deviceCodeOf(each) === params?.['DevID'])
    if (camera === undefined || method !== 'dev.snap' || asked['operation'] !== 'generalJsonTransport')
      return { code: 1_103, desc: 'no device', data: null }
    const PicInfo = `stills/archivefile1:0/${deviceCodeOf(camera)}.jpg`
    // as published: the object is a text
    return done(JSON.stringify({ id, method, params: { DevChannel: 0, DevID: params?.['DevID'], PicInfo, PicInfoType: 1 }, result: true }, null, 3))
  }

  /** Who may have the playlist may have what it names: its addresses are relative, and a player takes no token along to those. */
  async #play(response: ServerResponse, path: string, token: string | null): Promise<void> {
    const [, device = '', file = ''] = /^\/live\/cameraid\/(\d+)%240\/substream\/([12]\.m3u8|\d+\.ts)$/.exec(path) ?? []
    const camera = cameras.find((each) => deviceCodeOf(each) === device)
    const isPlaylist = !file.endsWith('.ts')
    if (isPlaylist && !this.#isToken(token)) return void response.writeHead(401).end()
    if (camera === undefined || file === '') return void response.writeHead(404).end()
    const reel = { startedAt: this.#startedAt, phaseMs: cameras.indexOf(camera) * 7_000 }
    if (isPlaylist) {
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl' }).end(livePlaylist(this.#now(), reel))
      return
    }
    const number = Number.parseInt(file, 10)
    const late = latestSegment(this.#now(), reel) - number
    if (!(late >= 0 && late <= 15)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'video/mp2t' }).end(await readFile(`${media}${camera.scene}/${fileOf(number)}`))
  }

  #still(response: ServerResponse, path: string, token: string | null): void {
    const camera = cameras.find((each) => path === `/evo-apigw/evo-oss/stills/archivefile1:0/${deviceCodeOf(each)}.jpg`)
    if (!this.#isToken(token)) return void response.writeHead(401).end()
    if (camera === undefined) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(stillOf(camera))
  }

  #isToken(token: string | null): boolean {
    return this.#tokens.some(({ value, expiresAt }) => value === token && expiresAt > this.#now())
  }
}

const cameraOf = (asked: Asked | undefined): Camera | undefined => cameras.find((camera) => channelCodeOf(camera) === asked?.['channelId'])

function pageOf(rows: readonly unknown[], asked: Asked): unknown {
  const [pageNum, pageSize] = [Number(asked['pageNum']), Number(asked['pageSize'])]
  const pageData = rows.slice((pageNum - 1) * pageSize, pageNum * pageSize)
  return { currentPage: pageNum, totalPage: Math.ceil(rows.length / pageSize), pageSize, totalRows: rows.length, pageData }
}

/** 甘沟路口 is off. */
function channelOf(camera: Camera, index: number): unknown {
  return {
    id: index + 1,
    deviceCode: deviceCodeOf(camera),
    unitType: 1,
    unitSeq: 0,
    channelSeq: 0,
    channelCode: channelCodeOf(camera),
    channelSn: camera.code,
    channelName: camera.name,
    channelType: '1',
    cameraType: camera.canTurn === true ? '2' : '1',
    ownerCode: ownerOf(camera),
    gpsX: camera.place === undefined ? '' : String(camera.place[0]),
    gpsY: camera.place === undefined ? '' : String(camera.place[1]),
    isOnline: camera.name === '甘沟路口' ? 0 : 1,
    stat: 1,
    capability: '00000000000000000000000000000001',
    access: 0,
    isVirtual: null,
  }
}

/** The platform knows more than cameras. */
const door = {
  deviceCode: '1000900',
  unitType: 7,
  unitSeq: 0,
  channelSeq: 0,
  channelCode: '1000900$7$0$0',
  channelName: '政务大厅东门',
  ownerCode: '001001',
  isOnline: 1,
  stat: 1,
}
