import type { District } from '../../../../contract/configuration.ts'
import type { Place, Priority } from '../../../../contract/fact.ts'
import { priorities } from '../../../../contract/fact.ts'
import type { PanelOptions } from '../../../../contract/panel.ts'
import type { Incident, SensorState, VideoSource, Warning, WorkOrder } from '../../../../contract/topic.ts'
import { warningsInForce } from '../warnings.ts'
import { sensorMarks } from './movers.ts'
import type { SensorMark } from './movers.ts'

/** What the map shows, in places and counts; nothing of pixels. Pure. */

export interface MapTopics {
  readonly orders: Iterable<WorkOrder>
  readonly incidents: Iterable<Incident>
  readonly cameras: Iterable<VideoSource>
  readonly sensors: Iterable<SensorState>
  readonly warnings: Iterable<Warning>
}

export interface IncidentMark {
  readonly id: string
  /** its place in the list of events, from 1 */
  readonly number: number
  readonly priority: Priority
  readonly place: Place
  /** the most urgent one: what the screen turns to */
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
  readonly place: Place
  readonly state: VideoSource['state']
  readonly heading: number | undefined
  /** among the three nearest to the selected incident */
  readonly near: boolean
}

export interface MapModel {
  readonly incidents: readonly IncidentMark[]
  readonly incidentCounts: Readonly<Record<Priority, number>>
  /** open, but the upstream gave no place */
  readonly incidentsUnlocated: number
  readonly areas: readonly AreaMark[]
  readonly ordersOpen: number
  /** open ones whose place is known */
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
}

/** More marks than this would hide the ground; the list beside the map holds the rest. */
const mostIncidents = 20
const nearCameras = 3

/** Open incidents as the list of events numbers them: most pressing first, within a priority the latest reported first. */
export function rankIncidents(incidents: Iterable<Incident>): readonly Incident[] {
  return [...incidents]
    .filter(({ closedAt }) => closedAt === undefined)
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || b.reportedAt - a.reportedAt || (a.id < b.id ? -1 : 1))
}

/** Kilometres between two places of one district: a plane is good enough. */
export function distanceKm([longitudeA, latitudeA]: Place, [longitudeB, latitudeB]: Place): number {
  const kmPerDegree = 111.32
  const stretch = Math.cos((((latitudeA + latitudeB) / 2) * Math.PI) / 180)
  return kmPerDegree * Math.hypot((longitudeA - longitudeB) * stretch, latitudeA - latitudeB)
}

function incidentMarks(ranked: readonly Incident[]): readonly IncidentMark[] {
  return ranked
    .flatMap(({ id, priority, place }, i) => (place === undefined ? [] : [{ id, number: i + 1, priority, place, selected: i === 0 }]))
    .slice(0, mostIncidents)
}

function countPriorities(incidents: readonly Incident[]): Readonly<Record<Priority, number>> {
  const counts = { urgent: 0, important: 0, normal: 0, notice: 0 }
  for (const { priority } of incidents) counts[priority]++
  return counts
}

function cameraMarks(cameras: readonly VideoSource[], selected: Place | undefined): readonly CameraMark[] {
  const located = cameras.flatMap(({ id, place, state, heading }) => (place === undefined ? [] : [{ id, place, state, heading }]))
  const near = new Set(
    selected === undefined
      ? []
      : located
          .toSorted((a, b) => distanceKm(a.place, selected) - distanceKm(b.place, selected))
          .slice(0, nearCameras)
          .map(({ id }) => id),
  )
  return located.map((camera) => ({ ...camera, near: near.has(camera.id) }))
}

function areaMarks(district: Pick<District, 'subdistricts'>, open: readonly WorkOrder[]): readonly AreaMark[] {
  const counts = new Map<string, number>()
  for (const { subdistrict } of open) if (subdistrict !== undefined) counts.set(subdistrict, (counts.get(subdistrict) ?? 0) + 1)
  return district.subdistricts.flatMap(({ code, place }) => (place === undefined ? [] : [{ code, place, open: counts.get(code) ?? 0 }]))
}

/** @param layers which of the topics to show; the others count as empty */
export function mapModel(topics: MapTopics, district: Pick<District, 'subdistricts'>, layers: PanelOptions<'map'>['layers']): MapModel {
  const open = layers.includes('work-orders') ? [...topics.orders].filter(({ settledAt }) => settledAt === undefined) : []
  const ranked = layers.includes('incidents') ? rankIncidents(topics.incidents) : []
  const cameras = layers.includes('cameras') ? [...topics.cameras] : []
  const incidents = incidentMarks(ranked)
  return {
    incidents,
    incidentCounts: countPriorities(ranked),
    incidentsUnlocated: ranked.filter(({ place }) => place === undefined).length,
    areas: areaMarks(district, open),
    ordersOpen: open.length,
    orderPlaces: open.flatMap(({ place }) => (place === undefined ? [] : [place])),
    ordersUnlocated: open.filter(({ place }) => place === undefined).length,
    cameras: cameraMarks(cameras, incidents.find(({ selected }) => selected)?.place),
    camerasOnline: cameras.filter(({ state }) => state === 'online').length,
    camerasTotal: cameras.length,
    ...sensorMarks(layers.includes('sensors') ? topics.sensors : []),
    warnings: layers.includes('warnings') ? warningsInForce(topics.warnings) : [],
  }
}
