import type { ILayer, Scene } from '@antv/l7'
import type { Place } from '../../../contract/fact-field.ts'
import type { Shape } from '../../../contract/boundary.ts'
import type { Ground } from './ground.ts'
import { dotKinds, dotStyles, heatRamp, mapStyle } from './map-style.ts'
import type { DotKind } from './map-style.ts'
import type { Mosaic } from './use-tiles.ts'

type L7 = typeof import('@antv/l7')

/** A dot on the map; its look comes from its kind. */
export interface Dot {
  readonly place: Place
  /** minutes of arc */
  readonly radiusAm: number
}

export type Dots = Readonly<Record<DotKind, readonly Dot[]>>

/** Where something gathers. */
export interface HeatSpot {
  readonly place: Place
  /** (0, 1] */
  readonly weight: number
}

/** More round dots than this would take longer to draw than a frame lasts: they are squares then. */
const mostRound = 1_000

const pointParser = { parser: { type: 'json', x: 'longitude', y: 'latitude' } } as const

interface Lines {
  readonly type: 'FeatureCollection'
  readonly features: readonly {
    readonly type: 'Feature'
    readonly properties: object
    readonly geometry: { readonly type: 'LineString'; readonly coordinates: readonly Place[] }
  }[]
}

const asLines = (lines: readonly (readonly Place[])[]): Lines => ({
  type: 'FeatureCollection',
  features: lines.map((coordinates) => ({ type: 'Feature', properties: {}, geometry: { type: 'LineString', coordinates } })),
})

const asPolygons = (shapes: readonly Shape[]) => ({
  type: 'FeatureCollection',
  features: shapes.flatMap(({ rings }) =>
    rings.map((ring) => ({ type: 'Feature', properties: {}, geometry: { type: 'Polygon', coordinates: [ring] } })),
  ),
})

const ringsOf = (shapes: readonly Shape[]) => asLines(shapes.flatMap(({ rings }) => rings))

const lineStyles = ['neighbour', 'part', 'casing', 'boundary', 'river'] as const
type LineName = (typeof lineStyles)[number]

/** Bottom to top. */
const order = [
  'relief',
  'land',
  'tiles',
  'neighbour',
  'part',
  'river',
  'casing',
  'boundary',
  'heat',
  'cells',
  'sensors',
  'cameras-offline',
  'cameras-online',
] as const
type LayerName = (typeof order)[number]
const depthOf = (name: LayerName): { readonly zIndex: number } => ({ zIndex: order.indexOf(name) + 1 })

/**
 * The scene's layers. Each is made once, when there is first something to draw in it, and from then on only given other data:
 * making them anew would leave buffers behind on the graphics card, for months.
 */
export class Layers {
  readonly #l7: L7
  readonly #scene: Scene
  readonly #layers = new Map<string, ILayer>()
  readonly #coming = new Set<Promise<void>>()
  readonly #drawn = new Map<LayerName, Float64Array>()
  #reliefOpacity = 1

  constructor(l7: L7, scene: Scene) {
    this.#l7 = l7
    this.#scene = scene
  }

  /**
   * @param am pixels per minute of arc
   * @returns when the picture and the lines can be seen
   */
  async showGround(ground: Ground, am: number): Promise<void> {
    this.#showRelief(ground)
    this.#showLand(ground)
    const outline = ringsOf(ground.outline)
    const lines: Readonly<Record<LineName, Lines>> = {
      neighbour: ringsOf(ground.neighbours),
      part: ringsOf(ground.parts),
      casing: outline,
      boundary: outline,
      river: asLines(ground.lines),
    }
    for (const name of lineStyles) this.#showLines(name, lines[name], am)
    await Promise.all(this.#coming)
  }

  /** @param am pixels per minute of arc */
  showDots(dots: Dots, am: number): void {
    for (const kind of dotKinds) {
      const shown = dots[kind]
      if (
        !this.#isOther(
          kind,
          shown.flatMap(({ place: [longitude, latitude], radiusAm }) => [longitude, latitude, radiusAm * am]),
        )
      )
        continue
      const rows = shown.map(({ place: [longitude, latitude], radiusAm }) => ({ longitude, latitude, radius: radiusAm * am }))
      const isRound = rows.length <= mostRound
      this.#put(kind, { content: isRound && rows.length > 0 ? rows : undefined, make: () => this.#roundDots(kind, rows, am) })
      this.#put(`${kind} square`, { content: isRound ? undefined : rows, make: () => this.#squareDots(kind, rows) })
    }
  }

