// @vitest-environment jsdom
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import type { UnitDefinition } from '../../contract/configuration.ts'
import type { RankingState } from '../../contract/decision.ts'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { ChannelSummary, IndicatorState, UnitSummary } from '../../contract/topic.ts'
import { topicName } from '../../contract/topic.ts'
import type { TopicKind } from '../../contract/topic.ts'
import { Recomputation } from './recomputed/figures.ts'
import type { Expected } from './recomputed/figures.ts'
import { monthBefore, monthOf } from './recomputed/local-day.ts'
import type { Question, Rate } from './recomputed/orders.ts'
import { planRates } from './recomputed/plan-rates.ts'
import { compare, numberOf, printed, printedCount, printedShare } from './recomputed/printed.ts'
import { Screen } from './shown.ts'
import { districtId, tellYear } from './told-year.ts'
import type { Seen } from './told-year.ts'

/**
 * Every rate that a screen shows, reckoned once more from the raw facts by code that shares nothing with the server's: at three instants of a
 * year in which facts come late, come twice and are corrected.
 */

// a year of a city is made, folded and drawn here, on a machine that may have other things to do
vi.setConfig({ testTimeout: 60_000 })

const at = (text: string): number => Date.parse(`${text}+08:00`)

/** What the indicator platform puts right, besides what it does by itself each Wednesday. */
const row = (code: string, unit: string, time: string, value: number): object => ({ sjxbm: code, dwmc: unit, tjrq: time, sjz: String(value) })
const corrections = [
  // what the year started from
  { receivedAt: at('2026-02-20T12:00'), rows: [row('ZZ03', '区人社局', '2026-01-01 00:00:00', 380_000)] },
  // one batch among others of the year
  { receivedAt: at('2026-03-10T12:00'), rows: [row('CJ02', '区住建局', '2026-03-02 08:00:00', 3)] },
  // the latest stock; and an older one that comes late, which changes nothing
  {
    receivedAt: at('2026-03-17T12:00'),
    rows: [row('SX05', '区政务服务中心', '2026-03-16 08:00:00', 51), row('ZZ02', '区公安分局', '2026-03-10 17:00:00', 5)],
  },
  { receivedAt: at('2026-10-08T12:00'), rows: [row('SX05', '区政务服务中心', '2026-10-05 08:00:00', 49)] },
  // twice: the one received last holds
  { receivedAt: at('2026-11-24T12:00'), rows: [row('SX11', '区政务服务中心', '2026-11-24 08:00:00', 61)] },
  { receivedAt: at('2026-11-24T15:00'), rows: [row('SX11', '区政务服务中心', '2026-11-24 08:00:00', 47)] },
]

const nothing = '—'
const none = 'zero-denominator'
/** With how many figures are compared at each, and which are missing and why: so that none can leave unseen. */
const instants = [
  {
    when: '2026-03-17T15:00',
    compared: {
      parts: 939,
      missing: {
        [`gov_cn_message_on_time_rate: ${none}`]: 1,
        [`hotline_12345_on_time_closure_rate: ${none}`]: 3,
        [`hotline_12345_satisfaction: ${none}`]: 4,
        [`leader_board_on_time_closure_rate: ${none}`]: 1,
        [`leader_board_satisfaction: ${none}`]: 1,
      },
      // nobody is called back about a quality check
      withoutRate: { 'quality-check': ['satisfaction'] },
      units: 42,
      ranked: 34,
    },
  },
  {
    // the first working day after seven days of holidays, two days before a Saturday that is worked for them: hardly anything was due in the month
    when: '2026-10-08T15:00',
    compared: {
      parts: 974,
      missing: {
        [`gov_cn_message_on_time_rate: ${none}`]: 1,
        [`hotline_12345_on_time_closure_rate: ${none}`]: 16,
        [`hotline_12345_satisfaction: ${none}`]: 12,
        [`leader_board_satisfaction: ${none}`]: 1,
      },
      withoutRate: { 'quality-check': ['satisfaction', 'on-time'] },
      units: 42,
      ranked: 32,
    },
  },
  {
    when: '2026-11-24T15:00',
    compared: {
      parts: 978,
      missing: {
        [`hotline_12345_on_time_closure_rate: ${none}`]: 1,
        [`hotline_12345_satisfaction: ${none}`]: 3,
        [`leader_board_on_time_closure_rate: ${none}`]: 1,
        [`leader_board_satisfaction: ${none}`]: 1,
      },
      withoutRate: { 'quality-check': ['satisfaction'] },
      units: 42,
      ranked: 75,
    },
  },
]
const { configuration, told, seen } = await tellYear(
  instants.map(({ when }) => at(when)),
  corrections,
)

