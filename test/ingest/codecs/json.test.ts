import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { limits, messagesOf, refusalOf, valuesOf } from './decoding.ts'

const envelope = '{"code":0,"data":{"list":[{"no":1},{"no":2}]}}'

describe('json', () => {
  it('takes one value, or the elements of an array, with their places', async () => {
    expect(await messagesOf('json', ' {"no":1}')).toEqual([{ value: { no: 1 }, text: ' {"no":1}' }])
    expect(await messagesOf('json', '[1,"b"]')).toEqual([
      { value: 1, place: '[0]' },
      { value: 'b', place: '[1]' },
    ])
    expect(await messagesOf('json', '[]')).toEqual([])
  })

  it('takes the list out of an envelope; null is an empty list', async () => {
    const options = { rows: 'data.list' }
    expect(await messagesOf('json', envelope, { options })).toEqual([
      { value: { no: 1 }, place: 'data.list[0]' },
      { value: { no: 2 }, place: 'data.list[1]' },
    ])
    expect(await valuesOf('json', '{"data":{"list":null}}', { options })).toEqual([])
  })

  it.each([
    ['{"code":401,"msg":"token expired"}', 'body: found an object with "code, msg", not the list that codec.rows "data.list" names'],
    ['{"data":{"list":{"no":1}}}', 'data.list: found an object with "no", not the list that codec.rows "data.list" names'],
    ['{"data":"none"}', 'data: found "none", not the list that codec.rows "data.list" names'],
    ['[1]', 'body: found a list, not the list that codec.rows "data.list" names'],
    ['{"__proto__":1}', 'body: found an object with "__proto__", not the list that codec.rows "data.list" names'],
  ])('says what stands in place of the list: %s', async (body, detail) => {
    expect(await refusalOf('json', body, { options: { rows: 'data.list' } })).toEqual({ stage: 'decode', code: 'bad-shape', detail })
  })

  it('counts a list inside an envelope too', async () => {
    const few = { ...limits, mostMessages: 1 }
    const detail = 'data.list: more than 1 messages in one body; send them in several requests, or split the file'
    expect(await refusalOf('json', envelope, { options: { rows: 'data.list' }, limits: few })).toMatchObject({ code: 'too-large', detail })
  })

  it('is UTF-8 unless something says otherwise', async () => {
    const body = iconv.encode('{"类别":"道路"}', 'gbk')
    expect((await refusalOf('json', body)).detail).toMatch(/^body, byte 3: not UTF-8, perhaps GBK/)
    expect(await valuesOf('json', body, { options: { encoding: 'gbk' } })).toEqual([{ 类别: '道路' }])
    expect(await valuesOf('json', body, { contentType: 'application/json; charset=GBK' })).toEqual([{ 类别: '道路' }])
    expect(await valuesOf('json', Buffer.from('\ufeff{"a":1}', 'utf16le'), { options: { encoding: 'auto' } })).toEqual([{ a: 1 }])
    const broken = Buffer.concat([body, Buffer.from('\n"'), Buffer.from([0xb5, 0x22])])
    expect((await refusalOf('json', broken, { options: { encoding: 'gb18030' } })).detail).toMatch(/^body, line 2, byte 2: not gb18030; /)
  })

  it('keeps what escapes say, halves of pairs among them, and is not deceived by __proto__', async () => {
    expect(await valuesOf('json', '[{"a":"\\ud800"},{"__proto__":{"x":1}}]')).toEqual([{ a: '\ud800' }, JSON.parse('{"__proto__":{"x":1}}')])
    expect((await refusalOf('json', '{"a":"\0"}')).code).toBe('bad-syntax')
    expect((await refusalOf('json', '['.repeat(1_000_000))).code).toBe('bad-shape')
  })
})

describe('ndjson', () => {
  it('refuses a bad line by itself, at its place', async () => {
    expect(await messagesOf('ndjson', '{"no":1}\n{"no":}\n\n{"no":3}\r\n')).toEqual([
      { value: { no: 1 }, text: '{"no":1}', place: 'line 1' },
      {
        refusal: {
          stage: 'decode',
          code: 'bad-syntax',
          detail: 'line 2, character 7: JSON cannot go on like this; send valid JSON (RFC 8259)',
        },
        text: '{"no":}',
        place: 'line 2',
      },
      { value: { no: 3 }, text: '{"no":3}\r', place: 'line 4' },
    ])
  })

  it('takes other encodings, and refuses the one line that is damaged', async () => {
    const lines = Buffer.concat([iconv.encode('"城管"\n"', 'gb18030'), Buffer.from([0xb5]), iconv.encode('"\n"环保"\n', 'gb18030')])
    expect(await valuesOf('ndjson', lines, { options: { encoding: 'gb18030' } })).toEqual([
      '城管',
      { stage: 'decode', code: 'bad-encoding', detail: 'line 2, byte 2: not gb18030; name its encoding' },
      '环保',
    ])
  })

  it('never loses a neighbour of a bad line', async () => {
    const line = fc.oneof(
      fc.json().map((text) => text.replaceAll(/[\r\n]/g, '')),
      fc.constantFrom('{', '"', '[1,]', 'x', '}{'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1 }), async (lines) => {
        const messages = await messagesOf('ndjson', lines.join('\n'))
        const good = lines.filter((text) => parses(text)).map((text) => JSON.parse(text) as unknown)
        expect(messages.flatMap((message) => ('refusal' in message ? [] : [message.value]))).toEqual(good)
      }),
    )
  })

  it('says that there is nothing, or too much', async () => {
    expect((await refusalOf('ndjson', '\n \n')).detail).toBe('body: empty; send one JSON value, an array, or one value per line')
    expect((await refusalOf('ndjson', '1\n2\n', { limits: { ...limits, mostMessages: 1 } })).code).toBe('too-large')
  })
})

function parses(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
