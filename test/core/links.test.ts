import { describe, expect, test } from 'vitest'
import { factSchema } from '../../contract/fact.ts'
import type { Fact } from '../../contract/fact.ts'
import type { IncidentAct } from '../../contract/incident.ts'
import type { LinkState, LinkThread } from '../../contract/link.ts'
import { dayMs, minuteMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, incident, incidentAct, start, tick } from '../support/facts.ts'
import { linkFact } from '../support/links.ts'
import { registryWith } from '../support/registry.ts'
import { supervision, uuid } from '../support/supervision-facts.ts'

const registry = registryWith()

function after(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
// topics hold entities of their own kind
const threads = (world: World) => world.read(['link-threads@620802'])['link-threads@620802'] as readonly LinkThread[]
const state = (world: World) => (world.read(['links@620802'])['links@620802'] as readonly LinkState[])[0]
const events = (...facts: readonly Fact[]) => threads(after(...facts)).flatMap(({ messages }) => messages.map(({ event }) => event))
const letters = (world: World) => world.links('620802')?.waiting('dispatch') ?? []

let minute = 0
const act = (what: IncidentAct) => incidentAct(what, { at: start + ++minute * minuteMs })
const registered = linkFact('registered')
const opened = incidentAct({ what: 'opened', origin: { kind: 'caller' }, title: '甘沟路 污水井溢流', type: '市政设施/排水', place: [106.64, 35.54] })
const fire = incident({ type: '消防/火情', title: '杂草起火' })

describe('given a linked system', () => {
  test('then nothing of before its registration is told there', () => {
    expect(events(fire, registered)).toEqual([])
  })

  test('then an incident of a type or level of its rule is told from the beginning, and others are not', () => {
    expect(events(registered, fire)).toEqual(['incident.opened'])
    expect(events(registered, opened)).toEqual([])
    expect(events(registered, opened, act({ what: 'classified', level: 'major' }))).toEqual(['incident.opened'])
  })

  test('then what an upstream tells of its past is nobody’s news', () => {
    const world = new World(registry)
    for (const entry of entriesOf([registered, fire], { at: start + 2 * dayMs })) world.apply(entry)
    expect(threads(world)).toEqual([])
  })

  test('then each change of an incident is told once, and what changes nothing is not', () => {
    const course = [
      linkFact('pushed', { at: start }),
      act({ what: 'confirmed' }),
      act({ what: 'noted', note: '2 人到场' }),
      act({ what: 'classified', title: '甘沟路 污水外溢' }),
      act({ what: 'closed', result: '疏通' }),
      act({ what: 'reopened', reason: '又溢' }),
    ]
    expect(events(registered, opened, ...course)).toEqual([
      'incident.opened',
      'incident.confirmed',
      'incident.classified',
      'incident.closed',
      'incident.reopened',
    ])
  })

  test('then an order to a unit that works there is told with its course, and what units say is not told back', () => {
    const lead = { leadUnit: 'water' } as const
    const course = [
      supervision('issued', lead),
      supervision('acknowledged', { unit: 'water', at: start + 1 }),
      supervision('reminded', { at: start + 2 }),
      supervision('accepted', { at: start + 3 }),
    ]
    expect(events(registered, ...course)).toEqual(['order.issued', 'order.reminded', 'order.closed'])
    expect(events(registered, supervision('issued'))).toEqual([])
  })

  test('then a message says what stood when it happened, without telephone or address, the same to the byte after a restart', () => {
    const facts = [registered, opened, linkFact('pushed'), act({ what: 'closed', result: '疏通' })]
    const [first, second] = letters(after(...facts))
    expect(first).toMatchObject({ id: `${uuid(900)}.3`, event: 'incident.opened', thread: 'dispatch/incident/E1' })
    expect(JSON.parse(first?.body ?? '')).toEqual({
      id: `${uuid(900)}.3`,
      type: 'incident.opened',
      timestamp: new Date(start).toISOString(),
      district: '620802',
      incident: {
        id: 'E1',
        title: '甘沟路 污水井溢流',
        type: '市政设施/排水',
        priority: 'normal',
        stage: 'reported',
        place: { longitude: 106.64, latitude: 35.54, datum: 'WGS-84' },
        reportedAt: new Date(start).toISOString(),
      },
    })
    expect(JSON.parse(second?.body ?? '')).toMatchObject({ type: 'incident.closed', incident: { stage: 'closed', result: '疏通' } })
    expect(letters(after(...facts))).toEqual(letters(after(...facts)))
    const issued = supervision('issued', { leadUnit: 'water', contact: { name: '李四', phone: '13800138000' }, address: '10.0.0.9' })
    expect(letters(after(registered, issued))[0]?.body).not.toMatch(/13800138000|10\.0\.0\.9|李四/)
  })

  test('then its state tells what waits, since when, and why', () => {
    const facts = [registered, fire, linkFact('failing', { at: start + minuteMs })]
    expect(state(after(...facts))).toMatchObject({
      waiting: 1,
      oldestWaitingAt: start,
      trouble: { since: start + minuteMs, reason: 'nothing listens there' },
    })
    const delivered = linkFact('delivered', { at: start + 2 * minuteMs })
    expect(state(after(...facts, delivered))).toMatchObject({ waiting: 0, deliveredAt: start + 2 * minuteMs, trouble: undefined })
    expect(threads(after(...facts, delivered))[0]?.messages[0]).toMatchObject({ deliveredAt: start + 2 * minuteMs })
  })

  test('then a message that alone is refused says so, and the system is not down', () => {
    const world = after(registered, fire, linkFact('failing', { message: `${uuid(900)}.2`, reason: 'HTTP 422' }))
    expect(state(world)?.trouble).toBeUndefined()
    expect(threads(world)[0]?.messages[0]?.trouble).toBe('HTTP 422')
  })

  test('then what was given up waits no more, and says who and why', () => {
    const world = after(registered, fire, linkFact('given-up'))
    expect(letters(world)).toEqual([])
    expect(threads(world)[0]?.messages[0]?.givenUp).toEqual({ at: start, by: '张三', reason: '已电话告知' })
    expect(state(world)?.givenUp).toBe(1)
  })

  test('then what it answers stands in the incident’s course and in the thread, moves the stage, and is not told back', () => {
    const answered = act({ what: 'answered', link: 'dispatch', answer: 'arrived', note: '8 人' })
    const world = after(registered, fire, answered)
    expect(letters(world)).toHaveLength(1)
    expect(threads(world)[0]?.answers).toMatchObject([{ answer: 'arrived', by: '张三', note: '8 人', isLate: false }])
    expect(world.find('incidents@620802', 'E1')).toMatchObject({ stage: 'in-progress', lines: [{ act: { what: 'answered' } }] })
  })

  test('then one that is taken out of the configuration shows no more, and is told nothing', () => {
    const world = after(registered, fire, linkFact('removed'), incident({ id: 'E2', type: '消防/火情' }))
    expect([threads(world), state(world)]).toEqual([[], undefined])
  })

  test('then a week after it is over a thread is forgotten', () => {
    const over = [registered, fire, linkFact('delivered'), incident({ at: start + 1, stage: 'closed' })]
    const closing = linkFact('delivered', { message: `${uuid(900)}.4`, at: start + 2 })
    expect(threads(after(...over, closing, tick(start + 6 * dayMs)))).toHaveLength(1)
    expect(threads(after(...over, closing, tick(start + 8 * dayMs)))).toEqual([])
    // what waits is never forgotten
    expect(threads(after(...over, tick(start + 30 * dayMs)))).toHaveLength(1)
  })

  test('then a restored world is the same and goes on the same', () => {
    const facts = [registered, opened, linkFact('pushed'), fire, linkFact('failing'), supervision('issued', { leadUnit: 'water' })]
    const world = after(...facts)
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(letters(restored)).toEqual(letters(world))
    expect(threads(restored)).toEqual(threads(world))
    expect(state(restored)).toEqual(state(world))
    expect(restored.links('620802')?.isDone(uuid(901))).toBe(true)
  })
})

test('given the facts of these tests, then each has the shape that the log takes', () => {
  for (const what of ['registered', 'removed', 'pushed', 'failing', 'delivered', 'given-up'] as const) factSchema.parse(linkFact(what))
})
