import { onScopeDispose, shallowRef, toValue, watch } from 'vue'
import type { MaybeRefOrGetter, ShallowRef } from 'vue'
import type { District } from '../../../contract/configuration.ts'
import { groundOf } from './ground.ts'
import type { Ground } from './ground.ts'
import type { Dots, HeatSpot } from './layers.ts'
import { onSceneLost, openScene } from './map-scene.ts'
import type { MapScene } from './map-scene.ts'
import type { View } from './mercator.ts'
import type { Mosaic } from './use-tiles.ts'

export interface UseMapOptions {
  readonly district: MaybeRefOrGetter<District>
  /** where to look; undefined before the box is laid out */
  readonly view: MaybeRefOrGetter<View | undefined>
  /** pixels per minute of arc */
  readonly am: MaybeRefOrGetter<number>
  readonly dots: MaybeRefOrGetter<Dots>
  readonly heat: MaybeRefOrGetter<Heat>
  readonly tiles: MaybeRefOrGetter<{ readonly mosaic: Mosaic | undefined; readonly opacity: number }>
}

export interface Heat {
  readonly spots: readonly HeatSpot[]
  /** how far a spot reaches, km */
  readonly reachKm: number
}

export interface UseMapReturn {
  readonly ground: Readonly<ShallowRef<Ground | undefined>>
  /** why the ground could not be fetched */
  readonly problem: Readonly<ShallowRef<string | undefined>>
  /** opening: the scene is on its way · webgl: it draws · drawn: there is none. But for `webgl` the caller draws DrawnGround.vue */
  readonly mode: Readonly<ShallowRef<'opening' | 'webgl' | 'drawn'>>
}

/** Shows a district in the box `host` with the page's one WebGL scene, or says that it must be drawn without. */
export function useMap(host: Readonly<ShallowRef<HTMLElement | null>>, options: UseMapOptions): UseMapReturn {
  const scene = shallowRef<MapScene>()
  const mode = shallowRef<UseMapReturn['mode']['value']>('opening')
  const { ground, problem } = useGround(options.district)
  let asked: HTMLElement | undefined
  const view = (): View | undefined => toValue(options.view)

  function drawInstead(): void {
    scene.value = undefined
    mode.value = 'drawn'
  }

  /** Another scene may come up in place of the one that was lost; the drawn map bridges the gap. */
  function comeBack(): void {
    const [box, where] = [asked, view()]
    scene.value = undefined
    mode.value = 'opening'
    if (box !== undefined && where !== undefined) void enter(box, where)
  }

  async function enter(box: HTMLElement, first: View): Promise<void> {
    asked = box
    const found = await openScene(box, first)
    if (asked !== box) return
    if (found === undefined) {
      drawInstead()
      return
    }
    found.enter(box, drawInstead)
    scene.value = found
  }

  async function showGround(current: MapScene, below: Ground): Promise<void> {
    await current.showGround(below, toValue(options.am))
    if (scene.value === current) mode.value = 'webgl'
  }

  watch([host, view], ([box, first]) => void (box !== null && first !== undefined && asked === undefined && enter(box, first)), { flush: 'post' })
  watch([scene, view], ([current, where]) => where && current?.look(where), { flush: 'post' })
  watch([scene, ground, () => toValue(options.am)], ([current, below]) => void (current && below && showGround(current, below)), { flush: 'post' })
  watch([scene, () => toValue(options.dots), () => toValue(options.am)], ([current, dots, am]) => current?.showDots(dots, am), { flush: 'post' })
  const heatOf = (): Heat => toValue(options.heat)
  const reachPx = (): number => heatOf().reachKm * (view()?.pixelsPerKm ?? 0)
  watch([scene, () => heatOf().spots, reachPx], ([current, spots, radius]) => current?.showHeat(spots, radius), { flush: 'post' })
  watch([scene, () => toValue(options.tiles)], ([current, { mosaic, opacity }]) => current?.showTiles(mosaic, opacity), { flush: 'post' })

  const endLoss = onSceneLost(comeBack)
  onScopeDispose(() => {
    endLoss()
    if (asked !== undefined) scene.value?.leave(asked)
    asked = undefined
  })
  return { ground, problem, mode }
}

/** ms until a map file that could not be fetched is asked for again: a wall may show the same map for weeks. */
const askAgainMs = 10_000

/** What the map is drawn on, fetched again for each district, and until it is there. */
function useGround(district: UseMapOptions['district']): Pick<UseMapReturn, 'ground' | 'problem'> {
  const ground = shallowRef<Ground>()
  const problem = shallowRef<string>()
  watch(
    () => toValue(district),
    (wanted, _before, onCleanup) => {
      let isOver = false
      let again: ReturnType<typeof setTimeout> | undefined
      const show = (loaded: Ground): void => {
        if (isOver) return
        ground.value = loaded
        problem.value = undefined
      }
      const fail = (error: unknown): void => {
        if (isOver) return
        problem.value = error instanceof Error ? error.message : String(error)
        again = setTimeout(ask, askAgainMs)
      }
      const ask = (): void => void groundOf(wanted).then(show, fail)
      ask()
      onCleanup(() => {
        isOver = true
        clearTimeout(again)
      })
    },
    { immediate: true },
  )
  return { ground, problem }
}
