import { join } from 'node:path'
import { attachmentLimits } from '../contract/supervision.ts'
import { hourMs } from '../contract/time.ts'
import { openAttachmentStore } from './attachments/attachment-store.ts'
import { UnitRoom } from './attachments/unit-room.ts'
import type { Closing } from './closing.ts'
import type { Clock } from './core/clock.ts'
import type { Registry } from './core/registry.ts'
import type { Commands } from './http/command.ts'
import type { Route } from './http/route.ts'
import { Uploads } from './http/supervision-files.ts'
import { heldMeetingRoutes } from './http/meeting-routes.ts'
import type { MeetingRouteRooms } from './http/meeting-routes.ts'
import { supervisionRoutes } from './http/supervisions.ts'
import type { DeskRooms } from './http/supervisions.ts'
import { unitRoutes } from './http/unit-orders.ts'
import type { Log } from './log.ts'

/** 交办/督办, and the 调度会议 whose decisions become orders, between the log, the folder of attachments and the routes of the server. */
export interface SupervisionRoomOptions {
  readonly dataDirectory: string
  readonly registry: Registry
  readonly clock: Clock
  readonly log: Log
  readonly world: MeetingRouteRooms['world']
  readonly historian: MeetingRouteRooms['historian']
  readonly covered: MeetingRouteRooms['covered']
  /** the server's one queue: orders are numbered in their turn */
  readonly commands: Commands
  /** as `record`, in one transaction */
  readonly recordWhole: MeetingRouteRooms['recordWhole']
}

const sweepEveryMs = hourMs

/** @returns its routes; it is closed with the rest */
export function openSupervisionRoom(options: SupervisionRoomOptions, closing: Closing): readonly Route[] {
  const { dataDirectory, registry, clock, log, world, commands } = options
  const { attachments: limits } = registry.supervision
  const { mostBytes } = attachmentLimits(limits)
  const books = () => [...registry.districts.keys()].flatMap((district) => world.supervisions(district) ?? [])
  const isAttached = (id: string): boolean => books().some((book) => book.isAttached(id))
  const attachments = openAttachmentStore({
    directory: join(dataDirectory, 'attachments'),
    mostBytes,
    mostTotalBytes: limits.totalMegabytes * 1_000_000,
    isAttached,
    clock,
  })
  const unitRoom = new UnitRoom({
    ...{ clock, isAttached, mostBytesPerDay: limits.unitDayMegabytes * 1_000_000, mostBytes: limits.unitMegabytes * 1_000_000 },
    namedBytes: (unit) => books().reduce((sum, book) => sum + book.attachedBytes(unit), 0),
  })
  const sweep = (): void => {
    try {
      attachments.sweep()
    } catch (error) {
      log('warn', 'attachments that nobody named could not be removed', { error: error instanceof Error ? error.message : String(error) })
    }
  }
  sweep()
  closing.add(clock.every(sweepEveryMs, sweep))
  // orders of both are numbered in the turn of one queue
  const rooms: DeskRooms & MeetingRouteRooms = {
    ...{ historian: options.historian, covered: options.covered, recordWhole: options.recordWhole },
    ...{ clock, registry, world, attachments, mostBytes, commands, uploads: new Uploads(), unitRoom },
  }
  return [...supervisionRoutes(rooms), ...unitRoutes(rooms), ...heldMeetingRoutes(rooms)]
}
