import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fact } from '../../contract/fact.ts'
import type { SupervisionFact } from '../../contract/supervision-fact.ts'
import type { SupervisionAnswer, SupervisionOrder } from '../../contract/supervision.ts'
import { openAttachmentStore } from '../../server/attachments/attachment-store.ts'
import type { AttachmentStore } from '../../server/attachments/attachment-store.ts'
import { UnitRoom } from '../../server/attachments/unit-room.ts'
import { World } from '../../server/core/world.ts'
import { createWorkCalendar } from '../../server/core/working-days.ts'
import { createCommands } from '../../server/http/command.ts'
import { Uploads } from '../../server/http/supervision-files.ts'
import { supervisionRoutes } from '../../server/http/supervisions.ts'
import { heldMeetingRoutes } from '../../server/http/meeting-routes.ts'
import type { MeetingRouteRooms } from '../../server/http/meeting-routes.ts'
import type { DeskRooms } from '../../server/http/supervisions.ts'
import { unitRoutes } from '../../server/http/unit-orders.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registryWith, unit } from '../support/registry.ts'
import { uuid } from '../support/supervision-facts.ts'
import { House } from './house.ts'
import type { Answer } from './house.ts'

export const registry = registryWith({
  units: [unit({ id: 'water', name: '水务局' })],
  calendar: createWorkCalendar([{ year: 2026, source: '测试', holidays: [], workdays: [] }]),
})

/** The routes of 督办 before a real world and a real folder, with a log in memory that can be folded again. */
export class SupervisionHouse {
  readonly clock = new ManualClock()
  readonly directory = mkdtempSync(join(tmpdir(), 'yiping-supervision-'))
  readonly attachments: AttachmentStore
  /** the log */
  readonly facts: Fact[] = []
  /** what was recorded in one transaction, each by the kinds of its facts */
  readonly whole: (readonly Fact['kind'][])[] = []
  world = new World(registry)
  house!: House
  /** replaced by tests that need a log that fails or waits */
  commit: () => Promise<void> = () => Promise.resolve()
  #commands = 0

  constructor(limits: { readonly mostBytes?: number; readonly mostTotalBytes?: number; readonly unitBytes?: number } = {}) {
    const { mostBytes = 1_000_000, mostTotalBytes = 10_000_000, unitBytes = 5_000_000 } = limits
    const isAttached = (id: string): boolean => this.world.supervisions('620802')?.isAttached(id) === true
    this.#mostBytes = mostBytes
    this.attachments = openAttachmentStore({
      directory: join(this.directory, 'attachments'),
      mostBytes,
      mostTotalBytes,
      isAttached,
      clock: this.clock,
    })
    this.#unitRoom = new UnitRoom({
      clock: this.clock,
      isAttached,
      mostBytesPerDay: unitBytes,
      mostBytes: 2 * unitBytes,
      namedBytes: (unit) => this.world.supervisions('620802')?.attachedBytes(unit) ?? 0,
    })
  }
  readonly #mostBytes: number
  readonly #unitRoom: UnitRoom

  async open(): Promise<this> {
    const record = async (facts: readonly Fact[]): Promise<void> => {
      await this.commit()
      for (const fact of facts) this.take(fact)
    }
    const rooms: DeskRooms & MeetingRouteRooms = {
      clock: this.clock,
      registry,
      world: {
        supervisions: (district) => this.world.supervisions(district),
        meetings: (district) => this.world.meetings(district),
        find: (topic, id) => this.world.find(topic, id),
      },
      historian: {
        stateAt: (topics, at) => {
          const past = this.#folded(at)
          return Promise.resolve(past.seq === 0 ? undefined : { seq: past.seq, at: past.at, topics: past.read(topics) })
        },
      },
      covered: () => (this.facts[0] === undefined ? undefined : { from: this.facts[0].at, to: this.clock.now() }),
      recordWhole: async (facts) => {
        await record(facts)
        this.whole.push(facts.map(({ kind }) => kind))
      },
      attachments: this.attachments,
      mostBytes: this.#mostBytes,
      commands: createCommands(record),
      uploads: new Uploads(),
      unitRoom: this.#unitRoom,
    }
    this.house = await new House({ routes: [...supervisionRoutes(rooms), ...unitRoutes(rooms), ...heldMeetingRoutes(rooms)] }).open()
    return this
  }

  async close(): Promise<void> {
    await this.house.close()
    rmSync(this.directory, { recursive: true })
  }

  take(fact: Fact, feed = 'system'): void {
    this.facts.push(fact)
    this.world.apply({ seq: this.facts.length, at: this.clock.now(), feed, fact })
  }

  /** As a restart: the world is folded again from the log. */
  restart(): void {
    this.world = this.#folded(Infinity)
  }

  #folded(at: number): World {
    const world = new World(registry)
    for (const [index, fact] of this.facts.filter((one) => one.at <= at).entries())
      world.apply({ seq: index + 1, at: fact.at, feed: this.#feedOf(fact), fact })
    return world
  }

  #feedOf({ kind }: Fact): string {
    return kind === 'reading' ? 'indicators' : 'system'
  }

  get recorded(): readonly SupervisionFact[] {
    return this.facts.flatMap((fact) => (fact.kind === 'supervision' ? [fact] : []))
  }

  command(): string {
    this.#commands += 1
    return uuid(500_000 + this.#commands)
  }

  desk(name: string | undefined = '值班员甲'): Readonly<Record<string, string>> {
    return this.#cookie(this.house.signIn('desk', name))
  }

  unit(id = 'housing', name = '李四'): Readonly<Record<string, string>> {
    return this.#cookie(this.house.signIn('unit', name, id))
  }

  wall(): Readonly<Record<string, string>> {
    return this.#cookie(this.house.signIn('wall'))
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = this.desk()): Promise<Answer> {
    return this.house.ask('POST', path, { headers: { ...headers, 'content-type': 'application/json' }, body: JSON.stringify(body) })
  }

  get(path: string, headers: Readonly<Record<string, string>> = this.desk()): Promise<Answer> {
    return this.house.ask('GET', path, { headers })
  }

  issueBody(given: object = {}): object {
    return {
      command: this.command(),
      district: '620802',
      title: '城东积水点整治',
      text: '完成排水口清淤',
      level: 'normal',
      leadUnit: 'housing',
      supportingUnits: ['dongguan'],
      due: { workingDays: 5 },
      ...given,
    }
  }

  async issue(given: object = {}): Promise<SupervisionAnswer> {
    return answered(await this.post('/api/supervisions', this.issueBody(given)))
  }

  step(id: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.post(`/api/supervisions/${id}/steps`, { command: this.command(), ...body }, headers)
  }

  say(id: string, body: object, headers = this.unit()): Promise<Answer> {
    return this.post(`/api/unit/orders/${id}/steps`, { command: this.command(), ...body }, headers)
  }

  async order(id: string): Promise<SupervisionOrder> {
    return JSON.parse((await this.get(`/api/supervisions/${id}`)).text) as SupervisionOrder
  }

  #cookie(session: string): Readonly<Record<string, string>> {
    return { cookie: `yiping_session=${session}`, origin: this.house.origin }
  }
}

/** @throws when it was refused */
export function answered(answer: Answer): SupervisionAnswer {
  if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${answer.text}`)
  return JSON.parse(answer.text) as SupervisionAnswer
}
