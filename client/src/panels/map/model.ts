import type { District } from '../../../../contract/configuration.ts'
import type { Place } from '../../../../contract/fact-field.ts'
import type { Incident, Priority } from '../../../../contract/incident.ts'
import type { MapLayer } from '../../../../contract/panel.ts'
import type { SensorState, Warning, WorkOrder } from '../../../../contract/topic.ts'
import type { VideoSource } from '../../../../contract/video-source.ts'
import type { Instant } from '../../../../contract/time.ts'
import { hourMs } from '../../../../contract/time.ts'
import { camerasFacing } from '../../map/camera-view.ts'
import type { Selected } from '../../screen/selection.ts'
import { focusedIncident, rankIncidents, turnableIncidents } from '../incidents.ts'
import { turnedTo } from '../turned-to.ts'
import type { Focus } from '../turned-to.ts'
import { warningsInForce } from '../warnings.ts'
import { sensorMarks } from './sensor-marks.ts'
import type { SensorMark } from './sensor-marks.ts'

/** What the map shows, in places and counts; nothing of pixels. Pure. */

export interface MapTopics {
  readonly orders: readonly WorkOrder[]
  readonly incidents: readonly Incident[]
  readonly cameras: readonly VideoSource[]
  readonly sensors: readonly SensorState[]
  readonly warnings: readonly Warning[]
}

/** What is to be seen of them. */
export interface Sight {
  /** the others count as empty */
  readonly layers: readonly MapLayer[]
  /** of these, switched off: counted, not drawn */
  readonly off: ReadonlySet<MapLayer>
  readonly selected: Selected | undefined
  readonly now: Instant
  readonly heatHours: number
}

export interface IncidentMark {
  readonly id: string
  /** its place in the list of events, from 1 */
  readonly number: number
  readonly priority: Priority
  readonly place: Place
  /** what the screen turns to */
  readonly selected: boolean
}

export interface AreaMark {
  readonly code: string
  readonly place: Place
  /** open orders, with and without coordinates */
  readonly open: number
}

export interface CameraMark {
  readonly id: string
  readonly name: string
  readonly place: Place
  readonly state: VideoSource['state']
  readonly heading: number | undefined
  /** its view is drawn: it is selected, or among the three nearest that face what is */
  readonly facing: boolean
}

/** What came in lately, for the heat. Not to be drawn one by one. */
export interface Recent {
  readonly orders: readonly Place[]
  readonly incidents: readonly Place[]
}

export interface MapModel {
  readonly incidents: readonly IncidentMark[]
  readonly incidentCounts: Readonly<Record<Priority, number>>
  /** open, but the upstream gave no place */
  readonly incidentsUnlocated: number
  readonly areas: readonly AreaMark[]
  readonly ordersOpen: number
  /** open ones whose place is known; empty while the layer is off */
  readonly orderPlaces: readonly Place[]
  /** open ones that nobody gave a place */
  readonly ordersUnlocated: number
  readonly cameras: readonly CameraMark[]
  readonly camerasOnline: number
  readonly camerasTotal: number
  readonly sensors: readonly SensorMark[]
  readonly sensorsTotal: number
  /** in force, most pressing first */
  readonly warnings: readonly Warning[]
  readonly recent: Recent
  /** what the brackets stand around; undefined where nothing is selected, or has no place */
  readonly focus: Focus | undefined
}

/** More marks than this would hide the ground; the list beside the map holds the rest. */
const mostIncidents = 20
const mostFacing = 3

function incidentMarks(ranked: readonly Incident[], focused: string | undefined): readonly IncidentMark[] {
  return ranked
    .flatMap(({ id, priority, place }, i) => (place === undefined ? [] : [{ id, number: i + 1, priority, place, selected: id === focused }]))
    .filter((mark, i) => i < mostIncidents || mark.selected)
}

function countPriorities(incidents: readonly Incident[]): Readonly<Record<Priority, number>> {
  const counts = { urgent: 0, important: 0, normal: 0, notice: 0 }
  for (const { priority } of incidents) counts[priority]++
  return counts
}

