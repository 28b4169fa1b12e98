import { once } from 'node:events'
import type { Server } from 'node:net'

/**
 * Listens on the loopback interface.
 * @throws in words when the port is taken
 */
export async function listen(server: Server, port: number, who: string): Promise<void> {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
    if (isTaken) throw new Error(`${who}: port ${String(port)} is taken; give another --port-base (MOCK_PORT_BASE)`)
    throw error
  }
}

/** Resolves when the signal is aborted. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}
