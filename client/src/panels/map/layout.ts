import type { Place } from '../../../../contract/fact-field.ts'
import type { Dot, Dots } from '../../map/layers.ts'
import type { Ground } from '../../map/ground.ts'
import { cellWidthKm, gridCells, leastPerCell } from '../../map/grid-cells.ts'
import type { GridCells } from '../../map/grid-cells.ts'
import { streetPxPerKm, toScreen } from '../../map/mercator.ts'
import type { Point, View } from '../../map/mercator.ts'
import { awayFromDot, besideBox, besideDot, boxAround, middleOf, placeLabels } from '../../map/place-labels.ts'
import type { Box, Wish } from '../../map/place-labels.ts'
import { textWidthEm } from '../../ui/text-width.ts'
import { neighbourSpots } from './neighbour-spots.ts'
import type { Focus } from '../turned-to.ts'
import type { AreaMark, CameraMark, IncidentMark, MapModel } from './model.ts'
import type { SensorMark } from './sensor-marks.ts'

/** Where each mark and name stands on the box of pixels. Lengths in minutes of arc (am) times `am`. Pure. */

const labelAm = 24.4
const incidentAm = 40
const selectionAm = 60
const townDotAm = 6.4
const cameraAm = 7
const smallCameraAm = 4
/** so many cameras that their dots must shrink */
const manyCameras = 40
/** as many orders with a place, and the map shows where they gather */
const manyOrders = 300
const cellMarkAm = 14
const largestClusterAm = 38
const neighbourSpacingEm = 0.22
const sensorDotAm = 3.2
/** more flags than this would hide the ground; the list beside the map holds the rest */
const mostFlags = 12
/** at street scale what every camera sees is drawn, as long as there are no more of them on the screen */
const mostWedges = 60

export interface PlacedIncident extends IncidentMark {
  readonly at: Point
  /** where it truly is, when the mark had to stand aside */
  readonly from: Point | undefined
}

export interface PlacedTown {
  readonly code: string
  readonly dot: Point
  /** middle of the name, and where a line from the dot meets it when it had to stand away; undefined when there was no room at all */
  readonly name: { readonly text: string; readonly at: Point; readonly line: Point | undefined } | undefined
}

export interface PlacedCluster {
  readonly code: string
  readonly at: Point
  readonly radius: number
  readonly text: string
}

export interface PlacedCamera extends CameraMark {
  readonly at: Point
}

/** 旗标: the value of a sensor over its limit, or what is selected, on a line to its dot. */
export interface PlacedFlag {
  readonly kind: 'sensor' | 'camera'
  readonly id: string
  readonly dot: Point
  readonly box: Box
  readonly text: string
  readonly tone: FlagTone
}

export type FlagTone = 'plain' | 'yellow' | 'red'

export interface Marks {
  readonly incidents: readonly PlacedIncident[]
  readonly towns: readonly PlacedTown[]
  readonly clusters: readonly PlacedCluster[]
  /** counts for which there was no room at all */
  readonly clustersHidden: number
  readonly neighbours: readonly { readonly name: string; readonly at: Point }[]
  /** the few whose view is drawn */
  readonly cameras: readonly PlacedCamera[]
  readonly flags: readonly PlacedFlag[]
  /** sensors over their limit for whose flag there was no room */
  readonly flagsHidden: number
  /** middle of the brackets */
  readonly focus: Point | undefined
}

export interface LayoutInput {
  readonly model: MapModel
  readonly ground: Pick<Ground, 'neighbours'> | undefined
  readonly view: View
  readonly am: number
  /** where names may stand: the box without its foot */
  readonly frame: Box
  readonly nameOf: (code: string) => string
  readonly write: (count: number) => string
  /** what a sensor's flag says: 氨氮 1.32 */
  readonly flagOf: (mark: SensorMark) => string
  /** what stands on the map already, such as a banner */
  readonly taken: readonly Box[]
}

/**
 * 12 + 2.8√n minutes of arc, never too narrow for its figure. Where the fullest would hide its surroundings, all are drawn smaller in
 * proportion, so that they still compare.
 * @param most count of the fullest cluster on the map
 */
