import type { FeedDefinition } from '../../contract/feed.ts'
import { warningLevels } from '../../contract/fact.ts'
import type { Fact, InputFact, ReadingFact, SensorReadingFact, WorkOrderFact } from '../../contract/fact.ts'
import type { Place } from '../../contract/fact-field.ts'
import type { Refusal, RejectionCode } from '../../contract/rejection.ts'
import { dayMs, secondMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { iso, quote, similarTo } from './foreign-words.ts'
import { isMeasurement, ruleNamesOf } from './measurement.ts'
import type { Measurement } from './measurement.ts'
import { idsIn } from './registry.ts'
import type { Registry } from './registry.ts'
import type { RulesByName } from './rules-by-name.ts'

/** What can be said of a fact without knowing those before it. */

/** Instants outside are a broken clock, a wrong unit or an empty date, never a date of this work. */
const earliest: Instant = Date.UTC(1992, 0, 1)
const latest: Instant = Date.UTC(2100, 0, 1)

const yearDays = 365.25

export const refusal = (code: RejectionCode, detail: string): Refusal => ({ stage: 'admit', code, detail })

export interface CheckSetting {
  readonly feed: FeedDefinition
  readonly registry: Registry
  readonly ranges: RulesByName<readonly [number, number]>
}

function checkInstant(name: string, at: Instant): Refusal | undefined {
  if (at >= earliest && at <= latest) return undefined
  return refusal('bad-instant', `${name}: found ${iso(at)}, expected an instant from 1992 to 2100; check the unit (milliseconds) and empty dates`)
}

function checkUntil({ extension }: WorkOrderFact): Refusal | undefined {
  return extension?.until === undefined ? undefined : checkInstant('extension.until', extension.until)
}

function checkInstants(fact: Fact): Refusal | undefined {
  let wrong = checkInstant('at', fact.at)
  if ('dueAt' in fact && fact.dueAt !== undefined) wrong ??= checkInstant('dueAt', fact.dueAt)
  if (fact.kind === 'work-order') wrong ??= checkUntil(fact)
  if (fact.kind === 'warning') {
    if (fact.onsetAt !== undefined) wrong ??= checkInstant('onsetAt', fact.onsetAt)
    if (fact.expiresAt !== undefined) wrong ??= checkInstant('expiresAt', fact.expiresAt)
  }
  return wrong
}

/** `90 s`, `3.5 days`, `12.0 years`: as people say how long it is. */
function spanInWords(ms: number): string {
  if (ms < 2 * dayMs) return `${(ms / secondMs).toFixed(0)} s`
  const days = ms / dayMs
  return days < 2 * yearDays ? `${days.toFixed(1)} days` : `${(days / yearDays).toFixed(1)} years`
}

function checkAge(at: Instant, { id, admission }: FeedDefinition, now: Instant): Refusal | undefined {
  const aheadSeconds = (at - now) / secondMs
  if (aheadSeconds > admission.maxAheadSeconds) {
    const limit = `expected at most ${String(admission.maxAheadSeconds)} s`
    const cure = `check the upstream's clock and zone, or raise admission.maxAheadSeconds of feed ${id}`
    return refusal('from-the-future', `at: found ${iso(at)}, ${spanInWords(aheadSeconds * secondMs)} ahead of our clock, ${limit}; ${cure}`)
  }
  const ageDays = (now - at) / dayMs
  if (admission.maxAgeDays !== undefined && ageDays > admission.maxAgeDays) {
    const limit = `expected at most ${String(admission.maxAgeDays)} days`
    return refusal('too-old', `at: found ${iso(at)}, ${spanInWords(now - at)} old, ${limit}; raise admission.maxAgeDays of feed ${id} to take it`)
  }
  return undefined
}

const isWithin = (value: number, [lowest, highest]: readonly [number, number]): boolean => value >= lowest && value <= highest

function rangeInWords([lowest, highest]: readonly [number, number], unitOfMeasure: string): string {
  return `${String(lowest)} to ${String(highest)} ${unitOfMeasure}`.trimEnd()
}

/** What a fact is of must be known, and belong to the feed's district. */
function checkMember(field: string, found: string, kind: keyof typeof membersIn, { feed, registry }: CheckSetting): Refusal | undefined {
  const known: ReadonlyMap<string, { readonly district: string }> = registry[membersIn[kind]]
  if (known.get(found)?.district === feed.district) return undefined
  const ids = [...known].filter(([, { district }]) => district === feed.district).map(([id]) => id)
  const expected = `expected the id of a ${kind} of district ${feed.district} in config/${membersIn[kind]}.yaml${similarTo(found, ids)}`
  return refusal('unknown-member', `${field}: found ${quote(found)}, ${expected}; let the mapping turn it into one, or add it there`)
}

const membersIn = { unit: 'units', sector: 'sectors', theme: 'themes' } as const

const originWords = { orders: 'counted from work orders', cameras: 'counted from cameras', constant: 'fixed by its constant' } as const

function checkInput(fact: InputFact, setting: CheckSetting): Refusal | undefined {
  const { inputs } = setting.registry
  const definition = inputs.get(fact.input)
  if (definition === undefined) {
    const expected = `expected the id of an input in config/inputs.yaml${similarTo(fact.input, inputs.keys())}`
    return refusal('unknown-input', `input: found ${quote(fact.input)}, ${expected}`)
  }
  const { id, by } = definition
  const origin = (['orders', 'cameras', 'constant'] as const).find((key) => definition[key] !== undefined)
  if (origin !== undefined) {
    const cure = `leave it out by the mapping, or take ${origin} of ${id} out of config/inputs.yaml`
    return refusal('unknown-input', `input: found ${id}, which is ${originWords[origin]}, expected one that is reported; ${cure}`)
  }
  if (fact.of === undefined) return undefined
  if (by !== 'district') return checkMember('of', fact.of, by, setting)
  const cure = `leave it out by the mapping, or set by: unit (sector, theme) of ${id} in config/inputs.yaml`
  return refusal('unknown-member', `of: found ${quote(fact.of)}, expected nothing, since ${id} is of the district as a whole; ${cure}`)
}

function checkReading(fact: ReadingFact, setting: CheckSetting): Refusal | undefined {
  const { registry } = setting
  const definition = registry.indicators.get(fact.indicator)
  if (definition === undefined) {
    const known = similarTo(fact.indicator, registry.indicators.keys())
    const detail = `indicator: found ${quote(fact.indicator)}, expected the id of an indicator in config/indicators${known}`
    return refusal('unknown-indicator', detail)
  }
  const unknown = fact.unit === undefined ? undefined : checkMember('unit', fact.unit, 'unit', setting)
  const { range } = definition
  if (unknown !== undefined || range === undefined || isWithin(fact.value, range)) return unknown
  const expected = rangeInWords(range, definition.unitOfMeasureEn)
  return refusal(
    'out-of-range',
    `value: found ${String(fact.value)} for ${definition.id}, expected ${expected}; check the unit, or the indicator's range`,
  )
}

function checkSensorReading(fact: SensorReadingFact, registry: Registry): Refusal | undefined {
  const definition = registry.quantities.get(fact.quantity)
  if (definition === undefined) {
    const known = similarTo(fact.quantity, registry.quantities.keys())
    const cure = 'let the mapping turn it into one, or add it there and start the server again'
    return refusal(
      'unknown-quantity',
      `quantity: found ${quote(fact.quantity)}, expected the id of a quantity in config/quantities.yaml${known}; ${cure}`,
    )
  }
  if (isWithin(fact.value, definition.plausible)) return undefined
  const expected = rangeInWords(definition.plausible, definition.unitOfMeasure)
  const cure = 'check the instrument and the unit, or the plausible range in config/quantities.yaml'
  return refusal('out-of-range', `value: found ${String(fact.value)} for ${definition.id} of ${quote(fact.sensor)}, expected ${expected}; ${cure}`)
}

/** The feed's own range, narrower than the definition's. */
function checkFeedRange(fact: Measurement, { feed, ranges }: CheckSetting): Refusal | undefined {
  const found = ranges.isEmpty ? undefined : ranges.find(ruleNamesOf(fact))
  if (found === undefined || isWithin(fact.value, found.rule)) return undefined
  const expected = rangeInWords(found.rule, '')
  const cure = `check the instrument and the unit, or change ranges[${JSON.stringify(found.name)}] under admission of feed ${feed.id}`
  return refusal('out-of-range', `value: found ${String(fact.value)}, expected ${expected}; ${cure}`)
}

function checkValue(fact: Measurement, setting: CheckSetting): Refusal | undefined {
  switch (fact.kind) {
    case 'reading':
      return checkReading(fact, setting)
    case 'input':
      return checkInput(fact, setting)
    case 'sensor-reading':
      return checkSensorReading(fact, setting.registry)
  }
}

function checkMeasurement(fact: Measurement, setting: CheckSetting): Refusal | undefined {
  return checkValue(fact, setting) ?? checkFeedRange(fact, setting)
}

const isNullIsland = (place: Place | undefined): boolean => place?.[0] === 0 && place[1] === 0

/** [0, 0] is how many terminals write an unknown position, and a vehicle without one says nothing. */
function checkVehiclePlace(fact: Fact): Refusal | undefined {
  if (fact.kind !== 'vehicle' || !isNullIsland(fact.place)) return undefined
  return refusal(
    'bad-place',
    'place: found [0, 0], which terminals send for an unknown position, expected where the vehicle was; leave such messages out by the mapping',
  )
}

/** An order of a channel or a town that nobody knows would be counted where nobody looks. It is kept, and goes through again once the name is known. */
function checkOrderNames({ channel, subdistrict }: WorkOrderFact, { feed, registry }: CheckSetting): Refusal | undefined {
  if (channel !== undefined && registry.channels.get(channel)?.district !== feed.district) {
    const known = idsIn(registry.channels, feed.district).join(', ')
    const expected = `expected the id of a channel of district ${feed.district} in config/channels.yaml; these are: ${known}`
    return refusal('unknown-member', `channel: found ${quote(channel)}, ${expected}; let the mapping turn it into one, or add it there`)
  }
  const towns = registry.districts.get(feed.district)?.subdistricts ?? []
  if (subdistrict === undefined || towns.length === 0 || towns.some(({ code }) => code === subdistrict)) return undefined
  const codes = towns.map(({ code }) => code)
  const expected = `expected the code of a subdistrict in config/districts/${feed.district}.yaml${similarTo(subdistrict, codes)}`
  return refusal('unknown-member', `subdistrict: found ${quote(subdistrict)}, ${expected}; let the mapping turn it into one, or leave it out`)
}

/** What only one kind of fact has to keep to. */
function checkKind(fact: Fact, setting: CheckSetting): Refusal | undefined {
  if (isMeasurement(fact)) return checkMeasurement(fact, setting)
  return fact.kind === 'work-order' ? checkOrderNames(fact, setting) : (checkVehiclePlace(fact) ?? checkWarningLevel(fact))
}

/** Why a fact of the right shape is not taken, or undefined. */
export function checkFact(fact: Fact, setting: CheckSetting, now: Instant): Refusal | undefined {
  return checkInstants(fact) ?? checkAge(fact.at, setting.feed, now) ?? checkKind(fact, setting)
}

/** A level is never made up: a warning that is none of the four cannot be drawn, and one drawn too low is worse than none. */
function checkWarningLevel(fact: Fact): Refusal | undefined {
  if (fact.kind !== 'warning' || fact.action === 'cancel' || fact.level !== undefined) return undefined
  return refusal('bad-shape', `level: found nothing, expected one of ${warningLevels.join(', ')}; map the issuer's word for it`)
}

/** [0, 0] is how many platforms write an unknown position. It is not refused: an order without coordinates is counted, not lost. */
export function withoutNullIsland(fact: Fact): Fact {
  if (!('place' in fact) || fact.kind === 'vehicle' || !isNullIsland(fact.place)) return fact
  const placeless = { ...fact }
  delete placeless.place
  return placeless
}
