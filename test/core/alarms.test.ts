import { describe, expect, test } from 'vitest'
import type { Alarm, AlarmSummary } from '../../contract/alarm.ts'
import type { AlarmRules } from '../../contract/alarm-rule.ts'
import { factSchema } from '../../contract/fact.ts'
import type { Entry, Fact } from '../../contract/fact.ts'
import { dayMs, hourMs, minuteMs, secondMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { alarm, alarmRule, alarmRules } from '../support/alarm-rules.ts'
import { linkFact } from '../support/links.ts'
import { clockFact, entriesOf, feedFact, feedHealth, incident, sensorReading, start, tick, videoSource, warning } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'
import { supervision } from '../support/supervision-facts.ts'

const pm = { source: 'sensor', quantity: 'pm25', limit: 'high', value: 75, deadBand: 5 }
const plain = alarmRules([alarmRule({ when: pm })])
const id = 'pm-high/S1/pm25'

const after = (minutes: number): number => start + minutes * minuteMs
const value = (minutes: number, measured: number, given: object = {}) => sensorReading({ at: after(minutes), value: measured, ...given })
/** one each minute, as the server writes them, from the first minute to the last */
const ticks = (from: number, to: number): readonly Fact[] => Array.from({ length: to - from + 1 }, (_, index) => tick(after(from + index)))

function folded(rules: AlarmRules, entries: readonly Entry[]): World {
  const world = new World(registryWith({ alarms: rules }))
  for (const entry of entries) world.apply(entry)
  return world
}
const world = (rules: AlarmRules, ...facts: readonly Fact[]): World => folded(rules, entriesOf(facts))
// the topics hold alarms, and their summary
const alarmsOf = (given: World) => given.read(['alarms@620802'])['alarms@620802'] as readonly Alarm[]
const summaryOf = (given: World) => given.find('alarm-summary@620802', 'now') as AlarmSummary | undefined
const states = (given: World) => alarmsOf(given).map((each) => [each.id, each.state])

describe('given a sensor over its limit', () => {
  test('when it is read, then an alarm is told with its rule, value and limit', () => {
    const told = alarmsOf(world(plain, value(0, 80, { name: '东关空气站', subdistrict: '620802001' })))
    expect(told).toEqual([
      {
        id,
        rule: 'pm-high',
        source: 'sensor',
        subject: 'S1/pm25',
        name: '东关空气站',
        priority: 'important',
        state: 'unacknowledged',
        isStanding: true,
        raisedAt: start,
        returnedAt: undefined,
        count: 1,
        isChattering: false,
        value: 80,
        limit: 75,
        driftMs: undefined,
        group: undefined,
        parent: undefined,
        acknowledged: undefined,
        shelved: undefined,
        outOfService: undefined,
      },
    ])
  })

  test.each([
    ['at the limit itself', value(0, 75)],
    ['when the value is not fit to be judged', value(0, 200, { quality: 'calibration' })],
    ['when it is another quantity', value(0, 200, { quantity: 'pm10' })],
  ])('%s, then there is no alarm', (_, fact) => {
    expect(alarmsOf(world(plain, fact))).toEqual([])
  })

  test('when it falls back inside the dead-band, then it stands; when beyond that, then it has returned', () => {
    expect(states(world(plain, value(0, 80), value(1, 71)))).toEqual([[id, 'unacknowledged']])
    expect(states(world(plain, value(0, 80), value(1, 70)))).toEqual([[id, 'returned-unacknowledged']])
  })

  test('when a low limit is watched, then the dead-band lies above it', () => {
    const low = alarmRules([alarmRule({ when: { ...pm, limit: 'low', value: 20 } })])
    expect(states(world(low, value(0, 19), value(1, 24)))).toEqual([[id, 'unacknowledged']])
    expect(states(world(low, value(0, 19), value(1, 25)))).toEqual([[id, 'returned-unacknowledged']])
  })

  test('when a reading comes late, then it neither raises nor returns anything', () => {
    expect(alarmsOf(world(plain, value(5, 50), value(1, 200)))).toEqual([])
    expect(states(world(plain, value(5, 80), value(1, 10)))).toEqual([[id, 'unacknowledged']])
  })

  test('when a second value for the same instant corrects it, then the correction counts', () => {
    expect(states(world(plain, value(0, 800), value(0, 8)))).toEqual([[id, 'returned-unacknowledged']])
  })
})

describe('given delays of five minutes', () => {
  const slow = alarmRules([alarmRule({ when: pm, onDelaySeconds: 300, offDelaySeconds: 300 })])

  test('when it lasts as long, then it is raised at the instant the delay ends, whenever a tick tells', () => {
    expect(alarmsOf(world(slow, value(0, 80), tick(after(5) - 1)))).toEqual([])
    const [raised] = alarmsOf(world(slow, value(0, 80), tick(after(7))))
    expect(raised).toMatchObject({ state: 'unacknowledged', raisedAt: after(5) })
  })

  test('when it was back in between, then the delay begins anew', () => {
    const short = [value(0, 80), value(3, 50), value(4, 80)]
    expect(alarmsOf(world(slow, ...short, tick(after(8))))).toEqual([])
    expect(alarmsOf(world(slow, ...short, tick(after(9))))).toMatchObject([{ raisedAt: after(9) }])
  })

  test('when it is over for as long, then it has returned; when it comes back before, then it never left', () => {
    const raised = [value(0, 80), tick(after(5))]
    expect(alarmsOf(world(slow, ...raised, value(6, 50), tick(after(11))))).toMatchObject([{ isStanding: false, returnedAt: after(11) }])
    const back = world(slow, ...raised, value(6, 50), value(9, 80), tick(after(30)))
    expect(alarmsOf(back)).toMatchObject([{ isStanding: true, raisedAt: after(5), count: 1 }])
  })

  test('when more ticks are in the log, then all comes to the same', () => {
    const facts = [value(0, 80), value(6, 50), value(20, 90)]
    const few = alarmsOf(world(slow, ...facts, tick(after(40))))
    const many = [value(0, 80), ...ticks(1, 5), value(6, 50), ...ticks(6, 19), value(20, 90), ...ticks(20, 40)]
    expect(few).toMatchObject([{ raisedAt: after(25), count: 2 }])
    expect(alarmsOf(world(slow, ...many))).toEqual(few)
  })
})

describe('given an alarm that waits', () => {
  const seen = alarm('acknowledged', { at: after(1), raisedAt: start, by: '李四' })

  test('when somebody acknowledges it, then it stands with the name, until it returns', () => {
    const acknowledged = world(plain, value(0, 80), seen)
    expect(alarmsOf(acknowledged)).toMatchObject([{ state: 'acknowledged', acknowledged: { by: '李四', at: after(1) } }])
    expect(alarmsOf(world(plain, value(0, 80), seen, value(2, 50)))).toEqual([])
  })

  test('when it has returned and is acknowledged then, then it is gone', () => {
    expect(alarmsOf(world(plain, value(0, 80), value(0.5, 50), seen))).toEqual([])
  })

  test('when it is raised again, then an acknowledgement of the occurrence before says nothing, and it is counted', () => {
    const again = world(plain, value(0, 80), value(0.2, 50), value(0.5, 90), seen)
    expect(alarmsOf(again)).toMatchObject([{ state: 'unacknowledged', raisedAt: after(0.5), count: 2, value: 90 }])
  })

  test('when the same command is recorded twice, then the second says nothing', () => {
    const twice = world(plain, value(0, 80), seen, value(2, 50), value(3, 80), { ...seen, at: after(4), raisedAt: after(3) })
    expect(alarmsOf(twice)).toMatchObject([{ state: 'unacknowledged', raisedAt: after(3), count: 1 }])
  })

  test('when it is shelved, then it is quiet until then, and what still stands is told anew', () => {
    const shelved = alarm('shelved', { at: after(1), until: after(60), reason: '探头清洗' })
    const quiet = world(plain, value(0, 80), seen, shelved, tick(after(60) - 1))
    expect(alarmsOf(quiet)).toMatchObject([{ state: 'shelved', shelved: { by: '值班员甲', until: after(60), reason: '探头清洗' } }])
    expect(summaryOf(quiet)).toMatchObject({ shelved: 1, standing: 0, unacknowledged: { important: 0 } })
    expect(alarmsOf(world(plain, value(0, 80), seen, shelved, tick(after(60))))).toMatchObject([{ state: 'unacknowledged', shelved: undefined }])
    expect(alarmsOf(world(plain, value(0, 80), shelved, value(30, 50), tick(after(60))))).toEqual([])
    const ended = alarm('unshelved', { at: after(10) })
    expect(states(world(plain, value(0, 80), shelved, ended))).toEqual([[id, 'unacknowledged']])
  })

  test('when it is out of service, then that goes before shelving, and ends by hand or by itself', () => {
    const shelved = alarm('shelved', { at: after(1), until: after(60), reason: '探头清洗' })
    const out = alarm('out-of-service', { at: after(2), until: after(600), reason: '返厂检修' })
    expect(states(world(plain, value(0, 80), shelved, out, tick(after(599))))).toEqual([[id, 'out-of-service']])
    expect(states(world(plain, value(0, 80), shelved, out, tick(after(600))))).toEqual([[id, 'unacknowledged']])
    expect(states(world(plain, value(0, 80), out, alarm('returned', { at: after(3) })))).toEqual([[id, 'unacknowledged']])
  })

  test('when something is said of an alarm that is not there, then nothing happens', () => {
    expect(alarmsOf(world(plain, value(0, 80), alarm('acknowledged', { id: 'x/y', raisedAt: start })))).toMatchObject([{ state: 'unacknowledged' }])
  })
})

describe('given parents', () => {
  const rules = alarmRules([
    alarmRule({ id: 'down', priority: 'normal', when: { source: 'feed' } }),
    alarmRule({ id: 'pm-urgent', priority: 'urgent', when: { ...pm, value: 150 }, parents: ['down'] }),
    alarmRule({ when: pm, parents: ['down', 'pm-urgent'], group: 'feed' }),
    alarmRule({ id: 'camera', priority: 'notice', when: { source: 'camera' }, parents: ['down'], group: 'place' }),
  ])
  const down = (feed: string, minutes: number) => feedHealth({ feed, at: after(minutes), state: 'down' })

  test('when a feed is down, then the alarms of its sensors are suppressed, until it is up again', () => {
    const facts = [value(0, 80), down('indicators', 1)]
    expect(alarmsOf(world(rules, ...facts))).toMatchObject([
      { id: 'down/indicators', state: 'unacknowledged' },
      { id, state: 'suppressed', parent: 'down/indicators', group: 'feed:indicators' },
    ])
    expect(states(world(rules, value(0, 80), down('hotline', 1)))).toContainEqual([id, 'unacknowledged'])
    expect(states(world(rules, ...facts, feedHealth({ feed: 'indicators', at: after(2) })))).toContainEqual([id, 'unacknowledged'])
  })

  test('when a platform is down, then its key cameras are one alarm; other cameras are none at any time', () => {
    const cameras = ['C1', 'C2', 'C3'].map((each) =>
      videoSource({ id: each, at: after(1), state: 'offline', isKey: each !== 'C3', subdistrict: '620802001' }),
    )
    const told = world(rules, down('video', 0), ...cameras)
    expect(states(told)).toEqual([
      ['camera/C1', 'suppressed'],
      ['camera/C2', 'suppressed'],
      ['down/video', 'unacknowledged'],
    ])
    expect(summaryOf(told)).toMatchObject({ suppressed: 2, standing: 1, unacknowledged: { normal: 1, notice: 0 } })
    expect(told.alarms('620802')?.week().announced).toBe(1)
    const up = world(rules, down('video', 0), ...cameras, feedHealth({ feed: 'video', at: after(2) }))
    expect(summaryOf(up)).toMatchObject({ unacknowledged: { notice: 2 } })
    expect(up.alarms('620802')?.week().announced).toBe(3)
  })

  test('when the higher limit stands, then the lower one is suppressed', () => {
    expect(states(world(rules, value(0, 160)))).toEqual([
      [id, 'suppressed'],
      ['pm-urgent/S1/pm25', 'unacknowledged'],
    ])
    expect(states(world(rules, value(0, 160), value(1, 100)))).toContainEqual([id, 'unacknowledged'])
  })

  test('when a parent is out of service, then it suppresses nothing', () => {
    const out = alarm('out-of-service', { id: 'down/indicators', at: after(2), until: after(60), reason: '上游检修' })
    expect(states(world(rules, value(0, 80), down('indicators', 1), out))).toContainEqual([id, 'unacknowledged'])
  })

  test('when the feed is taken away, then it is not down any more', () => {
    const gone = feedFact({ feed: 'indicators', at: after(2), label: undefined })
    expect(states(world(rules, down('indicators', 1), gone))).toEqual([['down/indicators', 'returned-unacknowledged']])
  })
})

describe('given the other sources', () => {
  test('when the clock is not trusted, then it is an alarm with how far it is off', () => {
    const rules = alarmRules([alarmRule({ id: 'clock', when: { source: 'clock' } })])
    const facts = [clockFact({ isTrusted: false, driftMs: 90_000 })]
    expect(alarmsOf(world(rules, ...facts))).toMatchObject([{ id: 'clock/clock', state: 'unacknowledged', driftMs: 90_000 }])
    expect(states(world(rules, ...facts, clockFact({ at: after(1) })))).toEqual([['clock/clock', 'returned-unacknowledged']])
  })

  test('when an incident of the priority is not confirmed in time, then it is an alarm until it is', () => {
    const rules = alarmRules([alarmRule({ id: 'quiet', when: { source: 'incident', priorities: ['urgent'] }, onDelaySeconds: 600 })])
    const facts = [incident({ priority: 'urgent', title: '道路塌陷' }), incident({ id: 'E2', priority: 'normal' }), tick(after(10))]
    expect(alarmsOf(world(rules, ...facts))).toMatchObject([{ id: 'quiet/E1', name: '道路塌陷', raisedAt: after(10) }])
    expect(states(world(rules, ...facts, incident({ at: after(11), stage: 'confirmed' })))).toEqual([['quiet/E1', 'returned-unacknowledged']])
  })

  test('when a warning of the level is in force, then it is an alarm until it is lifted or expires', () => {
    const rules = alarmRules([alarmRule({ id: 'weather', when: { source: 'warning', levels: ['red'] } })])
    const red = warning({ level: 'red', title: '暴雨红色预警', expiresAt: after(60) })
    expect(alarmsOf(world(rules, red, warning({ id: 'A2', level: 'blue' })))).toMatchObject([{ id: 'weather/A1', name: '暴雨红色预警' }])
    expect(states(world(rules, red, warning({ action: 'cancel', at: after(5) })))).toEqual([['weather/A1', 'returned-unacknowledged']])
    expect(states(world(rules, red, tick(after(59))))).toEqual([['weather/A1', 'unacknowledged']])
    expect(states(world(rules, red, tick(after(61))))).toEqual([['weather/A1', 'returned-unacknowledged']])
  })

  test('when an order gets its red card, then it is an alarm within the minute, and no more once it is closed', () => {
    const rules = alarmRules([alarmRule({ id: 'red', when: { source: 'order' } })])
    const issued = supervision('issued', { dueAt: after(30) })
    expect(states(world(rules, issued, tick(after(29))))).toEqual([])
    const overdue = [issued, tick(after(31)), tick(after(32))]
    expect(states(world(rules, ...overdue))).toEqual([['red/S1', 'unacknowledged']])
    const closed = [
      supervision('submitted', { at: after(33), unit: 'housing', note: '完成' }),
      supervision('accepted', { at: after(34), note: '属实' }),
    ]
    expect(states(world(rules, ...overdue, ...closed, tick(after(36))))).toEqual([['red/S1', 'returned-unacknowledged']])
  })
})

describe('given many alarms', () => {
  test('when one is raised three times within the minutes, then it is marked until they are past', () => {
    const up = [0, 2, 4].flatMap((minutes) => [value(minutes, 80), value(minutes + 1, 50)])
    expect(alarmsOf(world(plain, ...up.slice(0, 4)))).toMatchObject([{ count: 2, isChattering: false }])
    expect(alarmsOf(world(plain, ...up))).toMatchObject([{ count: 3, isChattering: true }])
    expect(alarmsOf(world(plain, ...up, tick(after(19))))).toMatchObject([{ count: 3, isChattering: false }])
    const slow = [0, 20, 40].flatMap((minutes) => [value(minutes, 80), value(minutes + 1, 50)])
    expect(alarmsOf(world(plain, ...slow))).toMatchObject([{ count: 3, isChattering: false }])
  })

  test('when more than ten come within ten minutes, then it is a flood until fewer do', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => value(index / 2, 80, { sensor: `S${String(index)}` }))
    expect(summaryOf(world(plain, ...many(10)))?.flood).toBeUndefined()
    expect(summaryOf(world(plain, ...many(11)))?.flood).toEqual({ since: after(5), count: 11, minutes: 10 })
    expect(summaryOf(world(plain, ...many(11), tick(after(9))))?.flood?.count).toBe(11)
    expect(summaryOf(world(plain, ...many(11), tick(after(10))))?.flood).toBeUndefined()
  })

  test('when they wait, then the summary counts them and names the newest of the most pressing', () => {
    const rules = alarmRules([alarmRule({ when: pm }), alarmRule({ id: 'pm-urgent', priority: 'urgent', when: { ...pm, value: 150 } })])
    const told = summaryOf(world(rules, value(0, 160), value(1, 170, { sensor: 'S2', name: '西郊站' }), value(2, 80, { sensor: 'S3' })))
    expect(told).toMatchObject({ unacknowledged: { urgent: 2, important: 3, normal: 0, notice: 0 }, standing: 5 })
    expect(told?.newest).toMatchObject({ id: 'pm-urgent/S2/pm25', name: '西郊站', value: 170, raisedAt: after(1) })
  })
})

