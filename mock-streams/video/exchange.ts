import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What stand-ins that are asked over HTTP have in common. */

const longestBody = 64 * 1024

export interface RunningServer {
  readonly url: string
  close(): Promise<void>
}

/** Listens on the loopback interface; an answer that fails breaks its connection. @param port 0 takes any free one */
export async function listen(port: number, answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<RunningServer> {
  const server: Server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  // a TCP server that listens has an address of this form
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${String(address.port)}`,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

export async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  // a request without an encoding set yields buffers
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length
    if (length > longestBody) throw new Error('request body is too long')
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString('utf8')
}

export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    // not JSON: the caller answers with the platform's own code for it
    return undefined
  }
}

export function sendJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' }).end(JSON.stringify(body))
}