function cameraMarks(cameras: readonly VideoSource[], focus: Focus | undefined): readonly CameraMark[] {
  const located = cameras.flatMap(({ id, name, place, state, heading }) => (place === undefined ? [] : [{ id, name, place, state, heading }]))
  const facing = new Set(facingIds(located, focus))
  return located.map((camera) => ({ ...camera, facing: facing.has(camera.id) }))
}

function facingIds(located: readonly Omit<CameraMark, 'facing'>[], focus: Focus | undefined): readonly string[] {
  if (focus === undefined) return []
  if (focus.kind === 'camera') return [focus.id]
  const online = located.filter(({ state }) => state === 'online')
  return camerasFacing(focus.place, online)
    .slice(0, mostFacing)
    .map(({ id }) => id)
}

function areaMarks(district: Pick<District, 'subdistricts'>, open: readonly WorkOrder[]): readonly AreaMark[] {
  const counts = new Map<string, number>()
  for (const { subdistrict } of open) if (subdistrict !== undefined) counts.set(subdistrict, (counts.get(subdistrict) ?? 0) + 1)
  return district.subdistricts.flatMap(({ code, place }) => (place === undefined ? [] : [{ code, place, open: counts.get(code) ?? 0 }]))
}

const placesOf = (located: readonly { readonly place: Place | undefined }[]): readonly Place[] =>
  located.flatMap(({ place }) => (place === undefined ? [] : [place]))

function recentOf({ orders, incidents }: Pick<MapTopics, 'orders' | 'incidents'>, { now, heatHours }: Sight): Recent {
  const since = now - heatHours * hourMs
  return {
    orders: placesOf(orders.filter(({ openedAt }) => openedAt >= since)),
    incidents: placesOf(incidents.filter(({ reportedAt }) => reportedAt >= since)),
  }
}

/** The topics of the layers asked for; of the others nothing is known. */
function ofLayers(topics: MapTopics, layers: readonly MapLayer[]): MapTopics {
  const { orders, incidents, cameras, sensors, warnings } = topics
  const kept = <T>(list: readonly T[], ...ways: readonly MapLayer[]): readonly T[] => (ways.some((layer) => layers.includes(layer)) ? list : [])
  return {
    orders: kept(orders, 'work-orders', 'heat'),
    incidents: kept(incidents, 'incidents', 'heat'),
    cameras: kept(cameras, 'cameras'),
    sensors: kept(sensors, 'sensors'),
    warnings: kept(warnings, 'warnings'),
  }
}

export function mapModel(all: MapTopics, district: Pick<District, 'subdistricts'>, sight: Sight): MapModel {
  const { layers, off, selected } = sight
  const topics = ofLayers(all, layers)
  const drawn = <T>(layer: MapLayer, marks: readonly T[]): readonly T[] => (layers.includes(layer) && !off.has(layer) ? marks : [])
  const open = layers.includes('work-orders') ? topics.orders.filter(({ settledAt }) => settledAt === undefined) : []
  const ranked = layers.includes('incidents') ? rankIncidents(topics.incidents) : []
  const sensors = sensorMarks(topics.sensors)
  const turnable = layers.includes('incidents') ? turnableIncidents(topics.incidents, selected) : []
  const focus = turnedTo(selected, { ...topics, incidents: turnable }, district)
  const recent = recentOf(topics, sight)
  return {
    incidents: drawn('incidents', incidentMarks(ranked, focusedIncident(turnable, selected))),
    incidentCounts: countPriorities(ranked),
    incidentsUnlocated: ranked.filter(({ place }) => place === undefined).length,
    areas: areaMarks(district, drawn('work-orders', open)),
    ordersOpen: open.length,
    orderPlaces: drawn('work-orders', placesOf(open)),
    ordersUnlocated: open.filter(({ place }) => place === undefined).length,
    cameras: drawn('cameras', cameraMarks(topics.cameras, focus)),
    camerasOnline: topics.cameras.filter(({ state }) => state === 'online').length,
    camerasTotal: topics.cameras.length,
    sensors: drawn('sensors', sensors.marks),
    sensorsTotal: sensors.total,
    warnings: warningsInForce(topics.warnings),
    recent: { orders: drawn('heat', recent.orders), incidents: drawn('heat', recent.incidents) },
    focus,
  }
}
