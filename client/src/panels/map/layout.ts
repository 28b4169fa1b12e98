import type { Dot, Dots } from '../../map/layers.ts'
import type { Ground } from '../../map/ground.ts'
import { cellWidthKm, gridCells, leastPerCell } from '../../map/grid-cells.ts'
import type { GridCells } from '../../map/grid-cells.ts'
import { toScreen } from '../../map/mercator.ts'
import type { Point, View } from '../../map/mercator.ts'
import { awayFromDot, besideBox, besideDot, boxAround, middleOf, placeLabels } from '../../map/place-labels.ts'
import type { Box, Wish } from '../../map/place-labels.ts'
import { textWidthEm } from '../../ui/text-width.ts'
import { neighbourSpots } from './neighbour-spots.ts'
import type { AreaMark, CameraMark, IncidentMark, MapModel } from './model.ts'
import type { SensorMark } from './movers.ts'

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

/** 旗标: the value of a sensor over its limit, on a line to its dot. */
export interface PlacedFlag {
  readonly id: string
  readonly dot: Point
  readonly box: Box
  readonly text: string
  readonly tone: 'yellow' | 'red'
}

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

/** Below its dot, above, beside it, then further out: always with a line to where it is. */
function flagWish(mark: SensorMark, { view, am, flagOf }: LayoutInput): Wish {
  const dot = toScreen(mark.place, view)
  // glyph and padding left and right of the text
  const size = { width: (textWidthEm(flagOf(mark)) + 1.9) * labelAm * am, height: labelAm * 1.4 * am }
  return { id: `flag ${mark.id}`, candidates: () => [...besideDot(dot, size, 12 * am), ...awayFromDot(dot, size, 20 * am)] }
}

function layOutFlags(input: LayoutInput, obstacles: readonly Box[]): Pick<Marks, 'flags' | 'flagsHidden'> {
  const over = input.model.sensors.filter(({ standing }) => standing !== 'normal')
  const boxes = placeLabels(
    over.slice(0, mostFlags).map((mark) => flagWish(mark, input)),
    input.frame,
    obstacles,
  )
  const flags = over.flatMap((mark): readonly PlacedFlag[] => {
    const box = boxes.get(`flag ${mark.id}`)
    if (box === undefined) return []
    const tone = mark.standing === 'urgent' ? 'red' : 'yellow'
    return [{ id: mark.id, dot: toScreen(mark.place, input.view), box, text: input.flagOf(mark), tone }]
  })
  return { flags, flagsHidden: over.length - flags.length }
}

/** Puts everything: selected, incident, abnormal sensor, town, cluster, neighbour, in this order of right. Incidents may cover dots, names may not. */
export function layOut(input: LayoutInput): Marks {
  const { model, view, am, frame } = input
  const cameras = model.cameras.filter(({ near }) => near).map((camera) => ({ ...camera, at: toScreen(camera.place, view) }))
  const incidents = placeLabels(
    model.incidents.map((mark) => incidentWish(mark, view, am)),
    frame,
    input.taken,
  )
  const flags = layOutFlags(input, [...input.taken, ...incidents.values()])
  const obstacles = [...input.taken, ...incidents.values(), ...flags.flags.map(({ box }) => box), ...dotObstacles(input, cameras)]
  return {
    incidents: model.incidents.map((mark) => placeIncident(mark, toScreen(mark.place, view), incidents.get(`incident ${mark.id}`))),
    ...layOutNames(input, obstacles),
    cameras,
    ...flags,
  }
}

/** Names and clusters. Where a circle finds no room the count is written behind the town's name instead, and all is placed once more. */
function layOutNames(input: LayoutInput, obstacles: readonly Box[]): Pick<Marks, 'towns' | 'clusters' | 'clustersHidden' | 'neighbours'> {
  const { model, ground, frame, view, am, nameOf, write } = input
  const areas = model.areas.toSorted((a, b) => b.open - a.open)
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

/** Where orders gather: cells of at least a kilometre with at least five, once there are too many orders to be told by town alone. */
export function orderCells({ orderPlaces }: MapModel, view: View, am: number): GridCells {
  const cellKm = cellWidthKm(view.pixelsPerKm, cellMarkAm * am)
  return gridCells(orderPlaces.length >= manyOrders ? orderPlaces : [], cellKm, view.center[1])
}

/** The points that WebGL draws. A cell's area follows its count; the fullest touches its neighbours. */
export function dotsOf(model: MapModel, { cells, cellKm }: GridCells, view: View, am: number): Dots {
  const most = cells[0]?.count ?? 1
  const halfAm = (cellKm * view.pixelsPerKm) / 2 / am
  const radiusAm = model.cameras.length > manyCameras ? smallCameraAm : cameraAm
  const camera = (state: CameraMark['state']): readonly Dot[] =>
    model.cameras.filter((mark) => mark.state === state).map(({ place, near }) => ({ place, radiusAm: near ? cameraAm : radiusAm }))
  return {
    sensors: model.sensors.map(({ place }) => ({ place, radiusAm: sensorDotAm })),
    cells: cells.map(({ place, count }) => ({ place, radiusAm: Math.max(0.3, Math.sqrt(count / most)) * halfAm })),
    'cameras-online': camera('online'),
    'cameras-offline': camera('offline'),
  }
}

/** Edge of a marker, px. */
export const incidentSize = (am: number): number => incidentAm * am
