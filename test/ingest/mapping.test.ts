import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { MapError } from '../../server/ingest/dialect.ts'
import { compileMapping } from '../../server/ingest/mapping.ts'
import { start } from '../support/facts.ts'
import { feedWith, smallRegistry } from '../support/feed-setting.ts'

const context = { feed: feedWith(), registry: smallRegistry, origin: 'air/7', receivedAt: start }

/** The candidates of a mapping that compiles. */
async function mapped(text: string, message: unknown = {}): Promise<readonly unknown[]> {
  const mapper = compileMapping(text)
  if (!mapper.ok) throw new Error(JSON.stringify(mapper.error))
  return mapper.value.map(message, context)
}

async function refusalOf(text: string, message: unknown = {}): Promise<{ readonly code: string; readonly detail: string } | undefined> {
  try {
    await mapped(text, message)
    return undefined
  } catch (error) {
    if (!(error instanceof MapError)) throw error
    return { code: error.code, detail: error.detail }
  }
}

const problemsOf = (text: string) => {
  const mapper = compileMapping(text)
  return mapper.ok ? [] : mapper.error
}

describe('given what people type', () => {
  test.each([
    ['{"kind"："x"}', 'line 1, column 8: ： is full-width punctuation: write : instead'],
    ['{“kind”: "x"}', 'line 1, column 2: “ is full-width punctuation: write " instead'],
    ['{\n "a": 1，"b": 2}', 'line 2, column 8: ， is full-width punctuation: write , instead'],
    ['$figure（x）', 'line 1, column 8: （ is full-width punctuation: write ( instead'],
  ])('when %s has full-width punctuation, then it is named with its place', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.objectContaining({ problem: expect.stringContaining(problem) as string })])
  })

  test('when full-width punctuation is in a text, a comment or a name, then it is right', async () => {
    expect(await mapped('/* 注：“一” */ {"title": "甲，乙：" & `水“位”` & 液位（米）}', { '水“位”': 1, '液位（米）': 2 })).toEqual([
      { title: '甲，乙：12' },
    ])
  })

  test('when a text never ends, then that is told in time that grows with its length', () => {
    expect(problemsOf(`1 ${'/*“'.repeat(20_000)}`)).toHaveLength(1)
  })

  test('when a name has brackets, then the refusal says to write it in backticks', async () => {
    const message = { '液位(米)': 1.2 }
    expect((await refusalOf('{"value": 液位(米)}', message))?.detail).toContain('a name with brackets in it is written in backticks: `液位(米)`')
    expect(await mapped('{"value": `液位(米)`}', message)).toEqual([{ value: 1.2 }])
  })

  test('when a number has a unit behind it, then the refusal says how to cut it off', async () => {
    expect((await refusalOf('{"value": $figure(v)}', { v: '1.2米' }))?.detail).toContain(
      '"1.2米" has a unit behind its number; cut it off: $figure($replace(text, "米", ""))',
    )
    expect(await mapped('{"value": $figure($replace(v, "米", ""))}', { v: '1.2米' })).toEqual([{ value: 1.2 }])
  })
})

