import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { codecs, openCodec } from '../../../server/ingest/codecs/index.ts'
import { decodeWith, limits, messagesOf, refusalOf, sampleOf } from './decoding.ts'

const names = codecs.map(({ name }) => name)

describe.each(codecs)('codec $name', { timeout: 30_000 }, ({ name, options, summary, isBinary }) => {
  it('has a sample that decodes to whole messages', async () => {
    const { options: given, body } = sampleOf(name)
    const messages = await messagesOf(name, body, { options: given })
    expect(messages.length).toBeGreaterThan(0)
    expect(messages.filter((message) => 'refusal' in message)).toEqual([])
    expect(messages.every(({ place }) => place !== undefined)).toBe(true)
  })

  it('describes itself and each of its options in both languages', () => {
    expect(summary.zh).toMatch(/\p{Script=Han}/u)
    expect(summary.en).toMatch(/^[A-Za-z]/)
    expect(options).toBeInstanceOf(z.ZodObject)
    // checked on the line above
    for (const [option, schema] of Object.entries((options as z.ZodObject<Record<string, z.ZodType>>).shape))
      expect(schema.description, option).toMatch(/\p{Script=Han}.* · /u)
  })

  it('works without any option', () => {
    expect(openCodec(name, undefined)).toMatchObject({ ok: true, value: { name, isBinary } })
  })

  it('never throws, whatever the bytes', async () => {
    const { body } = sampleOf(name)
    const damaged = fc.tuple(fc.nat(body.length), fc.uint8Array({ maxLength: 20 }), fc.nat(20)).map(([at, put, cut]) => {
      return Buffer.concat([body.subarray(0, at), put, body.subarray(Math.min(body.length, at + cut))])
    })
    // a workbook that is whole enough costs a thread
    const numRuns = name === 'xlsx' ? 20 : 200
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged), async (bytes) => {
        const decoded = await decodeWith(name, Buffer.from(bytes))
        if (!decoded.ok) expect(decoded.error.refusal.detail).toMatch(/: .*; |: empty; /s)
      }),
      { numRuns },
    )
  })

  it('refuses a body above the limit before it looks into it', async () => {
    const detail = 'body: 20971520 bytes, more than 10485760; send it in several parts, or raise limits.messageBytes'
    expect(await refusalOf(name, Buffer.alloc(20 * 1024 * 1024, 0x5b))).toEqual({ stage: 'receive', code: 'too-large', detail })
  })
})

describe('a feed names its codec', () => {
  it('by name, by name with options, or not at all', async () => {
    expect(openCodec('csv', 'json')).toMatchObject({ value: { name: 'csv' } })
    expect(openCodec(undefined, 'json')).toMatchObject({ value: { name: 'json' } })
    const opened = openCodec({ name: 'json', rows: 'data' }, undefined)
    const decoded = opened.ok ? await opened.value.decode({ body: Buffer.from('{"data":[7]}'), origin: '' }, limits) : undefined
    expect(decoded).toEqual({ ok: true, value: [{ value: 7, place: 'data[0]' }] })
  })

  it('and is told what is wrong, and the cure', () => {
    const problem = `"exel" is no codec; name one of ${names.join(', ')}`
    expect(openCodec('exel', undefined)).toEqual({ ok: false, error: [{ path: 'codec', problem }] })
    expect(openCodec({ name: 'exel' }, 'json')).toEqual({ ok: false, error: [{ path: 'codec.name', problem }] })
    expect(openCodec(undefined, undefined)).toEqual({
      ok: false,
      error: [{ path: 'codec', problem: `left out, and this source has no usual one; name one of ${names.join(', ')}` }],
    })
    expect(openCodec({ name: 'json', row: 'data.list', rows: 'a b' }, undefined)).toEqual({
      ok: false,
      error: [
        { path: 'codec.rows', problem: 'names with dots between them, such as data.list' },
        { path: 'codec.row', problem: 'no such option; json has rows, encoding' },
      ],
    })
  })
})
