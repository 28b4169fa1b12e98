import { dutyRoutes } from './duty.ts'
import type { DutyRooms } from './duty-counter.ts'
import { handoverRoutes } from './handovers.ts'
import { resourceRoutes } from './resources.ts'
import type { Route } from './route.ts'

/** 值班: the roster, resources and hand-overs. */
export const dutyRoomRoutes = (rooms: DutyRooms): readonly Route[] => [...dutyRoutes(rooms), ...resourceRoutes(rooms), ...handoverRoutes(rooms)]
