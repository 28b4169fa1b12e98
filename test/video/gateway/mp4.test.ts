import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Mp4Error, Mp4Reader } from '../../../server/video/gateway/mp4.ts'
import type { Fragment, Initialisation } from '../../../server/video/gateway/mp4.ts'

/** Three seconds of 64x36 at 5 fps with a key frame each second, as ffmpeg 5.1 wrote them. */
const written = (name: string): Buffer => readFileSync(new URL(`${name}.mp4`, import.meta.url))

function read(chunks: readonly Buffer[]): { readonly inits: readonly Initialisation[]; readonly fragments: readonly Fragment[] } {
  const inits: Initialisation[] = []
  const fragments: Fragment[] = []
  const reader = new Mp4Reader({ init: (init) => inits.push(init), fragment: (fragment) => fragments.push(fragment) })
  for (const chunk of chunks) reader.write(chunk)
  return { inits, fragments }
}

const types = (bytes: Buffer): readonly string[] => {
  const found: string[] = []
  for (let at = 0; at < bytes.length; at += bytes.readUInt32BE(at)) found.push(bytes.toString('latin1', at + 4, at + 8))
  return found
}

describe('what ffmpeg writes', () => {
  it.each([
    ['h264', 'avc1.4d400a'],
    ['h265', 'hvc1.1.6.L30.90'],
    ['mpeg4', 'mp4v'],
  ])('%s is taken apart into its beginning, %s, and one fragment for each key frame', (name, codec) => {
    const { inits, fragments } = read([written(name)])
    expect(inits.map((init) => init.codec)).toEqual([codec])
    expect(inits.map(({ body }) => types(body))).toEqual([['ftyp', 'moov']])
    expect(fragments.map(({ body }) => types(body))).toEqual(Array(3).fill(['moof', 'mdat']))
    expect(fragments.map(({ durationMs }) => Math.round(durationMs))).toEqual([1_000, 1_000, 1_000])
  })

  it('is read alike in whatever pieces it comes', () => {
    const whole = written('h264')
    const once = read([whole])
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: whole.length - 1 }), { maxLength: 40 }), (cuts) => {
        const ends = [...new Set(cuts), whole.length].sort((a, b) => a - b)
        expect(read(ends.map((end, index) => whole.subarray(ends[index - 1] ?? 0, end)))).toEqual(once)
      }),
    )
  })

  it('H.265 is called hvc1 in the bytes too, which is the name that all players take', () => {
    const body = read([written('h265')]).inits[0]?.body
    expect(body?.includes('hvc1')).toBe(true)
    expect(body?.includes('hev1')).toBe(false)
  })
})

describe('what is no MP4', () => {
  it('never does more than to throw Mp4Error', () => {
    const whole = written('h264')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
        const broken = Buffer.from(whole)
        broken[at] = byte
        try {
          read([broken])
        } catch (error) {
          expect(error).toBeInstanceOf(Mp4Error)
        }
      }),
    )
  })

  it.each([
    ['text', Buffer.from('HTTP/1.1 200 OK\r\n')],
    ['a box that is too long to be one', Buffer.from('7fffffff6d646174', 'hex')],
    ['a box shorter than its head', Buffer.from('000000046d646174', 'hex')],
    ['pictures without a beginning', Buffer.from('000000086d6f6f66000000086d646174', 'hex')],
    ['a beginning with nothing in it', Buffer.from('000000086d6f6f76', 'hex')],
  ])('%s', (_name, bytes) => {
    expect(() => read([bytes])).toThrow(Mp4Error)
  })
})
