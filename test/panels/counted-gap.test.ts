// @vitest-environment jsdom
import type { VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it } from 'vitest'
import type { Component } from 'vue'
import type { IndicatorDefinition } from '../../contract/indicator.ts'
import type { Outlook } from '../../contract/topic.ts'
import IndicatorExceptions from '../../client/src/panels/indicator-exceptions/IndicatorExceptions.vue'
import IndicatorMatrix from '../../client/src/panels/indicator-matrix/IndicatorMatrix.vue'
import IndicatorHead from '../../client/src/detail/IndicatorHead.vue'
import { useFigureBehind } from '../../client/src/detail/use-figure.ts'
import { defineComponent, h } from 'vue'
import { district, indicator } from '../support/registry.ts'
import { mountPage } from './bench/mount-page.ts'
import { now, platform, stateOf } from './detail/given.ts'

/** 差距说成件数: the same gap on a wall's cell, in the list of exceptions and in the drill-down, in both languages. */

const kongtong = district({ id: '620802' })
const kiosks = indicator({
  id: 'kiosks',
  shortName: '终端使用率',
  target: { shape: 'full', value: 100, wording: '使用率达到100%' },
  pace: 'constant',
  counted: { unit: '台', unitEn: 'kiosks', lacking: '{n}台未用', lackingEn: '{n} unused' },
})
const online = indicator({
  id: 'online',
  shortName: '全程网办率',
  target: { shape: 'floor', value: 98, wording: '达到98%以上' },
  pace: 'ramp',
  baseline: 94,
  counted: { unit: '项', unitEn: 'items' },
})
const cases = indicator({
  id: 'cases',
  shortName: '办件量回流',
  target: { shape: 'floor', value: 100, wording: '按均衡进度100%回流' },
  pace: 'cumulative',
  counted: { unit: '件', unitEn: 'cases' },
})
const outlookOf = (perDay: number): Outlook => ({ daysLeft: 41, perDay, projected: undefined })
const states = [
  stateOf({ id: 'kiosks', value: 91.25, numerator: 73, denominator: 80, expected: 100, gap: -8.75, assessment: 'off-target' }),
  stateOf({
    id: 'online',
    value: 97.2,
    numerator: 972,
    denominator: 1_000,
    expected: 97.6,
    gap: -0.4,
    assessment: 'watch',
    outlook: outlookOf(0.8 / 41),
  }),
  stateOf({
    id: 'cases',
    value: 72.4,
    numerator: 362_000,
    denominator: 500_000,
    expected: 88.8,
    gap: -16.4,
    assessment: 'off-target',
    outlook: outlookOf(27.6 / 41),
  }),
]

let page: VueWrapper
afterEach(() => {
  page.unmount()
})

interface Shown {
  readonly told?: typeof states
  readonly widthPx?: number
}

async function shown(component: Component, definition: IndicatorDefinition, locale: 'zh' | 'en', given: Shown = {}): Promise<string> {
  const { told = states, widthPx = 1_800 } = given
  const props = { district: kongtong, options: { trends: false, by: 'family' }, placement: { widthPx, heightPx: 1_000 } }
  const topics = { 'indicators@620802': told, 'feeds@620802': [platform] }
  const around = { configuration: { indicators: [definition], inputs: [] }, locale, pushed: { now, topics } }
  page = (await mountPage(component, { ...props, indicator: definition.id }, '/overview', around)).page
  return page.text()
}

const Head = defineComponent({
  props: { indicator: { type: String, required: true } },
  setup(props) {
    const behind = useFigureBehind(
      () => kongtong,
      () => props.indicator,
      () => undefined,
    )
    return () => {
      const reading = behind.reading.value
      return reading && h(IndicatorHead, { district: kongtong, reading, indicators: behind.indicators, unit: undefined, unitFigure: undefined })
    }
  },
})

describe('a gap in what a rate counts', () => {
  it.each([
    [kiosks, '7台未用', '7 unused'],
    [online, '差8项', '8 items short'],
    [cases, '差82,000件', '82,000 cases short'],
  ])('is short in a cell', async (definition, chinese, english) => {
    expect(await shown(IndicatorMatrix, definition, 'zh')).toContain(chinese)
    page.unmount()
    expect(await shown(IndicatorMatrix, definition, 'en')).toContain(english)
  })

  it.each([
    [kiosks, '80 台中7台未用', '7 unused of 80 kiosks'],
    [online, '距 98% 差 8 项，每日需 1 项', '8 items short of 98%, 1 item a day'],
    [cases, '差 82,000 件，应有 88.8%，每日需 3366 件', '82,000 cases short of the pace, 88.8%, 3366 cases a day'],
  ])('comes with what each day needs in the list of exceptions', async (definition, chinese, english) => {
    expect(await shown(IndicatorExceptions, definition, 'zh')).toContain(chinese)
    page.unmount()
    expect(await shown(IndicatorExceptions, definition, 'en')).toContain(english)
  })

  it('leaves out what it is measured against, then blanks, where a row has less room', async () => {
    const said = async (widthEm: number): Promise<string> => {
      // the window of these tests never changes, nor does the label
      const label = Number.parseFloat(document.documentElement.style.getPropertyValue('--label'))
      const text = await shown(IndicatorExceptions, cases, 'zh', { widthPx: widthEm * label })
      page.unmount()
      return text
    }
    await shown(IndicatorExceptions, cases, 'zh')
    page.unmount()
    expect(await said(24)).toContain('差 82,000 件，应有 88.8%，每日需 3366 件')
    expect(await said(18)).toContain('差 82,000 件，每日需 3366 件')
    expect(await said(14)).toContain('差82,000件，日需3366件')
    const label = Number.parseFloat(document.documentElement.style.getPropertyValue('--label'))
    // English words are not run together, however little room there is
    expect(await shown(IndicatorExceptions, cases, 'en', { widthPx: 14 * label })).toContain('82,000 cases short, 3366 cases/day')
  })

  it('has the short English name in a cell', async () => {
    expect(await shown(IndicatorMatrix, { ...cases, nameEn: 'Cases handled in the year', shortNameEn: 'Cases' }, 'en')).toContain('Cases')
    expect(page.text()).not.toContain('handled in the year')
  })

  it.each([
    [kiosks, '80 台中7台未用 · 低于目标 8.8 点，目标 100', '7 unused of 80 kiosks · 8.8 pt below target 100'],
    [online, '距 98% 差 8 项 · 低于应有 0.4 点，应有 97.6', '8 items short of 98% · 0.4 pt below the 97.6 expected'],
  ])('stands beside the points when it is opened', async (definition, chinese, english) => {
    expect(await shown(Head, definition, 'zh')).toContain(chinese)
    page.unmount()
    expect(await shown(Head, definition, 'en')).toContain(english)
  })

  it('stays in points where the counts are not told', async () => {
    const bare = states.map((state) => ({ ...state, numerator: undefined, denominator: undefined }))
    expect(await shown(IndicatorMatrix, online, 'zh', { told: bare })).toContain('低0.4')
    page.unmount()
    expect(await shown(IndicatorExceptions, kiosks, 'zh', { told: bare })).toContain('低于目标 8.8 点，目标 100')
  })
})
