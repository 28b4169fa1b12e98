import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { calendarSchema, channelSchema } from '../../contract/configuration.ts'
import type { ChannelClock } from '../../contract/configuration.ts'
import { dueOf, firstDueOf } from '../../server/core/due.ts'
import type { Milestones } from '../../server/core/due.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'

const config = new URL('../../config/', import.meta.url).pathname
const read = (file: string): unknown => parse(readFileSync(config + file, 'utf8'))
const context = {
  calendar: createWorkCalendar(['2024', '2025', '2026'].map((year) => calendarSchema.parse(read(`calendar/${year}.yaml`)))),
  zone: 'Asia/Shanghai',
}

/** The clocks as shipped: their limits are the plan's. */
const channels = new Map(
  (read('channels.yaml') as { channels: unknown[] }).channels.map((each) => channelSchema.parse(each)).map((each) => [each.id, each]),
)
const clockOf = (channel: string): ChannelClock | undefined => channels.get(channel)?.clock

const at = (local: string): number => Date.parse(`${local.includes('T') ? local : `${local}T10:00:00`}+08:00`)
const endOf = (text: string): number => Date.parse(`${text}T23:59:59.999+08:00`)

/** Received on Monday 2026-03-02 at 10:00; the weeks after it have no holidays. */
const monday = at('2026-03-02')
const order = (given: Partial<Milestones> = {}): Milestones => ({
  receivedAt: monday,
  dispatchedAt: undefined,
  class: '',
  upstreamDueAt: undefined,
  interimAt: undefined,
  extensions: [],
  reopenedAt: undefined,
  ...given,
})
const due = (channel: string, given: Partial<Milestones> = {}) => dueOf(order(given), clockOf(channel), context)

describe('the limits of the plan', () => {
  it.each([
    ['negative-review', 'simple', '2026-03-03'],
    ['negative-review', 'complex', '2026-03-05'],
    ['leader-board', 'normal', '2026-03-11'],
    ['leader-board', 'complex', '2026-03-23'],
    ['gov-cn-message', 'consultation', '2026-03-03'],
    ['gov-cn-message', 'suggestion', '2026-03-03'],
    ['gov-cn-message', 'complaint', '2026-03-04'],
    ['longshangtong', 'consultation', '2026-03-03'],
    ['longshangtong', 'suggestion', '2026-03-03'],
    ['longshangtong', 'complaint', '2026-03-04'],
  ])('give %s, %s, until the end of %s, whatever the upstream says', (channel, kind, day) => {
    expect(due(channel, { class: kind, upstreamDueAt: at('2026-06-01') })).toMatchObject({
      startedAt: monday,
      dueAt: endOf(day),
      dueBasis: 'limit',
      isProvisional: false,
    })
  })

  it.each([
    ['leader-board', 'urgent'],
    ['quality-check', ''],
    ['hotline-12345', 'complaint'],
  ])('leave %s, class "%s", to the notice: the upstream says when, or nobody does', (channel, kind) => {
    const upstreamDueAt = at('2026-03-02T18:00:00')
    expect(due(channel, { class: kind, upstreamDueAt })).toMatchObject({ dueAt: upstreamDueAt, dueBasis: 'upstream', isProvisional: false })
    expect(due(channel, { class: kind })).toMatchObject({ startedAt: monday, dueAt: undefined, dueBasis: 'none', nodes: [] })
  })

  it('are counted from the dispatch where the unit gets it later, and from receipt until it does', () => {
    expect(due('leader-board', { dispatchedAt: at('2026-03-04') })).toMatchObject({ startedAt: at('2026-03-04'), dueAt: endOf('2026-03-13') })
    expect(due('leader-board')).toMatchObject({ startedAt: monday, dueAt: endOf('2026-03-11') })
    expect(due('negative-review', { dispatchedAt: at('2026-03-04') })).toMatchObject({ startedAt: monday })
  })

  it('are those of the usual class where the class is unknown, even by a name that every object has', () => {
    for (const kind of ['', 'praise', 'constructor', '__proto__']) {
      expect(due('leader-board', { class: kind })).toMatchObject({ dueAt: endOf('2026-03-11'), dueBasis: 'limit' })
      expect(due('longshangtong', { class: kind, upstreamDueAt: at('2026-03-09') })).toMatchObject({ dueAt: at('2026-03-09'), dueBasis: 'upstream' })
    }
  })

  it('hold for nobody without a clock: the upstream says when', () => {
    const upstreamDueAt = at('2026-03-09')
    expect(dueOf(order({ upstreamDueAt }), undefined, context)).toEqual({
      startedAt: monday,
      dueAt: upstreamDueAt,
      dueBasis: 'upstream',
      isProvisional: false,
      nodes: [],
    })
  })

  it('are provisional beyond the last calendar', () => {
    expect(due('leader-board', { receivedAt: at('2026-12-29') })).toMatchObject({ dueAt: endOf('2027-01-07'), isProvisional: true })
  })

  it('have nodes at shares of the working time, over a weekend too', () => {
    // Friday 12:00, one working day: half of Friday and all of Monday
    expect(due('gov-cn-message', { receivedAt: at('2026-03-06T12:00:00'), class: 'consultation' }).nodes).toEqual([
      { stage: 'accepted', dueAt: at('2026-03-06T21:00:00') },
      { stage: 'handled', dueAt: at('2026-03-09T15:00:00') },
      { stage: 'resolved', dueAt: endOf('2026-03-09') },
    ])
  })
})

