import type { Configuration } from '../../../contract/configuration.ts'
import type { IndicatorDefinition, Revision } from '../../../contract/indicator.ts'
import type { Instant } from '../../../contract/time.ts'
import { instantOf, localTime } from '../../../contract/time.ts'

/** 口径 as it holds now: a definition with the revisions that have come into force. Pure. */
export interface InForce {
  readonly definition: IndicatorDefinition
  readonly version: number
  /** what made it so; undefined for the first version */
  readonly revision: Revision | undefined
}

/** @param version as the indicator's state has it, 1 is the definition itself */
export function inForce(definition: IndicatorDefinition, version: number): InForce {
  const revisions = definition.revisions.slice(0, Math.max(0, version - 1))
  const revised = revisions.reduce<IndicatorDefinition>(
    (before, { formula = before.formula, target = before.target, baseline = before.baseline }) => ({
      ...before,
      ...(formula !== undefined && { formula }),
      ...(baseline !== undefined && { baseline }),
      target,
    }),
    definition,
  )
  return { definition: revised, version: revisions.length + 1, revision: revisions.at(-1) }
}

/** What a curve is drawn over: from the start of the year to the end of the running period, so that the target has its place. */
export function curveRange(
  { period }: Pick<IndicatorDefinition, 'period'>,
  now: Instant,
  zone: string,
): { readonly from: Instant; readonly to: Instant } {
  const { year, month } = localTime(now, zone)
  const first = (ofYear: number, ofMonth: number): Instant => instantOf({ year: ofYear, month: ofMonth, day: 1, hour: 0, minute: 0, second: 0 }, zone)
  const isDecember = month === 12
  return { from: first(year, 1), to: period === 'year' || isDecember ? first(year + 1, 1) : first(year, month + 1) }
}

/** First day of the period that is running, YYYY-MM-DD. */
export function periodStart({ period }: Pick<IndicatorDefinition, 'period'>, now: Instant, zone: string): string {
  const { year, month } = localTime(now, zone)
  return `${String(year)}-${period === 'year' ? '01' : String(month).padStart(2, '0')}-01`
}

/** The measures of one number of the plan, in the order of the configuration. */
export function measuresOf(
  { indicators }: Pick<Configuration, 'indicators'>,
  { no }: Pick<IndicatorDefinition, 'no'>,
): readonly IndicatorDefinition[] {
  return indicators.filter((definition) => definition.no === no)
}

/** Whether a unit leads an indicator, or is responsible for it by its name or by its group. */
export function partOf(
  { leadUnits, responsible }: Pick<IndicatorDefinition, 'leadUnits' | 'responsible'>,
  unit: { readonly id: string; readonly name: string; readonly shortName: string; readonly group: 'subdistrict' | 'department' | 'other' },
): 'lead' | 'responsible' | undefined {
  const isNamed = (name: string): boolean => [unit.id, unit.name, unit.shortName].includes(name)
  if (leadUnits.some(isNamed)) return 'lead'
  return responsible.some((name) => isNamed(name) || name === groupNames[unit.group]) ? 'responsible' : undefined
}

const groupNames = { subdistrict: 'subdistricts', department: 'departments', other: 'others' } as const
