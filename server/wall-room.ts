import type { Registry } from './core/registry.ts'
import type { Clock } from './core/clock.ts'
import { createAttempts } from './http/attempts.ts'
import type { Route } from './http/route.ts'
import { createWallCodes } from './http/wall-codes.ts'
import { wallCommandRoute } from './http/wall-command.ts'
import { createWallDecisions } from './http/wall-decisions.ts'
import { createWallReports } from './http/wall-reports.ts'
import { wallRoutes } from './http/walls.ts'
import type { Spine } from './spine.ts'

/** 大屏: everything about walls that is asked for over HTTP. No other decision waits for theirs. */
export function openWallRoom({
  registry,
  clock,
  spine,
  sessionEnded,
}: {
  readonly registry: Registry
  readonly clock: Clock
  readonly spine: Spine
  readonly sessionEnded: () => void
}): readonly Route[] {
  const { app, districts, walls, screens, scenes } = registry
  const rooms = {
    clock,
    world: spine.world,
    decisions: createWallDecisions({
      world: spine.world,
      districts: [...districts.keys()],
      record: (facts) => spine.recorder.record('system', facts),
    }),
    codes: createWallCodes(),
    reports: createWallReports(clock),
    endSession: (id: string) => {
      spine.stores.sessions.endById(id)
      sessionEnded()
    },
    attempts: createAttempts(clock),
    configuration: { app, districts: [...districts.values()], walls: [...walls.values()], screens, scenes: [...scenes.values()] },
  }
  return [...wallRoutes(rooms), wallCommandRoute(rooms)]
}
