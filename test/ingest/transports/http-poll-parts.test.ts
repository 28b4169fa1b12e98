import { Readable } from 'node:stream'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TryLaterError } from '../../../server/ingest/transport.ts'
import { highestOf, textAt, textsAt, valuesAt } from '../../../server/ingest/transports/http-poll/answer-path.ts'
import { readBounded, TooLongError } from '../../../server/ingest/transports/http-poll/bounded-body.ts'
import { httpPollSchema } from '../../../server/ingest/transports/http-poll/options.ts'
import type { HmacOptions } from '../../../server/ingest/transports/http-poll/options.ts'
import { refusalOf } from '../../../server/ingest/transports/http-poll/refusal.ts'
import type { HttpRequest } from '../../../server/ingest/transports/http-poll/request.ts'
import { signRequest } from '../../../server/ingest/transports/http-poll/signature.ts'
import { timeText } from '../../../server/ingest/transports/http-poll/time-text.ts'
import { fillTemplate } from '../../../server/ingest/transports/template.ts'
import { signedHeaders } from '../../../server/video/isecure-signature.ts'

describe('paths of an answer', () => {
  const answer = { data: { next: 7, list: [{ at: '2026-01-02' }, { at: '2026-01-10' }, {}, { at: 3 }] }, empty: '', list: null }
  it.each([
    ['', [answer]],
    ['data.next', [7]],
    ['data.list[].at', ['2026-01-02', '2026-01-10', 3]],
    ['data.list.1.at', ['2026-01-10']],
    ['data.none.more', []],
    ['list[]', []],
    ['data.next[]', []],
    ['__proto__', []],
    ['data.list.length', [4]],
  ])('%j', (path, expected) => {
    expect(valuesAt(answer, path)).toEqual(expected)
  })
  it('lead through lists that are the answer', () => expect(valuesAt([{ a: 1 }, { a: 2 }], '[].a')).toEqual([1, 2]))
  it('give texts and numbers as text', () => {
    expect(['data.next', 'empty', 'list', 'data'].map((path) => textAt(answer, path))).toEqual(['7', undefined, undefined, undefined])
  })
  it('tell the highest, by size for numbers', () => {
    const highest = (from: unknown, path: string, before: string | undefined): string | undefined => highestOf(textsAt(from, path), before)
    expect(highest({ list: [{ n: 9 }, { n: 10 }] }, 'list[].n', '8')).toBe('10')
    expect(highest({ list: [{ n: 9 }] }, 'list[].n', '80')).toBe('80')
    expect(highest(answer, 'data.list[].at', '2026-01-03')).toBe('3')
    expect(highest({}, 'list[].n', undefined)).toBeUndefined()
    expect(highest(undefined, 'list[].n', 'a')).toBe('a')
  })
  it('never fail, whatever the answer is', () => {
    fc.assert(fc.property(fc.anything(), fc.string(), (value, path) => Array.isArray(valuesAt(value, path))))
  })
})

describe('a body', () => {
  const text = 'Yanqing '.repeat(1_000)
  const packings = { identity: Buffer.from(text), gzip: gzipSync(text), br: brotliCompressSync(text), deflate: deflateSync(text) }
  it.each(Object.entries(packings))('is read and unpacked: %s', async (encoding, bytes) => {
    expect((await readBounded(Readable.from([bytes]), encoding, text.length)).toString()).toBe(text)
    await expect(readBounded(Readable.from([bytes]), encoding, text.length - 1)).rejects.toThrow(TooLongError)
  })
  it.each(['gzip', 'br', 'deflate'] as const)('that is damaged fails: %s', async (encoding) => {
    await expect(readBounded(Readable.from([packings[encoding].subarray(0, -5)]), encoding, 100_000)).rejects.toThrow()
  })
  it('that is a bomb is read no further than allowed', async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000))
    await expect(readBounded(Readable.from([bomb]), 'gzip', 1_000_000)).rejects.toThrow('more than 1000000 bytes')
  })
})

