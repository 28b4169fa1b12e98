import { describe, expect, test } from 'vitest'
import { personalNumberIn } from '../../server/core/personal-numbers.ts'
import { start } from '../support/facts.ts'

describe('a number in an id', () => {
  test.each([
    ['13800138000', 'mobile number'],
    ['T-13800138000', 'mobile number'],
    ['张三13800138000', 'mobile number'],
    ['8613800138000', 'mobile number'],
    ['１３８００１３８０００', 'mobile number'],
    ['138-0013-8000', 'mobile number'],
    ['11010519491231002X', 'identity card'],
    ['W11010519491231002x', 'identity card'],
    ['110105-19491231-002X', 'identity card'],
    ['4111111111111111', 'bank card'],
    ['6222021234567890128', 'bank card'],
  ])('%s is a %s', (text, kind) => {
    expect(personalNumberIn(text, start)).toBe(kind)
  })

  test.each([
    '20261124123456100',
    '138001380001',
    '12345678901',
    '110105194912310021',
    '4111111111111112',
    'SR 1-870704831',
    '620802001001',
    '88888880000001',
    '1795415400000',
    '2024-139-1234-56789',
    '',
  ])('%s is nobody’s', (text) => {
    expect(personalNumberIn(text, start)).toBeUndefined()
  })

  test('with a date of these years is an order’s, whatever its check digit says', () => {
    const orders = Array.from({ length: 1_000 }, (_, serial) => `62080220261124${String(serial).padStart(4, '0')}`)
    expect(orders.filter((order) => personalNumberIn(order, start) !== undefined)).toEqual([])
    // the same number is a person's for whom it is old enough
    expect(personalNumberIn('110105194912310028'.replace('0028', '002X'), start)).toBe('identity card')
  })
})
