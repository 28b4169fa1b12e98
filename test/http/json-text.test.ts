import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offendingOffset } from '../../server/ingest/json-grammar.ts'
import { parseJson } from '../../server/ingest/json-text.ts'
import { firstBadByte, legible } from '../../server/ingest/legible-text.ts'

/** What JSON.parse says of a text; undefined when it takes it. */
function objection(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof SyntaxError ? error.message : 'another error'
  }
}

/** Whether the only thing wrong with a text is that it ends. */
function couldGoOn(text: string): boolean {
  const said = objection(text)
  if (said === undefined || said.includes('Unexpected end')) return true
  return Number(/at position (\d+)/.exec(said)?.[1]) >= text.length
}

const damaged = fc
  .tuple(fc.json(), fc.nat(), fc.constantFrom('', '}', ']', ',', ':', '"', 'x', '-', '\\', '\n', '{', '['))
  .map(([text, at, put]) => `${text.slice(0, at % (text.length + 1))}${put}${text.slice((at % (text.length + 1)) + 1)}`)

describe('the place of a mistake', () => {
  it.each([
    ['{"a": }', 6],
    ['[1,]', 3],
    ['{"a" 1}', 5],
    ['{,}', 1],
    ["{'a':1}", 1],
    ['[1 2]', 3],
    ['01', 1],
    ['1.', 1],
    ['tru', 0],
    ['"a\nb"', 2],
    ['"\\x"', 1],
    ['[}', 1],
    ['{"a":1}]', 7],
    ['\u00a01', 0],
    ['[1', 2],
    ['"abc', 4],
    ['', 0],
  ])('in %j is %i', (text, offset) => {
    expect(offendingOffset(text)).toBe(offset)
  })

  it('is nowhere in what JSON.parse takes', () => {
    fc.assert(fc.property(fc.json(), (text) => offendingOffset(text) === text.length))
  })

  it('is in all that JSON.parse refuses, and nothing before it is wrong', () => {
    fc.assert(
      fc.property(damaged, (text) => {
        const at = offendingOffset(text)
        if (objection(text) === undefined) return at === text.length
        return couldGoOn(text.slice(0, at))
      }),
      { numRuns: 2_000 },
    )
  })

  it('is found in texts of any length without running out of stack', () => {
    expect(offendingOffset(`[${'"\\u0041",'.repeat(200_000)}${'7'.repeat(2_000_000)}x]`)).toBe(1 + 9 * 200_000 + 2_000_000)
    expect(offendingOffset('['.repeat(1_000_000))).toBe(1_000_000)
  })
})

describe('parseJson', () => {
  it('takes what JSON.parse takes, to the same value', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseJson(text, 'body')).toEqual({ ok: true, value: JSON.parse(text) as unknown })
      }),
    )
  })

  it('never tells of the text but its place', () => {
    const refused = parseJson('{"phone": 13800138000 "name"}', 'line 7')
    expect(refused).toEqual({
      ok: false,
      error: { stage: 'decode', code: 'bad-syntax', detail: 'line 7, character 23: JSON cannot go on like this; send valid JSON (RFC 8259)' },
    })
  })

  it('takes 64 levels and refuses the next, telling where it begins', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth)
    expect(parseJson(nested(64), 'body').ok).toBe(true)
    expect(parseJson(` ${nested(65)}`, 'body')).toMatchObject({
      error: { code: 'bad-shape', detail: 'body, character 66: nested deeper than 64 levels; send the values one level up' },
    })
  })

  it('counts elements of a list, not the fields of an object', () => {
    const fields = Array.from({ length: 100_001 }, (_, at) => `"k${String(at)}":0`).join()
    expect(parseJson(`{${fields}}`, 'body').ok).toBe(true)
    expect(parseJson(` [${'0,'.repeat(99_999)}0]`, 'body').ok).toBe(true)
    expect(parseJson(` [${'0,'.repeat(100_000)}0]`, 'body')).toMatchObject({ error: { code: 'too-large' } })
  })
})

describe('bytes of unknown writing', () => {
  it('are told apart from UTF-8 at the right byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.constantFrom(0xff, 0x80, 0xc0), fc.string(), (before, bad, after) => {
        const bytes = Buffer.concat([Buffer.from(before), Buffer.from([bad]), Buffer.from(after)])
        expect(firstBadByte(bytes)).toBe(Buffer.byteLength(before))
      }),
    )
    expect(firstBadByte(Buffer.from('全部 \uFFFD 正常'))).toBe(Buffer.byteLength('全部 \uFFFD 正常'))
  })

  it.each([
    ['UTF-8', Buffer.from('城管'), undefined, '城管'],
    ['UTF-8, cut in a character', Buffer.from('城管').subarray(0, 5), undefined, '城'],
    ['GB18030 that nobody named', Buffer.from([0xb3, 0xc7, 0xb9, 0xdc]), undefined, '城管'],
    ['UTF-16 that was named', Buffer.from('\ufeff城管', 'utf16le'), 'utf-16le', '城管'],
    ['a charset that does not exist', Buffer.from('abc'), 'klingon', 'abc'],
    ['no text at all', Buffer.from([0xff, 0xff]), undefined, '\uFFFD\uFFFD'],
  ])('are made legible: %s', (_what, bytes, charset, text) => {
    expect(legible(bytes, charset)).toBe(text)
  })
})
