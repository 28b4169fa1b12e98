import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { letGo, pulledUp, pulledUpMs, pullUp } from '../../client/src/video/pull-up.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  letGo()
  vi.useRealTimers()
})

test('a camera that somebody asks for stays in front for five minutes, then leaves by itself', () => {
  pullUp('a')
  vi.advanceTimersByTime(pulledUpMs - 1)
  expect(pulledUp.value).toBe('a')
  vi.advanceTimersByTime(1)
  expect(pulledUp.value).toBeUndefined()
})

test('the next one takes its place, with five minutes of its own', () => {
  pullUp('a')
  vi.advanceTimersByTime(pulledUpMs - 1)
  pullUp('b')
  vi.advanceTimersByTime(pulledUpMs - 1)
  expect(pulledUp.value).toBe('b')
  vi.advanceTimersByTime(1)
  expect(pulledUp.value).toBeUndefined()
})
