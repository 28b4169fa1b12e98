import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Missing } from '../../contract/topic.ts'
import { evaluate, isMissing } from '../../server/core/formula-value.ts'
import type { Computed } from '../../server/core/formula-value.ts'
import { inputsOf, parseFormula } from '../../server/core/formula.ts'
import type { Formula } from '../../server/core/formula.ts'

function formulaOf(text: string): Formula {
  const parsed = parseFormula(text)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return parsed.formula
}

type Values = Readonly<Record<string, number>>

/** Evaluates with these values now and these at the start of the year. */
function valueOf(text: string, now: Values = {}, atStart: Values = {}): Computed | Missing {
  return evaluate(formulaOf(text), (input, isStart) => (isStart ? atStart : now)[input] ?? { why: isStart ? 'start' : 'input', input })
}

const numberOf = (text: string, now?: Values, atStart?: Values): number | string => {
  const found = valueOf(text, now, atStart)
  return isMissing(found) ? found.why : found.value
}

describe('given a formula', () => {
  test.each([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['100 / 10 / 2', 5],
    ['2 * -3', -6],
    ['--4', 4],
    ['-(2 - 5)', 3],
    ['1.5 * 4', 6],
    ['min(3, 1, 2)', 1],
    ['max(a - b, 0)', 0],
    ['a / b * 100', 40],
    ['(a - start(a)) / start(a) * 100', 100],
    ['3_rd + 1', 4],
    ['-0 * 5', 0],
  ])('when it is %s, then it is worth %d', (text, value) => {
    expect(numberOf(text, { a: 2, b: 5, '3_rd': 3 }, { a: 1 })).toBe(value)
  })

  test('when inputs are named, then each use is told once, in the order of the text', () => {
    expect(inputsOf(formulaOf('(b - start(b)) / min(a, b, start(b))'))).toEqual([
      { input: 'b', atStart: false },
      { input: 'b', atStart: true },
      { input: 'a', atStart: false },
    ])
  })

  test.each<[string, number | undefined, number | undefined]>([
    ['a / b', 97, 300],
    ['a / b * 100', 97, 300],
    ['100 * a / b', 97, 300],
    ['100 * (a / b)', 97, 300],
    ['(a - 1) * 10000 / (b + 1)', 96, 301],
    ['a * 2 / b', 194, 300],
    ['a / 10000', undefined, undefined],
    ['a / b / c', undefined, undefined],
    ['a / b + 1', undefined, undefined],
    ['a', undefined, undefined],
  ])('when it is %s, then its numerator is %s and its denominator %s', (text, numerator, denominator) => {
    expect(valueOf(text, { a: 97, b: 300, c: 1 })).toMatchObject({ numerator, denominator })
  })

  test('when a rate comes out even, then it reads so', () => {
    expect(numberOf('a / b * 100', { a: 7, b: 100 })).toBe(7)
  })
})

describe('given a formula with a mistake', () => {
  test.each([
    ['', 'at 1: found the end, expected a number, an input, start(…), min(…), max(…) or ('],
    ['a +', 'at 4: found the end, expected a number, an input, start(…), min(…), max(…) or ('],
    ['a b', 'at 3: found "b", expected + - * / or the end'],
    ['(a + b', 'at 7: found the end, expected + - * / or )'],
    ['a + b)', 'at 6: found ")", expected + - * / or the end'],
    ['a × b', 'at 3: found "×", expected + - * / or the end; write *'],
    ['（a）', 'at 1: found "（", expected a number, an input, start(…), min(…), max(…) or (; write ('],
    ['a % b', 'at 3: found "%", expected + - * / or the end'],
    ['star(a)', 'at 1: found "star", expected one of the functions start, min, max such as start'],
    ['round(a)', 'at 1: found "round", expected one of the functions start, min, max'],
    ['start(a + b)', 'at 9: found "+", expected + - * / or )'],
    ['start(1 +', 'at 9: found "+", expected + - * / or )'],
    ['start()', 'at 7: found ")", expected the name of an input'],
    ['max()', 'at 5: found ")", expected a number, an input, start(…), min(…), max(…) or ('],
    ['Served / asked', 'at 1: found "Served", expected the name of an input: lower-case letters, digits and _'],
    ['1.2.3', 'at 4: found ".", expected + - * / or the end'],
    ['9'.repeat(400), `at 1: found "${'9'.repeat(80)}…, expected a number that a computer can hold`],
    ['a'.repeat(1_001), 'found 1001 characters, expected at most 1000'],
  ])('when it is %j, then the place, what is there and what should be are told', (text, problem) => {
    const found = parseFormula(text)
    // numbers that look like personal ones are masked
    const told = 'problem' in found ? found.problem.replace(/"9?\*+9?…/, `"${'9'.repeat(80)}…`) : found
    expect(told).toBe(problem)
  })

  test('when an input is not known, then the nearest known ones are named', () => {
    expect(parseFormula('items_onlin / items', ['items', 'items_online'])).toEqual({
      problem: 'at 1: found "items_onlin", expected the id of an input in config/inputs.yaml such as items_online, items',
    })
    expect(parseFormula('items_online / items', ['items', 'items_online'])).toHaveProperty('formula')
  })

  test('when it is any text at all, then parsing never throws', () => {
    const pieces = fc.constantFrom('(', ')', '+', '-', '*', '/', ',', 'start', 'min', 'a', 'b1', '0', '2.5', '.', ' ', '数', '×', '\u{1F600}')
    const texts = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(pieces, { maxLength: 40 }).map((each) => each.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const parsed = parseFormula(text)
        expect('formula' in parsed || parsed.problem.length > 0).toBe(true)
      }),
      { numRuns: 500 },
    )
    for (const deep of ['('.repeat(1_000), '-'.repeat(1_000), `${'('.repeat(499)}1${')'.repeat(499)}`]) expect(() => parseFormula(deep)).not.toThrow()
  })
})

describe('given an input or a denominator that is missing', () => {
  test.each<[string, Missing]>([
    ['a / nothing * 100', { why: 'input', input: 'nothing' }],
    ['a - start(b)', { why: 'start', input: 'b' }],
    ['a / zero', { why: 'zero-denominator', input: 'zero' }],
    ['a / (b - b) * 100', { why: 'zero-denominator', input: '' }],
    ['1 + a / zero', { why: 'zero-denominator', input: 'zero' }],
    ['a / (b / zero)', { why: 'zero-denominator', input: 'zero' }],
    ['max(a, nothing)', { why: 'input', input: 'nothing' }],
    ['huge * huge', { why: 'overflow', input: '' }],
    ['huge / tiny', { why: 'overflow', input: '' }],
    ['a * huge / tiny * 100', { why: 'overflow', input: '' }],
  ])('when it is %s, then that is said, and no number', (text, missing) => {
    expect(valueOf(text, { a: 2, b: 5, zero: 0, huge: 1e200, tiny: 1e-200 })).toEqual(missing)
  })

  test('when values are any numbers at all, then a figure is finite or missing', () => {
    const texts = ['a / b * 100', 'a * b / (a - b)', '(a - start(a)) / start(a)', 'min(a, -b) + max(b, a) * a', '-(a + b) / 3']
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, -0, 1e308, -1e308, 5e-324))
    fc.assert(
      fc.property(fc.constantFrom(...texts), value, value, (text, a, b) => {
        const found = valueOf(text, { a, b }, { a: b })
        if (isMissing(found)) return
        for (const each of [found.value, found.numerator ?? 0, found.denominator ?? 1])
          expect(Number.isFinite(each) && !Object.is(each, -0)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
