import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { cameras, regions } from './cameras.ts'
import type { Camera } from './cameras.ts'
import { parseObject, readBody, sendJson } from './exchange.ts'
import { fileOf, latestSegment, livePlaylist } from './playlist.ts'
import { SignatureCheck } from './signature.ts'
import { stillOf } from './still.ts'
import { isCameraOnline, isPlatformUp } from './trouble.ts'
import type { VideoScenario } from './trouble.ts'

/**
 * A stand-in for a video platform that speaks 海康 iSecure Center's OpenAPI (Artemis): signed catalogue and preview addresses that expire, and a
 * media server whose pictures are drawn (./media). It answers as the published interface does and knows nothing of whom it serves.
 */
export interface VideoPlatformOptions {
  /** 0 takes any free port */
  readonly port: number
  readonly key: string
  readonly secret: string
  readonly seed: number
  readonly scenario?: VideoScenario
  /** how long a preview address can be used; the platform's own is 5 minutes */
  readonly urlLifeMs?: number
  /** the platform's clock, epoch ms */
  readonly now?: () => number
}

export interface RunningVideoPlatform {
  readonly url: string
  /** requests answered so far, by what they asked for */
  readonly served: { catalogue: number; preview: number; playlist: number; segment: number }
  /** bodies of the moves (云台操作) that were asked for, in their order */
  readonly moves: unknown[]
  /** Overrides the scenario: `down` breaks every connection. Also `PUT /stand-in/platform {"state": "down"}`. */
  setPlatform(state: 'up' | 'down' | 'by-scenario'): void
  /** Overrides the scenario for one camera. Also `PUT /stand-in/cameras/{code} {"state": "offline"}`. */
  setCamera(code: string, state: 'online' | 'offline' | 'by-scenario'): void
  close(): Promise<void>
}

/** Starts the stand-in on the loopback interface. */
export async function startVideoPlatform(options: VideoPlatformOptions): Promise<RunningVideoPlatform> {
  const platform = new VideoPlatformStandIn(options)
  await platform.listen(options.port)
  return platform
}

const media = fileURLToPath(new URL('media/', import.meta.url))

interface Play {
  readonly camera: Camera
  readonly expiresAt: number
}

class VideoPlatformStandIn implements RunningVideoPlatform {
  readonly served = { catalogue: 0, preview: 0, playlist: 0, segment: 0 }
  readonly moves: unknown[] = []
  readonly #options: VideoPlatformOptions
  readonly #now: () => number
  readonly #scenario: VideoScenario
  readonly #signatures: SignatureCheck
  readonly #plays = new Map<string, Play>()
  readonly #forced = new Map<string, string>()
  readonly #server: Server
  readonly #startedAt: number
  #url = ''

  constructor(options: VideoPlatformOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    // the cameras have run for a minute: a playlist is full from the start
    this.#startedAt = this.#now() - 60_000
    this.#scenario = options.scenario ?? 'usual'
    this.#signatures = new SignatureCheck(options.key, options.secret)
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy())
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

  setPlatform(state: 'up' | 'down' | 'by-scenario'): void {
    this.#forced.set('platform', state)
    if (state === 'down') this.#server.closeAllConnections()
  }

