import { lookup as lookupCallback } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { networkInterfaces } from 'node:os'
import { promisify } from 'node:util'
import { isPartOf, isWithin, parseAddress, parseNetwork } from './ip-address.ts'
import type { IpAddress, IpNetwork } from './ip-address.ts'
import { MisconfiguredError } from './transport.ts'
import type { HostGuard } from './transport.ts'

export type Lookup = (host: string) => Promise<readonly LookupAddress[]>

type HostEntry = { readonly port: number | undefined } & (
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'below'; readonly suffix: string }
  | { readonly kind: 'network'; readonly network: IpNetwork }
)

const loopback = ['127.0.0.0/8', '::1'].map(knownNetwork)
/** Where clouds tell machines of themselves, keys included: 169.254/16 is the common one, these are those of some makers. */
const metadata = ['100.100.100.200', '192.0.0.192', 'fd00:ec2::254']
/** IPv4 written as IPv6 in ways that are not read as what they lead to: nobody needs them. */
const disguised = ['::ffff:0:0:0/96', '64:ff9b:1::/48']
/** Addresses that lead to this machine itself, to cloud metadata or to nobody in particular; no list of allowed names brings a feed there. */
const special = [
  ...loopback,
  ...['0.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '255.255.255.255', '::', 'fe80::/10', 'ff00::/8'].map(knownNetwork),
  ...[...metadata, ...disguised].map(knownNetwork),
]

/** Addresses of this machine's own interfaces. */
const ownAddresses = (): readonly string[] => Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? [])

const lookupPromise = promisify(lookupCallback)
const lookupAll: Lookup = (host) => lookupPromise(host, { all: true })

/**
 * Lets feeds connect to the hosts that app.yaml's feedHosts names, and to nothing else (SSRF). A name must be named as it is written, not by
 * the address it resolves to. It is resolved once, and connected to at the address that was looked at, so a name cannot change its meaning in
 * between. Addresses of this machine, of the link and of groups need an entry of their own: one that names just them, or `localhost`.
 * @param allow `name`, `name:port`, `*.example.cn`, `10.20.0.0/16`, `10.1.2.3:80`, `[fd00::1]:80`
 * @throws MisconfiguredError naming an entry that cannot be read
 */
export function createHostGuard(allow: readonly string[], lookup: Lookup = lookupAll, own: () => readonly string[] = ownAddresses): HostGuard {
  const entries = allow.map((text) => {
    const entry = parseEntry(text)
    if (entry === undefined) throw new MisconfiguredError(hostEntryProblem(text) ?? text)
    return entry
  })
  return {
    async resolve(host, port) {
      const name = canonicalHost(host)
      const atPort = entries.filter((entry) => entry.port === undefined || entry.port === port)
      // looked up each time: an interface may get its address while we run
      const guarded = [...special, ...own().flatMap((text) => parseNetwork(text) ?? [])]
      const literal = parseAddress(name)
      if (literal !== undefined) return literalAddress(name, literal, { port, atPort, guarded })
      const naming = atPort.filter((entry) => isNaming(entry, name))
      if (naming.length === 0) throw notNamed(name, port)
      const found = await addressesOf(name, lookup)
      const address = found.find((candidate) => isReachableByName(candidate.address, naming, { atPort, guarded }))
      if (address !== undefined) return address
      throw ofThisMachine(`${name} resolves to ${found.map((each) => each.address).join(', ')}`, found[0]?.address ?? name, port)
    },
  }
}

/** What is wrong with an entry of a list of hosts; undefined when nothing is. @param list the key that it stands under */
export function hostEntryProblem(text: string, list = 'feedHosts'): string | undefined {
  if (parseEntry(text) !== undefined) return undefined
  const forms = 'name, name:port, *.example.cn, 10.20.0.0/16, 10.1.2.3:80 or [fd00::1]:80'
  return `${list}: ${JSON.stringify(text.slice(0, 80))} is no host; give one of the forms ${forms}, without a scheme or a path`
}

function parseEntry(text: string): HostEntry | undefined {
  const whole = parseNetwork(text)
  if (whole !== undefined) return { kind: 'network', network: whole, port: undefined }
  const [, written = '', digits] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined ? undefined : Number(digits)
  if (port !== undefined && (port < 1 || port > 65_535)) return undefined
  const network = parseNetwork(unbracketed(written))
  return network === undefined ? nameEntry(written, port) : { kind: 'network', network, port }
}

