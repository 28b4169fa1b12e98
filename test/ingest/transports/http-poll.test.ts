import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { httpPollTransport } from '../../../server/ingest/transports/http-poll.ts'
import { NotTakenError, TryLaterError } from '../../../server/ingest/transport.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { testCertificate } from './test-certificate.ts'
import { runTransport } from './transport-context.ts'
import type { RunningTransport } from './transport-context.ts'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

let upstream: Server
let origin: string
let asked: Asked[]
let answer: (request: Asked, response: ServerResponse) => void
let clock: ManualClock
const running: RunningTransport[] = []
const servers: Server[] = []

beforeEach(async () => {
  asked = []
  clock = new ManualClock()
  answer = (_request, response) => response.end('[]')
  const listener = recording((request, response) => answer(request, response))
  upstream = createServer(listener)
  origin = `http://127.0.0.1:${String(await listen(upstream))}`
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((transport) => transport.stop()))
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

function recording(then: (request: Asked, response: ServerResponse) => void): RequestListener {
  return (request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (text: string) => (body += text))
    request.on('end', () => {
      const { method, url, headers } = request
      asked.push({ method, url, headers, body })
      then({ method, url, headers, body }, response)
    })
  }
}
async function listen(server: Server): Promise<number> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  // a listening TCP server has an AddressInfo, not a pipe's name
  return (server.address() as AddressInfo).port
}
type Setting = NonNullable<Parameters<typeof runTransport>[2]>
function run(options: object = {}, setting: Setting = {}, path = '/api?kept=1'): RunningTransport {
  const transport = runTransport(httpPollTransport, path.startsWith('http') ? path : origin + path, {
    clock,
    // polls are made to follow each other by moving the clock on, which must not make them late
    options: { timeoutSeconds: 100_000, ...options },
    ...setting,
  })
  running.push(transport)
  clock.advance(5_000)
  return transport
}
const urls = (): (string | undefined)[] => asked.map(({ url }) => url)
const polled = (times: number): Promise<void> => vi.waitFor(() => expect(asked).toHaveLength(times))
const taken = (transport: RunningTransport, times: number): Promise<void> => vi.waitFor(() => expect(transport.deliveries).toHaveLength(times))
/** Lets the next poll begin, once the one before has ended. */
async function pollAgain(times: number): Promise<void> {
  await vi.waitFor(() => {
    clock.advance(60_000)
    expect(asked.length).toBeGreaterThanOrEqual(times)
  })
}

describe('HTTP polling', () => {
  it('asks, delivers, and asks again', async () => {
    const transport = run(
      { headers: { 'X-Client': 'yiping' }, headerSecrets: { 'X-Key': 'key' }, querySecrets: { token: 'key' } },
      { secrets: { key: 'K' } },
    )
    await taken(transport, 1)
    await pollAgain(2)
    await taken(transport, 2)
    expect(transport.deliveries[0]).toEqual({ text: '[]', origin: `${origin}/api` })
    expect(asked[0]).toMatchObject({
      method: 'GET',
      url: '/api?kept=1&token=K',
      headers: { 'x-client': 'yiping', 'x-key': 'K', host: new URL(origin).host },
      body: '',
    })
    expect(transport.lives()).toBe(2)
  })

  it('asks only for what changed, and takes 304 and nothing for signs of life', async () => {
    answer = ({ headers }, response) => {
      if (headers['if-none-match'] === '"1"') response.writeHead(304).end()
      else response.setHeader('etag', '"1"').setHeader('last-modified', 'Thu, 01 Jan 2026 00:00:00 GMT').end('[1]')
    }
    const transport = run()
    await taken(transport, 1)
    await pollAgain(2)
    await vi.waitFor(() => expect(transport.lives()).toBeGreaterThanOrEqual(2))
    answer = (_request, response) => response.writeHead(204).end()
    await pollAgain(asked.length + 1)
    expect(asked[1]?.headers).toMatchObject({ 'if-none-match': '"1"', 'if-modified-since': 'Thu, 01 Jan 2026 00:00:00 GMT' })
    expect(transport.deliveries).toHaveLength(1)
  })

  it('does not take an answer for read that could not be recorded', async () => {
    answer = (_request, response) => response.setHeader('etag', '"1"').end('{"next":"b"}')
    const options = { paging: { style: 'cursor', path: 'next', param: 'after' } }
    const transport = run(options, {
      deliver: () => {
        throw new NotTakenError('the disk is full')
      },
    })
    expect(await transport.failure).toBeInstanceOf(NotTakenError)
    expect(transport.ledger.size).toBe(0)
  })
})

