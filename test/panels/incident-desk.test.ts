import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../contract/alarm.ts'
import type { Incident } from '../../contract/incident.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import type { SensorState, Vehicle, Warning, WorkOrder } from '../../contract/topic.ts'
import type { VideoSource } from '../../contract/video-source.ts'
import {
  alarmIn,
  canReopen,
  findCandidates,
  incidentLists,
  incidentOfAlarm,
  mergeGoals,
  ofAlarm,
  owesResult,
  plansFor,
  readPlace,
  typesInUse,
  waitingCandidates,
} from '../../client/src/desk/incidents/model.ts'
import { nearby } from '../../client/src/desk/incidents/nearby.ts'
import { focusOf } from '../../client/src/panels/incident-focus/model.ts'
import { focusedIncident, planProgress, turnableIncidents } from '../../client/src/panels/incidents.ts'
import { fromScreen, fitView, toScreen } from '../../client/src/map/mercator.ts'
import { incidentAct, start } from '../support/facts.ts'
import { plan } from '../support/registry.ts'
import { shownIncident } from '../support/shown-incident.ts'

const now = start + 20 * minuteMs
const line = (...given: Parameters<typeof incidentAct>) => {
  const { command, at, by, act } = incidentAct(...given)
  if (act.what === 'plan-started') throw new Error('a line has no steps')
  return { command, at, by, act }
}
const step = (text: string, given: object = {}) => ({
  text,
  unit: undefined,
  dueAt: undefined,
  clock: 'none' as const,
  state: 'open' as const,
  by: undefined,
  at: undefined,
  note: undefined,
  asksOrder: false,
  orderWanted: undefined,
  ...given,
})
const started = {
  id: 'drainage',
  name: '市政排水处置预案',
  startedAt: start,
  startedBy: '张三',
  steps: [step('核实', { state: 'done', by: '张三', at: start }), step('抢修', { dueAt: start + 30 * minuteMs, clock: 'running' }), step('回访')],
}

describe('an incident in focus', () => {
  it('shows how far its plan has come, and the next step with its clock', () => {
    const focus = focusOf([shownIncident({ plan: started })], undefined, now, 9)
    expect(focus?.plan).toMatchObject({
      name: '市政排水处置预案',
      settled: 1,
      total: 3,
      next: { text: '抢修' },
      nextFace: { leftMs: 10 * minuteMs, tone: 'plain' },
    })
    expect(planProgress({ ...started, steps: [step('核实', { state: 'skipped' })] })).toEqual({ settled: 1, total: 1, next: undefined })
  })

  it('tells both sides of its course by time, and when either confirmed it', () => {
    const incident = shownIncident({
      steps: [
        { at: start, stage: 'reported', note: undefined },
        { at: start + 9 * minuteMs, stage: 'in-progress', note: '到场' },
      ],
      lines: [line({ what: 'confirmed' }, { at: start + 5 * minuteMs })],
    })
    const focus = focusOf([incident], undefined, now, 9)
    expect(focus?.course.map((one) => one.line?.act.what ?? 'told')).toEqual(['told', 'confirmed', 'told'])
    expect(focus?.confirmMs).toBe(5 * minuteMs)
  })

  it('that was chosen stays in sight when it is closed, and its time stands', () => {
    const closed = shownIncident({ id: 'E2', priority: 'urgent', closedAt: start + 5 * minuteMs, stage: 'closed', result: '已修复' })
    const all = [closed, shownIncident()]
    const turned = (id: string | undefined): string | undefined => {
      const selected = id === undefined ? undefined : ({ kind: 'incident', id } as const)
      return focusedIncident(turnableIncidents(all, selected), selected)
    }
    expect([turned(undefined), turned('E2'), turned('gone')]).toEqual(['E1', 'E2', 'E1'])
    expect(focusOf([closed], 'E2', now, 9)?.elapsedMs).toBe(5 * minuteMs)
  })
})

