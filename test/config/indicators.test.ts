import { describe, expect, it } from 'vitest'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import { inputsOf, parseFormula } from '../../server/core/formula.ts'
import { shippedIndicators, shippedInputs, shippedRankings, shippedThemes, shippedUnits } from '../feeds/shipped-registry.ts'

/** What the plan's text does not settle (test/config/plan.test.ts holds that): shapes, families, formulas, inputs, and whose turn it is to fill in. */

const numbersBy = (keyOf: (indicator: IndicatorDefinition) => string): Readonly<Record<string, readonly number[]>> => {
  const found: Record<string, number[]> = {}
  for (const indicator of shippedIndicators) (found[keyOf(indicator)] ??= []).push(indicator.no)
  for (const [key, numbers] of Object.entries(found)) found[key] = [...new Set(numbers)].sort((one, other) => one - other)
  return found
}

/** Inputs that a formula names; fails when it cannot be read. */
function namesOf({ id, formula }: IndicatorDefinition): readonly { readonly input: string; readonly atStart: boolean }[] {
  if (formula === undefined) return []
  const parsed = parseFormula(formula)
  if ('problem' in parsed) throw new Error(`${id}: ${parsed.problem}`)
  return inputsOf(parsed.formula)
}

const inputOf = (name: string) => shippedInputs.find(({ id }) => id === name)

describe('config/indicators', () => {
  it('gives each shape to the numbers whose wording has it', () => {
    expect(numbersBy(({ target }) => target.shape)).toEqual({
      full: [1, 10, 13, 15, 17, 19, 25, 34, 39, 43],
      floor: [4, 11, 26, 38],
      strive: [5, 12, 29, 42, 44, 45],
      count: [30, 31],
      rank: [35],
      none: [2, 3, 6, 7, 8, 9, 14, 16, 18, 20, 21, 22, 23, 24, 27, 28, 32, 33, 36, 37, 40, 41],
    })
  })

  it('gives each an English name of its own for walls, too', () => {
    const names = shippedIndicators.map(({ shortNameEn }) => shortNameEn)
    expect(names).not.toContain(undefined)
    expect(new Set(names).size).toBe(shippedIndicators.length)
  })

  it('puts 31 numbers under 政务服务 and 14 under 服务效能; the plan gives none for the other three families', () => {
    const families = numbersBy(({ family }) => family)
    expect(Object.keys(families).sort()).toEqual(['government-service', 'service-efficiency'])
    expect(families['service-efficiency']).toEqual([1, 4, 5, 21, 22, 26, 36, 39, 40, 41, 42, 43, 44, 45])
    expect(families['government-service']).toHaveLength(31)
  })

  it('groups them a second way by what the evaluations ask', () => {
    expect(numbersBy(({ group }) => group)).toEqual({
      effect: [1, 2, 3, 4, 5, 26, 27, 28, 36],
      access: [6, 7, 8, 9, 25, 29, 30, 37, 38],
      maturity: [10, 11, 12, 13, 14, 15, 16, 33, 35],
      data: [17, 18, 19, 20, 31, 32],
      coverage: [34],
      guidance: [21, 22, 23, 24],
      response: [39, 40, 41, 42, 43, 44, 45],
    })
  })

  it('spreads each pace as the measure has it', () => {
    expect(numbersBy(({ pace }) => pace)).toEqual({
      constant: [1, 21, 22, 23, 24, 25, 39, 40, 41, 42, 43, 44, 45],
      ramp: [2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 27, 28, 29, 32, 34, 35, 37, 38],
      cumulative: [26, 30, 31, 33],
      none: [6, 7, 8, 9, 36],
    })
    expect(numbersBy(({ period }) => period)['month']).toEqual([39, 41])
    expect(numbersBy(({ better }) => better)['lower']).toEqual([36])
  })

  it('has a baseline for every ramp with a figure, and for no other', () => {
    const ramps = shippedIndicators.filter(({ pace, target }) => pace === 'ramp' && 'value' in target)
    expect(shippedIndicators.filter(({ baseline }) => baseline !== undefined)).toEqual(ramps)
  })

  it('counts the rates of orders from orders, a rate of those due or of those rated', () => {
    const counted = shippedIndicators.filter((each) => namesOf(each).some(({ input }) => inputOf(input)?.orders !== undefined))
    expect(counted.map(({ no, formula }) => `${String(no)} ${formula ?? ''}`)).toEqual([
      '1 negative_reviews_on_time / negative_reviews_due * 100',
      '39 hotline_on_time / hotline_due * 100',
      '41 (hotline_satisfied + hotline_basically_satisfied) / hotline_rated * 100',
      '42 leader_board_on_time / leader_board_due * 100',
      '43 (leader_board_satisfied + leader_board_basically_satisfied) / leader_board_rated * 100',
      '44 gov_cn_on_time / gov_cn_due * 100',
      '45 longshangtong_on_time / longshangtong_due * 100',
    ])
  })

  it('can open every rate: a formula of inputs told apart alike, constants aside', () => {
    const rates = shippedIndicators.filter(({ unitOfMeasure }) => unitOfMeasure === '%')
    expect(rates.filter(({ formula }) => formula?.includes('/') !== true)).toEqual([])
    for (const indicator of shippedIndicators) {
      const kinds = new Set(namesOf(indicator).flatMap(({ input }) => (inputOf(input)?.constant === undefined ? [inputOf(input)?.by] : [])))
      expect([...kinds].length, indicator.id).toBeLessThanOrEqual(1)
      expect(indicator.formula === undefined || (indicator.formulaWords !== undefined && indicator.formulaWordsEn !== undefined)).toBe(true)
    }
  })

  it('says the gap of every rate with a target in what it counts; only 承诺时限压缩比 adds up time limits', () => {
    const aimed = shippedIndicators.filter(({ unitOfMeasure, target }) => unitOfMeasure === '%' && 'value' in target)
    expect(aimed.filter(({ counted }) => counted === undefined).map(({ no }) => no)).toEqual([5])
    expect(shippedIndicators.filter(({ counted }) => counted !== undefined).every((each) => aimed.includes(each))).toBe(true)
    for (const { counted, ...indicator } of aimed) {
      if (counted === undefined) continue
      const units = new Set(namesOf(indicator).map(({ input }) => `${inputOf(input)?.unitOfMeasure ?? ''} ${inputOf(input)?.unitOfMeasureEn ?? ''}`))
      expect([...units], indicator.id).toEqual([`${counted.unit} ${counted.unitEn}`])
    }
  })

  it('shares one volume between 31 and 32, gathered since the start of the year', () => {
    const uses = [31, 32].map((no) => shippedIndicators.filter((each) => each.no === no).flatMap(namesOf))
    const gathered = [
      { input: 'records_gathered', atStart: false },
      { input: 'records_gathered', atStart: true },
    ]
    expect(uses).toEqual([gathered, [...gathered, { input: 'population', atStart: false }]])
    expect(inputOf('records_gathered')).toMatchObject({ by: 'sector', published: true })
  })

  it('asks a person only for what no system reports', () => {
    expect(shippedIndicators.filter(({ entry }) => entry).map(({ no }) => no)).toEqual([7, 8])
    const filledIn = (name: string): boolean => inputOf(name)?.entry === true
    const numbers = shippedIndicators.filter((each) => namesOf(each).some(({ input }) => filledIn(input))).map(({ no }) => no)
    expect(numbers.sort((one, other) => one - other)).toEqual([2, 6, 9, 26, 37, 40])
  })
})

