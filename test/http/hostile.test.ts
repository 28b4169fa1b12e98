import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inflate } from '../../server/ingest/inflate.ts'
import { acceptedIn, hotlineToken, House, problemIn } from './house.ts'

// megabytes go through here, and the machine may have other things to do
vi.setConfig({ testTimeout: 60_000 })

let house: House

beforeEach(async () => {
  house = await new House().open()
})

afterEach(() => house.close())

const limit = 10 * 1024 * 1024

/** Speaks bytes, so that a request can break off, dawdle or lie; resolves with all that came back once the server has closed. */
function speak(port: number, begin: string): { readonly answer: Promise<string>; readonly write: (bytes: string) => boolean } {
  const socket = connect(port, '127.0.0.1')
  const pieces: Buffer[] = []
  const answer = new Promise<string>((resolve) => {
    socket.on('data', (piece: Buffer) => pieces.push(piece))
    // a reset after the answer is how a server ends a request that goes on for ever
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(pieces).toString('utf8')))
  })
  socket.write(begin)
  return { answer, write: (bytes) => socket.write(bytes) }
}

const head = (lines: readonly string[]): string =>
  [`POST /api/intake/hotline HTTP/1.1`, 'host: x', `authorization: Bearer ${hotlineToken}`, 'content-type: application/json', ...lines, '', ''].join(
    '\r\n',
  )

describe('size', () => {
  it('takes exactly 10 MB', async () => {
    expect(acceptedIn(await house.send('{"no":"A1"}'.padEnd(limit))).accepted).toBe(1)
  })

  it.each([{}, { 'transfer-encoding': 'chunked' }])('refuses one byte more, and keeps its beginning (%j)', async (headers) => {
    const answer = await house.send('{"no":"A1","mobile":"13800138000"}'.padEnd(limit + 1, ' '), headers)
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'too-large' })
    expect(house.kept).toHaveLength(1)
    expect(house.kept[0]?.raw).toMatch(/^\{"no":"A1","mobile":"\*\*\*"\} /)
    expect(Buffer.byteLength(house.kept[0]?.raw ?? '')).toBe(65_536)
  })

  it('answers a huge upload after its first 128 KiB, and cuts it off when it does not stop', async () => {
    const { answer, write } = speak(house.port, head(['content-length: 999999999999']))
    write('x'.repeat(200_000))
    await house.nextKept()
    // the answer and the last patience are given in the same turn
    await new Promise((resolve) => setImmediate(resolve))
    house.clock.advance(3_000)
    expect(await answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('inflates a bomb no further than the limit, and keeps its beginning', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
    const { bytes, outcome } = await inflate(bomb, 1_000_000, () => undefined)
    expect(outcome).toBe('too-large')
    expect(bytes.length).toBeLessThanOrEqual(1_000_000 + 65_536)
    const told = problemIn(await house.send(bomb, { 'content-encoding': 'gzip' }))
    expect(told).toMatchObject({
      status: 413,
      code: 'too-large',
      detail: `body: inflates to more than ${String(limit)} bytes; send it in several requests`,
    })
    expect(house.kept[0]?.raw).toHaveLength(65_536)
  })

  it.each([
    ['bytes that are no gzip', Buffer.from('{"no":"A1"}')],
    ['half of a gzip', gzipSync('{"no":"A1"}').subarray(0, 15)],
    ['a gzip with a wrong checksum', Buffer.concat([gzipSync('{"no":"A1"}').subarray(0, -8), Buffer.alloc(8)])],
  ])('refuses %s', async (_what, body) => {
    expect(problemIn(await house.send(body, { 'content-encoding': 'gzip' }))).toMatchObject({ status: 400, code: 'bad-compression' })
  })

  it('refuses a million tiny lines as a whole, before it has looked at most of them', async () => {
    const answer = await house.send('{}\n'.repeat(1_000_000), { 'content-type': 'application/x-ndjson' })
    expect(problemIn(answer)).toMatchObject({ status: 413, code: 'too-large' })
    expect(house.kept).toHaveLength(1)
  })

  it('works through thousands of bad lines while others are served', async () => {
    const sent = house.send('{}\n'.repeat(20_000), { 'content-type': 'application/x-ndjson' })
    const order: string[] = []
    const last = sent.then((answer) => {
      order.push('lines')
      return answer
    })
    await house.ask('GET', '/healthz')
    await house.ask('GET', '/healthz')
    order.push('others')
    const { rejected } = acceptedIn(await last)
    expect(order).toEqual(['others', 'lines'])
    expect(rejected).toHaveLength(20_000)
    expect(rejected[19_999]?.index).toBe(19_999)
    expect(house.kept).toHaveLength(20_000)
  })

  it('refuses an array of more than 100,000 elements unbuilt', async () => {
    expect(problemIn(await house.send(`[${'0,'.repeat(100_000)}0]`))).toMatchObject({ status: 413, code: 'too-large' })
  })
})