describe('the desk’s lists', () => {
  const closed = (id: string, given: Partial<Incident> = {}) => shownIncident({ id, stage: 'closed', closedAt: start, ...given })

  it('are of what is open, most pressing first, and of what was closed, the last first', () => {
    const all = [shownIncident({ id: 'A' }), shownIncident({ id: 'B', priority: 'urgent' }), closed('C'), closed('D', { closedAt: start + 1 })]
    const { open, closed: over } = incidentLists(all)
    expect([open.map(({ id }) => id), over.map(({ id }) => id)]).toEqual([
      ['B', 'A'],
      ['D', 'C'],
    ])
  })

  it('say which result is missing, and what can be reopened for a day', () => {
    expect([
      owesResult(closed('C')),
      owesResult(closed('C', { result: '水退' })),
      owesResult(closed('C', { mergedInto: 'A' })),
      owesResult(shownIncident()),
    ]).toEqual([true, false, false, false])
    expect([
      canReopen(closed('C'), start + dayMs - 1),
      canReopen(closed('C'), start + dayMs),
      canReopen(closed('C', { mergedInto: 'A' }), start),
      canReopen(shownIncident(), start),
    ]).toEqual([true, false, false, false])
  })

  it('offer for merging what is open, and never itself', () => {
    expect(mergeGoals([shownIncident({ id: 'A' }), shownIncident({ id: 'B' }), closed('C')], 'A').map(({ id }) => id)).toEqual(['B'])
  })
})

describe('plans', () => {
  const plans = [
    plan({ id: 'any' }),
    plan({ id: 'fire', types: ['火情'] }),
    plan({ id: 'drainage', types: ['排水'], levels: ['ordinary'] }),
    plan({ id: 'great', levels: ['major'] }),
    plan({ id: 'elsewhere', district: 'la' }),
  ]
  it('are offered by how well they suit the type and the level', () => {
    const offered = (type: string, level: Incident['level']) =>
      plansFor(plans, { district: '620802', type, level }).map((one) => `${one.plan.id}${one.suits ? '' : ' -'}`)
    expect(offered('市政设施/排水', 'ordinary')).toEqual(['drainage', 'any', 'fire -', 'great -'])
    expect(offered('市政设施/排水', 'major')).toEqual(['great', 'any', 'fire -', 'drainage -'])
    expect(offered('', undefined)).toEqual(['any', 'fire -', 'drainage -', 'great -'])
  })
  it('give the types to choose from, with those in use', () => {
    expect(typesInUse(plans, [shownIncident({ type: '消防/火情' }), shownIncident({ type: '' })])).toEqual(['排水', '消防/火情', '火情'])
  })
})

describe('coordinates as they are typed', () => {
  it.each<[string, unknown]>([
    ['106.64, 35.54', { place: [106.64, 35.54] }],
    ['106.64 35.54', { place: [106.64, 35.54] }],
    ['１０６．６４，３５．５４', { place: [106.64, 35.54] }],
    ['106.64°、35.54°', { place: [106.64, 35.54] }],
    ['106.6.4, 35.54', { problem: 'no-place' }],
    ['2 号站', undefined],
    ['35.54, 106.64', { problem: 'swapped' }],
    ['106.64', { problem: 'no-place' }],
    ['106.64, 35.54, 3', { problem: 'no-place' }],
    ['1066, 3554', { problem: 'too-far' }],
    ['190, 35', { problem: 'too-far' }],
    ['甘沟路', undefined],
  ])('%s', (text, read) => {
    expect(readPlace(text)).toEqual(read)
  })
})

// as: of each only what is looked at here
const sensor = (id: string, given: Partial<SensorState> = {}) =>
  ({
    id,
    name: id,
    quantity: 'pm25',
    standing: 'over',
    standingSince: start,
    observedAt: start,
    value: 1,
    place: undefined,
    subdistrict: undefined,
    ...given,
  }) as SensorState
const warning = (id: string, given: Partial<Warning> = {}) =>
  ({ id, title: id, type: '暴雨', issuedAt: start, endedAt: undefined, areas: [], ...given }) as unknown as Warning
const order = (id: string, given: Partial<WorkOrder> = {}) =>
  ({ id, title: id, type: '排水', openedAt: start, place: undefined, subdistrict: undefined, stage: 'received', ...given }) as WorkOrder