describe('given a mapping', () => {
  test('when a message comes, then it becomes a fact in our words', async () => {
    const text = `{
      "kind": "sensor-reading",
      "sensor": mn,
      "quantity": $choice(factor, {"a34004": "pm25", "a34002": "pm10"}),
      "at": $instant(t),
      "value": $figure(v, -9999),
      "name": place.name,
      "place": $wgs84(place.x, place.y, 'wgs84'),
      "quality": nope
    }`
    const message = { mn: 'A7', factor: 'a34004', t: '2026-11-23 14:30:00', v: '35.2', place: { name: '东关站', x: 106.7, y: 35.5 } }
    expect(await mapped(text, message)).toEqual([
      { kind: 'sensor-reading', sensor: 'A7', quantity: 'pm25', at: start, value: 35.2, name: '东关站', place: [106.7, 35.5] },
    ])
  })

  test.each([
    ['nope', []],
    ['null', []],
    ['[]', []],
    ['rows[v > 5].{"id": n}', []],
    ['rows.{"id": n}', [{ id: 'a' }, { id: 'b' }]],
    ['[rows.{"id": n}]', [{ id: 'a' }, { id: 'b' }]],
    ['rows[0].{"id": n, "title": null, "type": x}', [{ id: 'a' }]],
    ['{"kind": "warning", "references": rows[0].n, "areas": rows.n}', [{ kind: 'warning', references: ['a'], areas: ['a', 'b'] }]],
  ])('when it gives %s, then the candidates are the objects', async (text, candidates) => {
    expect(
      await mapped(text, {
        rows: [
          { n: 'a', v: 1 },
          { n: 'b', v: 2 },
        ],
      }),
    ).toEqual(candidates)
  })

  test.each([
    ['5', 'mapping: result is 5; a fact is an object such as {"kind": "work-order", "id": …}, several are a list of them'],
    ['"done"', 'mapping: result is "done"; a fact is an object such as {"kind": "work-order", "id": …}, several are a list of them'],
    ['[{"a": 1}, 7]', 'mapping: result[1] is 7; a fact is an object such as {"kind": "work-order", "id": …}, several are a list of them'],
    ['$uppercase', 'mapping: result is a function; call it'],
    ['{"a": $uppercase}', 'mapping: result.a is a function; call it'],
    ['{"a": function($x){$x}}', 'mapping: result.a is a function; call it'],
    ['[1..1001].{"id": "x"}', 'mapping: gives 1001 facts, expected at most 1000 of one message; let the codec split it'],
    ['{"a": [[[[[[[[[1]]]]]]]]]}', 'mapping: result.a[0][0][0][0][0][0][0] is nested deeper than any fact'],
  ])('when it gives %s, then the message is refused', async (text, detail) => {
    expect(await refusalOf(text)).toEqual({ code: 'bad-shape', detail })
  })

  test('when it asks what it knows beside the message, then it is told', async () => {
    const text = '{"origin": $origin, "receivedAt": $receivedAt, "feed": $feed, "zone": $zone}'
    expect(await mapped(text)).toEqual([{ origin: 'air/7', receivedAt: start, feed: 'air', zone: 'Asia/Shanghai' }])
  })

  test('when its words hold personal data, then they are masked whatever it did', async () => {
    const phone = '13812345678'
    const words = `${phone} 反映`
    const fields = ['title', 'type', 'name', 'note', 'issuer', 'alarm', 'unit']
    const text = `{${fields.map((field) => `"${field}": words`).join(', ')}}`
    const [candidate] = await mapped(text, { words })
    expect(candidate).toEqual(Object.fromEntries(fields.map((field) => [field, '*** 反映'])))
  })

  test('when a list comes, then it is one message', async () => {
    expect(await mapped('$.{"id": n}', [{ n: 'a' }, { n: 'b' }])).toEqual([{ id: 'a' }, { id: 'b' }])
  })

  test('when two messages are mapped at once, then neither sees the other', async () => {
    const mapper = compileMapping('{"id": $map([1..50], function($n){ n & $string($n) })[49], "origin": $origin}')
    if (!mapper.ok) throw new Error('does not compile')
    const both = await Promise.all(['a', 'b'].map(async (n) => mapper.value.map({ n }, { ...context, origin: n })))
    expect(both).toEqual([[{ id: 'a50', origin: 'a' }], [{ id: 'b50', origin: 'b' }]])
  })
})

