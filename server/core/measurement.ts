import type { Fact, InputFact, ReadingFact, SensorReadingFact } from '../../contract/fact.ts'

/** Facts that carry a value of a series: an indicator's or an input's, of the district or of one member, or a sensor's of one quantity. */
export type Measurement = ReadingFact | InputFact | SensorReadingFact

export const isMeasurement = (fact: Fact): fact is Measurement => fact.kind === 'reading' || fact.kind === 'input' || fact.kind === 'sensor-reading'

/**
 * Names a series: `indicator`, `indicator/unit/`, `/input//`, `/input/member/` or `sensor/quantity`. No two are mixed up: an indicator's id has
 * no `/`, and a quantity's id is not empty.
 */
export function seriesOf(fact: Measurement): string {
  if (fact.kind === 'sensor-reading') return `${fact.sensor}/${fact.quantity}`
  if (fact.kind === 'input') return `/${fact.input}/${fact.of ?? ''}/`
  return fact.unit === undefined ? fact.indicator : `${fact.indicator}/${fact.unit}/`
}

/** Names that rules may have for it, the most particular first. */
export function ruleNamesOf(fact: Measurement): readonly string[] {
  if (fact.kind === 'sensor-reading') return [fact.sensor, fact.quantity]
  return [fact.kind === 'input' ? fact.input : fact.indicator]
}

/** Fit to be judged. What an instrument itself calls broken, suspect or under maintenance is recorded with its mark, and no rule is built on it. */
export const isGood = (fact: Measurement): boolean => fact.kind !== 'sensor-reading' || (fact.quality ?? 'good') === 'good'
