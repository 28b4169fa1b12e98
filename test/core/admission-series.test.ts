import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hourMs, secondMs } from '../../contract/time.ts'
import type { AdmissionRules } from '../../contract/feed.ts'
import { createAdmission } from '../../server/core/admission.ts'
import type { Admission, AdmissionSession, Admitted } from '../../server/core/admission.ts'
import type { Newest } from '../../server/core/series-rules.ts'
import { reading, start } from '../support/facts.ts'
import { feedWith, smallRegistry } from '../support/feed-setting.ts'

const jumps = { '*': { most: 10, withinSeconds: 600 } }
const deadBands = { '*': { change: 1, atLeastEverySeconds: 3_600 } }

const admissionWith = (rules: Partial<AdmissionRules>, last: (series: string) => Newest | undefined = () => undefined): Admission =>
  createAdmission({ feed: feedWith({ maxAheadSeconds: 1e9, ...rules }), registry: smallRegistry, last })

/** Seconds after the start. */
const value = (seconds: number, amount: number, given: object = {}) => ({
  kind: 'sensor-reading',
  sensor: 'A7',
  quantity: 'pm25',
  at: start + seconds * secondMs,
  value: amount,
  ...given,
})

const wordOf = (admitted: Admitted): string => ('unchanged' in admitted ? 'unchanged' : admitted.ok ? 'taken' : admitted.error.code)

const words = (session: AdmissionSession, facts: readonly unknown[]): readonly string[] => facts.map((fact) => wordOf(session.admit(fact)))

/** The same however the facts are spread over sessions. */
function judgedAlike(rules: Partial<AdmissionRules>, facts: readonly unknown[], last?: (series: string) => Newest | undefined): readonly string[] {
  const together = words(admissionWith(rules, last).session(start), facts)
  const admission = admissionWith(rules, last)
  const apart = facts.flatMap((fact) => {
    const session = admission.session(start)
    const judged = words(session, [fact])
    session.commit()
    return judged
  })
  expect(apart).toEqual(together)
  return together
}

describe('given a bound on jumps', () => {
  test.each<[string, readonly unknown[], readonly string[]]>([
    ['a value moves within it', [value(0, 20), value(60, 30)], ['taken', 'taken']],
    ['a spike comes and goes', [value(0, 20), value(60, 90), value(120, 21)], ['taken', 'jump', 'taken']],
    ['a move is real', [value(0, 20), value(60, 90), value(120, 95), value(180, 99)], ['taken', 'jump', 'taken', 'taken']],
    ['the same message comes twice', [value(0, 20), value(60, 90), value(60, 90)], ['taken', 'jump', 'jump']],
    ['the next spike is another', [value(0, 20), value(60, 90), value(120, 150), value(180, 90)], ['taken', 'jump', 'jump', 'jump']],
    [
      'a spike is followed by the usual and comes again',
      [value(0, 20), value(60, 90), value(120, 20), value(180, 90)],
      ['taken', 'jump', 'taken', 'jump'],
    ],
    ['the one before is long ago', [value(0, 20), value(601, 90)], ['taken', 'taken']],
    ['the value before was marked broken', [value(0, 20), value(60, 500, { quality: 'fault' }), value(120, 25)], ['taken', 'taken', 'taken']],
    ['a correction is far away', [value(0, 90), value(0, 20), value(60, 25)], ['taken', 'taken', 'taken']],
    ['it is of another sensor', [value(0, 20), value(60, 90, { sensor: 'B' })], ['taken', 'taken']],
    ['it is of another quantity', [value(0, 20), value(60, 90, { quantity: 'pm10' })], ['taken', 'taken']],
  ])('when %s, then it is judged so', (_, facts, judged) => {
    expect(judgedAlike({ jumps }, facts)).toEqual(judged)
  })

  test('when a value jumps from what was recorded before this server started, then the refusal names everything', () => {
    const session = admissionWith({ jumps }, () => ({ at: start, value: 20 })).session(start)
    expect(session.admit(value(60, 90))).toEqual({
      ok: false,
      error: {
        stage: 'admit',
        code: 'jump',
        detail:
          'value: found 90 for A7/pm25, expected a move of at most 10 from 20 at 2026-11-23T06:30:00.000Z within 600 s; the next value that agrees with it is taken; or change jumps["*"] under admission of feed air',
      },
    })
  })
})