const definitions = configuration.indicators
const ownUnits = configuration.units.filter(({ district }) => district === districtId)
const unitIds = new Set(ownUnits.map(({ id }) => id))
const channelIds = configuration.channels.filter(({ district }) => district === districtId).map(({ id }) => id)
const entitiesOf = <Entity extends { readonly id: string }>({ topics }: Seen, kind: TopicKind): ReadonlyMap<string, Entity> =>
  // what the topic of this name holds
  new Map((topics[topicName(kind, districtId)] as unknown as readonly Entity[]).map((entity) => [entity.id, entity]))

/** As it stands on a screen, without its unit of measure. */
function written({ fraction }: Expected, { decimals, scale }: IndicatorDefinition): string {
  return fraction === undefined ? nothing : printed({ ...fraction, whole: fraction.whole * scale }, decimals)
}

/** 亿条, 条/人, %. */
const measureOf = ({ scale, unitOfMeasure }: IndicatorDefinition): string => `${scale === 100_000_000 ? '亿' : ''}${unitOfMeasure}`

const shareOf = ({ part, whole }: Rate): string => (whole === 0 ? nothing : `${printedShare(part, whole)}%`)

/** `one`, where the two are the same but for the last digits of a division; else `other`. */
const closeTo = (one: number | undefined, other: number | undefined): number | undefined =>
  one !== undefined && other !== undefined && Math.abs(one - other) < 1e-9 ? one : other

/** What a state says of its figure, next to what it should say; equal where they are. */
function figureOf(state: Pick<IndicatorState, 'value' | 'numerator' | 'denominator' | 'missing'> | undefined, expected: Expected): object {
  const value = closeTo(expected.fraction === undefined ? undefined : numberOf(expected.fraction), state?.value)
  return { value, part: state?.numerator, whole: state?.denominator, why: state?.missing?.why }
}

const expectedFigure = ({ fraction, part, whole, why }: Expected): object => ({
  value: fraction === undefined ? undefined : numberOf(fraction),
  part,
  whole,
  why,
})

it('shares nothing with the server: what is reckoned here knows a fact’s type, and files', () => {
  const folder = join(import.meta.dirname, 'recomputed')
  const imports = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').match(/^import .*$/gm) ?? [])
  const allowed = /^import .* from '(?:\.\/[a-z-]+\.ts|node:fs|node:path|yaml)'$|^import type .* from '\.\.\/\.\.\/\.\.\/contract\/fact\.ts'$/
  expect(imports.filter((line) => !allowed.test(line))).toEqual([])
})

it('is of a year in which facts come late, come twice, and are put right', () => {
  const orders = told.flatMap(({ receivedAt, fact }) => (fact.kind === 'work-order' ? [{ ...fact, receivedAt }] : []))
  const late = orders.filter(({ receivedAt, at: happenedAt }) => receivedAt - happenedAt > 86_400_000)
  const once = new Set(orders.map(({ id, at: happenedAt, stage }) => `${id} ${String(happenedAt)} ${stage ?? ''}`))
  const values = new Map<string, Set<number>>()
  for (const { fact } of told) {
    if (fact.kind !== 'input') continue
    const name = `${fact.input}/${fact.of ?? ''}/${String(fact.at)}`
    values.set(name, (values.get(name) ?? new Set()).add(fact.value))
  }
  const corrected = [...values.values()].filter(({ size }) => size > 1)
  expect(told.length).toBeGreaterThan(80_000)
  expect(late.length).toBeGreaterThan(1_500)
  expect(orders.length - once.size).toBeGreaterThan(700)
  expect(corrected.length).toBeGreaterThan(5)
})

it('reckons every indicator of the plan but the two that a person fills in', () => {
  const reported = definitions.filter(({ id }) => !(id in planRates))
  expect(reported.map(({ id, entry, formula }) => ({ id, entry, formula }))).toEqual([
    { id: 'application_usability', entry: true, formula: undefined },
    { id: 'service_convenience', entry: true, formula: undefined },
  ])
  expect(definitions).toHaveLength(Object.keys(planRates).length + 2)
})

