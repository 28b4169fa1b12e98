import { sendJson } from './problem.ts'
import type { Route } from './route.ts'

/** What keeps the server from being ready, in words without secrets; empty when nothing does. */
export type Unready = () => readonly string[]

/** GET /healthz: the process answers. GET /readyz: it can do its work. */
export function healthRoutes(unready: Unready): readonly Route[] {
  return [
    { method: 'GET', path: '/healthz', access: 'public', handler: (_request, response) => sendJson(response, 200, { status: 'alive' }) },
    {
      method: 'GET',
      path: '/readyz',
      access: 'public',
      handler: (_request, response) => {
        const reasons = unready()
        if (reasons.length > 0) response.setHeader('retry-after', '1')
        sendJson(response, reasons.length === 0 ? 200 : 503, reasons.length === 0 ? { status: 'ready' } : { status: 'not ready', reasons })
      },
    },
  ]
}
