import { isIP } from 'node:net'
import { z } from 'zod'
import type { Transport } from '../transport.ts'
import { MisconfiguredError } from '../transport.ts'
import { addressRanges, isAddressRange } from './tcp/address-ranges.ts'
import { DeviceListener } from './tcp/device-listener.ts'

const privateRanges = ['127.0.0.0/8', '::1', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7', 'fe80::/10']

const options = z.strictObject({
  allowFrom: z
    .array(z.string().refine(isAddressRange, 'an address such as 10.1.2.3, or a range such as 10.1.0.0/16'))
    .min(1)
    .default(privateRanges)
    .describe('允许接入的设备地址或网段;默认本机与内网 · addresses or ranges of devices that may connect; private and loopback ranges unless given'),
  idleSeconds: z
    .number()
    .positive()
    .default(900)
    .describe(
      '连续这么多秒没有一个完整报文即断开,设备会重连 · a connection without one whole frame for so many seconds is closed; devices connect again',
    ),
  maxConnections: z.int().min(1).max(10_000).default(1_000).describe('同时连接数上限 · most connections at once'),
  maxConnectionsPerAddress: z
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('每个地址的连接数上限;经同一网关接入的设备共用一个地址 · most connections from one address, which devices behind one gateway share'),
})
export type TcpOptions = z.infer<typeof options>

function addressOf(url: URL): { readonly host: string; readonly port: number } {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port)
  if (isIP(host) === 0)
    throw new MisconfiguredError(`source: ${JSON.stringify(host)} is no address; give the one to listen on, as tcp://0.0.0.0:9212`)
  if (!Number.isInteger(port) || port < 1) throw new MisconfiguredError('source: names no port; give the one to listen on, as tcp://0.0.0.0:9212')
  return { host, port }
}

/** Listens for devices: each connection is a stream of frames, and each frame is answered once what it says is durable. */
export const tcp: Transport<TcpOptions> = {
  name: 'tcp',
  schemes: ['tcp'],
  summary: {
    zh: 'TCP 监听:设备主动连入,报文入库后才应答(HJ 212、JT/T 808、SL 651)',
    en: 'TCP listener: devices connect to us, and are answered once their reports are durable (HJ 212, JT/T 808, SL 651)',
  },
  options,
  usualCodec: undefined,
  sample: `# devices connect to this port of ours; 0.0.0.0 is every IPv4 address of this machine, [::] every address
source: 'tcp://0.0.0.0:9212'
transport:
  # who may connect: everybody else is turned away and told of once
  allowFrom: [10.62.0.0/16, 127.0.0.1]
  # seconds: a connection without one whole frame for so long is closed
  idleSeconds: 900
  maxConnections: 1000
  maxConnectionsPerAddress: 500
# a protocol of frames: hj212, jt808 or sl651
codec: hj212
`,
  async run(context) {
    const { openStream, signal } = context
    if (openStream === undefined) throw new MisconfiguredError('codec: cannot read a stream; a TCP listener needs hj212, jt808 or sl651')
    const address = addressOf(context.url)
    if (signal.aborted) return
    const listener = new DeviceListener({ context, openStream, allowed: addressRanges(context.options.allowFrom) })
    await listener.run(address)
  },
}
