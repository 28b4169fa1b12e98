import type { Fact, ReadingFact, SensorReadingFact } from '../../contract/fact.ts'

/** Facts that carry a value of a series: an indicator's, or a sensor's of one quantity. */
export type Measurement = ReadingFact | SensorReadingFact

export const isMeasurement = (fact: Fact): fact is Measurement => fact.kind === 'reading' || fact.kind === 'sensor-reading'

/** Names a series: the indicator's id, or `sensor/quantity`. An indicator's id has no `/`, so the two are never mixed up. */
export const seriesOf = (fact: Measurement): string => (fact.kind === 'reading' ? fact.indicator : `${fact.sensor}/${fact.quantity}`)

/** Names that rules may have for it, the most particular first. */
export const ruleNamesOf = (fact: Measurement): readonly string[] => (fact.kind === 'reading' ? [fact.indicator] : [fact.sensor, fact.quantity])

/** Fit to be judged. What an instrument itself calls broken, suspect or under maintenance is recorded with its mark, and no rule is built on it. */
export const isGood = (fact: Measurement): boolean => fact.kind === 'reading' || (fact.quality ?? 'good') === 'good'
