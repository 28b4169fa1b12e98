import type { AlarmRule, SensorAlarmRule, SensorLimit } from '../../../contract/alarm-rule.ts'
import type { Limits, SensorDefinition } from '../../../contract/configuration.ts'
import type { ClockFact, FeedHealthFact, SensorReadingFact } from '../../../contract/fact.ts'
import type { LinkState } from '../../../contract/link.ts'
import type { SupervisionOrder } from '../../../contract/supervision.ts'
import type { Incident } from '../../../contract/incident.ts'
import type { Warning } from '../../../contract/topic.ts'
import { isShowing } from '../../../contract/video.ts'
import type { VideoSource } from '../../../contract/video-source.ts'
import type { FoldContext } from '../fold.ts'
import type { Signal } from './alarm-record.ts'

/** What each source says under one rule. Pure; undefined where the rule has nothing to do with it. */

const says = (isBeyond: boolean): Signal['says'] => (isBeyond ? 'beyond' : 'back')

/** A good reading against its limit. The limit itself is not beyond; back is what is inside by the dead-band. */
export function ofReading(fact: SensorReadingFact, rule: SensorAlarmRule, feed: string, context: FoldContext): Signal | undefined {
  const { when } = rule
  if (!isFit(fact) || when.sensors?.includes(fact.sensor) === false) return undefined
  const own = definitionOf(fact.sensor, context)
  const limit = when.value ?? limitsOf(own, when.quantity, context)?.[when.limit]
  if (limit === undefined) return undefined
  const site = { name: own?.name ?? fact.name ?? '', place: own?.subdistrict ?? fact.subdistrict }
  return {
    subject: `${fact.sensor}/${fact.quantity}`,
    says: againstLimit(fact.value, limit, when),
    told: { ...site, feed, value: fact.value, limit },
  }
}

const isFit = ({ quality = 'good' }: SensorReadingFact): boolean => quality === 'good'

/** Another district may have a sensor of the same number. */
function definitionOf(sensor: string, { registry, district }: FoldContext): SensorDefinition | undefined {
  const definition = registry.sensors.get(sensor)
  return definition?.district === district.id ? definition : undefined
}

const limitsOf = (own: SensorDefinition | undefined, quantity: string, { registry }: FoldContext): Limits | undefined =>
  own?.limits[quantity] ?? registry.quantities.get(quantity)?.limits

function againstLimit(
  value: number,
  limit: number,
  { limit: side, deadBand }: { readonly limit: SensorLimit; readonly deadBand: number },
): Signal['says'] {
  const over = side === 'high' || side === 'highHigh' ? value - limit : limit - value
  if (over > 0) return 'beyond'
  return -over >= deadBand ? 'back' : 'within'
}

/** Only 重点点位: any other camera that fails is maintenance. */
export const ofCamera = (camera: VideoSource): Signal => ({
  subject: camera.id,
  says: says(camera.isKey && !isShowing(camera)),
  told: { name: camera.name, feed: camera.feed, place: camera.subdistrict },
})

export const ofFeed = ({ feed, state }: Pick<FeedHealthFact, 'feed' | 'state'>, name: string): Signal => ({
  subject: feed,
  says: says(state === 'down'),
  told: { name, feed },
})

/** One that was taken away is not down any more. */
export const ofLink = (id: string, state: LinkState | undefined): Signal => ({
  subject: id,
  says: says(state?.trouble !== undefined),
  told: { name: state?.name ?? id },
})

export const ofClock = ({ isTrusted, driftMs }: ClockFact): Signal => ({ subject: 'clock', says: says(!isTrusted), told: { name: '', driftMs } })

export function ofIncident({ id, title, stage, priority, feed, subdistrict }: Incident, { when }: AlarmRule): Signal {
  const isMeant = when.source === 'incident' && when.priorities.includes(priority)
  return { subject: id, says: says(isMeant && stage === 'reported'), told: { name: title, feed, place: subdistrict } }
}

export function ofWarning({ id, title, level, endedAt, feed }: Warning, { when }: AlarmRule): Signal {
  const isMeant = when.source === 'warning' && when.levels.includes(level)
  return { subject: id, says: says(isMeant && endedAt === undefined), told: { name: title, feed } }
}

export const ofOrder = ({ id, number, title, card, settledAt }: SupervisionOrder): Signal => ({
  subject: id,
  says: says(card.colour === 'red' && settledAt === undefined),
  told: { name: `${number} ${title}` },
})