describe('signatures', () => {
  const request: HttpRequest = {
    method: 'POST',
    url: new URL('https://h.cn/artemis/api/x?b=2&a=1'),
    headers: { accept: '*/*', 'content-type': 'application/json' },
    body: '{}',
  }
  // what a schema makes of an hmac is an hmac
  const hmac = (options: object): HmacOptions =>
    httpPollSchema.parse({ auth: { type: 'hmac', keySecret: 'k', header: 'X-Sign', ...options } }).auth as HmacOptions
  const about = { key: 'Jefe', timestamp: '1700000000000', nonce: 'n-1' }
  const signed = (options: object): string | undefined => signRequest(request, hmac(options), about).headers['x-sign']

  it('are those of RFC 4231 and RFC 2202', () => {
    const sign = ['text:what do ya want ', 'text:for nothing?']
    expect(signed({ sign, separator: '', encoding: 'hex' })).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
    expect(signed({ sign, separator: '', encoding: 'hex', algorithm: 'sha1' })).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79')
  })

  it('can be those of iSecure Center', () => {
    const options = hmac({
      keyId: '2026',
      keyIdHeader: 'x-ca-key',
      sign: ['method', 'header:accept', 'header:content-type', 'line:x-ca-key', 'line:x-ca-nonce', 'line:x-ca-timestamp', 'path'],
      header: 'x-ca-signature',
      timestamp: { header: 'x-ca-timestamp' },
      nonceHeader: 'X-Ca-Nonce',
    })
    const named = { ...request, headers: { ...request.headers, 'x-ca-signature-headers': 'x-ca-key,x-ca-nonce,x-ca-timestamp' } }
    expect(signRequest(named, options, about).headers).toEqual(
      signedHeaders({ method: 'POST', path: '/artemis/api/x?b=2&a=1', key: '2026', secret: 'Jefe', nonce: 'n-1', timestamp: 1_700_000_000_000 }),
    )
  })

  it('can be made of every part of a request', () => {
    const parts = [
      'method',
      'path',
      'pathname',
      'query',
      'host',
      'timestamp',
      'nonce',
      'keyId',
      'body',
      'bodyDigest',
      'header:Accept',
      'line:Accept',
      'header:none',
    ]
    const md5 = 'mZFLkyvTelC5g8XnyQrpOw=='
    const text = `POST|/artemis/api/x?b=2&a=1|/artemis/api/x|a=1&b=2|h.cn|1700000000000|n-1|us|{}|${md5}|*/*|accept:*/*|`
    const options = { keyId: 'us', bodyDigest: 'md5-base64', separator: '|', prefix: 'HMAC ' }
    expect(signed({ ...options, sign: parts })).toBe(signed({ ...options, sign: [`text:${text}`] }))
    expect(signed({ ...options, sign: parts })).toMatch(/^HMAC [\w+/]{43}=$/)
  })

  it.each(['header', 'colour', 'text'])('refuse the part %j', (part) => {
    expect(() => hmac({ sign: [part] })).toThrow()
  })
})

describe('options', () => {
  it.each([
    [{ body: 'x' }, 'a GET has no body'],
    [{ paging: { style: 'page' } }, 'nothing asks for the next page'],
    [{ paging: { style: 'cursor', path: 'next' }, method: 'POST', body: '{{page}}' }, 'nothing asks for the next cursor'],
    [{ since: { path: 'a' } }, 'nothing asks for it'],
    [{ since: { path: 'a', param: 'a' }, paging: { style: 'cursor', path: 'next', param: 'c' } }, 'leave since out'],
  ])('%j: %s', (options, problem) => {
    expect(httpPollSchema.safeParse(options).error?.message).toContain(problem)
  })
  it('take what is written into a body for asking', () => {
    expect(
      httpPollSchema.safeParse({ method: 'POST', body: '{"p":{{ page }},"s":"{{since}}"}', paging: { style: 'page' }, since: { path: 'a' } }).success,
    ).toBe(true)
  })
})

describe('small parts', () => {
  it('times as upstreams want them', () => {
    const at = Date.UTC(2026, 10, 23, 16, 1, 2, 345)
    expect((['ms', 's', 'iso', 'local'] as const).map((format) => timeText(at, format, 'Asia/Shanghai'))).toEqual([
      '1795449662345',
      '1795449662',
      '2026-11-23T16:01:02.345Z',
      '2026-11-24 00:01:02',
    ])
  })

  it('templates write values so that they stay values', () => {
    const secrets = { secret: (name: string) => `<${name}&"` }
    const fill = (escape: 'none' | 'json' | 'url'): string => fillTemplate('{{a}} {{ none }} {{secret:k-1}} {x}', { a: 'x"$&' }, { secrets, escape })
    expect([fill('none'), fill('json'), fill('url')]).toEqual(['x"$&  <k-1&" {x}', 'x\\"$&  <k-1&\\" {x}', 'x%22%24%26  %3Ck-1%26%22 {x}'])
  })

  it('refusals say what the upstream says, and when to come again', () => {
    const refuse = (status: number, retryAfter?: string): Error =>
      refusalOf(
        {
          status,
          headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
          body: Buffer.from(`${'长'.repeat(300)}\n`),
          address: 'https://h/x',
        },
        Date.UTC(2026, 0, 1),
      )
    expect(refuse(500).message).toBe(`https://h/x: 500, it failed; it says "${'长'.repeat(200)}…"`)
    expect(refuse(418).message).toMatch(/^https:\/\/h\/x: 418; it says/)
    expect(refuse(429, '30')).toEqual(new TryLaterError(refuse(429).message, 30_000))
    const afters = [refuse(503, 'Thu, 01 Jan 2026 00:02:00 GMT'), refuse(503, 'Thu, 01 Jan 1970 00:00:00 GMT'), refuse(503, '9999999')]
    expect(afters.map((error) => (error instanceof TryLaterError ? error.afterMs : undefined))).toEqual([120_000, 0, 3_600_000])
    expect([refuse(503, 'soon'), refuse(500, '30'), refuse(429)].some((error) => error instanceof TryLaterError)).toBe(false)
  })
})