export function clusterRadiusAm(count: number, most: number, text: string): number {
  const growth = Math.min(2.8, (largestClusterAm - 12) / Math.sqrt(most))
  return Math.max((textWidthEm(text) * labelAm) / 2 + 5, 12 + growth * Math.sqrt(count))
}

/** A marker stands at its place, or beside it with a line to it: eight ways, then eight further out. */
function incidentCandidates(at: Point, size: number): readonly Box[] {
  const around = [1.1, 2.2].flatMap((reach) =>
    [0, 45, 90, 135, 180, 225, 270, 315].map((degrees): Point => {
      const angle = (degrees * Math.PI) / 180
      return [at[0] + Math.cos(angle) * size * reach, at[1] + Math.sin(angle) * size * reach]
    }),
  )
  return [at, ...around].map((point) => boxAround(point, { width: size, height: size }))
}

const incidentWish = (mark: IncidentMark, view: View, am: number): Wish => ({
  id: `incident ${mark.id}`,
  compulsory: true,
  candidates: () => incidentCandidates(toScreen(mark.place, view), (mark.selected ? selectionAm : incidentAm) * am),
})

function townWish({ code, place, open }: AreaMark, { view, am }: LayoutInput, text: string): Wish {
  const size = { width: textWidthEm(text) * labelAm * am, height: labelAm * am * 1.12 }
  const dot = toScreen(place, view)
  const near = besideDot(dot, size, townDotAm * am)
  // on a small map a name that has nothing to report rather goes than wanders off
  return { id: `town ${code}`, candidates: () => (open < leastPerCell ? near : [...near, ...awayFromDot(dot, size, 2 * townDotAm * am)]) }
}

function clusterWish({ code, place, open }: AreaMark, { view, am, write }: LayoutInput, most: number): Wish {
  const diameter = 2 * clusterRadiusAm(open, most, write(open)) * am
  const size = { width: diameter, height: diameter }
  return {
    id: `cluster ${code}`,
    candidates: (placed) => besideBox(placed.get(`town ${code}`) ?? boxAround(toScreen(place, view), { width: 0, height: 0 }), size, 2 * am),
  }
}

function neighbourWishes({ ground, view, frame, am }: LayoutInput): readonly Wish[] {
  return (ground?.neighbours ?? []).map((shape) => {
    const width = textWidthEm(shape.name) * (1 + neighbourSpacingEm) * labelAm * am
    const size = { width, height: labelAm * am * 1.12 }
    return { id: `neighbour ${shape.name}`, candidates: () => neighbourSpots(shape, view, frame, size) }
  })
}

interface Flag extends Pick<PlacedFlag, 'kind' | 'id' | 'text' | 'tone'> {
  readonly place: Place
  /** brackets stand around its dot */
  readonly isFocus: boolean
}

const flagTones = { normal: 'plain', over: 'yellow', urgent: 'red' } as const

/** What is selected says what it is, then come the sensors over their limit. */
function flagsOf({ model, flagOf }: LayoutInput): readonly Flag[] {
  const isFocus = (kind: Focus['kind'], id: string): boolean => model.focus?.kind === kind && model.focus.id === id
  const cameras = model.cameras.filter(({ id }) => isFocus('camera', id))
  const sensors = model.sensors.filter(({ id, standing }) => standing !== 'normal' || isFocus('sensor', id))
  return [
    ...cameras.map(({ id, place, name }): Flag => ({ kind: 'camera', id, place, text: name, tone: 'plain', isFocus: true })),
    ...sensors
      .toSorted((a, b) => Number(isFocus('sensor', b.id)) - Number(isFocus('sensor', a.id)))
      .map((mark): Flag => {
        const { id, place, standing } = mark
        return { kind: 'sensor', id, place, text: flagOf(mark), tone: flagTones[standing], isFocus: isFocus('sensor', id) }
      }),
  ]
}

/** Below its dot, above, beside it, then further out: always with a line to where it is. */
function flagWish({ id, place, text, tone, isFocus }: Flag, { view, am }: LayoutInput): Wish {
  const dot = toScreen(place, view)
  // padding left and right of the text, and a glyph where it has one
  const size = { width: (textWidthEm(text) + (tone === 'plain' ? 1 : 1.9)) * labelAm * am, height: labelAm * 1.4 * am }
  const gap = (isFocus ? selectionAm / 2 + 4 : 12) * am
  return { id: `flag ${id}`, candidates: () => [...besideDot(dot, size, gap), ...awayFromDot(dot, size, gap + 8 * am)] }
}

