import type { ILayer, Scene } from '@antv/l7'
import type { Place } from '../../../contract/fact.ts'
import type { Ground, Shape } from './ground.ts'
import { dotKinds, dotStyles, mapStyle } from './map-style.ts'
import type { DotKind } from './map-style.ts'

type L7 = typeof import('@antv/l7')

/** A dot on the map; its look comes from its kind. */
export interface Dot {
  readonly place: Place
  /** minutes of arc */
  readonly radiusAm: number
}

export type Dots = Readonly<Record<DotKind, readonly Dot[]>>

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
const order: Readonly<Record<string, number>> = {
  relief: 1,
  land: 2,
  neighbour: 3,
  part: 4,
  river: 5,
  casing: 6,
  boundary: 7,
  cells: 8,
  sensors: 9,
  'cameras-offline': 10,
  'cameras-online': 11,
}

/**
 * The scene's layers. Each is made once, when there is first something to draw in it, and from then on only given other data:
 * making them anew would leave buffers behind on the graphics card, for months.
 */
export class Layers {
  readonly #l7: L7
  readonly #scene: Scene
  readonly #layers = new Map<string, ILayer>()
  readonly #coming = new Set<Promise<void>>()
  readonly #rows = new Map<DotKind, string>()

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
      const { fill, opacity, stroke, strokeAm } = dotStyles[kind]
      const rows = dots[kind].map(({ place: [longitude, latitude], radiusAm }) => ({ longitude, latitude, radius: radiusAm * am }))
      // every change redraws the whole scene: none for rows that are the same again
      const written = JSON.stringify(rows)
      if (this.#rows.get(kind) === written) continue
      this.#rows.set(kind, written)
      const make = (): ILayer =>
        new this.#l7.PointLayer({ zIndex: order[kind] ?? 0 })
          .source(rows, { parser: { type: 'json', x: 'longitude', y: 'latitude' } })
          .shape('circle')
          .size('radius', (radius: number) => radius)
          .color(fill)
          .style({ opacity, stroke, strokeWidth: strokeAm * am, strokeOpacity: 1 })
      this.#put(kind, { content: rows.length > 0 ? rows : undefined, make })
    }
  }

  #showLines(name: LineName, lines: Lines, am: number): void {
    const { color, widthAm, opacity } = mapStyle[name]
    // L7 lays a line's size on both sides of it
    const width = Math.max(1, widthAm * am) / 2
    this.#layers.get(name)?.size(width)
    const make = (): ILayer =>
      new this.#l7.LineLayer({ zIndex: order[name] ?? 0 }).source(lines).shape('line').size(width).color(color).style({ opacity })
    this.#put(name, { content: lines.features.length > 0 ? lines : undefined, make })
  }

  /** A plain colour where there is no picture of the ground. */
  #showLand({ relief, outline }: Ground): void {
    const content = relief === undefined && outline.length > 0 ? asPolygons(outline) : undefined
    const make = (): ILayer =>
      new this.#l7.PolygonLayer({ zIndex: order['land'] ?? 0 })
        .source(asPolygons(outline))
        .shape('fill')
        .color(mapStyle.land.color)
        .style({ opacity: mapStyle.land.opacity })
    this.#put('land', { content, make })
  }

  #showRelief({ relief }: Ground): void {
    const parser = { type: 'image', extent: relief && [...relief.bounds] }
    const make = (): ILayer => new this.#l7.ImageLayer({ zIndex: order['relief'] ?? 0 }).source(relief?.url, { parser }).style({ opacity: 1 })
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
