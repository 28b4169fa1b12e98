import { describe, expect, test } from 'vitest'
import { factSchema } from '../../contract/fact.ts'
import type { Fact } from '../../contract/fact.ts'
import { hourMs } from '../../contract/time.ts'
import { createAdmission } from '../../server/core/admission.ts'
import { World } from '../../server/core/world.ts'
import { entriesOf, orderAnswer, start } from '../support/facts.ts'
import { feed, registryWith, unit } from '../support/registry.ts'
import { supervision } from '../support/supervision-facts.ts'

const registry = registryWith({ units: [unit({ id: 'water' })] })
const oa = feed({ id: 'hotline', answersFor: ['housing', 'water'] })
const answer = (given: object = {}) => ({ ...orderAnswer({ at: start + hourMs }), ...given })

function after(...facts: readonly Fact[]): World {
  const world = new World(registry)
  for (const entry of entriesOf(facts)) world.apply(entry)
  return world
}
const issued = supervision('issued')
const order = (...answers: readonly object[]) =>
  after(issued, ...answers.map((each) => factSchema.parse(each)))
    .supervisions('620802')
    ?.find('S1', 'desk')

describe('given a feed that tells what units answer', () => {
  test('then an order is called by its number or its id, and is acknowledged, reported and submitted', () => {
    const told = order(
      answer({ by: '李四' }),
      answer({ id: 'S1', step: 'feedback', note: '已排查', at: start + 2 * hourMs }),
      answer({ step: 'submitted', note: '已办结', at: start + 3 * hourMs }),
    )
    expect(told?.stage).toBe('submitted')
    expect(told?.steps.slice(1)).toMatchObject([
      { step: 'acknowledged', by: '李四', unit: 'housing' },
      { step: 'feedback', by: 'housing', note: '已排查' },
      { step: 'submitted', note: '已办结' },
    ])
  })

  test('then an answer that was dated back counts from when it was recorded', () => {
    const world = after(issued)
    world.apply({ seq: 2, at: start + 5 * hourMs, feed: 'hotline', fact: factSchema.parse(answer()) })
    expect(world.supervisions('620802')?.find('S1', 'desk')?.heardAt).toBe(start + 5 * hourMs)
  })

  test('then what comes after closing is kept as late', () => {
    const world = after(
      issued,
      supervision('accepted', { at: start + hourMs }),
      factSchema.parse(answer({ step: 'submitted', note: '已办结', at: start + 2 * hourMs })),
    )
    expect(world.supervisions('620802')?.find('S1', 'desk')).toMatchObject({ stage: 'closed', steps: [{}, {}, { isLate: true }] })
  })

  test('then a restored world has the same order', () => {
    const world = after(issued, factSchema.parse(answer()))
    const restored = World.restore(registry, JSON.parse(JSON.stringify(world.dump())))
    expect(restored.supervisions('620802')?.called('督〔2026〕12号')).toEqual(world.supervisions('620802')?.called('S1'))
  })

  test.each([
    ['a unit that it may not speak for', answer({ unit: 'dongguan' }), {}, /unit: found "dongguan".*add it to answersFor of feed hotline/],
    ['any unit, without answersFor', answer(), { answersFor: undefined }, /the feed has no answersFor/],
    ['an order that there is not', answer({ id: '督〔2026〕99号' }), {}, /id: found "督〔2026〕99号"/],
    [
      'an order of other units',
      answer({ unit: 'water' }),
      {},
      /unit: found "water", expected one of those that have 督〔2026〕12号: housing, dongguan/,
    ],
    ['a report without words', answer({ step: 'feedback' }), {}, /note: /],
    ['a step that units do not take', answer({ step: 'accepted' }), {}, /step/],
  ])('then %s is refused in words', (_name, candidate, given, words) => {
    const admission = createAdmission({
      feed: { ...oa, ...given },
      registry,
      last: () => undefined,
      order: (name) => after(issued).supervisions('620802')?.called(name),
    })
    const admitted = admission.session(start + hourMs).admit(candidate)
    expect('error' in admitted ? admitted.error.detail : '').toMatch(words)
  })

  test('then only the lead unit submits', () => {
    const admission = createAdmission({
      feed: feed({ id: 'hotline', answersFor: ['dongguan'] }),
      registry,
      last: () => undefined,
      order: (name) => after(issued).supervisions('620802')?.called(name),
    })
    const admitted = admission.session(start + hourMs).admit(answer({ unit: 'dongguan', step: 'submitted', note: '已办结' }))
    expect('error' in admitted ? admitted.error.detail : '').toMatch(/only the lead unit of 督〔2026〕12号 \(housing\)/)
  })
})