describe('paging', () => {
  const page = (numbers: readonly number[]): string => JSON.stringify({ data: { list: numbers.map((n) => ({ n, at: `2026-01-0${String(n)}` })) } })

  it('goes from page to page until one is not full', async () => {
    const pages: Readonly<Record<string, string>> = { '0': page([1, 2]), '1': page([3, 4]), '2': page([5]) }
    answer = ({ url }, response) => response.end(pages[new URL(url ?? '', origin).searchParams.get('p') ?? ''])
    const transport = run({ paging: { style: 'page', param: 'p', from: 0, sizeParam: 'n', size: 2, items: 'data.list' } })
    await taken(transport, 3)
    await pollAgain(4)
    expect(urls().slice(0, 4)).toEqual(['/api?kept=1&p=0&n=2', '/api?kept=1&p=1&n=2', '/api?kept=1&p=2&n=2', '/api?kept=1&p=0&n=2'])
  })

  it('goes on at the next poll where maxPages ended this one', async () => {
    answer = (_request, response) => response.end(page([1, 2]))
    run({ maxPages: 2, paging: { style: 'page', param: 'p', size: 2, items: 'data.list' } })
    await polled(2)
    await pollAgain(4)
    expect(urls().slice(0, 4)).toEqual(['/api?kept=1&p=1', '/api?kept=1&p=2', '/api?kept=1&p=3', '/api?kept=1&p=4'])
  })

  it('keeps the cursor with the facts, and a restart goes on there', async () => {
    const next: Readonly<Record<string, string | null>> = { '': 'b', b: 'c', c: null }
    answer = ({ body }, response) => response.end(JSON.stringify({ next: next[(JSON.parse(body) as { after: string }).after] }))
    const options = { method: 'POST', body: '{"after":"{{cursor}}"}', paging: { style: 'cursor', path: 'next' } }
    const ledger = new Map<string, string>()
    const transport = run(options, { ledger })
    await taken(transport, 3)
    expect(transport.deliveries.map(({ note }) => note?.value)).toEqual(['b', 'c', undefined])
    await transport.stop()
    await taken(run(options, { ledger }), 1)
    expect(asked.map(({ body }) => body)).toEqual(['{"after":""}', '{"after":"b"}', '{"after":"c"}', '{"after":"c"}'])
    expect(asked[0]?.headers['content-type']).toBe('application/json')
  })

  it('moves the high-water value on with the last page, and a restart goes on there', async () => {
    const pages = [page([3, 4]), page([2]), page([])]
    answer = (_request, response) => response.end(pages.shift() ?? page([]))
    const options = {
      query: { until: '{{now}}' },
      timeFormat: 'local',
      paging: { style: 'page', param: 'p', size: 2, items: 'data.list' },
      since: { param: 'since', path: 'data.list[].at', start: '2026-01-01' },
    }
    const ledger = new Map<string, string>()
    const transport = run(options, { ledger })
    await taken(transport, 2)
    expect(transport.deliveries.map(({ note }) => note?.value)).toEqual([undefined, '2026-01-04'])
    await transport.stop()
    await taken(run(options, { ledger }), 1)
    const since = asked.map(({ url }) => new URL(url ?? '', origin).searchParams.get('since'))
    expect(since).toEqual(['2026-01-01', '2026-01-01', '2026-01-04'])
    expect(asked[0]?.url).toContain('until=2026-11-23+14%3A30%3A0')
  })

  describe('up to a time', () => {
    const listed = (...times: string[]): string => JSON.stringify({ list: times.map((at) => ({ at })), trace: asked.length })
    const options = { since: { param: 'since', path: 'list[].at', start: '2026-11-22 00:00:00' } }
    const since = (): (string | null)[] => asked.map(({ url }) => new URL(url ?? '', origin).searchParams.get('since'))

    it('that lies ahead of our clock is not gone, and what lies there is handed on once', async () => {
      const ahead = '2099-01-01 00:00:00'
      const answers = [listed('2026-11-23 14:00:00', ahead), listed(ahead), listed(ahead), listed('2026-11-23 14:10:00', ahead)]
      answer = (_request, response) => response.end(answers.shift() ?? listed(ahead))
      const transport = run(options)
      await taken(transport, 1)
      await pollAgain(3)
      expect(transport.deliveries).toHaveLength(1)
      await pollAgain(5)
      await taken(transport, 2)
      expect(since().slice(0, 5)).toEqual(['2026-11-22 00:00:00', ...Array.from({ length: 3 }, () => '2026-11-23 14:00:00'), '2026-11-23 14:10:00'])
      expect(transport.ledger.get('http-poll:since')).toBe('2026-11-23 14:10:00')
      expect(transport.lives(), 'an upstream that says the same again lives').toBeGreaterThanOrEqual(4)
    })

    it('that came to lie ahead is told, and reading goes on from yesterday', async () => {
      const ledger = new Map([['http-poll:since', '2099-01-01 00:00:00']])
      const { message } = await run(options, { ledger }).failure
      expect(message).toMatch(
        /^transport\.since: read up to "2099-01-01 00:00:00", ahead of our clock, .* goes on from "2026-11-22 14:30:0\d"\. To read/,
      )
      expect(message.length, 'told in full').toBeLessThanOrEqual(200)
      expect(asked).toEqual([])
      answer = (_request, response) => response.end(listed('2026-11-23 14:00:00'))
      await taken(run(options, { ledger }), 1)
      expect(since()[0]).toMatch(/^2026-11-22 14:30:0\d$/)
    })
  })

  it('hands on an answer that is not JSON, once, and reads no further', async () => {
    answer = (_request, response) => response.setHeader('content-type', 'text/html').end('<html>')
    const transport = run({ paging: { style: 'cursor', path: 'next', param: 'after' } })
    await taken(transport, 1)
    expect(transport.deliveries).toEqual([{ text: '<html>', origin: `${origin}/api` }])
    expect(asked).toHaveLength(1)
  })
})

