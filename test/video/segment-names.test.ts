import { expect, test } from 'vitest'
import { minuteMs } from '../../contract/time.ts'
import { SegmentNames } from '../../server/video/segment-names.ts'

const hidden = { address: 'http://platform/one.ts', kind: 'media' } as const

test('addresses are forgotten when every name for them is over, whichever camera is named next', () => {
  const names = new SegmentNames(Buffer.alloc(32, 1))
  const name = names.name(hidden, 'a', 's', 0)
  names.name(hidden, 'b', 's', 9 * minuteMs)
  expect(names.resolve(name, 'a', 's', 9 * minuteMs)).toEqual(hidden)
  expect(names.sources).toBe(2)
  names.name(hidden, 'c', 's', 10 * minuteMs)
  expect(names.resolve(name, 'a', 's', 10 * minuteMs)).toBeUndefined()
  expect(names.sources).toBe(2)
})

test('a camera that is watched on is not forgotten', () => {
  const names = new SegmentNames(Buffer.alloc(32, 1))
  names.name(hidden, 'a', 's', 0)
  names.name(hidden, 'b', 's', 6 * minuteMs)
  const name = names.name(hidden, 'a', 's', 8 * minuteMs)
  names.name(hidden, 'c', 's', 16 * minuteMs)
  expect(names.sources).toBe(2)
  const again = new SegmentNames(Buffer.alloc(32, 1)).name(hidden, 'a', 's', 16 * minuteMs)
  expect(again).not.toBe(name)
  expect(names.resolve(again, 'a', 's', 16 * minuteMs)).toEqual(hidden)
})