describe('content', () => {
  it.each([
    ['arrays', '['.repeat(5_000_000)],
    ['objects', '{"a":'.repeat(1_000_000)],
    ['closed arrays', `${'['.repeat(65)}${']'.repeat(65)}`],
  ])('refuses %s nested too deeply', async (_what, body) => {
    expect(problemIn(await house.send(body))).toMatchObject({ status: 400, code: 'bad-shape' })
  })

  it('does not count brackets inside strings', async () => {
    expect(acceptedIn(await house.send(JSON.stringify({ no: 'A1', text: `\\"${'['.repeat(100)}\\` }))).accepted).toBe(1)
  })

  it('takes hostile keys for what they are: keys', async () => {
    const answer = acceptedIn(
      await house.send(
        '[{"no":"A1","__proto__":{"stage":"closed","polluted":1},"constructor":{"prototype":{"polluted":1}}},{"__proto__":{"no":"A2"}}]',
      ),
    )
    expect(answer).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'bad-shape' }] })
    expect(house.recorded[0]?.facts[0]).toMatchObject({ stage: 'received' })
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  })

  it('takes halves of characters and control characters in escapes without falling over', async () => {
    expect(acceptedIn(await house.send('[{"no":"\\ud800"},{"no":"\\u0000"}]')).accepted).toBe(2)
  })

  it('finds the place of a mistake in 10 MB of spaces and brackets in linear time', async () => {
    // quadratic work on this would take minutes, and the test's time would run out
    expect(problemIn(await house.send(`[${`{}${' \n'.repeat(50)},`.repeat(90_000)}?`)).detail).toContain('character 9270002')
  })
})

describe('pace', () => {
  it('holds no more of one feed than its share, and lets others through', async () => {
    await house.close()
    house = await new House({ limits: { perFeedBytes: 1_000, totalBytes: 10_000 } }).open()
    let commit = (): void => undefined
    const asked = new Promise<void>((isAsked) => {
      house.commit = () =>
        new Promise((resolve) => {
          commit = resolve
          isAsked()
        })
    })
    const first = house.send('{"no":"A1"}'.padEnd(900))
    await asked
    const second = await house.send('{"no":"A2"}'.padEnd(900))
    expect(problemIn(second)).toMatchObject({ status: 429, type: 'urn:yiping:problem:busy' })
    expect(second.headers['retry-after']).toBe('1')
    const chunked = await house.send('{"no":"A2"}'.padEnd(900), { 'transfer-encoding': 'chunked' })
    expect(chunked.status).toBe(429)
    const inflated = await house.send(gzipSync('{"no":"A2"}'.padEnd(900)), { 'content-encoding': 'gzip' })
    expect(inflated.status).toBe(429)
    const headers = { authorization: 'Bearer the-indicators-of-this-test', 'content-type': 'application/json' }
    expect((await house.ask('POST', '/api/intake/indicators', { headers, body: '[]'.padEnd(900) })).status).toBe(202)
    commit()
    expect((await first).status).toBe(202)
    house.commit = () => Promise.resolve()
    expect((await house.send('{"no":"A2"}'.padEnd(900))).status).toBe(202)
    // what was put off was not refused: it comes again
    expect(house.kept).toEqual([])
  })

  it('ends a request whose headers or body do not arrive', async () => {
    await house.close()
    house = await new House({ limits: { headersMs: 100, requestMs: 200, checkMs: 20 } }).open()
    const slowHeaders = speak(house.port, 'POST /api/intake/hotline HTTP/1.1\r\nhost: x\r\n')
    const slowBody = speak(house.port, `${head(['content-length: 100'])}{"no"`)
    expect(await slowHeaders.answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(await slowBody.answer).toMatch(/^HTTP\/1\.1 408 /)
    expect((await house.send('{"no":"A1"}')).status).toBe(202)
    expect(house.recorded).toHaveLength(1)
  })

  it('gives back what a sender held who breaks off', async () => {
    await house.close()
    house = await new House({ limits: { perFeedBytes: 1_000 } }).open()
    const socket = connect(house.port, '127.0.0.1')
    const closed = new Promise((resolve) => house.http.server.once('connection', (connection) => connection.once('close', resolve)))
    const isRead = new Promise((resolve) => house.http.server.once('request', resolve))
    socket.write(`${head(['content-length: 900'])}{"no"`)
    await isRead
    socket.destroy()
    await closed
    expect((await house.send('{"no":"A1"}'.padEnd(900))).status).toBe(202)
    expect(house.kept).toEqual([])
  })
})

describe('any bytes at all', () => {
  const bodies = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc.json().map((text) => Buffer.from(text)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.array(fc.json(), { maxLength: 6 }).map((lines) => Buffer.from(lines.join('\n'))),
    fc
      .array(fc.record({ no: fc.string(), stage: fc.string(), fault: fc.constantFrom('map', 'bug', 'none', '') }), { maxLength: 5 })
      .map((orders) => Buffer.from(JSON.stringify(orders))),
    fc.json().chain((text) => fc.integer({ min: 0, max: text.length }).map((cut) => Buffer.from(text.slice(0, cut)))),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => gzipSync(bytes)),
  )
  const types = fc.oneof(
    fc.constantFrom('application/json', 'application/x-ndjson', 'application/json; charset=gbk'),
    fc.stringMatching(/^[ -~]{1,40}$/),
  )
  const encodings = fc.constantFrom('identity', 'gzip', 'br', '')

  it('are answered with 202 or a problem document, and every refusal is kept', async () => {
    await fc.assert(
      fc.asyncProperty(bodies, types, encodings, async (body, type, encoding) => {
        house.kept.length = 0
        const answer = await house.send(body, { 'content-type': type, 'content-encoding': encoding })
        const refused = answer.status === 202 ? acceptedIn(answer).rejected : [problemIn(answer)]
        expect(house.kept.map(({ code }) => code)).toEqual(refused.map(({ code }) => code))
      }),
      { numRuns: 400 },
    )
    expect(house.lines.filter(({ message }) => message === 'a request failed')).toEqual([])
  })
})