const camera = (id: string, given: Partial<VideoSource> = {}) =>
  ({ id, name: id, place: undefined, heading: undefined, subdistrict: undefined, state: 'online', ...given }) as VideoSource
const vehicle = (id: string, given: Partial<Vehicle> = {}) =>
  ({ id, name: id, type: 'fire', observedAt: now, place: [106.64, 35.54], ...given }) as Vehicle
const named = (id: string) => (id === 'pm25' ? 'PM2.5' : id)

describe('what waits to be judged', () => {
  it('is what is over a limit or in force and of which no open incident was made, urgent sensors first', () => {
    const sources = {
      warnings: [warning('W1'), warning('W2', { endedAt: start })],
      sensors: [sensor('S1'), sensor('S2', { standing: 'urgent' }), sensor('S3', { standing: 'normal' })],
    }
    const ids = (incidents: readonly Incident[]) => waitingCandidates(sources, incidents, named).map(({ kind, id }) => `${kind} ${id ?? ''}`)
    expect(ids([])).toEqual(['warning W1', 'sensor S2', 'sensor S1'])
    const made = shownIncident({ origin: { kind: 'warning', id: 'W1' } })
    expect(ids([made])).toEqual(['sensor S2', 'sensor S1'])
    expect(ids([{ ...made, closedAt: start }])).toEqual(['warning W1', 'sensor S2', 'sensor S1'])
  })
})

describe('an incident of an alarm', () => {
  const alarm = (given: Partial<Alarm> = {}): Alarm => ({
    ...{ id: 'river/S1/level', rule: 'river', source: 'sensor', subject: 'S1/level', name: '泾河站', priority: 'urgent', state: 'unacknowledged' },
    ...{ isStanding: true, raisedAt: start, returnedAt: undefined, count: 1, isChattering: false, value: 2, limit: 1, driftMs: undefined },
    ...{ group: undefined, parent: undefined, acknowledged: undefined, shelved: undefined, outOfService: undefined },
    ...given,
  })
  it('is asked for in the address', () => {
    expect([alarmIn('alarm:river/S1/level'), alarmIn('alarm:'), alarmIn('sensor:S1'), alarmIn(undefined)]).toEqual([
      'river/S1/level',
      undefined,
      undefined,
      undefined,
    ])
  })
  it('is filled in with its name, and the place of what it watches', () => {
    expect(ofAlarm(alarm(), '泾河站 水位超保证', { place: [106.6, 35.5], subdistrict: '620802001' })).toEqual({
      ...{ kind: 'alarm', id: 'river/S1/level', title: '泾河站 水位超保证', type: '' },
      ...{ place: [106.6, 35.5], subdistrict: '620802001' },
    })
    expect(ofAlarm(alarm(), '长'.repeat(80)).title).toHaveLength(60)
  })
  it.each([
    ['it was made of it', alarm(), { origin: { kind: 'alarm', id: 'river/S1/level' } }],
    ['it was made of what it watches', alarm(), { origin: { kind: 'sensor', id: 'S1/level' } }],
    ['it watches that incident', alarm({ id: 'late/E1', source: 'incident', subject: 'E1' }), {}],
  ] as const)('is not made again where %s', (_, of, given) => {
    expect(incidentOfAlarm(of, [shownIncident(given)])).toBe('E1')
    expect(incidentOfAlarm(of, [shownIncident({ ...given, closedAt: start })])).toBeUndefined()
  })
  it('leaves its sensor no more to be judged', () => {
    const sources = { warnings: [], sensors: [sensor('S1/level', { standing: 'urgent' })] }
    const made = shownIncident({ origin: { kind: 'alarm', id: 'river/S1/level' } })
    expect([waitingCandidates(sources, [], named).length, waitingCandidates(sources, [made], named).length]).toEqual([1, 0])
  })
})

