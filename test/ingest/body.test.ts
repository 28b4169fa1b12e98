import { gzipSync } from 'node:zlib'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { decodeBody, legibleBody } from '../../server/ingest/body.ts'
import type { BodyHeaders } from '../../server/ingest/body.ts'
import { openCodec } from '../../server/ingest/codecs/index.ts'
import type { OpenCodec } from '../../server/ingest/codecs/index.ts'

function codec(name: string, options: Readonly<Record<string, unknown>> = {}): OpenCodec {
  const opened = openCodec({ ...options, name }, undefined)
  if (!opened.ok) throw new Error(JSON.stringify(opened.error))
  return opened.value
}

const headers = (contentType?: string, contentEncoding?: string): BodyHeaders => ({ contentType, contentEncoding })
const gbk = iconv.encode('断面,水位\n八里桥,1\n', 'gbk')

describe('a body in JSON', () => {
  it('has the form that its Content-Type names', async () => {
    expect(await decodeBody(Buffer.from('[1,2]'), headers('application/json'), codec('json'))).toEqual({
      ok: true,
      value: [
        { value: 1, place: '[0]' },
        { value: 2, place: '[1]' },
      ],
    })
    expect(await decodeBody(Buffer.from('[1,2]\n'), headers('application/x-ndjson'), codec('json'))).toEqual({
      ok: true,
      value: [{ value: [1, 2], text: '[1,2]', place: 'line 1' }],
    })
    const rows = await decodeBody(Buffer.from('{"data":[1]}'), headers('application/json; charset=UTF-8'), codec('json', { rows: 'data' }))
    expect(rows).toEqual({ ok: true, value: [{ value: 1, place: 'data[0]' }] })
  })

  it.each([
    [undefined, 'unsupported-media-type', 'header Content-Type: found no Content-Type; send application/json or application/x-ndjson'],
    ['text/csv', 'unsupported-media-type', 'header Content-Type: found Content-Type "text/csv"; send application/json or application/x-ndjson'],
    [
      'application/json; charset=GBK',
      'bad-encoding',
      'header Content-Type: found charset "gbk"; convert to UTF-8 (iconv -t UTF-8) and send charset=utf-8',
    ],
  ])('is refused as %s', async (type, code, detail) => {
    expect(await decodeBody(Buffer.from('{}'), headers(type), codec('json'))).toEqual({
      ok: false,
      error: { refusal: { stage: 'receive', code, detail }, text: '{}' },
    })
  })
})

describe('a body of another codec', () => {
  it('may have any Content-Type, whose charset is a hint', async () => {
    const row = { ok: true, value: [{ value: { 断面: '八里桥', 水位: '1' }, place: 'line 2' }] }
    expect(await decodeBody(gbk, headers('application/json; charset=gbk'), codec('csv'))).toEqual(row)
    expect(await decodeBody(gbk, headers(undefined), codec('csv'))).toEqual(row)
    expect(await decodeBody(Buffer.from('{"a":1}\n'), headers('text/plain'), codec('ndjson'))).toMatchObject({ ok: true })
  })

  it('may be gzipped, as far as the limit', async () => {
    expect(await decodeBody(gzipSync(gbk), headers('text/csv', 'gzip'), codec('csv'))).toMatchObject({ ok: true })
    const bomb = gzipSync(Buffer.alloc(2_000))
    const small = { mostMessages: 10, mostBytes: 1_000 }
    expect(await decodeBody(bomb, headers('text/csv', 'gzip'), codec('csv'), small)).toMatchObject({
      error: { refusal: { code: 'too-large', detail: 'body: inflates to more than 1000 bytes; send it in several requests' } },
    })
    expect(await decodeBody(Buffer.alloc(2_000), headers('text/csv'), codec('csv'), small)).toMatchObject({
      error: { refusal: { stage: 'receive', code: 'too-large' } },
    })
  })

  it('is kept in hexadecimal when it is binary, else as legibly as can be', async () => {
    const refused = await decodeBody(gbk, headers('x', 'br'), codec('xlsx'))
    expect(refused).toMatchObject({ error: { text: gbk.toString('hex'), refusal: { code: 'unsupported-media-type' } } })
    expect(await decodeBody(gbk, headers('x', 'br'), codec('csv'))).toMatchObject({ error: { text: '断面,水位\n八里桥,1\n' } })
    expect(await decodeBody(gbk, headers('x'), codec('xlsx'))).toMatchObject({ error: { text: gbk.toString('hex') } })
    expect(await legibleBody(gzipSync(gbk), headers('text/csv', 'gzip'))).toBe('断面,水位\n八里桥,1\n')
  })

  it('lets through what says that there is no room', async () => {
    const full = (): never => {
      throw new Error('no room')
    }
    await expect(decodeBody(gzipSync(gbk), { ...headers('text/csv', 'gzip'), reserve: full }, codec('csv'))).rejects.toThrow('no room')
  })
})
