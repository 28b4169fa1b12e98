import type { Fact } from '../../contract/fact.ts'
import { minuteMs } from '../../contract/time.ts'
import type { WallReport } from '../../contract/wall.ts'
import type { Role } from '../../server/http/route.ts'
import { createAttempts } from '../../server/http/attempts.ts'
import type { Route } from '../../server/http/route.ts'
import { createWallCodes } from '../../server/http/wall-codes.ts'
import { wallCommandRoute } from '../../server/http/wall-command.ts'
import { createWallDecisions } from '../../server/http/wall-decisions.ts'
import { createWallReports } from '../../server/http/wall-reports.ts'
import { wallRoutes } from '../../server/http/walls.ts'
import { World } from '../../server/core/world.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith } from '../support/registry.ts'
import { House } from './house.ts'
import type { Answer } from './house.ts'

const registry = registryWith({
  screens: (['perceive', 'overview', 'dispatch'] as const).map((id) => ({ id, district: '620802', layouts: [] })),
  scenes: [{ id: 'duty', name: '值守', nameEn: 'On watch', steps: [{ screen: 'perceive', dwellSeconds: 60 }] }],
  walls: [{ id: 'hall', name: '大厅', widthMm: 4800, widthPx: 3840, heightPx: 2160, farthestSeatM: 8, automatic: true }],
})

/** The wall's room over a world of its own: what is recorded is folded at once, as in the server. */
export class WallRoom {
  readonly clock = new ManualClock()
  readonly recorded: Fact[] = []
  readonly routes: readonly Route[]
  world = new World(registry)
  /** set by the house whose sessions they are */
  endSession: (id: string) => void = () => undefined
  /** replaced by a test whose disk fails */
  commit: () => Promise<void> = () => Promise.resolve()

  constructor() {
    // through the field, so that a test may put a restarted world in its place
    const world = { walls: (district: string) => this.world.walls(district), find: (topic: string, id: string) => this.world.find(topic, id) }
    const rooms = {
      clock: this.clock,
      world,
      decisions: createWallDecisions({
        world,
        districts: [...registry.districts.keys()],
        record: async (facts) => {
          await this.commit()
          for (const fact of facts) this.fold(fact, 'system')
        },
      }),
      codes: createWallCodes(),
      reports: createWallReports(this.clock),
      endSession: (id: string) => this.endSession(id),
      attempts: createAttempts(this.clock),
      configuration: {
        app: registry.app,
        districts: [...registry.districts.values()],
        walls: [...registry.walls.values()],
        screens: registry.screens,
        scenes: [...registry.scenes.values()],
      },
    }
    this.routes = [...wallRoutes(rooms), wallCommandRoute(rooms)]
  }

  fold(fact: Fact, feed: string): void {
    this.recorded.push(fact)
    this.world.apply({ seq: this.world.seq + 1, at: this.clock.now(), feed, fact })
  }
}

/** A house with that room, and people in it. */
export class WallHouse {
  readonly room = new WallRoom()
  readonly house = new House({ routes: this.room.routes })

  constructor() {
    this.room.endSession = (id) => this.house.endSession(id)
  }

  async ask(session: string, method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> {
    const headers = { cookie: `yiping_session=${session}`, origin: this.house.origin, 'content-type': 'application/json' }
    return await this.house.ask(method, path, { headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  }

  async told<T>(session: string, path: string): Promise<T> {
    const { status, text } = await this.ask(session, 'GET', path)
    if (status !== 200) throw new Error(`${String(status)}: ${text}`)
    // the test says what the route answers
    return JSON.parse(text) as T
  }

  signIn(role: Role, name?: string): string {
    return this.house.signIn(role, name)
  }

  /** @returns the wall's session and id */
  async enrol(name: string, given: object = {}): Promise<{ readonly session: string; readonly wall: string }> {
    const session = this.signIn('wall')
    const { code } = await this.told<{ code: string }>(session, '/api/walls/me')
    const { text } = await this.ask(this.signIn('desk', '张三'), 'POST', '/api/walls/enrol', { district: '620802', code, name, ...given })
    const { wall } = JSON.parse(text) as { wall: string }
    return { session, wall }
  }
}

export const report = (given: Partial<WallReport> = {}): WallReport => ({
  painted: 0,
  screen: 'overview',
  district: '620802',
  isLocal: false,
  framesPerSecond: 60,
  heapMegabytes: 90,
  link: 'live',
  width: 3840,
  height: 2160,
  build: 'b',
  faults: [],
  picture: { panels: [{ panel: 'headline', title: '', state: 'fresh', figures: ['17'], left: 0, top: 0.1, width: 1, height: 0.2 }] },
  ...given,
})

export const tenMinutes = 10 * minuteMs
