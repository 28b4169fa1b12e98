import { once } from 'node:events'
import { createServer } from 'node:http'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { Agenda, isAborted, trendMs } from '../agenda.ts'
import { isSilent } from '../city/scenario.ts'
import { listen, untilAborted } from '../listening.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import { pushAt } from './sections.ts'

/** 公安交管: pushes over WebSocket to whoever subscribes with the right token, after telling the last hours. */
export const trafficPolice: Upstream = {
  feed: 'traffic-police',
  secretName: 'demo-traffic-police',
  async run(surroundings, token) {
    const { ports, signal } = surroundings
    const server = createServer((_request, response) => response.writeHead(426).end())
    const sockets = new WebSocketServer({ server, path: '/push', maxPayload: 64 * 1024 })
    sockets.on('connection', (socket) => {
      socket.on('error', () => socket.terminate())
      serve(socket, token, surroundings).catch(() => socket.terminate())
    })
    await listen(server, ports.trafficPolice, 'traffic-police')
    await untilAborted(signal)
    for (const socket of sockets.clients) socket.terminate()
    sockets.close()
    server.close()
  },
}

const pushEveryMs = 30_000

async function serve(socket: WebSocket, token: string, surroundings: Surroundings): Promise<void> {
  const gone = new AbortController()
  socket.once('close', () => gone.abort())
  const signal = AbortSignal.any([gone.signal, surroundings.signal])
  const [asked] = (await once(socket, 'message', { signal })) as [Buffer]
  if (!isSubscription(asked.toString(), token)) {
    socket.close(4401, 'token is not known')
    return
  }
  const agenda = new Agenda({ everyMs: pushEveryMs, backfillMs: trendMs }, { ...surroundings, signal })
  for (let at = await agenda.due(); at !== undefined && !isAborted(signal); at = await agenda.due()) {
    // this platform does not fall silent in good order: it breaks off
    if (isSilent(surroundings.city, surroundings.now())) socket.close(1011, 'maintenance')
    else socket.send(JSON.stringify(pushAt(surroundings.city, at)))
    agenda.done()
  }
}

function isSubscription(text: string, token: string): boolean {
  try {
    const { op, channel, token: given } = JSON.parse(text) as Readonly<Record<string, unknown>>
    return op === 'subscribe' && channel === 'section' && given === token
  } catch {
    // no JSON: no subscription
    return false
  }
}
