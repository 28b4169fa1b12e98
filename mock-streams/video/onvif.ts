import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { XMLParser } from 'fast-xml-parser'
import { cameras } from './cameras.ts'
import { listen, readBody } from './exchange.ts'
import type { RunningServer } from './exchange.ts'
import { capabilitiesXml, dateXml, fault, namespaces, profileXml, respond, serviceXml, sourceXml, uriXml } from './onvif-xml.ts'
import type { Profile } from './onvif-xml.ts'
import { stillOf } from './still.ts'

/**
 * A stand-in for an ONVIF device (Profile S): Device, Media and PTZ service over SOAP 1.2, WS-UsernameToken or HTTP Digest, a clock of its
 * own, stills behind Digest or Basic, and the faults that real devices have. It names streams and sends none. Written from the published WSDL
 * (ver10 device and media, ver20 ptz) and knows nothing of whom it serves. No real device was asked.
 */
export interface OnvifOptions {
  /** 0 takes any free port */
  readonly port: number
  readonly user: string
  readonly password: string
  readonly serial: string
  /** as its installer named it, and where it hangs; written percent-encoded into its scopes */
  readonly name?: string
  readonly location?: string
  /** wss: WS-UsernameToken · digest: HTTP Digest for everything */
  readonly signIn?: 'wss' | 'digest'
  /** how the picture's address wants to be signed in to */
  readonly stills?: 'digest' | 'basic'
  /** video sources: one for a camera, more for a recorder */
  readonly sources?: number
  readonly hasPtz?: boolean
  /** before 2011 devices knew GetCapabilities only */
  readonly isOld?: boolean
  /** host that it believes it has, in the addresses that it gives */
  readonly believedHost?: string
  /** where its streams are sent by somebody else, without a query; else they are named, and nobody sends them */
  readonly rtsp?: string
  /** epoch ms, of its own clock */
  readonly clock?: () => number
}

export type OnvifTrouble = 'html' | 'nonsense' | 'fault' | 'hang' | 'entities' | undefined

export interface RunningOnvif extends RunningServer {
  /** address of its device service */
  readonly service: string
  /** actions that were answered, in their order; a refused one has `refused` before it */
  readonly asked: string[]
  /** Authorization headers that came with requests for a still */
  readonly stillSignIns: string[]
  /** Answers everything like this until told otherwise. */
  setTrouble(trouble: OnvifTrouble): void
  /** Sets its clock, as a fallen battery does. */
  setClock(clock: () => number): void
}

export async function startOnvifDevice(options: OnvifOptions): Promise<RunningOnvif> {
  const device = new OnvifStandIn(options)
  const server = await listen(options.port, (request, response) => device.answer(request, response))
  device.url = server.url
  return Object.assign(device, { close: () => server.close() })
}

/** digests are good for this long, by the device's clock */
const freshMs = 60_000
const realm = 'IP Camera'

type Asked = Readonly<Record<string, unknown>>
interface Request {
  readonly action: string
  readonly namespace: string
  readonly content: Asked
  readonly header: Asked | undefined
}

class OnvifStandIn {
  readonly asked: string[] = []
  readonly stillSignIns: string[] = []
  url = ''
  readonly #options: OnvifOptions
  readonly #usedNonces = new Set<string>()
  readonly #httpNonce = randomBytes(8).toString('hex')
  #lastCount = 0
  #trouble: OnvifTrouble
  #clock: () => number

  constructor(options: OnvifOptions) {
    this.#options = options
    this.#clock = options.clock ?? Date.now
  }

  get service(): string {
    return `${this.url}/onvif/device_service`
  }

  setTrouble(trouble: OnvifTrouble): void {
    this.#trouble = trouble
  }

  setClock(clock: () => number): void {
    this.#clock = clock
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      this.#still(request, response)
      return
    }
    const text = await readBody(request)
    if (this.#trouble !== undefined) {
      this.#failAs(this.#trouble, response)
      return
    }
    const parsed = parseRequest(text)
    if (parsed === undefined) {
      send(response, 400, fault('s:Sender', 'ter:WellFormed'))
      return
    }
    // only what may be asked before signing in is answered to everybody
    const isOpen = parsed.action === 'GetSystemDateAndTime' && this.#options.signIn !== 'digest'
    if (!isOpen && !this.#isSignedIn(request, parsed)) {
      this.asked.push(`refused ${parsed.action}`)
      if (this.#options.signIn === 'digest') response.setHeader('www-authenticate', this.#challenge()).writeHead(401).end()
      else send(response, 400, fault('s:Sender', 'ter:NotAuthorized'))
      return
    }
    this.asked.push(parsed.action)
    const answer = this.#respond(parsed)
    send(response, answer === undefined ? 500 : 200, answer ?? fault('s:Receiver', 'ter:ActionNotSupported'))
  }

