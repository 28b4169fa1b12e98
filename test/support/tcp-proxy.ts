import { createServer, connect } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { once } from 'node:events'

/** A network between a client and a server that can be paused (the client reads nothing more, though it may still speak), cut (connections reset, none new) and restored. */
export interface TcpProxy {
  readonly port: number
  pause(): void
  resume(): void
  cut(): void
  restore(): void
  close(): Promise<void>
}

export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isCut = false
  let isPaused = false
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = connect(targetPort, '127.0.0.1')
    const pair = [near, far] as const
    pairs.add(pair)
    const end = (): void => {
      near.destroy()
      far.destroy()
      pairs.delete(pair)
    }
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end)
    near.pipe(far)
    far.pipe(near)
    if (isPaused) hold(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A listening TCP server has an AddressInfo, not a pipe's name.
  const { port } = server.address() as AddressInfo
  return {
    port,
    pause() {
      isPaused = true
      for (const pair of pairs) hold(pair)
    },
    resume() {
      isPaused = false
      for (const [near, far] of pairs) far.pipe(near)
    },
    cut() {
      isCut = true
      for (const [near] of pairs) near.resetAndDestroy()
    },
    restore() {
      isCut = false
    },
    async close() {
      for (const [near, far] of pairs) {
        near.destroy()
        far.destroy()
      }
      server.close()
      await once(server, 'close')
    },
  }
}

/** Takes nothing more from the server: the kernels' buffers fill, then the server's own. */
function hold([near, far]: readonly [Socket, Socket]): void {
  far.unpipe(near)
  far.pause()
}
