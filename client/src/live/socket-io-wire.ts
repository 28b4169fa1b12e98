import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import type { ClientToServer, ServerToClient } from '../../../contract/protocol.ts'
import type { DownReason, OpenWire } from './wire.ts'

interface SocketIoWireOptions {
  /** the server's address; where the page came from by default */
  readonly url?: string
  /** Whether the session is still valid: a browser does not tell a page why a WebSocket was refused. Rejects when nobody answers. */
  readonly isSignedIn: () => Promise<boolean>
}

/** Wires of Socket.IO, with its own reconnection off: two of them retrying would fight. */
export function socketIoWire({ url = '/', isSignedIn }: SocketIoWireOptions): OpenWire {
  return (events) => {
    const socket: Socket<ServerToClient, ClientToServer> = io(url, { path: '/live', transports: ['websocket'], reconnection: false, forceNew: true })
    let isOver = false
    const goDown = (reason: DownReason): void => {
      if (isOver) return
      isOver = true
      socket.disconnect()
      events.onDown(reason)
    }
    socket.on('connect', events.onOpen)
    socket.on('frame', events.onFrame)
    socket.on('disconnect', () => {
      goDown('unreachable')
    })
    socket.on('connect_error', () => {
      isSignedIn().then(
        (isValid) => {
          goDown(isValid ? 'unreachable' : 'unauthorised')
        },
        () => {
          goDown('unreachable')
        },
      )
    })
    return {
      hello(hello, onAnswer) {
        socket.emit('hello', hello, onAnswer)
      },
      close() {
        isOver = true
        socket.disconnect()
      },
    }
  }
}
