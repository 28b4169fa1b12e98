import type { QuantityDefinition } from '../../../../contract/configuration.ts'
import { feedFactKinds } from '../../../../contract/fact.ts'
import type { Fact } from '../../../../contract/fact.ts'
import type { Place } from '../../../../contract/fact-field.ts'
import type { IndicatorDefinition } from '../../../../contract/indicator.ts'
import type { Instant } from '../../../../contract/time.ts'
import { localTime } from '../../../../contract/time.ts'
import type { Names } from '../../i18n/use-names.ts'
import { formatNumber, formatTimeWithSeconds, formatValue } from '../../ui/format.ts'
import type { Translate } from '../../ui/format.ts'

/** A fact in words that people read, as the wall would name it. Pure. */

export interface FactWords {
  /** below `bench.kinds.` */
  readonly kind: Fact['kind']
  /** what it is about: 泾河 平凉站 水位 */
  readonly name: string
  /** what it says: 1331.42 m, 已受理; empty where the name says all */
  readonly value: string
  /** date and time to the second, in the district's zone */
  readonly at: string
  /** area and coordinates; empty where it has neither */
  readonly where: string
  readonly place: Place | undefined
  /** outlines of a warning */
  readonly polygons: readonly (readonly Place[])[]
  /** the rest, each with its field's name as in contract/fact.ts */
  readonly more: readonly { readonly field: string; readonly text: string }[]
}

export interface FactRooms {
  readonly district: string
  readonly zone: string
  readonly names: Names
  readonly indicators: readonly IndicatorDefinition[]
  readonly quantities: readonly QuantityDefinition[]
  readonly t: Translate
}

