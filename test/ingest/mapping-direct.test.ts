import fc from 'fast-check'
import jsonata from 'jsonata'
import { describe, expect, test } from 'vitest'
import { MapError } from '../../server/ingest/dialect.ts'
import { compileMapping } from '../../server/ingest/mapping.ts'
import { compileDirect, notPlain } from '../../server/ingest/mapping/direct.ts'
import { start } from '../support/facts.ts'
import { feedWith, smallRegistry } from '../support/feed-setting.ts'

const context = { feed: feedWith(), registry: smallRegistry, origin: 'air/7', receivedAt: start }

function direct(text: string, message: unknown): unknown {
  return compileDirect(jsonata(text).ast())?.(message, context)
}

/** What a mapping makes of a message; of a refusal, what does not depend on where in the text it stands. */
async function outcome(text: string, message: unknown): Promise<unknown> {
  const mapper = compileMapping(text)
  if (!mapper.ok) throw new Error(JSON.stringify(mapper.error))
  try {
    return await mapper.value.map(message, context)
  } catch (error) {
    if (!(error instanceof MapError)) throw error
    return { code: error.code, detail: error.detail.replace(/ \(line \d+, column \d+ of the mapping\)/, '') }
  }
}

/** A program of two expressions is JSONata's alone. */
const byJsonata = (text: string): string => `($unused := 1; ${text})`

describe('given a mapping that only picks and calls', () => {
  test.each([
    ['{"id": a.b, "n": x}', { a: { b: 'A7' }, x: 3 }, { id: 'A7', n: 3 }],
    ['{"at": $instant(t), "place": $wgs84(x, y, "wgs84")}', { t: start, x: 106.7, y: '35.5' }, { at: start, place: [106.7, 35.5] }],
    ['{"q": $choice(f, {"a": "pm25"}, "other"), "o": $origin, "f": $feed, "z": $zone, "r": $receivedAt}', { f: 'a' }, undefined],
    ['x > 5 ? {"id": "A" & n} : {"id": "small"}', { x: 6, n: 12 }, { id: 'A12' }],
    ['{"value": (a + 1) * 2, "place": [x, y], "missing": nope}', { a: 2, x: 106, y: 35 }, { value: 6, place: [106, 35] }],
    ['[{"id": a}, {"id": b}]', { a: '1', b: '2' }, [{ id: '1' }, { id: '2' }]],
  ])('when a plain message comes to %s, then JSONata is not asked', (text, message, made) => {
    const result = direct(text, message)
    expect(result).not.toBe(notPlain)
    expect(result).toEqual(made ?? { q: 'pm25', o: context.origin, f: context.feed.id, z: context.feed.zone, r: context.receivedAt })
  })

  test.each([
    ['a path through a list', '{"id": rows.n}', { rows: [{ n: 1 }, { n: 2 }] }],
    ['a list', '{"id": list}', { list: [1] }],
    ['a message that is a list', '{"id": a}', [{ a: 1 }]],
    ['no object', '{"id": a}', 'text'],
    ['what a function refuses', '{"at": $instant(t)}', { t: 'soon' }],
    ['a number that JSONata rounds', '{"id": "A" & n}', { n: 0.1 }],
    ['what JSONata could take for its own', '{"id": a}', { a: 'x', tupleStream: true }],
  ])('when %s comes, then JSONata is asked', (_what, text, message) => {
    expect(direct(text, message)).toBe(notPlain)
  })

  test.each([
    'rows[0].n',
    '$sum(x)',
    'a.*',
    '**.b',
    '($x := 1; $x)',
    'a^(b)',
    'rows.{"n": n}',
    '$map(a, $instant)',
    'a{b: c}',
    'a ~> $instant',
    'a[]',
    '$$.a',
    '{a: 1}',
    '{"a": 1, "a": 2}',
  ])('when it says %s, then it is JSONata’s alone', (text) => {
    expect(direct(text, { a: 'x' })).toBeUndefined()
  })
})

describe('given any mapping and message', () => {
  const field = fc.constantFrom('a', 'b', 'c')
  const leaf = fc.oneof(
    field,
    fc.tuple(field, field).map((names) => names.join('.')),
    fc.constantFrom('1', '0', '-2.5', '"x"', '""', '"12"', 'true', 'false', 'null', '$origin', '$receivedAt'),
  )
  const { expression } = fc.letrec<{ expression: string }>((tie) => {
    const inner = tie('expression')
    return {
      expression: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        leaf,
        fc
          .tuple(inner, fc.constantFrom('=', '!=', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '&', 'and', 'or'), inner)
          .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
        fc.tuple(inner, inner, inner).map(([is, then, otherwise]) => `(${is} ? ${then} : ${otherwise})`),
        fc.tuple(inner, inner).map(([is, then]) => `(${is} ? ${then})`),
        fc.tuple(fc.constantFrom('instant', 'figure', 'clean', 'unitId', 'block'), inner).map(([name, given]) => `$${name}(${given})`),
        fc.tuple(inner, inner).map(([one, other]) => `$choice(${one}, {"x": ${other}, "1": "y"}, ${other})`),
        fc.tuple(inner, inner).map(([one, other]) => `$wgs84(${one}, ${other}, "gcj02")`),
        fc.array(inner, { maxLength: 3 }).map((parts) => `[${parts.join(', ')}]`),
        fc.tuple(inner, inner).map(([one, other]) => `{"id": ${one}, "7": ${other}}`),
      ),
    }
  })
  const single = fc.constantFrom<unknown>(null, true, false, '', 'x', '12', '2026-11-23 14:30:00', 0, 1, -3, 0.1, 106.7, 35.5, 1e21, start)
  const odd = fc.oneof(
    fc.array(single, { maxLength: 2 }),
    fc.dictionary(fc.constantFrom('sequence', 'tupleStream', '_jsonata_lambda', '__proto__'), single),
  )
  const inner = fc.oneof({ arbitrary: single, weight: 6 }, { arbitrary: odd, weight: 1 })
  const value = fc.oneof(
    { arbitrary: fc.record({ a: inner, b: inner, c: fc.record({ a: inner, b: inner }) }, { requiredKeys: ['b'] }), weight: 8 },
    { arbitrary: inner, weight: 1 },
  )

  test('when it is evaluated at once, then what comes of it is what JSONata makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(expression, value, async (said, message) => {
        const text = `{"id": ${said}}`
        expect(await outcome(text, message)).toEqual(await outcome(byJsonata(text), message))
      }),
      { numRuns: 500 },
    )
  })
})