describe('given a dead-band', () => {
  test.each<[string, readonly unknown[], readonly string[]]>([
    ['a value hardly moves', [value(0, 20), value(60, 20.9), value(120, 20)], ['taken', 'unchanged', 'unchanged']],
    ['it creeps', [value(0, 20), value(60, 20.6), value(120, 21.2)], ['taken', 'unchanged', 'taken']],
    ['it moves by just as much', [value(0, 20), value(60, 21)], ['taken', 'taken']],
    ['its time has come', [value(0, 20), value(3_599, 20), value(3_600, 20)], ['taken', 'unchanged', 'taken']],
    ['the same comes twice', [value(0, 20), value(0, 20)], ['taken', 'taken']],
    ['it corrects', [value(0, 20), value(0, 20.5)], ['taken', 'taken']],
    ['it is late', [value(60, 20), value(0, 20.5)], ['taken', 'taken']],
    [
      'its quality changes',
      [value(0, 20), value(60, 20, { quality: 'fault' }), value(120, 20), value(180, 20)],
      ['taken', 'taken', 'taken', 'unchanged'],
    ],
  ])('when %s, then it is judged so', (_, facts, judged) => {
    expect(judgedAlike({ deadBands }, facts)).toEqual(judged)
  })

  test('when values within it lie between, then a jump is measured from the latest of them', () => {
    const rules = { jumps, deadBands: { '*': { change: 1, atLeastEverySeconds: 1e6 } } }
    expect(judgedAlike(rules, [value(0, 20), value(6_000, 20.5), value(6_060, 40)])).toEqual(['taken', 'unchanged', 'jump'])
  })

  test('when it is for one indicator, then another is recorded whole', () => {
    const rules = { deadBands: { satisfaction: { change: 1, atLeastEverySeconds: 60 } } }
    const at = start + secondMs
    expect(judgedAlike(rules, [reading(), reading({ at }), value(0, 1), value(1, 1)])).toEqual(['taken', 'unchanged', 'taken', 'taken'])
  })
})

describe('given that late values or corrections are refused', () => {
  const strict = { outOfOrder: 'refuse', corrections: 'refuse' } as const

  test.each<[string, readonly unknown[], readonly string[]]>([
    ['values come in order', [value(0, 20), value(1, 21)], ['taken', 'taken']],
    ['one is late', [value(1, 20), value(0, 21)], ['taken', 'out-of-order']],
    ['one differs', [value(0, 20), value(0, 21)], ['taken', 'correction']],
    ['one is repeated', [value(0, 20), value(0, 20)], ['taken', 'taken']],
  ])('when %s, then it is judged so', (_, facts, judged) => {
    expect(judgedAlike(strict, facts)).toEqual(judged)
  })

  test('when one is refused, then the refusal names everything', () => {
    const session = admissionWith(strict, () => ({ at: start, value: 20 })).session(start)
    expect([session.admit(value(-60, 1)), session.admit(value(0, 1))]).toEqual([
      {
        ok: false,
        error: {
          stage: 'admit',
          code: 'out-of-order',
          detail:
            'at: found 2026-11-23T06:29:00.000Z for A7/pm25, expected nothing older than its newest, 2026-11-23T06:30:00.000Z; let the upstream send in order, or set outOfOrder: accept under admission of feed air',
        },
      },
      {
        ok: false,
        error: {
          stage: 'admit',
          code: 'correction',
          detail:
            'value: found 1 for A7/pm25 at 2026-11-23T06:30:00.000Z, expected 20 as recorded; let the upstream send one value for an instant, or set corrections: accept under admission of feed air',
        },
      },
    ])
  })

  test('when they are taken, then the newest stays the newest', () => {
    expect(judgedAlike({ outOfOrder: 'accept', corrections: 'refuse' }, [value(9, 20), value(0, 5), value(9, 5)])).toEqual([
      'taken',
      'taken',
      'correction',
    ])
  })
})

