import { createSocket } from 'node:dgram'
import type { RemoteInfo } from 'node:dgram'
import { onTestFinished } from 'vitest'
import type { TimeServerAddress } from '../../server/clock-check/sntp.ts'

/** What a time server says; a good answer where nothing else is given. */
export interface Said {
  /** its clock, ms since 1970 */
  readonly now: number
  readonly leap?: number
  readonly mode?: number
  readonly stratum?: number
  readonly reference?: string
  readonly dispersionSeconds?: number
  readonly originate?: Buffer
  /** when it says that the question reached it, where that is not `now` */
  readonly reached?: number
  readonly bytes?: number
}

function writeInstant(packet: Buffer, at: number, ms: number): void {
  const seconds = ms / 1_000 + 2_208_988_800
  packet.writeUInt32BE(Math.floor(seconds) % 2 ** 32, at)
  packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), at + 4)
}

/** The packet with which a server answers `request`. */
export function answerTo(request: Buffer, said: Said): Buffer {
  const { now, leap = 0, mode = 4, stratum = 2, reference = 'GPS\0', dispersionSeconds = 0.01, reached = now, bytes = 48 } = said
  const packet = Buffer.alloc(48)
  packet[0] = (leap << 6) | (4 << 3) | mode
  packet[1] = stratum
  packet.writeUInt32BE(Math.round(dispersionSeconds * 65_536), 8)
  packet.write(reference, 12, 'latin1')
  packet.set(said.originate ?? request.subarray(40, 48), 24)
  writeInstant(packet, 32, reached)
  writeInstant(packet, 40, now)
  return packet.subarray(0, bytes)
}

/**
 * A time server on loopback, until the test ends.
 * @param answers the packets it sends for a question, in this order; none is silence
 */
export async function timeServer(
  answers: (request: Buffer) => readonly Buffer[],
): Promise<TimeServerAddress & { readonly requests: readonly Buffer[] }> {
  const socket = createSocket('udp4')
  const requests: Buffer[] = []
  socket.on('message', (request: Buffer, { port, address }: RemoteInfo) => {
    requests.push(request)
    for (const answer of answers(request)) socket.send(answer, port, address)
  })
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound))
  onTestFinished(() => void socket.close())
  return { address: '127.0.0.1', family: 4, port: socket.address().port, requests }
}
