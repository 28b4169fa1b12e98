import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A media server in a process of its own: cameras whose playlists move on with the time, and the same segment under every number. */
export interface MediaReport {
  readonly cpuMicros: number
  readonly requests: number
  readonly bytes: number
}

const segmentMs = 2_000
const windowSize = 6
/** a sub stream of a million bits a second */
const segment = Buffer.alloc(250_000, 0x47)

let requests = 0
let bytes = 0
let cpu = process.cpuUsage()

function send(response: ServerResponse, contentType: string, body: Buffer): void {
  requests += 1
  bytes += body.length
  response.writeHead(200, { 'content-type': contentType, 'content-length': body.length }).end(body)
}

function playlist(): Buffer {
  const next = Math.floor(Date.now() / segmentMs)
  const numbers = Array.from({ length: windowSize }, (_, index) => next - windowSize + index)
  const head = ['#EXTM3U', '#EXT-X-VERSION:3', `#EXT-X-TARGETDURATION:${String(segmentMs / 1_000)}`, `#EXT-X-MEDIA-SEQUENCE:${String(numbers[0])}`]
  return Buffer.from([...head, ...numbers.flatMap((number) => [`#EXTINF:${(segmentMs / 1_000).toFixed(3)},`, `${String(number)}.ts`]), ''].join('\n'))
}

const server = createServer((request, response) => {
  if (request.url?.endsWith('.m3u8') === true) send(response, 'application/vnd.apple.mpegurl', playlist())
  else send(response, 'video/mp2t', segment)
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu)
  process.send?.({ cpuMicros: user + system, requests, bytes } satisfies MediaReport)
  ;[requests, bytes, cpu] = [0, 0, process.cpuUsage()]
})