describe('config/inputs.yaml', () => {
  it('holds nothing that nobody needs', () => {
    const named = new Set(shippedIndicators.flatMap(namesOf).map(({ input }) => input))
    expect(shippedInputs.filter(({ id, published }) => !named.has(id) && !published).map(({ id }) => id)).toEqual([])
    expect([...named].filter((name) => inputOf(name) === undefined)).toEqual([])
  })

  it('tells walls the gathering by sector, the themes and the cameras, and nothing else', () => {
    expect(shippedInputs.filter(({ published }) => published).map(({ id, by }) => `${id} by ${by}`)).toEqual([
      'themes_live by theme',
      'theme_cases by theme',
      'theme_cases_online by theme',
      'records_gathered by sector',
      'cameras by unit',
      'cameras_online by unit',
    ])
  })
})

describe('config/themes.yaml', () => {
  it('holds the 13 themes: eight of enterprises, five of persons', () => {
    expect(shippedThemes.map(({ no }) => no)).toEqual(Array.from({ length: 13 }, (_, index) => index + 1))
    expect(shippedThemes.map(({ cycle }) => cycle).filter((cycle) => cycle === 'enterprise')).toHaveLength(8)
  })
})

describe('config/rankings.yaml', () => {
  it('ranks towns by both measures and departments by the one, over all channels, from ten orders on', () => {
    expect(shippedRankings.map(({ id, group, measure, channels, minimumSample }) => [id, group, measure, channels, minimumSample])).toEqual([
      ['subdistricts-on-time', 'subdistrict', 'on-time', [], 10],
      ['departments-on-time', 'department', 'on-time', [], 10],
      ['subdistricts-satisfaction', 'subdistrict', 'satisfaction', [], 10],
    ])
  })

  it('finds more than ten peers to rank', () => {
    for (const { group, district } of shippedRankings)
      expect(shippedUnits.filter((unit) => unit.group === group && unit.district === district).length).toBeGreaterThan(10)
  })
})
