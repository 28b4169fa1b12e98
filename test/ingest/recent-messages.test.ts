import { describe, expect, it } from 'vitest'
import type { Message } from '../../server/ingest/codec.ts'
import { RecentMessages } from '../../server/ingest/recent-messages.ts'
import { start } from '../support/facts.ts'
import { plainPrivacy } from '../support/privacy.ts'

const noted = (given: { readonly at?: number; readonly messages?: readonly Message[] } = {}) => ({
  at: start,
  origin: 'air/1',
  messages: [{ value: { no: 'A1' } }],
  facts: 1,
  rejected: 0,
  ...given,
})

describe('the latest messages of a feed', () => {
  it('are told oldest first, from a number on', () => {
    const recent = new RecentMessages(plainPrivacy())
    for (let second = 0; second < 3; second += 1) recent.note(noted({ at: start + second * 1_000 }))
    expect(recent.lines(0).map(({ number, at }) => [number, at - start])).toEqual([
      [1, 0],
      [2, 1_000],
      [3, 2_000],
    ])
    expect(recent.lines(2)).toEqual([{ number: 3, at: start + 2_000, origin: 'air/1', text: '{"no":"A1"}', facts: 1, rejected: 0 }])
    expect(recent.lines(3)).toEqual([])
  })

  it('are the last fifty, whatever came before', () => {
    const recent = new RecentMessages(plainPrivacy())
    for (let second = 0; second < 120; second += 1) recent.note(noted({ at: start + second * 1_000 }))
    expect(recent.lines(0).map(({ number }) => number)).toEqual(Array.from({ length: 50 }, (_, index) => 71 + index))
  })

  it('are some of a flood: twenty a second, numbered as all were', () => {
    const recent = new RecentMessages(plainPrivacy())
    for (let ms = 0; ms < 1_000; ms += 1) recent.note(noted({ at: start + ms }))
    expect(recent.lines(0)).toHaveLength(20)
    expect(recent.lines(0).at(-1)?.number).toBe(951)
  })

  it('are noted again by a clock that was set back', () => {
    const recent = new RecentMessages(plainPrivacy())
    recent.note(noted())
    recent.note(noted({ at: start - 3_600_000 }))
    expect(recent.lines(0)).toHaveLength(2)
  })

  it('are masked, as they were written where the value does not say it, and cut', () => {
    const recent = new RecentMessages(plainPrivacy())
    recent.note(
      noted({
        messages: [
          { value: { phone: '13800138000' } },
          { value: {}, text: '7e0200' },
          { refusal: { stage: 'decode', code: 'bad-syntax', detail: 'x' }, text: `{"手机": 13912345678 ${'x'.repeat(9_000)}` },
          { value: 'not shown' },
        ],
      }),
    )
    const [line] = recent.lines(0)
    expect(line?.text).toHaveLength(4_000)
    expect(line?.text).toMatch(/^\{"phone":"\*\*\*"\}\n7e0200\n\{"手机": "\*\*\*" xxx/)
  })

  it('hold no megabytes: of a message of many parts or of a long text only that there was one', () => {
    const recent = new RecentMessages(plainPrivacy())
    const many = { value: Array.from({ length: 5_000 }, (_, index) => ({ index })) }
    const long = { value: { deep: [{ text: 'x'.repeat(200_000) }] } }
    recent.note(noted({ messages: [many, long, { value: { no: 'A1' } }] }))
    const lines = recent.lines(0)[0]?.text.split('\n')
    expect(lines).toEqual([expect.stringMatching(/^… a message too large/), expect.stringMatching(/^… a message too large/), '{"no":"A1"}'])
    expect(recent.latest()).toBeUndefined()
  })

  it('give the first of the latest whole, as a sample', () => {
    const recent = new RecentMessages(plainPrivacy())
    expect(recent.latest()).toBeUndefined()
    const value = { no: 'A1', phone: '13800138000', text: '字'.repeat(5_000) }
    recent.note(noted({ messages: [{ value }, { value: { no: 'A2' } }] }))
    expect(recent.latest()?.origin).toBe('air/1')
    expect(JSON.parse(recent.latest()?.text ?? '')).toEqual({ ...value, phone: '***' })
  })

  it('of nothing decoded is an empty line', () => {
    const recent = new RecentMessages(plainPrivacy())
    recent.note(noted({ messages: [{ value: undefined }] }))
    expect(recent.lines(0).map(({ text }) => text)).toEqual([''])
  })
})
