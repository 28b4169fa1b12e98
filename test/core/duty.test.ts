import { describe, expect, test } from 'vitest'
import { dutyRulesSchema, lateHandover, shiftAt, shiftToHandOver } from '../../contract/duty.ts'
import type { DutyShift, Resource } from '../../contract/duty.ts'
import type { Fact } from '../../contract/fact.ts'
import { factSchema } from '../../contract/fact.ts'
import { hourMs, minuteMs } from '../../contract/time.ts'
import { World } from '../../server/core/world.ts'
import { dutyRules, handedOver, imported, moved, registered, swapped, takenOver } from '../support/duty.ts'
import { entriesOf, start, tick } from '../support/facts.ts'
import { registryWith } from '../support/registry.ts'
import { uuid } from '../support/supervision-facts.ts'

const registry = registryWith({ duty: dutyRules() })
const zone = 'Asia/Shanghai'
const day = new Date(start + 8 * hourMs).toISOString().slice(0, 10)

function world(...facts: readonly Fact[]): World {
  const made = new World(registry)
  for (const entry of entriesOf([tick(start), ...facts])) made.apply(entry)
  return made
}
// each topic holds entities of its own kind
const shifts = (given: World) => given.read(['duty@620802'])['duty@620802'] as readonly DutyShift[]
const resources = (given: World) => given.read(['resources@620802'])['resources@620802'] as readonly Resource[]
const shift = (given: World, id: string) => shifts(given).find((one) => one.shift === id && one.day === day)
const chief = { day, shift: 'day', post: 'chief', name: '王某', phone: '13900000000' } as const
const lead = { day, shift: 'day', post: 'lead', name: '李某', unit: '区政府办' } as const
const roster = imported([chief, lead])

describe('given a roster that was imported', () => {
  test('when a shift is read, then people stand by post, and no telephone does', () => {
    const told = shift(world(roster), 'day')
    expect(told?.people).toEqual([
      { post: 'lead', name: '李某', unit: '区政府办', insteadOf: undefined },
      { post: 'chief', name: '王某', unit: undefined, insteadOf: undefined },
    ])
    expect(JSON.stringify(shifts(world(roster)))).not.toContain('13900000000')
    expect(world(roster).duty('620802')?.people(`${day}/day`)[1]?.phone).toBe('13900000000')
  })

  test('when nobody is rostered, then the shift is there and empty', () => {
    expect(shift(world(), 'evening')?.people).toEqual([])
    expect(shiftAt(shifts(world()), start)?.people).toEqual([])
  })

  test('when the same days are imported again, then nothing of before is left', () => {
    expect(shift(world(roster, imported([{ ...chief, name: '赵某' }])), 'day')?.people.map(({ name }) => name)).toEqual(['赵某'])
  })

  test('when somebody swaps, then it says instead of whom, also after a second swap', () => {
    const one = swapped({ day, shift: 'day', post: 'chief', from: '王某', to: { name: '孙某' }, reason: '病假' })
    const other = swapped({ day, shift: 'day', post: 'chief', from: '孙某', to: { name: '周某' }, reason: '出差' })
    expect(shift(world(roster, one, other), 'day')?.people[1]).toMatchObject({ name: '周某', insteadOf: '王某' })
  })

  test('when a dump is restored, then all stands as before', () => {
    const made = world(roster, registered({ id: 'T1', type: 'team', name: '抢险队' }))
    const again = World.restore(registry, JSON.parse(JSON.stringify(made.dump())))
    expect([shifts(again), resources(again)]).toEqual([shifts(made), resources(made)])
  })
})