/** 2026-11-23 14:21:08 in the zone, with nothing left out: here a wrong day or zone must be seen. */
export function writeInstant(at: Instant, zone: string): string {
  const { year, month, day } = localTime(at, zone)
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${String(year)}-${two(month)}-${two(day)} ${formatTimeWithSeconds(at, zone)}`
}

export function factWords(fact: Fact, rooms: FactRooms): FactWords {
  const place = 'place' in fact ? fact.place : undefined
  const { name, value, told } = say(fact, rooms)
  const area = 'subdistrict' in fact && fact.subdistrict !== undefined ? rooms.names.subdistrict(rooms.district, fact.subdistrict) : ''
  return {
    kind: fact.kind,
    name,
    value,
    at: writeInstant(fact.at, rooms.zone),
    where: [area, place === undefined ? '' : writePlace(place)].filter((part) => part !== '').join(' · '),
    place,
    polygons: fact.kind === 'warning' ? (fact.polygons ?? []) : [],
    more: restOf(fact, ['kind', 'at', 'place', 'subdistrict', 'polygons', ...told], rooms.zone),
  }
}

const writePlace = ([longitude, latitude]: Place): string => `${longitude.toFixed(5)}, ${latitude.toFixed(5)}`

interface Said {
  readonly name: string
  readonly value: string
  /** fields that name and value have said */
  readonly told: readonly string[]
}

const join = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join(' ')

type FeedFactKind = (typeof feedFactKinds)[number]
type WallFactKind = 'wall' | 'wall-command'
type FactOf<Kind extends Fact['kind']> = Extract<Fact, { readonly kind: Kind }>

const isOfFeed = (fact: Fact): fact is FactOf<FeedFactKind> => (feedFactKinds as readonly string[]).includes(fact.kind)

const isOfWall = (fact: Fact): fact is FactOf<WallFactKind> => fact.kind === 'wall' || fact.kind === 'wall-command'

function say(fact: Fact, rooms: FactRooms): Said {
  if (isOfFeed(fact)) return sayOfFeed(fact, rooms)
  return isOfWall(fact) ? sayOfWall(fact) : saySystem(fact)
}

function sayOfFeed(fact: FactOf<FeedFactKind>, rooms: FactRooms): Said {
  switch (fact.kind) {
    case 'work-order':
      return sayOrder(fact, rooms)
    case 'reading':
      return sayReading(fact, rooms)
    case 'input':
      return { name: join(fact.input, fact.of), value: formatNumber(fact.value, 2), told: ['input', 'of', 'value'] }
    case 'incident':
      return sayIncident(fact, rooms)
    case 'video-source':
      return sayCamera(fact, rooms)
    case 'sensor-reading':
      return saySensor(fact, rooms)
    case 'vehicle':
      return sayVehicle(fact, rooms)
    case 'warning':
      return sayWarning(fact, rooms)
    case 'order-answer':
      return { name: join(fact.id, rooms.names.unit(fact.unit)), value: join(fact.step, fact.note), told: ['id', 'unit', 'step', 'note'] }
  }
}

/** What the server says itself, and people at the desk; no sample of a feed has it. */
function saySystem(fact: FactOf<Exclude<Fact['kind'], FeedFactKind | WallFactKind>>): Said {
  if (isDecision(fact)) return sayDecision(fact)
  switch (fact.kind) {
    case 'feed':
    case 'feed-health':
      return { name: fact.feed, value: '', told: ['feed'] }
    case 'definition':
      return { name: fact.indicator, value: String(fact.version), told: ['indicator', 'version'] }
    case 'video-probe':
      return { name: fact.source, value: fact.state, told: ['source', 'state'] }
    case 'viewing':
      return sayViewing(fact)
    case 'session-ended':
      return { name: fact.name ?? fact.session, value: fact.by ?? '', told: ['name', 'by'] }
    case 'clock':
      return { name: fact.reference, value: formatNumber(fact.driftMs / 1_000, 1), told: ['reference', 'driftMs'] }
    case 'tick':
      return { name: '', value: '', told: [] }
  }
}

type Decision = FactOf<
  'entry' | 'incident-act' | 'meeting' | 'meeting-step' | 'ranking' | 'report' | 'supervision' | 'alarm' | 'link' | 'duty' | 'resource' | 'handover'
>
const decisionKinds = [
  'entry',
  'incident-act',
  'meeting',
  'meeting-step',
  'ranking',
  'report',
  'supervision',
  'alarm',
  'link',
  'duty',
  'resource',
  'handover',
] as const satisfies readonly Decision['kind'][]
const decisions: ReadonlySet<Fact['kind']> = new Set<Fact['kind']>(decisionKinds)
const isDecision = (fact: Fact): fact is Decision => decisions.has(fact.kind)

/** What people at the desk decide. */
function sayDecision(fact: Decision): Said {
  if ('step' in fact)
    return 'id' in fact ? { name: fact.id, value: fact.step, told: ['id', 'step'] } : { name: fact.by, value: fact.step, told: ['by', 'step'] }
  switch (fact.kind) {
    case 'entry':
      return { name: fact.id, value: fact.state, told: ['id', 'state'] }
    case 'incident-act':
      return { name: fact.id, value: join(fact.act.what, fact.by), told: ['id', 'by'] }
    case 'meeting':
      return { name: fact.name, value: '', told: ['name'] }
    case 'ranking':
      return { name: join(fact.ranking, fact.month), value: '', told: ['ranking', 'month'] }
    case 'link':
      return { name: fact.link, value: fact.what, told: ['link', 'what'] }
    case 'report':
      return { name: join(fact.district, fact.month), value: fact.state, told: ['district', 'month', 'state'] }
  }
}

const sayViewing = ({ source, phase, name, role }: FactOf<'viewing'>): Said => ({
  name: source,
  value: join(phase, name ?? role),
  told: ['source', 'phase', 'name', 'role'],
})

function sayOfWall(fact: FactOf<WallFactKind>): Said {
  if (fact.kind === 'wall') return { name: fact.name ?? fact.wall, value: fact.change, told: ['name', 'change'] }
  return { name: fact.walls.join(' '), value: fact.what.do, told: ['walls'] }
}

function sayOrder({ id, channel, title, type, stage }: FactOf<'work-order'>, { names, t }: FactRooms): Said {
  return {
    name: join(channel === undefined ? undefined : names.channel(channel), title ?? type ?? id),
    value: stage === undefined ? '' : t(`stages.${stage}`, {}),
    told: ['channel', 'title', 'stage', ...(title === undefined ? ['type'] : [])],
  }
}

function sayReading({ indicator, value }: FactOf<'reading'>, { indicators, names, t }: FactRooms): Said {
  const definition = indicators.find(({ id }) => id === indicator)
  const told = ['indicator', 'value']
  return definition === undefined
    ? { name: indicator, value: String(value), told }
    : { name: names.of(definition), value: writeReading(value, definition, t), told }
}

function sayIncident({ id, title, type, priority, stage }: FactOf<'incident'>, { t }: FactRooms): Said {
  const urgency = priority === undefined ? '' : `${t(`priorities.${priority}`, {})} · `
  return { name: title ?? type ?? id, value: urgency + t(`incidentStages.${stage}`, {}), told: ['title', 'stage', 'priority'] }
}

function sayCamera({ id, name, state }: FactOf<'video-source'>, { t }: FactRooms): Said {
  return { name: name ?? id, value: t(`bench.cameraStates.${state}`, {}), told: ['name', 'state'] }
}

function saySensor({ sensor, name, quantity, value, quality }: FactOf<'sensor-reading'>, { quantities, names, t }: FactRooms): Said {
  const definition = quantities.find(({ id }) => id === quantity)
  const doubt = quality === undefined || quality === 'good' ? '' : t(`sensors.qualities.${quality}`, {})
  return {
    name: join(name ?? sensor, definition === undefined ? quantity : names.of(definition)),
    value: join(formatNumber(value, definition?.decimals ?? 1), definition?.unitOfMeasure, doubt),
    told: ['quantity', 'value', 'quality', name === undefined ? 'sensor' : 'name'],
  }
}

function sayWarning({ id, title, type, action, level }: FactOf<'warning'>, { t }: FactRooms): Said {
  const said = join(t(`bench.warningActions.${action}`, {}), level === undefined ? undefined : t(`bench.warningLevels.${level}`, {}))
  return { name: title ?? type ?? id, value: said, told: ['title', 'action', 'level'] }
}

function writeReading(value: number, definition: IndicatorDefinition, t: Translate): string {
  const scale = definition.scale === 1 ? '' : t(`scale.${String(definition.scale)}`, {})
  return `${formatValue(value, definition)} ${scale}${definition.unitOfMeasure}`
}

function sayVehicle({ id, name, type, speed, heading, alarm }: FactOf<'vehicle'>, { t }: FactRooms): Said {
  const parts = [
    type === undefined ? '' : t(`bench.vehicleTypes.${type}`, {}),
    speed === undefined ? '' : `${formatNumber(speed)} km/h`,
    heading === undefined ? '' : `${formatNumber(heading)}°`,
    alarm ?? '',
  ]
  const value = parts.filter((part) => part !== '').join(' · ')
  return { name: name ?? id, value, told: ['name', 'speed', 'heading', 'alarm', 'type'] }
}

/** Every other field, so that nothing of a fact is hidden from whoever wires it. */
function restOf(fact: Fact, told: readonly string[], zone: string): FactWords['more'] {
  return Object.entries(fact).flatMap(([field, value]: readonly [string, unknown]) => {
    if (told.includes(field) || value === undefined) return []
    const isInstant = field.endsWith('At') && typeof value === 'number'
    return [{ field, text: isInstant ? writeInstant(value, zone) : typeof value === 'string' ? value : JSON.stringify(value) }]
  })
}