describe('authorisation', () => {
  it('Basic and Bearer', async () => {
    const secrets = { s: 'pass:wörd' }
    await taken(run({ auth: { type: 'basic', passwordSecret: 's' } }, { secrets }, origin.replace('//', '//us%65r@')), 1)
    await taken(run({ auth: { type: 'bearer', tokenSecret: 's' } }, { secrets: { s: 'T' } }), 1)
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([`Basic ${Buffer.from('user:pass:wörd').toString('base64')}`, 'Bearer T'])
    expect((await run({ auth: { type: 'basic', passwordSecret: 's' } }, { secrets }).failure).message).toContain('basic needs a user in source')
    expect((await run({ auth: { type: 'bearer', tokenSecret: 's' } }).failure).name).toBe('MisconfiguredError')
  })

  it('HMAC', async () => {
    const headers = { gjgxjhpt_rid: 'us', gjgxjhpt_sid: 'service' }
    const auth = {
      type: 'hmac',
      keySecret: 'key',
      sign: ['header:gjgxjhpt_sid', 'header:gjgxjhpt_rid', 'timestamp'],
      separator: '',
      header: 'gjgxjhpt_sign',
      timestamp: { header: 'gjgxjhpt_rtime' },
    }
    await taken(run({ headers, auth }, { secrets: { key: 'k' } }), 1)
    expect(asked[0]?.headers['gjgxjhpt_rtime']).toMatch(/^1795415\d{6}$/)
    expect(asked[0]?.headers['gjgxjhpt_sign']).toMatch(/^[\w+/]{43}=$/)
  })

  const oauth = { type: 'oauth2', tokenUrl: '', clientId: 'us', clientSecret: 's', scope: 'read' }
  const withTokens = (then: typeof answer): void => {
    let given = 0
    answer = (request, response) => {
      if (request.url === '/token') response.end(JSON.stringify({ access_token: `T${String(++given)}`, expires_in: 600 }))
      else then(request, response)
    }
  }
  const authOf = (more: object = {}): object => ({ auth: { ...oauth, tokenUrl: `${origin}/token`, ...more } })

  it('OAuth 2: a token is kept until shortly before it runs out', async () => {
    withTokens((_request, response) => response.end('[]'))
    const transport = run({ pollSeconds: 400, ...authOf() }, { secrets: { s: 'p' } })
    for (const times of [1, 2, 3]) {
      await taken(transport, times)
      await vi.waitFor(() => {
        if (transport.deliveries.length === times) clock.advance(400_000)
        expect(transport.deliveries.length).toBeGreaterThan(times)
      })
    }
    const tokens = asked.filter(({ url }) => url !== '/token').map(({ headers }) => headers.authorization)
    expect(tokens.slice(0, 3)).toEqual(['Bearer T1', 'Bearer T1', 'Bearer T2'])
    expect(asked[0]).toMatchObject({ method: 'POST', body: 'grant_type=client_credentials&scope=read', headers: { authorization: 'Basic dXM6cA==' } })
  })

  it('OAuth 2: a token that is refused is fetched anew, once', async () => {
    let isRefusing = false
    withTokens(({ headers }, response) => {
      if (isRefusing && headers.authorization === 'Bearer T1') response.writeHead(401).end('expired')
      else response.end('[]')
    })
    const transport = run(authOf({ clientAuth: 'body' }), { secrets: { s: 'p' } })
    await taken(transport, 1)
    isRefusing = true
    await pollAgain(3)
    await taken(transport, 2)
    expect(asked.slice(0, 5).map(({ url, headers }) => (url === '/token' ? 'token' : headers.authorization))).toEqual([
      'token',
      'Bearer T1',
      'Bearer T1',
      'token',
      'Bearer T2',
    ])
    expect(asked[0]?.body).toBe('grant_type=client_credentials&scope=read&client_id=us&client_secret=p')
  })

  it('OAuth 2: says why there is no token', async () => {
    answer = (_request, response) => response.writeHead(400).end('{"error":"invalid_client"}')
    expect((await run(authOf(), { secrets: { s: 'p' } }).failure).message).toBe(`${origin}/token: no token, 400 "invalid_client"`)
    answer = (_request, response) => response.end('{"data":{"token":"x"}}')
    expect((await run(authOf(), { secrets: { s: 'p' } }).failure).message).toContain('has no token at access_token')
    answer = (_request, response) => response.writeHead(401).end('who?')
    withTokens((_request, response) => response.writeHead(401).end('who?'))
    expect((await run(authOf(), { secrets: { s: 'p' } }).failure).message).toContain('/api: 401, it does not know us')
  })
})

