import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'

/** A refused WebSocket handshake: the HTTP status and a sentence for whoever reads the client's log. */
export interface Turned {
  readonly status: '401 Unauthorized' | '404 Not Found' | '500 Internal Server Error' | '503 Service Unavailable'
  readonly reason: string
}

interface DoorwayOptions {
  readonly httpServer: Server
  readonly path: string
  /** why this request may not come in; undefined when it may */
  readonly turnAway: (request: IncomingMessage) => Turned | undefined
  readonly enter: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
}

/**
 * Stands between the http server and Socket.IO and answers every upgrade: Socket.IO itself can only say 400, and a wall must tell "sign
 * in again" (401) from "come back later" (503).
 * @returns `close` refuses further upgrades and cuts the connections that are left, also those whose peer is silent
 */
export function openDoorway({ httpServer, path, turnAway, enter }: DoorwayOptions): { close(): void } {
  const inside = new Set<Duplex>()
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    // A peer that resets the connection during the handshake must not end the process.
    socket.on('error', () => socket.destroy())
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      hearAgain(httpServer, request, socket, head)
      return
    }
    if (!isPath(request.url, path)) {
      // Somebody else may be serving this path; only when nobody is would it hang for ever.
      if (httpServer.listenerCount('upgrade') === 1) refuse(socket, { status: '404 Not Found', reason: `WebSocket is served at ${path} only` })
      return
    }
    const turned = turnAway(request)
    if (turned !== undefined) {
      refuse(socket, turned)
      return
    }
    inside.add(socket)
    socket.once('close', () => inside.delete(socket))
    enter(request, socket, head)
  }
  httpServer.on('upgrade', onUpgrade)
  return {
    close() {
      httpServer.off('upgrade', onUpgrade)
      for (const socket of inside) socket.destroy()
    },
  }
}

/**
 * Java's and some other http clients offer HTTP/2 (`Upgrade: h2c`) with ordinary requests, and a server may decline by answering as usual.
 * Node cannot: with a listener for upgrades every such request ends here, its body unread. So it is put back, without the offer.
 */
function hearAgain(httpServer: Server, { method = '', url = '', httpVersion, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? ''
    const value = rawHeaders[index + 1] ?? ''
    if (!/^(?:upgrade|connection|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`)
    else if (/close/i.test(value)) lines.push('Connection: close')
  }
  // headers are read as Latin-1: written so, they are the bytes that came
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  httpServer.emit('connection', socket)
}

function isPath(url: string | undefined, path: string): boolean {
  const asked = url?.split('?')[0]
  return asked === path || asked === `${path}/`
}

function refuse(socket: Duplex, { status, reason }: Turned): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(reason))}\r\n\r\n${reason}`,
  )
}
