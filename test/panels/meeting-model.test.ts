import { describe, expect, it } from 'vitest'
import type { CurvePoint, IndicatorDetail, UnitFigure } from '../../contract/drill.ts'
import type { MeetingItemKind } from '../../contract/meeting.ts'
import type { IndicatorState } from '../../contract/topic.ts'
import { minuteMs } from '../../contract/time.ts'
import { added, dropped, minutesOf, moved, timed } from '../../client/src/desk/meeting/draft.ts'
import {
  asOfCutOff,
  decisionNumber,
  itemClock,
  minutesAndSeconds,
  neighbourOf,
  outcomeCounts,
  outcomeOf,
  railOf,
  withoutNames,
  worstFirst,
} from '../../client/src/meeting/model.ts'
import { lastDecisions } from '../../client/src/panels/last-decisions/model.ts'
import { start } from '../support/facts.ts'
import { decided, decidedOrder, meetingState } from '../support/meeting-state.ts'

const items = (...kinds: readonly MeetingItemKind[]) =>
  kinds.map((kind, index) => ({ id: `i${String(index + 1)}`, kind, title: kind, minutes: 4, spentMs: 0 }))

describe('the rail of a meeting', () => {
  it('gathers neighbours of one kind, counts where it is among them, and ticks what is behind', () => {
    const meeting = meetingState({ items: items('decisions', 'indicator', 'indicator', 'indicator', 'channel'), item: 'i3' })
    expect(railOf(meeting)).toEqual([
      { kind: 'decisions', count: 1, current: undefined, isPast: true },
      { kind: 'indicator', count: 3, current: 2, isPast: false },
      { kind: 'channel', count: 1, current: undefined, isPast: false },
    ])
  })

  it('ends at both ends', () => {
    const meeting = meetingState({ items: items('decisions', 'channel') })
    expect([neighbourOf(meeting, -1)?.id, neighbourOf(meeting, 1)?.id, neighbourOf({ ...meeting, item: 'i2' }, 1)?.id]).toEqual([
      undefined,
      'i2',
      undefined,
    ])
  })
})

describe('the clock of an item', () => {
  const meeting = meetingState({ items: items('indicator').map((item) => ({ ...item, spentMs: minuteMs })) })
  it('runs on from earlier turns, and says when the time is over', () => {
    expect(itemClock(meeting, start + minuteMs)).toEqual({ spentMs: 2 * minuteMs, plannedMs: 4 * minuteMs, share: 0.5, isOver: false })
    expect(itemClock(meeting, start + 4 * minuteMs)).toMatchObject({ share: 1, isOver: true })
  })
  it('never runs backwards, and stands once the meeting is over', () => {
    expect(itemClock(meeting, start - minuteMs).spentMs).toBe(minuteMs)
    expect(itemClock({ ...meeting, state: 'closed' }, start + minuteMs).spentMs).toBe(minuteMs)
  })
  it('is written in minutes and seconds, also beyond the hour', () => {
    expect([0, 161_000, 3_725_999].map(minutesAndSeconds)).toEqual(['00:00', '02:41', '62:05'])
  })
})

describe('what became of a decision', () => {
  it('follows from its order', () => {
    expect(outcomeOf(undefined)).toBe('noted')
    expect(outcomeOf(decidedOrder())).toBe('running')
    expect(outcomeOf(decidedOrder({ clock: 'overdue' }))).toBe('overdue')
    expect(outcomeOf(decidedOrder({ stage: 'submitted', clock: 'running' }))).toBe('submitted')
    expect(outcomeOf(decidedOrder({ stage: 'closed', clock: 'settled' }))).toBe('done')
    expect(outcomeOf(decidedOrder({ stage: 'cancelled', clock: 'settled' }))).toBe('cancelled')
  })

  it('is told worst first, and counted', () => {
    const done = decidedOrder({ stage: 'closed' })
    const decisions = [
      decided(1, { order: done }),
      decided(2),
      decided(3, { order: decidedOrder({ clock: 'overdue' }) }),
      decided(4, { order: done }),
    ]
    expect(worstFirst(decisions).map(({ no }) => no)).toEqual([3, 1, 4, 2])
    expect(outcomeCounts(decisions)).toEqual([
      { outcome: 'overdue', count: 1 },
      { outcome: 'done', count: 2 },
      { outcome: 'noted', count: 1 },
    ])
  })

  it('has a number by the day of the district', () => {
    // already the 24th in Shanghai
    expect(decisionNumber({ openedAt: Date.UTC(2026, 10, 23, 16) }, 3, 'Asia/Shanghai')).toBe('1124-3')
  })
})

