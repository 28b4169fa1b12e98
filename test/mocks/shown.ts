import { defineComponent, h } from 'vue'
import type { Component } from 'vue'
import type { Configuration, District } from '../../contract/configuration.ts'
import { useWritten } from '../../client/src/detail/use-figure.ts'
import Channels from '../../client/src/panels/channels/Channels.vue'
import Gathering from '../../client/src/panels/gathering/Gathering.vue'
import IndicatorMatrix from '../../client/src/panels/indicator-matrix/IndicatorMatrix.vue'
import Ranking from '../../client/src/panels/ranking/Ranking.vue'
import Themes from '../../client/src/panels/themes/Themes.vue'
import { useIndicators } from '../../client/src/panels/use-indicators.ts'
import { noValue } from '../../client/src/ui/format.ts'
import { mountPage } from '../panels/bench/mount-page.ts'
import { districtId } from './told-year.ts'
import type { Seen } from './told-year.ts'

/** Texts that stand beside one another, by what they are of. */
export type Texts = Readonly<Record<string, readonly string[]>>

/** px: no panel turns a page, or leaves anything out for lack of room */
const placement = { widthPx: 12_000, heightPx: 9_000 }

/** The panels as a screen draws them from what it is told at an instant, and the texts that are then read off them. */
export class Screen {
  readonly #configuration: Configuration
  readonly #seen: Seen
  readonly #district: District

  constructor(configuration: Configuration, seen: Seen) {
    const district = configuration.districts.find(({ id }) => id === districtId)
    if (district === undefined) throw new Error(`config/districts has no ${districtId}`)
    this.#configuration = configuration
    this.#seen = seen
    this.#district = district
  }

  /** 指标矩阵, by the plan's number: the figure of each of its measures. */
  async matrix(): Promise<Texts> {
    return this.#read(IndicatorMatrix, { options: { trends: true, by: 'family' } }, (page) =>
      all(page, '.cell').map((cell) => [text(cell, '.no'), figures(cell)]),
    )
  }

  /** Behind an indicator, by `indicator/unit`: rank, figure, and what it is made of. As UnitList.vue writes them, without drawing a thousand rows. */
  async units(): Promise<Texts> {
    const { now, units } = this.#seen
    const district = this.#district
    const texts: Record<string, readonly string[]> = {}
    const Behind = defineComponent({
      inheritAttrs: false,
      setup() {
        const { readings } = useIndicators(() => district)
        const written = useWritten(
          () => district,
          () => now,
        )
        return () => {
          for (const reading of readings.value) {
            for (const figure of units.get(reading.definition.id) ?? [])
              texts[`${reading.definition.id}/${figure.unit}`] = [
                String(figure.rank ?? noValue),
                written.unitValue(figure, reading).text,
                written.fraction(figure),
              ]
          }
          return h('p')
        }
      },
    })
    await this.#read(Behind, {}, () => [])
    return texts
  }

  /** 诉求渠道, by channel: open, overdue, 满意率 and 按时办结率. */
  async channels(): Promise<Texts> {
    const own = this.#configuration.channels.filter(({ district }) => district === districtId)
    return this.#read(Channels, { options: { form: 'table' } }, (page) =>
      all(page, 'tbody tr').map((row, index) => {
        // between what is open and what is overdue stands what is due soon, in two columns
        const [open = '', , , overdue = '', ...rest] = figures(row)
        return [own[index]?.id ?? '', [open, overdue, ...rest.slice(-2)]]
      }),
    )
  }

  /** 排名 of the month that the panel chooses, by the short names of the ranked units: rank and rate. */
  async ranking(ranking: string): Promise<Texts> {
    return this.#read(Ranking, { options: { ranking, rows: 40 } }, (page) =>
      all(page, 'tbody tr').map((row) => [text(row, '.cut'), [text(row, '.place'), ...figures(row)]]),
    )
  }

  /** 一件事, by the theme's short name: cases, and the share of them handled online. */
  async themes(): Promise<Texts> {
    return this.#read(Themes, { options: { input: 'theme_cases' } }, (page) => all(page, 'tbody tr').map((row) => [text(row, '.cut'), figures(row)]))
  }

  /** 数据汇聚, by the sector's short name: what this year brought. */
  async gathering(): Promise<Texts> {
    return this.#read(Gathering, { options: { input: 'records_gathered', indicator: 'resource_data_growth_rate' } }, (page) =>
      all(page, '.sectors .line').map((line) => [text(line, '.cut'), figures(line)]),
    )
  }

  async #read(
    panel: Component,
    props: Readonly<Record<string, unknown>>,
    read: (page: Element) => readonly (readonly [of: string, texts: readonly string[]])[],
  ): Promise<Texts> {
    const { now, topics } = this.#seen
    const district = this.#district
    // one root for all: some panels have several
    const Place = defineComponent({ setup: () => () => h('article', h(panel, { district, placement, ...props })) })
    const { page } = await mountPage(Place, {}, '/overview', { configuration: this.#configuration, pushed: { now, topics } })
    // the host is drawn into an element
    const texts = Object.fromEntries(read(page.element as Element))
    page.unmount()
    return texts
  }
}

const all = (within: Element, selector: string): readonly Element[] => [...within.querySelectorAll(selector)]
const text = (within: Element, selector: string): string => within.querySelector(selector)?.textContent.trim() ?? ''
const figures = (within: Element): readonly string[] => all(within, '.figure').map((figure) => figure.textContent.trim())
