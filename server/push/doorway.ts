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

function isPath(url: string | undefined, path: string): boolean {
  const asked = url?.split('?')[0]
  return asked === path || asked === `${path}/`
}

function refuse(socket: Duplex, { status, reason }: Turned): void {
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${String(Buffer.byteLength(reason))}\r\n\r\n${reason}`,
  )
}