describe('given a week', () => {
  const one = (minutes: number, sensor: string) => [value(minutes, 80, { sensor }), value(minutes + 1, 50, { sensor })]

  test('when it is counted, then rate, standing, chattering, flood and the worst are told', () => {
    const bad = [0, 2, 4, 6].flatMap((minutes) => one(minutes, 'S1'))
    const flood = Array.from({ length: 11 }, (_, index) => one(60 + index / 10, `F${String(index)}`)).flat()
    const standing = value(70, 99, { sensor: 'OLD', name: '老站' })
    const facts = [...bad, ...flood, standing].sort((a, b) => a.at - b.at)
    const week = world(plain, ...facts, tick(start + 2 * dayMs))
      .alarms('620802')
      ?.week()
    expect(week).toMatchObject({ from: start, to: start + 2 * dayMs, announced: 16, perHour: 16 / 48, standing: 1, chattering: 1 })
    expect(week?.byPriority).toEqual({ urgent: 0, important: 16, normal: 0, notice: 0 })
    expect(week?.longest).toEqual([{ id: 'pm-high/OLD/pm25', rule: 'pm-high', name: '老站', raisedAt: after(70) }])
    expect(week?.floodShare).toBeCloseTo(1 / (2 * 144 + 1), 10)
    expect(week?.worst).toHaveLength(10)
    expect(week?.worst[0]).toEqual({ id, rule: 'pm-high', name: '', priority: 'important', announced: 4, share: 0.25, isChattering: true })
  })

  test('when it has only begun, then the rate is that of an hour', () => {
    expect(
      world(plain, ...one(0, 'S1'))
        .alarms('620802')
        ?.week(),
    ).toMatchObject({ announced: 1, perHour: 1 })
  })

  test('when it is past, then nothing of it is counted or kept', () => {
    const later = world(plain, ...one(0, 'S1'), alarm('acknowledged', { at: after(2), raisedAt: start }), tick(start + 8 * dayMs))
    expect(later.alarms('620802')?.week()).toMatchObject({ from: start + dayMs, announced: 0, worst: [] })
    expect(JSON.stringify(later.dump())).not.toContain('pm-high/S1')
  })
})

