import type { WallLock, WallState } from '../../contract/wall.ts'
import type { WallOrder } from '../../contract/wall-fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { Instant } from '../../contract/time.ts'
import { isHeldBack } from './topics/wall-record.ts'

/** Who may drive a wall just now. Pure. */

export interface Driver {
  readonly by: string
  /** session of the desk */
  readonly desk: string
  readonly isAdmin: boolean
}

/** What stands in an order's way. locked: another desk drives it · emergency: it goes first · calm: there is none to end · nothing: nothing to undo */
export type Hindrance =
  | { readonly why: 'locked'; readonly lock: WallLock; readonly freeAt: Instant }
  | { readonly why: 'emergency'; readonly emergency: NonNullable<WallState['emergency']> }
  | { readonly why: 'calm' | 'nothing' }

export interface Rule {
  readonly now: Instant
  /** a lock that has lain idle for so long may be taken over */
  readonly presenterMinutes: number
}

const isHolder = ({ by, desk }: WallLock, driver: Driver): boolean => by === driver.by && desk === driver.desk

/** The same person at another desk may always go on there. */
const mayTakeOver = (lock: WallLock, driver: Driver, { now, presenterMinutes }: Rule): boolean =>
  driver.isAdmin || lock.by === driver.by || now >= freeAt(lock, presenterMinutes)

const freeAt = ({ usedAt }: WallLock, presenterMinutes: number): Instant => usedAt + presenterMinutes * minuteMs

/** Whether a wall can be given an order by somebody; an emergency needs no lock. */
export function hindranceOf(wall: WallState, order: WallOrder, driver: Driver, rule: Rule): Hindrance | undefined {
  const { lock, emergency } = wall
  if (order.do === 'emergency') return undefined
  if (lock !== undefined && !isHolder(lock, driver) && !(isOfLock(order) && mayTakeOver(lock, driver, rule)))
    return { why: 'locked', lock, freeAt: freeAt(lock, rule.presenterMinutes) }
  if (emergency !== undefined && isHeldBack(order)) return { why: 'emergency', emergency }
  if (order.do === 'stand-down' && emergency === undefined) return { why: 'calm' }
  return order.do === 'undo' && wall.undoable === 0 ? { why: 'nothing' } : undefined
}

const isOfLock = ({ do: order }: WallOrder): boolean => order === 'lock' || order === 'unlock'
