import type { EntryItemKey } from '../../contract/entry.ts'
import type { InputFact, ReadingFact } from '../../contract/fact.ts'
import type { IndicatorDefinition, InputDefinition } from '../../contract/indicator.ts'
import type { Instant } from '../../contract/time.ts'
import type { Registry } from '../core/registry.ts'
import { isResponsible } from '../core/responsible.ts'

/** One figure that a person is asked for each time: an indicator, or an input of one member. */
export interface EntryItem {
  readonly key: EntryItemKey
  /** 编号: what a row is matched by on return, wherever it stands then: `indicator/x`, `input/y`, `input/y/member` */
  readonly name: string
  readonly title: string
  /** 单位/成员; empty for the district as a whole */
  readonly member: string
  readonly unitOfMeasure: string
  readonly range: readonly [number, number] | undefined
  /** how often it is due, in whole months, at least one */
  readonly everyMonths: number
}

/** Hours of a month on the average: cadences of 744 and 8,784 hours are a month and a year. */
const hoursOfMonth = 730.5

const everyMonths = ({ cadenceHours }: { readonly cadenceHours: number }): number => Math.max(1, Math.round(cadenceHours / hoursOfMonth))

/** 编号 of a figure. */
export const itemName = ({ indicator, input, of }: EntryItemKey): string =>
  indicator === undefined
    ? ['input', input ?? '', ...(of === undefined ? [] : [of])].join('/')
    : ['indicator', indicator, ...(of === undefined ? [] : [of])].join('/')

/** The same series as admission names it (server/core/measurement.ts). */
export const seriesName = ({ indicator, input, of }: EntryItemKey): string => indicator ?? `/${input ?? ''}/${of ?? ''}/`

/** Everything with `entry: true` in the configuration, members in their configured order. */
export function entryItems(registry: Registry, district: string): readonly EntryItem[] {
  const indicators = [...registry.indicators.values()].filter(({ entry }) => entry).map(ofIndicator)
  const inputs = [...registry.inputs.values()].filter(({ entry }) => entry).flatMap((input) => ofInput(input, registry, district))
  return [...indicators, ...inputs]
}

function ofIndicator(definition: IndicatorDefinition): EntryItem {
  const { id, name, unitOfMeasure, range } = definition
  const key = { indicator: id }
  return { key, name: itemName(key), title: name, member: '', unitOfMeasure, range, everyMonths: everyMonths(definition) }
}

function ofInput(definition: InputDefinition, registry: Registry, district: string): readonly EntryItem[] {
  const { id, name, unitOfMeasure, by, responsible } = definition
  const itemOf = (of: string | undefined, member: string): EntryItem => {
    const key = of === undefined ? { input: id } : { input: id, of }
    return { key, name: itemName(key), title: name, member, unitOfMeasure, range: undefined, everyMonths: everyMonths(definition) }
  }
  // the district's own value would stand over the sum of its members for ever
  if (by === 'district') return [itemOf(undefined, '')]
  const units = [...registry.units.values()].filter((unit) => responsible === undefined || isResponsible(unit, responsible))
  const members = { unit: units, sector: [...registry.sectors.values()], theme: [...registry.themes.values()] }[by]
  return members.filter((member) => member.district === district).map((member) => itemOf(member.id, member.name))
}

/** A figure as the fact that is recorded. @param at end of its month @param key tells it apart from the same value entered before */
export function factOf({ indicator, input, of }: EntryItemKey, at: Instant, value: number, key: string): ReadingFact | InputFact {
  if (indicator !== undefined) return { kind: 'reading', indicator, ...(of === undefined ? {} : { unit: of }), at, value, key }
  return { kind: 'input', input: input ?? '', ...(of === undefined ? {} : { of }), at, value, key }
}