describe('redirects', () => {
  it('are followed where feeds may go, without credentials', async () => {
    const elsewhere = createServer(recording((_request, response) => response.end('[2]')))
    const port = String(await listen(elsewhere))
    answer = (_request, response) => response.writeHead(307, { location: `http://localhost:${port}/there?x=1` }).end()
    const transport = run(
      { method: 'POST', body: '{}', headers: { 'x-key': 'K' }, auth: { type: 'bearer', tokenSecret: 's' } },
      { secrets: { s: 'T' } },
    )
    await taken(transport, 1)
    expect(transport.deliveries[0]?.origin).toBe(`http://localhost:${port}/there`)
    expect(asked[1]).toMatchObject({ method: 'POST', url: '/there?x=1', body: '{}' })
    expect(Object.keys(asked[1]?.headers ?? {})).toEqual(expect.not.arrayContaining(['authorization', 'x-key']))
  })

  it('keep credentials at the same host, and turn into a GET as 303 says', async () => {
    answer = ({ url }, response) => {
      if (url === '/there') response.end('[2]')
      else response.writeHead(303, { location: '/there' }).end()
    }
    await taken(run({ method: 'POST', body: '{}', auth: { type: 'bearer', tokenSecret: 's' } }, { secrets: { s: 'T' } }), 1)
    expect(asked[1]).toMatchObject({ method: 'GET', url: '/there', body: '', headers: { authorization: 'Bearer T' } })
  })

  it('do not lead to hosts that feedHosts does not name', async () => {
    const { port } = new URL(origin)
    for (const location of [
      'http://127.0.0.1:1/',
      'http://2130706433:1/',
      'http://[::1]:1/',
      'http://[::ffff:127.0.0.1]:1/',
      'http://169.254.169.254/',
      'http://0:1/',
    ]) {
      answer = (_request, response) => response.writeHead(302, { location }).end()
      const failure = await run({}, { allow: ['0.0.0.0/0', '::/0', `127.0.0.1:${port}`] }).failure
      expect([location, failure.name, failure.message]).toEqual([
        location,
        'Error',
        `${origin}/api: it redirected us to ${new URL(location).host}, where feedHosts lets no feed go: ask the provider why`,
      ])
    }
  })

  it('end after three, and never lead out of TLS', async () => {
    answer = (_request, response) => response.writeHead(302, { location: '/again' }).end()
    expect((await run().failure).message).toContain('it was redirected more than 3 times')
    expect(asked).toHaveLength(4)
    answer = (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    expect((await run().failure).message).toContain('which is not encrypted')
    const secured = createHttpsServer(testCertificate, (_request, response) => response.writeHead(302, { location: origin }).end())
    const at = `https://localhost:${String(await listen(secured))}/`
    const certificates = { 'ca.pem': testCertificate.cert }
    expect((await run({ tls: { caFile: 'ca.pem' } }, { certificates }, at).failure).message).toContain('which is not encrypted')
  })
})

describe('upstreams that misbehave', () => {
  it('answer 500, with what they say', async () => {
    answer = (_request, response) => response.writeHead(500).end('java.lang.NullPointerException\n\tat')
    expect((await run().failure).message).toBe(`${origin}/api: 500, it failed; it says "java.lang.NullPointerException at"`)
  })

  it('say when to come again', async () => {
    answer = (_request, response) => response.writeHead(429, { 'retry-after': '120' }).end()
    expect(await run().failure).toEqual(new TryLaterError(`${origin}/api: 429, we ask too often; raise transport.pollSeconds`, 120_000))
  })

  it('hang: before an answer, and in the middle of one', async () => {
    answer = () => undefined
    for (const partly of [false, true]) {
      if (partly) answer = (_request, response) => response.write('[1,')
      const before = asked.length
      const transport = run({ timeoutSeconds: 7 })
      await polled(before + 1)
      clock.advance(7_000)
      expect((await transport.failure).message).toBe(`${origin}/api: no whole answer within 7 s`)
    }
  })

  it('break off in the middle of an answer', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('[1,')
      setImmediate(() => response.destroy())
    }
    const transport = run()
    expect((await transport.failure).message).toContain('it broke the connection off')
    expect(transport.deliveries).toEqual([])
  })

  it('send 20 MB, plainly and as a bomb', async () => {
    const large = Buffer.alloc(20_000_000, 'x')
    answer = (_request, response) => response.end(large)
    expect((await run().failure).message).toContain('the answer has more than 10485760 bytes; ask for smaller pages')
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end(gzipSync(large))
    expect((await run().failure).message).toContain('the answer has more than 10485760 bytes; ask for smaller pages')
    answer = (_request, response) => response.setHeader('content-encoding', 'gzip').end('not gzip')
    expect((await run().failure).message).toContain('incorrect header check')
  })

  it('are not there, or show a certificate of their own', async () => {
    const gone = createServer()
    const port = String(await listen(gone))
    gone.close()
    expect((await run({}, {}, `http://127.0.0.1:${port}/`).failure).message).toBe(
      `http://127.0.0.1:${port}/: nothing listens there; is it running, and is the port right? (ECONNREFUSED)`,
    )
    const secured = createHttpsServer(testCertificate, (_request, response) => response.end('[]'))
    const at = `https://localhost:${String(await listen(secured))}/`
    expect((await run({}, {}, at).failure).message).toContain('it shows a certificate that it signed itself')
    await taken(run({ tls: { caFile: 'ca.pem' } }, { certificates: { 'ca.pem': testCertificate.cert } }, at), 1)
    expect(
      (await run({ tls: { caFile: 'ca.pem' } }, { certificates: { 'ca.pem': testCertificate.cert } }, at.replace('localhost', '127.0.0.1')).failure)
        .message,
    ).toContain('its certificate is for another name')
  })

  it('are left at once when the feed ends', async () => {
    answer = () => undefined
    const transport = run()
    await polled(1)
    await transport.stop()
    await expect(transport.ended).resolves.toBeUndefined()
  })
})
