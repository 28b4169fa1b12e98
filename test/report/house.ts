import { randomUUID } from 'node:crypto'
import { onTestFinished } from 'vitest'
import type { Fact } from '../../contract/fact.ts'
import type { ReportAnswer, ReportList, ReportState } from '../../contract/report.ts'
import { topicName } from '../../contract/topic.ts'
import type { Registry } from '../../server/core/registry.ts'
import { World } from '../../server/core/world.ts'
import { createReportDesk } from '../../server/report/desk.ts'
import type { ReportDeskRooms } from '../../server/report/desk.ts'
import { openEventLog } from '../../server/store/event-log.ts'
import { Past } from '../../server/store/past.ts'
import { createRecorder } from '../../server/store/recorder.ts'
import { House } from '../http/house.ts'
import type { Answer } from '../http/house.ts'
import { temporaryFolder } from '../store/temporary-folder.ts'
import { feedFact, reading, tick } from '../support/facts.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { registry } from './fixture.ts'

/** The real log, folds, past and desk of a district behind the real HTTP server. It begins on 23 November 2026, 14:30. */
export class ReportHouse {
  readonly world: World
  readonly house: House
  readonly clock: ManualClock
  readonly log
  readonly #recorder

  constructor(given: { readonly registry?: Registry; readonly rooms?: Partial<ReportDeskRooms> } = {}) {
    const used = given.registry ?? registry
    const directory = temporaryFolder()
    const world = new World(used)
    this.world = world
    const log = openEventLog({ directory })
    this.log = log
    const clock = new ManualClock()
    this.clock = clock
    this.#recorder = createRecorder({
      log,
      clock,
      onEntries: (entries) => {
        for (const entry of entries) world.apply(entry)
      },
      onStorage: () => undefined,
    })
    const past = new Past({ log, registry: used, directory, report: () => undefined })
    const desk = createReportDesk({
      registry: used,
      now: () => clock.now(),
      held: (district, month) => world.report(district, month),
      states: (district) => this.states(district),
      stateAt: (topics, at) => Promise.resolve(past.stateAt(topics, at)),
      issued: (seq) => {
        const [entry] = [...log.entries({ after: seq - 1, upTo: seq })]
        return entry?.fact.kind === 'report' ? entry.fact.document : undefined
      },
      ...given.rooms,
    })
    this.house = new House({ clock, reportDesk: desk, record: (facts) => this.#recorder.record('system', facts) })
    onTestFinished(async () => {
      await this.house.close()
      log.close()
    })
  }

  async open(): Promise<this> {
    await this.note(feedFact({ feed: 'indicators', label: { name: '指标平台', demo: false } }))
    await this.tell(93.1)
    await this.note(tick(this.clock.now()))
    this.clock.advance(60_000)
    await this.house.open()
    return this
  }

  states(district = '620802'): readonly ReportState[] {
    const topic = topicName('reports', district)
    // the topic `reports` holds nothing but ReportState
    return (this.world.read([topic])[topic] ?? []) as readonly ReportState[]
  }

  note(...facts: readonly Fact[]): Promise<unknown> {
    return this.#recorder.record('system', facts)
  }

  /** The indicators' platform reports a satisfaction. */
  tell(value: number): Promise<unknown> {
    return this.#recorder.record('indicators', [reading({ indicator: 'satisfaction', at: this.clock.now(), value })])
  }

  get(path: string, as: 'desk' | 'wall' = 'desk'): Promise<Answer> {
    return this.house.ask('GET', path, { headers: { cookie: `yiping_session=${this.house.signIn(as, '值班员甲')}` } })
  }

  post(
    path: string,
    body: unknown,
    { as = '值班员甲', role = 'desk' }: { readonly as?: string | undefined; readonly role?: 'desk' | 'wall' } = {},
  ): Promise<Answer> {
    return this.house.ask('POST', path, {
      headers: {
        cookie: `yiping_session=${this.house.signIn(role, as === '' ? undefined : as)}`,
        origin: this.house.origin,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    })
  }

  draft(given: Readonly<Record<string, unknown>> = {}, as?: string): Promise<Answer> {
    return this.post('/api/reports', { district: '620802', month: '2026-11', command: randomUUID(), seen: 0, ...given }, { as })
  }

  edit(texts: Readonly<Record<string, string | null>>, given: Readonly<Record<string, unknown>> = {}, as?: string): Promise<Answer> {
    return this.post('/api/reports/620802-2026-11/texts', { command: randomUUID(), seen: 1, texts, ...given }, { as })
  }

  issue(given: Readonly<Record<string, unknown>> = {}, as?: string): Promise<Answer> {
    return this.post('/api/reports/620802-2026-11/issue', { command: randomUUID(), seen: 1, ...given }, { as })
  }

  async read(): Promise<ReportAnswer> {
    const answer = await this.get('/api/reports/620802-2026-11')
    if (answer.status !== 200) throw new Error(`${String(answer.status)}: ${answer.text}`)
    // our own answer
    return JSON.parse(answer.text) as ReportAnswer
  }

  async list(): Promise<ReportList> {
    // our own answer
    return JSON.parse((await this.get('/api/reports?district=620802')).text) as ReportList
  }

  reports(): readonly Fact[] {
    return [...this.log.entries({ after: 0 })].map(({ fact }) => fact).filter(({ kind }) => kind === 'report')
  }
}
