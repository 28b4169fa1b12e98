import type { Scene } from '@antv/l7'
import type { Ground } from './ground.ts'
import { Layers } from './layers.ts'
import type { Dots, HeatSpot } from './layers.ts'
import { streetPxPerKm } from './mercator.ts'
import type { View } from './mercator.ts'
import type { Mosaic } from './use-tiles.ts'

/** L7 counts zoom in tiles of this many pixels. */
const tilePx = 512
/** On a monitor steps in a line are seen; on a wall a pixel is half a minute of arc, and smoothing costs four times the drawing. */
const smoothBelowPx = 2_000_000
/** A scene that has not come up by then will not: the drawn map stands in. */
const patienceMs = 15_000
const tooSoonMs = 60_000

/**
 * The page's one WebGL scene. It is made again only when its graphics context was lost: each would keep a context and memory. It moves to the
 * box that shows it and leaves the document while none does. It lies still: no dragging by accident on a wall.
 */
export class MapScene {
  readonly #element: HTMLElement
  readonly #scene: Scene
  readonly #layers: Layers
  #holder: { readonly host: HTMLElement; readonly onTaken: () => void } | undefined
  #ground: { readonly ground: Ground; readonly am: number } | undefined
  #rendering = 0

  constructor(element: HTMLElement, scene: Scene, layers: Layers) {
    this.#element = element
    this.#scene = scene
    this.#layers = layers
  }

  /** Calls `listener` once, when the graphics context is lost. */
  onLost(listener: () => void): void {
    // events of a context do not bubble, but they can be caught on their way down
    this.#element.addEventListener('webglcontextlost', listener, { capture: true, once: true })
  }

  /** Brings the scene into `host`; whoever had it before loses it and is told. */
  enter(host: HTMLElement, onTaken: () => void): void {
    this.#holder?.onTaken()
    this.#holder = { host, onTaken }
    host.append(this.#element)
  }

  /** Takes it out again, unless another box has it by now. */
  leave(host: HTMLElement): void {
    if (this.#holder?.host !== host) return
    this.#holder = undefined
    this.#element.remove()
  }

  look(view: View): void {
    this.#layers.fadeRelief(view.pixelsPerKm >= streetPxPerKm ? 0.5 : 1)
    this.#scene.setZoomAndCenter(Math.log2(view.worldPx / tilePx), [...view.center])
    this.#renderSoon()
  }

  /** @returns when it can be seen */
  async showGround(ground: Ground, am: number): Promise<void> {
    if (this.#ground?.ground === ground && this.#ground.am === am) return
    this.#ground = { ground, am }
    const shown = this.#layers.showGround(ground, am)
    this.#renderSoon()
    await shown
  }

  showDots(dots: Dots, am: number): void {
    this.#layers.showDots(dots, am)
    this.#renderSoon()
  }

  showTiles(mosaic: Mosaic | undefined, opacity: number): void {
    this.#layers.showTiles(mosaic, opacity)
    this.#renderSoon()
  }

  /** @param radiusPx how far a spot reaches */
  showHeat(spots: readonly HeatSpot[], radiusPx: number): void {
    this.#layers.showHeat(spots, radiusPx)
    this.#renderSoon()
  }

  /** For the end of the page, and of the context. */
  dispose(): void {
    cancelAnimationFrame(this.#rendering)
    const canvases = [...this.#element.querySelectorAll('canvas')]
    try {
      this.#scene.destroy()
    } catch {
      // a scene whose context is lost may stumble over what it no longer has; all of it goes with the element
    }
    // destroy() alone leaves the context alive
    for (const canvas of canvases) canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
    this.#element.remove()
  }

  /** L7 drops a render that is asked for while another runs: ask once more when all of this turn's changes are in. */
  #renderSoon(): void {
    cancelAnimationFrame(this.#rendering)
    this.#rendering = requestAnimationFrame(() => {
      this.#scene.render()
    })
  }
}

/** True where WebGL 2 can be had. L7 itself would fail with an unhandled rejection. */
export function hasWebGl(): boolean {
  const context = document.createElement('canvas').getContext('webgl2')
  context?.getExtension('WEBGL_lose_context')?.loseContext()
  return context !== null
}

async function createScene(host: HTMLElement, view: View): Promise<MapScene> {
  const [l7, { Map }] = await Promise.all([import('@antv/l7'), import('@antv/l7-maps/simple')])
  const element = document.createElement('div')
  element.style.cssText = 'position:absolute;inset:0;pointer-events:none'
  host.append(element)
  const map = new Map({ center: [...view.center], zoom: Math.log2(view.worldPx / tilePx), style: 'blank', minZoom: 0 })
  const antialias = view.width * view.height < smoothBelowPx
  const scene = new l7.Scene({ id: element, map, logoVisible: false, antialias })
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error('the WebGL map did not come up'))
    }, patienceMs)
    scene.on('loaded', () => {
      clearTimeout(timer)
      resolve()
    })
  })
  return new MapScene(element, scene, new Layers(l7, scene))
}

let opened: Promise<MapScene | undefined> | undefined
/** of the monotonic clock */
let lostAt = -Infinity
const lossListeners = new Set<() => void>()

/** Calls `listener` when the scene is gone with its graphics context: `openScene` may have another. The answer ends it. */
export function onSceneLost(listener: () => void): () => void {
  lossListeners.add(listener)
  return () => {
    lossListeners.delete(listener)
  }
}

/**
 * The page's scene, made on the first asking in the asking box.
 * @returns undefined where there is no WebGL or it would not come up: the caller draws the map itself
 */
export function openScene(host: HTMLElement, view: View): Promise<MapScene | undefined> {
  opened ??= hasWebGl() ? startScene(host, view) : Promise.resolve(undefined)
  return opened
}

async function startScene(host: HTMLElement, view: View): Promise<MapScene | undefined> {
  try {
    const scene = await createScene(host, view)
    scene.onLost(() => {
      lose(scene)
    })
    addEventListener('pagehide', ({ persisted }) => {
      if (!persisted) scene.dispose()
    })
    return scene
  } catch (error) {
    // the map itself says that it is drawn without WebGL; this is for whoever opens the browser's console to ask why
    // eslint-disable-next-line no-console
    console.warn('map: drawn without WebGL,', error)
    return undefined
  }
}

/** A driver that was reset gives another context; one that is lost again within a minute is broken, and would be for ever. */
function lose(scene: MapScene): void {
  const again = performance.now() - lostAt < tooSoonMs
  lostAt = performance.now()
  opened = again ? Promise.resolve(undefined) : undefined
  scene.dispose()
  for (const listener of lossListeners) listener()
}