it('takes names out of a text, the longer ones before those within them', () => {
  expect(withoutNames('区住建局、住建局和东关街道限期整改', ['住建局', '区住建局', '东关街道', ''], '某单位')).toBe('某单位、某单位和某单位限期整改')
})

describe('a figure as of the cut-off', () => {
  const point = (at: number, last: number): CurvePoint => ({ at, min: last, max: last, last })
  const unit = (id: string, observedAt: number | undefined) => ({ unit: id, observedAt }) as UnitFigure
  // as: of an answer only what is cut back
  const detail = {
    curve: [point(10, 1), point(20, 2), point(31, 3)],
    corrections: [
      { at: 5, from: 1, to: 2, receivedAt: 30 },
      { at: 6, from: 1, to: 2, receivedAt: 31 },
    ],
    units: [unit('a', 30), unit('b', 31), unit('c', undefined)],
  } as unknown as IndicatorDetail
  it('keeps nothing that came later: its last value is the frozen one, also where a bucket reaches beyond', () => {
    const { detail: cut, unitsLeftOut } = asOfCutOff(detail, { value: 2.5, observedAt: 28 } as IndicatorState, 30)
    expect(cut.curve).toEqual([point(10, 1), point(20, 2), point(28, 2.5)])
    expect(cut.corrections).toEqual([detail.corrections[0]])
    expect([cut.units.map(({ unit: id }) => id), unitsLeftOut]).toEqual([['a', 'c'], 1])
  })
  it('has what the server knows until then where there was no value', () => {
    expect(asOfCutOff(detail, undefined, 30).detail.curve).toEqual([point(10, 1), point(20, 2)])
  })
})

describe('an agenda that is drawn up', () => {
  const [a, b, end] = [
    { kind: 'indicator', ref: 'a', title: 'a', minutes: 4 },
    { kind: 'channel', ref: 'b', title: 'b', minutes: 2 },
    { kind: 'read-back', title: '复述决定', minutes: 2 },
  ] as const
  it('is reordered, cut, timed and added to, before the reading back', () => {
    expect(moved([a, b, end], 1, -1)).toEqual([b, a, end])
    expect(moved([a, b], 1, 1)).toEqual([a, b])
    expect(dropped([a, b, end], 0)).toEqual([b, end])
    expect(added([a, end], '防汛')).toEqual([a, { kind: 'topic', title: '防汛', minutes: 5 }, end])
    expect(added([a], '防汛')).toEqual([a, { kind: 'topic', title: '防汛', minutes: 5 }])
    expect(minutesOf([a, b, end])).toBe(8)
  })
  it('has whole minutes of at least one', () => {
    expect([0, Number.NaN, 2.6, 999].map((minutes) => timed([a], 0, minutes)[0]?.minutes)).toEqual([1, 1, 3, 120])
  })
})

describe('decisions of the last meeting on the dispatch screen', () => {
  const late = (no: number, day: string) => decided(no, { order: decidedOrder({ clock: 'overdue', dueAt: Date.parse(day) }) })

  it('are those of the meeting that was over last, by outcome, the longest overdue told first', () => {
    const decisions = [decided(1), decided(2, { order: decidedOrder({ stage: 'closed' }) }), late(3, '2026-11-20'), late(4, '2026-11-10')]
    const over = { state: 'closed' as const, closedAt: start }
    const last = lastDecisions([
      meetingState({ id: 'M1', openedAt: start - 2, ...over }),
      meetingState({ id: 'M2', openedAt: start - 1, ...over, decisions }),
      meetingState({ id: 'M3' }),
    ])
    expect(last?.meeting.id).toBe('M2')
    expect(last?.lines.map(({ outcome, count, first }) => [outcome, count, first.no])).toEqual([
      ['overdue', 2, 4],
      ['done', 1, 2],
      ['noted', 1, 1],
    ])
  })

  it('are none before the first meeting is over', () => {
    expect(lastDecisions([meetingState()])).toBeUndefined()
  })
})
