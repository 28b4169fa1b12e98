import { describe, expect, it } from 'vitest'
import type { MeetingDecision, MeetingState } from '../../contract/meeting.ts'
import { mostMeetingItems } from '../../contract/meeting.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import type { Incident } from '../../contract/incident.ts'
import type { ChannelSummary, IndicatorState } from '../../contract/topic.ts'
import { draftAgenda } from '../../server/meeting/agenda.ts'
import type { AgendaGround } from '../../server/meeting/agenda.ts'
import { indicator } from '../support/registry.ts'

const definition = (id: string, no: number, value?: number) =>
  indicator({ id, no, name: `${id}指标`, target: value === undefined ? { shape: 'none' } : { shape: 'floor', value, wording: '不低于' } })
const definitions = new Map(
  [definition('a', 1, 100), definition('b', 2, 1_000), definition('c', 3, 100), definition('free', 4)].map((one) => [one.id, one]),
)

// as: of entities only what the rules look at
const state = (id: string, gap: number, given: Partial<IndicatorState> = {}) =>
  ({ id, value: 1, gap, assessment: 'off-target', ...given }) as IndicatorState
const order = (id: string, given: Partial<SupervisionOrder> = {}) =>
  ({ id, title: `${id}整治`, clock: 'overdue', dueAt: 1, ...given }) as SupervisionOrder
const channel = (id: string, overdue: number) => ({ id, overdue }) as ChannelSummary
const incident = (id: string, given: Partial<Incident> = {}) =>
  ({ id, title: `${id}积水`, type: '内涝', priority: 'important', stage: 'confirmed', reportedAt: 1, ...given }) as Incident
const decision = (no: number, orderOf?: { id: string; settledAt?: number }) =>
  ({ no, order: orderOf && { ...orderOf, settledAt: orderOf.settledAt } }) as unknown as MeetingDecision
const meeting = (id: string, openedAt: number, decisions: readonly MeetingDecision[], given: Partial<MeetingState> = {}) =>
  ({ id, openedAt, decisions, state: 'closed', ...given }) as MeetingState

const ground = (given: Partial<AgendaGround> = {}): AgendaGround => ({
  ...{ meetings: [], indicators: [], supervisions: [], channels: [], incidents: [], definitions },
  channelNames: new Map([['12345', '12345热线']]),
  ...given,
})
const refs = (given: Partial<AgendaGround>) => draftAgenda(ground(given)).map(({ kind, ref }) => [kind, ref])
const end = ['read-back', undefined]

describe('the agenda by rules', () => {
  it('is the reading back alone where nothing is to be looked at', () => {
    expect(draftAgenda(ground())).toEqual([{ kind: 'read-back', title: '复述决定', minutes: 2 }])
  })

  it('takes last decisions, reds, overdue orders, channels, incidents, each in words and with its minutes', () => {
    const given = {
      meetings: [meeting('M1', 1, [decision(1)])],
      indicators: [state('a', -1)],
      supervisions: [order('S1')],
      channels: [channel('12345', 3)],
      incidents: [incident('E1')],
    }
    expect(draftAgenda(ground(given))).toEqual([
      { kind: 'decisions', ref: 'M1', title: '上次决定', minutes: 2 },
      { kind: 'indicator', ref: 'a', title: 'a指标', minutes: 4 },
      { kind: 'order', ref: 'S1', title: 'S1整治', minutes: 2 },
      { kind: 'channel', ref: '12345', title: '12345热线', minutes: 2 },
      { kind: 'incident', ref: 'E1', title: 'E1积水', minutes: 3 },
      { kind: 'read-back', title: '复述决定', minutes: 2 },
    ])
  })

  it('looks at the meeting that closed last, and not at one that runs or decided nothing', () => {
    const old = meeting('M1', 1, [decision(1)])
    expect(refs({ meetings: [meeting('M2', 2, [decision(1)]), old] })).toEqual([['decisions', 'M2'], end])
    expect(refs({ meetings: [old, meeting('M2', 2, [decision(1)], { state: 'running' })] })).toEqual([['decisions', 'M1'], end])
    expect(refs({ meetings: [old, meeting('M2', 2, [])] })).toEqual([end])
  })

  it('gives a minute to each decision that is not done, two at least and ten at most', () => {
    const minutes = (...decisions: readonly MeetingDecision[]) => draftAgenda(ground({ meetings: [meeting('M1', 1, decisions)] }))[0]?.minutes
    const open = decision(1, { id: 'S1' })
    expect(minutes(open, decision(2, { id: 'S2', settledAt: 5 }))).toBe(2)
    expect(minutes(open, open, open)).toBe(3)
    expect(minutes(...Array.from({ length: 12 }, () => open))).toBe(10)
  })

  it('sorts reds by their gap as a share of the target, and leaves out what is not judged', () => {
    const indicators = [state('b', -20), state('a', -10), state('c', -30), state('free', -99)]
    expect(refs({ indicators })).toEqual([['indicator', 'c'], ['indicator', 'a'], ['indicator', 'b'], end])
    const others = [state('a', -1, { assessment: 'watch' }), state('b', -1, { value: undefined }), state('gone', -1)]
    expect(refs({ indicators: others })).toEqual([end])
  })

  it('sorts overdue orders by their due time, and names none a second time that the last meeting decided', () => {
    const meetings = [meeting('M1', 1, [decision(1, { id: 'S1' })])]
    const supervisions = [order('S1'), order('S2', { dueAt: 9 }), order('S3', { dueAt: 5 }), order('S4', { clock: 'running' })]
    expect(refs({ meetings, supervisions })).toEqual([['decisions', 'M1'], ['order', 'S3'], ['order', 'S2'], end])
  })

  it('sorts channels by how much is overdue, and leaves out those with nothing', () => {
    expect(refs({ channels: [channel('a', 0), channel('b', 2), channel('12345', 7)] })).toEqual([['channel', '12345'], ['channel', 'b'], end])
  })

  it('takes urgent incidents before important ones, the oldest first, and neither lesser nor closed ones', () => {
    const incidents = [
      incident('E1', { reportedAt: 9 }),
      incident('E2', { reportedAt: 5 }),
      incident('E3', { priority: 'urgent', reportedAt: 20 }),
      incident('E4', { priority: 'normal' }),
      incident('E5', { stage: 'closed' }),
      incident('E6', { mergedInto: 'E1' }),
    ]
    expect(refs({ incidents })).toEqual([['incident', 'E3'], ['incident', 'E2'], ['incident', 'E1'], end])
  })

  it('never has more items than a meeting can, and always reads back', () => {
    const items = draftAgenda(ground({ supervisions: Array.from({ length: 99 }, (_, index) => order(`S${String(index)}`)) }))
    expect([items.length, items.at(-1)?.kind]).toEqual([mostMeetingItems, 'read-back'])
  })
})
