import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** Where a request comes from and where it went to, as the browser or the upstream sees it: through a proxy only if it is one we trust. */
export interface Origins {
  /** address of the one who calls */
  addressOf(request: IncomingMessage): string
  isSecure(request: IncomingMessage): boolean
  /** `http://host:port` that the caller used; undefined when its Host header names none */
  addressedAs(request: IncomingMessage): string | undefined
  /** whether the page that sent the request was served by us; false when the browser did not say */
  isSameOrigin(request: IncomingMessage): boolean
}

/** @param trustedProxies addresses or subnets (`10.0.0.0/8`) whose X-Forwarded headers are believed. @throws when one is neither */
export function createOrigins(trustedProxies: readonly string[]): Origins {
  const trusted = blockListOf(trustedProxies)
  const isTrusted = (address: string): boolean => {
    const version = isIP(address)
    return version !== 0 && trusted.check(address, version === 4 ? 'ipv4' : 'ipv6')
  }
  const peerOf = (request: IncomingMessage): string => plainAddress(request.socket.remoteAddress ?? '')
  const forwarded = (request: IncomingMessage, name: string): string | undefined => {
    // looked for first: to judge an address costs more than all the rest here
    const value = request.headers[name]
    return typeof value === 'string' && isTrusted(peerOf(request)) ? value : undefined
  }
  // a proxy appends: the last entry is what the proxy next to us saw
  const isSecure = (request: IncomingMessage): boolean => forwarded(request, 'x-forwarded-proto')?.split(',').at(-1)?.trim() === 'https'
  const addressedAs = (request: IncomingMessage): string | undefined => {
    const host = forwarded(request, 'x-forwarded-host')?.split(',').at(-1)?.trim() ?? request.headers.host ?? ''
    return originOf(`${isSecure(request) ? 'https' : 'http'}://${host}`)
  }
  return {
    isSecure,
    addressedAs,
    addressOf(request) {
      const hops = (forwarded(request, 'x-forwarded-for') ?? '').split(',').map((hop) => plainAddress(hop.trim()))
      const caller = hops.findLast((hop) => !isTrusted(hop))
      return caller === undefined || caller === '' ? peerOf(request) : caller
    },
    isSameOrigin(request) {
      const { origin } = request.headers
      const host = addressedAs(request)
      // compared by host, not by scheme: a proxy that ends TLS without saying so must not lock its own pages out
      return origin !== undefined && host !== undefined && hostOf(origin) === hostOf(host)
    },
  }
}

/** IPv4 addresses arrive as ::ffff:10.0.0.1 on a socket that listens to both. */
const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '')

function blockListOf(trustedProxies: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of trustedProxies) {
    const [address = '', bits] = entry.trim().split('/')
    const version = isIP(address)
    const isWidth = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
    if (version === 0 || !isWidth) throw new Error(`trusted proxy ${JSON.stringify(entry)}: expected an address or a subnet such as 10.0.0.0/8`)
    const family = version === 4 ? 'ipv4' : 'ipv6'
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return list
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined
}

/** Host and port; a port that is its scheme's own is left out, as browsers do. */
function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { host, protocol } = new URL(origin)
  return protocol === 'http:' || protocol === 'https:' ? host : undefined
}
