import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import { listen, untilAborted } from '../listening.ts'
import type { Upstream } from '../upstream.ts'
import { alertsUntil, alertsXml } from './warnings.ts'

/** 应急调度: the warnings of yesterday and today as one document, with an ETag: asked again, it says that nothing is new. */
export const emergency: Upstream = {
  feed: 'emergency',
  async run({ city, now, ports, signal }) {
    const server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://127.0.0.1')
      if (pathname !== '/warning/620802.xml') return void response.writeHead(404).end()
      const xml = alertsXml(alertsUntil(city, now()))
      const etag = `"${createHash('sha256').update(xml).digest('hex').slice(0, 16)}"`
      if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { etag }).end()
      response.writeHead(200, { etag, 'content-type': 'application/xml; charset=utf-8' }).end(xml)
    })
    await listen(server, ports.emergency, 'emergency')
    await untilAborted(signal)
    server.closeAllConnections()
    server.close()
  },
}
