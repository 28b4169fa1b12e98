import type { WallView } from '../../contract/wall.ts'
import type { WallOrder } from '../../contract/wall-fact.ts'
import type { Instant } from '../../contract/time.ts'

/** What one order makes of what a wall was ordered to show. Pure. */

export const emptyView: WallView = {
  scene: undefined,
  sceneAt: undefined,
  screen: undefined,
  district: undefined,
  selected: undefined,
  look: undefined,
  off: undefined,
  fullScreen: undefined,
  isGuest: undefined,
}

/** Orders that change what is seen; the others change who drives, or go back. */
export type ViewOrder = Exclude<WallOrder, { readonly do: 'undo' | 'lock' | 'unlock' | 'emergency' | 'stand-down' }>

/** A scene, and the schedule, begin anew; guests in the room stay guests until somebody says otherwise. */
export const sceneView = (scene: string, at: Instant, { isGuest }: WallView): WallView => ({ ...emptyView, scene, sceneAt: at, isGuest })

/** The view after an order. A picture over the whole screen makes way for whatever is to be seen beneath it. */
export function viewAfter(view: WallView, order: ViewOrder, at: Instant): WallView {
  switch (order.do) {
    case 'scene':
      return sceneView(order.scene, at, view)
    case 'release':
      return { ...emptyView, isGuest: view.isGuest }
    case 'show':
      return showing(view, order)
    case 'select':
      return { ...view, selected: order.thing ?? undefined, look: order.look ?? view.look, fullScreen: undefined }
    case 'look':
      return { ...view, look: order.at ?? undefined, fullScreen: undefined }
    case 'camera':
      return withCamera(view, order)
    case 'full-screen':
      return { ...view, fullScreen: order.camera ?? undefined }
    case 'layers':
      return { ...view, off: order.off ?? undefined }
    case 'guest':
      return { ...view, isGuest: order.isGuest }
  }
}

/** Another district has other things. */
function showing(view: WallView, { screen, district }: Extract<WallOrder, { readonly do: 'show' }>): WallView {
  const there = { ...view, screen, district, fullScreen: undefined }
  return district === view.district ? there : { ...there, selected: undefined, look: undefined }
}

function withCamera(view: WallView, { camera, isFull, screen = view.screen }: Extract<WallOrder, { readonly do: 'camera' }>): WallView {
  return { ...view, screen, selected: { kind: 'camera', id: camera }, fullScreen: isFull ? camera : undefined }
}