describe('given a text that is no mapping', () => {
  test.each([
    ['{"id": a b}', 9, 'line 1, column 10: Expected "}", got "b"'],
    ['{"id": 1,\n "at": }', 17, 'line 2, column 8: The symbol "}" cannot be used as a unary operator'],
    ['(', 0, 'line 1, column 1: Expected ")" before end of expression'],
    ['{"at": $now()}', 7, 'line 1, column 8: mappings have no $now; use $receivedAt, when the message came, in milliseconds'],
    ['$eval("1")', 0, 'line 1, column 1: mappings have no $eval; write the expression into the mapping itself'],
    ['{"a": 1,\n  "b": $instnat(t)}', 16, 'line 2, column 8: there is no "$instnat"; there are $instant'],
    ['{"a": $count}', undefined, undefined],
    ['($x := 1; $y := function($z){ $x + $z }; rows@$r#$i.{"a": $r, "b": $i, "c": $y($x)})', undefined, undefined],
  ])('when it is %s, then the problem has its place', (text, position, problem) => {
    expect(problemsOf(text)).toEqual(position === undefined ? [] : [{ path: 'mapping', position, problem }])
  })

  test('when several names are unknown, then each is told, in order', () => {
    expect(problemsOf('{"a": $aa, "b": $bb}').map(({ position }) => position)).toEqual([6, 16])
  })

  test.each(['$matches', '(?=a)b', '(a)\\1'])('when a pattern %s cannot be matched in linear time, then it is a problem at its place', (source) => {
    const problems = problemsOf(source.startsWith('$') ? '$matches("a")' : `$match(x, /${source}/)`)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.problem).toMatch(/^line 1, column \d+: (there is no "\$matches"; there are .*\$match|the pattern .* cannot be used: )/)
  })

  test('when a pattern is none at all, then it is a problem', () => {
    expect(problemsOf('$match(x, /a{2,1}/)')).toMatchObject([{ path: 'mapping', problem: expect.stringContaining('regular expression') as unknown }])
  })

  test('when it is longer than any mapping, then it is not looked at', () => {
    expect(problemsOf(`"${'a'.repeat(70_000)}"`)).toEqual([{ path: 'mapping', problem: 'has 70002 characters, expected at most 65536' }])
  })

  test('when it is nested without end, then it is a problem', () => {
    expect(problemsOf('('.repeat(60_000))).toHaveLength(1)
  })

  test('when it is anything at all, then compiling it never throws', () => {
    const words = fc.constantFrom(
      '{',
      '}',
      '(',
      ')',
      '[',
      ']',
      '"a"',
      ':',
      ',',
      '$x',
      '$now',
      ':=',
      'function',
      '/a+/',
      '@',
      '#',
      '|',
      '~>',
      '^',
      '%',
      '?',
      ' ',
    )
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (text) => {
          for (const { path, problem } of problemsOf(text)) expect([path, problem]).toEqual(['mapping', expect.stringMatching(/./)])
        },
      ),
    )
  })
})

describe('given a mapping that would stop the server', () => {
  const long = 'a'.repeat(50_000)
  const twice = (times: number): string => Array.from({ length: times }, () => '$x := {"a": $x, "b": $x}').join('; ')

  test.each([
    ['loops', '($f := function($x){ $f($x + 1) }; $f(0))', 'too-slow', /look for a loop/],
    ['recurses', '($f := function($x){ 1 + $f($x) }; $f(0))', 'too-slow', /nested deeper than 500/],
    ['maps too much', '[1..90000].$map([1..90000], function($x){ $x })', 'too-slow', /look for a loop/],
    ['doubles a text', '($f := function($s){ $f($s & $s) }; $f("x"))', 'too-slow', /a text or a list that grows/],
    ['doubles an object', `($x := {"a": 1}; ${twice(40)}; $x = $x)`, 'too-slow', /a text or a list that grows/],
    ['makes a long list', '[1..10000000]', 'too-slow', /more than 100000 elements/],
    ['appends for ever', '($f := function($l){ $f($append($l, $l)) }; $f([1]))', 'too-slow', /more than 100000 elements/],
    ['pads a text', '$pad("x", 1000000000)', 'too-slow', /\$pad\(width\): found 1000000000, expected at most 1000/],
    ['joins much', '$join([1..300].$$.long)', 'too-slow', /a text or a list that grows/],
    ['has a catastrophic pattern', '$match(long & "!", /^(a+)+$/)', undefined, undefined],
    ['has a catastrophic pattern and blanks', '$replace(long, /(a|aa)+b/, "x").{}', undefined, undefined],
    ['matches each letter of a text', '$match(long, /a/).{"id": 1}', undefined, undefined],
    [
      'has a pattern of very many steps',
      '$match(long, /((a?){0,500})((a?){0,400})$/)',
      'too-slow',
      /a pattern of \d+ steps over a text of 50000 characters/,
    ],
    ['searches a long text', '$contains(long & long & long, /b/)', 'too-slow', /cut it with \$substring first/],
  ])('when it %s, then the message is refused in good time', async (_, text, code, detail) => {
    const from = performance.now()
    const refused = await refusalOf(`(${text}; {"id": "x"})`, { long })
    expect(performance.now() - from).toBeLessThan(5_000)
    if (code !== undefined) expect(refused).toEqual({ code, detail: expect.stringMatching(detail) as unknown })
    // an engine that goes back would need longer than the world is old
    else if (refused !== undefined) expect(refused.code).toBe('too-slow')
  })

  test('when its facts are larger than anything needs, then the message is refused', async () => {
    expect(await refusalOf('[1..30].{"title": $$.long}', { long })).toEqual({
      code: 'bad-shape',
      detail: 'mapping: its facts are larger than 1048576 characters together; let the codec split the message',
    })
  })

  test('when a message is nested without end, then it is refused, or read', async () => {
    let deep: unknown = 1
    for (let level = 0; level < 100_000; level += 1) deep = { deep }
    expect(await refusalOf('$count(**) > 0 ? {"id": "x"}', deep)).toEqual({
      code: 'too-slow',
      detail: expect.stringContaining('nested too deep') as unknown,
    })
  })
})

