import { randomUUID } from 'node:crypto'
import { createSocket } from 'node:dgram'
import type { RemoteInfo, Socket } from 'node:dgram'
import { networkInterfaces } from 'node:os'
import { child, children, parseXml, textOf } from './onvif-soap.ts'

/** Looks for devices until `signal` ends it; each address of a device service is told once. Never throws. */
export type DeviceSearch = (found: (address: string) => void, signal: AbortSignal) => Promise<void>

export interface SearchOptions {
  /** where the question goes; WS-Discovery's group where nothing is said */
  readonly to?: { readonly address: string; readonly port: number }
  /** our own IPv4 addresses, one for each network to be searched */
  readonly from?: readonly string[]
}

const group = { address: '239.255.255.250', port: 3702 }
/** a question may be lost, and so may an answer */
const askAgainMs = 400

/** WS-Discovery (2005/04) by UDP on all networks of this machine. */
export const searchDevices =
  ({ to = group, from }: SearchOptions = {}): DeviceSearch =>
  async (found, signal) => {
    const told = new Set<string>()
    const hear = (datagram: Buffer, sender: RemoteInfo): void => {
      const address = serviceAddress(datagram, sender)
      if (address === undefined || told.has(address)) return
      told.add(address)
      found(address)
    }
    // networks come and go while we run
    await Promise.all((from ?? ownAddresses()).map((address) => searchFrom(address, to, hear, signal)))
  }

async function searchFrom(
  from: string,
  to: { readonly address: string; readonly port: number },
  hear: (datagram: Buffer, sender: RemoteInfo) => void,
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket('udp4')
  const ended = new Promise<void>((resolve) => {
    // an interface that just went away is one network less to search
    socket.on('error', () => resolve())
    signal.addEventListener('abort', () => resolve(), { once: true })
    if (signal.aborted) resolve()
  })
  socket.on('message', hear)
  socket.bind(0, from, () => begin(socket, from, to))
  const again = setTimeout(() => ask(socket, to), askAgainMs)
  await ended
  clearTimeout(again)
  socket.close()
}

function begin(socket: Socket, from: string, to: { readonly address: string; readonly port: number }): void {
  try {
    socket.setMulticastInterface(from)
  } catch {
    // the system chooses the way then
  }
  ask(socket, to)
}

function ask(socket: Socket, to: { readonly address: string; readonly port: number }): void {
  // how it went is seen from what comes
  socket.send(probe(), to.port, to.address, () => undefined)
}

const probe = (): string =>
  '<?xml version="1.0" encoding="UTF-8"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" ' +
  'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">' +
  `<e:Header><w:MessageID>uuid:${randomUUID()}</w:MessageID><w:To>urn:schemas-xmlsoap-org:ws:2005:04:discovery</w:To>` +
  '<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>' +
  '<e:Body><d:Probe><d:Types xmlns:dn="http://www.onvif.org/ver10/network/wsdl">dn:NetworkVideoTransmitter</d:Types></d:Probe></e:Body></e:Envelope>'

/** Of the addresses that an answer names, the one at its own sender: an answer can not send us, and our password, elsewhere. */
function serviceAddress(datagram: Buffer, { address }: RemoteInfo): string | undefined {
  const matches = children(child(parseXml(datagram.toString('utf8')), 'Envelope', 'Body', 'ProbeMatches'), 'ProbeMatch')
  const named = matches.flatMap((match) => (textOf(match, 'XAddrs') ?? '').split(/\s+/))
  const found = named.find((each) => URL.canParse(each) && /^https?:$/.test(new URL(each).protocol) && new URL(each).hostname === address)
  return found === undefined ? undefined : new URL(found).href
}

const ownAddresses = (): readonly string[] =>
  Object.values(networkInterfaces()).flatMap((each) =>
    (each ?? []).filter(({ family, internal }) => family === 'IPv4' && !internal).map(({ address }) => address),
  )
