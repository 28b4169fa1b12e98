import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { shippedIndicators, shippedUnits } from '../feeds/shipped-registry.ts'
import { best, clausesOf, differencesFrom, implied, printed } from './plan.ts'

const text = readFileSync(new URL('./plan-2024-9.zh.txt', import.meta.url), 'utf8')
const clauses = clausesOf(text)
const differences = (indicators: readonly IndicatorDefinition[], plan = clauses): readonly string[] =>
  differencesFrom(plan, { indicators, units: shippedUnits })

describe('config/indicators against the text of the plan', () => {
  it('says to the letter what the plan says: names, clauses, wordings, figures, lead and responsible units', () => {
    expect(differences(shippedIndicators)).toEqual([])
  })

  it('has all of it: 45 numbers in 30 clauses, 47 titles, 49 values', () => {
    expect(clauses).toHaveLength(30)
    expect(clauses.flatMap(({ numbers }) => numbers)).toEqual(Array.from({ length: 45 }, (_, index) => index + 1))
    expect(clauses.flatMap(({ titles }) => titles)).toHaveLength(47)
    expect(new Set(shippedIndicators.map(({ no }) => no)).size).toBe(45)
    expect(shippedIndicators).toHaveLength(49)
    expect([2, 3, 25, 34].map((no) => shippedIndicators.filter((each) => each.no === no).length)).toEqual([2, 2, 2, 2])
  })

  it('counts 19 numbers with a printed figure, 4 implied, one relative, 21 without any', () => {
    const without = clauses.flatMap(({ numbers }) => numbers).filter((no) => ![...printed, ...implied, ...best].includes(no))
    expect({ printed: printed.length, implied: implied.length, best: best.length, without }).toEqual({
      printed: 19,
      implied: 4,
      best: 1,
      without: [2, 3, 6, 7, 8, 9, 14, 16, 18, 20, 21, 22, 23, 24, 27, 28, 33, 36, 37, 40, 41],
    })
    expect(shippedIndicators.filter(({ no, target }) => without.includes(no) && target.shape !== 'none')).toEqual([])
  })

  it('is led as the plan counts it', () => {
    const leads: Record<string, number> = {}
    for (const { numbers, leads: names } of clauses) leads[names.join('、')] = (leads[names.join('、')] ?? 0) + numbers.length
    expect(leads).toEqual({
      区政务服务中心: 16,
      区大数据中心: 18,
      '区政务服务中心、区大数据中心': 4,
      区融媒体中心: 2,
      区政府办公室: 3,
      '区委办公室、区政府办公室': 2,
    })
  })
})

/** Every text that differs from `given` by one character: put in another, or left out. */
const misspelt = (given: string): readonly string[] =>
  Array.from(given).flatMap((_, index) => {
    const [before, behind] = [given.slice(0, index), given.slice(index + 1)]
    return [`${before}某${behind}`, `${before}${behind}`]
  })

/** Every way to get one entry wrong by a letter, a digit, a unit or a target. */
function mistakesOf(entry: IndicatorDefinition): readonly IndicatorDefinition[] {
  const { name, clause, no, target, leadUnits, responsible } = entry
  const units = (list: readonly string[]): readonly string[][] => [[...list, '税务局'], list.slice(1), ['税务局', ...list.slice(1)]]
  return [
    ...misspelt(name).map((wrong) => ({ ...entry, name: wrong })),
    ...misspelt(clause).map((wrong) => ({ ...entry, clause: wrong })),
    ...[no + 1, no - 1, 46].map((wrong) => ({ ...entry, no: wrong })),
    ...units(leadUnits).map((wrong) => ({ ...entry, leadUnits: wrong })),
    ...units(responsible).map((wrong) => ({ ...entry, responsible: wrong })),
    ...('wording' in target ? misspelt(target.wording).map((wording) => ({ ...entry, target: { ...target, wording } })) : []),
    ...('value' in target ? [{ ...entry, target: { shape: 'floor' as const, value: target.value + 1, wording: target.wording } }] : []),
    { ...entry, target: target.shape === 'none' ? { shape: 'strive', value: 100, wording: '100' } : { shape: 'none' } },
  ]
}

describe('this comparison', () => {
  it('notices every single letter that is changed or left out, every unit, every figure', () => {
    let tried = 0
    const unnoticed = shippedIndicators.flatMap((entry) => {
      // its own clause is enough, and thirty times as fast
      const clause = clauses.filter(({ numbers }) => numbers.includes(entry.no))
      const entries = shippedIndicators.filter(({ no }) => clause.some(({ numbers }) => numbers.includes(no)))
      expect(differences(entries, clause)).toEqual([])
      return mistakesOf(entry).filter((wrong) => {
        tried += 1
        return differences(entries.with(entries.indexOf(entry), wrong), clause).length === 0
      })
    })
    expect(unnoticed).toEqual([])
    expect(tried).toBeGreaterThan(2_000)
  })

  it('notices an entry that is missing or stands twice, and two that have changed places', () => {
    for (const [index, entry] of shippedIndicators.entries()) {
      expect(differences(shippedIndicators.toSpliced(index, 1)), entry.id).not.toEqual([])
      expect(differences([...shippedIndicators, entry]), entry.id).not.toEqual([])
    }
    const first = shippedIndicators.findIndex(({ no }) => no === 2)
    const [one, other] = shippedIndicators.slice(first, first + 2)
    if (one === undefined || other === undefined) throw new Error('number 2 has two measures')
    expect(differences(shippedIndicators.with(first, other).with(first + 1, one))).not.toEqual([])
  })

  it('notices another text of the plan: a target, a title, a unit', () => {
    for (const [old, other] of [
      ['达到20%以上', '达到21%以上'],
      ['6-9.查询精准性', '6-9.查询准确性'],
      ['区委办公室、区政府办公室', '区委办公室'],
      ['5亿条以上', '6亿条以上'],
    ] as const) {
      expect(text.includes(old)).toBe(true)
      expect(differences(shippedIndicators, clausesOf(text.replace(old, other))), other).not.toEqual([])
    }
  })
})
