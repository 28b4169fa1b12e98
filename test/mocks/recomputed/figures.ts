import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { dayOf, monthOf, yearOf } from './local-day.ts'
import { onTimeOf, ordersOf, satisfactionOf } from './orders.ts'
import type { Order, Question, Rate } from './orders.ts'
import { planRates } from './plan-rates.ts'
import type { Counted } from './plan-rates.ts'
import type { Fraction } from './printed.ts'
import { Reports } from './reports.ts'
import type { Told } from './told.ts'

/** One figure as it should be shown. */
export interface Expected {
  /** undefined where there is none to show */
  readonly fraction: Fraction | undefined
  /** of what was counted: undefined for a plain count, and where there is no figure */
  readonly part: number | undefined
  readonly whole: number | undefined
  readonly why: 'input' | 'zero-denominator' | undefined
}

/** Inputs that are told apart by unit: nothing else makes a unit's figure. */
const { inputs } = parse(readFileSync(join(import.meta.dirname, '../../../config/inputs.yaml'), 'utf8')) as {
  // the shipped configuration, which other tests check
  readonly inputs: readonly { readonly id: string; readonly by?: string }[]
}
const byUnit = new Set(inputs.flatMap(({ id, by }) => (by === 'unit' ? [id] : [])))

/** Every figure of the district at an instant, from nothing but what had been told by then. */
export class Recomputation {
  readonly day: string
  readonly orders: readonly Order[]
  readonly reports: Reports

  /** @param told in the order of receipt */
  constructor(told: readonly Told[], now: number) {
    const known = told.filter(({ receivedAt }) => receivedAt <= now)
    this.day = dayOf(now)
    this.orders = ordersOf(known, now)
    this.reports = new Reports(known, now)
  }

  /** @param unit the district's own where none is named */
  indicator(id: string, unit?: string): Expected {
    const rate = planRates[id]
    if (rate === undefined) return nothing('input')
    const [part, whole] = rate.of(this.#counted(unit))
    if (part === undefined || (rate.isRate && whole === undefined)) return nothing('input')
    if (!rate.isRate) return { fraction: { part, whole: 1, times: 1 }, part: undefined, whole: undefined, why: undefined }
    return whole === 0 || whole === undefined
      ? nothing('zero-denominator')
      : { fraction: { part, whole, times: rate.times }, part, whole, why: undefined }
  }

  /** Units with a figure of their own: those of which anything is known that the figure is made of, where all of it is told apart by unit. */
  unitsBehind(id: string, known: ReadonlySet<string>): readonly string[] {
    const reported: string[] = []
    const units = new Set<string>()
    planRates[id]?.of(
      this.#counted(undefined, {
        report: (input) => reported.push(input),
        channel: (asked) => {
          for (const { channel, unit } of this.orders) if (channel === asked && unit !== undefined) units.add(unit)
        },
      }),
    )
    for (const input of reported) for (const member of this.reports.members(input)) units.add(member)
    return reported.every((input) => byUnit.has(input)) ? [...units].filter((unit) => known.has(unit)).sort() : []
  }

  onTime(question: Question): Rate {
    return onTimeOf(this.orders, question)
  }

  satisfaction(question: Question, says: readonly string[]): Rate {
    return satisfactionOf(this.orders, question, says)
  }

  get monthToDate(): Pick<Question, 'from' | 'to'> {
    return { from: `${monthOf(this.day)}-01`, to: this.day }
  }

  #counted(unit: string | undefined, asked: Asked = {}): Counted {
    const { reports } = this
    const reported = (input: string): string => {
      asked.report?.(input)
      return input
    }
    const question = (channel: string, period: 'year' | 'month'): Question => {
      asked.channel?.(channel)
      const from = period === 'month' ? this.monthToDate.from : `${yearOf(this.day)}-01-01`
      return { channels: [channel], unit, from, to: this.day }
    }
    return {
      now: (input) => reports.latest(reported(input), unit),
      start: (input) => reports.start(reported(input), unit),
      batches: (input) => reports.batches(reported(input), unit),
      due: (...of) => onTimeOf(this.orders, question(...of)).whole,
      onTime: (...of) => onTimeOf(this.orders, question(...of)).part,
      rated: (...of) => satisfactionOf(this.orders, question(...of), []).whole,
      content: (...of) => satisfactionOf(this.orders, question(...of), ['satisfied', 'basically-satisfied']).part,
    }
  }
}

/** Is told of each input and each channel that a figure is made of. */
interface Asked {
  readonly report?: (input: string) => void
  readonly channel?: (channel: string) => void
}

const nothing = (why: Expected['why']): Expected => ({ fraction: undefined, part: undefined, whole: undefined, why })
