import { randomBytes } from 'node:crypto'
import { secondMs } from '../../contract/time.ts'
import { digestAuthorization, digestChallenge } from './http-digest.ts'
import type { DigestChallenge } from './http-digest.ts'
import { child, children, envelope, readSoap, textOf } from './onvif-soap.ts'
import type { XmlElement } from './onvif-soap.ts'
import { ProviderError } from './provider.ts'
import { readBody } from './read-body.ts'

const namespaces = {
  device: 'http://www.onvif.org/ver10/device/wsdl',
  media: 'http://www.onvif.org/ver10/media/wsdl',
  ptz: 'http://www.onvif.org/ver20/ptz/wsdl',
} as const
export type OnvifService = keyof typeof namespaces

export interface OnvifDeviceOptions {
  /** of its device service, without user and password */
  readonly address: URL
  readonly user: string
  readonly password: string
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  /** hosts that it may send us to, besides itself */
  readonly isMediaHost: (address: URL) => boolean
}

const mostAnswerBytes = 1024 * 1024
/** a device whose clock is found to differ by more than this from what was thought is asked once more */
const clockStepMs = 2 * secondMs

/** One ONVIF device: knows its clock, its services and how it wants us to sign in. */
export class OnvifDevice {
  readonly #options: OnvifDeviceOptions
  #clockAheadMs = 0
  #services: Partial<Readonly<Record<OnvifService, URL>>> | undefined
  #challenge: DigestChallenge | undefined
  #answered = 0

  constructor(options: OnvifDeviceOptions) {
    this.#options = options
  }

  /** Asks for its time, which no device hides: digests are made for its clock, not for ours. */
  async readClock(signal: AbortSignal): Promise<void> {
    const body = await this.#request(this.#options.address, namespaces.device, { action: 'GetSystemDateAndTime', inner: '', isSigned: false, signal })
    const at = utcOf(child(body, 'GetSystemDateAndTimeResponse', 'SystemDateAndTime', 'UTCDateTime'))
    this.#clockAheadMs = at === undefined ? 0 : at - this.#options.now()
  }

  /** Forgets what was learned of it: it may have been set up anew. */
  async connect(signal: AbortSignal): Promise<void> {
    await this.readClock(signal)
    this.#services = undefined
    this.#services = await this.#findServices(signal)
  }

  offers(service: OnvifService): boolean {
    return this.#services?.[service] !== undefined
  }

  /** @returns the response's element. @throws ProviderError */
  async call(service: OnvifService, action: string, inner: string, signal: AbortSignal): Promise<XmlElement> {
    if (this.#services === undefined) await this.connect(signal)
    const address = this.#services?.[service]
    if (address === undefined) throw new ProviderError('forbidden', `the device has no ${service} service`)
    return await this.#signed(address, service, { action, inner, signal })
  }

  /** GET at the device or a media host. Signs in as it asks for, by Digest or, to itself alone, by Basic. */
  async fetch(address: URL, signal: AbortSignal): Promise<Response> {
    const { fetch, user, password } = this.#options
    const first = await this.#try(() => fetch(address, { redirect: 'error', signal }))
    if (first.status !== 401) return first
    const asked = first.headers.get('www-authenticate') ?? ''
    await first.body?.cancel()
    const challenge = digestChallenge(asked)
    // Basic tells the password to whoever listens: to the device itself only, and where it knows nothing better
    const isBasic = /(^|,)\s*Basic\b/i.test(asked) && address.hostname === this.#options.address.hostname
    const basic = isBasic ? `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}` : undefined
    const authorization = challenge === undefined ? basic : this.#digest(challenge, 'GET', address, 1)
    if (authorization === undefined) throw new ProviderError('refused', 'the device wants to be signed in to in a way that we do not know')
    const second = await this.#try(() => fetch(address, { redirect: 'error', signal, headers: { authorization } }))
    if (second.status !== 401) return second
    await second.body?.cancel()
    throw new ProviderError('refused', 'the device refuses the user or the password: check both')
  }

  /**
   * An address that the device gave us, at its own host unless config lets it be another: devices behind a router name themselves by an
   * address that only they can reach, and our password goes to no host that a device made up.
   */
  reachable(given: string): URL {
    if (!URL.canParse(given)) throw new ProviderError('unreachable', 'the device gives an address that is none')
    const address = new URL(given)
    if (address.hostname !== this.#options.address.hostname && !this.#options.isMediaHost(address)) address.hostname = this.#options.address.hostname
    return address
  }

  /** The same address with user and password in it, percent-encoded. It never leaves the server. */
  withPassword(address: URL): string {
    const { user, password } = this.#options
    return `${address.protocol}//${encodeURIComponent(user)}:${encodeURIComponent(password)}@${address.host}${address.pathname}${address.search}`
  }

  async #findServices(signal: AbortSignal): Promise<Partial<Record<OnvifService, URL>>> {
    const { address } = this.#options
    const inner = '<IncludeCapability>false</IncludeCapability>'
    try {
      const answer = await this.#signed(address, 'device', { action: 'GetServices', inner, signal })
      const found = children(child(answer, 'GetServicesResponse'), 'Service')
      return this.#servicesFrom((service) =>
        textOf(
          found.find((each) => textOf(each, 'Namespace') === namespaces[service]),
          'XAddr',
        ),
      )
    } catch (error) {
      // devices from before 2011 know only the older question
      if (!(error instanceof ProviderError) || error.fault === 'refused' || signal.aborted) throw error
    }
    const answer = await this.#signed(address, 'device', { action: 'GetCapabilities', inner: '<Category>All</Category>', signal })
    const found = child(answer, 'GetCapabilitiesResponse', 'Capabilities')
    const names = { device: 'Device', media: 'Media', ptz: 'PTZ' } as const
    return this.#servicesFrom((service) => textOf(found, names[service], 'XAddr'))
  }

