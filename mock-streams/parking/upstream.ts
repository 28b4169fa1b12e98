import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { minuteMs } from '../calendar.ts'
import { isSilent } from '../city/scenario.ts'
import { listen, untilAborted } from '../listening.ts'
import type { Surroundings, Upstream } from '../upstream.ts'
import { lotMessage, lots } from './lots.ts'

/** 智慧停车: a platform that is asked page by page, each request signed (HMAC-SHA256 over method, path, time and nonce, a line each). */
export const parking: Upstream = {
  feed: 'parking',
  secretName: 'demo-parking',
  async run(surroundings, secret) {
    const server = createServer((request, response) => {
      const { status, body } = answer(request, secret, surroundings)
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
    })
    await listen(server, surroundings.ports.parking, 'parking')
    await untilAborted(surroundings.signal)
    server.closeAllConnections()
    server.close()
  },
}

interface Answer {
  readonly status: number
  readonly body: object
}

function answer(request: IncomingMessage, secret: string, { city, now }: Surroundings): Answer {
  if (isSilent(city, now())) return { status: 503, body: { code: 503, msg: '系统维护中' } }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  if (request.method !== 'GET' || url.pathname !== '/openapi/v1/parks') return { status: 404, body: { code: 404, msg: '接口不存在' } }
  const refusal = refuse(request, secret, now())
  if (refusal !== undefined) return { status: 401, body: { code: 401, msg: refusal } }
  const [page, size] = [Number(url.searchParams.get('pageNo')), Number(url.searchParams.get('pageSize'))]
  if (!(page >= 1 && size >= 1 && size <= 50)) return { status: 400, body: { code: 400, msg: '分页参数错误' } }
  const list = lots.slice((page - 1) * size, page * size).map((lot) => lotMessage(lot, city, now()))
  return { status: 200, body: { code: 0, msg: 'success', data: { total: lots.length, pageNo: page, list } } }
}

const clockSkewMs = 5 * minuteMs

/** Why a request is not believed; undefined when it is. */
function refuse({ method = '', url = '', headers }: IncomingMessage, secret: string, now: number): string | undefined {
  const header = (name: string): string => String(headers[name] ?? '')
  if (header('x-app-id') !== 'yiping') return 'AppId 不存在'
  const time = header('x-timestamp')
  if (!(Math.abs(Number(time) - now) <= clockSkewMs)) return '时间戳超出允许范围'
  const signed = createHmac('sha256', secret)
    .update([method, url, time, header('x-nonce')].join('\n'))
    .digest()
  const given = Buffer.from(header('x-sign'), 'hex')
  return given.length === signed.length && timingSafeEqual(given, signed) ? undefined : '签名错误'
}
