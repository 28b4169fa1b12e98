import type { QuantityDefinition } from '../../../../contract/configuration.ts'
import type { Fact, Place } from '../../../../contract/fact.ts'
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

function say(fact: Fact, { names, indicators, quantities, t }: FactRooms): Said {
  switch (fact.kind) {
    case 'work-order':
      return {
        name: join(fact.channel === undefined ? undefined : names.channel(fact.channel), fact.title ?? fact.type ?? fact.id),
        value: t(`stages.${fact.stage}`, {}),
        told: ['channel', 'title', 'stage', ...(fact.title === undefined ? ['type'] : [])],
      }
    case 'reading': {
      const definition = indicators.find(({ id }) => id === fact.indicator)
      const value = definition === undefined ? String(fact.value) : writeReading(fact.value, definition, t)
      return { name: definition === undefined ? fact.indicator : names.of(definition), value, told: ['indicator', 'value'] }
    }
    case 'incident': {
      const priority = fact.priority === undefined ? '' : `${t(`priorities.${fact.priority}`, {})} · `
      return {
        name: fact.title ?? fact.type ?? fact.id,
        value: priority + t(`incidentStages.${fact.stage}`, {}),
        told: ['title', 'stage', 'priority'],
      }
    }
    case 'video-source':
      return { name: fact.name ?? fact.id, value: t(`bench.cameraStates.${fact.state}`, {}), told: ['name', 'state'] }
    case 'sensor-reading': {
      const definition = quantities.find(({ id }) => id === fact.quantity)
      const quality = fact.quality === undefined || fact.quality === 'good' ? '' : t(`sensors.qualities.${fact.quality}`, {})
      return {
        name: join(fact.name ?? fact.sensor, definition === undefined ? fact.quantity : names.of(definition)),
        value: join(formatNumber(fact.value, definition?.decimals ?? 1), definition?.unitOfMeasure, quality),
        told: ['quantity', 'value', 'quality', ...(fact.name === undefined ? ['sensor'] : ['name'])],
      }
    }
    case 'vehicle':
      return { name: fact.name ?? fact.id, value: sayVehicle(fact, t), told: ['name', 'speed', 'heading', 'alarm', 'type'] }
    case 'warning':
      return {
        name: fact.title ?? fact.type ?? fact.id,
        value: join(t(`bench.warningActions.${fact.action}`, {}), fact.level === undefined ? undefined : t(`bench.warningLevels.${fact.level}`, {})),
        told: ['title', 'action', 'level'],
      }
    case 'feed':
    case 'feed-health':
      return { name: fact.feed, value: '', told: ['feed'] }
    case 'tick':
      return { name: '', value: '', told: [] }
  }
}

function writeReading(value: number, definition: IndicatorDefinition, t: Translate): string {
  const scale = definition.scale === 1 ? '' : t(`scale.${String(definition.scale)}`, {})
  return `${formatValue(value, definition)} ${scale}${definition.unitOfMeasure}`
}

function sayVehicle({ type, speed, heading, alarm }: Extract<Fact, { readonly kind: 'vehicle' }>, t: Translate): string {
  return [
    type === undefined ? '' : t(`bench.vehicleTypes.${type}`, {}),
    speed === undefined ? '' : `${formatNumber(speed)} km/h`,
    heading === undefined ? '' : `${formatNumber(heading)}°`,
    alarm ?? '',
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

/** Every other field, so that nothing of a fact is hidden from whoever wires it. */
function restOf(fact: Fact, told: readonly string[], zone: string): FactWords['more'] {
  return Object.entries(fact).flatMap(([field, value]: readonly [string, unknown]) => {
    if (told.includes(field) || value === undefined) return []
    const isInstant = field.endsWith('At') && typeof value === 'number'
    return [{ field, text: isInstant ? writeInstant(value, zone) : typeof value === 'string' ? value : JSON.stringify(value) }]
  })
}