  /** Services stand on the device's own web server: at the address we were told, whatever the device thinks its address is. */
  #servicesFrom(find: (service: OnvifService) => string | undefined): Partial<Record<OnvifService, URL>> {
    const { address } = this.#options
    const at = (service: OnvifService): Partial<Record<OnvifService, URL>> => {
      const given = find(service)
      if (given === undefined || !URL.canParse(given)) return {}
      const { pathname, search } = new URL(given)
      return { [service]: new URL(`${pathname}${search}`, address) }
    }
    return { device: address, ...at('media'), ...at('ptz') }
  }

  async #signed(
    address: URL,
    service: OnvifService,
    asked: { readonly action: string; readonly inner: string; readonly signal: AbortSignal },
  ): Promise<XmlElement> {
    const send = (): Promise<XmlElement> => this.#request(address, namespaces[service], { ...asked, isSigned: true })
    try {
      return await send()
    } catch (error) {
      if (!(error instanceof ProviderError) || error.fault !== 'refused') throw error
      // its clock may have been set, or lost with its power
      const before = this.#clockAheadMs
      await this.readClock(asked.signal)
      if (Math.abs(this.#clockAheadMs - before) < clockStepMs) throw error
      return await send()
    }
  }

  async #request(
    address: URL,
    namespace: string,
    asked: { readonly action: string; readonly inner: string; readonly isSigned: boolean; readonly signal: AbortSignal },
  ): Promise<XmlElement> {
    const answer = await this.#post(address, namespace, asked)
    const header = answer.status === 401 ? answer.headers.get('www-authenticate') : null
    const challenge = digestChallenge(header ?? '')
    if (challenge === undefined || challenge.nonce === this.#challenge?.nonce) return await read(answer)
    await answer.body?.cancel()
    this.#challenge = challenge
    this.#answered = 0
    return await read(await this.#post(address, namespace, asked))
  }

  /** A device that has once asked for HTTP Digest gets that, and no WS-Security beside it. */
  #post(
    address: URL,
    namespace: string,
    {
      action,
      inner,
      isSigned,
      signal,
    }: { readonly action: string; readonly inner: string; readonly isSigned: boolean; readonly signal: AbortSignal },
  ): Promise<Response> {
    const { fetch, now, user, password } = this.#options
    const challenge = this.#challenge
    const created = new Date(now() + this.#clockAheadMs).toISOString()
    const token = isSigned && challenge === undefined ? { user, password, nonce: randomBytes(16), created } : undefined
    const authorization = challenge === undefined ? {} : { authorization: this.#digest(challenge, 'POST', address, ++this.#answered) }
    const headers = { 'content-type': `application/soap+xml; charset=utf-8; action="${namespace}/${action}"`, ...authorization }
    const body = envelope(namespace, action, inner, token)
    return this.#try(() => fetch(address, { method: 'POST', headers, body, redirect: 'error', signal }))
  }

  #digest(challenge: DigestChallenge, method: 'GET' | 'POST', { pathname, search }: URL, count: number): string {
    const { user, password } = this.#options
    return digestAuthorization(challenge, {
      user,
      password,
      method,
      uri: `${pathname}${search}`,
      count,
      clientNonce: randomBytes(12).toString('hex'),
    })
  }

  async #try(ask: () => Promise<Response>): Promise<Response> {
    try {
      return await ask()
    } catch (cause) {
      throw new ProviderError('unreachable', 'the device does not answer', { cause })
    }
  }
}

async function read(answer: Response): Promise<XmlElement> {
  let text: string
  try {
    text = (await readBody(answer, mostAnswerBytes)).toString('utf8')
  } catch (cause) {
    throw new ProviderError('unreachable', 'the answer could not be read to its end', { cause })
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new ProviderError('refused', 'the device refuses the user or the password: check both, and that this user may use ONVIF')
  }
  return readSoap(text)
}

/** Undefined when any part is missing. */
function utcOf(element: XmlElement | undefined): number | undefined {
  const [year, month, day] = ['Year', 'Month', 'Day'].map((name) => Number(textOf(element, 'Date', name)))
  const [hour, minute, second] = ['Hour', 'Minute', 'Second'].map((name) => Number(textOf(element, 'Time', name)))
  const at = Date.UTC(year ?? NaN, (month ?? NaN) - 1, day, hour, minute, second)
  return Number.isNaN(at) ? undefined : at
}