describe('given a log with all that can happen', () => {
  const rules = alarmRules([
    alarmRule({ id: 'down', when: { source: 'feed' }, onDelaySeconds: 60 }),
    alarmRule({ id: 'weather', when: { source: 'warning', levels: ['red'] } }),
    alarmRule({ id: 'red', when: { source: 'order' } }),
    alarmRule({ when: pm, onDelaySeconds: 90, offDelaySeconds: 45, parents: ['down'] }),
  ])
  const facts: readonly Fact[] = [
    value(0, 80),
    supervision('issued', { dueAt: after(4) }),
    warning({ level: 'red', expiresAt: after(9), at: after(1) }),
    tick(after(2)),
    alarm('acknowledged', { at: after(2), raisedAt: after(1.5) }),
    feedHealth({ feed: 'indicators', at: after(3), state: 'down' }),
    value(3.5, 90, { sensor: 'S2' }),
    tick(after(5)),
    alarm('shelved', { id: 'pm-high/S2/pm25', at: after(6), until: after(8), reason: '清洗' }),
    feedHealth({ feed: 'indicators', at: after(7), state: 'up' }),
    tick(after(8)),
    value(8.2, 50),
    tick(after(10)),
    tick(after(70)),
  ]
  const entries = entriesOf(facts)

  test('when its facts are parsed, then they are as closed as all others', () => {
    for (const fact of facts) expect(factSchema.parse(fact)).toEqual(fact)
  })

  test('when it is dumped and restored after any entry, then the rest folds to the same', () => {
    const whole = folded(rules, entries)
    expect(alarmsOf(whole).map((each) => each.state)).toContain('unacknowledged')
    for (let cut = 1; cut < entries.length; cut += 1) {
      const restored = World.restore(registryWith({ alarms: rules }), JSON.parse(JSON.stringify(folded(rules, entries.slice(0, cut)).dump())))
      for (const entry of entries.slice(cut)) restored.apply(entry)
      expect(alarmsOf(restored), `cut after ${String(cut)}`).toEqual(alarmsOf(whole))
      expect(summaryOf(restored)).toEqual(summaryOf(whole))
      expect(restored.alarms('620802')?.week()).toEqual(whole.alarms('620802')?.week())
    }
  })

  test('when somebody looks after every entry, then it folds to the same as when nobody does', () => {
    const looked = new World(registryWith({ alarms: rules }))
    for (const entry of entries) {
      looked.apply(entry)
      looked.drain()
    }
    const whole = folded(rules, entries)
    expect(alarmsOf(looked)).toEqual(alarmsOf(whole))
    expect(JSON.stringify(looked.dump())).toBe(JSON.stringify(whole.dump()))
  })

  test('when readings of one sensor come in any order within the delay, then the newest decides', () => {
    const readings = [value(0, 80), value(0.1, 50), value(0.2, 90)]
    const orders = readings.flatMap((a) => readings.filter((b) => b !== a).map((b) => [a, b, ...readings.filter((c) => c !== a && c !== b)]))
    const outcomes = orders.map((order) => {
      const log = entriesOf([...order, tick(after(3))], { at: after(0.5) })
      const last = log.at(-1)
      return alarmsOf(folded(rules, [...log.slice(0, -1), { ...last!, at: after(3) }])).map(({ state, value: told, raisedAt }) => ({
        state,
        told,
        raisedAt,
      }))
    })
    expect(orders).toHaveLength(6)
    for (const outcome of outcomes) expect(outcome).toEqual([{ state: 'unacknowledged', told: 90, raisedAt: after(0.5) + 90 * secondMs }])
  })

  test('when an hour of it was lived through minute by minute, then delays still end where they end', () => {
    const slow = folded(rules, entriesOf([value(0, 80), ...ticks(1, 61)]))
    expect(alarmsOf(slow)).toMatchObject([{ raisedAt: start + 90 * secondMs }])
    expect(hourMs).toBe(60 * minuteMs)
  })
})

describe('given a linked system', () => {
  const rules = alarmRules([alarmRule({ id: 'link', when: { source: 'link' }, onDelaySeconds: 120 })])
  const failing = linkFact('failing', { at: after(1) })
  const fire = incident({ type: '消防/火情', at: after(0) })

  test('when it takes nothing for as long as the rule says, then that is an alarm by its name, until it takes something', () => {
    expect(alarmsOf(world(rules, linkFact('registered'), fire, failing, tick(after(2))))).toEqual([])
    const down = [linkFact('registered'), fire, failing, tick(after(3))]
    expect(alarmsOf(world(rules, ...down))).toMatchObject([{ id: 'link/dispatch', name: '应急调度', state: 'unacknowledged', isStanding: true }])
    expect(alarmsOf(world(rules, ...down, linkFact('delivered', { at: after(4) }), tick(after(5))))).toMatchObject([{ isStanding: false }])
    expect(alarmsOf(world(rules, ...down, linkFact('removed', { at: after(4) }), tick(after(5))))).toMatchObject([{ isStanding: false }])
  })
})