  #failAs(trouble: Exclude<OnvifTrouble, undefined>, response: ServerResponse): void {
    const bodies = {
      html: `<!DOCTYPE html><html><title>sign in to ${this.url}</title></html>`,
      nonsense: '{"error":1}',
      fault: fault('s:Receiver', 'ter:Action'),
      entities: `<!DOCTYPE a [<!ENTITY b "${this.#options.password}">]><a>&b;</a>`,
    }
    this.asked.push(trouble)
    // one that hangs keeps its connection and says nothing
    if (trouble !== 'hang') send(response, trouble === 'fault' ? 500 : 200, bodies[trouble])
  }

  #isSignedIn(request: IncomingMessage, { header }: Request): boolean {
    if (this.#options.signIn === 'digest') return this.#isDigest(request)
    const token = elementAt(header, 'Security', 'UsernameToken')
    const { user, password } = this.#options
    const [nonce, created, digest] = [valueAt(token, 'Nonce'), valueAt(token, 'Created'), valueAt(token, 'Password')]
    if (valueAt(token, 'Username') !== user || this.#usedNonces.has(nonce)) return false
    this.#usedNonces.add(nonce)
    const isFresh = Math.abs(Date.parse(created) - this.#clock()) <= freshMs
    const wanted = createHash('sha1').update(Buffer.from(nonce, 'base64')).update(created).update(password).digest('base64')
    return isFresh && digest === wanted
  }

  #challenge(): string {
    return `Digest qop="auth", realm="${realm}", nonce="${this.#httpNonce}", stale="FALSE"`
  }

  #isDigest(request: IncomingMessage): boolean {
    const header = request.headers.authorization ?? ''
    const given = (name: string): string => new RegExp(`\\b${name}="?([^",]+)"?`).exec(header)?.[1] ?? ''
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex')
    const { user, password } = this.#options
    const count = Number.parseInt(given('nc'), 16)
    const secret = md5(`${user}:${realm}:${password}`)
    const wanted = md5([secret, this.#httpNonce, given('nc'), given('cnonce'), 'auth', md5(`${request.method ?? ''}:${request.url ?? ''}`)].join(':'))
    if (!header.startsWith('Digest ') || given('username') !== user || given('response') !== wanted) return false
    // an answer that was given before is somebody else's who listened
    const isNew = count > this.#lastCount || request.method === 'GET'
    this.#lastCount = Math.max(count, this.#lastCount)
    return isNew
  }

  #respond({ action, namespace, content }: Request): string | undefined {
    const { isOld = false, hasPtz = false } = this.#options
    if (namespace === namespaces.device) return isOld && action === 'GetServices' ? undefined : this.#respondAsDevice(action)
    const profile = this.#profiles().find(({ token }) => token === valueAt(content, 'ProfileToken'))
    const listed = namespace === namespaces.media ? this.#list(action) : undefined
    if (listed !== undefined) return listed
    if (profile === undefined) return fault('s:Sender', 'ter:NoProfile')
    if (namespace === namespaces.media) return this.#respondAsMedia(action, content, profile)
    return namespace === namespaces.ptz && hasPtz ? respondAsPtz(action, content) : undefined
  }

  /** What is asked for without a profile. */
  #list(action: string): string | undefined {
    if (action === 'GetProfiles') return respond('trt', action, this.#profiles().map(profileXml).join(''))
    return action === 'GetVideoSources' ? respond('trt', action, this.#sources().map(sourceXml).join('')) : undefined
  }

  #respondAsDevice(action: string): string | undefined {
    const { serial } = this.#options
    switch (action) {
      case 'GetSystemDateAndTime':
        return respond('tds', action, dateXml(new Date(this.#clock())))
      case 'GetServices':
        return respond(
          'tds',
          action,
          this.#services()
            .map(([namespace, address]) => serviceXml(namespace, address))
            .join(''),
        )
      case 'GetCapabilities':
        return respond('tds', action, capabilitiesXml(new Map(this.#services())))
      case 'GetDeviceInformation':
        return respond(
          'tds',
          action,
          `<tds:Manufacturer>Stand-in</tds:Manufacturer><tds:Model>SI-2</tds:Model><tds:FirmwareVersion>1</tds:FirmwareVersion><tds:SerialNumber>${serial}</tds:SerialNumber><tds:HardwareId>1</tds:HardwareId>`,
        )
      case 'GetScopes':
        return respond(
          'tds',
          action,
          this.scopes.map((scope) => `<tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>${scope}</tt:ScopeItem></tds:Scopes>`).join(''),
        )
      default:
        return undefined
    }
  }

  /** what it says of itself to whoever looks for devices, too */
  get scopes(): readonly string[] {
    const { name, location } = this.#options
    return [
      'onvif://www.onvif.org/type/video_encoder',
      'onvif://www.onvif.org/Profile/Streaming',
      ...(name === undefined ? [] : [`onvif://www.onvif.org/name/${encodeURIComponent(name)}`]),
      ...(location === undefined ? [] : [`onvif://www.onvif.org/location/${location.split('/').map(encodeURIComponent).join('/')}`]),
    ]
  }

  #respondAsMedia(action: string, content: Asked, { token, camera }: Profile): string | undefined {
    const host = this.#options.believedHost ?? '127.0.0.1'
    const isWanted =
      valueAt(content, 'StreamSetup', 'Stream') === 'RTP-Unicast' && valueAt(content, 'StreamSetup', 'Transport', 'Protocol') === 'RTSP'
    if (action === 'GetStreamUri') {
      if (!isWanted) return fault('s:Sender', 'ter:InvalidStreamSetup')
      return respond('trt', action, uriXml(`${this.#options.rtsp ?? `rtsp://${host}:554/cam/realmonitor`}?profile=${token}&amp;unicast=true`))
    }
    const { port } = new URL(this.url)
    return action === 'GetSnapshotUri'
      ? respond('trt', action, uriXml(`http://${host}:${port}/still?scene=${camera.scene}&amp;channel=1`))
      : undefined
  }

  #services(): readonly (readonly [string, string])[] {
    const { believedHost, hasPtz = false } = this.#options
    const base = believedHost === undefined ? this.url : `http://${believedHost}`
    return [
      [namespaces.device, `${base}/onvif/device_service`],
      [namespaces.media, `${base}/onvif/media_service`],
      ...(hasPtz ? [[namespaces.ptz, `${base}/onvif/ptz_service`] as const] : []),
    ]
  }

  /** Of each source a large and a small one, and one without a picture, as recorders have for sound. */
  #profiles(): readonly Profile[] {
    const { sources = 1, hasPtz = false } = this.#options
    return Array.from({ length: sources }, (_, at) => {
      const camera = cameras[at % cameras.length] ?? cameras[0]
      if (camera === undefined) return []
      const source = `VideoSource_${String(at + 1)}`
      return [
        { token: `Profile_${String(at + 1)}02`, source, size: [640, 360] as const, hasPtz, camera },
        { token: `Profile_${String(at + 1)}01`, source, size: [1920, 1080] as const, hasPtz, camera },
        { token: `Audio_${String(at + 1)}`, source, size: undefined, hasPtz: false, camera },
      ]
    }).flat()
  }

  /** Of each source its largest profile. */
  #sources(): readonly Profile[] {
    return this.#profiles().filter(({ size }) => size?.[0] === 1920)
  }

  #still(request: IncomingMessage, response: ServerResponse): void {
    const { stills = 'digest', user, password } = this.#options
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url)
    const camera = cameras.find(({ scene }) => scene === searchParams.get('scene'))
    const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
    if (request.headers.authorization !== undefined) this.stillSignIns.push(request.headers.authorization.split(' ')[0] ?? '')
    const isIn = stills === 'basic' ? request.headers.authorization === basic : this.#isDigest(request)
    if (pathname !== '/still' || camera === undefined) response.writeHead(404).end()
    else if (isIn) response.writeHead(200, { 'content-type': 'image/jpeg' }).end(stillOf(camera))
    else response.writeHead(401, { 'www-authenticate': stills === 'basic' ? `Basic realm="${realm}"` : this.#challenge() }).end()
  }
}

function respondAsPtz(action: string, content: Asked): string | undefined {
  const moved = content['Velocity'] !== undefined
  if (action === 'ContinuousMove') return moved ? respond('tptz', action, '') : fault('s:Sender', 'ter:InvalidArgVal')
  return action === 'Stop' ? respond('tptz', action, '') : undefined
}

const parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', removeNSPrefix: true, parseTagValue: false })

/** Undefined for what is no SOAP request. */
function parseRequest(text: string): Request | undefined {
  const envelope = elementAt(parser.parse(text), 'Envelope')
  const body = elementAt(envelope, 'Body')
  const action = Object.keys(body ?? {}).find((key) => !key.startsWith('@'))
  if (action === undefined) return undefined
  const found = body?.[action]
  const content = (typeof found === 'object' && found !== null ? found : {}) as Asked
  // the parser leaves declarations of namespaces out
  const namespace = new RegExp(`<(?:\\w+:)?${action}\\s[^>]*xmlns="([^"]+)"`).exec(text)?.[1] ?? ''
  return { action, namespace, content, header: elementAt(envelope, 'Header') }
}

function elementAt(element: unknown, ...path: readonly string[]): Asked | undefined {
  let at = element
  for (const name of path) at = typeof at === 'object' && at !== null ? Reflect.get(at, name) : undefined
  return typeof at === 'object' && at !== null ? { ...at } : undefined
}

function valueAt(element: unknown, ...path: readonly string[]): string {
  const at: unknown = elementAt(element, ...path.slice(0, -1))?.[path.at(-1) ?? '']
  if (typeof at === 'string') return at
  const text = elementAt(at)?.['#text']
  return typeof text === 'string' ? text : ''
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/soap+xml; charset=utf-8' }).end(body)
}