describe.each(instants.map((instant, index) => ({ ...instant, view: seen[index]! })))('at $when', ({ view, compared }) => {
  const screen = new Screen(configuration, view)
  const again = new Recomputation(told, view.now)
  const { monthToDate } = again

  it('shows each of the 47 indicators as it is reckoned again, and a dash for the two that nobody has filled in', async () => {
    const figures = new Map(definitions.map((definition) => [definition.id, again.indicator(definition.id)]))
    const texts: Record<string, string[]> = {}
    for (const definition of definitions) {
      const expected = figures.get(definition.id)!
      ;(texts[String(definition.no)] ??= []).push(written(expected, definition))
      // several measures of one number share the unit of the last
      const isLast = definitions.findLast(({ no }) => no === definition.no) === definition
      if (isLast && expected.fraction !== undefined)
        texts[String(definition.no)]!.push(`${texts[String(definition.no)]!.pop()!}${measureOf(definition)}`)
    }
    expect(await screen.matrix()).toEqual(texts)

    const states = entitiesOf<IndicatorState>(view, 'indicators')
    const missing = definitions.filter(({ id }) => states.get(id)?.value === undefined)
    expect(missing.map(({ id }) => [id, states.has(id)])).toEqual([
      ['application_usability', false],
      ['service_convenience', false],
    ])
    const shown = definitions.filter(({ id }) => !missing.some((other) => other.id === id))
    for (const { id } of shown) expect({ id, ...figureOf(states.get(id), figures.get(id)!) }).toEqual({ id, ...expectedFigure(figures.get(id)!) })
    expect(shown).toHaveLength(47)
  })

  it('shows every unit’s part of an indicator, and its rank in it', async () => {
    const texts: Record<string, string[]> = {}
    const missing: Record<string, number> = {}
    for (const definition of definitions) {
      const figures = new Map(again.unitsBehind(definition.id, unitIds).map((unit) => [unit, again.indicator(definition.id, unit)]))
      const better = definition.better === 'lower' ? -1 : 1
      const shown = new Map(view.units.get(definition.id)?.map((figure) => [figure.unit, figure]))
      expect({ id: definition.id, units: [...shown.keys()].sort() }).toEqual({ id: definition.id, units: [...figures.keys()] })
      for (const [unit, expected] of figures) {
        const { fraction, part, whole, why } = expected
        const ahead = [...figures.values()].filter((other) => fraction && other.fraction && compare(other.fraction, fraction) * better > 0)
        const parts = part === undefined || whole === undefined ? '' : `${printedCount(part)} / ${printedCount(whole)}`
        texts[`${definition.id}/${unit}`] = [fraction === undefined ? nothing : String(ahead.length + 1), written(expected, definition), parts]
        expect({ id: definition.id, unit, ...figureOf(shown.get(unit), expected) }).toEqual({ id: definition.id, unit, ...expectedFigure(expected) })
        if (why !== undefined) missing[`${definition.id}: ${why}`] = (missing[`${definition.id}: ${why}`] ?? 0) + 1
      }
    }
    expect(await screen.units()).toEqual(texts)
    expect({ parts: Object.keys(texts).length, missing }).toEqual({ parts: compared.parts, missing: compared.missing })
  })

  it('shows each channel’s rates of the month to date, what is open, and what is overdue', async () => {
    const texts: Record<string, string[]> = {}
    for (const id of channelIds) {
      const question = { ...monthToDate, channels: [id] }
      const own = again.orders.filter(({ channel }) => channel === id)
      const overdue = own.filter(({ isOverdue }) => isOverdue)
      const [onTime, satisfied] = [again.onTime(question), again.satisfaction(question, ['satisfied'])]
      const open = own.filter(({ isOpen }) => isOpen)
      texts[id] = [open, overdue].map(({ length }) => printedCount(length)).concat([satisfiedAtAll(again, question), onTime].map(shareOf))
      const summary = entitiesOf<ChannelSummary>(view, 'channels').get(id)
      const rated = again.satisfaction(question, ['basically-satisfied'])
      expect({ id, ...summary }).toMatchObject({
        id,
        dueThisMonth: onTime.whole,
        onTimeThisMonth: onTime.part,
        ratedThisMonth: satisfied.whole,
        satisfiedThisMonth: satisfied.part,
        basicallySatisfiedThisMonth: rated.part,
      })
    }
    expect(await screen.channels()).toEqual(texts)
    const withoutRate = Object.entries(texts).flatMap(([id, [, , satisfied, onTime]]) => {
      const names = [...(satisfied === nothing ? ['satisfaction'] : []), ...(onTime === nothing ? ['on-time'] : [])]
      return names.length === 0 ? [] : [[id, names] as const]
    })
    expect(Object.fromEntries(withoutRate)).toEqual(compared.withoutRate)
    expect(Object.keys(texts)).toHaveLength(6)
  })

  it('shows each unit’s orders of the month that were due, and those in time', () => {
    const summaries = entitiesOf<UnitSummary>(view, 'units')
    const expected = [...new Set(again.orders.flatMap(({ unit }) => unit ?? []))].sort().map((unit) => {
      const { part, whole } = again.onTime({ ...monthToDate, channels: [], unit })
      return { id: unit, dueThisMonth: whole, onTimeThisMonth: part }
    })
    expect([...summaries.values()].map(({ id, dueThisMonth, onTimeThisMonth }) => ({ id, dueThisMonth, onTimeThisMonth }))).toEqual(expected)
    expect(expected).toHaveLength(compared.units)
  })

  it('ranks units by the rates that are reckoned again, this month and the two before', async () => {
    const states = entitiesOf<RankingState>(view, 'rankings')
    let ranked = 0
    for (const { id, group, measure } of rankings) {
      const peers = ownUnits.filter((unit) => unit.group === group)
      for (const back of [0, 1, 2]) {
        const month = monthBefore(monthOf(again.day), back)
        const rows = rank(peers, (unit) => measure(again, { channels: [], unit, from: `${month}-01`, to: back === 0 ? again.day : `${month}-31` }))
        const shown = new Map(states.get(`${id}/${month}`)?.rows.map((each) => [each.unit, each]))
        expect([...shown.keys()].sort()).toEqual(peers.map((peer) => peer.id).sort())
        for (const { unit, rank: place, rate, standing } of rows) {
          const value = closeTo(shown.get(unit.id)?.value, rate.whole === 0 ? undefined : (100 * rate.part) / rate.whole)
          expect({ id, month, ...shown.get(unit.id) }).toMatchObject({ id, month, sample: rate.whole, standing, rank: place, value })
        }
        ranked += rows.filter(({ standing }) => standing === 'ranked').length
        const texts = rows.flatMap(({ unit, rank: place, rate }) =>
          place === undefined ? [] : [[unit.shortName, [String(place), printedShare(rate.part, rate.whole)]] as const],
        )
        // nothing is published in this year: the month that ended last is shown
        if (back === 1) expect(await screen.ranking(id)).toEqual(Object.fromEntries(texts))
      }
    }
    expect(ranked).toBe(compared.ranked)
  })

  it('shows the cases of each theme, and how many of them were online', async () => {
    const texts = configuration.themes.map(({ id, shortName }) => {
      const [cases = 0, online = 0] = [again.reports.latest('theme_cases', id), again.reports.latest('theme_cases_online', id)]
      return [shortName, [printedCount(cases), cases === 0 ? nothing : printedShare(online, cases)]] as const
    })
    expect(await screen.themes()).toEqual(Object.fromEntries(texts))
    expect(texts).toHaveLength(13)
  })

  it('shows what each sector has gathered since the start of the year', async () => {
    const texts = configuration.sectors.map(({ id, shortName }) => {
      const growth = again.reports.latest('records_gathered', id)! - again.reports.start('records_gathered', id)!
      return [shortName, [printed({ part: growth, whole: 100_000_000, times: 1 }, 2)]] as const
    })
    expect(await screen.gathering()).toEqual(Object.fromEntries(texts))
    expect(texts).toHaveLength(9)
  })
})