describe('looking for an origin', () => {
  const sources = {
    warnings: [warning('A1', { areas: ['620802001'] })],
    sensors: [sensor('泾河/pm25', { name: '泾河站' })],
    cameras: [camera('C10')],
    orders: [order('GD20261123-0412', { title: '甘沟路污水' }), order('X0412')],
  }
  const found = (text: string) => findCandidates(text, sources, named).map(({ id }) => id)
  it('finds by number or name, numbers that begin so first', () => {
    expect(found('0412')).toEqual(['GD20261123-0412', 'X0412'])
    expect(found('x04')).toEqual(['X0412'])
    expect(found('甘沟')).toEqual(['GD20261123-0412'])
    expect(found('泾河')).toEqual(['泾河/pm25'])
    expect(found('0')).toEqual([])
  })
  it('carries over what is known', () => {
    expect(findCandidates('泾河', sources, named)[0]).toMatchObject({ kind: 'sensor', title: '泾河站 PM2.5' })
    expect(findCandidates('A1', sources, named)[0]).toMatchObject({ kind: 'warning', subdistrict: '620802001', type: '暴雨' })
  })
})

describe('what is near a place', () => {
  const here: [number, number] = [106.64, 35.54]
  /** so many metres to the north */
  const north = (metres: number): [number, number] => [106.64, 35.54 + metres / 111_320]
  const nothing = { cameras: [], vehicles: [], sensors: [], incidents: [], orders: [] }
  const near = (things: object) => nearby(here, { ...nothing, ...things }, { id: 'E1', now })

  it('has cameras that face it before nearer ones that do not', () => {
    const cameras = [
      camera('away', { place: north(200), heading: 0 }),
      camera('facing', { place: north(900), heading: 180 }),
      camera('far', { place: north(3_000), heading: 0 }),
      camera('nowhere'),
    ]
    expect(near({ cameras }).cameras.map(({ thing, faces, km }) => [thing.id, faces, km.toFixed(1)])).toEqual([
      ['facing', true, '0.9'],
      ['away', false, '0.2'],
    ])
  })

  it('has vehicles heard of lately, sensors, other incidents of 90 days and orders around, each no farther than it matters', () => {
    const found = near({
      vehicles: [
        vehicle('far', { place: north(6_000) }),
        vehicle('V2', { place: north(900) }),
        vehicle('V1', { place: north(100) }),
        vehicle('silent', { observedAt: now - 11 * minuteMs }),
      ],
      sensors: [sensor('S1', { place: north(2_000) }), sensor('S2', { place: north(4_000) }), sensor('S3')],
      incidents: [
        shownIncident({ id: 'E1', place: here }),
        shownIncident({ id: 'E2', place: north(500) }),
        shownIncident({ id: 'old', place: north(10), reportedAt: now - 91 * dayMs }),
      ],
      orders: [order('W1', { place: north(400) }), order('W2', { place: north(300), openedAt: start + 1 }), order('W3', { place: north(2_000) })],
    })
    const ids = (list: readonly { readonly thing: { readonly id: string } }[]) => list.map(({ thing }) => thing.id)
    expect([ids(found.vehicles), ids(found.sensors), ids(found.incidents), found.orders.map(({ id }) => id), found.duty]).toEqual([
      ['V1', 'V2'],
      ['S1'],
      ['E2'],
      ['W2', 'W1'],
      [],
    ])
  })

  it('names at most eight of each, and whoever a roster has on duty', () => {
    const duty = [{ role: '值班长', unit: undefined, name: '李四', line: '内线 12' }]
    const found = near({ vehicles: Array.from({ length: 20 }, (_, index) => vehicle(`V${String(index)}`)), duty })
    expect([found.vehicles.length, found.duty]).toEqual([8, duty])
  })
})

describe('a click on the small map', () => {
  it('means the place that is drawn there', () => {
    const view = fitView([106.3, 35.2, 107.4, 35.9], { width: 600, height: 400 }, { top: 8, right: 8, bottom: 8, left: 8 })!
    const [longitude, latitude] = fromScreen(toScreen([106.64, 35.54], view), view)
    expect([longitude, latitude]).toEqual([expect.closeTo(106.64, 6), expect.closeTo(35.54, 6)])
  })
})
