import { expect, test } from 'vitest'
import { minuteMs } from '../../contract/time.ts'
import { SegmentNames } from '../../server/video/segment-names.ts'

const hidden = { address: 'http://platform/one.ts', kind: 'media', sequence: 1, isRanged: false, quality: 'sub' } as const

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

test('a playlist is named once and asked for again and again: its name lasts while somebody does, whatever is named beside it', () => {
  const names = new SegmentNames(Buffer.alloc(32, 1))
  const variant = { ...hidden, address: 'http://platform/low.m3u8', kind: 'playlist', sequence: undefined } as const
  const name = names.name(variant, 'a', 's', 0)
  for (let minute = 0; minute < 600; minute += 1) {
    expect(names.resolve(name, 'a', 's', minute * minuteMs)).toEqual(variant)
    for (let segment = 0; segment < 30; segment += 1)
      names.name({ ...hidden, address: `http://platform/${String(minute * 30 + segment)}.ts` }, 'a', 's', minute * minuteMs)
  }
  names.name(hidden, 'b', 's', 610 * minuteMs)
  expect(names.resolve(name, 'a', 's', 610 * minuteMs)).toBeUndefined()
})

test('one address under two numbers is two things: a camera with few files writes them again', () => {
  const names = new SegmentNames(Buffer.alloc(32, 1))
  const later = { ...hidden, sequence: 11 }
  const [one, other] = [names.name(hidden, 'a', 's', 0), names.name(later, 'a', 's', 0)]
  expect(other).not.toBe(one)
  expect(names.resolve(other, 'a', 's', 0)).toEqual(later)
})