const satisfiedAtAll = (again: Recomputation, question: Question): Rate => again.satisfaction(question, ['satisfied', 'basically-satisfied'])
const inTime = (again: Recomputation, question: Question): Rate => again.onTime(question)
const rankings = [
  { id: 'subdistricts-on-time', group: 'subdistrict', measure: inTime },
  { id: 'departments-on-time', group: 'department', measure: inTime },
  { id: 'subdistricts-satisfaction', group: 'subdistrict', measure: satisfiedAtAll },
] as const

interface Row {
  readonly unit: UnitDefinition
  readonly rate: Rate
  readonly standing: 'ranked' | 'small-sample' | 'no-requests'
  readonly rank: number | undefined
}

/** One more than how many did better by what is printed; fewer than ten orders are no rank. */
function rank(peers: readonly UnitDefinition[], rateOf: (unit: string) => Rate): readonly Row[] {
  const rates = new Map(peers.map((unit) => [unit, rateOf(unit.id)]))
  const shown = new Map([...rates].flatMap(([unit, { part, whole }]) => (whole < 10 ? [] : [[unit, Number(printedShare(part, whole))] as const])))
  return [...rates].map(([unit, rate]) => {
    const own = shown.get(unit)
    const standing = rate.whole === 0 ? 'no-requests' : own === undefined ? 'small-sample' : 'ranked'
    return { unit, rate, standing, rank: own === undefined ? undefined : 1 + [...shown.values()].filter((other) => other > own).length }
  })
}