  setCamera(code: string, state: 'online' | 'offline' | 'by-scenario'): void {
    this.#forced.set(code, state)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #isUp(): boolean {
    const forced = this.#forced.get('platform') ?? 'by-scenario'
    return forced === 'by-scenario' ? isPlatformUp(this.#options.seed, this.#scenario, this.#now()) : forced === 'up'
  }

  #isOnline(camera: Camera): boolean {
    const forced = this.#forced.get(camera.code) ?? 'by-scenario'
    return forced === 'by-scenario' ? isCameraOnline(camera, this.#options.seed, this.#scenario, this.#now()) : forced === 'online'
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/'
    if (path.startsWith('/stand-in/')) return this.#direct(request, response, path)
    if (!this.#isUp()) {
      request.socket.destroy()
      return
    }
    if (path.startsWith('/openUrl/')) return this.#play(response, path)
    if (path.startsWith('/pic?')) {
      this.#still(response, path)
      return
    }
    if (request.method !== 'POST' || !path.startsWith('/artemis/')) return void response.writeHead(404).end()
    const body = await readBody(request)
    const refusal = this.#signatures.refuse(request.method, path, request.headers, this.#now())
    sendJson(response, refusal ?? this.#api(path, body))
  }

  #api(path: string, body: string): unknown {
    const asked = parseObject(body)
    if (asked === undefined) return { code: '0x02401021', msg: 'Request JSON parse error' }
    if (path === '/artemis/api/resource/v1/cameras') return this.#catalogue(asked)
    if (path === '/artemis/api/video/v2/cameras/previewURLs') return this.#preview(asked)
    if (path === '/artemis/api/video/v1/manualCapture') return this.#capture(asked)
    if (path === '/artemis/api/video/v1/ptzs/controlling') return this.#move(asked)
    return { code: '0x02401008', msg: 'API is not authorized' }
  }

  #catalogue(asked: Readonly<Record<string, unknown>>): unknown {
    const [pageNo, pageSize] = [Number(asked['pageNo']), Number(asked['pageSize'])]
    if (!(pageNo >= 1)) return { code: '0x00072001', msg: 'pageNo is required' }
    if (!(pageSize >= 1 && pageSize <= 1_000)) return { code: '0x00072002', msg: 'pageSize must be in 1..1000' }
    this.served.catalogue++
    const list = cameras.slice((pageNo - 1) * pageSize, pageNo * pageSize).map((camera) => this.#entry(camera))
    return { code: '0', msg: 'success', data: { total: cameras.length, pageNo, pageSize, list } }
  }

  #entry(camera: Camera): unknown {
    const isOnline = this.#isOnline(camera)
    return {
      cameraIndexCode: camera.code,
      gbIndexCode: camera.code,
      cameraName: camera.name,
      cameraType: camera.canTurn === true ? 2 : 0,
      cameraTypeName: camera.canTurn === true ? '快球' : '枪机',
      regionIndexCode: camera.region,
      regionName: regions[camera.region] ?? null,
      longitude: camera.place === undefined ? null : String(camera.place[0]),
      latitude: camera.place === undefined ? null : String(camera.place[1]),
      viewshed: JSON.stringify({ horizontalValue: '60.0', azimuth: String(camera.azimuth), visibleRadius: '120' }),
      status: isOnline ? 1 : 2,
      statusName: isOnline ? '在线' : '离线',
      installLocation: null,
      updateTime: new Date(this.#now()).toISOString(),
    }
  }

  #preview(asked: Readonly<Record<string, unknown>>): unknown {
    const camera = cameras.find(({ code }) => code === asked['cameraIndexCode'])
    if (camera === undefined) return { code: '0x01b01301', msg: 'cameraIndexCode does not exist' }
    if (asked['protocol'] !== 'hls') return { code: '0x00072002', msg: 'protocol: this platform is licensed for hls only' }
    this.served.preview++
    const now = this.#now()
    for (const [token, { expiresAt }] of this.#plays) if (expiresAt <= now) this.#plays.delete(token)
    const token = randomBytes(12).toString('base64url')
    this.#plays.set(token, { camera, expiresAt: now + (this.#options.urlLifeMs ?? 300_000) })
    return { code: '0', msg: 'success', data: { url: `${this.#url}/openUrl/${token}/live.m3u8` } }
  }

  #capture(asked: Readonly<Record<string, unknown>>): unknown {
    const camera = cameras.find(({ code }) => code === asked['cameraIndexCode'])
    if (camera === undefined) return { code: '0x01b01301', msg: 'cameraIndexCode does not exist' }
    return { code: '0', msg: 'success', data: { picUrl: `${this.#url}/pic?=${camera.code}` } }
  }

  #still(response: ServerResponse, path: string): void {
    const camera = cameras.find(({ code }) => path === `/pic?=${code}`)
    if (camera === undefined) response.writeHead(404).end()
    else response.writeHead(200, { 'content-type': 'image/png' }).end(stillOf(camera))
  }

  #move(asked: Readonly<Record<string, unknown>>): unknown {
    const camera = cameras.find(({ code }) => code === asked['cameraIndexCode'])
    if (camera === undefined) return { code: '0x01b01301', msg: 'cameraIndexCode does not exist' }
    if (camera.canTurn !== true) return { code: '0x01b01307', msg: 'the device does not support ptz' }
    this.moves.push(asked)
    return { code: '0', msg: 'SUCCESS', data: null }
  }

  async #play(response: ServerResponse, path: string): Promise<void> {
    const [, , token = '', file = ''] = path.split('?')[0]?.split('/') ?? []
    const play = this.#plays.get(token)
    if (play === undefined || play.expiresAt <= this.#now()) return void response.writeHead(401).end()
    if (!this.#isOnline(play.camera)) return void response.writeHead(404).end()
    await this.#sendMedia(response, play.camera, file)
  }

  async #sendMedia(response: ServerResponse, camera: Camera, file: string): Promise<void> {
    const now = this.#now()
    const reel = { startedAt: this.#startedAt, phaseMs: cameras.indexOf(camera) * 7_000 }
    if (file === 'live.m3u8') {
      this.served.playlist++
      response.writeHead(200, { 'content-type': 'application/vnd.apple.mpegurl', 'cache-control': 'no-store' }).end(livePlaylist(now, reel))
      return
    }
    const number = /^(\d+)\.ts$/.exec(file)?.[1]
    const late = latestSegment(now, reel) - Number(number ?? NaN)
    // as a media server does: a little history stays on its disk, the future does not exist
    if (!(late >= 0 && late <= 15)) return void response.writeHead(404).end()
    this.served.segment++
    response.writeHead(200, { 'content-type': 'video/mp2t' }).end(await readFile(`${media}${camera.scene}/${fileOf(Number(number))}`))
  }

  /** What the real platform does not have: a handle for whoever runs the demonstration. */
  async #direct(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const state = parseObject(await readBody(request))?.['state']
    const code = /^\/stand-in\/cameras\/(\d{20})$/.exec(path)?.[1]
    if (request.method !== 'PUT') return void response.writeHead(405).end()
    if (path === '/stand-in/platform' && (state === 'up' || state === 'down' || state === 'by-scenario')) {
      // answered first: going down breaks this connection too
      response.writeHead(204).end(() => this.setPlatform(state))
      return
    }
    if (code !== undefined && (state === 'online' || state === 'offline' || state === 'by-scenario')) this.setCamera(code, state)
    else return void response.writeHead(400).end()
    response.writeHead(204).end()
  }
}
