import { describe, expect, test } from 'vitest'
import type { Picture } from '../../client/src/live/picture.ts'
import { applyFrames, emptyPicture, fromSnapshot } from '../../client/src/live/picture.ts'
import type { Frame, HelloAnswer, Patch } from '../../contract/protocol.ts'
import type { Entity, TopicName } from '../../contract/topic.ts'
import { town } from '../support/fake-source.ts'

const snapshot = (seq: number, topics: Record<TopicName, readonly Entity[]>): Extract<HelloAnswer, { type: 'snapshot' }> => ({
  type: 'snapshot',
  epoch: 'e.1',
  seq,
  now: 1_000,
  build: 'b',
  topics,
})
const frame = (seq: number, patches: Record<TopicName, Patch> = {}, epoch = 'e.1'): Frame => ({ epoch, seq, now: 1_000 + seq, patches })

function applied(picture: Picture, ...frames: readonly Frame[]): Picture {
  const next = applyFrames(picture, frames)
  if (next === 'gap') throw new Error('gap')
  return next
}

const start = fromSnapshot(emptyPicture, snapshot(3, { towns: [town('a', 1), town('b', 2)], feeds: [town('x', 1)] }))

describe('picture', () => {
  test('[P1.3] a snapshot is the whole picture', () => {
    expect(start).toEqual({
      position: { epoch: 'e.1', seq: 3 },
      topics: new Map([
        [
          'towns',
          new Map([
            ['a', town('a', 1)],
            ['b', town('b', 2)],
          ]),
        ],
        ['feeds', new Map([['x', town('x', 1)]])],
      ]),
    })
  })

  test('[P3.1] a frame puts and removes whole entities', () => {
    const next = applied(start, frame(4, { towns: { upsert: [town('b', 9), town('c', 3)], remove: ['a'] } }))
    expect(next.topics.get('towns')).toEqual(
      new Map([
        ['b', town('b', 9)],
        ['c', town('c', 3)],
      ]),
    )
    expect(next.position).toEqual({ epoch: 'e.1', seq: 4 })
  })

  test('[P3.3] a frame applied twice changes nothing', () => {
    const change = frame(4, { towns: { upsert: [town('b', 9)], remove: ['a'] } })
    const once = applied(start, change)
    expect(applied(once, change)).toBe(once)
  })

  test('[P3.3] a frame that says what a snapshot already held changes the position only', () => {
    const next = applied(start, frame(4, { towns: { upsert: [town('a', 1)], remove: ['gone'] } }))
    expect(next.position?.seq).toBe(4)
    expect(next.topics).toBe(start.topics)
  })

  test('topics that a frame does not touch keep their map, entities that it does not touch theirs', () => {
    const next = applied(start, frame(4, { towns: { upsert: [town('b', 9)] } }))
    expect(next.topics.get('feeds')).toBe(start.topics.get('feeds'))
    expect(next.topics.get('towns')?.get('a')).toBe(start.topics.get('towns')?.get('a'))
    expect(start.topics.get('towns')?.get('b')).toEqual(town('b', 2))
  })

  test('a snapshot that repeats what is held keeps every identity', () => {
    const repeated = snapshot(70, { towns: [town('a', 1), town('b', 3)], feeds: [town('x', 1)] })
    const again = fromSnapshot(start, JSON.parse(JSON.stringify(repeated)) as typeof repeated)
    expect(again.topics.get('feeds')).toBe(start.topics.get('feeds'))
    expect(again.topics.get('towns')?.get('a')).toBe(start.topics.get('towns')?.get('a'))
    expect(again.topics.get('towns')?.get('b')?.id).toBe('b')
    expect(again.topics.get('towns')).not.toBe(start.topics.get('towns'))
  })

  test('[P2.1] a missing frame is a gap, and so is a frame of another epoch or before any snapshot', () => {
    expect(applyFrames(start, [frame(5)])).toBe('gap')
    expect(applyFrames(start, [frame(4, {}, 'e.2')])).toBe('gap')
    expect(applyFrames(emptyPicture, [frame(1)])).toBe('gap')
  })

  test('[P4.2] a catch-up applies its frames in order and skips those already applied', () => {
    const next = applied(
      start,
      frame(3, { towns: { remove: ['a'] } }),
      frame(4, { towns: { upsert: [town('a', 5)] } }),
      frame(5, { towns: { upsert: [town('a', 6)], remove: ['b'] } }),
    )
    expect(next.topics.get('towns')).toEqual(new Map([['a', town('a', 6)]]))
    expect(applyFrames(start, [frame(4), frame(6)])).toBe('gap')
    expect(applied(start)).toBe(start)
  })
})
