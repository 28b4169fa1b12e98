import { describe, expect, test } from 'vitest'
import type { Refusal } from '../../contract/rejection.ts'
import { causeOf } from '../../server/store/rejection-cause.ts'

const cause = (detail: string, given: Partial<Refusal> = {}): string => causeOf({ stage: 'map', code: 'bad-instant', detail, ...given })

describe('refusals of one cause', () => {
  test.each<[string, string, string]>([
    ['indexes and quoted texts', 'rows[3].tjrq: "x" is not a time', 'rows[17].tjrq: "2026-13-01 早" is not a time'],
    ['indexes between dots', 'rows.3.tjrq: found nothing', 'rows.1742.tjrq: found nothing'],
    ['line numbers', 'line 1, character 9: JSON cannot go on like this', 'line 20481, character 1: JSON cannot go on like this'],
    ['numbers of any form', 'value: 101 is above 100', 'value: -1,000.5 is above 3e10'],
    ['instants of any length', 'tjrq: 2026-11-23 14:21:08 is too early', 'tjrq: 2026-11-23 is too early'],
    ['escaped quotes', 'a: "say \\"x\\"" is unknown', 'a: "" is unknown'],
    ['a quote that was cut', 'a: found "崆峒区崆峒…; expected a number', 'a: found "x"; expected a number'],
    ['a detail that was cut in a quote', 'a: found "xyz', 'a: found "x'],
    ['single and Chinese quotes', "a: 'x' or “甲”", "a: 'yy' or “乙丙”"],
    ['bytes in hexadecimal', 'checksum 7e02 is not a0ff', 'checksum 9 is not 0123456789abcdef'],
    ['line breaks in a quote', 'a: "x\ny" is unknown', 'a: "x" is unknown'],
  ])('differ in %s', (_, one, other) => {
    expect(cause(one)).toBe(cause(other))
  })
})

describe('refusals of different causes', () => {
  test.each<[string, string, string]>([
    ['fields', 'rows[3].tjrq: "x" is not a time', 'rows[3].zxdw: "x" is not a time'],
    ['reasons', 'tjrq: "x" is not a time', 'tjrq: "x" is not a number'],
    ['apostrophes that quote nothing', "it isn’t there, and can't be", "it isn’t there, and can't be read"],
  ])('differ in %s', (_, one, other) => {
    expect(cause(one)).not.toBe(cause(other))
  })

  test('differ in stage or code', () => {
    const causes = [cause('x'), cause('x', { stage: 'decode' }), cause('x', { code: 'bad-shape' })]
    expect(new Set(causes).size).toBe(3)
  })
})

test('is short, and the same everywhere', () => {
  expect(cause('rows[3].tjrq: "x" is not a time')).toBe('9d6d30258162f149')
})

test.each([
  '"'.repeat(2_000),
  '1'.repeat(1_999) + 'g',
  'a1'.repeat(1_000),
  '"\\'.repeat(1_000),
  "'".repeat(2_000),
  '#-'.repeat(1_000),
  '1 '.repeat(1_000),
  '\ud800'.repeat(2_000),
])('takes next to no time for the worst of details', (detail) => {
  const began = performance.now()
  expect(cause(detail)).toMatch(/^[0-9a-f]{16}$/)
  expect(performance.now() - began).toBeLessThan(200)
})
