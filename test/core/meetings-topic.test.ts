import { describe, expect, test } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { MeetingState } from '../../contract/meeting.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, start, tick } from '../support/facts.ts'
import { agenda, meetingStep } from '../support/meeting-facts.ts'
import { registryWith } from '../support/registry.ts'
import { supervision } from '../support/supervision-facts.ts'

const registry = registryWith()
const topic = 'meetings@620802'
const at = start + minuteMs

function worldAfter(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
const twin = (world: World): World => World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
// the topic holds entities of its kind
const meetings = (world: World) => world.read([topic])[topic] as readonly MeetingState[]
const only = (...facts: readonly Fact[]): MeetingState | undefined => {
  const world = worldAfter(...facts)
  expect(meetings(twin(world))).toEqual(meetings(world))
  return meetings(world)[0]
}

const opened = meetingStep('opened')
const running: MeetingState = {
  id: 'M1',
  no: 1,
  name: '11月调度会',
  state: 'running',
  openedAt: start,
  openedBy: '值班员甲',
  cutOffAt: start - 1,
  closedAt: undefined,
  closedBy: undefined,
  items: agenda.map((item) => ({ ...item, spentMs: 0 })),
  item: 'i1',
  since: start,
  presenter: '值班员甲',
  isNamesHidden: false,
  decisions: [],
  steps: 1,
}
const spent = (...each: readonly number[]) => agenda.map((item, index) => ({ ...item, spentMs: each[index] ?? 0 }))

describe('given a meeting that was opened', () => {
  test('it looks at its first item', () => {
    expect(only(opened)).toEqual(running)
  })

  test('when another presenter goes on, then the item before has taken its time, and the clock of the next one begins', () => {
    expect(only(opened, meetingStep('item', { at, by: '值班员乙' }))).toEqual({
      ...running,
      items: spent(minuteMs),
      item: 'i2',
      since: at,
      presenter: '值班员乙',
      steps: 2,
    })
  })

  test('when it comes back to an item, then its times add up', () => {
    const steps = [
      meetingStep('item', { at }),
      meetingStep('item', { at: at + minuteMs, item: 'i1' }),
      meetingStep('item', { at: at + 3 * minuteMs, item: 'i3' }),
    ]
    expect(only(opened, ...steps)?.items).toEqual(spent(3 * minuteMs, minuteMs))
  })

  test('when our clock is set back, then no item has taken less than nothing', () => {
    expect(only(opened, meetingStep('item', { at: start - minuteMs }))?.items).toEqual(spent(0))
  })

  test('when names are hidden and shown again, then that is told', () => {
    const hidden = meetingStep('names', { at })
    expect(only(opened, hidden)).toEqual({ ...running, isNamesHidden: true, steps: 2 })
    expect(only(opened, hidden, meetingStep('names', { at, isHidden: false }))?.isNamesHidden).toBe(false)
  })

  test('when it is closed, then nothing moves it any more', () => {
    const closed = meetingStep('closed', { at, by: '值班员乙' })
    const expected = {
      ...running,
      state: 'closed',
      closedAt: at,
      closedBy: '值班员乙',
      since: at,
      items: spent(minuteMs),
      presenter: '值班员乙',
      steps: 2,
    }
    expect(only(opened, closed)).toEqual(expected)
    expect(only(opened, closed, meetingStep('item', { at: at + 1 }), meetingStep('decided', { at: at + 1 }))).toEqual(expected)
  })

  test.each<[string, Fact]>([
    ['an item that is not on the agenda', meetingStep('item', { at, item: 'i9' })],
    ['a second opening', meetingStep('opened', { at })],
    ['the same command again', { ...meetingStep('names', { at }), command: opened.command }],
    ['another meeting beside it', meetingStep('opened', { at, id: 'M2' })],
    ['a step of a meeting that nobody opened', meetingStep('item', { at, id: 'M9' })],
  ])('when there comes %s, then nothing changes', (_, fact) => {
    const world = worldAfter(opened, fact)
    expect(meetings(world)).toEqual([running])
  })
})

describe('given a decision', () => {
  const decided = meetingStep('decided', { at, order: 'S1' })
  const issued = supervision('issued', { at, command: decided.command, dueAt: start + dayMs })
  const decision = {
    id: decided.command,
    no: 1,
    item: 'i2',
    at,
    by: '值班员甲',
    text: '每周对账',
    leadUnit: 'housing',
    supportingUnits: [],
    level: 'normal',
    order: { id: 'S1', number: '督〔2026〕12号', stage: 'issued', clock: 'running', dueAt: start + dayMs, settledAt: undefined },
  }

  test('with an order, then it is told with how that stands', () => {
    expect(only(opened, decided, issued)?.decisions).toEqual([decision])
  })

  test('without one, then it is noted', () => {
    expect(only(opened, meetingStep('decided', { at }))?.decisions).toEqual([expect.objectContaining({ no: 1, order: undefined })])
  })

  test('when the order moves on, or time alone makes it overdue, then the meeting is told anew, and otherwise is not', () => {
    const world = worldAfter(opened, decided, issued)
    world.drain()
    let seq = 3
    const next = (fact: Fact, recordedAt: number) => {
      world.apply({ seq: (seq += 1), at: recordedAt, feed: 'system', fact })
      return world.drain().get(topic)
    }
    expect(next(tick(at + 1), at + 1)).toBeUndefined()
    expect(next(supervision('acknowledged', { at: at + 2 }), at + 2)).toMatchObject({
      upsert: [{ decisions: [{ order: { stage: 'acknowledged' } }] }],
    })
    const late = start + dayMs + 1
    expect(next(tick(late), late)).toMatchObject({ upsert: [{ decisions: [{ order: { clock: 'overdue' } }] }] })
    const done = late + 1
    expect(next(supervision('accepted', { at: done }), done)).toMatchObject({
      upsert: [{ decisions: [{ order: { stage: 'closed', settledAt: done } }] }],
    })
  })
})

test('screens see the latest six meetings, and the log every one', () => {
  const facts = Array.from({ length: 8 }, (_, index) => {
    const of = { id: `M${String(index + 1)}`, at: start + index }
    return [meetingStep('opened', { ...of, no: index + 1 }), meetingStep('closed', of)]
  }).flat()
  const world = worldAfter(...facts)
  expect(meetings(world).map(({ id }) => id)).toEqual(['M3', 'M4', 'M5', 'M6', 'M7', 'M8'])
  const book = twin(world).meetings('620802')
  expect([book?.find('M1')?.no, book?.lastNo(), book?.running(), book?.done('unknown')]).toEqual([1, 8, undefined, undefined])
})