describe('given a mapping that fails on a message', () => {
  test.each([
    [
      '{"value": $number(v)}',
      'mapping: Unable to cast value to a number: "n/a" (line 1, column 11 of the mapping); try it on this message at the bench',
    ],
    [
      '{\n "value": v * 2}',
      'mapping: The left side of the "*" operator must evaluate to a number (line 2, column 13 of the mapping); try it on this message at the bench',
    ],
    ['$error("no station " & v)', 'mapping: no station n/a (line 1, column 1 of the mapping); try it on this message at the bench'],
    ['( $now(); $now := 1; {} )', 'mappings have no $now; use $receivedAt, when the message came, in milliseconds (line 1, column 3 of the mapping)'],
  ])('when it is %s, then the place and the reason are told', async (text, detail) => {
    expect(await refusalOf(text, { v: 'n/a' })).toEqual({ code: 'bad-shape', detail })
  })

  test('when JSONata quotes a long value, then it is cut', async () => {
    expect((await refusalOf('$number(v)', { v: 'x'.repeat(5_000) }))?.detail.length).toBeLessThan(400)
  })
})

describe('given a hostile message', () => {
  // as: what JSON.parse gives
  const hostile = JSON.parse(
    '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}, "k": "__proto__", "_jsonata_lambda": true}',
  ) as object

  test.each([
    '{"id": k, "x": $.constructor}',
    '$merge([$, {"a": 1}])',
    '{k: {"polluted": 1}}',
    '$ ~> |$|{"__proto__": {"polluted": 1}}|',
    '$spread($)',
    '$each($, function($v, $n){ {$n: $v} })',
  ])('when %s maps it, then nothing but the candidates changes', async (text) => {
    const refused = await refusalOf(text, hostile)
    expect(refused === undefined || refused.code === 'bad-shape').toBe(true)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  test('when it names what every object has, then it is not there', async () => {
    expect(await mapped('{"a": x.constructor, "b": x.toString, "c": $lookup(x, "hasOwnProperty")}', { x: {} })).toEqual([{}])
  })
})

describe('given any message', () => {
  const mapper = compileMapping(
    `{"kind": "work-order", "id": id, "at": $instant(at), "title": $clean(title), "place": $wgs84(x, y, 'gcj02'), "unit": $unitId(unit), "value": $figure(v)}`,
  )

  test('when it is mapped, then there are candidates or a MapError, and the same again', async () => {
    const fields = fc.constantFrom('id', 'at', 'title', 'x', 'y', 'unit', 'v', '__proto__')
    const messages = fc.oneof(fc.jsonValue(), fc.dictionary(fields, fc.jsonValue()))
    const outcome = async (message: unknown): Promise<unknown> => {
      if (!mapper.ok) throw new Error('does not compile')
      return Promise.resolve(mapper.value.map(message, context)).catch((error: unknown) => {
        if (!(error instanceof MapError)) throw error
        return error.detail
      })
    }
    await fc.assert(
      fc.asyncProperty(messages, async (message) => {
        expect(await outcome(message)).toEqual(await outcome(message))
      }),
    )
  })
})
