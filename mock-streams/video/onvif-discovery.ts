import { createSocket } from 'node:dgram'
import type { RemoteInfo } from 'node:dgram'
import { randomUUID } from 'node:crypto'

/** One device that answers a search: its own name for itself, and the addresses of its device service. */
export interface Discoverable {
  readonly addresses: readonly string[]
  readonly scopes?: readonly string[]
}

export interface RunningDiscovery {
  readonly address: string
  readonly port: number
  close(): Promise<void>
}

/**
 * A stand-in for the devices of a network that answer WS-Discovery (2005/04), on the loopback interface instead of the group
 * 239.255.255.250. Each device answers twice, as some do, in the order given; datagrams that are no probe are answered with nonsense.
 */
export async function startDiscovery(devices: readonly Discoverable[]): Promise<RunningDiscovery> {
  const socket = createSocket('udp4')
  const names = devices.map(() => `urn:uuid:${randomUUID()}`)
  socket.on('message', (datagram: Buffer, { port, address }: RemoteInfo) => {
    const text = datagram.toString('utf8')
    const asked = /<\w+:MessageID>([^<]+)</.exec(text)?.[1] ?? ''
    const isProbe = text.includes('http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe') && text.includes('NetworkVideoTransmitter')
    const answers = isProbe
      ? devices.flatMap((device, at) => [matchXml(device, names[at] ?? '', asked), matchXml(device, names[at] ?? '', asked)])
      : []
    for (const answer of ['<lollipop', ...answers]) socket.send(answer, port, address)
  })
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { address, port } = socket.address()
  return {
    address,
    port,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

function matchXml({ addresses, scopes = [] }: Discoverable, name: string, asked: string): string {
  const match = `<d:ProbeMatch><a:EndpointReference><a:Address>${name}</a:Address></a:EndpointReference><d:Types>dn:NetworkVideoTransmitter</d:Types><d:Scopes>${scopes.join(' ')}</d:Scopes><d:XAddrs>${addresses.join(' ')}</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion></d:ProbeMatch>`
  return `<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery" xmlns:dn="http://www.onvif.org/ver10/network/wsdl"><s:Header><a:RelatesTo>${asked}</a:RelatesTo></s:Header><s:Body><d:ProbeMatches>${match}</d:ProbeMatches></s:Body></s:Envelope>`
}
