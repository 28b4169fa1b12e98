import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { secondMs } from '../../contract/time.ts'
import type { Clock } from '../core/clock.ts'
import { isReplyTo, readSntpReply, sntpRequest } from './sntp-packet.ts'
import type { SntpReply } from './sntp-packet.ts'

/** Where a time server is reached. */
export interface TimeServerAddress {
  readonly address: string
  readonly family: number
  readonly port: number
}

export interface SntpClock {
  readonly clock: Pick<Clock, 'now' | 'after'>
  /** ms of a clock that nobody sets */
  readonly monotonicMs: () => number
}

/** An answer that takes longer tells too little, and a name server or a firewall that swallows it never comes. */
const patienceMs = 5 * secondMs

/**
 * Asks a time server once, by UDP. What does not answer this very question is passed over.
 * @throws Error in words when there is no answer within 5 s, or nobody listens there
 */
export function askTime({ address, family, port }: TimeServerAddress, { clock, monotonicMs }: SntpClock): Promise<SntpReply> {
  const nonce = randomBytes(8)
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4')
  return new Promise<SntpReply>((resolve, reject) => {
    const cancel = clock.after(patienceMs, () => end(() => reject(new Error(`no answer within ${String(patienceMs / secondMs)} s`))))
    let isOver = false
    const end = (tell: () => void): void => {
      if (isOver) return
      isOver = true
      cancel()
      socket.close()
      tell()
    }
    let [sentAt, sentMs] = [0, 0]
    socket.on('error', (error) => end(() => reject(error)))
    socket.on('message', (packet) => {
      if (!isReplyTo(packet, nonce)) return
      // our clock may be set while we wait: how long that was is not for it to say
      const receivedAt = sentAt + (monotonicMs() - sentMs)
      end(() => resolve(readSntpReply(packet, { nonce, sentAt, receivedAt })))
    })
    // connected, so that the kernel drops what others send, and tells when nobody listens
    socket.connect(port, address, () => {
      ;[sentAt, sentMs] = [clock.now(), monotonicMs()]
      socket.send(sntpRequest(nonce))
    })
  })
}

export interface TimeServer {
  readonly host: string
  readonly port: number
}

const usualPort = 123

/** An entry of timeServers in config/app.yaml. @throws Error naming it, and the forms there are */
export function parseTimeServer(text: string): TimeServer {
  const [, host, digits] = /^(\[[0-9A-Fa-f:.]+\]|[^:[\]*/\s]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const port = digits === undefined ? usualPort : Number(digits)
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port }
  const forms = 'a host, or host:port, such as ntp.example.cn, 10.1.2.3:123 or [fd00::1]'
  throw new Error(`timeServers in config/app.yaml: ${JSON.stringify(text.slice(0, 80))} is no time server; give ${forms}`)
}