function layOutFlags(input: LayoutInput, obstacles: readonly Box[]): Pick<Marks, 'flags' | 'flagsHidden'> {
  const told = flagsOf(input).filter(({ place }) => isOn(input.view, place))
  const boxes = placeLabels(
    told.slice(0, mostFlags).map((flag) => flagWish(flag, input)),
    input.frame,
    obstacles,
  )
  const flags = told.flatMap(({ kind, id, place, text, tone }): readonly PlacedFlag[] => {
    const box = boxes.get(`flag ${id}`)
    return box === undefined ? [] : [{ kind, id, dot: toScreen(place, input.view), box, text, tone }]
  })
  return { flags, flagsHidden: told.length - flags.length }
}

/** The cameras whose view is drawn: near the selection, or all at street scale. Of one that is offline there is nothing to see. */
function wedges({ model, view }: LayoutInput): readonly PlacedCamera[] {
  const online = model.cameras.filter(({ state, place }) => state === 'online' && isOn(view, place))
  const shown = view.pixelsPerKm >= streetPxPerKm && online.length <= mostWedges ? online : online.filter(({ facing }) => facing)
  return shown.map((camera) => ({ ...camera, at: toScreen(camera.place, view) }))
}

/** Puts everything: selected, incident, abnormal sensor, town, cluster, neighbour, in this order of right. Incidents may cover dots, names may not. */
export function layOut(input: LayoutInput): Marks {
  const { model, view, am, frame } = input
  const cameras = wedges(input)
  const seen = model.incidents.filter(({ place }) => isOn(view, place))
  const incidents = placeLabels(
    seen.map((mark) => incidentWish(mark, view, am)),
    frame,
    input.taken,
  )
  const flags = layOutFlags(input, [...input.taken, ...incidents.values()])
  const obstacles = [...input.taken, ...incidents.values(), ...flags.flags.map(({ box }) => box), ...dotObstacles(input, cameras)]
  const placed = seen.map((mark) => placeIncident(mark, toScreen(mark.place, view), incidents.get(`incident ${mark.id}`)))
  return {
    incidents: placed,
    ...layOutNames(input, obstacles),
    cameras,
    ...flags,
    focus: focusAt(model.focus, placed, view),
  }
}

/** An incident's brackets go where its mark went. */
function focusAt(focus: Focus | undefined, incidents: readonly PlacedIncident[], view: View): Point | undefined {
  if (focus === undefined) return undefined
  if (focus.kind === 'incident') return incidents.find(({ id }) => id === focus.id)?.at
  return isOn(view, focus.place) ? toScreen(focus.place, view) : undefined
}

/** Whether a view shows a place. */
export function isOn(view: View, place: Place): boolean {
  const [x, y] = toScreen(place, view)
  return x >= 0 && y >= 0 && x <= view.width && y <= view.height
}

/** Names and clusters. Where a circle finds no room the count is written behind the town's name instead, and all is placed once more. */
function layOutNames(input: LayoutInput, obstacles: readonly Box[]): Pick<Marks, 'towns' | 'clusters' | 'clustersHidden' | 'neighbours'> {
  const { model, ground, frame, view, am, nameOf, write } = input
  const areas = model.areas.filter(({ place }) => isOn(view, place)).sort((a, b) => b.open - a.open)
  const crowded = areas.filter(({ open }) => open >= leastPerCell)
  const most = crowded[0]?.open ?? 1
  const place = (written: ReadonlySet<string>) => {
    const text = ({ code, open }: AreaMark): string => (written.has(code) ? `${nameOf(code)} ${write(open)}` : nameOf(code))
    const circles = crowded.filter(({ code }) => !written.has(code))
    const towns = areas.map((area) => townWish(area, input, text(area)))
    const boxes = placeLabels([...towns, ...circles.map((area) => clusterWish(area, input, most)), ...neighbourWishes(input)], frame, obstacles)
    return { boxes, text }
  }
  const first = place(new Set()).boxes
  const written = new Set(crowded.filter(({ code }) => !first.has(`cluster ${code}`)).map(({ code }) => code))
  const { boxes, text } = place(written)
  const clusters = crowded.flatMap(({ code, open }) => {
    const box = boxes.get(`cluster ${code}`)
    return box === undefined ? [] : [{ code, at: middleOf(box), radius: clusterRadiusAm(open, most, write(open)) * am, text: write(open) }]
  })
  return {
    towns: areas.map((area) => placeTown({ code: area.code, dot: toScreen(area.place, view) }, text(area), boxes.get(`town ${area.code}`), am)),
    clusters,
    clustersHidden: crowded.filter(({ code }) => !boxes.has(`${written.has(code) ? 'town' : 'cluster'} ${code}`)).length,
    neighbours: (ground?.neighbours ?? []).flatMap(({ name }) => {
      const box = boxes.get(`neighbour ${name}`)
      return box === undefined ? [] : [{ name, at: middleOf(box) }]
    }),
  }
}