describe('an interim reply', () => {
  it('before the due time moves it to 15 working days from the start', () => {
    expect(due('leader-board', { interimAt: endOf('2026-03-11') })).toMatchObject({ dueAt: endOf('2026-03-23'), dueBasis: 'interim' })
  })

  it('after the due time moves nothing', () => {
    expect(due('leader-board', { interimAt: endOf('2026-03-11') + 1 })).toMatchObject({ dueAt: endOf('2026-03-11'), dueBasis: 'limit' })
  })

  it('moves nothing where the channel knows none, or where there is as much time already', () => {
    expect(due('gov-cn-message', { class: 'complaint', interimAt: monday })).toMatchObject({ dueAt: endOf('2026-03-04'), dueBasis: 'limit' })
    expect(due('leader-board', { class: 'complex', interimAt: monday })).toMatchObject({ dueAt: endOf('2026-03-23'), dueBasis: 'limit' })
  })
})

describe('an extension', () => {
  const granted = (on: string, until: string) => ({ at: at(on), until: endOf(until) })

  it('granted before the due time moves it', () => {
    expect(due('leader-board', { extensions: [granted('2026-03-11', '2026-03-20')] })).toMatchObject({
      dueAt: endOf('2026-03-20'),
      dueBasis: 'extension',
      isProvisional: false,
    })
    expect(dueOf(order({ upstreamDueAt: at('2026-03-09'), extensions: [granted('2026-03-09', '2026-03-20')] }), undefined, context)).toMatchObject({
      dueAt: endOf('2026-03-20'),
      dueBasis: 'extension',
    })
  })

  it('granted after it does not, unless another had moved it by then', () => {
    expect(due('leader-board', { extensions: [granted('2026-03-12', '2026-03-20')] })).toMatchObject({
      dueAt: endOf('2026-03-11'),
      dueBasis: 'limit',
    })
    const both = [granted('2026-03-10', '2026-03-13'), granted('2026-03-12', '2026-03-20')]
    expect(due('leader-board', { extensions: both })).toMatchObject({ dueAt: endOf('2026-03-20') })
    expect(due('leader-board', { interimAt: at('2026-03-10'), extensions: [granted('2026-03-20', '2026-03-30')] })).toMatchObject({
      dueAt: endOf('2026-03-30'),
    })
  })

  it('until before the due time takes nothing away', () => {
    expect(due('leader-board', { extensions: [granted('2026-03-03', '2026-03-04')] })).toMatchObject({
      dueAt: endOf('2026-03-11'),
      dueBasis: 'limit',
    })
  })

  it('reaches no further than the cap', () => {
    expect(due('negative-review', { class: 'simple', extensions: [granted('2026-03-03', '2026-03-30')] })).toMatchObject({
      dueAt: endOf('2026-03-05'),
      dueBasis: 'extension',
    })
  })

  it('of what has no due time gives it none', () => {
    expect(due('hotline-12345', { extensions: [granted('2026-03-03', '2026-03-30')] })).toMatchObject({ dueAt: undefined, dueBasis: 'none' })
  })
})

describe('an order handled again', () => {
  const again: ChannelClock = {
    starts: 'received',
    classes: { normal: { name: '一般', nameEn: 'Normal', workingDays: 2 } },
    usual: 'normal',
    again: { workingDays: 3 },
    capWorkingDays: 5,
    nodes: [],
  }
  const reopenedAt = at('2026-03-10')

  it('has the time that the channel gives from its return on, and extensions granted since', () => {
    expect(dueOf(order({ reopenedAt }), again, context)).toMatchObject({ startedAt: reopenedAt, dueAt: endOf('2026-03-13'), dueBasis: 'again' })
    const extensions = [
      { at: at('2026-03-03'), until: endOf('2026-06-01') },
      { at: at('2026-03-12'), until: endOf('2026-03-16') },
    ]
    expect(dueOf(order({ reopenedAt, extensions }), again, context)).toMatchObject({ dueAt: endOf('2026-03-16'), dueBasis: 'extension' })
    expect(dueOf(order({ reopenedAt, extensions: [{ at: reopenedAt, until: endOf('2026-06-01') }] }), again, context)).toMatchObject({
      dueAt: endOf('2026-03-17'),
    })
  })

  it('has no limit where the channel gives none; its first handling keeps its own', () => {
    const milestones = order({ reopenedAt, interimAt: at('2026-03-10') })
    expect(dueOf(milestones, clockOf('leader-board'), context)).toEqual({
      startedAt: monday,
      dueAt: undefined,
      dueBasis: 'none',
      isProvisional: false,
      nodes: [],
    })
    expect(firstDueOf(milestones, clockOf('leader-board'), context)).toMatchObject({ dueAt: endOf('2026-03-23'), dueBasis: 'interim' })
  })
})