  /** Near, the sketch of the ground says nothing more: it steps back behind the marks. */
  fadeRelief(opacity: number): void {
    if (this.#reliefOpacity === opacity) return
    this.#reliefOpacity = opacity
    this.#layers.get('relief')?.style({ opacity })
  }

  /** Pictures of the ground from elsewhere, over our own; undefined takes them away. */
  showTiles(mosaic: Mosaic | undefined, opacity: number): void {
    const parser = { type: 'image', extent: mosaic && [...mosaic.bounds] }
    const make = (): ILayer => new this.#l7.ImageLayer(depthOf('tiles')).source(mosaic?.image, { parser }).style({ opacity })
    this.#put('tiles', { content: mosaic?.image, make, options: { parser } })
  }

  /** @param radiusPx how far a spot reaches */
  showHeat(spots: readonly HeatSpot[], radiusPx: number): void {
    const rows = spots.map(({ place: [longitude, latitude], weight }) => ({ longitude, latitude, weight }))
    this.#layers.get('heat')?.style({ radius: radiusPx })
    if (
      !this.#isOther(
        'heat',
        rows.flatMap(({ longitude, latitude, weight }) => [longitude, latitude, weight]),
      )
    )
      return
    const make = (): ILayer =>
      new this.#l7.HeatmapLayer(depthOf('heat'))
        .source(rows, pointParser)
        .shape('heatmap')
        .size('weight', (weight: number) => weight)
        .style({
          intensity: 2.2,
          radius: radiusPx,
          opacity: 1,
          rampColors: { type: 'linear', colors: [...heatRamp.colors], positions: [...heatRamp.positions] },
        })
    this.#put('heat', { content: rows.length > 0 ? rows : undefined, make })
  }

  /** Every change redraws the whole scene: none for what is the same again. */
  #isOther(name: LayerName, figures: readonly number[]): boolean {
    const before = this.#drawn.get(name)
    if (before?.length === figures.length && before.every((figure, i) => figure === figures[i])) return false
    this.#drawn.set(name, Float64Array.from(figures))
    return true
  }

  #roundDots(kind: DotKind, rows: readonly object[], am: number): ILayer {
    const { fill, opacity, stroke, strokeAm } = dotStyles[kind]
    return new this.#l7.PointLayer(depthOf(kind))
      .source(rows, pointParser)
      .shape('circle')
      .size('radius', (radius: number) => radius)
      .color(fill)
      .style({ opacity, stroke, strokeWidth: strokeAm * am, strokeOpacity: 1 })
  }

  #squareDots(kind: DotKind, rows: readonly object[]): ILayer {
    const { fill, stroke, opacity } = dotStyles[kind]
    return (
      new this.#l7.PointLayer({ ...depthOf(kind), blend: 'normal' })
        .source(rows, pointParser)
        .shape('dot')
        .size('radius', (radius: number) => 2 * radius)
        // squares have no line: a hollow dot keeps the colour of its own
        .color(kind === 'cameras-offline' ? stroke : fill)
        .style({ opacity })
    )
  }

  #showLines(name: LineName, lines: Lines, am: number): void {
    const { color, widthAm, opacity } = mapStyle[name]
    // L7 lays a line's size on both sides of it
    const width = Math.max(1, widthAm * am) / 2
    this.#layers.get(name)?.size(width)
    const make = (): ILayer => new this.#l7.LineLayer(depthOf(name)).source(lines).shape('line').size(width).color(color).style({ opacity })
    this.#put(name, { content: lines.features.length > 0 ? lines : undefined, make })
  }

  /** A plain colour where there is no picture of the ground. */
  #showLand({ relief, outline }: Ground): void {
    const content = relief === undefined && outline.length > 0 ? asPolygons(outline) : undefined
    const make = (): ILayer =>
      new this.#l7.PolygonLayer(depthOf('land'))
        .source(asPolygons(outline))
        .shape('fill')
        .color(mapStyle.land.color)
        .style({ opacity: mapStyle.land.opacity })
    this.#put('land', { content, make })
  }

  #showRelief({ relief }: Ground): void {
    const parser = { type: 'image', extent: relief && [...relief.bounds] }
    const make = (): ILayer => new this.#l7.ImageLayer(depthOf('relief')).source(relief?.url, { parser }).style({ opacity: this.#reliefOpacity })
    this.#put('relief', { content: relief?.url, make, options: { parser } })
  }

  /** Makes the layer at its first content, gives it other content later, hides it while there is none. */
  #put(name: string, { content, make, options }: { readonly content: unknown; readonly make: () => ILayer; readonly options?: object }): void {
    const layer = this.#layers.get(name)
    if (content === undefined) {
      layer?.hide()
      return
    }
    if (layer === undefined) {
      const made = make()
      this.#layers.set(name, made)
      this.#awaitFirst(made)
      this.#scene.addLayer(made)
      return
    }
    layer.setData(content, options)
    layer.show()
  }

  #awaitFirst(layer: ILayer): void {
    const first = new Promise<void>((resolve) => {
      layer.once('inited', () => {
        this.#coming.delete(first)
        resolve()
      })
    })
    this.#coming.add(first)
  }
}
