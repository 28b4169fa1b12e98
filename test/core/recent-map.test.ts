import { expect, test } from 'vitest'
import { RecentMap } from '../../server/core/recent-map.ts'

test('what is used stays, what is not used for long is forgotten, and there is never more than was said', () => {
  const map = new RecentMap<number>(10)
  map.set('used', -1)
  for (let number = 0; number < 100; number += 1) {
    map.set(String(number), number)
    expect(map.get('used')).toBe(-1)
    const kept = Array.from({ length: number + 1 }, (_, each) => each).filter((each) => each === number)
    expect(kept.map((each) => map.get(String(each)))).toEqual([number])
  }
  const left = Array.from({ length: 100 }, (_, number) => map.get(String(number))).filter((value) => value !== undefined)
  expect(left.length).toBeLessThanOrEqual(10)
  expect(map.get('0')).toBeUndefined()
})

test('a value is replaced where it stands', () => {
  const map = new RecentMap<number>(2)
  map.set('a', 1)
  map.set('a', 2)
  map.set('b', 3)
  expect([map.get('b'), map.get('a')]).toEqual([3, 2])
})