describe('given what is remembered', () => {
  test('when a series is judged again and again, then its past is asked for once; without such rules never', () => {
    const asked: string[] = []
    const last = (series: string): Newest | undefined => {
      asked.push(series)
      return undefined
    }
    const mindful = admissionWith({ jumps }, last)
    for (let round = 0; round < 3; round += 1) words(mindful.session(start), [value(round, 1), reading({ at: start + round })])
    words(admissionWith({ ranges: { '*': [0, 1] } }, last).session(start), [value(0, 1)])
    expect(asked).toEqual(['A7/pm25', 'satisfaction'])
  })

  test('when a session is committed after one that began later, then the newest of both stays', () => {
    const admission = admissionWith({ corrections: 'refuse' })
    const [earlier, later] = [admission.session(start), admission.session(start)]
    words(later, [value(60, 20)])
    words(earlier, [value(0, 10)])
    later.commit()
    earlier.commit()
    expect(words(admission.session(start), [value(60, 21)])).toEqual(['correction'])
  })
})

describe('given any facts of two series', () => {
  const rules = { jumps, deadBands, outOfOrder: 'refuse', corrections: 'refuse' } as const
  const anyValue = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 }), fc.constantFrom(undefined, 'good', 'fault'))
    .map(([minutes, amount, quality]) => value(minutes * 60, amount / 2, quality === undefined ? {} : { quality }))
  const anyReading = fc
    .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 60 }))
    .map(([minutes, amount]) => reading({ at: start + minutes * 60 * secondMs, value: amount / 2 }))

  test('when they come mixed, then each series is judged as if it came alone', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.array(anyReading), fc.infiniteStream(fc.boolean()), (one, other, coin) => {
        const session = admissionWith(rules).session(start)
        const [left, right] = [[...one], [...other]]
        const [ofOne, ofOther]: [string[], string[]] = [[], []]
        while (left.length + right.length > 0) {
          const isLeft = right.length === 0 || (left.length > 0 && coin.next().value === true)
          const fact = isLeft ? left.shift() : right.shift()
          ;(isLeft ? ofOne : ofOther).push(wordOf(session.admit(fact)))
        }
        expect(ofOne).toEqual(words(admissionWith(rules).session(start), one))
        expect(ofOther).toEqual(words(admissionWith(rules).session(start), other))
      }),
    )
  })

  test('when a session is not committed, then it leaves no trace', () => {
    fc.assert(
      fc.property(fc.array(anyValue), fc.array(anyValue), fc.array(anyValue), (before, lost, after) => {
        const judge = (withLost: boolean): readonly string[] => {
          const admission = admissionWith(rules)
          const first = admission.session(start)
          words(first, before)
          first.commit()
          if (withLost) words(admission.session(start), lost)
          return words(admission.session(start), after)
        }
        expect(judge(true)).toEqual(judge(false))
      }),
    )
  })

  test('when they are spread over sessions, then they are judged as in one', () => {
    fc.assert(
      fc.property(fc.array(anyValue), (facts) => {
        judgedAlike(rules, facts)
      }),
    )
  })

  test('when nothing is refused or left out, then the newest recorded stays within one dead-band of the newest good value', () => {
    fc.assert(
      fc.property(fc.array(anyValue), (facts) => {
        const admission = admissionWith({ deadBands }).session(start)
        let recorded: { readonly at: number; readonly value: number } | undefined
        for (const fact of [...facts].sort((one, other) => one.at - other.at)) {
          if (wordOf(admission.admit(fact)) === 'taken') recorded = fact
          expect(Math.abs((recorded?.value ?? Infinity) - fact.value)).toBeLessThan(1)
          expect(fact.at - (recorded?.at ?? 0)).toBeLessThan(hourMs)
        }
      }),
    )
  })
})
