import { onScopeDispose, shallowReadonly, shallowRef, toValue, watch } from 'vue'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import type { TileLook } from '../../../contract/tiles.ts'
import type { Bounds, View } from './mercator.ts'
import { boundsOf, tilesFor } from './tiles.ts'

/** The tiles of one view as one picture: a layer of its own for each tile would cost more than the rest of the map. */
export interface Mosaic {
  readonly image: ImageBitmap
  readonly bounds: Bounds
}

/** tiles kept unpacked: more than two views of a wall need */
const mostKept = 200
/** what has come by then is shown while the rest is on its way, ms */
const patienceMs = 1_500
/** after so long, tiles that were missing are asked for once more, ms */
const againMs = 600_000

/** Draws the tiles of a view whenever it is another. Tiles that are missing stay transparent: what lies below shows through. */
export function useTiles(view: () => View | undefined, tiles: MaybeRefOrGetter<TileLook | undefined>): Readonly<ShallowRef<Mosaic | undefined>> {
  const mosaic = shallowRef<Mosaic>()
  const store = new TileStore()
  let round = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  async function draw(seen: View, of: TileLook): Promise<void> {
    const own = ++round
    clearTimeout(timer)
    const placed = tilesFor(seen, of)
    const all = Promise.all(placed.map(({ url }) => store.get(url)))
    const early = await Promise.race([all.then(() => false), new Promise<boolean>((resolve) => setTimeout(resolve, patienceMs, true))])
    if (early) await show(own, seen, of)
    const isWhole = (await all).every((picture) => picture !== undefined)
    await show(own, seen, of)
    if (own === round && !isWhole) timer = setTimeout(() => void draw(seen, of), againMs)
  }

  async function show(own: number, seen: View, of: TileLook): Promise<void> {
    if (own !== round) return
    const image = await paint(seen, of, store)
    if (own === round) mosaic.value = image && { image, bounds: boundsOf(seen) }
  }

  watch(
    [view, () => toValue(tiles)],
    ([seen, of]) => {
      round++
      if (seen === undefined || of === undefined) mosaic.value = undefined
      else void draw(seen, of)
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    round++
    clearTimeout(timer)
  })
  return shallowReadonly(mosaic)
}

async function paint(view: View, tiles: TileLook, store: TileStore): Promise<ImageBitmap | undefined> {
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(view.width)), Math.max(1, Math.round(view.height)))
  const context = canvas.getContext('2d')
  if (context === null) return undefined
  for (const { url, x, y, edge } of tilesFor(view, tiles)) {
    const picture = store.peek(url)
    // whole pixels: a seam between two tiles would be seen across the room
    const [left, top] = [Math.round(x), Math.round(y)]
    if (picture !== undefined) context.drawImage(picture, left, top, Math.round(x + edge) - left, Math.round(y + edge) - top)
  }
  return await createImageBitmap(canvas)
}

/** Fetches tiles and keeps those used last; one that is missing or could not be fetched is not kept. */
class TileStore {
  readonly #kept = new Map<string, ImageBitmap>()

  peek(url: string): ImageBitmap | undefined {
    return this.#kept.get(url)
  }

  async get(url: string): Promise<ImageBitmap | undefined> {
    const known = this.#kept.get(url)
    const picture = known ?? (await fetchPicture(url))
    if (picture === undefined) return undefined
    this.#kept.delete(url)
    this.#kept.set(url, picture)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    return picture
  }
}

/** The server answers with a single pixel where there is no tile. */
async function fetchPicture(url: string): Promise<ImageBitmap | undefined> {
  try {
    const answer = await fetch(url)
    if (!answer.ok) return undefined
    const picture = await createImageBitmap(await answer.blob())
    return picture.width > 1 ? picture : undefined
  } catch {
    // the server is away, or what came is no picture: as if there were no tile, and it is asked for again
    return undefined
  }
}