function nameEntry(host: string, port: number | undefined): HostEntry | undefined {
  const isBelow = host.startsWith('*.')
  const name = canonicalName(isBelow ? host.slice(2) : host)
  if (name === undefined || name.includes('*') || parseAddress(name) !== undefined) return undefined
  return isBelow ? { kind: 'below', suffix: `.${name}`, port } : { kind: 'name', name, port }
}

/** `[::1]` → `::1`. */
export function unbracketed(host: string): string {
  return host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
}

/** Lower case, punycode, without a final dot; 2130706433, 0x7f.1 and 0177.0.0.1 are written 127.0.0.1, as the resolver would read them. */
function canonicalHost(host: string): string {
  const bare = unbracketed(host)
  if (parseAddress(bare) !== undefined) return bare
  const name = canonicalName(host)
  if (name === undefined) throw new MisconfiguredError(`source: ${JSON.stringify(host.slice(0, 80))} is not a host's name`)
  return name
}

function canonicalName(host: string): string | undefined {
  if (!/^[^/\\?#@:\s[\]]+$/.test(host) || !URL.canParse(`http://${host}/`)) return undefined
  const name = new URL(`http://${host}/`).hostname.replace(/\.$/, '')
  return name === '' ? undefined : name
}

function isNaming(entry: HostEntry, name: string): boolean {
  if (entry.kind === 'name') return entry.name === name
  return entry.kind === 'below' && name.endsWith(entry.suffix)
}

interface Asked {
  /** entries for the port that is asked for */
  readonly atPort: readonly HostEntry[]
  /** reached only where an entry names just them */
  readonly guarded: readonly IpNetwork[]
}

function literalAddress(text: string, address: IpAddress, { port, ...asked }: Asked & { readonly port: number }): LookupAddress {
  const isNamed = asked.atPort.some((entry) => entry.kind === 'network' && isWithin(address, entry.network))
  if (!isNamed) throw notNamed(text, port)
  if (!isGuarded(address, asked) || isNamedItself(address, asked)) return { address: text, family: text.includes(':') ? 6 : 4 }
  throw ofThisMachine(`source: ${text}`, text, port)
}

function isReachableByName(text: string, naming: readonly HostEntry[], asked: Asked): boolean {
  const address = parseAddress(text)
  if (address === undefined) return false
  if (!isGuarded(address, asked) || isNamedItself(address, asked)) return true
  const isLocalhost = naming.some((entry) => entry.kind === 'name' && entry.name === 'localhost')
  return isLocalhost && loopback.some((network) => isWithin(address, network))
}

function isGuarded(address: IpAddress, { guarded }: Asked): boolean {
  return guarded.some((network) => isWithin(address, network))
}

/** 0.0.0.0/0 allows every host, but does not mean this machine; 127.0.0.0/8 and 127.0.0.1 do. */
function isNamedItself(address: IpAddress, { atPort, guarded }: Asked): boolean {
  return atPort.some(
    (entry) => entry.kind === 'network' && isWithin(address, entry.network) && guarded.some((network) => isPartOf(entry.network, network)),
  )
}

async function addressesOf(name: string, lookup: Lookup): Promise<readonly LookupAddress[]> {
  let found: readonly LookupAddress[]
  try {
    found = await lookup(name)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new Error(`the name ${name} cannot be resolved${code}: check its spelling, and the name server or hosts file of this machine`)
  }
  if (found.length === 0) throw new Error(`the name ${name} resolves to no address: check the name server or hosts file of this machine`)
  return found
}

function notNamed(host: string, port: number): MisconfiguredError {
  const entry = `${host.includes(':') ? `[${host}]` : host}:${String(port)}`
  return new MisconfiguredError(
    `source: feedHosts in config/app.yaml does not name ${entry}; add ${JSON.stringify(entry)} there if the feed may go there`,
  )
}

function ofThisMachine(what: string, address: string, port: number): MisconfiguredError {
  const entry = `${address.includes(':') ? `[${address}]` : address}:${String(port)}`
  return new MisconfiguredError(
    `${what}: an address of this machine, of the link or of a group, which no feed reaches unless feedHosts in config/app.yaml names just it; ` +
      `add ${JSON.stringify(entry)} there if that is meant`,
  )
}

function knownNetwork(text: string): IpNetwork {
  const network = parseNetwork(text)
  if (network === undefined) throw new Error(`${text} is not a network`)
  return network
}
