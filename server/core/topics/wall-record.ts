import type { Instant } from '../../../contract/time.ts'
import { emptyView } from '../../../contract/wall.ts'
import type { WallLock, WallState, WallView } from '../../../contract/wall.ts'
import type { WallCommandFact, WallFact, WallOrder } from '../../../contract/wall-fact.ts'
import { isViewOrder, sceneView, viewAfter } from '../wall-view.ts'
import type { ViewOrder } from '../wall-view.ts'

/** 撤销: how many steps back */
const mostPast = 20

/** What stood before an emergency, and comes back after it. */
interface Beneath {
  readonly view: WallView
  readonly past: readonly WallView[]
}

export interface WallDump {
  readonly id: string
  readonly session: string
  readonly name: string
  readonly profile: string | undefined
  readonly group: string | undefined
  readonly enrolledAt: Instant
  readonly enrolledBy: string
  readonly view: WallView
  readonly past: readonly WallView[]
  readonly beneath: Beneath | undefined
  readonly emergency: WallState['emergency']
  readonly lock: WallLock | undefined
  readonly command: number
  readonly commandAt: Instant | undefined
  readonly commandBy: string | undefined
}

type Ordered = Pick<WallCommandFact, 'at' | 'by' | 'desk' | 'what'>

/** A wall as it is enrolled; one that takes an earlier one's place shows what that was ordered to. */
export function enrolled({ wall: id, session = '', name = id, profile, group, at, by }: WallFact, before: WallDump | undefined): WallDump {
  const fresh = { view: emptyView, past: [], beneath: undefined, emergency: undefined, lock: undefined }
  const never = { command: 0, commandAt: undefined, commandBy: undefined }
  return { ...fresh, ...never, enrolledAt: at, enrolledBy: by, ...before, id, session, name, profile, group }
}

export function renamed(wall: WallDump, { name = wall.name, profile, group }: WallFact): WallDump {
  return { ...wall, name, profile, group }
}

/** A wall after a command. @param number of the command */
export function commanded(wall: WallDump, { at, by, desk, what }: Ordered, number: number): WallDump {
  const next = carriedOut(wall, { at, by, desk, what })
  const { lock } = next
  const isHolder = lock?.desk === desk && lock.by === by
  return { ...next, ...(isHolder && { lock: { ...lock, usedAt: at } }), command: number, commandAt: at, commandBy: by }
}

function carriedOut(wall: WallDump, { at, by, desk, what }: Ordered): WallDump {
  if (isViewOrder(what)) return stepped(wall, what, at)
  switch (what.do) {
    case 'undo':
      return undone(wall)
    case 'lock':
      return { ...wall, lock: { by, desk, since: at, usedAt: at } }
    case 'unlock':
      return { ...wall, lock: undefined }
    case 'emergency':
      return takenOver(wall, what, { at, by, desk })
    case 'stand-down':
      return stoodDown(wall)
  }
}

function stepped(wall: WallDump, order: ViewOrder, at: Instant): WallDump {
  // an emergency goes before scenes and the schedule
  if (wall.emergency !== undefined && isHeldBack(order)) return wall
  return { ...wall, view: viewAfter(wall.view, order, at), past: [...wall.past, wall.view].slice(-mostPast) }
}

/** Orders that an emergency goes before: they would take its scene away. */
export const isHeldBack = ({ do: order }: WallOrder): boolean => ['scene', 'show', 'release', 'past'].includes(order)

function undone(wall: WallDump): WallDump {
  const view = wall.past.at(-1)
  return view === undefined ? wall : { ...wall, view, past: wall.past.slice(0, -1) }
}

/** Takes the lock too: whoever presents goes on when it is over. */
function takenOver(wall: WallDump, { scene }: Extract<WallOrder, { do: 'emergency' }>, { at, by, desk }: Omit<Ordered, 'what'>): WallDump {
  const beneath = wall.beneath ?? { view: wall.view, past: wall.past }
  const lock = { by, desk, since: at, usedAt: at }
  return { ...wall, beneath, emergency: { scene, by, at }, lock, view: sceneView(scene, at, wall.view), past: [] }
}

function stoodDown(wall: WallDump): WallDump {
  const { beneath } = wall
  if (beneath === undefined) return wall
  const view = { ...beneath.view, isGuest: wall.view.isGuest }
  return { ...wall, view, past: beneath.past, beneath: undefined, emergency: undefined, lock: undefined }
}

export function stateOf(wall: WallDump): WallState {
  const { id, name, profile, group, enrolledAt, enrolledBy, view, emergency, lock, command, commandAt, commandBy, past } = wall
  const undoable = past.length
  return { id, name, profile, group, enrolledAt, enrolledBy, view, emergency, lock, command, commandAt, commandBy, undoable }
}