describe('given a shift that is handed over', () => {
  const sheet = { at: start, sections: [{ section: 'incidents' as const, total: 1, lines: ['甘沟路积水'] }] }
  const given = handedOver({ day, shift: 'day', session: 's1', note: '', sheet, by: '王某' })

  test('when another person takes it over, then both stand there, and it is changed no more', () => {
    const taken = takenOver({ day, shift: 'day', session: 's2', givenAt: start, by: '孙某', at: start + minuteMs })
    const late = handedOver({ day, shift: 'day', session: 's3', note: '', sheet, by: '赵某', at: start + 2 * minuteMs })
    expect(shift(world(given, taken, late), 'day')?.handover).toEqual({
      givenAt: start,
      givenBy: '王某',
      taken: { at: start + minuteMs, by: '孙某' },
    })
  })

  test('when the giver signs as the taker too, then it is taken by nobody', () => {
    const own = takenOver({ day, shift: 'day', session: 's2', givenAt: start, by: '王某' })
    expect(shift(world(given, own), 'day')?.handover?.taken).toBeUndefined()
  })

  test('when a fact is checked, then it is of the contract', () => {
    expect(factSchema.safeParse(given).error).toBeUndefined()
    expect(factSchema.safeParse(roster).error).toBeUndefined()
  })
})

describe('given the change of shift', () => {
  const rostered = shifts(world(roster))
  const own = rostered.find((one) => one.day === day && one.shift === 'day')
  const end = own?.to ?? 0

  test('when half an hour has passed unsigned, then it is late; one without people never is', () => {
    expect(lateHandover(rostered, end + 30 * minuteMs, 30)).toBeUndefined()
    expect(lateHandover(rostered, end + 31 * minuteMs, 30)?.id).toBe(`${day}/day`)
    expect(lateHandover(shifts(world()), end + 31 * minuteMs, 30)).toBeUndefined()
  })

  test('when the end is near, then this shift is handed over; before that the one that has ended', () => {
    expect(shiftToHandOver(rostered, end - 30 * minuteMs)?.id).toBe(`${day}/day`)
    expect(shiftToHandOver(rostered, end + 30 * minuteMs)?.id).toBe(`${day}/day`)
    expect(shiftToHandOver(rostered, (own?.from ?? 0) + 2 * hourMs)?.to).toBe(own?.from)
  })
})

describe('given resources', () => {
  const team = registered({ id: 'T1', type: 'team', name: '抢险队' })
  const sent = moved({ id: 'T1', to: { status: 'assigned', incident: 'E1' } })
  const act = (what: object): Fact => ({
    ...{ kind: 'incident-act', district: '620802', id: 'E1', at: start + minuteMs, by: '李四', address: '', command: uuid(900_001) },
    // as the contract has it
    act: what as Extract<Fact, { readonly kind: 'incident-act' }>['act'],
  })

  test('when one is sent, then it stands assigned', () => {
    expect(resources(world(team, sent))).toMatchObject([{ id: 'T1', standing: { status: 'assigned', incident: 'E1' }, by: '李四' }])
  })

  test('when its incident is closed, then it is on its way back; merged, it goes on for the other', () => {
    expect(resources(world(team, sent, act({ what: 'closed', result: '已抽排' })))[0]?.standing).toEqual({ status: 'returning' })
    expect(resources(world(team, sent, act({ what: 'merged', into: 'E2' })))[0]?.standing).toEqual({ status: 'assigned', incident: 'E2' })
  })

  test('when the same command is folded twice, then it counts once', () => {
    const back = moved({ id: 'T1', to: { status: 'available' } })
    expect(resources(world(team, sent, back, sent))[0]?.standing.status).toBe('available')
  })
})

test.each([
  ['a gap', [{ id: 'a', name: '甲', nameEn: 'A', start: '08:00', hours: 12 }], 'no shift begins when "a" ends, at 20:00'],
  ['one whole day', [{ id: 'a', name: '甲', nameEn: 'A', start: '08:30', hours: 24 }], undefined],
])('shifts of a day with %s', (_, given, expected) => {
  const message = dutyRulesSchema.safeParse({ shifts: given }).error?.issues[0]?.message
  if (expected === undefined) expect(message).toBeUndefined()
  else expect(message).toContain(expected)
  expect(zone).toBe('Asia/Shanghai')
})
