import { emptyView } from '../../contract/wall.ts'
import type { WallView } from '../../contract/wall.ts'
import type { WallOrder } from '../../contract/wall-fact.ts'
import type { Instant } from '../../contract/time.ts'

/** What one order makes of what a wall was ordered to show. Pure. */

/** Orders that change what is seen; the others change who drives, or go back. */
export type ViewOrder = Exclude<WallOrder, { readonly do: 'undo' | 'lock' | 'unlock' | 'emergency' | 'stand-down' }>

/** A scene, and the schedule, begin anew; guests in the room stay guests until somebody says otherwise. */
export const sceneView = (scene: string, at: Instant, { isGuest }: WallView): WallView => ({ ...emptyView, scene, sceneAt: at, isGuest })

type Change<Do extends ViewOrder['do']> = (view: WallView, order: Extract<ViewOrder, { readonly do: Do }>, at: Instant) => WallView

/** A picture over the whole screen makes way for whatever is to be seen beneath it. */
const changes: { readonly [Do in ViewOrder['do']]: Change<Do> } = {
  scene: (view, { scene }, at) => sceneView(scene, at, view),
  release: ({ isGuest }) => ({ ...emptyView, isGuest }),
  past: (view, { from, until, speed }, at) => ({ ...view, past: { from, until, speed, since: at } }),
  present: (view) => view,
  show: (view, { screen, district }) => {
    const there = { ...view, screen, district, fullScreen: undefined }
    // another district has other things
    return district === view.district ? there : { ...there, selected: undefined, look: undefined }
  },
  select: (view, { thing, look = view.look }) => ({ ...view, selected: thing ?? undefined, look, fullScreen: undefined }),
  look: (view, { at }) => ({ ...view, look: at ?? undefined, fullScreen: undefined }),
  camera: (view, { camera, isFull, screen = view.screen, look = view.look }) => ({
    ...view,
    screen,
    look,
    selected: { kind: 'camera', id: camera },
    fullScreen: isFull ? camera : undefined,
  }),
  'full-screen': (view, { camera }) => ({ ...view, fullScreen: camera ?? undefined }),
  layers: (view, { off }) => ({ ...view, off: off ?? undefined }),
  guest: (view, { isGuest }) => ({ ...view, isGuest }),
}

export const isViewOrder = (order: WallOrder): order is ViewOrder => order.do in changes

/** Orders under which a wall stays in the past, if it is there; whatever else is ordered to be seen is seen in the present. */
const staysInPast: readonly ViewOrder['do'][] = ['past', 'guest']

/** The view after an order. */
export function viewAfter(view: WallView, order: ViewOrder, at: Instant): WallView {
  // as: found by the order's own name
  return (changes[order.do] as Change<ViewOrder['do']>)(staysInPast.includes(order.do) ? view : { ...view, past: undefined }, order, at)
}
