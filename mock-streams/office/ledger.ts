import { dayNumberOf, monthOf } from '../calendar.ts'
import { between, dice } from '../chance.ts'
import { casesDue, entriesCorrect, entriesSampled } from '../indicators/data-and-checks.ts'
import type { ValueAt } from '../indicators/data-item.ts'
import { departments, townUnits, websiteUnits } from '../indicators/members.ts'
import type { Member } from '../indicators/members.ts'
import { yearShare } from '../indicators/progress.ts'
import { residents } from '../indicators/service-items.ts'

/** 台账: what no system of the city counts, so that somebody fills it in each month. */

export interface LedgerItem {
  /** 编号 on the form, as the centre calls its inputs */
  readonly input: string
  readonly members: readonly Member[]
  readonly valueAt: ValueAt
}

/** 全区: what is of no unit. */
const district: Member = { column: 'dwmc', names: ['全区'], weight: 1 }
/** Who answers from the knowledge base, without those whose answers a system checks. */
const knowledgeUnits: readonly Member[] = [...departments.slice(0, 14), ...townUnits.slice(0, 6)]

const ofDistrict = (input: string, valueAt: ValueAt): LedgerItem => ({ input, members: [district], valueAt })

const sampled =
  (code: string, low: number, high: number): ValueAt =>
  (seed, _member, at) =>
    Math.round(between(low, high, dice(seed, code, monthOf(dayNumberOf(at)))))

/** One after the other is made fit for the elderly; four were at the start of the year, which is what its December before says. */
const isRetrofitted: ValueAt = (_seed, { names: [name] }, at) =>
  yearShare(at + 1_000) * 2.6 + 4 >= websiteUnits.findIndex(({ names }) => names[0] === name) + 1 ? 1 : 0

export const ledger: readonly LedgerItem[] = [
  { input: 'residents', members: townUnits, valueAt: residents },
  { input: 'cases_annual_base', members: departments, valueAt: casesDue },
  ofDistrict('queries_sampled', () => 200),
  ofDistrict('queries_hit', sampled('CX02', 164, 178)),
  ofDistrict('accessibility_checks', () => 150),
  ofDistrict('accessibility_passed', sampled('WZA02', 112, 122)),
  { input: 'sites', members: websiteUnits, valueAt: () => 1 },
  { input: 'sites_retrofitted', members: websiteUnits, valueAt: isRetrofitted },
  { input: 'kb_entries_sampled', members: knowledgeUnits, valueAt: entriesSampled },
  { input: 'kb_entries_correct', members: knowledgeUnits, valueAt: entriesCorrect },
]

/** What stands in the ledger of a month; undefined where nothing does. @param unit its full name, undefined for 全区 @param at the month's last second */
export function ledgerValue(seed: number, input: string | undefined, unit: string | undefined, at: number): number | undefined {
  const item = ledger.find((one) => one.input === input)
  const member = item?.members.find((one) => (unit === undefined ? one === district : one.names.includes(unit)))
  return member === undefined ? undefined : item?.valueAt(seed, member, at)
}
