import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { factSchema } from '../../contract/fact.ts'
import type { Fact } from '../../contract/fact.ts'
import type { SupervisionFact } from '../../contract/supervision-fact.ts'
import { stepCountOf } from '../../contract/supervision.ts'
import type { SupervisionOrder } from '../../contract/supervision.ts'
import { dayMs, hourMs, minuteMs } from '../../contract/time.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { World } from '../../server/core/world.ts'
import { clockFact, entriesOf, start, tick } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'
import { supervision, uuid } from '../support/supervision-facts.ts'

const registry = registryWith({ calendar: createWorkCalendar([{ year: 2026, source: '测试', holidays: [], workdays: [] }]) })
const name = 'supervisions@620802'
/** a minute of Shanghai's clocks */
const at = (text: string): number => Date.parse(`${text}:00+08:00`)

function after(facts: readonly Fact[], known = registry): World {
  const world = new World(known)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
// the topic holds orders
const read = (world: World) => world.read([name])[name] as readonly SupervisionOrder[]
const only = (...facts: Fact[]) => read(after(facts))[0]
const cardsOf = (order: SupervisionOrder | undefined) =>
  order?.cards.map(({ colour, reason, since }) => [colour, reason, new Date(since + 8 * hourMs).toISOString().slice(0, 16)])

const issued = supervision('issued')
const acknowledged = supervision('acknowledged', { at: start + hourMs, by: '李四' })

describe('given an order', () => {
  test('when it is issued, then it is told with its number, its units and its clock', () => {
    const contact = { name: '李四', phone: '0933-8215000' }
    expect(only(supervision('issued', { contact, note: '见附件' }))).toEqual({
      id: 'S1',
      number: '督〔2026〕12号',
      title: '城东积水点整治',
      text: '完成排水口清淤',
      note: '见附件',
      level: 'normal',
      leadUnit: 'housing',
      supportingUnits: ['dongguan'],
      // the number is for those who ask for this order
      contact: { name: '李四' },
      origin: { kind: 'hand', id: undefined },
      issuedAt: start,
      issuedBy: '值班员甲',
      dueAt: at('2026-12-01T00:00') - 1,
      firstDueAt: at('2026-12-01T00:00') - 1,
      isProvisional: false,
      stage: 'issued',
      stageSince: start,
      acknowledgedBy: [],
      heardAt: undefined,
      settledAt: undefined,
      settledBy: undefined,
      basis: undefined,
      clock: 'running',
      card: { colour: 'none', reason: undefined, since: start },
      cards: [],
      escalation: undefined,
      reminders: [],
      extension: undefined,
      effect: undefined,
      steps: [expect.objectContaining({ at: start, step: 'issued', by: '值班员甲', unit: undefined, isLate: false })],
      stepsDropped: 0,
    })
  })

  test('when the lead unit answers step by step, then the stage follows, and a supporting unit moves nothing', () => {
    const steps: SupervisionFact[] = [
      issued,
      supervision('acknowledged', { at: start + 1, unit: 'dongguan' }),
      supervision('acknowledged', { at: start + 2 }),
      supervision('feedback', { at: start + 3, unit: 'dongguan' }),
      supervision('feedback', { at: start + 4 }),
      supervision('submitted', { at: start + 5, unit: 'dongguan' }),
      supervision('submitted', { at: start + 6 }),
      supervision('sent-back', { at: start + 7 }),
      supervision('submitted', { at: start + 8 }),
      supervision('accepted', { at: start + 9, by: '值班员乙' }),
    ]
    const stages = steps.map((_, index) => only(...steps.slice(0, index + 1))?.stage)
    expect(stages).toEqual([
      'issued',
      'issued',
      'acknowledged',
      'acknowledged',
      'in-progress',
      'in-progress',
      'submitted',
      'sent-back',
      'submitted',
      'closed',
    ])
    expect(only(...steps)).toMatchObject({
      acknowledgedBy: ['dongguan', 'housing'],
      heardAt: start + 8,
      settledAt: start + 9,
      settledBy: '值班员乙',
      basis: '现场核查',
      clock: 'settled',
    })
  })

  test('when a unit that it does not name speaks, then nothing follows but a step', () => {
    const order = only(issued, supervision('submitted', { at: start + 1, unit: 'elsewhere' }))
    expect([order?.stage, order?.acknowledgedBy, order?.steps.length]).toEqual(['issued', [], 2])
  })

  test('when its lead unit is changed, then the new one begins anew, with a clock of its own to acknowledge', () => {
    const order = only(
      issued,
      acknowledged,
      supervision('amended', { at: start + 2 * hourMs, leadUnit: 'dongguan', supportingUnits: [], level: 'urgent' }),
    )
    expect(order).toMatchObject({ leadUnit: 'dongguan', supportingUnits: [], level: 'urgent', stage: 'issued', heardAt: undefined })
  })

  test('when an extension is asked for, then it waits; granted it moves the due time, refused it does not', () => {
    const asked = supervision('extension-asked', { at: start + hourMs, by: '李四' })
    const until = at('2026-12-08T00:00') - 1
    expect(only(issued, asked)?.extension).toEqual({ askedAt: start + hourMs, by: '李四', unit: 'housing', dueAt: until, note: '管材未到' })
    const granted = only(issued, asked, supervision('extension-granted', { at: start + 2 * hourMs }))
    expect([granted?.extension, granted?.dueAt, granted?.firstDueAt]).toEqual([undefined, until, issued.dueAt])
    const refused = only(issued, asked, supervision('extension-refused', { at: start + 2 * hourMs }))
    expect([refused?.extension, refused?.dueAt]).toEqual([undefined, issued.dueAt])
  })

  test('when an answer comes after closing or cancelling, then it is kept, marked late, and changes nothing', () => {
    for (const end of ['accepted', 'cancelled'] as const) {
      const settled = [issued, supervision(end, { at: start + hourMs })]
      const before = only(...settled)
      const late = only(...settled, supervision('submitted', { at: start + 2 * hourMs }))
      expect({ ...late, steps: [] }).toEqual({ ...before, steps: [] })
      expect(late?.steps.map(({ step, isLate }) => [step, isLate])).toEqual([
        ['issued', false],
        [end, false],
        ['submitted', true],
      ])
    }
  })

  test('when a step is told twice, or before the issue, then it comes to the same', () => {
    const steps = [issued, acknowledged, supervision('feedback', { at: start + 2 * hourMs })]
    expect(read(after([...steps, ...steps]))).toEqual(read(after(steps)))
    expect(read(after([acknowledged]))).toEqual([])
    expect(read(after([...steps].reverse()))[0]?.stage).toBe('in-progress')
  })

  test('when its due time was counted beyond the calendar, then it is counted again once the calendar is known', () => {
    const far = supervision('issued', { at: at('2026-12-31T09:00'), dueAt: at('2027-01-02T00:00') - 1, isProvisional: true, workingDays: 1 })
    expect(only(far)).toMatchObject({ dueAt: at('2027-01-02T00:00') - 1, isProvisional: true })
    const known = registryWith({
      calendar: createWorkCalendar([
        { year: 2026, source: '测试', holidays: [], workdays: [] },
        { year: 2027, source: '测试', holidays: [{ day: '2027-01-01', name: '元旦' }], workdays: [] },
      ]),
    })
    expect(read(after([far], known))[0]).toMatchObject({ dueAt: at('2027-01-05T00:00') - 1, isProvisional: false })
  })

  test('when it came from an indicator, then it tells how that stood', () => {
    const origin = { kind: 'indicator', id: 'satisfaction' } as const
    expect(only(supervision('issued', { origin, value: 83.2 }))?.effect).toEqual({ indicator: 'satisfaction', value: 83.2, at: start })
    expect(only(supervision('issued', { origin }))?.effect).toEqual({ indicator: 'satisfaction', value: undefined, at: start })
  })

  test('when it is settled, then it is published for 60 days, and found for ever', () => {
    const settled = [issued, supervision('accepted', { at: start + hourMs })]
    expect(read(after([...settled, tick(start + hourMs + 60 * dayMs - 1)]))).toHaveLength(1)
    const world = after(settled)
    world.drain()
    world.apply({ seq: 3, at: start + hourMs + 60 * dayMs, feed: 'system', fact: tick(start + hourMs + 60 * dayMs) })
    expect(world.drain().get(name)).toEqual({ remove: ['S1'] })
    expect(world.supervisions('620802')?.find('S1', 'unit')?.stage).toBe('closed')
  })

  test('when very much is reported, then the latest 40 steps are published, 200 of a kind are kept, and all are counted', () => {
    const reports = Array.from({ length: 250 }, (_, index) =>
      supervision('feedback', { at: start + index + 1, note: String(index), address: '10.0.0.7' }),
    )
    const world = after([issued, ...reports])
    const [shown] = read(world)
    expect([shown?.steps.length, shown?.steps[0]?.note, shown?.steps.at(-1)?.note, shown?.stepsDropped]).toEqual([40, '210', '249', 211])
    const kept = world.supervisions('620802')?.find('S1', 'desk')
    expect([kept?.steps.length, kept?.steps[101]?.note, kept?.stepsDropped]).toEqual([201, '150', 50])
    expect([shown, kept].map((order) => order && stepCountOf(order))).toEqual([251, 251])
    expect([kept?.steps.at(-1)?.address, world.supervisions('620802')?.find('S1', 'unit')?.steps.at(-1)?.address]).toEqual(['10.0.0.7', undefined])
  })

  test('when the log is asked for a command, then it says what came of it, and nothing of another', () => {
    const book = after([issued, acknowledged]).supervisions('620802')
    expect(book?.done(acknowledged.command)).toMatchObject({ fact: acknowledged, isLate: false, order: { number: '督〔2026〕12号' } })
    expect(book?.done(uuid(999_999))).toBeUndefined()
    expect([book?.lastNumber(2026), book?.lastNumber(2027)]).toEqual([12, 0])
  })
})

describe('given the rule of the cards', () => {
  const attended = [issued, acknowledged, supervision('feedback', { at: at('2026-11-24T09:00') })]

  test('when time passes, then the card is blue with three working days left, yellow on the last day and red beyond', () => {
    expect(only(...attended, tick(at('2026-11-25T23:59')))?.card.colour).toBe('none')
    expect(cardsOf(only(...attended, tick(at('2026-12-01T08:00'))))).toEqual([
      ['blue', 'near', '2026-11-26T00:00'],
      ['yellow', 'behind', '2026-11-30T00:00'],
      ['red', 'overdue', '2026-12-01T00:00'],
    ])
  })

  test('when it is not acknowledged within two working days, then it is yellow until it is', () => {
    const order = only(issued, supervision('acknowledged', { at: at('2026-11-26T10:00') }), tick(at('2026-11-26T11:00')))
    expect(cardsOf(order)).toEqual([
      ['yellow', 'unacknowledged', '2026-11-26T00:00'],
      ['blue', 'near', '2026-11-26T10:00'],
    ])
  })

  test('when the lead unit is silent for five working days, then it is yellow; a supporting unit’s word does not count', () => {
    const long = [supervision('issued', { dueAt: at('2026-12-26T00:00') - 1 }), acknowledged]
    const silent = [...long, supervision('feedback', { at: at('2026-11-30T09:00'), unit: 'dongguan' })]
    expect(cardsOf(only(...silent, tick(at('2026-12-01T00:00'))))).toEqual([['yellow', 'silent', '2026-12-01T00:00']])
    const heard = [...long, supervision('feedback', { at: at('2026-12-01T09:00') })]
    expect(cardsOf(only(...heard, tick(at('2026-12-02T00:00'))))).toEqual([
      ['yellow', 'silent', '2026-12-01T00:00'],
      ['none', undefined, '2026-12-01T09:00'],
    ])
  })

  test('when so few days were given that none is left before, then shares of the working time decide', () => {
    const short = supervision('issued', { dueAt: start + 4 * hourMs })
    expect(cardsOf(only(short, tick(start + 4 * hourMs + 1)))).toEqual([
      ['blue', 'near', '2026-11-23T16:30'],
      ['yellow', 'behind', '2026-11-23T17:42'],
      ['red', 'overdue', '2026-11-23T18:30'],
    ])
  })

  test('when it waits for review, then it has no card, and its clock stands still', () => {
    const waiting = only(...attended, supervision('submitted', { at: at('2026-11-27T09:00') }), tick(at('2026-12-04T09:00')))
    expect([waiting?.card.colour, waiting?.clock, waiting?.escalation]).toEqual(['none', 'half', undefined])
  })

  test('when a red was made up for, then it is yellow for ever, and every card stays in the history', () => {
    const submitted = supervision('submitted', { at: at('2026-12-02T09:00') })
    const late = [...attended, submitted, supervision('accepted', { at: at('2026-12-03T09:00') })]
    const order = only(...late, tick(at('2026-12-20T09:00')))
    expect(order?.card).toEqual({ colour: 'yellow', reason: 'was-red', since: submitted.at })
    expect(cardsOf(order)?.map(([colour]) => colour)).toEqual(['blue', 'yellow', 'red', 'yellow'])
    const inTime = only(
      ...attended,
      supervision('submitted', { at: at('2026-11-30T09:00') }),
      supervision('accepted', { at: at('2026-12-09T09:00') }),
    )
    expect([inTime?.card.colour, inTime?.clock]).toEqual(['none', 'settled'])
  })

  test('when an extension is granted after the due time, then the red is no better than yellow; granted before, there is none', () => {
    const granted = (text: string) => [...attended, supervision('extension-granted', { at: at(text) }), tick(at('2026-12-03T12:00'))]
    expect(only(...granted('2026-12-02T09:00'))?.card).toMatchObject({ colour: 'yellow', reason: 'was-red' })
    expect(only(...granted('2026-11-30T23:59'))?.cards.map(({ colour }) => colour)).toEqual(['blue', 'yellow', 'none', 'yellow'])
  })

  test('when it is sent back after its due time, then it is red at once, and a new due time given with it takes effect', () => {
    const back = [...attended, supervision('submitted', { at: at('2026-11-30T09:00') })]
    expect(only(...back, supervision('sent-back', { at: at('2026-12-02T09:00') }))?.card).toEqual({
      colour: 'red',
      reason: 'overdue',
      since: at('2026-12-02T09:00'),
    })
    const due = { dueAt: at('2026-12-12T00:00') - 1, isProvisional: false }
    const again = only(...back, supervision('sent-back', { at: at('2026-12-02T09:00'), due }))
    expect([again?.card.colour, again?.dueAt, again?.stage]).toEqual(['none', due.dueAt, 'sent-back'])
  })
})

describe('given the rule of reminders and escalation', () => {
  test('when time passes, then it was reminded of by shares and days, and by hand, in their order', () => {
    const reminded = supervision('reminded', { at: at('2026-11-27T09:00'), by: '值班员乙' })
    const order = only(issued, acknowledged, reminded, tick(at('2026-11-30T08:00')))
    expect(order?.reminders).toEqual([
      { at: at('2026-11-26T00:00'), why: 'days-left', by: undefined },
      { at: expect.any(Number) as number, why: 'share', by: undefined },
      { at: reminded.at, why: 'desk', by: '值班员乙' },
      { at: at('2026-11-30T00:00'), why: 'days-left', by: undefined },
    ])
  })

  test('when it stays overdue, then it climbs by working days, and never down', () => {
    const rungAt = (text: string) => only(issued, acknowledged, tick(at(text)))?.escalation
    expect(rungAt('2026-12-01T23:59')).toBeUndefined()
    expect(rungAt('2026-12-02T00:00')).toEqual({ to: 'office', since: at('2026-12-02T00:00') })
    expect(rungAt('2026-12-08T00:00')).toEqual({ to: 'deputy', since: at('2026-12-08T00:00') })
    expect(rungAt('2026-12-15T00:00')).toEqual({ to: 'head', since: at('2026-12-15T00:00') })
    const due = { dueAt: at('2027-01-30T00:00'), isProvisional: true }
    const moved = only(issued, tick(at('2026-12-08T00:00')), supervision('amended', { at: at('2026-12-08T09:00'), due, level: 'important' }))
    expect(moved?.escalation).toEqual({ to: 'deputy', since: at('2026-12-08T00:00') })
  })

  test('when its level is raised while it is overdue, then the chain of the new level holds from then on', () => {
    const raised = supervision('amended', { at: at('2026-12-03T09:00'), level: 'urgent' })
    expect(only(issued, raised)?.escalation).toEqual({ to: 'head', since: raised.at })
  })
})

describe('given a clock that is not trusted', () => {
  test('when an order would be overdue, then it is unsure, without card and rung, and set right when the clock is', () => {
    const lost = clockFact({ at: at('2026-11-30T23:00'), driftMs: 0, isTrusted: false })
    const facts: Fact[] = [issued, acknowledged, tick(at('2026-11-30T22:00')), lost, tick(at('2026-12-03T09:00'))]
    const unsure = only(...facts)
    expect([unsure?.clock, unsure?.card.colour, unsure?.escalation]).toEqual(['unsure', 'yellow', undefined])
    const right = only(...facts, clockFact({ at: at('2026-12-03T09:01') }))
    expect([right?.clock, right?.card, right?.escalation?.to]).toEqual([
      'overdue',
      { colour: 'red', reason: 'overdue', since: at('2026-12-01T00:00') },
      'office',
    ])
  })
})

describe('given the steps of some orders', () => {
  const step: fc.Arbitrary<SupervisionFact> = fc
    .record({
      id: fc.constantFrom('S1', 'S2'),
      hours: fc.integer({ min: 0, max: 60 }),
      command: fc.nat({ max: 10_000 }),
      unit: fc.constantFrom('housing', 'dongguan'),
      step: fc.constantFrom(
        'amended',
        'acknowledged',
        'feedback',
        'extension-asked',
        'extension-granted',
        'extension-refused',
        'reminded',
        'submitted',
        'sent-back',
        'accepted',
        'cancelled',
      ),
    })
    .map(({ id, hours, command, unit, step: taken }) => {
      const speaks = ['acknowledged', 'feedback', 'extension-asked', 'submitted'].includes(taken)
      return supervision(taken, { id, at: start + 6 * hours * hourMs, command: uuid(20_000 + command), ...(speaks && { unit }) })
    })
  const issues = [issued, supervision('issued', { id: 'S2', level: 'urgent', dueAt: start + 30 * hourMs })]
  const evening = start + 500 * hourMs

  /** All recorded at one late instant: what was told when does not matter. */
  const told = (facts: readonly Fact[]): readonly SupervisionOrder[] => {
    const world = new World(registry)
    for (const entry of entriesOf(facts, { at: evening })) world.apply(entry)
    return read(world)
  }

  test('when they arrive in any order, each twice, then they end the same', () => {
    const arrivals = fc.array(step, { maxLength: 14 }).chain((steps) => {
      const facts = [...issues, ...steps]
      return fc.tuple(fc.constant(facts), fc.shuffledSubarray([...facts, ...facts], { minLength: 2 * facts.length, maxLength: 2 * facts.length }))
    })
    fc.assert(
      fc.property(arrivals, ([facts, shuffled]) => {
        expect(told(shuffled)).toEqual(told(facts))
      }),
      { numRuns: 120 },
    )
  })

  test('when the world is restored on the way, and ticks come in between, then it goes on as if nothing had happened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), fc.nat(30), (steps, cut) => {
        const ordered = [...issues, ...steps].sort((one, other) => one.at - other.at)
        const entries = entriesOf(ordered.flatMap((one) => [one, tick(one.at + 5 * hourMs + minuteMs)]))
        const before = new World(registry)
        for (const entry of entries.slice(0, cut)) before.apply(entry)
        const restored = World.restore(registry, JSON.parse(JSON.stringify(before.dump())))
        for (const entry of entries.slice(cut)) restored.apply(entry)
        const whole = new World(registry)
        for (const entry of entries) whole.apply(entry)
        expect(read(restored)).toEqual(read(whole))
      }),
      { numRuns: 80 },
    )
  })

  test('when time comes tick by tick, then it is told as by one look at the end', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 10 }), (steps) => {
        const ordered = [...issues, ...steps].sort((one, other) => one.at - other.at)
        const until = start + 500 * hourMs
        const ticks = Array.from({ length: 500 }, (_, index) => tick(start + (index + 1) * hourMs))
        const live = [...ordered, ...ticks].sort((one, other) => one.at - other.at)
        expect(read(after(live))).toEqual(read(after([...ordered, tick(until)])))
      }),
      { numRuns: 30 },
    )
  })
})

describe('the shape of a step', () => {
  const shaped = (fact: object) => factSchema.safeParse(fact).success

  test('is closed, and each step says what it needs', () => {
    expect([issued, acknowledged, supervision('cancelled')].map(shaped)).toEqual([true, true, true])
    expect(shaped({ ...acknowledged, mood: 'good' })).toBe(false)
    expect(shaped({ ...acknowledged, unit: undefined })).toBe(false)
    expect(shaped({ ...supervision('accepted'), note: '' })).toBe(false)
    expect(shaped({ ...issued, attachments: [{ id: 'x', name: 'a.pdf', bytes: 1, mediaType: 'application/pdf' }] })).toBe(false)
    expect(shaped({ ...issued, step: 'praised' })).toBe(false)
  })
})