function dotObstacles({ model, view, am }: LayoutInput, cameras: readonly PlacedCamera[]): readonly Box[] {
  const around = (at: Point, edgeAm: number): Box => boxAround(at, { width: edgeAm * am, height: edgeAm * am })
  return [...model.areas.map(({ place }) => around(toScreen(place, view), townDotAm)), ...cameras.map(({ at }) => around(at, 2 * cameraAm))]
}

function placeTown({ code, dot }: Pick<PlacedTown, 'code' | 'dot'>, text: string, box: Box | undefined, am: number): PlacedTown {
  if (box === undefined) return { code, dot, name: undefined }
  const nearest: Point = [Math.max(box.x, Math.min(box.x + box.width, dot[0])), Math.max(box.y, Math.min(box.y + box.height, dot[1]))]
  const away = Math.hypot(nearest[0] - dot[0], nearest[1] - dot[1]) > 1.7 * townDotAm * am
  return { code, dot, name: { text, at: middleOf(box), line: away ? nearest : undefined } }
}

function placeIncident(mark: IncidentMark, place: Point, box: Box | undefined): PlacedIncident {
  const at = box === undefined ? place : middleOf(box)
  const moved = Math.hypot(at[0] - place[0], at[1] - place[1]) > 1
  return { ...mark, at, from: moved ? place : undefined }
}

/**
 * Where orders gather: cells of at least a kilometre with at least five, once there are too many orders to be told by town alone.
 * @param near latitude of the district
 */
export function orderCells({ orderPlaces }: MapModel, view: View, { am, near }: { readonly am: number; readonly near: number }): GridCells {
  const cellKm = cellWidthKm(view.pixelsPerKm, cellMarkAm * am)
  return gridCells(orderPlaces.length >= manyOrders ? orderPlaces : [], cellKm, { near })
}

/** The points that WebGL draws. A cell's area follows its count; the fullest touches its neighbours. */
export function dotsOf(model: MapModel, { cells, cellKm }: GridCells, view: View, am: number): Dots {
  const most = cells[0]?.count ?? 1
  const halfAm = (cellKm * view.pixelsPerKm) / 2 / am
  const radiusAm = model.cameras.length > manyCameras ? smallCameraAm : cameraAm
  const camera = (state: CameraMark['state']): readonly Dot[] =>
    model.cameras.filter((mark) => mark.state === state).map(({ place, facing }) => ({ place, radiusAm: facing ? cameraAm : radiusAm }))
  return {
    sensors: model.sensors.map(({ place }) => ({ place, radiusAm: sensorDotAm })),
    cells: cells.map(({ place, count }) => ({ place, radiusAm: Math.max(0.3, Math.sqrt(count / most)) * halfAm })),
    'cameras-online': camera('online'),
    'cameras-offline': camera('offline'),
  }
}

/** Edge of a marker, px. */
export const incidentSize = (am: number): number => incidentAm * am

/** Cameras, sensors and incidents whose place lies beyond the whole map: most likely their coordinates are wrong. */
export function countOutside({ cameras, sensors, incidents }: MapModel, home: View): number {
  return [...cameras, ...sensors, ...incidents].filter(({ place }) => !isOn(home, place)).length
}
